"""How far two clocks are apart, told by one series that both sensors saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording.arrays import Float

LEAST_OVERLAP: Final = 0.5
"""Share of the shorter series that must lie within the other at a lag that is considered."""
LEAST_CORRELATION: Final = 0.6
"""A best lag that correlates less is refused: the two series do not show the same movement."""
DOUBT_MARGIN: Final = 0.05
"""A second lag whose correlation is within this of the best leaves the answer in doubt."""
_FEWEST: Final = 8

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Lag:
    """``time of b in a's clock = offset_s + rate_ratio * time of b``.

    Parameters
    ----------
    offset_s
        s to add to the times of ``b``.
    rate_ratio
        Seconds of ``a``'s clock in one second of ``b``'s.
    correlation
        Pearson's, at this lag, over the overlap.
    runner_up
        The highest correlation at another peak; -1 where there is none.
    overlap_s
        How long both series last together.
    """

    offset_s: float
    rate_ratio: float
    correlation: float
    runner_up: float
    overlap_s: float

    @property
    def unique(self) -> bool:
        """Whether no other lag fits about as well."""
        return self.correlation - self.runner_up > DOUBT_MARGIN


def find_lag(
    time_a: Times,
    a: Float,
    time_b: Times,
    b: Float,
    *,
    max_lag_s: float | None = None,
    ratios: tuple[float, ...] = (1.0,),
    rate_hz: float | None = None,
) -> Lag:
    """The lag at which two scalar series correlate best, to a fraction of a sample.

    Both are brought to one even rate; at each lag Pearson's correlation is taken over the samples
    that both have there (normalised cross-correlation, so that amplitude and offset of the two
    sensors do not matter and the ends are not filled with zeros). A parabola through the peak and
    its neighbours gives the fraction.

    Parameters
    ----------
    time_a, time_b
        (n,), (m,) s, each in its own clock.
    a, b
        (n,), (m,) the series; NaN where missing.
    max_lag_s
        The largest offset that is considered; by default any that leaves half an overlap.
    ratios
        Rates of ``b``'s clock to try, as seconds of ``a`` in one second of ``b``.
    rate_hz
        Of the common grid; by default the higher of both.

    Raises
    ------
    RecordingError
        Where a series is too short or never moves, or no lag correlates by 0.6.
    """
    rate = rate_hz or max(_rate(time_a), _rate(time_b))
    found = [_lag_at(time_a, a, time_b * ratio, b, rate, max_lag_s) for ratio in ratios]
    best = int(np.argmax([lag.correlation for lag in found]))
    lag = found[best]
    if not lag.correlation >= LEAST_CORRELATION:
        raise RecordingError(
            f"Expected two series of one movement, found a correlation of at most "
            f"{lag.correlation:.2f} at any lag. Choose another signal, or check that both "
            "recordings are of the same trial."
        )
    return Lag(lag.offset_s, ratios[best], lag.correlation, lag.runner_up, lag.overlap_s)


def _rate(time: Times) -> float:
    if len(time) < _FEWEST:
        raise RecordingError(
            f"Expected at least {_FEWEST} samples to synchronise by, found {len(time)}."
        )
    return float(1 / np.median(np.diff(time)))


def _even(time: Times, values: Float, rate_hz: float) -> NDArray[np.float64]:
    """The series on an even grid from its first time; NaN inside gaps of over 0.5 s."""
    seen = np.isfinite(values)
    if seen.sum() < _FEWEST or np.ptp(values[seen]) == 0:
        raise RecordingError(
            f"Expected a series that moves, found {int(seen.sum())} seen samples"
            + (" that are all equal." if seen.any() else ".")
        )
    grid = time[0] + np.arange(int((time[-1] - time[0]) * rate_hz + 1e-6) + 1) / rate_hz
    out = np.interp(grid, time[seen], np.asarray(values[seen], dtype=np.float64))
    nearest = np.abs(grid[:, None] - _neighbours(time[seen], grid)).min(axis=1)
    return np.where(nearest > 0.25, np.nan, out)


def _neighbours(time: Times, grid: Times) -> Times:
    """(grid, 2) the seen times before and after each grid time."""
    after = np.clip(np.searchsorted(time, grid), 0, len(time) - 1)
    return np.stack([time[np.maximum(after - 1, 0)], time[after]], axis=1)


def _lag_at(
    time_a: Times, a: Float, time_b: Times, b: Float, rate: float, max_lag_s: float | None
) -> Lag:
    """The best lag of two series whose clocks run equally fast."""
    x, y = _even(time_a, a, rate), _even(time_b, b, rate)
    lags, values, counts = correlations(x, y)
    allowed = counts >= LEAST_OVERLAP * min(len(x), len(y))
    if max_lag_s is not None:
        allowed &= np.abs(lags / rate + time_a[0] - time_b[0]) <= max_lag_s
    if not allowed.any():
        raise RecordingError(
            "Expected a lag at which half of the shorter series overlaps the other, found none "
            f"within {max_lag_s} s."
        )
    values = np.where(allowed & np.isfinite(values), values, -1.0)
    peak = int(np.argmax(values))
    offset = (lags[peak] + _fraction(values, peak)) / rate + time_a[0] - time_b[0]
    return Lag(float(offset), 1.0, float(values[peak]), _runner_up(values, peak),
               float(counts[peak] / rate))  # fmt: skip


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
    moving = (var_x > floor[0]) & (var_y > floor[1]) & (count >= _FEWEST)
    scale = np.sqrt(np.where(moving, var_x * var_y, 1.0))
    return (
        np.arange(1 - len(y), len(x), dtype=np.intp),
        np.where(moving, covariance / scale, np.nan),
        count,
    )


def _fraction(values: Float, peak: int) -> float:
    """Where the parabola through a peak and its neighbours has its top, in samples."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, top, after = values[peak - 1 : peak + 2]
    bend = before - 2 * top + after
    return float(0.5 * (before - after) / bend) if bend < 0 and min(before, after) > -1 else 0.0


def _runner_up(values: Float, peak: int) -> float:
    """The highest other local maximum that is parted from the peak by a dip of the margin."""
    low = values < values[peak] - 2 * DOUBT_MARGIN
    before, after = np.flatnonzero(low[:peak]), np.flatnonzero(low[peak:])
    left = int(before[-1]) if len(before) else 0
    right = peak + int(after[0]) if len(after) else len(values)
    others = np.concatenate([values[:left], values[right:]])
    return float(others.max()) if len(others) else -1.0
