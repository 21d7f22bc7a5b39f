"""Angles of pelvis, trunk and neck."""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.vectors import Array, arcsin_deg, dot, signed_angle, unwrap, wrap
from rehabkit.kinematics.frames import Frame, Points

# Beyond this lean to the side (deg) forward and back cannot be told apart.
MAX_SIDEWAYS_DEG = 75.0
# No trunk twists this far: left and right of one of the two lines are exchanged.
MAX_TWIST_DEG = 120.0


def lean(direction: Array, frame: Frame) -> tuple[Array, Array]:
    """Forward and sideways lean (deg) of a segment that points up at rest.

    Flexion turns about the right axis first, lateral flexion then leaves that plane: both keep
    their meaning with the trunk level. Flexion is NaN beyond 75 deg to the side.
    """
    right, forward, up = frame.parts(direction)
    lateral = arcsin_deg(right)
    flexion = np.degrees(np.arctan2(forward, up))
    return np.where(np.abs(lateral) > MAX_SIDEWAYS_DEG, np.nan, flexion), lateral


def trunk(points: Points) -> dict[str, Array]:
    """Lean of the trunk against the vertical; rotation of the shoulders against the hips."""
    flexion, lateral = lean(points.trunk_axis, points.level)
    turn = -signed_angle(points.pelvis.right, points.thorax.right, points.trunk_axis)
    return {
        "trunk_flexion": wrap(flexion, -150.0),
        "trunk_lateral_flexion": lateral,
        "trunk_rotation": np.where(np.abs(turn) <= MAX_TWIST_DEG, turn, np.nan),
    }


def pelvis(points: Points) -> dict[str, Array]:
    """Tilt (of the lower spine where no pelvis is seen), obliquity, rotation from the usual."""
    measured = points.measured("pelvis")
    upward = measured.up if measured else points.bone("pelvis", "spine")
    tilt, _ = lean(upward, points.level)
    return {
        "pelvis_tilt": wrap(tilt, -150.0),
        "pelvis_obliquity": arcsin_deg(-dot(points.hip_line, points.level.up)),
        "pelvis_rotation": rotation_from_usual(points.level.right, points.vertical),
    }


def rotation_from_usual(right: Array, vertical: Array) -> Array:
    """(frames,) deg: turn of a level direction to the right of its median over the recording.

    Taken from the median, so the angle does not know which way the room lies.
    """
    seen = np.isfinite(right).all(axis=1)
    if not seen.any():
        return np.full(len(right), np.nan)
    mean = right[seen].mean(axis=0)
    turn = unwrap(-signed_angle(np.broadcast_to(mean, right.shape), right, vertical))
    return turn - np.median(turn[seen])


def neck(points: Points) -> dict[str, Array]:
    """Lean of the head on the neck (on the chest where there is no neck) against the trunk."""
    base = "neck" if points.has("neck") else "chest"
    flexion, lateral = lean(points.bone(base, "head"), points.thorax)
    return {"neck_flexion": wrap(flexion, -150.0), "neck_lateral_flexion": lateral}
