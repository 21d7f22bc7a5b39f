"""Plug-in Gait, the marker set of Vicon's laboratories: whole body, and legs alone.

After Vicon's Plug-in Gait reference guide; Davis et al. (Hum Mov Sci 10:575, 1991) and Kadaba et
al. (J Orthop Res 8:383, 1990) for the chord function. Other than there, hips follow Harrington
et al. (2007), which needs no leg length.
"""

from __future__ import annotations

from typing import Final

from rehabkit.recording.joints import SIDES
from rehabkit.recording.marker_rules import Chord, Head, Hip, MarkerSet, Mean, Offset, Rule, Side

_SOURCE = "Plug-in Gait reference guide (Vicon); Davis et al. 1991; Kadaba et al. 1990"
# Labels of the same marker in different laboratories: tibia or shank, thigh.
_WANDS = {"knee": ("THI",), "ankle": ("SHN", "TIB")}
_MEDIAL = {"knee": ("KNM", "MKNE", "KNEM"), "ankle": ("ANM", "MED", "MMA")}
_LATERAL = {"knee": "KNE", "ankle": "ANK"}
Rules = dict[str, tuple[Rule, ...]]


def _hips() -> Rules:
    asis = ("LASI", "RASI")
    return {
        f"hip_{side}": tuple(
            Hip(asis, psis, side) for psis in (("LPSI", "RPSI"), ("SACR",))
        )
        for side in _sides()
    }  # fmt: skip


def _sides() -> tuple[Side, Side]:
    return "left", "right"


def _hinge(joint: str, above: str, side: str) -> tuple[Rule, ...]:
    """Medial and lateral markers where both are there, else the chord with a wand."""
    initial, lateral = side[0].upper(), side[0].upper() + _LATERAL[joint]
    width: Side | str = joint
    means = [Mean((lateral, initial + medial)) for medial in _MEDIAL[joint]]
    chords = [
        Chord((f"{above}_{side}",), (lateral,), "knee" if width == "knee" else "ankle",
              plane=(initial + wand,))
        for wand in _WANDS[joint]
    ]  # fmt: skip
    return (*means, *chords)


def _leg(side: str) -> Rules:
    initial = side[0].upper()
    return {
        f"knee_{side}": _hinge("knee", "hip", side),
        f"ankle_{side}": _hinge("ankle", "knee", side),
        f"toe_{side}": (Mean((f"{initial}TOE",)),),
    }


_FRONT, _BACK = ("CLAV", "STRN"), ("C7", "T10")
_UPPER, _LOWER = ("CLAV", "C7"), ("STRN", "T10")


def _arm(side: Side) -> Rules:
    """Shoulder below the acromion, elbow and wrist inside the markers on their sides."""
    initial = side[0].upper()
    acromion, epicondyle = f"{initial}SHO", f"{initial}ELB"
    bar = (f"{initial}WRA", f"{initial}WRB")
    return {
        f"shoulder_{side}": (
            Chord(("CLAV",), (acromion,), "shoulder", direction=(_BACK, _FRONT), side=side),
        ),
        f"elbow_{side}": (
            Chord((f"shoulder_{side}",), (epicondyle,), "elbow",
                  direction=((epicondyle,), bar), side=side),
        ),
        f"wrist_{side}": (
            Chord((f"elbow_{side}",), bar, "wrist", direction=(bar[1:], bar[:1]), side=side),
        ),
        f"hand_{side}": (Mean((f"{initial}FIN",)),),
    }  # fmt: skip


def _trunk() -> Rules:
    return {
        "pelvis": (Mean(("hip_left", "hip_right")),),
        "chest": (Mean(_UPPER),),
        "spine": (Mean(_LOWER),),
        "neck": (Offset(("C7", "CLAV"), (_LOWER, _UPPER), by_share=0.25),),
        "head": (Head(("LFHD", "RFHD"), ("LBHD", "RBHD")),),
    }


def _legs() -> Rules:
    return _hips() | {k: v for side in SIDES for k, v in _leg(side).items()}


_LIMBS = tuple(
    f"{joint}_{side}" for side in SIDES for joint in ("hip", "knee", "ankle", "shoulder", "elbow",
                                                      "wrist")
)  # fmt: skip
PLUG_IN_GAIT: Final = MarkerSet(
    "plug-in-gait",
    _legs() | {k: v for side in _sides() for k, v in _arm(side).items()} | _trunk(),
    ("pelvis", "chest", *_LIMBS),
    source=_SOURCE,
)
PLUG_IN_GAIT_LEGS: Final = MarkerSet(
    "plug-in-gait-legs",
    _legs() | {"pelvis": (Mean(("hip_left", "hip_right")),)},
    ("pelvis", *(j for j in _LIMBS if j.startswith(("hip", "knee", "ankle")))),
    source=_SOURCE,
)
