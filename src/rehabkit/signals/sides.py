"""Left and right: labels that change sides in mid-recording, and mirrored recordings."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.recording import CANONICAL, SIDES, other_side
from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals.runs import chunks

LIMBS: Final = {
    "arms": ("shoulder", "elbow", "wrist", "hand", "hand_tip", "thumb"),
    "legs": ("hip", "knee", "ankle", "toe"),
}
SWAPPED_ORDER: Final = np.array([CANONICAL.index(other_side(j)) for j in CANONICAL])
"""Index of each canonical joint's other side."""

DOUBT_SHARE: Final = 0.7
"""Feet that point backwards in more than this share of the frames make the sides doubtful."""


def indices(limb: str, side: str) -> list[int]:
    """Canonical indices of a pair of limbs ("arms", "legs") on one side."""
    return [CANONICAL.index(f"{part}_{side}") for part in LIMBS[limb]]


def label_swaps(points: Float, run: slice, limb: str, metre: float = 1.0) -> Bool:
    """(frames of the run,): True where the labels of a pair of limbs are exchanged.

    Between two frames the sides have changed where following the labels costs much movement and
    following the exchanged labels costs little: less than a third of it, with at least 0.15 m
    for a joint on average at stake. Frames on the less frequent side of such changes are
    swapped. An exchange from the first to the last frame cannot be seen this way.
    """
    part = points[run]
    seen: Bool = np.asarray(np.isfinite(part).all(axis=-1))
    both = seen[:, indices(limb, "left")] & seen[:, indices(limb, "right")]
    swapped = np.zeros(len(part), dtype=bool)
    frames = np.flatnonzero(both.sum(axis=1) >= 2)
    if len(frames) < 3:
        return swapped
    change = np.zeros(len(frames) - 1, dtype=bool)
    for chunk in chunks(len(change)):
        rows = part[frames[chunk.start : chunk.stop + 1]].astype(float) / metre
        change[chunk] = _changes(rows[:, indices(limb, "left")], rows[:, indices(limb, "right")])
    if not change.any():
        return swapped
    state = np.concatenate(([False], np.logical_xor.accumulate(change)))
    if state.mean() > 0.5:
        state = ~state
    nearest = np.clip(np.searchsorted(frames, np.arange(len(part)), side="right") - 1, 0, None)
    return np.asarray(state[nearest])


def _changes(left: Float, right: Float) -> Bool:
    """(frames - 1,): whether labels change sides from each frame to the next."""

    def cost(a: Float, b: Float) -> Float:
        return np.asarray(np.linalg.norm(a[1:] - b[:-1], axis=-1))

    straight = cost(left, left) + cost(right, right)
    crossed = cost(left, right) + cost(right, left)
    seen = np.isfinite(straight) & np.isfinite(crossed)
    count = seen.sum(axis=1)
    straight = np.where(seen, straight, 0.0).sum(axis=1)
    crossed = np.where(seen, crossed, 0.0).sum(axis=1)
    at_stake = straight > 2 * 0.15 * np.maximum(count, 1)
    return np.asarray((count >= 2) & at_stake & (crossed < straight / 3))


def exchange(values: Float, frames: Bool, limbs: tuple[str, ...]) -> Float:
    """A copy of (frames, 25, ...) with the sides of ``limbs`` exchanged in the marked frames."""
    out = np.array(values)
    for limb in limbs:
        left, right = indices(limb, "left"), indices(limb, "right")
        rows = np.flatnonzero(frames)[:, None]
        out[rows, left], out[rows, right] = values[rows, right], values[rows, left]
    return out


def backward_feet(points: Float, up: Float) -> float | None:
    """Share (0-1) of frames in which both feet point backwards by the named sides of the hips.

    Labels that are exchanged without a mirror turn the body's front into its back; feet point
    forward. None where hips and feet are hardly ever seen. A mirrored picture cannot be told this
    way: it is a possible body.
    """
    hips = points[:, CANONICAL.index("hip_right")] - points[:, CANONICAL.index("hip_left")]
    forward = np.cross(up, hips.astype(np.float64))
    agree = np.stack(
        [
            ((points[:, CANONICAL.index(f"toe_{s}")] - points[:, CANONICAL.index(f"ankle_{s}")])
             * forward).sum(axis=-1)
            for s in SIDES
        ]
    )  # fmt: skip
    seen = np.isfinite(agree).all(axis=0)
    if seen.mean() < 0.2:
        return None
    return float((agree[:, seen] < 0).all(axis=0).mean())
