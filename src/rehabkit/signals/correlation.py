"""Normalised cross-correlation of two even series, and what its curve says about the peak."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float

FEWEST: Final = 8
"""Common samples that a correlation needs."""
SPEED_S: Final = 0.25
"""Speeds are differences over this time: short enough for one rise, long enough for noise."""


def correlations(x: Float, y: Float) -> tuple[NDArray[np.intp], Float, Float]:
    """Pearson's correlation of ``x[k + lag]`` with ``y[k]`` at every lag, over samples both have.

    Returns
    -------
    tuple
        (lags,) in samples, (lags,) correlations, (lags,) number of common samples. Sums by fast
        Fourier transform: n log n in place of n squared.
    """
    seen_x, seen_y = np.isfinite(x).astype(float), np.isfinite(y).astype(float)
    # Means taken off first: the sums of squares of far-off values lose their digits otherwise.
    u = np.where(seen_x > 0, x - np.nanmean(x), 0.0)
    v = np.where(seen_y > 0, y - np.nanmean(y), 0.0)
    length = len(x) + len(y) - 1
    size = 1 << (length - 1).bit_length()

    def cross(p: Float, q: Float) -> Float:
        product = np.fft.rfft(p, size) * np.conj(np.fft.rfft(q, size))
        full = np.fft.irfft(product, size)
        return np.concatenate([full[size - (len(y) - 1) :], full[: len(x)]])

    count = np.round(cross(seen_x, seen_y))
    n = np.maximum(count, 1.0)
    sum_x, sum_y = cross(u, seen_y), cross(seen_x, v)
    var_x = cross(u**2, seen_y) - sum_x**2 / n
    var_y = cross(seen_x, v**2) - sum_y**2 / n
    covariance = cross(u, v) - sum_x * sum_y / n
    floor = 1e-9 * max(float((u**2).sum()), 1e-300), 1e-9 * max(float((v**2).sum()), 1e-300)
    moving = (var_x > floor[0]) & (var_y > floor[1]) & (count >= FEWEST)
    scale = np.sqrt(np.where(moving, var_x * var_y, 1.0))
    return (
        np.arange(1 - len(y), len(x), dtype=np.intp),
        np.where(moving, np.clip(covariance / scale, -1, 1), np.nan),
        count,
    )


def fraction(values: Float, peak: int) -> float:
    """Where the parabola through a peak and its neighbours has its top, in samples from it."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, top, after = values[peak - 1 : peak + 2]
    bend = before - 2 * top + after
    # A neighbour that is not known is NaN, and compares as False.
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def bounded(values: Float, peak: int, margin: float) -> bool:
    """Whether lags that fit worse by ``margin`` lie on both sides, before any better one.

    Without them the true lag may lie beyond those that were looked at, or anywhere on a plateau.
    """
    return all(
        _falls(side, float(values[peak]), margin) for side in (values[peak::-1], values[peak:])
    )


def _falls(side: Float, top: float, margin: float) -> bool:
    worse, better = np.flatnonzero(side < top - margin), np.flatnonzero(side > top)
    return bool(len(worse) and (not len(better) or worse[0] < better[0]))


def runner_up(values: Float, peak: int, margin: float) -> float:
    """The highest other top that a dip of ``margin`` parts from the peak; -1 where there is none.

    A curve that still rises at the end of the lags counts as a top.
    """
    low = values < values[peak] - margin
    before, after = np.flatnonzero(low[:peak]), np.flatnonzero(low[peak:])
    left = int(before[-1]) if len(before) else 0
    right = peak + int(after[0]) if len(after) else len(values)
    known = np.concatenate([[-1.0], np.where(np.isfinite(values), values, -1.0), [-1.0]])
    tops = (known[1:-1] >= known[:-2]) & (known[1:-1] >= known[2:]) & np.isfinite(values)
    tops[left:right] = False
    return float(values[tops].max()) if tops.any() else -1.0


def speed_correlation(x: Float, y: Float, lag: int, rate_hz: float) -> float:
    """Pearson's correlation of the speeds of ``x[k + lag]`` and ``y[k]``; NaN where unknown.

    Slow drifts correlate by chance (two random walks by over 0.6 at their best lag, mostly); their
    speeds do not.
    """
    k = np.arange(max(0, -lag), min(len(y), len(x) - lag))
    step = max(1, round(SPEED_S * rate_hz))
    if len(k) <= step:
        return float("nan")
    p, q = x[k + lag], y[k]
    dp, dq = p[step:] - p[:-step], q[step:] - q[:-step]
    both = np.isfinite(dp) & np.isfinite(dq)
    if both.sum() < FEWEST or not (np.ptp(dp[both]) > 0 and np.ptp(dq[both]) > 0):
        return float("nan")
    return float(np.corrcoef(dp[both], dq[both])[0, 1])
