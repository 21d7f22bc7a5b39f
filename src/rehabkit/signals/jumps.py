"""Lost tracking and jumps: points that no body could have reached in the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals.runs import chunks

SPIKE_FRAMES: Final = 3
"""Frames on each side whose median a point is compared with."""
MAX_PIECES: Final = 400
"""More implausible steps than this in one joint: only the spikes are removed."""

LONGEST_PAUSE_S: Final = 0.5
"""However long a joint was away, it comes back within what it reaches in this time, s."""

EDGE: Final = 5.0
"""How much dearer it is to discard frames at the start or end, where nothing shows a return."""


@dataclass(frozen=True)
class JumpLimits:
    """What is implausible.

    Parameters
    ----------
    spike_m
        Distance from the median of the neighbouring frames.
    step_m, speed_m_s
        A step is implausible when it is longer than ``step_m`` and faster than ``speed_m_s``, and
        sudden: it differs from the step before or after it by more than ``step_m`` and by more
        than ``acceleration_m_s2`` explains. A swift arm speeds up and slows down; a jump does not.
    return_s
        A stretch between two implausible steps is discarded up to about this length; a longer one
        is kept, with its edges marked lost.
    """

    spike_m: float = 0.15
    step_m: float = 0.15
    speed_m_s: float = 6.0
    acceleration_m_s2: float = 100.0
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
    far: Bool = np.zeros(part.shape[:2], dtype=bool)
    if len(part) < 5:
        return far
    for chunk in chunks(len(part)):
        with np.errstate(invalid="ignore"):
            away = np.linalg.norm(part[chunk] - _local_median(part, chunk), axis=-1)
            far[chunk] = away > limit
    return far


def _local_median(points: Float, frames: slice) -> Float:
    """(frames, joints, dims): median over each frame of a slice and its neighbours."""
    first, stop = frames.start - SPIKE_FRAMES, frames.stop + SPIKE_FRAMES
    wide = points[max(first, 0) : stop]
    before, after = max(-first, 0), max(stop - len(points), 0)
    wide = np.pad(wide, ((before, after), (0, 0), (0, 0)), constant_values=np.nan)
    count = frames.stop - frames.start
    return _nan_median(np.stack([wide[k : k + count] for k in range(2 * SPIKE_FRAMES + 1)]))


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
    """Frames of one joint, or one body, in one run that lie off its track, and the steps left.

    The path is cut at implausible steps. Of its pieces the cheapest chain is kept: a discarded
    frame costs its ``trust``, joining two pieces that no body could join costs ``return_s`` worth
    of frames. Short excursions go, long relocations stay. What never returns, at the start or the
    end, is no excursion: discarding it costs ``EDGE`` times as much.

    Parameters
    ----------
    path
        (frames, dims) of a joint, or (frames, joints, dims) of a body, whose distance between two
        frames is the median of its joints'. NaN is missing.
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
    points = np.asarray(path).reshape(len(path), -1, path.shape[-1])
    known = np.isfinite(points).all(axis=-1)
    seen = np.flatnonzero(known.sum(axis=1) > 0.5 * known.any(axis=0).sum())
    if len(seen) < 2 or not known.any():
        return lost, []
    wrong = _sudden(time[seen], points, seen, limits, metre)
    if not wrong.any() or wrong.sum() > MAX_PIECES:
        return lost, []
    edges = np.concatenate(([0], np.flatnonzero(wrong) + 1, [len(seen)]))
    penalty = limits.return_s / float(np.median(np.diff(time)))
    ends = points[seen[edges[:-1]]] / metre, points[seen[edges[1:] - 1]] / metre
    kept, joins = _cheapest_chain(time[seen], ends, trust[seen], edges, limits, penalty)
    for piece in np.flatnonzero(~kept):
        lost[seen[edges[piece] : edges[piece + 1]]] = True
    return lost, [int(seen[edges[piece]]) for piece in joins]


def _apart(a: Float, b: Float) -> NDArray[np.float64]:
    """(frames,) distance of (frames, joints, dims) points: the median over the joints."""
    away = np.linalg.norm(a - b, axis=-1)
    if away.shape[1] == 1:
        return np.asarray(away[:, 0])
    return np.asarray(np.nan_to_num(_nan_median(away.T)))


def _sudden(
    time: NDArray[np.float64], points: Float, seen: NDArray[np.intp], limits: JumpLimits,
    metre: float,
) -> Bool:  # fmt: skip
    """(seen - 1,): steps between seen frames that are too long, too fast, unlike their neighbours.

    ``time`` is that of the seen frames, ``points`` are all; a chunk of steps at a time, each with
    the step before and after it.
    """
    sudden: Bool = np.zeros(len(seen) - 1, dtype=bool)
    for chunk in chunks(len(sudden)):
        first, stop = max(chunk.start - 1, 0), min(chunk.stop + 2, len(seen))
        found = _sudden_steps(time[first:stop], points[seen[first:stop]] / metre, limits)
        sudden[chunk] = found[chunk.start - first :][: chunk.stop - chunk.start]
    return sudden


def _sudden_steps(time: NDArray[np.float64], points: Float, limits: JumpLimits) -> Bool:
    """(frames - 1,): as ``_sudden``, of points that are all seen."""
    step, pause = np.diff(points, axis=0), np.diff(time)
    wrong = _implausible(_apart(points[1:], points[:-1]), pause, limits)
    allowed = np.maximum(limits.step_m, limits.acceleration_m_s2 * pause**2)
    kink = np.full(len(step) + 1, np.inf)  # a step at either end has only one neighbour
    if len(step) > 1:
        kink[1:-1] = _apart(step[1:] / pause[1:, None, None], step[:-1] / pause[:-1, None, None])
    return np.asarray(wrong & (np.maximum(kink[:-1], kink[1:]) * pause > allowed))


def _implausible(distance: Float, step_s: Float, limits: JumpLimits) -> Bool:
    return np.asarray((distance > limits.step_m) & (distance > limits.speed_m_s * step_s))


def _cheapest_chain(
    time: Float, ends: tuple[Float, Float], trust: Float, edges: NDArray[np.intp],
    limits: JumpLimits, penalty: float,
) -> tuple[Bool, list[int]]:  # fmt: skip
    """Which pieces are kept, and the kept pieces that no body could have reached.

    ``ends`` are the points of each piece's first and of its last frame.
    """
    begin, end = ends
    first, last = edges[:-1], edges[1:] - 1
    weight = np.add.reduceat(np.asarray(trust, dtype=float), first)
    before = np.concatenate(([0.0], np.cumsum(weight)))  # weight of all pieces before each
    cost, back = EDGE * before[:-1], np.full(len(first), -1)  # all earlier ones discarded
    bad = np.zeros(len(first), dtype=bool)
    for k in range(1, len(first)):
        pause = np.minimum(time[first[k]] - time[last[:k]], LONGEST_PAUSE_S)
        wrong = _implausible(_apart(begin[k], end[:k]), pause, limits)
        total = cost[:k] + (before[k] - before[1 : k + 1]) + penalty * wrong
        best = int(np.argmin(total))
        if total[best] <= cost[k]:
            cost[k], back[k], bad[k] = total[best], best, wrong[best]
    k = int(np.argmin(cost + EDGE * (before[-1] - before[1:])))
    kept, joins = np.zeros(len(first), dtype=bool), []
    while k >= 0:
        kept[k] = True
        if bad[k]:
            joins.append(k)
        k = int(back[k])
    return kept, joins[::-1]
