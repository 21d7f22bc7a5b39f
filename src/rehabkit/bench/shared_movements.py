"""Which exercises of different data sets are the same movement, and why: one table.

Two exercises are the same movement where the same joints move the same way in the same posture, so
that a physiotherapist would call them by one name. How far, how often and how fast may differ:
that is what a test across data sets is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rehabkit.errors import ModelError, choices


@dataclass(frozen=True)
class SharedMovement:
    """A movement that several data sets hold.

    Parameters
    ----------
    words
        What is done.
    exercises
        Data set -> its names of it: ids of the catalogue, else the set's own actions.
    why
        What is the same, and what differs between the sets.
    """

    words: str
    exercises: Mapping[str, tuple[str, ...]]
    why: str


def _movement(words: str, why: str, **exercises: tuple[str, ...]) -> SharedMovement:
    named = {name.replace("_", "-"): those for name, those in exercises.items()}
    return SharedMovement(words, MappingProxyType(named), why)


SHARED_MOVEMENTS: Final[Mapping[str, SharedMovement]] = MappingProxyType({
    "squat": _movement(
        "both knees bend, the body goes down and comes up",
        "UI-PRMD asks for the deepest squat, the others for none.",
        kimore=("kimore-es5",), ui_prmd=("ui-prmd-m01",), utd_mhad=("squat",),
    ),
    "both arms overhead": _movement(
        "both arms go up in front of the body to overhead and down again",
        "Hands are clasped in IRDS; some of its people sit.",
        kimore=("kimore-es1",), irds=("irds-6",),
    ),
    "arm sideways": _movement(
        "one straight arm is raised to the side and lowered",
        "IRDS has each side as a gesture of its own; some of its people sit.",
        ui_prmd=("ui-prmd-m07",), irds=("irds-4", "irds-5"),
    ),
    "lunge": _movement(
        "one foot in front of the other, the rear knee goes down and up",
        "UI-PRMD's feet stand in line before it begins, UTD-MHAD's person steps into it.",
        ui_prmd=("ui-prmd-m03",), utd_mhad=("lunge",),
    ),
    "sitting down": _movement(
        "from standing onto a chair", "One way alone in both sets; UI-PRMD's goes both ways.",
        utkinect=("sitDown",), utd_mhad=("stand to sit",),
    ),
    "standing up": _movement(
        "from a chair to standing", "One way alone in both sets.",
        utkinect=("standUp",), utd_mhad=("sit to stand",),
    ),
    "walking": _movement(
        "steps", "UTKinect's people cross the room, UTD-MHAD's stay in one place.",
        utkinect=("walk",), utd_mhad=("walking",),
    ),
    "clapping": _movement(
        "hands meet in front of the body, several times", "The same in all three.",
        utkinect=("clapHands",), utd_mhad=("two hand front clap",), msr_action3d=("hand clap",),
    ),
    "throwing": _movement(
        "one arm throws forward", "MSR's is called a high throw.",
        utkinect=("throw",), utd_mhad=("right arm throw",), msr_action3d=("high throw",),
    ),
    "waving with both hands": _movement(
        "both hands wave", "The same in both.",
        utkinect=("waveHands",), msr_action3d=("two hand wave",),
    ),
    "waving with one hand": _movement(
        "a raised hand waves", "MSR's is called a high arm wave.",
        utd_mhad=("right hand wave",), msr_action3d=("high arm wave",),
    ),
    "catching": _movement(
        "one hand catches", "The same name in both sets; what is caught is not there.",
        utd_mhad=("hand catch",), msr_action3d=("hand catch",),
    ),
    "drawing a cross": _movement(
        "a hand draws an x in front of the body", "The same in both.",
        utd_mhad=("draw x",), msr_action3d=("draw x",),
    ),
    "drawing a circle": _movement(
        "a hand draws a circle in front of the body", "UTD-MHAD tells the two directions apart.",
        utd_mhad=("draw circle clockwise", "draw circle counter-clockwise"),
        msr_action3d=("draw circle",),
    ),
    "jogging": _movement(
        "running in one place", "The same in both.",
        utd_mhad=("jogging",), msr_action3d=("jogging",),
    ),
    "tennis swing": _movement(
        "a forehand", "The same name in both sets.",
        utd_mhad=("tennis swing",), msr_action3d=("tennis swing",),
    ),
    "tennis serve": _movement(
        "a serve", "The same name in both sets.",
        utd_mhad=("tennis serve",), msr_action3d=("tennis serve",),
    ),
    "picking up and throwing": _movement(
        "the body bends down and throws on coming up", "The same name in both sets.",
        utd_mhad=("pick up and throw",), msr_action3d=("pick up and throw",),
    ),
})  # fmt: skip

NOT_SHARED: Final[Mapping[str, str]] = MappingProxyType({
    "ui-prmd-m10 and irds-2, irds-3": "scaption goes half way between forward and sideways, "
    "shoulder flexion forward",
    "ui-prmd-m05 and sitting down, standing up": "both ways against one way",
    "ui-prmd-m06 and MSR's forward kick": "a slow raise of a straight leg against a kick",
    "irds-7, irds-8 and MSR's side kick": "a tap of the floor against a kick in the air",
    "irds-0, irds-1 and UTD-MHAD's arm curl": "one arm against both",
    "kimore-es2 and keraal-elk": "arms stretched out sideways against one arm overhead",
    "kimore-es3 and keraal-rtk": "arms stretched out forward against sideways",
    "UTKinect's and UTD-MHAD's pushing": "with one hand against both",
})  # fmt: skip
"""Pairs that look alike and are not taken for the same movement, with the reason."""


def movement_of(data: str, exercise: str) -> str:
    """The shared movement that a data set's exercise is; empty where it is none."""
    for name, movement in SHARED_MOVEMENTS.items():
        if exercise in movement.exercises.get(data, ()):
            return name
    return ""


def shared_by(*data: str) -> tuple[str, ...]:
    """Movements that all of these data sets hold, in the table's order."""
    return tuple(
        name
        for name, movement in SHARED_MOVEMENTS.items()
        if all(one in movement.exercises for one in data)
    )


def names_of(movement: str, data: str) -> tuple[str, ...]:
    """What a data set calls a shared movement.

    Raises
    ------
    ModelError
        Where the movement is not in the table; lists those that are.
    """
    if movement not in SHARED_MOVEMENTS:
        raise ModelError(
            f"No shared movement is called {movement!r}; known: {choices(SHARED_MOVEMENTS)}."
        )
    return SHARED_MOVEMENTS[movement].exercises.get(data, ())
