"""Gaps: interpolated up to a stated length, left NaN beyond."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals.runs import true_runs


def fill_gaps(
    time: NDArray[np.float64], values: Float, runs: list[slice], max_gap_s: float
) -> tuple[Float, Bool]:
    """Interpolate missing points over gaps of at most ``max_gap_s``, inside each run.

    The curve through a gap is a cubic that leaves and arrives with the speed of the neighbouring
    frames (Hermite); the speed is limited so that the curve cannot overshoot far.
    Missing ends of a run stay missing.

    Parameters
    ----------
    time
        (frames,) s.
    values
        (frames, joints, dims); a point with any NaN is missing.
    runs
        Frame runs that nothing is filled across.
    max_gap_s
        Longest gap that is filled: s between the seen frames on its two sides.

    Returns
    -------
    tuple of array
        The filled copy, and (frames, joints) True where a point was filled.
    """
    if max_gap_s < 0:
        raise RecordingError(f"Expected max_gap_s of 0 s or more, found {max_gap_s}.")
    out = np.array(values)
    filled = np.zeros(values.shape[:2], dtype=bool)
    missing: Bool = np.asarray(np.isnan(values).any(axis=-1))
    for joint in np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0)):
        for first, stop in true_runs(missing[:, joint]):
            inside = _run_of(runs, first, stop)
            if inside is None or time[stop] - time[first - 1] > max_gap_s + 1e-9:
                continue
            out[first:stop, joint] = _bridge(time, values[:, joint], first, stop, inside)
            filled[first:stop, joint] = True
    return out, filled


def _run_of(runs: list[slice], first: int, stop: int) -> slice | None:
    """The run that has a frame on both sides of the gap [first, stop)."""
    return next((r for r in runs if r.start < first and stop < r.stop), None)


def _bridge(
    time: NDArray[np.float64], path: Float, first: int, stop: int, run: slice
) -> NDArray[np.float64]:
    """(stop - first, dims): the cubic through a gap."""
    a, b = first - 1, stop
    width = time[b] - time[a]
    p, q = path[a].astype(float), path[b].astype(float)
    chord = (q - p) / width
    leave = _slope(time, path, max(run.start, a - 3), a, chord)
    arrive = _slope(time, path, b, min(run.stop - 1, b + 3), chord)
    s = ((time[first:stop] - time[a]) / width)[:, None]
    h10, h11 = s * (1 - s) ** 2, s**2 * (s - 1)
    blend = s**2 * (3 - 2 * s)
    bridged: NDArray[np.float64] = p + (q - p) * blend + width * (h10 * leave + h11 * arrive)
    return bridged


def _slope(
    time: NDArray[np.float64], path: Float, a: int, b: int, chord: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean velocity between frames a and b; the chord's where one of them is missing."""
    if a == b or np.isnan(path[a]).any() or np.isnan(path[b]).any():
        return chord
    return np.asarray((path[b].astype(float) - path[a]) / (time[b] - time[a]))
