"""How far two clocks are apart, told by one series that both sensors saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording.arrays import Float
from rehabkit.signals.correlation import (
    FEWEST,
    bounded,
    correlations,
    fraction,
    runner_up,
    speed_correlation,
)

LEAST_OVERLAP: Final = 0.5
"""Share of the series with fewer seen samples that must lie within the other at a lag."""
LEAST_CORRELATION: Final = 0.6
"""A best lag that correlates less is refused: the two series do not show the same movement."""
LEAST_SPEED_CORRELATION: Final = 0.5
"""Speeds that agree less leave a doubt; of random walks one in a hundred reaches it."""
DOUBT_MARGIN: Final = 0.05
"""A second lag whose correlation is within this of the best leaves the answer in doubt."""
GAP_S: Final = 0.5
_MOST: Final = 20_000_000
_ZOOM: Final = 5

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
        How long both series are seen together.
    bounded
        Whether lags on both sides of it fit clearly worse.
    speed_correlation
        Pearson's of the speeds at this lag; NaN where it is not known.
    """

    offset_s: float
    rate_ratio: float
    correlation: float
    runner_up: float
    overlap_s: float
    bounded: bool
    speed_correlation: float

    @property
    def unique(self) -> bool:
        """Whether no other lag fits about as well, of those looked at or just beyond them."""
        return self.bounded and self.correlation - self.runner_up > DOUBT_MARGIN

    @property
    def doubts(self) -> tuple[str, ...]:
        """What speaks against this lag, in words; empty where nothing does."""
        found = []
        if not self.bounded:
            found.append("the best lag lies at the edge of those looked at, or on a plateau")
        if self.correlation - self.runner_up <= DOUBT_MARGIN:
            found.append(f"another lag fits nearly as well ({self.runner_up:.2f})")
        if not self.speed_correlation >= LEAST_SPEED_CORRELATION:
            known = np.isfinite(self.speed_correlation)
            found.append(f"speeds agree by {self.speed_correlation:.2f} only" if known
                         else "speeds cannot be compared")  # fmt: skip
        return tuple(found)


