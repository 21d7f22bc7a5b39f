"""Skeletons of networks that mark points in pictures."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.joints import SIDES
from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.parts import COMMON, HIPS, SHOULDERS

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


# Points have no spine: pelvis and chest are midpoints, spine their own midpoint; the middle of
# the ears stands for the head.
BLAZEPOSE: Final = build_skeleton(
    "blazepose",
    _blaze_tree(),
    {"pelvis": HIPS, "spine": SHOULDERS + HIPS, "chest": SHOULDERS,
     "head": ("left_ear", "right_ear")}
    | COMMON
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
    {"pelvis": HIPS, "spine": SHOULDERS + HIPS, "chest": SHOULDERS,
     "head": ("left_ear", "right_ear")} | COMMON,
)  # fmt: skip
