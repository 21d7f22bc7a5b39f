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
    return np.asarray(cycles(values, time, [repetition], points)[0])


def cycles(
    values: Float,
    time: Float,
    repetitions: Sequence[Span],
    points: int = POINTS,
) -> NDArray[np.float64]:
    """(repetitions, points, ...): :func:`normalised` for each repetition, all at once."""
    found = np.asarray(values, dtype=np.float64)
    if found.shape[:1] != np.shape(time) or points < 2:
        raise RehabkitError(
            f"Expected one value for each of {len(time)} times and at least 2 points, found values "
            f"of shape {found.shape} and {points} points."
        )
    shape = (len(repetitions), points, *found.shape[1:])
    if len(time) < 2 or not repetitions:
        return np.full(shape, np.nan)
    starts = np.array([[r.start_s] for r in repetitions])
    ends = np.array([[r.end_s] for r in repetitions])
    moments = (starts + percent(points) / 100 * (ends - starts)).ravel()
    flat = found.reshape(len(found), -1)
    out = np.stack([np.interp(moments, time, column) for column in flat.T], axis=1)
    out[_unseen(time, moments)] = np.nan
    return out.reshape(shape)


def _unseen(time: Float, moments: Float) -> NDArray[np.bool_]:
    """(moments,): across a break of the recording, or outside of it."""
    after = np.clip(np.searchsorted(time, moments), 1, len(time) - 1)
    usual = float(np.median(np.diff(time)))
    broken = time[after] - time[after - 1] > max(LONGEST_STEP_S, 4 * usual)
    # An end is half-open: it may lie one frame behind the last.
    outside = (moments < time[0] - 1.5 * usual) | (moments > time[-1] + 1.5 * usual)
    return np.asarray(broken | outside)
