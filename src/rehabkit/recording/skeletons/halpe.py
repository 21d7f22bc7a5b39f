"""Halpe's 26 points of the body, as AlphaPose and MMPose give them: COCO's 17 and nine more.

Order: Fang et al., "AlphaPose", IEEE TPAMI 45(6), 2023, and the Halpe-FullBody data set.
"""

from __future__ import annotations

from typing import Final

from rehabkit.recording.joints import SIDES
from rehabkit.recording.skeleton import build_skeleton
from rehabkit.recording.skeletons.image import COCO
from rehabkit.recording.skeletons.parts import COMMON, HIPS, SHOULDERS, Meaning, in_order

_PARENTS: Final[dict[str, str | None]] = {
    "hip": None, "neck": "hip", "head_top": "neck", "nose": "neck",
    "left_eye": "nose", "right_eye": "nose", "left_ear": "left_eye", "right_ear": "right_eye",
} | {
    f"{side}_{part}": parent if parent in ("neck", "hip") else f"{side}_{parent}"
    for side in SIDES
    for part, parent in {
        "shoulder": "neck", "elbow": "shoulder", "wrist": "elbow",
        "hip": "hip", "knee": "hip", "ankle": "knee",
        "big_toe": "ankle", "small_toe": "big_toe", "heel": "ankle",
    }.items()
}  # fmt: skip
# "knee" hangs on its own side's hip, the two hips on their middle.
_TREE: Final = _PARENTS | {f"{side}_knee": f"{side}_hip" for side in SIDES}
_ORDER: Final = (
    *COCO.joints, "head_top", "neck", "hip",
    "left_big_toe", "right_big_toe", "left_small_toe", "right_small_toe",
    "left_heel", "right_heel",
)  # fmt: skip

# The neck is annotated at the base of the neck, close above the middle of the shoulders: the
# latter is the chest, as for COCO, and the neck is left out, since the two nearly coincide.
_MEANING: Final[Meaning] = {
    "pelvis": "hip",
    "spine": SHOULDERS + HIPS,
    "chest": SHOULDERS,
    "head": ("left_ear", "right_ear"),
    "toe_left": "left_big_toe",
    "toe_right": "right_big_toe",
}
HALPE_26: Final = build_skeleton("halpe-26", in_order(_TREE, _ORDER), _MEANING | COMMON)
