"""Times of a repetition: out, hold, back, tempo, and their variation between repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rehabkit.kinematics.types import Measure


class Cycle(Protocol):
    """What measures need to know of a repetition; ``repetitions.types.Repetition`` has it.

    Times in s from the recording's first frame, half-open [start_s, end_s); ``side`` is
    "left", "right", "both" or "none".
    """

    @property
    def start_s(self) -> float:
        """Start, s."""

    @property
    def hold_start_s(self) -> float:
        """Start of the stay near the extreme, s."""

    @property
    def hold_end_s(self) -> float:
        """End of that stay, s."""

    @property
    def end_s(self) -> float:
        """End, s."""

    @property
    def side(self) -> str:
        """The person's side that moved."""


def frames_of(time: NDArray[np.float64], start_s: float, end_s: float) -> slice:
    """The frames of [start_s, end_s) on a time line (frames,) s."""
    first, stop = np.searchsorted(time, (start_s, end_s))
    return slice(int(first), int(stop))


def timing_measures(repetition: Cycle) -> dict[str, Measure]:
    """Durations in s and tempo (out : back) of one repetition.

    Out lasts from the start to the stay near the extreme, back from the end of that stay.
    """
    start, end = float(repetition.start_s), float(repetition.end_s)
    out = float(repetition.hold_start_s) - start
    hold = float(repetition.hold_end_s) - float(repetition.hold_start_s)
    back = end - float(repetition.hold_end_s)
    made = [
        Measure("duration", end - start, "s", "Duration of the repetition"),
        Measure("out_duration", out, "s", "Way out"),
        Measure("hold", hold, "s", "Hold at the furthest point"),
        Measure("back_duration", back, "s", "Way back"),
        _ratio(out, back),
    ]
    return {m.name: m for m in made}


def _ratio(out: float, back: float) -> Measure:
    label = "Tempo, way out to way back"
    if out <= 0 or back <= 0:
        return Measure("tempo", None, "1", label, reason="the way out or back has no duration")
    return Measure("tempo", out / back, "1", label)


def variation(values: Sequence[float]) -> float | None:
    """Coefficient of variation in %: standard deviation (n - 1) over the mean.

    None with fewer than three values or a mean of 0.
    """
    if len(values) < 3 or np.mean(values) == 0:
        return None
    return float(100.0 * np.std(values, ddof=1) / abs(np.mean(values)))
