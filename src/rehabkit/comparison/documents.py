"""Readings from ``analysis.json``: the same figures as from the analysis that wrote it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rehabkit.comparison.readings import Reading, gather, of_times, telling_angles, telling_keys
from rehabkit.errors import ExerciseError
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.report.document import MeasurePart, Summary


def readings_of(summary: Summary) -> dict[str, Reading]:
    """Every measure of a summary by its key, as :func:`readings.readings` gives of an analysis.

    The error of a largest, smallest or mean angle is the one that stands beside it. A table of
    errors of one's own that has both an error and a published detectable change for an angle is
    the one case in which the analysis knows more.
    """
    pairs = [(repetition, repetition.measures) for repetition in summary.repetitions]
    return gather(pairs, lambda name, found: _error(summary, name, found))


def _error(summary: Summary, name: str, found: Sequence[MeasurePart]) -> tuple[float | None, str]:
    given = [m.error for m in found if m.error is not None]
    angle = summary.angles.get(name.partition(".")[0])
    if angle is not None:
        return (float(np.mean(given)) if given else None), angle.error_source or ""
    if given:
        return float(np.mean(given)), "a table of errors of one's own"
    return of_times(name) if found else (None, "")


def telling_of(keys: Sequence[str], summary: Summary) -> list[str]:
    """The few measures, out of ``keys``, that a therapist looks at first."""
    drivers = [driver.name for driver in summary.drivers]
    bases = telling_angles(exercise_of(summary), drivers, summary.angles, summary.measures)
    return telling_keys(keys, bases)


def exercise_of(summary: Summary) -> Exercise | None:
    """The exercise's definition; None where it is not in the catalogue (a file of one's own)."""
    try:
        return catalogue.load(summary.exercise.id) if summary.exercise.id else None
    except ExerciseError:
        return None


def unusable_of(summary: Summary) -> str:
    """Why nothing can be said from a recording; empty where it can."""
    if not summary.gate.usable:
        return "; ".join(reason.text for reason in summary.gate.reasons)
    return "" if summary.repetitions else "no whole repetition was counted"
