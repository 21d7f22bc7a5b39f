"""How an angle is drawn: its vertex, the direction that is 0, and the direction that moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording import side_of, without_side
from rehabkit.report.curves import Curves
from rehabkit.report.document import Summary
from rehabkit.report.poses import Point, Pose, Poses
from rehabkit.report.view import camera_angle


@dataclass(frozen=True)
class Protractor:
    """Joints without side where they are the angle's own.

    ``zero`` is a pair of joints (from, to), or ``"up"``; ``moving`` is a pair; ``chain`` is what
    is drawn strongly.
    """

    vertex: str
    zero: tuple[str, str] | str
    moving: tuple[str, str]
    chain: tuple[str, ...]


_DOWN = ("chest", "pelvis")
_LEG, _ARM = ("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist")
_TRUNK, _NECK = ("pelvis", "chest"), ("chest", "head")
_UPPER_ARM = Protractor("shoulder", _DOWN, ("shoulder", "elbow"), ("pelvis", "chest", *_ARM))
_THIGH = Protractor("hip", _DOWN, ("hip", "knee"), ("chest", "pelvis", *_LEG))

PROTRACTORS: Final[dict[str, Protractor]] = {
    "knee_flexion": Protractor("knee", ("hip", "knee"), ("knee", "ankle"), _LEG),
    "elbow_flexion": Protractor("elbow", ("shoulder", "elbow"), ("elbow", "wrist"), _ARM),
    "hip_flexion": _THIGH,
    "hip_abduction": _THIGH,
    "shoulder_flexion": _UPPER_ARM,
    "shoulder_abduction": _UPPER_ARM,
    "shoulder_elevation": _UPPER_ARM,
    "trunk_flexion": Protractor("pelvis", "up", _TRUNK, _TRUNK),
    "trunk_lateral_flexion": Protractor("pelvis", "up", _TRUNK, _TRUNK),
    "neck_flexion": Protractor("chest", ("pelvis", "chest"), _NECK, ("pelvis", *_NECK)),
    "neck_lateral_flexion": Protractor("chest", ("pelvis", "chest"), _NECK, ("pelvis", *_NECK)),
    "knee_valgus": Protractor("knee", ("hip", "knee"), ("knee", "ankle"), _LEG),
}
_FRONT = ("wrist_height", "head_height", "pelvis_shift", "wrist_shift")
_PLANES = {"sagittal": "side", "frontal": "front", "transverse": "top"}


def view_of(angle: str | None, usual: str) -> str:
    """The view that shows ``angle`` best; ``usual`` where any does or none is known."""
    definition = ANGLES.get(without_side(angle)) if angle else None
    return _PLANES.get(definition.plane, usual) if definition else usual


def usual_view(summary: Summary, curves: Curves, poses: Poses) -> str:
    """The view that shows the exercise: of its first primary angle, else of what moved most."""
    camera = camera_angle(poses.recording)
    if poses.recording.origin == "pelvis" and camera is not None:
        # Depth from one camera is guessed: look from where the camera looked.
        aside = abs(abs(camera) - 90)
        if aside < 35 or aside > 55:
            return "side" if aside < 35 else "front"
    exercise = curves.exercise
    for primary in exercise.primary if exercise else ():
        definition = ANGLES.get(primary.angle)
        if definition and definition.plane in ("sagittal", "frontal"):
            return poses.view(_PLANES[definition.plane])
    if summary.drivers and summary.drivers[0].name in _FRONT:
        return poses.view("front")
    return poses.best_view([(r.start_s, r.peak_s) for r in summary.repetitions[:12]])


def sided(joint: str, side: str | None) -> str:
    """The joint on the angle's side; joints of the axis stay as they are."""
    return f"{joint}_{side}" if side and joint not in ("pelvis", "chest", "head", "neck") else joint


def find(angle: str | None) -> Protractor | None:
    """The drawing of ``angle`` with its joints' names complete; None where there is none."""
    plain = PROTRACTORS.get(without_side(angle)) if angle else None
    if plain is None or angle is None:
        return None
    side = side_of(angle)
    zero = plain.zero if isinstance(plain.zero, str) else _pair(plain.zero, side)
    return Protractor(
        sided(plain.vertex, side),
        zero,
        _pair(plain.moving, side),
        tuple(sided(j, side) for j in plain.chain),
    )


def _pair(pair: tuple[str, str], side: str | None) -> tuple[str, str]:
    return sided(pair[0], side), sided(pair[1], side)


def directions(drawing: Protractor, pose: Pose) -> tuple[Point, Point, Point] | None:
    """(2,) vertex and the unit directions of 0 and of the moving part; None where unseen."""
    ends = [*drawing.moving, drawing.vertex]
    if isinstance(drawing.zero, tuple):
        ends += drawing.zero
    if any(joint not in pose for joint in ends):
        return None
    zero = np.array([0.0, 1.0])
    if isinstance(drawing.zero, tuple):
        zero = pose[drawing.zero[1]] - pose[drawing.zero[0]]
    moving = pose[drawing.moving[1]] - pose[drawing.moving[0]]
    lengths = float(np.hypot(*zero)), float(np.hypot(*moving))
    if min(lengths) < 0.02:
        return None
    return pose[drawing.vertex], zero / lengths[0], moving / lengths[1]
