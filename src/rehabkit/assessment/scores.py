"""``score``: completeness, correction and smoothness, 0-4 each, and their weighted sum.

FineRehab (section 3.3): experts give 0-4 points to each body part in each dimension, and Eq. 2
sums them with the weights of dimensions and parts. Here the points come from healthy people:
a figure at their mean gets 3.1 points, and two of their standard deviations halve what is left
after a soft start (:func:`points`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np

from rehabkit.assessment.criteria import (
    DEPTH_CAMERAS,
    EXACT,
    PHASES,
    UNKNOWN_ERROR_DEG,
    Figure,
    Kind,
    observe,
)
from rehabkit.assessment.levels import level_of
from rehabkit.assessment.readings import Case
from rehabkit.assessment.types import Criterion, Dimension, PartScore, Scores
from rehabkit.assessment.words import listed
from rehabkit.exercises.exercise import Exercise
from rehabkit.repetitions.cutting import TOO_SHORT
from rehabkit.templates.types import Norm, Template

DIMENSIONS: Final[tuple[Kind, ...]] = get_args(Kind)
MOST: Final = 4.0
HALVED_BY: Final = 2.0
"""Standard deviations that halve the points."""
FEWEST_FOR_INTERVAL: Final = 3
NO_EXERCISE: Final = "no exercise was named, so that there is nothing to compare with"
NO_TEMPLATE: Final = (
    "scores need curves of healthy people for this exercise to compare with, and there are none"
)
NO_REPETITION: Final = "no whole repetition was counted"
PICTURE_ALONE: Final = (
    "the recording holds points of a picture alone; healthy people's curves are of angles in space"
)


@dataclass(frozen=True)
class Pointed:
    """A figure, its points, and the repetition it is of (from 0)."""

    figure: Figure
    norm: Norm
    points: float
    index: int


def points(deviation: float) -> float:
    """0-4 points of a figure that is ``deviation`` healthy standard deviations on the worse side.

    4 * 2^(-softplus(deviation) / 2): 3.6 at one on the better side, 3.1 at the mean, 1.9 at two
    and 1.0 at four on the worse side.
    """
    return float(MOST * 2 ** (-np.logaddexp(0.0, deviation) / HALVED_BY))


def score(case: Case, exercise: Exercise | None, template: Template | None) -> Scores:
    """Scores of one recording, each with its evidence.

    Parameters
    ----------
    case
        A usable recording with its repetitions.
    exercise
        Its weights and compared angles are used.
    template
        Healthy people at this exercise.

    Returns
    -------
    Scores
        Without a value and with reasons where there is nothing to compare with.
    """
    reason = _why_not(case, exercise, template)
    if reason or exercise is None or template is None:
        return Scores(None, reasons=(reason,))
    found = [
        pointed
        for index in range(len(case.repetitions))
        for pointed in _pointed(observe(case, exercise, index, template.curves), template, index)
    ]
    parts = {kind: _weights(exercise, kind, found) for kind in DIMENSIONS}
    dimensions = {kind: _dimension(case, kind, found, parts[kind], template) for kind in DIMENSIONS}
    return _overall(case, exercise, template, dimensions)


def _why_not(case: Case, exercise: Exercise | None, template: Template | None) -> str:
    if exercise is None:
        return NO_EXERCISE
    if template is None:
        return NO_TEMPLATE
    if case.kinematics.projected:
        return PICTURE_ALONE
    return "" if case.repetitions else NO_REPETITION


def _pointed(figures: Iterable[Figure], template: Template, index: int) -> Iterable[Pointed]:
    for figure in figures:
        norm = template.norms.get(figure.norm)
        if norm is not None and np.isfinite(figure.worse):
            yield Pointed(figure, norm, points(norm.worse(figure.worse)), index)


def _weights(exercise: Exercise, kind: Kind, found: Sequence[Pointed]) -> Mapping[str, float]:
    """Weights W_b of the parts that were seen, summing to 1."""
    seen = dict.fromkeys(p.figure.part for p in found if p.figure.dimension == kind)
    if kind == "smoothness":
        return {part: 1 / len(seen) for part in PHASES if part in seen}
    weights = {part: exercise.body_parts.get(part, 0.0) for part in seen}
    total = sum(weights.values())
    if total <= 0:
        return {part: 1 / len(seen) for part in seen}
    return {part: weight / total for part, weight in weights.items()}


def _dimension(
    case: Case, kind: Kind, found: Sequence[Pointed], weights: Mapping[str, float],
    template: Template,
) -> Dimension:  # fmt: skip
    own = [p for p in found if p.figure.dimension == kind]
    if not own:
        return Dimension(None, reasons=(f"nothing that {kind} needs was seen",))
    each = tuple(_of_repetition(own, weights, i) for i in range(len(case.repetitions)))
    values = [v for v in each if v is not None]
    parts = tuple(
        PartScore(part, weight, float(np.mean([p.points for p in own if p.figure.part == part])))
        for part, weight in weights.items()
    )
    names = dict.fromkeys(p.figure.id for p in own)
    evidence = [_criterion(case, [p for p in own if p.figure.id == n], template) for n in names]
    evidence.sort(key=lambda criterion: criterion.points)
    return Dimension(float(np.mean(values)), parts, tuple(evidence), each)


def _of_repetition(
    own: Sequence[Pointed], weights: Mapping[str, float], index: int
) -> float | None:
    """One repetition's sum of W_b A_b over the parts that were seen in it."""
    means = {
        part: float(np.mean(seen))
        for part in weights
        if (seen := [p.points for p in own if p.index == index and p.figure.part == part])
    }
    total = sum(weights[part] for part in means)
    return sum(weights[part] * mean for part, mean in means.items()) / total if total else None


