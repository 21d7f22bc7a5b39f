"""``clinical_score``: what experts would give, 0-50 with its interval, or why it cannot be said.

KIMORE's doctors gave 0-50 points a person and exercise: 0-15 for the primary outcomes, 0-35 for
the control factors. The scorer (:mod:`rehabkit.models.clinical`) predicts them for people it has
never seen. It abstains outside what it knows: another exercise, another sensor, a body or movement
far from those it learned from, a movement that the recogniser takes for another exercise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.assessment.readings import Case
from rehabkit.assessment.recognition import SURE
from rehabkit.assessment.types import Gate, Scores
from rehabkit.assessment.words import sure
from rehabkit.errors import RecordingError
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.body_places import body_places
from rehabkit.kinematics.familiarity import familiarity_features
from rehabkit.kinematics.movement_features import family_of, features_of, signals
from rehabkit.models.clinical import FIGURES, MOVEMENT
from rehabkit.recording.arrays import Float

if TYPE_CHECKING:
    from rehabkit.models.clinical_store import Shipped
    from rehabkit.models.recogniser import ExerciseRecogniser

HIGHEST: Final = {"total": 50.0, "primary": 15.0, "control": 35.0}
SENSOR: Final = "kinect-v2"
MOST_LIKE_ANOTHER: Final = 1.1
"""Distance at the named exercise over that at the nearest one, each in its usual distance; beyond,
it is another movement."""
MOST_UNSTEADY: Final = 2.0
"""Healthy people's standard deviations, mean over all joints."""
MOST_SHOWN: Final = 5
NO_EXERCISE: Final = "no exercise was named, and the clinical score is learned by exercise"
NO_WEIGHTS: Final = "this RehabKit was installed without the weights of the clinical scorer"
NO_RECOGNISER: Final = (
    "this RehabKit was installed without the weights of the recogniser, which says whether a "
    "movement is the exercise that was named"
)
LEAST_MOVED: Final = 0.3
"""Points; families that moved the score by less are not named."""


@dataclass(frozen=True)
class Points:
    """A predicted number of points with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Moved:
    """Points by which figures of one kind moved the score, against healthy people's."""

    what: str
    points: float


@dataclass(frozen=True)
class ClinicalScore:
    """What experts would give.

    Parameters
    ----------
    total, primary, control
        Points of 50, 15 and 35; None with ``reasons``.
    usual
        Median total of the people that were learned from, at this exercise.
    moved_by
        Which measures moved the total, the largest first.
    together_with
        How many other recordings of the same person were scored with it.
    alone
        (3,) the prediction from this recording by itself, before it is rounded into its range.
    far
        Distance from what was learned, over that within which a recording is scored; None where
        it was not looked at.
    """

    total: Points | None
    primary: Points | None = None
    control: Points | None = None
    usual: float | None = None
    moved_by: tuple[Moved, ...] = ()
    together_with: int = 0
    reasons: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    model: str = ""
    alone: tuple[float, ...] = field(default=(), repr=False)
    exercise: str = ""
    far: float | None = None


