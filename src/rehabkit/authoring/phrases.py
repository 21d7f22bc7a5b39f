"""What a draft says in plain English: its description, phases and what drove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rehabkit.authoring.choosing import Chosen
from rehabkit.authoring.example import Example
from rehabkit.exercises.exercise import Driver, Primary
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.types import Repetition

_PHASES: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("pelvis_height", "down"): ("lowering", "rising"),
    ("pelvis_height", "up"): ("rising", "lowering"),
    ("shoulder_elevation", "up"): ("raising", "lowering"),
    ("wrist_height", "up"): ("raising", "lowering"),
    ("wrist_height", "down"): ("lowering", "raising"),
    ("hip_flexion", "up"): ("lifting", "lowering"),
    ("ankle_height", "up"): ("lifting", "lowering"),
}
_DOES: Final[Mapping[str, tuple[str, str]]] = {
    "knee_flexion": ("bend the {knee}", "stretch the {knee}"),
    "hip_flexion": ("bend the {hip}", "stretch the {hip}"),
    "hip_abduction": ("take the {leg} out to the side", "bring the {leg} in"),
    "shoulder_elevation": ("raise the {arm}", "lower the {arm}"),
    "shoulder_flexion": ("raise the {arm} forward", "take the {arm} back"),
    "shoulder_rotation": ("turn the {arm} inward", "turn the {arm} outward"),
    "elbow_flexion": ("bend the {elbow}", "stretch the {elbow}"),
    "trunk_flexion": ("lean the trunk forward", "lean the trunk back"),
    "trunk_lateral_flexion": ("bend the trunk to one side", "bend the trunk to one side"),
    "trunk_rotation": ("turn the upper body", "turn the upper body"),
    "pelvis_rotation": ("turn the pelvis", "turn the pelvis"),
    "neck_flexion": ("bend the head forward", "bend the head back"),
    "neck_lateral_flexion": ("tilt the head to one side", "tilt the head to one side"),
    "neck_rotation": ("turn the head", "turn the head"),
    "ankle_dorsiflexion": ("bring the {foot} up", "point the {foot} down"),
}
_PLURAL: Final = {"foot": "feet"}
_SMALL_COUNTS: Final = ("none", "one", "two", "three")


def describe(primary: Sequence[Primary], driver: Driver) -> str:
    """One sentence for the person, from the joints that moved: to be rewritten by hand."""
    end = "" if _together(driver) else ", one side after the other or one side alone"
    return f"{does(primary, driver)}, and come back{end}."


def does(primary: Sequence[Primary], driver: Driver) -> str:
    """``"Bend the knees and raise the arms"``."""
    told = _and(list(dict.fromkeys(_does(p, _together(driver)) for p in primary)))
    return told[:1].upper() + told[1:]


def _together(driver: Driver) -> bool:
    return driver.sides in ("both", "none")


def _does(primary: Primary, together: bool) -> str:
    out, back = _DOES[primary.angle]
    text = back if primary.statistic == "min" else out
    for limb in ("knee", "hip", "leg", "arm", "elbow", "foot"):
        many = _PLURAL.get(limb, f"{limb}s")
        text = text.replace(f"{{{limb}}}", many if together else limb)
    return text


def phases(driver: Driver, primary: Sequence[Primary]) -> tuple[str, str]:
    """Names of the way out and the way back."""
    known = _PHASES.get((driver.signal, driver.direction))
    if known:
        return known
    signal = driver.signal if driver.signal in ANGLES else primary[0].angle
    if signal.endswith("rotation") or driver.signal == driving.TURN:
        return "turning", "returning"
    if signal.endswith("lateral_flexion"):
        return "bending", "returning"
    if signal in ("knee_flexion", "elbow_flexion", "trunk_flexion", "neck_flexion"):
        return ("bending", "stretching") if driver.direction == "up" else ("stretching", "bending")
    return "going out", "coming back"


def source_of(both: Sequence[tuple[Example, Chosen]]) -> str:
    """Where the definition's figures come from."""
    each = _and([f"{e.name} ({reps(len(c.segmentation.repetitions))})" for e, c in both])
    return (
        f"Drafted by RehabKit from {each}. Ranges and limits are this example's own with a margin, "
        "no norms; look at each of them."
    )


def reps(count: int) -> str:
    """``"1 repetition"``, ``"5 repetitions"``."""
    return f"{count} repetition" + "s" * (count != 1)


def amount(signal: str, value: float) -> str:
    """``"92 deg"``, ``"0.32 m"``."""
    return f"{value:.0f} deg" if driving.unit_of(signal) == "deg" else f"{value:.2f} m"


def driven_by(driver: Driver) -> str:
    """``"left and right knee flexion"``, ``"height of the pelvis (going down)"``."""
    label = driving.label_of(driver.signal).lower()
    if driving.is_sided(driver.signal):
        label = f"left and right {label}"
    if driver.sides == "sign":
        return f"{label}, to either side"
    way = "" if driver.direction == "up" and driver.signal in ANGLES else (
        f" (going {driver.direction})"
    )  # fmt: skip
    return label + way


def sides_words(repetitions: Iterable[Repetition]) -> str:
    """``"3 left and 2 right"``; empty where repetitions have no side."""
    sides = Counter(r.side for r in repetitions)
    told = [f"{sides[s]} {s}" for s in SIDES if sides[s]]
    if sides["both"]:
        told.append("both sides together" if not told else f"{sides['both']} with both")
    return _and(told)


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] \
        if parts else ""  # fmt: skip
