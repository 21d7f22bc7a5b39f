"""The driving signals as they are shown: angles as they are, heights from their place at rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehabkit.report.curves import Array, Curves
from rehabkit.report.document import DriverPart, Summary
from rehabkit.report.phrases import unit_of


@dataclass(frozen=True, eq=False)
class Shown:
    """One signal in the unit of the figure (deg, cm); ``values`` (frames,)."""

    side: str
    time: Array
    values: Array


@dataclass(frozen=True, eq=False)
class Driven:
    """All signals of one unit on one axis.

    ``needed`` are the values to reach, in the figure's unit: one, two where the sign names the
    side, none where it differs between repetitions.
    """

    signals: list[Shown]
    title: str
    unit: str
    mark: str
    needed: tuple[float, ...]


def driven(summary: Summary, curves: Curves) -> Driven | None:
    """What the figure of the recording shows; None where no signal was seen."""
    pairs = [
        (s, d)
        for s, d in zip(curves.drivers, summary.drivers, strict=True)
        if np.isfinite(s.values).any()
    ]
    pairs = [(s, d) for s, d in pairs if d.unit == pairs[0][1].unit][:2]
    if not pairs:
        return None
    first = pairs[0][1]
    factor, mark, _ = unit_of(first.unit)
    # The zero of a height is the sensor's or the pelvis': only its change means something.
    shown = [
        Shown(d.side, s.time, (s.values - _rest(s.values, d.side, first.unit, summary)) * factor)
        for s, d in pairs
    ]
    title = f"{first.label}, from its place at rest" if first.unit == "m" else first.label
    needed = tuple(value * factor for value in _needed(first, len(pairs), summary))
    return Driven(shown, title, first.unit, mark, needed)


def _needed(driver: DriverPart, signals: int, summary: Summary) -> tuple[float, ...]:
    """The values that count a repetition; for a signal whose sign names the side, both."""
    if signals == 1 and {"left", "right"} <= {r.side for r in summary.repetitions}:
        return (driver.needed, -driver.needed)
    if driver.unit == "m":
        return (driver.needed if driver.direction == "up" else -driver.needed,)
    return () if driver.threshold is None else (driver.threshold,)


def _rest(values: Array, side: str, unit: str, summary: Summary) -> float:
    """The median of the signal at rest; 0 for angles, whose zero is the anatomical position."""
    if unit != "m":
        return 0.0
    mine = [r for r in summary.repetitions if r.side in (side, "both", "none") or side == "both"]
    rests = [r.rest for r in mine if r.rest is not None]
    if rests:
        return float(np.median(rests))
    seen = values[np.isfinite(values)]
    return float(np.median(seen))
