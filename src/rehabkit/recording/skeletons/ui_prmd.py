"""Skeletons of UI-PRMD: the Kinect's joints and the Vicon's markers."""

from __future__ import annotations

from typing import Final

from rehabkit.recording.joints import SIDES
from rehabkit.recording.plug_in_gait import PLUG_IN_GAIT
from rehabkit.recording.skeleton import Skeleton, build_skeleton
from rehabkit.recording.skeletons.parts import Meaning, chain

_UI_SIDE = ("collar", "upper_arm", "forearm", "hand")
_UI_LEG = ("upper_leg", "lower_leg", "foot", "toes")
# Joints are named after the segment that begins there (data set's own names).
_UI_AXIS: Meaning = {
    "pelvis": "waist", "spine": "spine", "chest": "chest", "neck": "neck",
    "head": ("head", "head_tip"),
}  # fmt: skip
_UI_LIMBS: Meaning = {
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
    | chain("waist", "spine", "chest", "neck", "head", "head_tip")
    | chain("chest", *(f"left_{p}" for p in _UI_SIDE))
    | chain("chest", *(f"right_{p}" for p in _UI_SIDE))
    | chain("waist", *(f"left_{p}" for p in _UI_LEG))
    | chain("waist", *(f"right_{p}" for p in _UI_LEG)),
    _UI_AXIS | _UI_LIMBS,
)

# Plug-in Gait's whole body, in the order of the files (told by where the markers lie: left and
# right, heights, distances, and which arm moves in shoulder abduction).
_ARM = ("SHO", "UPA", "ELB", "FRM", "WRA", "WRB", "FIN")
_LEG = ("THI", "KNE", "TIB", "ANK", "HEE", "TOE")
_MARKERS = (
    "LFHD", "RFHD", "LBHD", "RBHD", "C7", "T10", "CLAV", "STRN", "RBAK",
    *(f"L{m}" for m in _ARM), *(f"R{m}" for m in _ARM),
    "LASI", "RASI", "LPSI", "RPSI",
    *(f"L{m}" for m in _LEG), *(f"R{m}" for m in _LEG),
)  # fmt: skip
UI_PRMD_VICON: Final = Skeleton(
    "ui-prmd-vicon", _MARKERS, (-1,) * len(_MARKERS), markers=True, marker_set=PLUG_IN_GAIT
)
