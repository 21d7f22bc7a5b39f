"""Left against right: ranges of the two sides, or an axial angle's way to either side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from rehabkit.assessment.judge import Band, Judged, Subject, judge
from rehabkit.assessment.readings import Case, Reading, read
from rehabkit.assessment.words import words_for
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.phases import slopes
from rehabkit.kinematics.view import view_of
from rehabkit.recording.joints import OTHER, SIDES

LEAST_SYMMETRY: Final = 0.15
"""A common rule for left against right; no norm for these exercises was found."""
LEAST_RANGE_DEG: Final = 30.0
STILL_SHARE: Final = 0.1
"""Slower than this share of the angle's largest speed is at rest."""
MIDDLE: Final = (0.25, 0.75)
"""Rest lies between these shares of the way from the furthest left to the furthest right."""
LEAST_REST_S: Final = 0.5
_SIDE_VIEWS: Final = ("side-left", "side-right")


def compared_angles(case: Case, exercise: Exercise | None) -> tuple[str, ...]:
    """Angles whose left and right should be alike: the primary ones, or what drove."""
    if exercise is not None and exercise.primary:
        return tuple(p.angle for p in exercise.primary)
    return tuple(dict.fromkeys(s.name for s in case.segmentation.signals if s.name in ANGLES))


def asymmetry(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Left and right ranges that differ by more than 15 % and by more than the error."""
    one_limb = exercise is not None and exercise.sides == "none"
    if one_limb or _from_the_side(case):
        return
    words = words_for("asymmetry", exercise)
    for angle in compared_angles(case, exercise):
        ranges = _ranges(case, angle) if ANGLES[angle].sided else _ways(case, angle)
        usual = {s: _mean([r.value for r in ranges[s]]) for s in SIDES}
        left, right = usual["left"], usual["right"]
        if left is None or right is None or max(left, right) < _least_range(angle):
            continue
        weaker = "left" if left < right else "right"
        readings = _gaps(case, ranges, weaker, usual[OTHER[weaker]])
        limit = LEAST_SYMMETRY * max(left, right)
        why = "left and right alike within 15 %, a common rule and no norm for this exercise"
        subject = Subject(
            f"asymmetry-{angle.replace('_', '-')}", weaker, ANGLES[angle].label, words,
            f"{angle}_{weaker}" if ANGLES[angle].sided else angle,
        )  # fmt: skip
        found = judge(case, subject, Band(None, limit, "deg", why), readings)
        if found is not None:
            yield found


def _from_the_side(case: Case) -> bool:
    """A single sensor at the side guesses the far limb."""
    if case.recording.positions is None:
        return True
    return view_of(Points(case.recording)).facing in _SIDE_VIEWS


def _least_range(angle: str) -> float:
    """Below this range, deg, a share of it says nothing."""
    return LEAST_RANGE_DEG if ANGLES[angle].sided else LEAST_RANGE_DEG / 2


def _ranges(case: Case, angle: str) -> dict[str, list[Reading]]:
    """Range of each side in the repetitions in which it took part."""
    return {
        side: [read(case, angle, side, i, "range")
               for i, r in enumerate(case.repetitions) if r.side in (side, "both", "none")]
        for side in SIDES
    }  # fmt: skip


def _ways(case: Case, angle: str) -> dict[str, list[Reading]]:
    """An axial angle's way from rest to each side; nothing where it never rests in the middle.

    Not the range of a repetition: where one side turns less, the middle between both extremes,
    which parts the repetitions, lies beside the position of rest.
    """
    rest = resting_value(case, angle)
    ways: dict[str, list[Reading]] = {side: [] for side in SIDES}
    for i, repetition in enumerate(case.repetitions):
        if rest is None or repetition.side not in SIDES:
            continue
        to_right = repetition.side == "right"
        found = read(case, angle, "", i, "max" if to_right else "min")
        sign = 1.0 if to_right else -1.0
        value = None if found.value is None else sign * (found.value - rest)
        error = 2**0.5 * found.error
        ways[repetition.side].append(Reading(i + 1, value, found.at_s, error, found.assumed))
    return ways


def resting_value(case: Case, angle: str) -> float | None:
    """Median of an axial angle while it is still between its extremes; None: hardly ever."""
    values, time = case.kinematics[angle].values, case.recording.time
    seen = np.isfinite(values)
    if seen.sum() < 3:
        return None
    values, time = values[seen], time[seen]
    low, high = np.percentile(values, [2, 98])
    share = (values - low) / max(float(high - low), 1e-9)
    speed = np.abs(slopes(time, values))
    middle = (share > MIDDLE[0]) & (share < MIDDLE[1])
    still = middle & (speed < STILL_SHARE * np.percentile(speed, 98))
    if float(still.sum()) * float(np.median(np.diff(time))) < LEAST_REST_S:
        return None
    return float(np.median(values[still]))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


def _gaps(
    case: Case, ranges: dict[str, list[Reading]], weaker: str, usual: float | None
) -> list[Reading]:
    """How much less the weaker side moved: than the other at the same time, else than its mean."""
    stronger = {r.number: r for r in ranges[OTHER[weaker]]}
    gaps = []
    for reading in ranges[weaker]:
        together = case.repetitions[reading.number - 1].side in ("both", "none")
        other = stronger[reading.number].value if together else usual
        value = None if reading.value is None or other is None else other - reading.value
        error = 2**0.5 * reading.error
        gaps.append(Reading(reading.number, value, reading.at_s, error, reading.assumed))
    return gaps
