"""Angles of the picture, where a recording holds image points and nothing in space.

Seen from the side, the picture is the body's sagittal plane: flexions can be read. Seen from the
front it is the frontal plane: abductions and leans to the side. Angles between two bones (knee,
elbow) are read in both, as they look.
"""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.vectors import Array, wrap
from rehabkit.kinematics.catalogue import ANGLES, all_names
from rehabkit.kinematics.error_table import ErrorTable, Trust, builtin
from rehabkit.kinematics.trust import sensor_of
from rehabkit.kinematics.types import Angle, Kinematics
from rehabkit.recording import CANONICAL_SKELETON, Recording, without_side
from rehabkit.recording.joints import SIDES

# Shoulders and hips this wide, as a share of the trunk's length, are seen from the front.
FRONT_SHARE = 0.45
ONLY = "only the picture is known: as it looks, not as it is in space"
_UNSEEN = "its points are not seen in the picture"


def compute(recording: Recording, errors: ErrorTable | None = None) -> Kinematics:
    """Projected angles of a canonical recording of image points; see ``Kinematics.projected``."""
    table, sensor = errors or builtin(), sensor_of(recording)
    picture = _Picture(recording)
    values = _bent(picture) | (_frontal(picture) if picture.from_front else _sagittal(picture))
    facing = "front" if picture.from_front else "side"
    angles = {
        name: _angle(name, values.get(name), picture,
                     table.angle(without_side(name), sensor, facing))
        for name in all_names()
    }  # fmt: skip
    return Kinematics(
        recording.time, angles, projected=True, sensor=sensor, facing=facing,
        measure_errors=table.measures(sensor, facing),
    )  # fmt: skip


def _angle(name: str, values: Array | None, picture: _Picture, said: Trust) -> Angle:
    if values is not None and np.isfinite(values).any():
        source = "no figure for angles of the picture"
        return Angle(
            name, values, True, ONLY, said.error_deg,
            source if said.error_deg is None else said.error_source, said.mdc95_deg,
            said.range_error_deg, said.range_error_percent,
        )  # fmt: skip
    plane = ANGLES[without_side(name)].plane
    if values is not None:
        why = _UNSEEN
    elif plane == "transverse":
        why = "a turn about the body's length does not show in a picture"
    else:
        seen, needed = ("front", "side") if picture.from_front else ("side", "front")
        why = f"the picture shows the body from the {seen}: it needs a view from the {needed}"
    return Angle(name, np.full(picture.frames, np.nan), False, why)


class _Picture:
    """Image points as x to the right and y up, with the direction the body faces."""

    def __init__(self, recording: Recording) -> None:
        points = np.asarray(recording.image_points, dtype=np.float64)
        self._points = points * [1.0, -1.0]
        self.frames = len(points)
        self.trunk = self.bone("pelvis", "chest")
        width = [self.bone(f"{j}_left", f"{j}_right")[:, 0] for j in ("shoulder", "hip")]
        length = _median(np.hypot(*self.trunk.T))
        share = _median(np.abs(np.concatenate(width))) / length if length else np.nan
        self.from_front = bool(not share < FRONT_SHARE)
        # 1: the person's right is on the picture's right (seen from behind).
        self.right = 1.0 if _median(np.concatenate(width)) > 0 else -1.0
        feet = np.concatenate([self.bone(f"ankle_{s}", f"toe_{s}")[:, 0] for s in SIDES])
        bend = np.concatenate([_knee_points(self, s) for s in SIDES])
        ahead = _median(feet) if np.isfinite(feet).any() else _median(bend)
        self.ahead = 1.0 if ahead >= 0 else -1.0

    def bone(self, start: str, end: str) -> Array:
        """(frames, 2) px from joint to joint."""
        index = CANONICAL_SKELETON.index
        return np.asarray(self._points[:, index(end)] - self._points[:, index(start)])


def _knee_points(picture: _Picture, side: str) -> Array:
    """How far the knee lies to the picture's right of the line hip-ankle: where knees point."""
    thigh, leg = (picture.bone(f"hip_{side}", f"{j}_{side}") for j in ("knee", "ankle"))
    return thigh[:, 0] - leg[:, 0] * np.clip(thigh[:, 1] / np.where(leg[:, 1], leg[:, 1], 1), 0, 1)


def _median(values: Array) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else 0.0


def _turn(start: Array, end: Array) -> Array:
    """(frames,) deg, counter-clockwise in the picture."""
    sine = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    return np.asarray(np.degrees(np.arctan2(sine, (start * end).sum(axis=1))), dtype=np.float64)


def _upright(picture: _Picture) -> Array:
    return np.tile([0.0, 1.0], (picture.frames, 1))


def _bent(picture: _Picture) -> dict[str, Array]:
    """Knee and elbow as they look; ankle from the side only."""
    out: dict[str, Array] = {}
    for side in SIDES:
        for name, (a, b, c) in {
            "knee_flexion": ("hip", "knee", "ankle"),
            "elbow_flexion": ("shoulder", "elbow", "wrist"),
        }.items():
            first, second = (
                picture.bone(f"{a}_{side}", f"{b}_{side}"),
                picture.bone(f"{b}_{side}", f"{c}_{side}"),
            )
            out[f"{name}_{side}"] = np.abs(_turn(first, second))
        arm = picture.bone(f"shoulder_{side}", f"elbow_{side}")
        out[f"shoulder_elevation_{side}"] = np.abs(_turn(-picture.trunk, arm))
    return out


def _sagittal(picture: _Picture) -> dict[str, Array]:
    """Flexions; counter-clockwise is forward for someone who faces the picture's right."""
    ahead = picture.ahead
    out = {
        "trunk_flexion": wrap(-ahead * _turn(_upright(picture), picture.trunk), -150),
        "neck_flexion": -ahead * _turn(picture.trunk, picture.bone("chest", "head")),
    }
    for side in SIDES:
        for name, bone in (("shoulder", "elbow"), ("hip", "knee")):
            limb = picture.bone(f"{name}_{side}", f"{bone}_{side}")
            out[f"{name}_flexion_{side}"] = wrap(ahead * _turn(-picture.trunk, limb), -120)
        shank = picture.bone(f"ankle_{side}", f"knee_{side}")
        foot = picture.bone(f"ankle_{side}", f"toe_{side}")
        out[f"ankle_dorsiflexion_{side}"] = 90.0 - np.abs(_turn(shank, foot)) + 18.7
    return out


def _frontal(picture: _Picture) -> dict[str, Array]:
    """Abductions, leans and valgus of someone seen from the front or from behind."""
    right = picture.right
    hips = picture.bone("hip_left", "hip_right")
    level = np.tile([right, 0.0], (picture.frames, 1))
    pelvis_up = np.stack([-hips[:, 1], hips[:, 0]], axis=1) * right
    out = {
        "trunk_lateral_flexion": -right * _turn(_upright(picture), picture.trunk),
        "neck_lateral_flexion": -right * _turn(picture.trunk, picture.bone("chest", "head")),
        "pelvis_obliquity": -right * _turn(level, hips),
    }
    for side in SIDES:
        outward = right if side == "right" else -right
        thigh = picture.bone(f"hip_{side}", f"knee_{side}")
        shank = picture.bone(f"knee_{side}", f"ankle_{side}")
        arm = picture.bone(f"shoulder_{side}", f"elbow_{side}")
        out[f"hip_abduction_{side}"] = outward * _turn(-pelvis_up, thigh)
        out[f"knee_valgus_{side}"] = outward * _turn(thigh, shank)
        out[f"shoulder_abduction_{side}"] = wrap(outward * _turn(-picture.trunk, arm), -120)
    return out
