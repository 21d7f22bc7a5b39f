"""When each row of somebody's table was recorded: by its time, its frame number, or a rate."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.formats.build import assumed_rate
from rehabkit.formats.columns import Layout
from rehabkit.formats.sheet import Sheet
from rehabkit.recording import History, Step

RATE_HZ: Final = 30.0
LARGEST_TIME: Final = 1e15


def read_times(
    sheet: Sheet, layout: Layout, rate_hz: float | None
) -> tuple[NDArray[np.float64], str, History]:
    """Time of each row in s of the file's clock, what that clock is, and what was assumed."""
    if rate_hz is not None and not rate_hz > 0:
        raise RehabkitError(f"Expected rate_hz above 0, found {rate_hz}.")
    if layout.milliseconds >= 0:
        return sheet.column(layout.milliseconds, LARGEST_TIME) / 1e3, "the file's time", ()
    if layout.seconds >= 0:
        return _seconds(sheet, layout)
    rate = rate_hz or RATE_HZ
    why = "given" if rate_hz else "the file has no time column"
    if layout.frame < 0:
        times, step = assumed_rate(rate, len(sheet.rows), why)
        return times, "frames at an assumed rate", (step,)
    step = Step("assume frame rate", {"rate_hz": rate}, why)
    return sheet.column(layout.frame, LARGEST_TIME) / rate, "the file's frame numbers", (step,)


def _seconds(sheet: Sheet, layout: Layout) -> tuple[NDArray[np.float64], str, History]:
    """A time column; where its name does not say seconds, its steps may say milliseconds."""
    times = sheet.column(layout.seconds, LARGEST_TIME)
    history: History = ()
    if not layout.stated_unit:
        times, history = as_seconds(times, sheet.header[layout.seconds])
    return times, "the file's time", history


def as_seconds(times: NDArray[np.float64], name: str) -> tuple[NDArray[np.float64], History]:
    """Times of no stated unit: steps of over two are milliseconds, and the history says so."""
    steps = np.diff(times[np.isfinite(times)])
    if not len(steps) or np.median(steps) < 2:
        return times, ()
    why = f"{name!r} steps by {np.median(steps):.4g}"
    return times / 1e3, (Step("assume time unit", {"unit": "ms"}, why),)