def clinical_score(
    case: Case,
    exercise: Exercise | None,
    gate: Gate,
    scores: Scores,
    model: Shipped | None = None,
    recogniser: ExerciseRecogniser | None = None,
) -> ClinicalScore:
    """The clinical score of one recording, or why there is none.

    Parameters
    ----------
    case
        Cleaned, on canonical joints, with its repetitions.
    scores
        Our own, which the scorer looks at beside the movement.
    model, recogniser
        None: those in the package.
    """
    from rehabkit.models import clinical_store

    if exercise is None:
        return ClinicalScore(None, reasons=(NO_EXERCISE,))
    model = model or clinical_store.shipped()
    recogniser = recogniser or _recogniser()
    if model is None or recogniser is None:
        return ClinicalScore(None, reasons=(NO_WEIGHTS if model is None else NO_RECOGNISER,))
    reason = _outside(case, exercise, gate, model)
    if reason:
        return ClinicalScore(None, reasons=(reason,))
    try:
        body = body_places(case.recording)
    except RecordingError as error:
        return ClinicalScore(None, reasons=(str(error),))
    place, count = model.exercises.index(exercise.id), len(model.exercises)
    seen = signals(body)
    row = _row(seen, scores, place, count)
    each = model.scorer.distances_by_exercise(row)[0]  # the exercise's own is among them
    far = float(each[place] * model.scorer.usual_distances_[place]) / model.scorer.known_within_
    strange = (
        _strange(row, place, each, far, model)
        or _unfamiliar(case, seen, row, model)
        or _recognised_as_another(row, exercise, recogniser)
    )
    if strange:
        return ClinicalScore(None, reasons=(strange,), far=far)
    return replace(_scored(row, exercise, model), far=far)


def _recogniser() -> ExerciseRecogniser | None:
    """The one in the package, where it is there."""
    from rehabkit.models.recogniser_store import shipped

    found = shipped()
    return None if found is None else found.recogniser


def _outside(case: Case, exercise: Exercise, gate: Gate, model: Shipped) -> str:
    """Why this recording is none that the scorer was made for; empty where it is one."""
    if exercise.id not in model.exercises:
        known = f"{model.exercises[0]} to {model.exercises[-1]}"
        return f"doctors' scores were learned for {model.facts['data']}'s {known} alone"
    if not gate.usable:
        return "the recording is not usable"
    if not case.repetitions:
        return "no whole repetition was counted"
    if case.kinematics.sensor != SENSOR:
        return (
            f"learned from Kinect v2 skeletons in space; this recording is from another sensor "
            f"({case.kinematics.sensor})"
        )
    return ""


def _strange(row: Float, place: int, each: Float, far: float, model: Shipped) -> str:
    """Why this movement is unlike those learned from; empty where it is like them."""
    if far > 1:
        return _too_far(far)
    unsteadiness = float(model.scorer.unsteadiness(row)[0])
    if unsteadiness > MOST_UNSTEADY:
        return (
            f"all joints tremble more than a person's do ({unsteadiness:.1f} standard deviations "
            "of healthy people): the sensor is too noisy"
        )
    nearest = int(each.argmin())
    if each[place] > MOST_LIKE_ANOTHER * each[nearest]:
        return (
            f"the movement is more like {model.exercises[nearest]} than {model.exercises[place]} "
            "of the people learned from"
        )
    return ""


def _unfamiliar(case: Case, seen: Float, row: Float, model: Shipped) -> str:
    """Why limbs or the course of time are unlike people's; empty where they are like them."""
    if model.familiar is None:
        return ""
    features = familiarity_features(case.recording, seen)
    known = np.concatenate([features, row[0, -len(model.exercises) :]])[None]
    unusual = float(model.familiar.proportions(known)[0])
    if not unusual <= 1:
        return (
            f"arms are {np.exp(features[0]):.2f} times as long as legs, which hardly anybody's are "
            f"(usual: {np.exp(model.familiar.usual_):.2f})"
        )
    if model.familiar.backwards(known)[0]:
        return (
            "the movement is quick where people are slow and slow where they are quick, as if it "
            "ran backwards in time"
        )
    return ""


def _recognised_as_another(row: Float, exercise: Exercise, recogniser: ExerciseRecogniser) -> str:
    """Which other exercise the recogniser takes the movement for; empty where it does not."""
    chances = recogniser.predict_proba(row[:, : len(MOVEMENT)])[0]
    likeliest = int(chances.argmax())
    name, chance = str(recogniser.classes_[likeliest]), float(chances[likeliest])
    if name == exercise.id or chance < SURE:
        return ""
    return f"the movement is recognised as {name} ({sure(chance)} sure), not as {exercise.id}"


