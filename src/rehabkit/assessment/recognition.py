"""``recognise``: which exercise of the catalogue a recording shows, or that it is unknown.

Only what was learned can be recognised (docs/models/recogniser.md). An exercise is named where the
movement is no further from what was learned than hardly any new person's, and one exercise is far
likelier than the others; everything else is unknown, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rehabkit.assessment.words import sure
from rehabkit.errors import RecordingError
from rehabkit.kinematics.body_places import body_places
from rehabkit.kinematics.movement_features import movement_features
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float

if TYPE_CHECKING:
    from rehabkit.models.recogniser_store import Shipped

SURE: Final = 0.8
"""Probability from which an exercise is named."""
MOST_SHOWN: Final = 3
LEAST_SHOWN: Final = 0.01
NO_WEIGHTS: Final = "this RehabKit was installed without the weights of the recogniser"


@dataclass(frozen=True)
class Likely:
    """An exercise and its probability, were the movement one of those known."""

    exercise: str
    probability: float


@dataclass(frozen=True)
class Recognition:
    """What was recognised.

    Parameters
    ----------
    exercise
        Id of the catalogue; None with ``reason``.
    probability
        Of ``exercise``; None where there is none.
    likely
        The likeliest exercises, the first ones first; empty where nothing could be asked.
    far
        How far the movement is from those learned, in limits: known up to 1.
    reason
        Why the exercise is unknown.
    model
        Which weights said so.
    """

    exercise: str | None
    probability: float | None = None
    likely: tuple[Likely, ...] = ()
    far: float | None = None
    reason: str = ""
    model: str = ""


def recognise(recording: Recording) -> Recognition:
    """The exercise of a recording, or why it is unknown.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints: one repetition or many of one exercise.
    """
    from rehabkit.models.recogniser_store import shipped

    model = shipped()
    if model is None:
        return Recognition(None, reason=NO_WEIGHTS)
    try:
        figures = movement_features(body_places(recording))[None]
    except RecordingError as error:
        return Recognition(None, reason=str(error), model=str(model.facts["name"]))
    return _judged(figures, model)


def _judged(figures: Float, model: Shipped) -> Recognition:
    chances = model.recogniser.predict_proba(figures)[0]
    far = float(model.recogniser.far(figures)[0])
    order = chances.argsort()[::-1][:MOST_SHOWN]
    likely = tuple(
        Likely(str(model.recogniser.classes_[k]), float(chances[k]))
        for k in order.tolist()
        if chances[k] >= LEAST_SHOWN
    )
    reason, name = _reason(likely, far), str(model.facts["name"])
    if reason:
        return Recognition(None, None, likely, far, reason, name)
    return Recognition(likely[0].exercise, likely[0].probability, likely, far, "", name)


def _reason(likely: tuple[Likely, ...], far: float) -> str:
    """Why no exercise is named; empty where one is."""
    if not far <= 1.0:
        return (
            "the movement, the body or the sensor is unlike those that were learned from: "
            f"{far:.1f} times the distance that nearly all new people lie within"
        )
    if likely[0].probability < SURE:
        close = " or ".join(f"{one.exercise} ({sure(one.probability)})" for one in likely)
        return f"it could be {close}, and none is {sure(SURE)} sure"
    return ""
