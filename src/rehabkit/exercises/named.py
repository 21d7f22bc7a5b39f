"""Measures of compensation that are not an angle: their names, units and meaning.

Definitions use these names beside those of angles; ``assessment.compensations`` computes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rehabkit.kinematics.catalogue import ANGLES


@dataclass(frozen=True)
class NamedMeasure:
    """One measure over time: ``unit`` is ``"deg"``, ``"m"`` or ``""`` for a ratio."""

    name: str
    label: str
    unit: str
    sided: bool
    meaning: str


_ALL: Final = (
    NamedMeasure("heel_lift", "Heel lift", "m", True,
                 "rise of the ankle above where it stood at the start of the repetition"),
    NamedMeasure("knees_over_toes", "Knee ahead of the toes", "m", True,
                 "how far the knee is ahead of the toes, along the feet's level direction"),
    NamedMeasure("shank_lean", "Forward lean of the shank", "deg", True,
                 "angle of the shank forward of the vertical"),
    NamedMeasure("feet_width", "Width of the stance", "", False,
                 "level distance between the ankles as a share of that between the shoulders"),
    NamedMeasure("knees_width", "Distance between the knees", "", False,
                 "level distance between the knees as a share of that between the ankles"),
    NamedMeasure("knees_apart", "Distance between the knees over the shoulders' width", "", False,
                 "level distance between the knees as a share of that between the shoulders"),
    NamedMeasure("trunk_lean", "Trunk lean", "deg", False,
                 "angle between trunk and vertical, in whichever direction"),
    NamedMeasure("trunk_sway", "Sideways sway of the trunk", "m", False,
                 "how far the chest is to the person's right of the middle between the ankles"),
    NamedMeasure("pelvis_shift", "Sideways shift of the pelvis", "m", False,
                 "how far the pelvis has gone to the person's right since the start"),
    NamedMeasure("pelvis_travel", "Movement of the pelvis", "m", False,
                 "level distance of the pelvis from where it was at the start"),
    NamedMeasure("com_travel", "Movement of the centre of mass", "m", False,
                 "level distance of the centre of mass from where it was at the start"),
    NamedMeasure("foot_travel", "Movement of the foot", "m", True,
                 "level distance of the ankle from where it was at the start"),
    NamedMeasure("shoulder_hike", "Shoulder hike", "deg", True,
                 "how much higher this shoulder is than the other, seen from the trunk"),
)  # fmt: skip

NAMED: Final[Mapping[str, NamedMeasure]] = MappingProxyType({m.name: m for m in _ALL})
SIGNALS: Final[tuple[str, ...]] = (*ANGLES, *NAMED)
"""Every signal that an involved joint may name."""


def unit_of(signal: str) -> str:
    """Unit of an involved joint's signal."""
    return NAMED[signal].unit if signal in NAMED else "deg"


def label_of(signal: str) -> str:
    """The signal in words."""
    return NAMED[signal].label if signal in NAMED else ANGLES[signal].label


def is_sided(signal: str) -> bool:
    """Whether the signal exists once for each side."""
    return NAMED[signal].sided if signal in NAMED else ANGLES[signal].sided
