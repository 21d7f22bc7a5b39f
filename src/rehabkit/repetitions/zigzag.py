"""Turning points with hysteresis: the extremes of a signal, deaf to anything smaller."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float

Indices = NDArray[np.int64]


def smooth(values: Float, rate_hz: float, sigma_s: float = 0.1) -> Float:
    """(frames,) Gaussian-smoothed; unlike a Butterworth it does not ring beside a plateau."""
    from scipy.ndimage import gaussian_filter1d

    sigma = sigma_s * rate_hz
    if sigma < 0.25:
        return values
    smoothed: Float = gaussian_filter1d(np.asarray(values, np.float64), sigma, mode="nearest")
    return smoothed


def turning_points(values: Float, least: float) -> Indices:
    """Indices of alternating minima and maxima that differ by at least ``least``.

    A turn is one only when the signal has come back from it by ``least`` (the hysteresis of
    rain-flow counting), so trembling smaller than that gives none, at whatever level. The
    extremes before the first and after the last turn are included; a signal that never moves by
    ``least`` has none.

    Parameters
    ----------
    values
        (frames,), finite.
    least
        In the unit of ``values``, above 0.
    """
    turns: list[int] = []
    rising: bool | None = None
    low = high = 0
    for i in _local_extremes(values):
        value = values[i]
        if rising is None:
            high = i if value > values[high] else high
            low = i if value < values[low] else low
            if values[high] - values[low] >= least:
                rising = bool(high > low)
                turns.append(low if rising else high)
        elif rising:
            if value > values[high]:
                high = i
            elif values[high] - value >= least:
                turns.append(high)
                rising, low = False, i
        elif value < values[low]:
            low = i
        elif value - values[low] >= least:
            turns.append(low)
            rising, high = True, i
    if rising is not None:
        turns.append(high if rising else low)
    return np.asarray(turns, dtype=np.int64)


def _local_extremes(values: Float) -> list[int]:
    """First and last frame, and every frame where the slope changes sign."""
    slope = np.diff(values)
    moving = np.flatnonzero(slope)
    if len(moving) == 0:
        return [0]
    sign = np.sign(slope[moving])
    turns = moving[1:][sign[1:] != sign[:-1]]
    return [0, *turns.tolist(), len(values) - 1]


def strokes(values: Float, turns: Indices) -> Float:
    """(turns - 1,) absolute difference between neighbouring turning points."""
    return np.abs(np.diff(values[turns]))
