"""The catalogue of angles: what each is called, its plane, its signs and the joints it needs.

``docs/angles.md`` holds the same table with zeros and singularities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Plane = Literal["sagittal", "frontal", "transverse", "any"]


@dataclass(frozen=True)
class AngleDefinition:
    """One angle, without side.

    Parameters
    ----------
    name, label
        ``knee_flexion`` and "Knee flexion".
    sided
        Whether there is one on each side, named with ``_left`` and ``_right``.
    plane
        The body's plane in which it is read; "any" for angles between two bones.
    joints
        Canonical joints needed, without side for those of the angle's own side.
    positive, negative
        What a value above and below zero means; ``negative`` is empty where there is none.
    typical
        (low, high) deg of healthy motion, for axes of figures; never used to judge.
    """

    name: str
    label: str
    sided: bool
    plane: Plane
    joints: tuple[str, ...]
    positive: str
    negative: str
    typical: tuple[float, float]

    @property
    def signed(self) -> bool:
        """Whether its sign is a side of the body: positive to the person's right."""
        return not self.sided and "right" in self.positive and "left" in self.negative

    def names(self) -> tuple[str, ...]:
        """The names this angle has in ``Kinematics``."""
        return (f"{self.name}_left", f"{self.name}_right") if self.sided else (self.name,)

    def needed(self, side: str) -> tuple[str, ...]:
        """Canonical joint names that the angle needs on ``side`` ("left", "right" or "")."""
        return tuple(_on_side(joint, side) for joint in self.joints)


_UNSIDED = frozenset({"pelvis", "spine", "chest", "neck", "head"})


def _on_side(joint: str, side: str) -> str:
    both = joint.endswith(("_left", "_right"))
    return joint if joint in _UNSIDED or both or not side else f"{joint}_{side}"


_HIPS = ("hip_left", "hip_right")
_SHOULDERS = ("shoulder_left", "shoulder_right")
_TRUNK = ("pelvis", "chest")
_BODY = (*_HIPS, *_TRUNK)
_THORAX = (*_SHOULDERS, *_TRUNK)
_HAND = ("elbow", "wrist", "hand", "thumb")

_UNSIDED_ANGLES: Final = (
    AngleDefinition("neck_flexion", "Neck flexion", False, "sagittal", (*_THORAX, "head"),
                    "chin towards the chest", "head back (extension)", (-60, 50)),
    AngleDefinition("neck_lateral_flexion", "Neck side bending", False, "frontal",
                    (*_THORAX, "head"), "ear to the right shoulder", "ear to the left shoulder",
                    (-45, 45)),
    AngleDefinition("neck_rotation", "Neck rotation", False, "transverse", (*_THORAX, "head"),
                    "face turned to the right", "face turned to the left", (-80, 80)),
    AngleDefinition("trunk_flexion", "Trunk forward lean", False, "sagittal", _BODY,
                    "trunk leans forward of the vertical", "trunk leans back", (-20, 90)),
    AngleDefinition("trunk_lateral_flexion", "Trunk side bending", False, "frontal", _BODY,
                    "trunk leans to the right", "trunk leans to the left", (-40, 40)),
    AngleDefinition("trunk_rotation", "Trunk rotation", False, "transverse",
                    (*_BODY, *_SHOULDERS), "shoulders turned to the right of the pelvis",
                    "shoulders turned to the left of the pelvis", (-45, 45)),
    AngleDefinition("pelvis_tilt", "Pelvis tilt", False, "sagittal",
                    (*_HIPS, "pelvis", "spine"), "lower back leans forward (anterior)",
                    "lower back leans back (posterior)", (-20, 60)),
    AngleDefinition("pelvis_obliquity", "Pelvis obliquity", False, "frontal", _HIPS,
                    "right hip lower", "left hip lower", (-15, 15)),
    AngleDefinition("pelvis_rotation", "Pelvis rotation", False, "transverse", _HIPS,
                    "pelvis turned to the right of its usual heading",
                    "pelvis turned to the left of its usual heading", (-30, 30)),
)  # fmt: skip

_ARM_ANGLES: Final = (
    AngleDefinition("shoulder_flexion", "Shoulder flexion", True, "sagittal",
                    (*_THORAX, "elbow"), "arm forward and up", "arm behind the trunk (extension)",
                    (-50, 180)),
    AngleDefinition("shoulder_abduction", "Shoulder abduction", True, "frontal",
                    (*_THORAX, "elbow"), "arm out to the side and up",
                    "arm across the body (adduction)", (-30, 180)),
    AngleDefinition("shoulder_elevation", "Arm elevation", True, "any", (*_THORAX, "elbow"),
                    "arm raised from the side of the trunk, in any plane", "", (0, 180)),
    AngleDefinition("shoulder_rotation", "Shoulder rotation", True, "transverse",
                    (*_THORAX, "elbow", "wrist"), "internal rotation", "external rotation",
                    (-90, 80)),
    AngleDefinition("elbow_flexion", "Elbow flexion", True, "any",
                    ("shoulder", "elbow", "wrist"), "elbow bent", "", (0, 150)),
    AngleDefinition("wrist_flexion", "Wrist flexion", True, "any", _HAND,
                    "palm towards the forearm", "back of the hand towards the forearm (extension)",
                    (-70, 80)),
    AngleDefinition("wrist_deviation", "Wrist deviation", True, "any", _HAND,
                    "towards the thumb (radial)", "towards the little finger (ulnar)", (-35, 25)),
)  # fmt: skip

_LEG_ANGLES: Final = (
    AngleDefinition("hip_flexion", "Hip flexion", True, "sagittal", (*_BODY, "knee"),
                    "thigh forward and up", "thigh behind the trunk (extension)", (-20, 125)),
    AngleDefinition("hip_abduction", "Hip abduction", True, "frontal", (*_BODY, "knee"),
                    "thigh away from the middle", "thigh across the middle (adduction)",
                    (-30, 45)),
    AngleDefinition("hip_rotation", "Hip rotation", True, "transverse",
                    (*_BODY, "knee", "ankle"), "internal rotation", "external rotation",
                    (-45, 40)),
    AngleDefinition("knee_flexion", "Knee flexion", True, "any", ("hip", "knee", "ankle"),
                    "knee bent", "", (0, 140)),
    AngleDefinition("knee_valgus", "Knee valgus", True, "frontal", (*_HIPS, "knee", "ankle"),
                    "knee inside the line from hip to ankle (valgus)",
                    "knee outside the line from hip to ankle (varus)", (-15, 15)),
    AngleDefinition("ankle_dorsiflexion", "Ankle dorsiflexion", True, "any",
                    ("knee", "ankle", "toe"), "foot up (dorsiflexion)",
                    "foot down (plantarflexion)", (-50, 30)),
)  # fmt: skip

ANGLES: Final[Mapping[str, AngleDefinition]] = MappingProxyType(
    {a.name: a for a in _UNSIDED_ANGLES + _ARM_ANGLES + _LEG_ANGLES}
)


def all_names() -> tuple[str, ...]:
    """Every angle's name with its side, in the order of the catalogue."""
    return tuple(name for angle in ANGLES.values() for name in angle.names())
