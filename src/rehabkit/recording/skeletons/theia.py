"""Segments of Theia3D's markerless model, each with its pose: origin at its proximal joint."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.joints import SIDES
from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.parts import Meaning

_LIMBS: Final = {
    "thigh": "pelvis", "shank": "thigh", "foot": "shank", "toes": "foot",
    "clavicle": "torso", "uarm": "clavicle", "larm": "uarm", "hand": "larm",
}  # fmt: skip
_LEG: Final = ("thigh", "shank", "foot", "toes")
_ARM: Final = ("clavicle", "uarm", "larm", "hand")
_AXIAL: Final = {"worldbody": None, "pelvis": "worldbody", "torso": "pelvis", "neck": "torso",
                 "head": "neck"}  # fmt: skip


def _side(letter: str, parts: tuple[str, ...]) -> dict[str, str | None]:
    return {
        f"{letter}_{part}": above if (above := _LIMBS[part]) in _AXIAL else f"{letter}_{above}"
        for part in parts
    }


# The order of the files; axes of the segments are right, forward, up (seen in a recording of a
# person who walks on the spot: the feet's second axis points to the toes, the third upwards).
_TREE: dict[str, str | None] = (
    {"worldbody": None, "pelvis": "worldbody"}
    | _side("l", _LEG) | _side("r", _LEG)
    | {"torso": "pelvis"}
    | _side("l", _ARM) | _side("r", _ARM)
    | {"neck": "torso", "head": "neck"}
)  # fmt: skip
_JOINT_OF: Final = {"hip": "thigh", "knee": "shank", "ankle": "foot", "toe": "toes",
                    "shoulder": "uarm", "elbow": "larm", "wrist": "hand"}  # fmt: skip
# The torso's origin is the base of the neck; the chest is at the height of the shoulders.
_MEANING: Final[Meaning] = {
    "pelvis": "pelvis", "spine": ("pelvis", "torso"), "chest": ("l_uarm", "r_uarm"),
    "neck": "neck", "head": "head",
}  # fmt: skip
THEIA: Final = build_skeleton(
    "theia",
    _TREE,
    _MEANING | {f"{j}_{side}": f"{side[0]}_{s}" for side in SIDES for j, s in _JOINT_OF.items()},
)
