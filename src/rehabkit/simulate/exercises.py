"""Exercises of the catalogue done by the generator's body, as a healthy person does them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rehabkit.errors import ExerciseError, choices
from rehabkit.recording.skeletons import KINECT_V2
from rehabkit.simulate.generator import generate
from rehabkit.simulate.motions import SideChoice, motion
from rehabkit.simulate.types import Simulated

_WITH_A_FACE: Final = "blazepose"


@dataclass(frozen=True)
class Doing:
    """How the body does an exercise.

    Parameters
    ----------
    motion
        One of :data:`~rehabkit.simulate.motions.MOTIONS`.
    extreme
        Angles at the extreme that differ from the motion's.
    skeleton
        One that shows the movement: turns of the head need a face.
    also
        Choices of sides besides the motion's usual one.
    """

    motion: str
    extreme: Mapping[str, float] = field(default_factory=dict)
    skeleton: str = KINECT_V2.name
    also: tuple[SideChoice, ...] = ()

    @property
    def sides(self) -> tuple[SideChoice, ...]:
        """Every choice of sides in which the exercise is done."""
        return (motion(self.motion).sides, *self.also)


_EACH: Final[tuple[SideChoice, ...]] = ("alternating",)
_ELBOW: Final = Doing("elbow-flexion", also=_EACH)
_ARM_FORWARD: Final = Doing("shoulder-flexion", also=_EACH)
_ARM_OUT: Final = Doing("shoulder-abduction", also=_EACH)
_NECK: Final = Doing("neck-rotation", skeleton=_WITH_A_FACE)

DONE: Final[Mapping[str, Doing]] = {
    "squat": Doing("squat"), "kimore-es5": Doing("squat"), "ui-prmd-m01": Doing("squat"),
    "ui-prmd-m05": Doing("squat"), "sit-to-stand": Doing("sit-to-stand"),
    "lunge": Doing("lunge"), "ui-prmd-m03": Doing("lunge"),
    "knee-lift": Doing("knee-lift"), "ui-prmd-m02": Doing("knee-lift"),
    "ui-prmd-m06": Doing("knee-lift", {"knee_flexion": 4.0, "hip_flexion": 70.0}),
    "irds-7": Doing("hip-abduction"), "irds-8": Doing("hip-abduction"),
    "heel-raise": Doing("heel-raise"), "baduanjin-8": Doing("heel-raise"),
    "finerehab-11": Doing("heel-raise"),
    "leg-raise": Doing("leg-raise"), "bridge": Doing("bridge"),
    "baduanjin-2": Doing("bow-drawing"), "baduanjin-7": Doing("punch"),
    "elbow-flexion": _ELBOW, "irds-0": _ELBOW, "irds-1": _ELBOW,
    "shoulder-flexion": _ARM_FORWARD, "irds-2": _ARM_FORWARD, "irds-3": _ARM_FORWARD,
    "irds-6": _ARM_FORWARD, "baduanjin-3": _ARM_FORWARD,
    "kimore-es1": Doing("shoulder-flexion"), "baduanjin-1": Doing("shoulder-flexion"),
    "shoulder-abduction": _ARM_OUT, "irds-4": _ARM_OUT, "irds-5": _ARM_OUT,
    "ui-prmd-m07": _ARM_OUT, "ui-prmd-m10": _ARM_OUT, "keraal-elk": _ARM_OUT,
    "keraal-ctk": Doing("shoulder-abduction"),
    "ui-prmd-m08": Doing("shoulder-flexion", {"shoulder_flexion": -45.0}, also=_EACH),
    "kimore-es2": Doing("arms-up-tilt"), "kimore-es3": Doing("trunk-rotation"),
    "keraal-rtk": Doing("trunk-rotation"), "baduanjin-6": Doing("forward-bend"),
    "neck-rotation": _NECK, "baduanjin-4": _NECK,
}  # fmt: skip
"""Exercise -> how it is done. Circling, shifting weight and turning an arm about itself are not."""


def done(exercise: str, sides: SideChoice | None = None, **dials: Any) -> Simulated:
    """A healthy person at an exercise of the catalogue.

    Parameters
    ----------
    exercise
        One of :data:`DONE`.
    sides, dials
        As of :func:`~rehabkit.simulate.generator.generate`.

    Raises
    ------
    ExerciseError
        Where the generator cannot do it.
    """
    if exercise not in DONE:
        raise ExerciseError(f"The generator cannot do {exercise!r}; it does: {choices(DONE)}.")
    doing = DONE[exercise]
    given = {"extreme": doing.extreme, "skeleton": doing.skeleton} | dials
    return generate(doing.motion, sides=sides, **given)
