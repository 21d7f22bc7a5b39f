"""How far repeated measurements agree: ICC, SEM, MDC95, Bland-Altman.

Sources: Shrout and Fleiss, Psychol Bull 86:420, 1979 (ICC and the intervals of ICC(2,1)); McGraw
and Wong, Psychol Methods 1:30, 1996 (intervals of ICC(3,1)); Weir, J Strength Cond Res 19:231, 2005
(SEM and minimal difference); Bland and Altman, Stat Methods Med Res 8:135, 1999.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.recording.arrays import Float

MDC_FACTOR: Final = 1.959963984540054 * 2**0.5
"""Minimal detectable change = this times the SEM: 95 % of the differences of two readings."""
LEVEL: Final = 0.95


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """Agreement of several readings of several people.

    Parameters
    ----------
    icc_2_1
        Absolute agreement, readings a random sample (two-way random, single reading).
    icc_3_1
        Consistency, these readings only (two-way mixed, single reading).
    sem
        Standard error of measurement in the unit of the values: square root of the variance
        between readings and of the residual, so that a constant difference counts.
    sem_consistency
        Square root of the residual variance alone.
    mdc95
        1.96 sqrt(2) SEM.
    people, readings
        Rows that were complete, and columns.
    left_out
        Rows with a missing value.
    """

    icc_2_1: Interval
    icc_3_1: Interval
    sem: float
    sem_consistency: float
    mdc95: float
    people: int
    readings: int
    left_out: int


@dataclass(frozen=True)
class BlandAltman:
    """Differences ``b - a`` of paired readings.

    Parameters
    ----------
    bias
        Mean difference.
    sd
        Standard deviation of the differences.
    low, high
        Limits of agreement, bias -+ 1.96 sd, each with its interval.
    slope
        Change of the difference with the mean of both (proportional bias).
    pairs, left_out
        Pairs used, and those with a missing value.
    """

    bias: Interval
    sd: float
    low: Interval
    high: Interval
    slope: Interval
    pairs: int
    left_out: int


def mdc95(sem: float) -> float:
    """The least change of one reading to another that is no chance in 95 of 100."""
    return MDC_FACTOR * sem


def reliability(values: Float) -> Reliability:
    """ICC(2,1), ICC(3,1), SEM and MDC95 of readings.

    Parameters
    ----------
    values
        (people, readings); rows with NaN are left out and counted.

    Raises
    ------
    RehabkitError
        With fewer than two complete people or two readings, or where nothing varies.
    """
    table, left_out = _complete(values)
    n, k = table.shape
    between, readings, residual = mean_squares(table)
    if between + readings + residual <= 0:
        raise RehabkitError("Expected readings that differ, found all of them equal.")
    sem = float(np.sqrt(max(readings - residual, 0.0) / n + residual))
    return Reliability(
        icc_2_1=_icc_2_1(between, readings, residual, n, k),
        icc_3_1=_icc_3_1(between, residual, n, k),
        sem=sem,
        sem_consistency=float(np.sqrt(residual)),
        mdc95=mdc95(sem),
        people=n,
        readings=k,
        left_out=left_out,
    )


def _complete(values: Float) -> tuple[NDArray[np.float64], int]:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2:
        raise RehabkitError(f"Expected values of shape (people, readings), found {table.shape}.")
    whole = np.isfinite(table).all(axis=1)
    if whole.sum() < 2 or table.shape[1] < 2:
        raise RehabkitError(
            "Expected at least two people with two readings each, found "
            f"{int(whole.sum())} complete of {len(table)} with {table.shape[1]} readings. An ICC "
            "compares differences between people with those within: it needs several."
        )
    return table[whole], int((~whole).sum())


def mean_squares(table: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean squares between people, between readings, and of the residual (two-way ANOVA)."""
    n, k = table.shape
    mean = table.mean()
    people, readings = table.mean(axis=1), table.mean(axis=0)
    residual = table - people[:, None] - readings[None] + mean
    return (
        float(k * ((people - mean) ** 2).sum() / (n - 1)),
        float(n * ((readings - mean) ** 2).sum() / (k - 1)),
        float((residual**2).sum() / ((n - 1) * (k - 1))),
    )


def _f(df1: float, df2: float) -> float:
    """The value that F with these degrees of freedom exceeds in 2.5 of 100."""
    from scipy.stats import f

    return float(f.ppf(0.5 + LEVEL / 2, df1, df2))


