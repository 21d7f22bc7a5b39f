"""Resampling to a uniform rate or to given times, never across a break."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.signals.joined import runs_of
from rehabkit.signals.runs import BREAK_S
from rehabkit.signals.slices import ARRAYS


def resample(
    time: NDArray[np.float64], values: Float, new_time: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Linear interpolation of (frames, ...) ``values`` at ``new_time``, along the first axis.

    A new frame between a seen and a missing one is missing; one exactly on a seen frame is seen.
    Times outside ``time`` take its first or last value.
    """
    if len(time) == 1:
        return np.repeat(np.asarray(values, dtype=np.float64), len(new_time), axis=0)
    after = np.clip(np.searchsorted(time, new_time, side="right"), 1, len(time) - 1)
    share = (new_time - time[after - 1]) / (time[after] - time[after - 1])
    share = np.clip(share, 0.0, 1.0).reshape((-1,) + (1,) * (np.ndim(values) - 1))
    low, high = values[after - 1], values[after]
    mixed = low + share * (high.astype(np.float64) - low)
    mixed = np.where(share < 1e-9, low, mixed)
    return np.asarray(np.where(share > 1 - 1e-9, high, mixed))


def resample_recording(
    recording: Recording, rate_hz: float, *, max_gap_s: float = BREAK_S
) -> Recording:
    """The recording at an even rate within each run; a break stays a break.

    Each run keeps its own first time and is sampled at ``rate_hz`` from there. Orientations are
    interpolated on the shorter arc and normalised. Streams keep their own time.

    Raises
    ------
    RecordingError
        If ``rate_hz`` is not positive.
    """
    if not rate_hz > 0:
        raise RecordingError(f"Expected rate_hz above 0 Hz, found {rate_hz}.")
    parts = [r for r in runs_of(recording, max_gap_s) if r.stop - r.start > 1]
    if not parts:
        return recording
    grids = [_inner_times(recording.time[r], rate_hz) for r in parts]
    changes: dict[str, Any] = {"time": np.concatenate(grids)}
    for name in ARRAYS:
        values = getattr(recording, name)
        if values is None:
            continue
        pieces = [
            resample(recording.time[r], _one_hemisphere(values[r], name), grid)
            for r, grid in zip(parts, grids, strict=True)
        ]
        changes[name] = _unit(np.concatenate(pieces), name)
    changes["time"] = changes["time"] - changes["time"][0]
    return recording.with_step(
        "resample", f"{len(recording)} to {len(changes['time'])} frames",
        changes=changes, rate_hz=rate_hz,
    )  # fmt: skip


def arrays_between(recording: Recording, new_time: NDArray[np.float64]) -> dict[str, Any]:
    """Name -> values of every array of ``recording`` at ``new_time`` (its own clock, s).

    Linear, orientations on the shorter arc; a time in a gap of over a second is missing.
    """
    found: dict[str, Any] = {}
    across = np.zeros(len(new_time), dtype=bool)
    for before, after in pairwise(runs_of(recording)):
        start, end = recording.time[before.stop - 1], recording.time[after.start]
        across |= (new_time > start) & (new_time < end)
    for name in ARRAYS:
        values = getattr(recording, name)
        if values is None:
            continue
        taken = resample(recording.time, _one_hemisphere(values, name), new_time)
        taken[across] = np.nan
        found[name] = _unit(taken, name)
    return found


def _inner_times(time: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    count = int(np.floor((time[-1] - time[0]) * rate_hz + 1e-6)) + 1
    return np.asarray(time[0] + np.arange(count) / rate_hz)


def _one_hemisphere(values: Float, name: str) -> Float:
    """Quaternions with the signs that make neighbours close; anything else as it is."""
    if name != "orientations":
        return values
    dots = np.sum(values[1:] * values[:-1], axis=-1)
    signs = np.cumprod(np.where(dots < 0, -1.0, 1.0), axis=0)
    return np.concatenate([values[:1], values[1:] * signs[..., None]])


def _unit(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    if name != "orientations":
        return values
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True))
