"""Curves of a repetition as templates hold them: 51 points, the side that moves on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.distances import distance_course
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.cycles import normalised
from rehabkit.repetitions.types import Repetition
from rehabkit.templates.types import OTHER, OWN, POINTS, curve_key

LEAST_SEEN: Final = 0.7
DISTANCES: Final = ("wrist", "elbow", "knee", "ankle")
"""Joints whose distance from the start templates hold."""


@dataclass(frozen=True, eq=False)
class Course:
    """One angle, or one joint's distance from its start, over one repetition.

    Parameters
    ----------
    key
        The template's name for it: ``"elbow_flexion:own"``, ``"distance.wrist:own"``.
    angle
        Its name in ``Kinematics``; of a distance the joint, ``"wrist_left"``.
    side
        "left", "right" or "".
    values
        (51,) deg, or % of body size; mirrored where ``sign`` is -1. NaN where not seen.
    """

    key: str
    angle: str
    side: str
    values: Float
    sign: float = 1.0


def courses(
    kinematics: Kinematics, repetition: Repetition, names: Iterable[str]
) -> Iterator[Course]:
    """Curves of the angles ``names`` (without side) that were seen for 70 % of the repetition."""
    for name in names:
        for full, side, key, sign in _places(name, repetition.side):
            angle = kinematics.angles.get(full)
            if angle is None or not angle.measurable:
                continue
            values = normalised(angle.values, kinematics.time, repetition, POINTS)
            if np.isfinite(values).mean() >= LEAST_SEEN:
                yield Course(key, full, side, sign * values, sign)


def distance_courses(
    recording: Recording, frames: slice, repetition: Repetition, size_m: float,
    joints: Iterable[str] = DISTANCES,
) -> Iterator[Course]:  # fmt: skip
    """Distances of ``joints`` from where they began, that were seen for 70 % of the repetition.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints, with positions in space.
    frames
        Those of the repetition.
    size_m
        The person's :func:`~rehabkit.kinematics.distances.body_size`.
    """
    time = recording.time[frames]
    for joint in joints:
        for side in SIDES:
            way = distance_course(recording, f"{joint}_{side}", frames, size_m)
            values = normalised(way, time, repetition, POINTS)
            if np.isfinite(values).mean() >= LEAST_SEEN:
                key = curve_key(f"distance.{joint}", role_of(side, repetition.side))
                yield Course(key, f"{joint}_{side}", side, values)


def role_of(side: str, moved: str) -> str:
    """Whether ``side`` is the one that moves in a repetition of side ``moved``, or the other."""
    return OTHER if moved in SIDES and moved != side else OWN


def place_of(name: str, side: str, moved: str) -> tuple[str, float]:
    """(key, sign) of an angle ``name`` (without side) in a repetition of side ``moved``."""
    if ANGLES[name].sided:
        return curve_key(name, role_of(side, moved)), 1.0
    # A repetition to the left is mirrored.
    mirrored = moved == "left" and ANGLES[name].signed
    return curve_key(name), -1.0 if mirrored else 1.0


def _places(name: str, moved: str) -> Iterator[tuple[str, str, str, float]]:
    """(full name, side, key, sign) of an angle in a repetition of side ``moved``."""
    for side in SIDES if ANGLES[name].sided else ("",):
        yield f"{name}_{side}" if side else name, side, *place_of(name, side, moved)
