"""Angles of hip, knee and ankle of one side."""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.vectors import Array, angle_between, arcsin_deg, dot, signed_angle, wrap
from rehabkit.kinematics.frames import Frame, Points

# With the thigh this far out to the side, forward and back cannot be told apart.
MAX_ABDUCTION_DEG = 75.0
# Rotation of the thigh shows in the shank only when the knee is bent.
MIN_KNEE_DEG = 30.0
# No hip turns this far: the plane of the knee is then not to be trusted.
MAX_ROTATION_DEG = 120.0
# Slope of the line ankle-toe with the sole flat: ankle height 0.039 of the body's height over
# 0.115 from ankle to toe (Winter, Biomechanics and Motor Control of Human Movement, 2009).
FOOT_SLOPE_DEG = 18.7


def lower_limb(points: Points, side: str) -> dict[str, Array]:
    """All angles of one leg, name without side -> (frames,) deg."""
    thigh = points.bone(f"hip_{side}", f"knee_{side}")
    shank = points.bone(f"knee_{side}", f"ankle_{side}")
    flexion, abduction = hip(thigh, points.pelvis, side)
    return {
        "hip_flexion": flexion,
        "hip_abduction": abduction,
        "hip_rotation": hip_rotation(thigh, shank, points.pelvis, side),
        "knee_flexion": knee_flexion(thigh, shank, points.measured(f"knee_{side}")),
        "knee_valgus": knee_valgus(thigh, shank, points.hip_line, side),
        "ankle_dorsiflexion": ankle(shank, points.bone(f"ankle_{side}", f"toe_{side}")),
    }


def knee_flexion(thigh: Array, shank: Array, axes: Frame | None) -> Array:
    """Angle of thigh and shank (deg).

    Where markers show the axis of the knee, the angle about it: negative with the knee bent back,
    and a shank that leans to the side is no flexion (Kadaba et al., J Orthop Res 8:383, 1990).
    """
    if axes is None:
        return angle_between(thigh, shank)
    _, forward, up = axes.parts(shank)
    return wrap(np.degrees(np.arctan2(-forward, -up)), -120.0)


def hip(thigh: Array, pelvis: Frame, side: str) -> tuple[Array, Array]:
    """Flexion about the line of the hips, then abduction out of the sagittal plane (deg)."""
    right, forward, up = pelvis.parts(thigh)
    abduction = arcsin_deg(right if side == "right" else -right)
    flexion = wrap(np.degrees(np.arctan2(forward, -up)), -120.0)
    return np.where(np.abs(abduction) > MAX_ABDUCTION_DEG, np.nan, flexion), abduction


def hip_rotation(thigh: Array, shank: Array, pelvis: Frame, side: str) -> Array:
    """Axial rotation of the thigh (deg, internal positive), read from the bent knee's shank.

    Zero where the shank bends in the plane in which the hip flexes. NaN with less than 30 deg
    of knee flexion (a straight leg shows no rotation) and beyond 120 deg of rotation.
    """
    _, forward, up = pelvis.parts(thigh)
    flexion = np.arctan2(forward, -up)[:, None]
    onward = np.cos(flexion) * pelvis.forward + np.sin(flexion) * pelvis.up
    axis = -thigh if side == "right" else thigh
    turn = signed_angle(-onward, shank, axis)
    seen = (angle_between(thigh, shank) >= MIN_KNEE_DEG) & (np.abs(turn) <= MAX_ROTATION_DEG)
    return np.where(seen, turn, np.nan)


def knee_valgus(thigh: Array, shank: Array, hip_line: Array, side: str) -> Array:
    """How far the knee lies inside the line hip-ankle, seen from the front of the pelvis (deg).

    Difference of the two bones' inclinations to the body's sagittal plane: near a straight leg
    the frontal plane projection angle of Willson and Davis (2008), and, other than it, still
    bounded with the thigh level.
    """
    medial = hip_line if side == "left" else -hip_line
    return arcsin_deg(dot(thigh, medial)) - arcsin_deg(dot(shank, medial))


def ankle(shank: Array, foot: Array) -> Array:
    """Dorsiflexion (deg): 90 less the angle of shank and sole, the sole from the ankle-toe line."""
    return 90.0 - angle_between(-shank, foot) + FOOT_SLOPE_DEG
