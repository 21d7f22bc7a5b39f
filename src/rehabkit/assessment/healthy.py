"""Bands from healthy people whom the same kind of sensor recorded.

Such a band already holds the sensor's error: a definition's limit asks that a value lies outside
by more than that error, a healthy band only by the spread of one person's repetitions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rehabkit.assessment.judge import Band
from rehabkit.assessment.readings import Case, Reading
from rehabkit.exercises.exercise import Involved, Primary
from rehabkit.templates.types import Norm, Template

WIDTH: Final = 2.0
"""Half width of a band in standard deviations between people: 97.7 % lie inside one end."""


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


def involved_band(case: Case, involved: Involved, usual: Band) -> tuple[Band, Norm | None]:
    """The band of an involved joint: healthy people's at the ends that the definition limits."""
    norm = norm_of(case, involved_norm(involved.signal, involved.statistic))
    if norm is None or case.template is None:
        return usual, None
    low = None if usual.low is None else norm.mean - WIDTH * norm.sd
    high = None if usual.high is None else norm.mean + WIDTH * norm.sd
    return Band(low, high, usual.unit, case.template.words), norm


def within(reading: Reading, norm: Norm | None) -> Reading:
    """The reading with the spread of one person's repetitions as its error."""
    return reading if norm is None else replace(reading, error=norm.within, assumed=False)
