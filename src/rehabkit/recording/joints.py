"""The canonical joints: names, parents, left-right pairs. The one home of joint names.

Twenty-five joints after Kinect v2 by meaning; a side is a suffix. ``toe`` is the front of the
foot, ``hand`` the middle of the palm, ``chest`` the height of the shoulders on the spine.
"""

from __future__ import annotations

from typing import Final

AXIAL: Final = ("pelvis", "spine", "chest", "neck", "head")
LIMB: Final = (
    "shoulder", "elbow", "wrist", "hand", "hand_tip", "thumb",
    "hip", "knee", "ankle", "toe",
)  # fmt: skip
SIDES: Final = ("left", "right")

CANONICAL: Final[tuple[str, ...]] = AXIAL + tuple(
    f"{joint}_{side}" for side in SIDES for joint in LIMB
)

_LIMB_PARENT: Final = {
    "shoulder": "chest", "elbow": "shoulder", "wrist": "elbow", "hand": "wrist",
    "hand_tip": "hand", "thumb": "wrist",
    "hip": "pelvis", "knee": "hip", "ankle": "knee", "toe": "ankle",
}  # fmt: skip

PARENT: Final[dict[str, str | None]] = {
    "pelvis": None, "spine": "pelvis", "chest": "spine", "neck": "chest", "head": "neck",
} | {
    f"{joint}_{side}": parent if parent in AXIAL else f"{parent}_{side}"
    for side in SIDES
    for joint, parent in _LIMB_PARENT.items()
}  # fmt: skip


OTHER: Final = {"left": "right", "right": "left"}
"""A side -> the other one; :func:`other_side` does the same to names."""


def other_side(name: str) -> str:
    """The same joint, angle or measure on the other side; an unsided name is returned as it is."""
    if name.endswith("_left"):
        return name.removesuffix("_left") + "_right"
    if name.endswith("_right"):
        return name.removesuffix("_right") + "_left"
    return name


def side_of(name: str) -> str | None:
    """``"left"``, ``"right"`` or None, read from a name's suffix."""
    return next((side for side in SIDES if name.endswith(f"_{side}")), None)


def without_side(name: str) -> str:
    """The name without its side suffix: ``knee_flexion_left`` -> ``knee_flexion``."""
    side = side_of(name)
    return name.removesuffix(f"_{side}") if side else name
