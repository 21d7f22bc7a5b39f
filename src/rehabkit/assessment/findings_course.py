"""Findings that need no definition: left against right, course over the repetitions, help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from rehabkit.assessment.judge import Band, Judged, Subject, judge
from rehabkit.assessment.readings import Case, Reading, read
from rehabkit.assessment.words import words_for
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.view import view_of
from rehabkit.recording import Step
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.types import Repetition

LEAST_SYMMETRY: Final = 0.15
"""A common rule for left against right; no norm for these exercises was found."""
LEAST_RANGE_DEG: Final = 30.0
FATIGUE_SHARE, HURRIED_SHARE, UNEVEN_SHARE = 0.75, 0.65, 0.5
LEAST_REPETITIONS: Final = 5
BOUNDARY_ERROR_S: Final = 0.25
"""Error of a repetition's start or end (docs/benchmarks.md); a duration errs by sqrt 2 of it."""
_SIDE_VIEWS: Final = ("side-left", "side-right")
_HEIGHT_ERROR_M: Final = 0.03
_OTHER: Final = {"left": "right", "right": "left"}


def course_findings(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Asymmetry, falling range, hurry, uneven pace, help."""
    yield from asymmetry(case, exercise)
    yield from fatigue(case, exercise)
    yield from pace(case, exercise)
    yield from assisted(case, exercise)


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
        ranges = _ranges(case, angle)
        usual = {s: _mean([r.value for r in ranges[s]]) for s in SIDES}
        left, right = usual["left"], usual["right"]
        if left is None or right is None or max(left, right) < _least_range(angle):
            continue
        weaker = "left" if left < right else "right"
        readings = _gaps(case, ranges, weaker, usual[_OTHER[weaker]])
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
    """Range of each side in the repetitions in which it took part; of an axial angle, to it."""
    sided = ANGLES[angle].sided
    together = ("both", "none") if sided else ()
    return {
        side: [read(case, angle, side if sided else "", i, "range")
               for i, r in enumerate(case.repetitions) if r.side in (side, *together)]
        for side in SIDES
    }  # fmt: skip


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


def _gaps(
    case: Case, ranges: dict[str, list[Reading]], weaker: str, usual: float | None
) -> list[Reading]:
    """How much less the weaker side moved: than the other at the same time, else than its mean."""
    stronger = {r.number: r for r in ranges[_OTHER[weaker]]}
    gaps = []
    for reading in ranges[weaker]:
        together = case.repetitions[reading.number - 1].side in ("both", "none")
        other = stronger[reading.number].value if together else usual
        value = None if reading.value is None or other is None else other - reading.value
        error = 2**0.5 * reading.error
        gaps.append(Reading(reading.number, value, reading.at_s, error, reading.assumed))
    return gaps


def _groups(repetitions: Sequence[Repetition]) -> Iterator[list[int]]:
    """Indices of the repetitions of each side; long enough for a course."""
    for side in ("left", "right", "both", "none"):
        group = [i for i, r in enumerate(repetitions) if r.side == side]
        if len(group) >= LEAST_REPETITIONS:
            yield group


def fatigue(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """The driving signal's range falls: the last two repetitions far below the first three."""
    signal = case.segmentation.signals[0] if case.segmentation.signals else None
    if signal is None:
        return
    for group in _groups(case.repetitions):
        sizes = [case.repetitions[i].extent for i in group]
        limit = FATIGUE_SHARE * float(np.median(sizes[:3]))
        error = _signal_error(case, signal.name)
        if not (_falls(sizes) and max(sizes[-2:]) < limit):
            continue
        readings = [
            Reading(i + 1, case.repetitions[i].extent, case.repetitions[i].peak_s, error, True)
            for i in group
        ]
        why = f"{100 * FATIGUE_SHARE:.0f} % of this recording's first three repetitions"
        subject = Subject(
            "fatigue", case.repetitions[group[0]].side, driving.label_of(signal.name),
            words_for("fatigue", exercise), signal.name if signal.name in ANGLES else None,
        )  # fmt: skip
        found = judge(case, subject, Band(limit, None, signal.unit, why), readings)
        if found is not None:
            yield found


def _signal_error(case: Case, name: str) -> float:
    angle = case.kinematics.angles.get(name) or case.kinematics.angles.get(f"{name}_left")
    if driving.unit_of(name) == "m":
        return _HEIGHT_ERROR_M
    return 2**0.5 * (angle.error_deg if angle is not None and angle.error_deg else 10.0)


def _falls(values: Sequence[float]) -> bool:
    """Whether most pairs fall over the course (Kendall's tau below -0.4)."""
    v = np.asarray(values)
    i, j = np.triu_indices(len(v), 1)
    return bool(np.sign(v[j] - v[i]).mean() < -0.4)


def pace(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Repetitions that become much shorter, or last very differently."""
    for group in _groups(case.repetitions):
        times = [case.repetitions[i].end_s - case.repetitions[i].start_s for i in group]
        readings = [Reading(i + 1, t, case.repetitions[i].peak_s, 2**0.5 * BOUNDARY_ERROR_S)
                    for i, t in zip(group, times, strict=True)]  # fmt: skip
        first, middle = float(np.median(times[:3])), float(np.median(times))
        if _falls(times) and max(times[-2:]) < HURRIED_SHARE * first:
            key, low, high = "hurried", HURRIED_SHARE * first, None
            why = f"{100 * HURRIED_SHARE:.0f} % of this recording's first three repetitions"
        else:
            key, low, high = "uneven", (1 - UNEVEN_SHARE) * middle, (1 + UNEVEN_SHARE) * middle
            why = f"within {100 * UNEVEN_SHARE:.0f} % of this recording's median"
        if sum(t < low or (high is not None and t > high) for t in times) < 2:
            continue
        side = case.repetitions[group[0]].side
        subject = Subject(key, side, "Duration", words_for(key, exercise), weight=0.5)
        found = judge(case, subject, Band(low, high, "s", why), readings)
        if found is not None:
            yield found


def assisted(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Repetitions in which the reader saw a second person at the body, not merely beside."""
    spans = [s for step in case.recording.history if is_at_body(step) for s in step.spans]
    readings = [
        Reading(i + 1, 100 * _covered(r, spans), r.peak_s, 10.0)
        for i, r in enumerate(case.repetitions)
    ]
    if not any(r.value for r in readings):
        return
    subject = Subject(
        "assisted", "none", "Time with somebody at the body", words_for("assisted", exercise)
    )
    found = judge(case, subject, Band(None, 0.0, "%", "one person alone in the picture"), readings)
    if found is not None:
        yield found


def is_at_body(step: Step) -> bool:
    """Whether the step marks a second person close enough to have helped."""
    return step.name == "second person" and step.parameters.get("where") == "at the body"


def _covered(repetition: Repetition, spans: Sequence[tuple[float, float]]) -> float:
    """Share of the repetition that the spans cover."""
    inside = (min(b, repetition.end_s) - max(a, repetition.start_s) for a, b in spans)
    length = repetition.end_s - repetition.start_s
    return min(1.0, sum(max(0.0, t) for t in inside) / length) if length > 0 else 0.0
