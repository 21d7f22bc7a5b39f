"""Angles of the figure at rest and at the extreme: from the example, never anybody's positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from rehabkit.authoring.choosing import Chosen
from rehabkit.authoring.example import Example, own_sides, towards, turns
from rehabkit.exercises.exercise import FIGURE_ANGLES, Figure
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import OTHER, SIDES

# Turns about a bone's own axis and of the hand are too noisy for a picture, and the pelvis' small
# angles would only make it shake; the sole is drawn level, which says where the ankle is.
_LEFT_OUT: Final = (
    "ankle_dorsiflexion",
    "hip_rotation", "shoulder_rotation", "wrist_flexion", "wrist_deviation", "pelvis_obliquity",
)  # fmt: skip
_LEAST_DEG: Final = 5.0
_STANDING: Final = ("trunk_flexion", "hip_flexion", "hip_abduction", "knee_flexion")
_OFFSET_DEG: Final = 25.0
_LYING_DEG, _SITTING_DEG = 60.0, 55.0


def figure(examples: Sequence[tuple[Example, Chosen]]) -> Figure | None:
    """Median angles over the examples' repetitions, rounded to 1 deg; None where none is seen.

    Of a movement of one side at a time ``extreme`` is the side that moves and ``other`` the one
    that does not.
    """
    one, upright = _one_sided(examples), posture(examples) == "standing"
    rest: dict[str, float] = {}
    extreme: dict[str, float] = {}
    other: dict[str, float] = {}
    for angle in FIGURE_ANGLES:
        if angle in _LEFT_OUT or (ANGLES[angle].signed and not one):
            continue
        if (own := _ends(examples, angle, other=False)) is None:
            continue
        offset = _offset(angle, own[0], upright)
        _put(rest, extreme, angle, own[0] - offset, own[1] - offset)
        if one and ANGLES[angle].sided and (ends := _ends(examples, angle, other=True)):
            # Rest is written once for both sides: the other side's way is what counts.
            other[angle] = round(own[0] - offset + ends[1] - ends[0])
    if not extreme:
        return None
    moved = {a: v for a, v in other.items() if abs(v - rest.get(a, 0.0)) >= _LEAST_DEG}
    return Figure(rest, extreme, moved, "one" if one else "both")


def _offset(angle: str, rest: float, upright: bool) -> float:
    """What a standing person's rest is read as, and is not: a sensor's constant offset."""
    stands = angle in _STANDING and upright and abs(rest) < _OFFSET_DEG
    return rest if stands else 0.0


def _one_sided(examples: Sequence[tuple[Example, Chosen]]) -> bool:
    sides = [r.side for _, chosen in examples for r in chosen.segmentation.repetitions]
    return sum(s in SIDES for s in sides) > len(sides) / 2


def _put(
    rest: dict[str, float], extreme: dict[str, float], angle: str, start: float, end: float
) -> None:
    if abs(start) >= _LEAST_DEG or abs(end) >= _LEAST_DEG:
        rest[angle], extreme[angle] = round(start), round(end)


def _ends(
    examples: Sequence[tuple[Example, Chosen]], angle: str, *, other: bool
) -> tuple[float, float] | None:
    pairs = []
    for example, chosen in examples:
        for repetition in chosen.segmentation.repetitions:
            sides = own_sides(repetition, ANGLES[angle].sided)
            if other:
                sides = tuple(OTHER[s] for s in sides)
            seen = [turns(example, repetition, angle, side) for side in sides]
            known = [towards(repetition, t) if ANGLES[angle].signed else t
                     for t in seen if t is not None]  # fmt: skip
            pairs += [(t.rest, t.extreme) for t in known]
    if not pairs:
        return None
    start, end = np.median(np.array(pairs), axis=0)
    return float(start), float(end)


def posture(examples: Sequence[tuple[Example, Chosen]]) -> str:
    """Standing, sitting or lying, from trunk, hip and knee at rest; ``any`` where unseen."""
    lean = _ends(examples, "trunk_flexion", other=False)
    if lean is None:
        return "any"
    if abs(lean[0]) > _LYING_DEG:
        return "lying"
    bent = [_ends(examples, angle, other=False) for angle in ("hip_flexion", "knee_flexion")]
    known = [ends[0] for ends in bent if ends is not None]
    if not known:
        return "any"
    return "sitting" if len(known) == 2 and min(known) > _SITTING_DEG else "standing"
