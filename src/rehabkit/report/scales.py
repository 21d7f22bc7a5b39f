"""Axes: round ticks over a span of values."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high`` with round ``ticks``, all in the shown unit."""

    low: float
    high: float
    ticks: tuple[float, ...]
    step: float

    def percent(self, value: float) -> float:
        """Where ``value`` lies, 0 at ``low`` and 100 at ``high``, kept inside."""
        share = 100 * (value - self.low) / (self.high - self.low)
        return min(100.0, max(0.0, share))

    @property
    def digits(self) -> int:
        """Decimals that tell neighbouring ticks apart."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))


def round_step(span: float, most: int) -> float:
    """The least of 1, 2, 5, 10 ... that cuts ``span`` into at most ``most`` parts."""
    raw = max(span, 1e-9) / max(1, most)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9))


def scale(low: float, high: float, *, most: int = 4, zero: bool = True) -> Scale:
    """A scale over [low, high], widened to whole steps; ``zero`` keeps 0 on it."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    step = round_step(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(i * step for i in range(first, last + 1))
    return Scale(first * step, last * step, ticks, step)


def inner(low: float, high: float, *, most: int = 3) -> Scale:
    """A scale that ends at ``low`` and ``high`` themselves; ticks are the round values inside."""
    step = round_step(high - low, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return Scale(low, high, tuple(i * step for i in range(first, last + 1)), step)


def with_room(axis: Scale, most: int = 4) -> Scale:
    """An :func:`inner` scale whose upper tick's label, on its line, stays below the title."""
    # A wider axis may have another upper tick, so once more.
    for _ in range(3):
        room = axis.low + (axis.ticks[-1] - axis.low) / 0.86
        if axis.high >= room - 1e-9:
            break
        axis = inner(axis.low, room, most=most)
    return axis


def time_ticks(duration_s: float, most: int = 10) -> tuple[float, ...]:
    """Round moments from 0 up to ``duration_s``: 1, 2, 5, 10, 15, 30 s, then minutes."""
    steps = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
    step = next((s for s in steps if duration_s / s <= most), 14400)
    return tuple(i * step for i in range(int(duration_s / step + 1e-9) + 1))