def _icc_2_1(bms: float, jms: float, ems: float, n: int, k: int) -> Interval:
    """Shrout and Fleiss 1979, p. 423 and 426."""
    value = (bms - ems) / (bms + (k - 1) * ems + k * (jms - ems) / n)
    if ems <= 0:
        return Interval(value, np.nan, np.nan)
    ratio = jms / ems
    inner = n * (1 + (k - 1) * value) - k * value
    top = (k - 1) * (n - 1) * (k * value * ratio + inner) ** 2
    freedom = top / ((n - 1) * k**2 * value**2 * ratio**2 + inner**2)
    up, down = _f(n - 1, freedom), _f(freedom, n - 1)
    rest = k * jms + (k * n - k - n) * ems
    low = n * (bms - up * ems) / (up * rest + n * bms)
    high = n * (down * bms - ems) / (rest + n * down * bms)
    return Interval(float(value), float(low), float(high))


def _icc_3_1(bms: float, ems: float, n: int, k: int) -> Interval:
    """Shrout and Fleiss 1979, p. 423; interval as McGraw and Wong 1996, table 7."""
    value = (bms - ems) / (bms + (k - 1) * ems)
    if ems <= 0:
        return Interval(float(value), np.nan, np.nan)
    low = bms / ems / _f(n - 1, (n - 1) * (k - 1))
    high = bms / ems * _f((n - 1) * (k - 1), n - 1)
    return Interval(float(value), (low - 1) / (low + k - 1), (high - 1) / (high + k - 1))


def within(values: Float) -> tuple[float, int]:
    """Standard deviation of one person's repetitions, and how many there were.

    It serves as the SEM where there is one person only: what varies between repetitions is the
    measurement and the movement together. NaN with fewer than two.
    """
    seen = np.asarray(values, dtype=np.float64)
    seen = seen[np.isfinite(seen)]
    return (float(seen.std(ddof=1)) if len(seen) > 1 else float("nan")), len(seen)


def pooled_within(groups: list[Any]) -> tuple[float, int]:
    """Standard deviation within groups (people, sessions), and its degrees of freedom."""
    squares, freedom = 0.0, 0
    for group in groups:
        spread, count = within(group)
        if count > 1:
            squares += spread**2 * (count - 1)
            freedom += count - 1
    return (float(np.sqrt(squares / freedom)) if freedom else float("nan")), freedom


def bland_altman(a: Float, b: Float) -> BlandAltman:
    """Bias and limits of agreement of paired readings, with 95 % intervals.

    The standard error of a limit is sd sqrt(1/n + 1.96^2 / (2 (n - 1))) (Bland and Altman 1999,
    section 2.2).

    Parameters
    ----------
    a, b
        (n,) readings of the same things.

    Raises
    ------
    RehabkitError
        With fewer than three complete pairs.
    """
    from scipy.stats import t

    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise RehabkitError(f"Expected two (n,) arrays, found {first.shape} and {second.shape}.")
    both = np.isfinite(first) & np.isfinite(second)
    n = int(both.sum())
    if n < 3:
        raise RehabkitError(f"Expected at least three pairs of readings, found {n}.")
    difference, mean = (second - first)[both], ((first + second) / 2)[both]
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    quantile = float(t.ppf(0.5 + LEVEL / 2, n - 1))
    of_limit = quantile * sd * float(np.sqrt(1 / n + 1.96**2 / (2 * (n - 1))))
    of_bias = quantile * sd / float(np.sqrt(n))
    return BlandAltman(
        bias=_around(bias, of_bias),
        sd=sd,
        low=_around(bias - 1.96 * sd, of_limit),
        high=_around(bias + 1.96 * sd, of_limit),
        slope=_slope(mean, difference),
        pairs=n,
        left_out=int((~both).sum()),
    )


def _around(value: float, half: float) -> Interval:
    return Interval(value, value - half, value + half)


def _slope(mean: NDArray[np.float64], difference: NDArray[np.float64]) -> Interval:
    """Least-squares slope of the differences over the means, with its interval."""
    from scipy.stats import linregress, t

    if np.ptp(mean) == 0:
        return Interval(np.nan, np.nan, np.nan)
    fit = linregress(mean, difference)
    half = float(t.ppf(0.5 + LEVEL / 2, max(len(mean) - 2, 1)) * fit.stderr)
    return _around(float(fit.slope), half)


def rmse(a: Float, b: Float) -> float:
    """Root mean square difference over what both have; NaN where nothing is."""
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return float("nan")
    return float(np.sqrt(np.mean((np.asarray(a)[both] - np.asarray(b)[both]) ** 2)))
