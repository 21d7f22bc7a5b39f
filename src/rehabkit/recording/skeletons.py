"""The skeletons RehabKit knows by name, and what each joint means in canonical terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rehabkit.errors import SkeletonError, choices
from rehabkit.recording.joints import CANONICAL, SIDES
from rehabkit.recording.skeleton import CANONICAL_SKELETON, Skeleton, build_skeleton

_ARM = {"Shoulder": "shoulder", "Elbow": "elbow", "Wrist": "wrist", "Hand": "hand"}
_LEG = {"Hip": "hip", "Knee": "knee", "Ankle": "ankle", "Foot": "toe"}


_Meaning = dict[str, str | tuple[str, ...]]


def _sided(parts: Mapping[str, str], pattern: str) -> _Meaning:
    """Canonical -> source name on both sides; ``pattern`` takes ``part`` and ``side``."""
    return {
        f"{canonical}_{side}": pattern.format(part=part, side=side.capitalize())
        for side in SIDES
        for part, canonical in parts.items()
    }


def _chain(root: str, *names: str) -> dict[str, str | None]:
    """names[0] hangs on ``root``, each further name on the one before it."""
    return dict(zip(names, (root, *names[:-1]), strict=True))


def _kinect_limbs(chest: str, pelvis: str) -> dict[str, str | None]:
    """Arms and legs of both sides, hung on chest and pelvis."""
    limbs: dict[str, str | None] = {}
    for side in ("Left", "Right"):
        limbs |= _chain(chest, *(f"{part}{side}" for part in _ARM))
        limbs |= _chain(pelvis, *(f"{part}{side}" for part in _LEG))
    return limbs


def _in_order(tree: Mapping[str, str | None], order: Sequence[str]) -> dict[str, str | None]:
    return {name: tree[name] for name in order}


_V2_TREE: dict[str, str | None] = (
    {"SpineBase": None, "SpineMid": "SpineBase", "SpineShoulder": "SpineMid"}
    | _chain("SpineShoulder", "Neck", "Head")
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
    _in_order(_V2_TREE, _V2_ORDER),
    {"pelvis": "SpineBase", "spine": "SpineMid", "chest": "SpineShoulder", "neck": "Neck",
     "head": "Head"}
    | _sided(_ARM | _LEG | {"HandTip": "hand_tip", "Thumb": "thumb"}, "{part}{side}"),
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
    _in_order(_V1_TREE, _V1_ORDER),
    {"pelvis": "HipCenter", "spine": "Spine", "chest": "ShoulderCenter", "head": "Head"}
    | _sided(_ARM | _LEG, "{part}{side}"),
)

_UI_SIDE = ("collar", "upper_arm", "forearm", "hand")
_UI_LEG = ("upper_leg", "lower_leg", "foot", "toes")
# Joints are named after the segment that begins there (data set's own names).
_UI_AXIS: _Meaning = {
    "pelvis": "waist", "spine": "spine", "chest": "chest", "neck": "neck",
    "head": ("head", "head_tip"),
}  # fmt: skip
_UI_LIMBS: _Meaning = {
    f"{canonical}_{side}": f"{side}_{part}"
    for side in SIDES
    for part, canonical in {
        "upper_arm": "shoulder", "forearm": "elbow", "hand": "wrist",
        "upper_leg": "hip", "lower_leg": "knee", "foot": "ankle", "toes": "toe",
    }.items()
}  # fmt: skip
UI_PRMD_KINECT: Final = build_skeleton(
    "ui-prmd-kinect",
    {"waist": None}
    | _chain("waist", "spine", "chest", "neck", "head", "head_tip")
    | _chain("chest", *(f"left_{p}" for p in _UI_SIDE))
    | _chain("chest", *(f"right_{p}" for p in _UI_SIDE))
    | _chain("waist", *(f"left_{p}" for p in _UI_LEG))
    | _chain("waist", *(f"right_{p}" for p in _UI_LEG)),
    _UI_AXIS | _UI_LIMBS,
)

_FACE = (
    "left_eye_inner", "left_eye", "left_eye_outer",
    "right_eye_inner", "right_eye", "right_eye_outer",
    "left_ear", "right_ear", "mouth_left", "mouth_right",
)  # fmt: skip
_BLAZE_BODY = ("shoulder", "elbow", "wrist", "pinky", "index", "thumb")
_BLAZE_LEGS = ("hip", "knee", "ankle", "heel", "foot_index")
_BLAZE_PARENT = {
    "shoulder": "nose", "elbow": "shoulder", "wrist": "elbow", "pinky": "wrist",
    "index": "wrist", "thumb": "wrist", "hip": "shoulder", "knee": "hip", "ankle": "knee",
    "heel": "ankle", "foot_index": "ankle",
}  # fmt: skip


def _blaze_tree() -> dict[str, str | None]:
    tree: dict[str, str | None] = {"nose": None} | dict.fromkeys(_FACE, "nose")
    for part in _BLAZE_BODY + _BLAZE_LEGS:
        for side in SIDES:
            parent = _BLAZE_PARENT[part]
            tree[f"{side}_{part}"] = parent if parent == "nose" else f"{side}_{parent}"
    return tree


_SHOULDERS, _HIPS = ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")
_POINTS = {"shoulder", "elbow", "wrist", "hip", "knee", "ankle"}
_COMMON: _Meaning = {
    f"{part}_{side}": f"{side}_{part}" for side in SIDES for part in sorted(_POINTS)
}

# Points have no spine: pelvis and chest are midpoints, spine their own midpoint; the middle of
# the ears stands for the head.
BLAZEPOSE: Final = build_skeleton(
    "blazepose",
    _blaze_tree(),
    {"pelvis": _HIPS, "spine": _SHOULDERS + _HIPS, "chest": _SHOULDERS,
     "head": ("left_ear", "right_ear")}
    | _COMMON
    | {f"hand_{side}": (f"{side}_pinky", f"{side}_index") for side in SIDES}
    | {f"thumb_{side}": f"{side}_thumb" for side in SIDES}
    | {f"toe_{side}": f"{side}_foot_index" for side in SIDES},
)  # fmt: skip

_COCO_TREE: dict[str, str | None] = {
    "nose": None, "left_eye": "nose", "right_eye": "nose",
    "left_ear": "left_eye", "right_ear": "right_eye",
    "left_shoulder": "nose", "right_shoulder": "nose",
    "left_elbow": "left_shoulder", "right_elbow": "right_shoulder",
    "left_wrist": "left_elbow", "right_wrist": "right_elbow",
    "left_hip": "left_shoulder", "right_hip": "right_shoulder",
    "left_knee": "left_hip", "right_knee": "right_hip",
    "left_ankle": "left_knee", "right_ankle": "right_knee",
}  # fmt: skip
COCO: Final = build_skeleton(
    "coco-17",
    _COCO_TREE,
    {"pelvis": _HIPS, "spine": _SHOULDERS + _HIPS, "chest": _SHOULDERS,
     "head": ("left_ear", "right_ear")} | _COMMON,
)  # fmt: skip

SKELETONS: Final[dict[str, Skeleton]] = {
    skeleton.name: skeleton
    for skeleton in (
        KINECT_V1, KINECT_V2, UI_PRMD_KINECT, BLAZEPOSE, COCO, CANONICAL_SKELETON,
    )
}  # fmt: skip


def skeleton_by_name(name: str) -> Skeleton:
    """One of the known skeletons; the error lists their names."""
    if name not in SKELETONS:
        raise SkeletonError(f"No skeleton is called {name!r}; known: {choices(SKELETONS)}.")
    return SKELETONS[name]


def guess_skeleton(joints: Sequence[str]) -> Skeleton | None:
    """The known skeleton with exactly these joints in this order, else None."""
    return next((s for s in SKELETONS.values() if s.joints == tuple(joints)), None)


def from_joint_names(joints: Sequence[str], name: str = "custom") -> Skeleton:
    """A skeleton for an array of one's own: canonical names are understood, others are kept.

    Parents follow the canonical tree where the parent is present.
    """
    known = guess_skeleton(joints)
    if known is not None:
        return known
    canonical = {j: j for j in joints if j in CANONICAL}
    tree: dict[str, str | None] = {}
    for joint in joints:
        parent = CANONICAL_SKELETON.parents[CANONICAL.index(joint)] if joint in canonical else -1
        while parent >= 0 and CANONICAL[parent] not in canonical:
            parent = CANONICAL_SKELETON.parents[parent]
        tree[joint] = CANONICAL[parent] if parent >= 0 else None
    return build_skeleton(name, tree, canonical)