def find_lag(
    time_a: Times,
    a: Float,
    time_b: Times,
    b: Float,
    *,
    max_lag_s: float | None = None,
    ratios: tuple[float, ...] = (1.0,),
    max_drift: float = 0.0,
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
    max_drift
        Rates between ``1 - max_drift`` and ``1 + max_drift`` are searched too, first coarsely,
        then around the best: 0.01 for clocks that may run 1 % apart.
    rate_hz
        Of the common grid; by default the higher of both.

    Raises
    ------
    RecordingError
        Where a series is too short or never moves, or no lag correlates by 0.6.
    """
    a, b = _checked(time_a, a), _checked(time_b, b)
    _check_search(max_lag_s, ratios, max_drift, rate_hz)
    rate = rate_hz or max(_rate(time_a), _rate(time_b))
    x = _even(time_a, a, rate)

    def at(ratio: float) -> Lag:
        y = _even(time_b * ratio, b, rate)
        lag = _best_lag(x, y, float(time_a[0] - time_b[0] * ratio), rate, max_lag_s)
        return replace(lag, rate_ratio=ratio)

    lag = max((at(ratio) for ratio in ratios), key=lambda found: found.correlation)
    if max_drift > 0:
        lag = _zoomed(at, lag, max_drift, float(time_b[-1] - time_b[0]), rate)
    if not lag.correlation >= LEAST_CORRELATION:
        raise RecordingError(
            f"Expected two series of one movement, found a correlation of at most "
            f"{lag.correlation:.2f} at any lag. Choose another signal, or check that both "
            "recordings are of the same trial."
        )
    return lag


def _checked(time: Times, values: Float) -> Float:
    """The values, one for each time."""
    values = np.asarray(values)
    if values.shape != np.shape(time) or values.ndim != 1:
        raise RecordingError(
            f"Expected one value for each of {len(time)} times, found an array of shape "
            f"{values.shape}. A signal gives (frames,) values."
        )
    if len(time) < FEWEST:
        raise RecordingError(
            f"Expected at least {FEWEST} samples to synchronise by, found {len(time)}."
        )
    if not (np.isfinite(time).all() and (np.diff(time) > 0).all()):
        raise RecordingError("Expected finite times that strictly increase. Sort them first.")
    return values


def _check_search(
    max_lag_s: float | None, ratios: tuple[float, ...], max_drift: float, rate_hz: float | None
) -> None:
    if max_lag_s is not None and not max_lag_s >= 0:
        raise RecordingError(f"Expected max_lag_s of 0 s or more, found {max_lag_s}.")
    if not ratios or not all(0 < ratio < np.inf for ratio in ratios):
        raise RecordingError(f"Expected ratios above 0, at least one, found {ratios}.")
    if not 0 <= max_drift <= 0.5:
        raise RecordingError(f"Expected max_drift from 0 to 0.5, found {max_drift}.")
    if rate_hz is not None and not 0 < rate_hz < np.inf:
        raise RecordingError(f"Expected rate_hz above 0 Hz, found {rate_hz}.")


def _rate(time: Times) -> float:
    return float(1 / np.median(np.diff(time)))


def _zoomed(
    at: Callable[[float], Lag], lag: Lag, max_drift: float, length_s: float, rate_hz: float
) -> Lag:
    """The best lag over rates within ``max_drift``: a coarse search, then ever finer ones.

    Coarse steps move the ends by 0.2 s against each other, finer than movements are long; the last
    ones by a quarter of a sample.
    """
    count = int(np.clip(np.ceil(max_drift * length_s / 0.2), 5, 100))
    step, centre = max_drift / count, 1.0
    while True:
        rates = centre + step * np.arange(-count, count + 1)
        rates = rates[(rates > 0) & (np.abs(rates - 1) <= max_drift + 1e-12)]
        lag = max([lag, *map(at, rates.tolist())], key=lambda found: found.correlation)
        if step * length_s / 2 <= 0.25 / rate_hz:
            return lag
        step, count, centre = step / _ZOOM, _ZOOM, lag.rate_ratio


def _even(time: Times, values: Float, rate_hz: float) -> NDArray[np.float64]:
    """The series on an even grid from its first time; NaN inside gaps of over 0.5 s."""
    seen = np.isfinite(values)
    if seen.sum() < FEWEST or np.ptp(values[seen]) == 0:
        raise RecordingError(
            f"Expected a series that moves, found {int(seen.sum())} seen samples"
            + (" that are all equal." if seen.any() else ".")
        )
    count = float((time[-1] - time[0]) * rate_hz)
    if count > _MOST:
        raise RecordingError(
            f"Expected at most {_MOST} samples at {rate_hz:.6g} Hz, found {count:.3g}: a stamp is "
            "far from the others, or rate_hz is too high."
        )
    grid = time[0] + np.arange(int(count + 1e-6) + 1) / rate_hz
    out = np.interp(grid, time[seen], np.asarray(values[seen], dtype=np.float64))
    nearest = np.abs(grid[:, None] - _neighbours(time[seen], grid)).min(axis=1)
    # Sparse sensors are not all gap: two of their own steps are always bridged.
    return np.where(nearest > max(GAP_S / 2, 1 / _rate(time)), np.nan, out)


def _neighbours(time: Times, grid: Times) -> Times:
    """(grid, 2) the seen times before and after each grid time."""
    after = np.clip(np.searchsorted(time, grid), 0, len(time) - 1)
    return np.stack([time[np.maximum(after - 1, 0)], time[after]], axis=1)


def _best_lag(x: Float, y: Float, apart_s: float, rate: float, max_lag_s: float | None) -> Lag:
    """The best lag of two even series of which the first begins ``apart_s`` later."""
    lags, values, counts = correlations(x, y)
    fewest = LEAST_OVERLAP * min(int(np.isfinite(x).sum()), int(np.isfinite(y).sum()))
    values = np.where(counts >= fewest, values, np.nan)
    looked_at = np.isfinite(values)
    if max_lag_s is not None:
        looked_at &= np.abs(lags / rate + apart_s) <= max_lag_s
    if not looked_at.any():
        raise RecordingError(
            "Expected a lag at which half of the shorter series overlaps the other, found none"
            + ("." if max_lag_s is None else f" within {max_lag_s} s.")
        )
    peak = int(np.argmax(np.where(looked_at, values, -np.inf)))
    return Lag(
        offset_s=float((lags[peak] + fraction(values, peak)) / rate + apart_s),
        rate_ratio=1.0,
        correlation=float(values[peak]),
        runner_up=runner_up(np.where(looked_at, values, np.nan), peak, DOUBT_MARGIN),
        overlap_s=float(counts[peak] / rate),
        bounded=bounded(values, peak, DOUBT_MARGIN),
        speed_correlation=speed_correlation(x, y, int(lags[peak]), rate),
    )
