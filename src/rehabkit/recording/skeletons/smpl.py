"""The 24 joints of the SMPL body model."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.parts import COMMON

# The model's own order (Loper et al., "SMPL", ACM Transactions on Graphics 34(6), 2015), in which
# each joint comes after its parent.
_TREE: dict[str, str | None] = {
    "pelvis": None,
    "left_hip": "pelvis", "right_hip": "pelvis", "spine1": "pelvis",
    "left_knee": "left_hip", "right_knee": "right_hip", "spine2": "spine1",
    "left_ankle": "left_knee", "right_ankle": "right_knee", "spine3": "spine2",
    "left_foot": "left_ankle", "right_foot": "right_ankle",
    "neck": "spine3", "left_collar": "spine3", "right_collar": "spine3", "head": "neck",
    "left_shoulder": "left_collar", "right_shoulder": "right_collar",
    "left_elbow": "left_shoulder", "right_elbow": "right_shoulder",
    "left_wrist": "left_elbow", "right_wrist": "right_elbow",
    "left_hand": "left_wrist", "right_hand": "right_wrist",
}  # fmt: skip
# spine3 lies well below the shoulders, so the collars' middle serves as chest, and spine2, half
# way from pelvis to there, as spine.
SMPL: Final = build_skeleton(
    "smpl",
    _TREE,
    COMMON
    | {"pelvis": "pelvis", "spine": "spine2", "chest": ("left_collar", "right_collar"),
       "neck": "neck", "head": "head"}
    | {f"{part}_{side}": f"{side}_{joint}" for side in ("left", "right")
       for part, joint in (("hand", "hand"), ("toe", "foot"))},
)  # fmt: skip
