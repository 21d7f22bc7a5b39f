"""Bands from healthy people whom the same kind of sensor recorded.

Such a band already holds the sensor's error: a definition's limit asks that a value lies outside
by more than that error, a healthy band only by the spread of one person's repetitions.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from rehabkit.assessment.judge import Band
from rehabkit.assessment.readings import Case, Reading
from rehabkit.exercises.exercise import Exercise, Involved, Primary
from rehabkit.templates.types import Norm, Template

OUTSIDE: Final = 0.05
"""Share of healthy people who may lie outside any of an exercise's bands."""


def involved_norm(signal: str, statistic: str) -> str:
    """Name of the norm of an involved joint's figure."""
    return f"involved.{signal}.{statistic}"


def reach_norm(primary: Primary) -> str:
    """Name of the norm of a primary joint's reach."""
    return f"reach.{primary.angle}.{primary.statistic}"


def comparable(case: Case) -> Template | None:
    """The healthy people whom the same kind of sensor recorded."""
    template = case.template
    return template if template and template.sensor == case.kinematics.sensor else None


def why_not_comparable(case: Case) -> str:
    """Why :func:`comparable` has nobody; empty where it has."""
    if case.template is None:
        return "there are no healthy people to compare this exercise with"
    if comparable(case) is None:
        return (
            f"healthy people of {case.template.source} were recorded by another kind of sensor "
            f"than this recording ({case.kinematics.sensor})"
        )
    return ""


def norm_of(case: Case, name: str) -> Norm | None:
    """Healthy people's figure, where the same kind of sensor recorded them."""
    template = comparable(case)
    return None if template is None else template.norms.get(name)


@cache
def half_width(people: int, ends: int) -> float:
    """Half width of a band in standard deviations between people.

    A prediction interval for one person more (Student's t), whose share outside is shared between
    the ``ends`` of all bands of an exercise (Bonferroni): two standard deviations at each of eight
    ends would call one healthy person in six wrong.
    """
    from scipy.special import stdtrit

    quantile = float(stdtrit(people - 1, 1.0 - OUTSIDE / max(ends, 1)))
    return quantile * float((1.0 + 1.0 / people) ** 0.5)


def involved_band(
    case: Case, exercise: Exercise, involved: Involved, usual: Band
) -> tuple[Band, Norm | None]:
    """The band of an involved joint: healthy people's at the ends that the definition limits."""
    norm = norm_of(case, involved_norm(involved.signal, involved.statistic))
    if norm is None or case.template is None:
        return usual, None
    ends = sum((i.low is not None) + (i.high is not None) for i in exercise.involved)
    width = half_width(norm.people, ends) * norm.sd
    low = None if usual.low is None else norm.mean - width
    high = None if usual.high is None else norm.mean + width
    return Band(low, high, usual.unit, case.template.words), norm


def within(reading: Reading, norm: Norm | None) -> Reading:
    """The reading with the spread of one person's repetitions as its error."""
    return reading if norm is None else replace(reading, error=norm.within, assumed=False)
