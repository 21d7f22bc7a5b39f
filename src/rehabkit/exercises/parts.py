"""Body parts: which angles belong to each, and which are compared where a definition says none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from rehabkit.exercises.exercise import Compared

BODY_PARTS: Final = (
    "neck", "trunk", "pelvis", "shoulder", "elbow", "wrist", "hip", "knee", "ankle",
)  # fmt: skip

USUAL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "neck": ("neck_flexion", "neck_lateral_flexion"),
    "trunk": ("trunk_flexion", "trunk_lateral_flexion", "trunk_rotation"),
    "pelvis": ("pelvis_obliquity", "pelvis_rotation"),
    "shoulder": ("shoulder_elevation", "shoulder_flexion", "shoulder_abduction"),
    "elbow": ("elbow_flexion",),
    "wrist": ("wrist_flexion",),
    "hip": ("hip_flexion", "hip_abduction"),
    "knee": ("knee_flexion", "knee_valgus"),
    "ankle": ("ankle_dorsiflexion",),
})  # fmt: skip
"""Angles of a part that skeletons can give; turns about a bone's own axis are left out."""


def default_compared(parts: Iterable[str]) -> tuple[Compared, ...]:
    """The usual angles of each body part, departures either way."""
    return tuple(Compared(angle, part) for part in parts for angle in USUAL[part])


def part_of(angle: str) -> str:
    """The body part that an angle (without side) belongs to: its name's first word."""
    return angle.partition("_")[0]
