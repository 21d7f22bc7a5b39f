"""Tries that go less far than the exercise counts: judged by its primary angles all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rehabkit.assessment.findings_joints import short_ranges
from rehabkit.assessment.judge import Judged
from rehabkit.assessment.readings import Case
from rehabkit.assessment.types import Evidence
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.types import Measures
from rehabkit.repetitions.cutting import TOO_SHORT
from rehabkit.repetitions.types import PartialRepetition, Repetition

LEAST_TRIES: Final = 2
LEAST_SHARE: Final = 1 / 3
"""Of all tries; fewer small ones beside whole ones are somebody who gets ready."""
UNCOUNTED: Final = 0
"""Number, in evidence, of a try that is no repetition."""


def small_findings(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Where many tries were too small to count, how far the primary angles went in all of them.

    At least two, and a third of all. A try is short of an angle by the same band and the same
    errors as a counted repetition is.
    """
    small = [p for p in case.segmentation.partial if p.why == TOO_SHORT]
    tries = sorted([*case.repetitions, *map(_as_repetition, small)], key=lambda r: r.start_s)
    if exercise is None or len(small) < max(LEAST_TRIES, LEAST_SHARE * len(tries)):
        return
    measured = dict(zip(case.repetitions, case.measures, strict=True))
    empty: Measures = {}
    every = replace(
        case,
        segmentation=replace(case.segmentation, repetitions=tuple(tries)),
        measures=[measured.get(r, empty) for r in tries],
    )
    numbers = _numbers(tries, case.repetitions)
    for found in short_ranges(every, exercise, "too-small", "too_small"):
        yield _numbered(found, numbers)


def _as_repetition(small: PartialRepetition) -> Repetition:
    return Repetition(
        start_s=small.start_s, end_s=small.end_s, peak_s=small.peak_s, side=small.side,
        confidence=0.0, extent=small.extent, rest=float("nan"), extreme=small.extreme,
        hold_start_s=small.peak_s, hold_end_s=small.peak_s,
    )  # fmt: skip


def _numbers(tries: Sequence[Repetition], counted: Sequence[Repetition]) -> dict[int, int]:
    """Number of a try -> number of the repetition that it is, or 0."""
    known = {r: i for i, r in enumerate(counted, start=1)}
    return {i: known.get(r, UNCOUNTED) for i, r in enumerate(tries, start=1)}


def _numbered(found: Judged, numbers: dict[int, int]) -> Judged:
    finding = found.finding
    evidence: tuple[Evidence, ...] = tuple(
        replace(e, repetition=numbers[e.repetition]) for e in finding.evidence
    )
    number = numbers.get(finding.repetition or UNCOUNTED, UNCOUNTED) or None
    return replace(found, finding=replace(finding, evidence=evidence, repetition=number))
