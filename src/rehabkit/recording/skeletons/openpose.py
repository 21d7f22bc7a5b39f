"""Skeletons of OpenPose: COCO's 18 points and BODY_25.

Order: OpenPose's own (``doc/02_output.md``). Its neck is learnt as the middle of the shoulders, so
it stands for the chest; its mid hip is the middle of the hips, so it stands for the pelvis.
"""

from __future__ import annotations

from typing import Final

from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.parts import COMMON, HIPS, Meaning, in_order

_EARS: Final = ("left_ear", "right_ear")
_ARMS: Final[dict[str, str | None]] = {
    "right_shoulder": "neck", "right_elbow": "right_shoulder", "right_wrist": "right_elbow",
    "left_shoulder": "neck", "left_elbow": "left_shoulder", "left_wrist": "left_elbow",
}  # fmt: skip
_LEGS: Final[dict[str, str | None]] = {
    "right_knee": "right_hip", "right_ankle": "right_knee",
    "left_knee": "left_hip", "left_ankle": "left_knee",
}  # fmt: skip
_FACE: Final[dict[str, str | None]] = {
    "nose": "neck", "right_eye": "nose", "left_eye": "nose",
    "right_ear": "right_eye", "left_ear": "left_eye",
}  # fmt: skip

_18_TREE: Final[dict[str, str | None]] = {
    "neck": None, "right_hip": "neck", "left_hip": "neck", **_ARMS, **_LEGS, **_FACE,
}  # fmt: skip
_18_ORDER: Final = (
    "nose", "neck", *_ARMS, "right_hip", "right_knee", "right_ankle",
    "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
_18_MEANING: Final[Meaning] = {
    "pelvis": HIPS,
    "spine": ("neck", *HIPS),
    "chest": "neck",
    "head": _EARS,
}
OPENPOSE_18: Final = build_skeleton(
    "openpose-18", in_order(_18_TREE, _18_ORDER), _18_MEANING | COMMON
)

_FEET: Final[dict[str, str | None]] = {
    f"{side}_{part}": f"{side}_ankle" if part != "small_toe" else f"{side}_big_toe"
    for side in ("left", "right")
    for part in ("big_toe", "small_toe", "heel")
}
_25_TREE: Final[dict[str, str | None]] = {
    "neck": None, "mid_hip": "neck", "right_hip": "mid_hip", "left_hip": "mid_hip",
    **_ARMS, **_LEGS, **_FACE, **_FEET,
}  # fmt: skip
_25_ORDER: Final = (
    "nose", "neck", *_ARMS, "mid_hip", "right_hip", "right_knee", "right_ankle",
    "left_hip", "left_knee", "left_ankle", "right_eye", "left_eye", "right_ear", "left_ear",
    *_FEET,
)  # fmt: skip
_25_MEANING: Final[Meaning] = {
    "pelvis": "mid_hip",
    "spine": ("neck", "mid_hip"),
    "chest": "neck",
    "head": _EARS,
    "toe_left": "left_big_toe",
    "toe_right": "right_big_toe",
}
OPENPOSE_25: Final = build_skeleton(
    "openpose-25", in_order(_25_TREE, _25_ORDER), _25_MEANING | COMMON
)
