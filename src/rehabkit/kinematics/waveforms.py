"""Agreement of whole curves: the coefficient of multiple correlation (CMC)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.recording.arrays import Float


def cmc_within(curves: Float) -> float:
    """Within-session CMC of repeated curves: Kadaba et al., J Orthop Res 7:849, 1989, eq. 1.

    The square root of one minus the variance about the mean curve over the variance about the
    grand mean. NaN where curves differ more than they move (the root would be imaginary).

    Parameters
    ----------
    curves
        (repetitions, points) of one session, or (sessions, repetitions, points).

    Raises
    ------
    RehabkitError
        With fewer than two repetitions, or missing values.
    """
    values = _curves(curves)
    sessions, runs, points = values.shape
    about_curve = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum()
    about_mean = ((values - values.mean(axis=(1, 2), keepdims=True)) ** 2).sum()
    return _root(
        about_curve / (sessions * points * (runs - 1)),
        about_mean / (sessions * (runs * points - 1)),
    )


def cmc_between(curves: Float) -> float:
    """Between-session CMC: Kadaba et al. 1989, eq. 2; curves and means are over all sessions.

    Parameters
    ----------
    curves
        (sessions, repetitions, points).
    """
    values = _curves(curves)
    sessions, runs, points = values.shape
    about_curve = ((values - values.mean(axis=(0, 1))) ** 2).sum()
    about_mean = ((values - values.mean()) ** 2).sum()
    return _root(
        about_curve / (points * (sessions * runs - 1)), about_mean / (sessions * runs * points - 1)
    )


def cmc_protocols(curves: Float) -> float:
    """CMC of several sensors that saw the same repetitions: Ferrari et al., Gait Posture 31:540.

    Parameters
    ----------
    curves
        (sensors, repetitions, points): every sensor has every repetition. An offset between the
        sensors lowers it.
    """
    values = _curves(np.swapaxes(np.asarray(curves, dtype=np.float64), 0, 1))
    runs, sensors, points = values.shape
    about_curve = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum()
    about_mean = ((values - values.mean(axis=(1, 2), keepdims=True)) ** 2).sum()
    return _root(
        about_curve / (runs * points * (sensors - 1)), about_mean / (runs * (sensors * points - 1))
    )


def _curves(curves: Float) -> NDArray[np.float64]:
    values = np.asarray(curves, dtype=np.float64)
    values = values[None] if values.ndim == 2 else values
    if values.ndim != 3 or values.shape[1] < 2 or values.shape[2] < 2:
        raise RehabkitError(
            f"Expected (sessions, repetitions, points) with two repetitions or more, found "
            f"{np.shape(curves)}."
        )
    if not np.isfinite(values).all():
        raise RehabkitError("Expected curves without missing values; leave out those that have.")
    return values


def _root(about_curve: float, about_mean: float) -> float:
    if not about_mean > 0 or about_curve > about_mean:
        return float("nan")
    return float(np.sqrt(1 - about_curve / about_mean))
