"""An arm that the sensor puts onto the other one: it jumps there, stays with it, and comes back.

A depth camera that loses a hidden arm sometimes finds the other a second time. Each frame by itself
looks like a body, bones keep their lengths; only the jump and the company give it away. Hands that
come together by moving are left alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from rehabkit.recording import CANONICAL_SKELETON, SIDES, other_side
from rehabkit.recording.arrays import Bool, Float

NEAR_M: Final = 0.15
"""A wrist or hand nearer than this to the other forearm or hand is in its place."""
FAR_M: Final = 0.3
"""How far from it the hand was on the other side of the jump; hands that touch are no case."""
LEAST_FRAMES: Final = 5
JOINED_FRAMES: Final = 5
"""An elbow that jumps within so many frames of its hand went with it."""

_HAND: Final = ("wrist", "hand", "hand_tip", "thumb")


def caught(points: Float, steps: Bool, metre: float = 1.0) -> Bool:
    """(frames, joints): True where an arm lies on the other one after a jump, or before one.

    Parameters
    ----------
    points
        (frames, joints, dims) of one run on the canonical joints; NaN where missing.
    steps
        (frames, joints): the edges of implausible steps that were kept.
    metre
        Size of a metre in the unit of ``points``.
    """
    lost = np.zeros(points.shape[:2], dtype=bool)
    for side in SIDES:
        hand, wrist = (CANONICAL_SKELETON.index(f"{part}_{side}") for part in ("hand", "wrist"))
        jumped = np.asarray(steps[:, wrist] | steps[:, hand])
        if not jumped.any():
            continue
        away, near = _near(points, side, metre)
        for first, stop in _stretches(near):
            before, after = away[max(first - 4, 0) : first], away[stop : stop + 4]
            came = jumped[max(first - 2, 0) : first + 2].any() and _far(before[::-1], metre)
            went = jumped[max(stop - 2, 0) : stop + 2].any() and _far(after, metre)
            if stop - first >= LEAST_FRAMES and (came or went):
                lost[first:stop, _joints(side, steps, first, stop)] = True
    return lost


def _far(away: Float, metre: float) -> bool:
    """Whether the first seen of some distances is a far one."""
    seen = away[np.isfinite(away)]
    return bool(len(seen) and seen[0] > FAR_M * metre)


def _near(points: Float, side: str, metre: float) -> tuple[Float, Bool]:
    """(frames,) distance of the wrist to the other forearm; whether wrist and hand lie there."""
    chain = [
        points[:, CANONICAL_SKELETON.index(other_side(f"{part}_{side}"))]
        for part in ("elbow", "wrist", "hand")
    ]
    with np.errstate(invalid="ignore"):
        wrist, hand = (
            np.fmin(*(_to_segment(points[:, joint], a, b) for a, b in pairwise(chain)))
            for joint in (CANONICAL_SKELETON.index(f"{p}_{side}") for p in ("wrist", "hand"))
        )
        return wrist, np.asarray((wrist <= NEAR_M * metre) & ~(hand > NEAR_M * metre))


def _to_segment(point: Float, a: Float, b: Float) -> Float:
    """(frames,) distance of a point to the segment from a to b."""
    along = b - a
    length = (along**2).sum(axis=-1)
    share = ((point - a) * along).sum(axis=-1) / np.where(length > 0, length, np.nan)
    nearest = a + np.clip(share, 0, 1)[:, None] * along
    return np.asarray(np.linalg.norm(point - nearest, axis=-1))


def _stretches(frames: Bool) -> list[tuple[int, int]]:
    padded = np.diff(np.concatenate([[0], frames.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(padded > 0), np.flatnonzero(padded < 0)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def _joints(side: str, steps: Bool, first: int, stop: int) -> list[int]:
    """Wrist and hand, and the elbow where it jumped along."""
    found = [CANONICAL_SKELETON.index(f"{part}_{side}") for part in _HAND]
    elbow = CANONICAL_SKELETON.index(f"elbow_{side}")
    around = [
        steps[max(at - JOINED_FRAMES, 0) : at + JOINED_FRAMES, elbow].any() for at in (first, stop)
    ]
    return [*found, elbow] if any(around) else found
