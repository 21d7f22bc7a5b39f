"""What each generated exercise does with the body's angles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from rehabkit.errors import ExerciseError, choices

Anchor = Literal["feet", "toes", "other foot", "own foot", "pelvis"]
SideChoice = Literal["both", "left", "right", "alternating"]


@dataclass(frozen=True)
class Motion:
    """One exercise: angles (deg, without side) at rest and at the extreme.

    Parameters
    ----------
    rest, extreme
        Angles not named stay at the anatomical position. Here ``ankle_dorsiflexion`` is what the
        foot turns up from where a level sole has it; ``trunk_flexion`` -90 lies on the back.
    other
        What the other side does at the extreme of a one-sided movement.
    passing
        Angles that rise half way and are back at both ends.
    anchor
        What keeps its place: the feet, their toes, the foot of the side that does not move
        ("other foot"), of the side that does ("own foot"), or the pelvis.
    axial
        True where the side is the sign of an axial angle (to the right positive).
    sides
        The usual choice.
    """

    rest: Mapping[str, float]
    extreme: Mapping[str, float]
    other: Mapping[str, float] = field(default_factory=dict)
    passing: Mapping[str, float] = field(default_factory=dict)
    anchor: Anchor = "pelvis"
    axial: bool = False
    sides: SideChoice = "both"


_ON_THE_BACK: Final = {"trunk_flexion": -90.0}
_SEATED: Final = {"hip_flexion": 90.0, "knee_flexion": 90.0}

MOTIONS: Final[Mapping[str, Motion]] = {
    "squat": Motion(
        {"knee_flexion": 4.0, "hip_flexion": 3.0, "shoulder_flexion": 5.0},
        {"knee_flexion": 100.0, "hip_flexion": 96.0, "trunk_flexion": 30.0,
         "hip_abduction": 8.0, "hip_rotation": -6.0, "shoulder_flexion": 80.0},
        anchor="feet",
    ),
    "sit-to-stand": Motion(
        _SEATED | {"trunk_flexion": 2.0, "elbow_flexion": 60.0},
        {"hip_flexion": 4.0, "knee_flexion": 5.0, "elbow_flexion": 10.0},
        passing={"trunk_flexion": 32.0, "hip_flexion": 25.0},
        anchor="feet",
    ),
    "lunge": Motion(
        {"knee_flexion": 4.0, "hip_flexion": 3.0},
        {"knee_flexion": 88.0, "hip_flexion": 82.0, "trunk_flexion": 8.0},
        other={"knee_flexion": 80.0, "hip_flexion": -12.0, "trunk_flexion": 8.0},
        anchor="own foot", sides="alternating",
    ),
    "knee-lift": Motion(
        {"knee_flexion": 3.0},
        {"knee_flexion": 95.0, "hip_flexion": 92.0, "hip_abduction": 4.0},
        anchor="other foot", sides="alternating",
    ),
    "hip-abduction": Motion(
        {"knee_flexion": 2.0},
        {"hip_abduction": 38.0, "trunk_lateral_flexion": 0.0},
        anchor="other foot", sides="alternating",
    ),
    "shoulder-flexion": Motion(
        {"shoulder_flexion": 6.0, "elbow_flexion": 8.0},
        {"shoulder_flexion": 165.0, "elbow_flexion": 6.0},
    ),
    "shoulder-abduction": Motion(
        {"shoulder_abduction": 8.0, "elbow_flexion": 8.0},
        {"shoulder_abduction": 162.0, "elbow_flexion": 6.0},
    ),
    "elbow-flexion": Motion(
        {"elbow_flexion": 6.0, "shoulder_flexion": 4.0},
        {"elbow_flexion": 138.0, "shoulder_flexion": 10.0, "shoulder_rotation": 8.0,
         "wrist_flexion": 15.0, "wrist_deviation": 8.0},
    ),
    "shoulder-rotation": Motion(
        {"elbow_flexion": 90.0, "shoulder_rotation": 30.0},
        {"elbow_flexion": 90.0, "shoulder_rotation": -55.0},
    ),
    "neck-rotation": Motion(
        {}, {"neck_rotation": 62.0, "neck_flexion": 4.0}, axial=True, sides="alternating",
    ),
    "trunk-lateral-flexion": Motion(
        {}, {"trunk_lateral_flexion": 30.0, "neck_lateral_flexion": 8.0},
        axial=True, sides="alternating",
    ),
    "arms-up-tilt": Motion(
        {"shoulder_flexion": 165.0, "elbow_flexion": 5.0},
        {"shoulder_flexion": 165.0, "elbow_flexion": 5.0, "trunk_lateral_flexion": 32.0},
        axial=True, sides="alternating",
    ),
    "forward-bend": Motion(
        {"knee_flexion": 3.0},
        {"trunk_flexion": 75.0, "hip_flexion": 76.0, "knee_flexion": 8.0, "shoulder_flexion": 70.0},
        anchor="feet",
    ),
    "trunk-rotation": Motion(
        {"shoulder_abduction": 60.0, "elbow_flexion": 20.0},
        {"trunk_rotation": 38.0, "shoulder_abduction": 60.0, "elbow_flexion": 20.0},
        axial=True, sides="alternating",
    ),
    "pelvis-rotation": Motion(
        {}, {"pelvis_rotation": 25.0, "pelvis_obliquity": 4.0}, axial=True, sides="alternating",
    ),
    "heel-raise": Motion(
        {"knee_flexion": 3.0, "hip_flexion": 2.0},
        {"knee_flexion": 3.0, "hip_flexion": 2.0, "ankle_dorsiflexion": -38.0},
        anchor="toes",
    ),
    "leg-raise": Motion(
        _ON_THE_BACK | {"knee_flexion": 3.0},
        _ON_THE_BACK | {"knee_flexion": 5.0, "hip_flexion": 68.0},
        sides="alternating",
    ),
    # Shoulders and feet keep their place: the chain of trunk, thigh and shank closes.
    "bridge": Motion(
        _ON_THE_BACK | {"hip_flexion": 55.0, "knee_flexion": 110.0},
        {"trunk_flexion": -115.0, "hip_flexion": 0.0, "knee_flexion": 94.0},
        anchor="feet",
    ),
    "bow-drawing": Motion(
        {"shoulder_abduction": 28.0, "elbow_flexion": 115.0, "hip_flexion": 4.0,
         "knee_flexion": 6.0, "hip_abduction": 20.0},
        {"shoulder_abduction": 88.0, "elbow_flexion": 6.0, "hip_flexion": 48.0,
         "knee_flexion": 55.0, "hip_abduction": 28.0, "trunk_flexion": 6.0},
        other={"shoulder_abduction": 78.0, "elbow_flexion": 138.0, "hip_flexion": 48.0,
               "knee_flexion": 55.0, "hip_abduction": 28.0},
        anchor="feet", sides="alternating",
    ),
    "punch": Motion(
        {"shoulder_flexion": -24.0, "elbow_flexion": 112.0, "hip_flexion": 36.0,
         "knee_flexion": 42.0, "hip_abduction": 22.0, "trunk_flexion": 4.0},
        {"shoulder_flexion": 82.0, "elbow_flexion": 8.0, "hip_flexion": 36.0,
         "knee_flexion": 42.0, "hip_abduction": 22.0, "trunk_flexion": 4.0},
        sides="alternating",
    ),
}  # fmt: skip


def motion(name: str) -> Motion:
    """The motion called ``name``; the error lists those there are."""
    if name not in MOTIONS:
        raise ExerciseError(f"The generator knows no {name!r}; it knows: {choices(MOTIONS)}.")
    return MOTIONS[name]
