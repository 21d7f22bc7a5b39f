"""Angles of shoulder, elbow and wrist of one side."""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.vectors import (
    Array,
    angle_between,
    arcsin_deg,
    dot,
    reject,
    signed_angle,
    unit,
    wrap,
)
from rehabkit.kinematics.frames import Frame, Points

# Above this elevation the plane in which the arm was raised is held: overhead it has none.
HOLD_ABOVE_DEG = 120.0
# Between these angles from the sagittal plane, flexion hands over to abduction.
SAGITTAL_DEG, FRONTAL_DEG = 10.0, 80.0
# Rotation of the upper arm shows in the forearm only when the elbow is bent.
MIN_ELBOW_DEG = 45.0
MAX_ROTATION_DEG = 135.0
MAX_WRIST_DEG = 120.0


def upper_limb(points: Points, side: str) -> dict[str, Array]:
    """All angles of one arm, name without side -> (frames,) deg."""
    arm = points.bone(f"shoulder_{side}", f"elbow_{side}")
    forearm = points.bone(f"elbow_{side}", f"wrist_{side}")
    thorax = points.thorax
    lateral, forward, up = thorax.parts(arm)
    lateral = lateral if side == "right" else -lateral
    flexion, abduction = shoulder(lateral, forward, -up)
    bend, deviation = wrist(points, forearm, side)
    return {
        "shoulder_flexion": flexion,
        "shoulder_abduction": abduction,
        "shoulder_elevation": np.degrees(np.arctan2(np.hypot(lateral, forward), -up)),
        "shoulder_rotation": shoulder_rotation(arm, forearm, thorax, side),
        "elbow_flexion": angle_between(arm, forearm),
        "wrist_flexion": bend,
        "wrist_deviation": deviation,
    }


def shoulder(lateral: Array, forward: Array, down: Array) -> tuple[Array, Array]:
    """Flexion and abduction (deg) of an arm given by its parts in the trunk's frame.

    Near the sagittal plane flexion is the angle in that plane and abduction the angle out of it;
    near the frontal plane the other way round; between 10 and 80 deg they blend. Overhead both
    planes meet, so above 120 deg of elevation the plane is held between the frames before and
    after. So a flexed arm reads 170 and 0, an abducted one 0 and 170, without a jump.
    """
    elevation = np.degrees(np.arctan2(np.hypot(lateral, forward), down))
    plane = np.degrees(np.arctan2(np.abs(lateral), np.abs(forward)))
    plane = held(plane, elevation, np.hypot(lateral, forward))
    share = _smoothstep((plane - SAGITTAL_DEG) / (FRONTAL_DEG - SAGITTAL_DEG))
    in_sagittal = wrap(np.degrees(np.arctan2(forward, down)), -120.0)
    in_frontal = wrap(np.degrees(np.arctan2(lateral, down)), -120.0)
    flexion = (1 - share) * in_sagittal + share * arcsin_deg(forward)
    abduction = (1 - share) * arcsin_deg(lateral) + share * in_frontal
    return flexion, abduction


def held(values: Array, elevation: Array, weights: Array) -> Array:
    """``values`` where the arm is below the hold, between them interpolated over frames.

    Where the arm is never below it, the mean weighted by how well each frame shows its plane.
    """
    known = np.isfinite(values) & (elevation <= HOLD_ABOVE_DEG)
    seen = np.isfinite(values)
    if not seen.any():
        return values
    frames = np.arange(len(values))
    if not known.any():
        mean = np.average(values[seen], weights=weights[seen] + 1e-9)
        return np.where(seen, mean, np.nan)
    return np.where(seen, np.interp(frames, frames[known], values[known]), np.nan)


def _smoothstep(x: Array) -> Array:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3 - 2 * x)


def shoulder_rotation(arm: Array, forearm: Array, thorax: Frame, side: str) -> Array:
    """Axial rotation of the upper arm (deg, internal positive), read from the bent elbow.

    Zero is the forearm of an arm that hangs with the elbow bent forward, carried along by the
    shortest swing to the arm's direction; overhead, where that swing is undefined, by the swing
    in the held plane. NaN with less than 45 deg of elbow flexion or beyond 135 of rotation.
    """
    right, forward, up = thorax.parts(arm)
    elevation = np.degrees(np.arctan2(np.hypot(right, forward), -up))
    size = np.hypot(right, forward)
    east, north = held(right, elevation, size), held(forward, elevation, size)
    plane = unit(np.stack([east, north], axis=1), min_length=1e-6)
    outward = plane[:, :1] * thorax.right + plane[:, 1:] * thorax.forward
    across = np.cross(outward, thorax.up)
    angle = np.arctan2(dot(arm, outward), -up)[:, None]
    swung = np.cos(angle) * outward + np.sin(angle) * thorax.up
    zero = plane[:, 1:] * swung + dot(thorax.forward, across)[:, None] * across
    turn = signed_angle(zero, forearm, -arm if side == "right" else arm)
    seen = (angle_between(arm, forearm) >= MIN_ELBOW_DEG) & (np.abs(turn) <= MAX_ROTATION_DEG)
    return np.where(seen, turn, np.nan)


def wrist(points: Points, forearm: Array, side: str) -> tuple[Array, Array]:
    """Flexion towards the palm and deviation towards the thumb (deg).

    Wrist, hand and thumb span the palm; the forearm is read in the palm's frame.
    """
    hand = points.bone(f"wrist_{side}", f"hand_{side}")
    thumb = points[f"thumb_{side}"] - points[f"wrist_{side}"]
    radial = unit(reject(thumb, hand), min_length=0.01)
    palm = np.cross(radial, hand) if side == "right" else np.cross(hand, radial)
    flexion = np.degrees(np.arctan2(-dot(forearm, palm), dot(forearm, hand)))
    # A hand that points back along the forearm is a thumb or hand seen in the wrong place.
    flexion = np.where(np.abs(flexion) <= MAX_WRIST_DEG, flexion, np.nan)
    return flexion, arcsin_deg(-dot(forearm, radial))
