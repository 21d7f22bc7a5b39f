"""What a draft may watch: signals of compensation, what each means, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from rehabkit.exercises.exercise import Words

Ends = Literal["high", "low", "both", "mirrored"]
Area = Literal["arm", "leg", "trunk", "neck"]


@dataclass(frozen=True)
class Watch:
    """One signal of compensation.

    Parameters
    ----------
    ends
        Which limits are drafted; ``mirrored`` where the sign is a side, and the example may have
        shown one side only.
    margin
        Added to the example's own spread, in the signal's unit, at least.
    areas
        For movements of which parts of the body it is watched.
    """

    id: str
    signal: str
    statistic: Literal["max", "min", "mean", "change"]
    ends: Ends
    margin: float
    areas: tuple[Area, ...]
    words: Words


# (title, patient, what the therapist reads before "in repetition ...").
_T = "in repetition {repetition}; expected {expected}."

WATCHES: Final[tuple[Watch, ...]] = (
    Watch("trunk-sway", "trunk_flexion", "change", "both", 12.0, ("arm", "leg", "neck"), Words(
        "The trunk swings forward or back",
        "Keep your upper body as in the example, and let the rest do the work.",
        f"Trunk moved by {{measured}} forward (back negative) {_T}")),
    Watch("trunk-side", "trunk_lateral_flexion", "change", "mirrored", 12.0,
          ("arm", "leg", "neck"), Words(
        "The trunk leans to one side",
        "Keep your chest over the middle of your body.",
        f"Trunk leaned sideways by {{measured}} (to the right positive) {_T}")),
    Watch("trunk-turns", "trunk_rotation", "change", "mirrored", 20.0, ("arm", "trunk"), Words(
        "The trunk turns along",
        "Keep your chest facing forward.",
        f"Shoulders turned by {{measured}} against the pelvis (to the right positive) {_T}")),
    Watch("shoulder-hikes", "shoulder_hike", "change", "high", 12.0, ("arm", "neck"), Words(
        "The shoulder is pulled up",
        "Let your {side} shoulder stay low, away from your ear.",
        f"{{side}} shoulder rose by {{measured}} against the other {_T}")),
    Watch("elbow-bends", "elbow_flexion", "change", "both", 20.0, ("arm",), Words(
        "The elbow moves along",
        "Keep your {side} elbow as in the example while the arm moves.",
        f"{{side}} elbow bent by a further {{measured}} {_T}")),
    Watch("upper-arm-moves", "shoulder_elevation", "change", "both", 20.0, ("arm",), Words(
        "The upper arm moves along",
        "Keep your {side} upper arm still.",
        f"{{side}} upper arm moved by {{measured}} {_T}")),
    Watch("knee-in", "knee_valgus", "change", "high", 12.0, ("leg",), Words(
        "The knee falls inward",
        "Push your {side} knee gently outward, in line with the foot.",
        f"{{side}} knee moved {{measured}} inward {_T}")),
    Watch("knees-forward", "shank_lean", "max", "high", 12.0, ("leg",), Words(
        "The knee goes far forward",
        "Send your hips back a little more.",
        f"{{side}} shank leaned forward by {{measured}} {_T}")),
    Watch("heels-up", "heel_lift", "max", "high", 0.05, ("leg",), Words(
        "The heel leaves the floor",
        "Keep your {side} heel on the floor.",
        f"{{side}} ankle rose by {{measured}} {_T}")),
    Watch("feet-width", "feet_width", "mean", "both", 0.4, ("leg",), Words(
        "The feet stand closer or wider than in the example",
        "Place your feet as in the example before you begin.",
        f"Ankles stood {{measured}} of the shoulders' width apart {_T}")),
    Watch("weight-shift", "pelvis_shift", "change", "mirrored", 0.07, ("leg", "arm"), Words(
        "The weight shifts to one side",
        "Put the same weight on both feet.",
        f"Pelvis moved {{measured}} to the right (left negative) {_T}")),
    Watch("pelvis-travels", "pelvis_travel", "max", "high", 0.1, ("arm", "neck", "trunk"), Words(
        "The pelvis moves along",
        "Keep your hips where they are and let the rest move.",
        f"Pelvis moved by {{measured}} {_T}")),
    Watch("knees-bend", "knee_flexion", "change", "both", 15.0, ("arm", "trunk", "neck"), Words(
        "The knees bend along",
        "Keep your legs quiet and let the upper body do the work.",
        f"{{side}} knee bent by a further {{measured}} {_T}")),
)  # fmt: skip

AREAS: Final[Mapping[str, Area]] = {
    "shoulder": "arm", "elbow": "arm", "wrist": "arm", "hand": "arm",
    "hip": "leg", "knee": "leg", "ankle": "leg", "pelvis": "leg",
    "trunk": "trunk", "upper": "trunk", "head": "trunk", "neck": "neck",
}  # fmt: skip
"""First word of a signal -> the part of the body that it moves."""

SHORT: Final[Mapping[str, Words]] = {
    "knee_flexion": Words(
        "The knee does not bend far enough", "Bend your {side} knee a little further.", ""),
    "hip_flexion": Words(
        "The hip does not bend far enough", "Bend your {side} hip a little further.", ""),
    "hip_abduction": Words(
        "The leg does not go far enough to the side",
        "Take your {side} leg a little further to the side.", ""),
    "shoulder_elevation": Words(
        "The arm is not raised high enough", "Raise your {side} arm a little higher.", ""),
    "elbow_flexion": Words(
        "The elbow does not bend far enough", "Bend your {side} elbow a little further.", ""),
    "trunk_flexion": Words(
        "The trunk does not bend far enough", "Bend a little further forward.", ""),
    "trunk_lateral_flexion": Words(
        "The trunk does not bend far enough to the side", "Bend a little further to the side.", ""),
    "trunk_rotation": Words(
        "The trunk does not turn far enough", "Turn your upper body a little further.", ""),
    "neck_rotation": Words(
        "The head does not turn far enough", "Turn your head a little further.", ""),
}  # fmt: skip
"""Words for a first primary joint that bends too little; other joints take the general ones."""
COMFORT: Final = ", as far as it feels comfortable."
REACHED: Final = (
    "{side} {quantity} reached {measured} in repetition {repetition}; expected {expected}."
)
