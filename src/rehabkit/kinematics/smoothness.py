"""Smoothness of a movement: spectral arc length and log dimensionless jerk."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.recording.arrays import Float

CUTOFF_HZ: Final = 10.0
AMPLITUDE: Final = 0.05
PADDING: Final = 4
STILL_SHARE: Final = 0.05
"""A movement begins and ends where its speed passes this share of the peak."""


def sparc(
    speed: Float,
    rate_hz: float,
    *,
    cutoff_hz: float = CUTOFF_HZ,
    amplitude: float = AMPLITUDE,
    padding: int = PADDING,
) -> float:
    """Spectral arc length of a speed profile: 0 is smoothest, more negative is less smooth.

    Balasubramanian, Melendez-Calderon, Roby-Brami and Burdet, *On the analysis of movement
    smoothness*, J NeuroEng Rehabil 12:112, 2015, Eq. 8 and 9: the length of the normalised
    magnitude spectrum from 0 to the last frequency, at most ``cutoff_hz``, whose magnitude
    reaches ``amplitude``, the frequency axis scaled to 0-1. It does not depend on the size or
    the duration of the movement.

    Parameters
    ----------
    speed
        (samples,) without missing values, any unit.
    rate_hz
        Samples a second.
    cutoff_hz, amplitude, padding
        The paper's: 10 Hz, 0.05 and 4 (the spectrum has 2^(ceil(log2 samples) + 4) bins).

    Raises
    ------
    RehabkitError
        If there are fewer than three samples, missing ones, or no movement.
    """
    _check(speed, rate_hz)
    bins = 2 ** (int(np.ceil(np.log2(len(speed)))) + padding)
    magnitude = np.abs(np.fft.rfft(speed, bins))
    magnitude = magnitude / magnitude.max()
    frequency = np.fft.rfftfreq(bins, 1.0 / rate_hz)
    magnitude = magnitude[frequency <= cutoff_hz]
    last = int(np.flatnonzero(magnitude >= amplitude)[-1])
    if last == 0:
        return 0.0
    along = np.hypot(1.0 / last, np.diff(magnitude[: last + 1]))
    return -float(along.sum())


def log_dimensionless_jerk(velocity: Float, rate_hz: float) -> float:
    """Log dimensionless jerk of a velocity: more negative is less smooth.

    Balasubramanian et al. 2015, Eq. 2: -ln( T^3 / v_peak^2 * integral of (d^2 v / dt^2)^2 dt ),
    T the duration. A minimum-jerk movement has -ln 204.8 = -5.32, whatever its size and duration.

    Parameters
    ----------
    velocity
        (samples,) or (samples, dims), without missing values.
    rate_hz
        Samples a second.

    Raises
    ------
    RehabkitError
        If there are fewer than three samples, missing ones, or no movement.
    """
    v = np.asarray(velocity, dtype=np.float64).reshape(len(velocity), -1)
    _check(v, rate_hz)
    jerk = np.gradient(np.gradient(v, axis=0), axis=0) * rate_hz**2
    peak = float(np.linalg.norm(v, axis=1).max())
    duration = (len(v) - 1) / rate_hz
    squared = np.sum(jerk**2, axis=1)
    cost = float(np.trapezoid(squared, dx=1.0 / rate_hz)) * duration**3 / peak**2
    return -float(np.log(cost)) if cost > 0 else float("inf")


def moving_part(velocity: NDArray[np.float64]) -> slice:
    """From the first to the last sample faster than 5 % of the peak, one sample of margin."""
    moving = np.flatnonzero(np.abs(velocity) > STILL_SHARE * np.abs(velocity).max())
    if not len(moving):
        return slice(0, 0)
    return slice(max(0, int(moving[0]) - 1), min(len(velocity), int(moving[-1]) + 2))


def _check(values: Float, rate_hz: float) -> None:
    if len(values) < 3 or not np.isfinite(values).all() or not rate_hz > 0:
        raise RehabkitError(
            "Smoothness needs at least three samples without a missing one at a rate above 0 Hz, "
            f"found {len(values)} samples, {int((~np.isfinite(values)).sum())} missing, "
            f"at {rate_hz} Hz."
        )
    if not np.abs(values).max() > 0:
        raise RehabkitError("Smoothness needs a movement, found a speed of 0 throughout.")
