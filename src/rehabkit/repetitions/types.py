"""Repetitions, counted and not, and the signal that cut them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float, frozen_array

Side = Literal["left", "right", "both", "none"]


@dataclass(frozen=True)
class Repetition:
    """One whole movement out and back, half-open [start_s, end_s).

    Parameters
    ----------
    start_s, end_s
        s from the recording's first frame; pauses before and after are outside.
    peak_s
        Moment of the extreme; ``hold_start_s`` and ``hold_end_s`` bound the stay near it.
    side
        The person's side that moved.
    confidence
        0-1: how surely this is a repetition, from range, rest at both ends and tracking.
    extent
        Range of the driving signal, in ``DrivingSignal.unit``.
    rest, extreme
        The driving signal at rest and at the peak.
    """

    start_s: float
    end_s: float
    peak_s: float
    side: Side
    confidence: float
    extent: float
    rest: float
    extreme: float
    hold_start_s: float
    hold_end_s: float


@dataclass(frozen=True)
class PartialRepetition:
    """A movement that is not counted, and why (``range too short``, ...)."""

    start_s: float
    end_s: float
    peak_s: float
    side: Side
    extent: float
    extreme: float
    why: str


@dataclass(frozen=True, eq=False)
class DrivingSignal:
    """A signal that drove the cutting, as the report draws it.

    ``name`` is the angle or height (``"knee_flexion"``), ``label`` its words, ``values`` (frames,)
    in ``unit``, ``needed`` the least range of a counted repetition, ``threshold`` the value that
    must be reached (None where it differs between repetitions).
    """

    name: str
    label: str
    unit: str
    time: NDArray[np.float64]
    values: Float
    side: Side
    direction: Literal["up", "down"]
    needed: float
    threshold: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time", frozen_array(self.time, np.float64))
        object.__setattr__(self, "values", frozen_array(self.values, np.float64))


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Everything the cutting found, in order of time."""

    repetitions: tuple[Repetition, ...]
    partial: tuple[PartialRepetition, ...]
    signals: tuple[DrivingSignal, ...]
    how: str
