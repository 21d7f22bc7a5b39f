"""Which joints an exercise needs: for its driving signal, and for all it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rehabkit.exercises.exercise import Exercise
from rehabkit.exercises.named import NAMED
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES

_HIPS: Final = ("hip_left", "hip_right")
_DRIVING: Final = {
    "pelvis_height": ("pelvis",),
    "head_height": ("head",),
    "wrist_height": ("wrist",),
    "knee_height": ("knee",),
    "ankle_height": ("ankle",),
    "pelvis_shift": ("pelvis", *_HIPS),
    "wrist_shift": ("pelvis", *_HIPS),
    "head_shift": ("pelvis", *_HIPS, "head"),
    "upper_body_turn": ("shoulder_left", "shoulder_right"),
    "ankle_out": ("ankle",),
    "hand_opening": ("wrist", "hand"),
}
"""Joints of the driving signals that are not angles, without side where they have one."""
PARTS: Final = {
    "left arm": ("elbow_left", "wrist_left"),
    "right arm": ("elbow_right", "wrist_right"),
    "left leg": ("knee_left", "ankle_left"),
    "right leg": ("knee_right", "ankle_right"),
    "trunk": ("chest", "shoulder_left", "shoulder_right"),
    "hips": ("pelvis", "hip_left", "hip_right"),
    "head": ("head",),
}
"""Parts of the body in words, and the joints that stand for them."""
_NAMED_JOINTS: Final = {
    "heel_lift": ("ankle",),
    "knees_over_toes": ("knee", "toe"),
    "shank_lean": ("knee", "ankle"),
    "feet_width": ("ankle_left", "ankle_right"),
    "knees_width": ("knee_left", "knee_right", "ankle_left", "ankle_right"),
    "knees_apart": ("knee_left", "knee_right", "shoulder_left", "shoulder_right"),
    "trunk_lean": ("pelvis", "chest"),
    "trunk_sway": ("chest", "ankle_left", "ankle_right"),
    "pelvis_shift": ("pelvis",),
    "pelvis_travel": ("pelvis",),
    "com_travel": (
        "shoulder_left", "shoulder_right", "hip_left", "hip_right", "knee_left", "knee_right",
    ),
    "foot_travel": ("ankle",),
    "shoulder_hike": ("shoulder_left", "shoulder_right", "pelvis", "chest"),
}  # fmt: skip


@dataclass(frozen=True)
class Need:
    """Joints without which one side's signal cannot be had."""

    side: str
    joints: tuple[str, ...]


def signal_needs(signal: str) -> tuple[Need, ...]:
    """Needs of a signal: one for each side of a sided one, else one.

    Any one of them met is enough to measure something.
    """
    if signal in ANGLES:
        sides = SIDES if ANGLES[signal].sided else ("",)
        return tuple(Need(side, ANGLES[signal].needed(side)) for side in sides)
    if signal in _DRIVING:
        sides = SIDES if driving.is_sided(signal) else ("",)
        return tuple(Need(s, _sided(_DRIVING[signal], s)) for s in sides)
    sides = SIDES if NAMED[signal].sided else ("",)
    return tuple(Need(s, _sided(_NAMED_JOINTS[signal], s)) for s in sides)


def _sided(joints: tuple[str, ...], side: str) -> tuple[str, ...]:
    plain = {"pelvis", "spine", "chest", "neck", "head"}
    done = ("_left", "_right")
    return tuple(j if not side or j in plain or j.endswith(done) else f"{j}_{side}" for j in joints)


def joints_of(exercise: Exercise) -> frozenset[str]:
    """Every joint that the exercise judges: driver, primary and involved."""
    signals = {*(p.angle for p in exercise.primary), *(i.signal for i in exercise.involved)}
    if exercise.driver is not None:
        signals.add(exercise.driver.signal)
    return frozenset(j for signal in signals for need in signal_needs(signal) for j in need.joints)


def moving_joints(need: Need) -> tuple[str, ...]:
    """Joints that must be in the picture: an arm or the head also moves with the hips outside.

    Angles of the upper body find another reference then (docs/angles.md).
    """
    upper = any(j.startswith(("elbow", "wrist", "hand", "head")) for j in need.joints)
    below = ("pelvis", "spine", "hip_left", "hip_right")
    return tuple(j for j in need.joints if not (upper and j in below))


def part_of(joints: tuple[str, ...]) -> str:
    """The part of the body that ``joints`` speak of, in words: a limb or the head first."""
    limbs = ("head", "left arm", "right arm", "left leg", "right leg", "hips", "trunk")
    return next((part for part in limbs if set(joints) & set(PARTS[part])), "body")
