"""Walking told from exercise: a repetition ends where it began, a walk does not."""

from __future__ import annotations

import numpy as np

from rehabkit.recording import Recording
from rehabkit.recording.arrays import Bool, Float

# Between start and end, of a leg's length (in space) or a trunk's (in the picture): so far is
# away; half as far is away, too, for whoever gets there at a walk (lengths a second).
_AWAY = 0.5
_WALK_PER_S = 0.35
# Of the trunk's length in the picture: growing or shrinking means coming closer or leaving.
_NEARER = 0.25
# Frames to each side whose median is "at": one bad frame is no journey.
_BESIDE = 2
_LEAST_LEG_M = 0.5


def walked(recording: Recording, start: int, end: int) -> bool:
    """Whether the person stands somewhere else at frame ``end`` than at ``start``.

    In space by the pelvis' way over the ground; where only the picture travels (root-relative
    points) by the hips' way in the picture and the trunk's change of size.
    """
    if recording.positions is not None and recording.origin == "world":
        return _walked_in_space(recording, start, end)
    if recording.image_points is not None:
        return _walked_in_picture(recording, start, end)
    return False


def _walked_in_space(recording: Recording, start: int, end: int) -> bool:
    before, after = (_pose(recording.positions, frame) for frame in (start, end))
    index = recording.skeleton.index
    up = np.asarray(recording.up.vector)
    way = after[index("pelvis")] - before[index("pelvis")]
    way = way - (way @ up) * up
    legs = [
        float(np.linalg.norm(before[index(f"hip_{side}")] - before[index(f"ankle_{side}")]))
        for side in ("left", "right")
    ]
    leg = max((length for length in legs if np.isfinite(length)), default=0.0)
    return _away(float(np.linalg.norm(way)) / max(leg, _LEAST_LEG_M), recording, start, end)


def _walked_in_picture(recording: Recording, start: int, end: int) -> bool:
    before, after = (_pose(recording.image_points, frame) for frame in (start, end))
    hips, chest = recording.skeleton.index("pelvis"), recording.skeleton.index("chest")
    small, large = sorted(float(np.linalg.norm(p[hips] - p[chest])) for p in (before, after))
    if not (np.isfinite(small) and np.isfinite(large) and small > 0):
        return False
    way = float(np.linalg.norm(after[hips] - before[hips]))
    return _away(way / large, recording, start, end) or large / small - 1 > _NEARER


def _away(lengths: float, recording: Recording, start: int, end: int) -> bool:
    """Whether a way of so many body lengths from ``start`` to ``end`` is a walk."""
    took_s = float(recording.time[end] - recording.time[start])
    return lengths > _AWAY or (lengths > _AWAY / 2 and lengths > _WALK_PER_S * took_s)


def _pose(points: Float | None, frame: int) -> Float:
    """(joints, dims) float64: median of the frames around ``frame``, NaN where never seen."""
    assert points is not None
    window = points[max(0, frame - _BESIDE) : frame + _BESIDE + 1].astype(np.float64)
    seen: Bool = np.all(np.isfinite(window), axis=2)
    pose = np.full(window.shape[1:], np.nan)
    whole = seen.all(axis=0)
    pose[whole] = np.median(window[:, whole], axis=0)
    for joint in np.flatnonzero(seen.any(axis=0) & ~whole).tolist():
        pose[joint] = np.median(window[seen[:, joint], joint], axis=0)
    return pose
