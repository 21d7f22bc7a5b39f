"""Which joints an exercise needs: for its driving signal, and for all it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rehabkit.exercises.exercise import Exercise
from rehabkit.exercises.named import NAMED
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES

_HEIGHTS: Final = {"pelvis": ("pelvis",), "head": ("head",)}
_SHIFTS: Final = {
    "pelvis_shift": ("pelvis", "hip_left", "hip_right"),
    "wrist_shift": ("pelvis", "hip_left", "hip_right"),
    "head_shift": ("pelvis", "hip_left", "hip_right", "head"),
}
PARTS: Final = {
    "left arm": ("shoulder_left", "elbow_left", "wrist_left"),
    "right arm": ("shoulder_right", "elbow_right", "wrist_right"),
    "left leg": ("hip_left", "knee_left", "ankle_left"),
    "right leg": ("hip_right", "knee_right", "ankle_right"),
    "trunk": ("pelvis", "chest"),
    "head": ("head",),
}
"""Parts of the body in words, and the joints that stand for them."""
_NAMED_JOINTS: Final = {
    "heel_lift": ("ankle",),
    "knees_over_toes": ("knee", "toe"),
    "shank_lean": ("knee", "ankle"),
    "feet_width": ("ankle_left", "ankle_right"),
    "knees_width": ("knee_left", "knee_right", "ankle_left", "ankle_right"),
    "trunk_lean": ("pelvis", "chest"),
    "trunk_sway": ("chest", "ankle_left", "ankle_right"),
    "pelvis_shift": ("pelvis",),
    "pelvis_travel": ("pelvis",),
    "foot_travel": ("ankle",),
    "shoulder_hike": ("shoulder_left", "shoulder_right", "pelvis", "chest"),
}


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
    if signal in _SHIFTS:
        return (Need("", _SHIFTS[signal]),)
    if signal in NAMED:
        sides = SIDES if NAMED[signal].sided else ("",)
        return tuple(Need(s, _sided(_NAMED_JOINTS[signal], s)) for s in sides)
    joint = signal.removesuffix("_height").removesuffix("_out")
    if joint in _HEIGHTS:
        return (Need("", _HEIGHTS[joint]),)
    return tuple(Need(side, (f"{joint}_{side}",)) for side in SIDES)


def _sided(joints: tuple[str, ...], side: str) -> tuple[str, ...]:
    plain = {"pelvis", "spine", "chest", "neck", "head"}
    done = ("_left", "_right")
    return tuple(j if not side or j in plain or j.endswith(done) else f"{j}_{side}" for j in joints)


def joints_of(exercise: Exercise) -> frozenset[str]:
    """Every joint that the exercise judges: driver, primary and involved."""
    signals = {exercise.driver.signal, *(p.angle for p in exercise.primary)}
    signals |= {i.signal for i in exercise.involved}
    return frozenset(j for signal in signals for need in signal_needs(signal) for j in need.joints)


def part_of(joints: tuple[str, ...]) -> str:
    """The part of the body that most of ``joints`` belong to, in words."""
    hits = {part: len(set(joints) & set(own)) for part, own in PARTS.items()}
    best = max(hits, key=lambda part: hits[part])
    return best if hits[best] else "body"
