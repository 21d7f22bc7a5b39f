"""``Template``: how healthy people do one exercise, as means and spreads over people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import frozen_array

POINTS: Final = 51
"""Moments of a curve, from 0 to 100 % of a repetition in steps of 2 %."""
OWN, OTHER = "own", "other"
"""The side that moves in a repetition, and the one that does not."""


def curve_key(name: str, role: str = "") -> str:
    """``"elbow_flexion:own"``; an unsided signal has no role."""
    return f"{name}:{role}" if role else name


@dataclass(frozen=True, eq=False)
class Curve:
    """One signal over a repetition: mean of people's mean curves, and their standard deviation.

    Parameters
    ----------
    mean, sd
        (51,) at 0, 2, ... 100 % of the repetition, in ``unit``.
    unit
        ``"deg"``, ``"m"``, ``""`` for a ratio, ``"body"`` for lengths over body size.
    people
        How many the mean is taken over.
    """

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    unit: str
    people: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", frozen_array(self.mean, np.float64))
        object.__setattr__(self, "sd", frozen_array(self.sd, np.float64))


@dataclass(frozen=True)
class Norm:
    """One figure of a repetition in healthy people: each person's median, then over people.

    Parameters
    ----------
    mean, sd
        Over people, on the scale on which points are given (``assessment.criteria.Figure.worse``).
    low, high
        5th and 95th percentile of people, in the unit in which people read the figure.
    within
        Standard deviation between one person's repetitions, pooled, in that unit too.
    people
        How many.
    """

    mean: float
    sd: float
    low: float
    high: float
    within: float
    people: int

    def worse(self, value: float) -> float:
        """How many standard deviations ``value`` lies above the mean."""
        return (value - self.mean) / self.sd


@dataclass(frozen=True, eq=False)
class Template:
    """Healthy people at one exercise.

    Parameters
    ----------
    exercise
        Id of the exercise they did.
    source
        Data set and its licence, in words.
    sensor
        What recorded them, as ``kinematics.trust.sensor_of`` names it.
    people, repetitions
        How many.
    curves
        :func:`curve_key` -> Curve. Repetitions to the left are mirrored, so that ``own`` is the
        side that moves.
    norms
        Criterion -> Norm (``assessment.criteria`` names them).
    """

    exercise: str
    source: str
    sensor: str
    people: int
    repetitions: int
    curves: Mapping[str, Curve] = field(default_factory=dict)
    norms: Mapping[str, Norm] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("curves", "norms"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled.
        head = (self.exercise, self.source, self.sensor, self.people, self.repetitions)
        return Template, (*head, dict(self.curves), dict(self.norms))

    @property
    def words(self) -> str:
        """``"33 healthy people of KIMORE, Kinect v2"``: where a band comes from."""
        return f"{self.people} healthy people of {self.source}"