def _too_far(far: float) -> str:
    return (
        "the body or the movement is too far from those that were learned from: "
        f"{far:.1f} times the distance that 99 % of new people lie within"
    )


def figures_of(case: Case, scores: Scores, exercise: int, exercises: int) -> Float:
    """(1, figures + exercises) what the scorer looks at.

    Raises
    ------
    RecordingError
        Where the body was not seen well enough.
    """
    return _row(signals(body_places(case.recording)), scores, exercise, exercises)


def _row(seen: Float, scores: Scores, exercise: int, exercises: int) -> Float:
    movement = features_of(seen)
    return np.concatenate([movement, own_scores_of(scores), np.eye(exercises)[exercise]])[None]


def own_scores_of(scores: Scores) -> Float:
    """(4,) overall, completeness, correction, smoothness; NaN where there is none."""
    parts = (scores.completeness, scores.correction, scores.smoothness)
    values = (scores.overall, *(part.value for part in parts))
    return np.array([np.nan if value is None else value for value in values])


def _scored(row: Float, exercise: Exercise, model: Shipped) -> ClinicalScore:
    families = _families()
    alone, moved = model.scorer.explained(row, list(families.values()))
    each = zip(families, moved[0, :, 0], strict=True)
    named = [Moved(what, float(points)) for what, points in each]
    named = [m for m in named if abs(m.points) >= LEAST_MOVED]
    return ClinicalScore(
        *_points(alone[0], model.scorer.half_widths(alone)[0]),
        usual=float(model.scorer.usual(row)[0, 0]),
        moved_by=tuple(sorted(named, key=lambda m: -abs(m.points))[:MOST_SHOWN]),
        limits=(
            f"learned from {model.facts['people']} people of one data set ({model.facts['data']}); "
            "support for a professional's judgement, no diagnosis",
        ),
        model=str(model.facts["name"]),
        alone=tuple(float(value) for value in alone[0]),
        exercise=exercise.id,
    )


def _points(predicted: Float, half: Float) -> tuple[Points, Points, Points]:
    """Points of the total, primary and control, each within its range."""
    total, primary, control = (
        Points(*(float(np.clip(value, 0.0, highest)) for value in (at, at - off, at + off)))
        for highest, at, off in zip(HIGHEST.values(), predicted, half, strict=True)
    )
    return total, primary, control


@cache
def _families() -> dict[str, NDArray[np.intp]]:
    """Words for each kind of figure, and where its figures stand."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(MOVEMENT):
        found.setdefault(": ".join(family_of(name)), []).append(place)
    found["RehabKit's own scores"] = list(range(len(MOVEMENT), len(FIGURES)))
    return {what: np.array(places) for what, places in found.items()}


def score_together(scored: Sequence[ClinicalScore]) -> tuple[ClinicalScore, ...]:
    """Scores of one person's exercises, each with what the others say of the person.

    Parameters
    ----------
    scored
        Of one person and, as doctors saw them, of one session; those without a score stay so.

    Returns
    -------
    tuple
        In the same order. An exercise recorded twice counts as two recordings.
    """
    from rehabkit.models.clinical_store import shipped

    model = shipped()
    known = [s for s in scored if s.total is not None]
    if len(known) < 2 or model is None:
        return tuple(scored)
    alone = np.array([s.alone for s in known])
    usual = model.scorer.usual_of([model.exercises.index(s.exercise) for s in known])
    together = model.scorer.with_others(alone, usual, np.zeros(len(known), dtype=np.str_))
    half = model.scorer.half_widths(together, session=np.ones(len(known), dtype=bool))
    found = iter([_points(*each) for each in zip(together, half, strict=True)])
    return tuple(
        one if one.total is None else _together(one, next(found), len(known) - 1) for one in scored
    )


def _together(
    one: ClinicalScore, points: tuple[Points, Points, Points], others: int
) -> ClinicalScore:
    total, primary, control = points
    return replace(one, total=total, primary=primary, control=control, together_with=others)
