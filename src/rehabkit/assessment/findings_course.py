"""Findings that need no definition: course over the repetitions, pace, help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from rehabkit.assessment.judge import Band, Judged, Subject, judge
from rehabkit.assessment.readings import Case, Reading
from rehabkit.assessment.words import words_for
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording import Step
from rehabkit.repetitions.types import Repetition

FATIGUE_SHARE, HURRIED_SHARE, UNEVEN_SHARE = 0.75, 0.65, 0.5
LEAST_REPETITIONS: Final = 5
BOUNDARY_ERROR_S: Final = 0.25
"""Error of a repetition's start or end (docs/benchmarks.md); a duration errs by sqrt 2 of it."""
_HEIGHT_ERROR_M: Final = 0.03


def course_findings(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Falling range, hurry, uneven pace, help."""
    yield from fatigue(case, exercise)
    yield from pace(case, exercise)
    yield from assisted(case, exercise)


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
