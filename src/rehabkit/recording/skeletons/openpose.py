"""Skeletons of OpenPose."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.parts import COMMON, HIPS, Meaning

_18_TREE: Final[dict[str, str | None]] = {
    "nose": "neck", "neck": None,
    "right_shoulder": "neck", "right_elbow": "right_shoulder", "right_wrist": "right_elbow",
    "left_shoulder": "neck", "left_elbow": "left_shoulder", "left_wrist": "left_elbow",
    "right_hip": "neck", "right_knee": "right_hip", "right_ankle": "right_knee",
    "left_hip": "neck", "left_knee": "left_hip", "left_ankle": "left_knee",
    "right_eye": "nose", "left_eye": "nose", "right_ear": "right_eye", "left_ear": "left_eye",
}  # fmt: skip

# OpenPose's neck is learnt as the middle of the shoulders: it stands for the chest.
_18_MEANING: Final[Meaning] = {
    "pelvis": HIPS,
    "spine": ("neck", *HIPS),
    "chest": "neck",
    "head": ("left_ear", "right_ear"),
}
OPENPOSE_18: Final = build_skeleton("openpose-18", _18_TREE, _18_MEANING | COMMON)
