"""The primary joints of a recorded example: those that moved most, and how far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rehabkit.authoring.choosing import OWN_ANGLES, Chosen
from rehabkit.authoring.example import Example, Turn, own_sides, towards, turns
from rehabkit.exercises.exercise import Primary
from rehabkit.exercises.parts import part_of
from rehabkit.kinematics.catalogue import ANGLES

REACH_SHARE: Final = 0.8
"""What is needed is this share of the example's way from rest to extreme."""
MOST_PRIMARY: Final = 3
# Way from rest to extreme, deg, that is a movement of the joint and no sway or noise. Turns of a
# limb about its own axis and the hands' small angles are too noisy to ask for.
LEAST_DEG: Final[Mapping[str, float]] = {
    "knee_flexion": 25.0, "hip_flexion": 25.0, "hip_abduction": 15.0, "shoulder_elevation": 30.0,
    "elbow_flexion": 35.0, "trunk_flexion": 15.0, "trunk_lateral_flexion": 8.0,
    "trunk_rotation": 15.0, "neck_flexion": 18.0, "neck_lateral_flexion": 12.0,
    "neck_rotation": 15.0, "shoulder_flexion": 30.0, "shoulder_rotation": 45.0,
    "ankle_dorsiflexion": 18.0, "pelvis_rotation": 12.0,
}  # fmt: skip
# A joint is primary beside the one that moved most from this share of its size.
_BESIDE: Final = 0.6
_STEADY: Final = 0.35


@dataclass(frozen=True)
class Moved:
    """How one angle (without side) moves in the examples, deg; medians over repetitions.

    ``reach`` is the furthest value on the way, ``least`` that of the example that goes least far,
    ``spread`` the standard deviation of the way over repetitions.
    """

    angle: str
    rest: float
    extreme: float
    reach: float
    least: float
    spread: float

    @property
    def way(self) -> float:
        """From rest to extreme, with its sign."""
        return self.extreme - self.rest

    @property
    def part(self) -> str:
        """Its body part. The head follows most movements, and few sensors see it well."""
        return part_of(self.angle)

    @property
    def size(self) -> float:
        """The way in units of what counts as a movement of this joint."""
        return abs(self.way) / LEAST_DEG[self.angle]


def moved(examples: Sequence[tuple[Example, Chosen]]) -> list[Moved]:
    """The joints that moved in the same way in nearly every repetition, the most moved first."""
    found = [m for angle in LEAST_DEG if (m := _moved(examples, angle)) is not None]
    return sorted(found, key=lambda m: -m.size)


def primaries(found: Sequence[Moved], driver: str) -> list[Moved]:
    """Up to three: the driver's own joint, then those that moved nearly as much."""
    own = (driver,) if driver in ANGLES else OWN_ANGLES.get(driver, ())
    able = [m for m in found if m.size >= 1 and (m.angle in own or m.part != "neck")]
    first = [m for m in able if m.angle in own]
    head = first[:1] or able[:1]
    beside = [m for m in able if m not in head and m.size >= _BESIDE * head[0].size]
    beside.sort(key=lambda m: (m.angle not in own, -m.size))
    return [*head, *beside][:MOST_PRIMARY]


def primary(found: Moved, repetitions: int, named: str) -> Primary:
    """What is asked of a joint: a stated share of the example's way."""
    statistic: Literal["max", "min"] = "max" if found.way > 0 else "min"
    needed = round(found.rest + REACH_SHARE * (found.least - found.rest))
    source = (
        f"drafted: {REACH_SHARE:.0%} of the way from {found.rest:.0f} deg at rest to "
        f"{found.least:.0f} deg at the furthest in {named} ({_count(repetitions)}); not a norm"
    )
    return Primary(found.angle, float(needed), statistic, source)


def widest(examples: Sequence[tuple[Example, Chosen]]) -> Primary | None:
    """Where no joint goes the same way each time (a circle): the range of the widest one."""
    best: tuple[float, str, float] | None = None
    for angle, least in LEAST_DEG.items():
        parts = [_turns(example, chosen, angle) for example, chosen in examples]
        ranges = [_median(t.highest - t.lowest for t in part) for part in parts if part]
        if ranges and (best is None or min(ranges) / least > best[0]):
            best = (min(ranges) / least, angle, min(ranges))
    if best is None:
        return None
    source = (
        f"drafted: {REACH_SHARE:.0%} of the example's range of {best[2]:.0f} deg; no joint went "
        "the same way in every repetition, and this one moved most; not a norm"
    )
    return Primary(best[1], float(round(REACH_SHARE * best[2])), "range", source)


def _count(repetitions: int) -> str:
    return "one repetition" if repetitions == 1 else f"median of {repetitions} repetitions"


def _moved(examples: Sequence[tuple[Example, Chosen]], angle: str) -> Moved | None:
    each = [_turns(example, chosen, angle) for example, chosen in examples]
    ways = np.array([t.extreme - t.rest for part in each for t in part])
    wanted = sum(len(chosen.segmentation.repetitions) for _, chosen in examples)
    if len(ways) < max(1, 0.6 * wanted):
        return None
    way = float(np.median(ways))
    spread = float(np.std(ways))
    steady = len(ways) < 3 or np.median(np.abs(ways - way)) <= _STEADY * abs(way)
    if not steady or np.mean(np.sign(ways) == np.sign(way)) < 0.8:
        return None
    reaches = [_reach(part, way) for part in each if part]
    return Moved(
        angle,
        rest=_median(t.rest for part in each for t in part),
        extreme=_median(t.extreme for part in each for t in part),
        reach=float(np.median(reaches)),
        least=min(reaches) if way > 0 else max(reaches),
        spread=spread,
    )


def _turns(example: Example, chosen: Chosen, angle: str) -> list[Turn]:
    """One a repetition, left and right as one, an axial one towards its side."""
    sided = ANGLES[angle].sided
    out = []
    for repetition in chosen.segmentation.repetitions:
        seen = [turns(example, repetition, angle, side) for side in own_sides(repetition, sided)]
        known = [t for t in seen if t is not None]
        if not known:
            continue
        turn = _mean(known)
        signed = chosen.driver.sides == "sign" and ANGLES[angle].signed
        out.append(towards(repetition, turn) if signed else turn)
    return out


def _mean(found: Sequence[Turn]) -> Turn:
    """Left and right of one repetition as one."""
    return Turn(*(float(np.mean([getattr(t, name) for t in found]))
                  for name in ("rest", "extreme", "lowest", "highest")))  # fmt: skip


def _reach(found: Sequence[Turn], way: float) -> float:
    return _median((t.highest if way > 0 else t.lowest) for t in found)


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))
