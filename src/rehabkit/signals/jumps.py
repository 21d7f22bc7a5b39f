"""Lost tracking and jumps: points that no body could have reached in the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Bool, Float

SPIKE_FRAMES: Final = 3
"""Frames on each side whose median a point is compared with."""
MAX_PIECES: Final = 400
"""More implausible steps than this in one joint: only the spikes are removed."""


@dataclass(frozen=True)
class JumpLimits:
    """What is implausible.

    Parameters
    ----------
    spike_m
        Distance from the median of the neighbouring frames.
    step_m, speed_m_s
        A step is implausible when it is longer than ``step_m`` and faster than ``speed_m_s``.
    return_s
        A stretch between two implausible steps is discarded up to about this length; a longer one
        is kept, with its edges marked lost.
    """

    spike_m: float = 0.15
    step_m: float = 0.15
    speed_m_s: float = 6.0
    return_s: float = 1.0


def zeros(points: Float) -> Bool:
    """(frames, joints): True where a point is exactly 0, which sensors write for "not seen"."""
    return np.asarray((points == 0).all(axis=-1))


def spikes(points: Float, run: slice, limit: float) -> Bool:
    """(frames of the run, joints): True where a point lies off the median of its neighbours.

    Seven frames (fewer at the ends) around each, missing ones left out. A movement that goes on
    or turns stays near that median; an excursion of up to three frames does not.
    """
    part = np.asarray(points[run])
    if len(part) < 5:
        return np.zeros(part.shape[:2], dtype=bool)
    pad = np.full((SPIKE_FRAMES, *part.shape[1:]), np.nan, dtype=part.dtype)
    wide = np.concatenate([pad, part, pad])
    window = np.stack([wide[k : k + len(part)] for k in range(2 * SPIKE_FRAMES + 1)])
    median = _nan_median(window)
    with np.errstate(invalid="ignore"):
        far: Bool = np.linalg.norm(part - median, axis=-1) > limit
    return far


def _nan_median(window: Float) -> Float:
    """Median along the first axis without the missing values; NaN where all are missing."""
    ordered = np.sort(window, axis=0)  # NaN last
    count = np.isfinite(ordered).sum(axis=0)
    low, high = (count - 1).clip(0) // 2, count // 2
    low_value = np.take_along_axis(ordered, low[None], axis=0)[0]
    high_value = np.take_along_axis(ordered, high.clip(max=len(window) - 1)[None], axis=0)[0]
    return np.asarray((low_value + high_value) / 2)


def off_track(
    time: NDArray[np.float64], path: Float, trust: Float, limits: JumpLimits, metre: float = 1.0
) -> tuple[Bool, list[int]]:
    """Frames of one joint in one run that lie off its track, and the steps left in it.

    The path is cut at implausible steps. Of its pieces the cheapest chain is kept: a discarded
    frame costs its ``trust``, joining two pieces that no body could join costs ``return_s`` worth
    of frames. Short excursions go, long relocations stay.

    Parameters
    ----------
    path
        (frames, dims); NaN is missing.
    trust
        (frames,) 0-1; inferred frames are cheaper to discard.
    metre
        Size of a metre in the unit of ``path``.

    Returns
    -------
    tuple
        (frames,) True where discarded; and the frames right after a step that was kept.
    """
    lost = np.zeros(len(path), dtype=bool)
    seen = np.flatnonzero(np.isfinite(path).all(axis=-1))
    if len(seen) < 2:
        return lost, []
    steps = np.linalg.norm(np.diff(path[seen], axis=0), axis=-1) / metre
    wrong = _implausible(steps, np.diff(time[seen]), limits)
    if not wrong.any() or wrong.sum() > MAX_PIECES:
        return lost, []
    edges = np.concatenate(([0], np.flatnonzero(wrong) + 1, [len(seen)]))
    rate = 1.0 / float(np.median(np.diff(time)))
    kept, joins = _cheapest_chain(
        time[seen], path[seen] / metre, trust[seen], edges, limits, limits.return_s * rate
    )
    for piece in np.flatnonzero(~kept):
        lost[seen[edges[piece] : edges[piece + 1]]] = True
    return lost, [int(seen[edges[piece]]) for piece in joins]


def _implausible(distance: Float, step_s: Float, limits: JumpLimits) -> Bool:
    return np.asarray((distance > limits.step_m) & (distance > limits.speed_m_s * step_s))


def _cheapest_chain(
    time: Float, path: Float, trust: Float, edges: NDArray[np.intp], limits: JumpLimits,
    penalty: float,
) -> tuple[Bool, list[int]]:  # fmt: skip
    """Which pieces are kept, and the kept pieces that no body could have reached."""
    first, last = edges[:-1], edges[1:] - 1
    weight = np.add.reduceat(np.asarray(trust, dtype=float), first)
    before = np.concatenate(([0.0], np.cumsum(weight)))  # weight of all pieces before each
    count = len(first)
    cost, back = np.empty(count), np.full(count, -1)
    bad = np.zeros(count, dtype=bool)
    for k in range(count):
        cost[k] = before[k]  # all earlier ones discarded
        if k == 0:
            continue
        distance = np.linalg.norm(path[first[k]] - path[last[:k]], axis=-1)
        pause = np.minimum(time[first[k]] - time[last[:k]], 0.5)
        wrong = _implausible(distance, pause, limits)
        total = cost[:k] + (before[k] - before[1 : k + 1]) + penalty * wrong
        best = int(np.argmin(total))
        if total[best] <= cost[k]:
            cost[k], back[k], bad[k] = total[best], best, wrong[best]
    k = int(np.argmin(cost + before[-1] - before[1:]))
    kept, joins = np.zeros(count, dtype=bool), []
    while k >= 0:
        kept[k] = True
        if bad[k]:
            joins.append(k)
        k = int(back[k])
    return kept, joins[::-1]