def _criterion(case: Case, found: Sequence[Pointed], template: Template) -> Criterion:
    worst = min(found, key=lambda p: p.points)
    figure, repetition = worst.figure, case.repetitions[worst.index]
    frames = case.frames(repetition)
    by_index = {p.index: p.points for p in found}
    norm = worst.norm
    side = f", {figure.side}" if figure.side else ""
    name, colon, rest = figure.label.partition(":")
    expected = figure.expected or (
        (norm.low, None) if figure.open_end == "high" else (None, norm.high)
    )
    return Criterion(
        id=figure.id,
        label=f"{name}{side}{colon}{rest}",
        part=figure.part,
        side=figure.side,
        points=float(np.mean([p.points for p in found])),
        by_repetition=tuple(by_index.get(i) for i in range(len(case.repetitions))),
        repetition=worst.index + 1,
        start_s=repetition.start_s,
        end_s=repetition.end_s,
        at_s=figure.at_s,
        frames=(frames.start, frames.stop),
        measured=figure.value,
        expected=expected,
        unit=figure.unit,
        source=template.words,
        angle=figure.angle,
    )


def _overall(
    case: Case, exercise: Exercise, template: Template, found: Mapping[Kind, Dimension]
) -> Scores:
    scores = Scores(
        None,
        completeness=found["completeness"],
        correction=found["correction"],
        smoothness=found["smoothness"],
    )
    missing = [kind for kind in DIMENSIONS if found[kind].value is None]
    if "completeness" in missing or "correction" in missing:
        reasons = tuple(f"no {kind}: {found[kind].reasons[0]}" for kind in missing)
        return replace(scores, reasons=reasons)
    total = sum(exercise.weights[kind] for kind in DIMENSIONS if kind not in missing)
    weights = {k: exercise.weights[k] / total for k in DIMENSIONS if k not in missing}
    each = tuple(
        _weighted({k: found[k].by_repetition[i] for k in weights}, weights)
        for i in range(len(case.repetitions))
    )
    values = [v for v in each if v is not None]
    if not values:
        return replace(scores, reasons=("no repetition was seen well enough",))
    overall = float(np.mean(values))
    return replace(
        scores,
        overall=overall,
        level=level_of(overall),
        interval=_interval(values),
        weights={str(kind): weight for kind, weight in weights.items()},
        by_repetition=each,
        limits=tuple(_limits(case, exercise, template, missing)),
    )


def _weighted(values: Mapping[Kind, float | None], weights: Mapping[Kind, float]) -> float | None:
    """Eq. 2 of one repetition, on 0-100; None where completeness or correction was not seen."""
    seen = {kind: value for kind, value in values.items() if value is not None}
    if "completeness" not in seen or "correction" not in seen:
        return None
    total = sum(weights[kind] for kind in seen)
    return 100 / MOST * sum(weights[kind] * value for kind, value in seen.items()) / total


def _interval(values: Sequence[float]) -> tuple[float, float] | None:
    """95 % interval of the mean over repetitions, within 0-100."""
    from scipy.stats import t

    count = len(values)
    if count < FEWEST_FOR_INTERVAL:
        return None
    half = float(t.ppf(0.975, count - 1) * np.std(values, ddof=1) / count**0.5)
    mean = float(np.mean(values))
    return max(0.0, mean - half), min(100.0, mean + half)


def _limits(
    case: Case, exercise: Exercise, template: Template, missing: Sequence[Kind]
) -> Iterable[str]:
    if missing:
        yield f"without {listed(list(missing))}, of which nothing was seen"
    if template.exercise != exercise.id:
        yield f"healthy people did {template.exercise}, which this exercise is compared with"
    sensor = case.kinematics.sensor
    if sensor not in DEPTH_CAMERAS:
        yield (
            f"healthy people were recorded by a {template.sensor}, this recording by another "
            f"kind of sensor ({sensor}): a difference may be the sensor's"
        )
        if sensor not in EXACT:
            yield (
                "healthy people's curves are widened by this sensor's error "
                f"({UNKNOWN_ERROR_DEG:.0f} deg where none is known)"
            )
    short = sum(part.why == TOO_SHORT for part in case.segmentation.partial)
    if short:
        what = (
            "movement too small to count is" if short == 1 else "movements too small to count are"
        )
        yield f"{short} {what} not in the score"
    if len(case.repetitions) < FEWEST_FOR_INTERVAL:
        yield "too few repetitions to say how much the score varies"
