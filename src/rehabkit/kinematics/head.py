"""The direction of the face, from the orientation of the head."""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.quaternions import rotate
from rehabkit.geometry.vectors import Array, dot, signed_angle
from rehabkit.kinematics.frames import Points
from rehabkit.recording import CANONICAL_SKELETON

WHY_NOT = "the points of the body do not show which way the face looks"
# An orientation whose own up does not point along the trunk, near enough, has other axes.
LEAST_UPRIGHT = 0.5
MAX_TURN_DEG = 130.0


def rotation(points: Points) -> Array | None:
    """(frames,) deg: turn of the face to the person's right against the thorax; None if unseen.

    Needs a head whose orientation has right, forward and up as its axes, as ``canonical()``
    makes it from ears and nose; another convention (Kinect's, y along the bone) is not used.
    """
    orientations = points.recording.orientations
    if orientations is None:
        return None
    q = np.asarray(orientations[:, CANONICAL_SKELETON.index("head")], dtype=np.float64)
    up = rotate(q, np.broadcast_to([0.0, 0.0, 1.0], (len(q), 3)))
    upright = dot(up, points.thorax.up)
    if not np.isfinite(upright).any() or np.nanmedian(upright) < LEAST_UPRIGHT:
        return None
    face = rotate(q, np.broadcast_to([0.0, 1.0, 0.0], (len(q), 3)))
    axis, ahead = _leant(points)
    turn = -signed_angle(ahead, face, axis)
    return np.where(np.abs(turn) <= MAX_TURN_DEG, turn, np.nan)


def _leant(points: Points) -> tuple[Array, Array]:
    """The neck's axis, and where a face that is not turned looks once the neck leans."""
    thorax = points.thorax
    axis = points.bone("neck" if points.has("neck") else "chest", "head")
    _, forward, up = thorax.parts(axis)
    flexion = np.arctan2(forward, up)[:, None]
    return axis, np.cos(flexion) * thorax.forward - np.sin(flexion) * thorax.up
