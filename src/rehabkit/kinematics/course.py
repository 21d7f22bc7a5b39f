"""How far the course of a movement is from one smooth stroke."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float

SAMPLES: Final = 26
LEAST_FRAMES: Final = 4


def minimum_jerk(x: Float) -> Float:
    """0 to 1 as a rested hand moves: 10 x^3 - 15 x^4 + 6 x^5 of ``x``, clipped to 0-1.

    Flash and Hogan, J Neurosci 5:1688, 1985.
    """
    x = np.clip(x, 0.0, 1.0)
    return np.asarray(x**3 * (10 - 15 * x + 6 * x**2))


def lag(
    time: NDArray[np.float64], values: Float, start_s: float, end_s: float
) -> tuple[float | None, float]:
    """Departure of a way out or back from a minimum-jerk stroke, and when it is largest.

    A movement in one go follows :func:`minimum_jerk`; one that waits, hurries or turns back does
    not.

    Parameters
    ----------
    time, values
        (frames,) s, and the driving signal in any unit, NaN where not seen.
    start_s, end_s
        The phase, s.

    Returns
    -------
    tuple
        Root mean square departure as a share of the way, and the moment of the largest one in s;
        None where fewer than four frames are seen or nothing moved.
    """
    seen = np.isfinite(values)
    inside = seen & (time >= start_s - 1e-9) & (time <= end_s + 1e-9)
    middle = (start_s + end_s) / 2
    if inside.sum() < LEAST_FRAMES:
        return None, middle
    moments = np.linspace(start_s, end_s, SAMPLES)
    course = np.interp(moments, time[seen], values[seen])
    way = float(course[-1] - course[0])
    if abs(way) < 1e-6 * max(1.0, float(np.abs(course).max())):
        return None, middle
    x = np.linspace(0, 1, SAMPLES)
    off = (course - course[0]) / way - minimum_jerk(x)
    return float(np.sqrt(np.mean(off**2))), float(moments[int(np.argmax(np.abs(off)))])
