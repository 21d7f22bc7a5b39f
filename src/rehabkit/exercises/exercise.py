"""``Exercise``: what a definition file says, as plain frozen types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Sides = Literal["both", "each", "sign", "none"]

WEIGHTS: Final[Mapping[str, float]] = {"completeness": 0.3, "correction": 0.5, "smoothness": 0.2}
"""Of the dimensions, in every definition of the catalogue and in drafts."""


@dataclass(frozen=True)
class Driver:
    """The signal whose going out and coming back is one repetition.

    Parameters
    ----------
    signal
        An angle without side (``"knee_flexion"``), an axial one (``"trunk_lateral_flexion"``),
        or a height (``"pelvis_height"``, ``"wrist_height"``), see ``kinematics.driving``.
    sides
        ``both``: mean of left and right, one repetition for the two. ``each``: left and right
        counted on their own, joined to side "both" where they move together. ``sign``: an axial
        angle whose sign names the side (positive is to the person's right). ``none``: no side.
    direction
        ``up`` when the movement goes to larger values first, ``down`` when to smaller.
    needed
        Least range of a counted repetition, in the signal's unit (deg, or m for heights).
    """

    signal: str
    sides: Sides
    direction: Literal["up", "down"]
    needed: float


@dataclass(frozen=True)
class Primary:
    """A primary active joint: the angle that must reach ``needed`` (deg).

    ``min`` must come down to it. An axial angle (positive to the right) is taken towards the
    side of the repetition.
    """

    angle: str
    needed: float
    statistic: Literal["max", "min", "range"] = "max"
    source: str = ""


@dataclass(frozen=True)
class Words:
    """A finding in words: its title, what the patient should do, what the therapist reads.

    Both sentences may use {measured}, {expected}, {unit}, {side}, {repetition}, {quantity}.
    """

    title: str
    patient: str
    therapist: str


@dataclass(frozen=True)
class Involved:
    """An involved joint and what counts as compensation.

    ``signal`` is an angle without side, or one of the named measures of
    ``assessment.compensations``; a value of ``statistic`` over a repetition outside
    [``low``, ``high``] is a finding called ``id``. None leaves that end open. ``extreme`` is the
    value where the movement turns, ``change`` that minus the value at the start, so that a
    sensor's constant offset cancels.
    """

    id: str
    signal: str
    statistic: Literal["max", "min", "range", "mean", "abs_max", "extreme", "change"]
    low: float | None
    high: float | None
    unit: str
    words: Words
    weight: float = 1.0
    source: str = ""


@dataclass(frozen=True)
class Compared:
    """An angle whose whole course is held against healthy people's, for correction.

    ``towards`` says which departure counts: ``either``, only ``more`` (an elbow that should stay
    straight) or only ``less`` (an arm that should stay raised). ``part`` is one of the exercise's
    body parts.
    """

    angle: str
    part: str
    towards: Literal["either", "more", "less"] = "either"


FIGURE_ANGLES: Final = (
    "neck_flexion", "neck_lateral_flexion", "neck_rotation",
    "trunk_flexion", "trunk_lateral_flexion", "trunk_rotation",
    "pelvis_obliquity", "pelvis_rotation",
    "shoulder_flexion", "shoulder_abduction", "shoulder_rotation", "elbow_flexion",
    "wrist_flexion", "wrist_deviation", "hip_flexion", "hip_abduction", "hip_rotation",
    "knee_flexion", "ankle_dorsiflexion",
)  # fmt: skip
"""Angles, without side, that pose the body of ``simulate.body``; others follow from these.

``ankle_dorsiflexion`` turns the foot up from where a level sole has it: it is for movements of the
foot alone.
"""


@dataclass(frozen=True)
class Figure:
    """The movement as a picture shows it: angles (deg, without side) at rest and at the extreme.

    Parameters
    ----------
    rest, extreme
        Angles not named stay in the anatomical position at rest, and where they were at rest at
        the extreme.
    other
        What the other side does at the extreme of a movement of one side; empty: it rests.
    sides
        ``both`` where left and right move together, ``one`` where the shown side moves alone.
    """

    rest: Mapping[str, float]
    extreme: Mapping[str, float]
    other: Mapping[str, float] = field(default_factory=dict)
    sides: Literal["both", "one"] = "both"


@dataclass(frozen=True)
class Exercise:
    """One exercise as the catalogue defines it.

    Parameters
    ----------
    driver, second_driver
        What cuts repetitions; the second serves recordings without travel (root-relative). Both
        are None, and ``primary`` is empty, where the source does not name the movement: the
        dominant movement of the recording is counted then, and no range is asked for.
    phases
        Names of the way out and the way back, e.g. ("lowering", "rising").
    primary, involved
        Completeness is judged on the first, correction on both.
    weights
        Of the dimensions completeness, correction, smoothness; they sum to 1.
    body_parts
        Weights of body parts within a dimension.
    shown
        Angles (without side) whose curves the report shows first.
    words
        Feedback that belongs to no single joint: ``short_range``, ``asymmetry``, ``hurried``...
    compared
        Angles held against healthy people's curves.
    template
        Id of the exercise whose healthy people this one is compared with; its own where empty.
    figure
        Poses for a picture; None where the definition gives none.
    source, file
        Where ranges and limits come from; name of the definition file.
    """

    id: str
    name: str
    description: str
    driver: Driver | None
    second_driver: Driver | None
    phases: tuple[str, str]
    primary: tuple[Primary, ...]
    involved: tuple[Involved, ...]
    weights: Mapping[str, float]
    body_parts: Mapping[str, float] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    words: Mapping[str, Words] = field(default_factory=dict)
    figure: Figure | None = None
    posture: str = "standing"
    dataset_label: str = ""
    source: str = ""
    file: str = ""
    compared: tuple[Compared, ...] = ()
    template: str = ""

    @property
    def template_id(self) -> str:
        """The exercise whose healthy people this one is compared with."""
        return self.template or self.id

    @property
    def sides(self) -> Sides | None:
        """How sides are told; None where no driver says."""
        return None if self.driver is None else self.driver.sides
