"""Curves of a repetition as templates hold them: 51 points, the side that moves on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.cycles import normalised
from rehabkit.repetitions.types import Repetition
from rehabkit.templates.types import OTHER, OWN, POINTS, curve_key

LEAST_SEEN: Final = 0.7


@dataclass(frozen=True, eq=False)
class Course:
    """One angle over one repetition.

    Parameters
    ----------
    key
        The template's name for it: ``"elbow_flexion:own"``.
    angle
        Its name in ``Kinematics``.
    side
        "left", "right" or "".
    values
        (51,) deg; mirrored where ``sign`` is -1. NaN where not seen.
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


def _places(name: str, moved: str) -> Iterator[tuple[str, str, str, float]]:
    """(full name, side, key, sign) of an angle in a repetition of side ``moved``."""
    if not ANGLES[name].sided:
        # A repetition to the left is mirrored.
        mirrored = moved == "left" and ANGLES[name].signed
        yield name, "", curve_key(name), -1.0 if mirrored else 1.0
        return
    for side in SIDES:
        role = OTHER if moved in SIDES and moved != side else OWN
        yield f"{name}_{side}", side, curve_key(name, role), 1.0
