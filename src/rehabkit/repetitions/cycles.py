"""A repetition on its own clock: curves from 0 % at its start to 100 % at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError
from rehabkit.recording.arrays import Float

POINTS: Final = 101
"""A value for each percent, both ends included."""
LONGEST_STEP_S: Final = 0.5
"""Nothing is drawn across a longer gap between frames, or across four usual ones."""


class Span(Protocol):
    """Anything with a start and an end, s from the recording's first frame."""

    @property
    def start_s(self) -> float:
        """Start, s."""

    @property
    def end_s(self) -> float:
        """End, s."""


def percent(points: int = POINTS) -> NDArray[np.float64]:
    """(points,) the common axis, % of the repetition."""
    return np.linspace(0.0, 100.0, points)


def normalised(
    values: Float, time: Float, repetition: Span, points: int = POINTS
) -> NDArray[np.float64]:
    """``values`` over one repetition at evenly spaced moments, by linear interpolation.

    Parameters
    ----------
    values
        (frames,) or (frames, ...), any unit.
    time
        (frames,) s.
    repetition
        Its start is 0 %, its end 100 %.
    points
        Moments from start to end, both included.

    Returns
    -------
    array
        (points,) or (points, ...); NaN beside missing values, across breaks of the recording and
        outside of it.

    Raises
    ------
    RehabkitError
        If values and times differ in number, or fewer than two points are asked for.
    """
    found = np.asarray(values, dtype=np.float64)
    if found.shape[:1] != np.shape(time) or points < 2:
        raise RehabkitError(
            f"Expected one value for each of {len(time)} times and at least 2 points, found values "
            f"of shape {found.shape} and {points} points."
        )
    moments = repetition.start_s + percent(points) / 100 * (repetition.end_s - repetition.start_s)
    if len(time) < 2:
        return np.full((points, *found.shape[1:]), np.nan)
    flat = found.reshape(len(found), -1)
    out = np.stack([np.interp(moments, time, column) for column in flat.T], axis=1)
    after = np.clip(np.searchsorted(time, moments), 1, len(time) - 1)
    usual = float(np.median(np.diff(time)))
    broken = time[after] - time[after - 1] > max(LONGEST_STEP_S, 4 * usual)
    # An end is half-open: it may lie one frame behind the last.
    outside = (moments < time[0] - 1.5 * usual) | (moments > time[-1] + 1.5 * usual)
    out[broken | outside] = np.nan
    return out.reshape(points, *found.shape[1:])


def cycles(
    values: Float,
    time: Float,
    repetitions: Sequence[Span],
    points: int = POINTS,
) -> NDArray[np.float64]:
    """(repetitions, points, ...): :func:`normalised` for each repetition."""
    found = [normalised(values, time, repetition, points) for repetition in repetitions]
    return np.stack(found) if found else np.empty((0, points, *np.shape(values)[1:]))
