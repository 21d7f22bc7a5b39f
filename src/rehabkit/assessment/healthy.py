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
from rehabkit.templates.types import Norm

WIDTH: Final = 2.0
"""Half width of a band in standard deviations between people: 97.7 % lie inside one end."""


def involved_norm(signal: str, statistic: str) -> str:
    """Name of the norm of an involved joint's figure."""
    return f"involved.{signal}.{statistic}"


def reach_norm(primary: Primary) -> str:
    """Name of the norm of a primary joint's reach."""
    return f"reach.{primary.angle}.{primary.statistic}"


def norm_of(case: Case, name: str) -> Norm | None:
    """Healthy people's figure, where the same kind of sensor recorded them."""
    template = case.template
    if template is None or template.sensor != case.kinematics.sensor:
        return None
    return template.norms.get(name)


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
