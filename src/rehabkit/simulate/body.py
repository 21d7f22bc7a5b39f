"""The generated body: segments of a person of a given height, posed by joint angles.

The world is built as right (x), forward (y), up (z) of a person who faces +y, and turned into
the sensor's frame at the end. Segment lengths as shares of height: Winter, Biomechanics and
Motor Control of Human Movement (2009), figure 4.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rehabkit.geometry.euler import axis_matrix
from rehabkit.geometry.vectors import Array, angle_between, arcsin_deg, unit

Angles = Mapping[str, Array]
MOST_DORSIFLEXION_DEG, MOST_PLANTARFLEXION_DEG = 28.0, 50.0
# Angle of an upright shank with the line from ankle to toe, the sole flat on the floor.
FLAT_DEG = 90.0 + np.degrees(np.arctan2(0.039, 0.115))

# Joint -> (segment it hangs on, offset right / forward / up as shares of body height). Sided
# joints are written for the right; the left is its mirror image. A segment is named after the
# joint it begins at.
_AXIAL: Final[dict[str, tuple[str, tuple[float, float, float]]]] = {
    "spine": ("trunk", (0, 0, 0.144)),
    "chest": ("trunk", (0, 0, 0.288)),
    "neck": ("head", (0, 0, 0.03)),
    "head": ("head", (0, 0, 0.11)),
    "head_top": ("head", (0, 0, 0.182)),
    "nose": ("head", (0, 0.06, 0.10)),
}
_SIDED: Final[dict[str, tuple[str, tuple[float, float, float]]]] = {
    "eye_inner": ("head", (0.01, 0.05, 0.115)),
    "eye": ("head", (0.018, 0.05, 0.115)),
    "eye_outer": ("head", (0.026, 0.045, 0.115)),
    "ear": ("head", (0.045, 0, 0.11)),
    "mouth": ("head", (0.015, 0.05, 0.08)),
    "collar": ("trunk", (0.03, 0, 0.288)),
    "shoulder": ("trunk", (0.110, 0, 0.288)),
    "elbow": ("shoulder", (0, 0, -0.186)),
    "wrist": ("elbow", (0, 0, -0.146)),
    "hand": ("wrist", (0, 0, -0.050)),
    "hand_tip": ("wrist", (0, 0, -0.105)),
    "thumb": ("wrist", (0, 0.035, -0.040)),
    "index": ("wrist", (0, 0.018, -0.050)),
    "pinky": ("wrist", (0, -0.018, -0.050)),
    "hip": ("pelvis", (0.055, 0, 0)),
    "knee": ("hip", (0, 0, -0.245)),
    "ankle": ("knee", (0, 0, -0.246)),
    "toe": ("ankle", (0, 0.115, -0.039)),
    "heel": ("ankle", (0, -0.037, -0.039)),
}
LANDMARKS: Final = (
    "pelvis", *_AXIAL, *(f"{j}_{s}" for s in ("left", "right") for j in _SIDED),
)  # fmt: skip


def place(angles: Angles, height_m: float) -> tuple[dict[str, Array], dict[str, Array]]:
    """Landmark -> (frames, 3) m with the pelvis at the origin, and segment -> (frames, 3, 3)."""
    segments = _segments(angles)
    places: dict[str, Array] = {"pelvis": np.zeros((len(angles["trunk_flexion"]), 3))}
    for joint, (segment, offset) in _AXIAL.items():
        places[joint] = _hang(places, segments, segment, np.array(offset) * height_m)
    for side, sign in (("left", -1.0), ("right", 1.0)):
        for joint, (segment, offset) in _SIDED.items():
            own = segment if segment in ("trunk", "head", "pelvis") else f"{segment}_{side}"
            step = np.array(offset) * height_m * [sign, 1, 1]
            places[f"{joint}_{side}"] = _hang(places, segments, own, step)
    return places, segments


_BEGINS: Final = {"trunk": "pelvis", "head": "chest"}


def _hang(places: Mapping[str, Array], segments: Angles, segment: str, offset: Array) -> Array:
    step: Array = segments[segment] @ offset
    return places[_BEGINS.get(segment, segment)] + step


def _turn(axis: str, degrees: Array) -> Array:
    return axis_matrix(axis, degrees)


def _segments(angles: Angles) -> dict[str, Array]:
    """Segment -> (frames, 3, 3) rotation, segment to world."""
    yaw = _turn("z", -angles["pelvis_rotation"])
    lean = yaw @ _turn("x", -angles["trunk_flexion"]) @ _turn("y", angles["trunk_lateral_flexion"])
    hips = (yaw @ _turn("y", angles["pelvis_obliquity"]))[..., 0]
    axis = lean[..., 2]
    trunk = _upright(axis, hips) @ _turn("z", -angles["trunk_rotation"])
    neck = _turn("x", -angles["neck_flexion"]) @ _turn("y", angles["neck_lateral_flexion"])
    forward = unit(np.cross(axis, hips))
    out = {
        "pelvis": np.stack([hips, forward, np.cross(hips, forward)], axis=-1),
        "trunk": trunk,
        "head": trunk @ neck @ _turn("z", -angles["neck_rotation"]),
    }
    for side, sign in (("left", -1.0), ("right", 1.0)):
        out |= _leg(out["pelvis"], yaw, angles, side, sign)
        out |= _arm(trunk, angles, side, sign)
    return out


def _upright(axis: Array, right: Array) -> Array:
    """(frames, 3, 3) up along ``axis``, right as near to ``right`` as that allows."""
    forward = unit(np.cross(axis, right))
    return np.stack([np.cross(forward, axis), forward, axis], axis=-1)


def _leg(pelvis: Array, yaw: Array, angles: Angles, side: str, sign: float) -> dict[str, Array]:
    thigh = (
        pelvis
        @ _turn("x", angles[f"hip_flexion_{side}"])
        @ _turn("y", -sign * angles[f"hip_abduction_{side}"])
        @ _turn("z", sign * angles[f"hip_rotation_{side}"])
    )
    shank = thigh @ _turn("x", -angles[f"knee_flexion_{side}"])
    # The sole stays level and points where the body faces, as far as the ankle lets it.
    up = (np.swapaxes(yaw, -1, -2) @ shank)[..., 2]
    forward_lean = np.degrees(np.arctan2(up[..., 1], up[..., 2]))
    carried = np.maximum(forward_lean - MOST_DORSIFLEXION_DEG, 0.0)
    carried = carried + np.minimum(forward_lean + MOST_PLANTARFLEXION_DEG, 0.0)
    foot = yaw @ _turn("x", angles[f"ankle_dorsiflexion_{side}"] - carried)
    return {f"hip_{side}": thigh, f"knee_{side}": shank, f"ankle_{side}": foot}


def _arm(trunk: Array, angles: Angles, side: str, sign: float) -> dict[str, Array]:
    flexion, abduction = angles[f"shoulder_flexion_{side}"], angles[f"shoulder_abduction_{side}"]
    upper = trunk @ _raise(flexion, sign * abduction)
    upper = upper @ _turn("z", sign * angles[f"shoulder_rotation_{side}"])
    fore = upper @ _turn("x", angles[f"elbow_flexion_{side}"])
    hand = fore @ _turn("x", angles[f"wrist_deviation_{side}"])
    hand = hand @ _turn("y", sign * angles[f"wrist_flexion_{side}"])
    return {f"shoulder_{side}": upper, f"elbow_{side}": fore, f"wrist_{side}": hand}


def _raise(flexion: Array, abduction: Array) -> Array:
    """The arm raised: the larger motion in its plane, the smaller one out of that plane."""
    sagittal = np.abs(flexion) >= np.abs(abduction)
    first = _turn("x", flexion) @ _turn("y", -abduction)
    second = _turn("y", -abduction) @ _turn("x", flexion)
    return np.where(sagittal[:, None, None], first, second)


def derived(angles: Angles, segments: Mapping[str, Array]) -> dict[str, Array]:
    """The angles that follow from the pose and are not dialled: name -> (frames,) deg."""
    out: dict[str, Array] = {"pelvis_tilt": np.asarray(angles["trunk_flexion"])}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        down = {part: -segments[f"{part}_{side}"][..., 2] for part in ("shoulder", "hip", "knee")}
        trunk_down, inward = -segments["trunk"][..., 2], -sign * segments["pelvis"][..., 0]
        out[f"shoulder_elevation_{side}"] = angle_between(down["shoulder"], trunk_down)
        slant = [arcsin_deg((down[part] * inward).sum(axis=-1)) for part in ("hip", "knee")]
        out[f"knee_valgus_{side}"] = slant[0] - slant[1]
        line = segments[f"ankle_{side}"] @ np.array(_SIDED["toe"][1])
        out[f"ankle_dorsiflexion_{side}"] = FLAT_DEG - angle_between(-down["knee"], line)
    return out
