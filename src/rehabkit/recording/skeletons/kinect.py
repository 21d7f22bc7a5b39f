"""Skeletons of the Kinect sensors."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.joints import SIDES
from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.parts import Meaning, chain, in_order, sided

_ARM = {"Shoulder": "shoulder", "Elbow": "elbow", "Wrist": "wrist", "Hand": "hand"}
_LEG = {"Hip": "hip", "Knee": "knee", "Ankle": "ankle", "Foot": "toe"}


def _kinect_limbs(chest: str, pelvis: str) -> dict[str, str | None]:
    """Arms and legs of both sides, hung on chest and pelvis."""
    limbs: dict[str, str | None] = {}
    for side in ("Left", "Right"):
        limbs |= chain(chest, *(f"{part}{side}" for part in _ARM))
        limbs |= chain(pelvis, *(f"{part}{side}" for part in _LEG))
    return limbs


_V2_TREE: dict[str, str | None] = (
    {"SpineBase": None, "SpineMid": "SpineBase", "SpineShoulder": "SpineMid"}
    | chain("SpineShoulder", "Neck", "Head")
    | _kinect_limbs("SpineShoulder", "SpineBase")
    | {"HandTipLeft": "HandLeft", "ThumbLeft": "WristLeft"}
    | {"HandTipRight": "HandRight", "ThumbRight": "WristRight"}
)
# The sensor's own order (Kinect for Windows SDK 2.0, JointType).
_V2_ORDER = (
    ["SpineBase", "SpineMid", "Neck", "Head"]
    + [f"{p}Left" for p in _ARM] + [f"{p}Right" for p in _ARM]
    + [f"{p}Left" for p in _LEG] + [f"{p}Right" for p in _LEG]
    + ["SpineShoulder", "HandTipLeft", "ThumbLeft", "HandTipRight", "ThumbRight"]
)  # fmt: skip

KINECT_V2: Final = build_skeleton(
    "kinect-v2",
    in_order(_V2_TREE, _V2_ORDER),
    {"pelvis": "SpineBase", "spine": "SpineMid", "chest": "SpineShoulder", "neck": "Neck",
     "head": "Head"}
    | sided(_ARM | _LEG | {"HandTip": "hand_tip", "Thumb": "thumb"}, "{part}{side}"),
)  # fmt: skip

_V1_TREE: dict[str, str | None] = {
    "HipCenter": None,
    "Spine": "HipCenter",
    "ShoulderCenter": "Spine",
    "Head": "ShoulderCenter",
} | _kinect_limbs("ShoulderCenter", "HipCenter")
_V1_ORDER = (
    ["HipCenter", "Spine", "ShoulderCenter", "Head"]
    + [f"{p}Left" for p in _ARM] + [f"{p}Right" for p in _ARM]
    + [f"{p}Left" for p in _LEG] + [f"{p}Right" for p in _LEG]
)  # fmt: skip

# Kinect v1's shoulder centre lies at the base of the neck: it serves as chest, and there is no
# separate neck.
KINECT_V1: Final = build_skeleton(
    "kinect-v1",
    in_order(_V1_TREE, _V1_ORDER),
    {"pelvis": "HipCenter", "spine": "Spine", "chest": "ShoulderCenter", "head": "Head"}
    | sided(_ARM | _LEG, "{part}{side}"),
)

# Azure Kinect (Body Tracking SDK, k4abt_joint_id_t): 32 joints in the sensor's own order.
_AZURE_ARM = ("clavicle", "shoulder", "elbow", "wrist", "hand", "handtip", "thumb")
_AZURE_LEG = ("hip", "knee", "ankle", "foot")


def _azure_tree() -> dict[str, str | None]:
    tree: dict[str, str | None] = {"pelvis": None}
    tree |= chain("pelvis", "spine_navel", "spine_chest", "neck")
    for side in SIDES:
        arm = [f"{part}_{side}" for part in _AZURE_ARM]
        tree |= chain("spine_chest", *arm[:-1]) | {arm[-1]: f"wrist_{side}"}
    for side in SIDES:
        tree |= chain("pelvis", *(f"{part}_{side}" for part in _AZURE_LEG))
    tree |= {"head": "neck"}
    face = ("nose", "eye_left", "ear_left", "eye_right", "ear_right")
    return tree | dict.fromkeys(face, "head")


# ``spine_chest`` lies at the breastbone's middle, well below the shoulders: the two inner ends of
# the clavicles, at the height of the shoulders beside the spine, stand for the chest. Navel and
# breastbone lie about a third and two thirds of the way up: their middle is the spine.
_AZURE_AXIS: Meaning = {
    "pelvis": "pelvis", "spine": ("spine_navel", "spine_chest"),
    "chest": ("clavicle_left", "clavicle_right"), "neck": "neck", "head": "head",
}  # fmt: skip
_AZURE_LIMBS: Meaning = {
    f"{canonical}_{side}": f"{part}_{side}"
    for side in SIDES
    for part, canonical in {
        "shoulder": "shoulder", "elbow": "elbow", "wrist": "wrist", "hand": "hand",
        "handtip": "hand_tip", "thumb": "thumb", "hip": "hip", "knee": "knee",
        "ankle": "ankle", "foot": "toe",
    }.items()
}  # fmt: skip
AZURE_KINECT: Final = build_skeleton("azure-kinect", _azure_tree(), _AZURE_AXIS | _AZURE_LIMBS)
