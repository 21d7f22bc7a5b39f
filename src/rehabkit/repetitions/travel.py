"""Walking told from exercise: a repetition ends where it began, a walk does not."""

from __future__ import annotations

import numpy as np

from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float

# Of a leg's length (in space) or a trunk's (in the picture), between start and end.
_AWAY = 0.5
# Of the trunk's length in the picture: growing or shrinking means coming closer or leaving.
_NEARER = 0.25


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


def _at(values: Float, frame: int) -> Float:
    """Median of the frames around ``frame``: one bad frame is no journey."""
    with np.errstate(all="ignore"):
        window = values[max(0, frame - 2) : frame + 3]
        middle: Float = np.nanmedian(window, axis=0) if np.isfinite(window).any() else window[0]
    return middle


def _walked_in_space(recording: Recording, start: int, end: int) -> bool:
    up = np.asarray(recording.up.vector)
    pelvis = recording.joint("pelvis").astype(np.float64)
    way = _at(pelvis, end) - _at(pelvis, start)
    way = way - (way @ up) * up
    legs = [
        np.linalg.norm(recording.joint(f"hip_{s}") - recording.joint(f"ankle_{s}"), axis=1)
        for s in ("left", "right")
    ]
    leg = np.nanmax(np.nanpercentile(np.stack(legs), 90, axis=1)) if np.isfinite(legs).any() else 0
    return bool(np.linalg.norm(way) > _AWAY * max(float(leg), 0.5))


def _walked_in_picture(recording: Recording, start: int, end: int) -> bool:
    assert recording.image_points is not None
    index = recording.skeleton.index
    points = recording.image_points.astype(np.float64)
    hips, chest = points[:, index("pelvis")], points[:, index("chest")]
    trunk = np.linalg.norm(hips - chest, axis=1)
    before, after = float(_at(trunk, start)), float(_at(trunk, end))
    if not (np.isfinite(before) and np.isfinite(after) and min(before, after) > 0):
        return False
    way = float(np.linalg.norm(_at(hips, end) - _at(hips, start)))
    grown = max(before, after) / min(before, after) - 1
    return way > _AWAY * max(before, after) or grown > _NEARER
