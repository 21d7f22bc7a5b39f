"""Runs: stretches of frames without a break in the time line. Nothing works across a break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording.arrays import Bool

BREAK_S: Final = 1.0
"""A pause between frames longer than this, s, means that two recordings were joined."""

CHUNK: Final = 2048
"""Frames that are worked on at once, so that long recordings need no large temporary arrays."""

Spans = tuple[tuple[float, float], ...]


def runs(
    time: NDArray[np.float64], max_gap_s: float = BREAK_S, *, cuts: Sequence[float] = ()
) -> list[slice]:
    """Frame runs between breaks of the time line.

    Parameters
    ----------
    time
        (frames,) s, strictly increasing.
    max_gap_s
        A step longer than this is a break. Recordings slower than ``3 / max_gap_s`` Hz break at
        three times their median step instead.
    cuts
        Further breaks: times in s of the first frame after each, to a tenth of a ms.

    Returns
    -------
    list of slice
        Half-open frame runs that together cover all frames, in order.

    Raises
    ------
    RecordingError
        If ``max_gap_s`` is not positive.
    """
    if not max_gap_s > 0:
        raise RecordingError(f"Expected max_gap_s above 0 s, found {max_gap_s}.")
    step = np.diff(time)
    limit = max(max_gap_s, 3.0 * float(np.median(step))) if len(step) else max_gap_s
    starts = set((np.flatnonzero(step > limit) + 1).tolist())
    starts |= {int(i) for i in np.searchsorted(time, np.asarray(cuts) - 1e-4) if 0 < i < len(time)}
    edges = [0, *sorted(starts), len(time)]
    return [slice(a, b) for a, b in pairwise(edges)]


def chunks(length: int, size: int = CHUNK) -> Iterator[slice]:
    """Frames 0 to ``length`` in order, ``size`` at a time."""
    return (slice(first, min(first + size, length)) for first in range(0, length, size))


def true_runs(mask: Bool) -> NDArray[np.intp]:
    """(runs, 2): half-open frame intervals in which a (frames,) mask is True."""
    edges = np.diff(np.concatenate(([False], mask, [False])).astype(np.int8))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def inside(spans: Spans, time: NDArray[np.float64]) -> Bool:
    """(frames,): True in the frames that lie in one of the half-open ``spans``, s.

    To a tenth of a ms, to which spans are rounded.
    """
    mask: Bool = np.zeros(len(time), dtype=bool)
    for start, end in spans:
        mask |= (time >= start - 1e-4) & (time < end - 1e-4)
    return mask


def spans_of(mask: Bool, time: NDArray[np.float64], join_s: float = 0.2) -> Spans:
    """[start, end) in s where a (frames,) mask is True; neighbours within ``join_s`` are one.

    A frame lasts until the next one; the last frame lasts one median step.
    """
    step = float(np.median(np.diff(time))) if len(time) > 1 else 0.0
    ends = np.append(time[1:], time[-1] + step)
    ends = np.minimum(ends, time + 3 * step) if step else ends
    joined: list[tuple[float, float]] = []
    for first, stop in true_runs(mask):
        start, end = float(time[first]), float(ends[stop - 1])
        if joined and start - joined[-1][1] <= join_s:
            start = joined.pop()[0]
        joined.append((start, end))
    return tuple((round(a, 4), round(b, 4)) for a, b in joined)
