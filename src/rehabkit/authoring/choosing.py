"""Which signal drives a recorded example: what stands out most, and a second one beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rehabkit.authoring.example import Example
from rehabkit.errors import ExerciseError, choices
from rehabkit.exercises.exercise import Driver, Sides
from rehabkit.kinematics import driving
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.cutting import RULES
from rehabkit.repetitions.dominant import CANDIDATES, Candidate, Scored, score_candidates
from rehabkit.repetitions.sides import TOGETHER, overlap
from rehabkit.repetitions.types import Repetition, Segmentation

NEEDED_SHARE: Final = 0.2
"""A counted repetition needs this share of the example's range: patients go far less deep."""
# A candidate this near to the best is preferred where it says more: the side, or an angle.
_NEAR: Final = 0.6
# One that stands out less than this beside the best is a movement of something else.
_LEAST_OF_BEST: Final = 0.3

# Driving signals that are no angle: the joints that make them move.
OWN_ANGLES: Final[Mapping[str, tuple[str, ...]]] = {
    "pelvis_height": ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "trunk_flexion"),
    "pelvis_shift": ("trunk_lateral_flexion", "hip_abduction", "trunk_flexion", "knee_flexion"),
    "wrist_height": ("shoulder_elevation", "elbow_flexion", "trunk_flexion"),
    "wrist_shift": ("trunk_lateral_flexion", "trunk_rotation", "shoulder_elevation"),
    "head_shift": ("trunk_lateral_flexion", "neck_lateral_flexion"),
    "upper_body_turn": ("trunk_rotation", "pelvis_rotation"),
    "ankle_out": ("hip_abduction", "knee_flexion"),
    "ankle_height": ("hip_flexion", "knee_flexion", "ankle_dorsiflexion"),
}

# Beside the angles of the dominant movement: ways that stay clean where an angle does not. Least
# ranges are such that a movement of full size scores as its angle does.
WAYS: Final = (
    Candidate("trunk_flexion", "none", "down", 25.0),
    Candidate("neck_flexion", "none", "down", 25.0),
    Candidate("shoulder_flexion", "each", "down", 40.0),
    Candidate("shoulder_rotation", "each", "up", 50.0),
    Candidate("shoulder_rotation", "each", "down", 50.0),
    Candidate("pelvis_height", "none", "down", 0.08),
    Candidate("pelvis_height", "none", "up", 0.08),
    Candidate("pelvis_shift", "none", "up", 0.04),
    Candidate("pelvis_shift", "sign", "up", 0.04),
    Candidate("wrist_height", "each", "up", 0.3),
    Candidate("wrist_height", "each", "down", 0.3),
    Candidate("wrist_shift", "sign", "up", 0.1),
    Candidate("head_shift", "sign", "up", 0.1),
    Candidate("upper_body_turn", "sign", "up", 12.0),
    Candidate("ankle_out", "each", "up", 0.08),
    Candidate("ankle_height", "each", "up", 0.1),
)


@dataclass(frozen=True, eq=False)
class Chosen:
    """What drives one example.

    Parameters
    ----------
    driver, second
        ``needed`` is already a share of the example's range; ``second`` is None where no other
        signal counts the same movements.
    segmentation
        The example's repetitions by ``driver``.
    range_
        Median range of the driving signal, deg or m; ``second_range`` of the second's.
    """

    driver: Driver
    segmentation: Segmentation
    range_: float
    second: Driver | None = None
    second_range: float = 0.0


def choose(example: Example, *, count: int | None = None, signal: str | None = None) -> Chosen:
    """The driver of one example.

    Parameters
    ----------
    count
        How many repetitions the recording shows, where the person knows it: only a signal that
        counts so many is taken.
    signal
        A driving signal that the person chose.

    Raises
    ------
    ExerciseError
        Where nothing repeats, nothing counts to ``count``, or ``signal`` is no driving signal.
    """
    _known(signal)
    scored = [_oriented(example, s) for s in _candidates(example) if s.score > 0]
    if signal is not None:
        scored = [s for s in scored if s.candidate.signal == signal]
    scored = _one_way(scored)
    best_score = max((s.score for s in scored), default=0.0)
    scored = [s for s in scored if s.score >= _LEAST_OF_BEST * best_score]
    right = [s for s in scored if count in (None, len(s.segmentation.repetitions))]
    if not right:
        raise ExerciseError(_refusal(example, scored, count, signal))
    best = _preferred(right)
    driver, range_ = _driver(best)
    second, second_range = _second(best, scored) or (None, 0.0)
    if second is not None and second.sides == "both" and driver.sides == "none":
        driver = replace(driver, sides="both")  # so that left and right are compared
    return Chosen(driver, best.segmentation, range_, second, second_range)


def _known(signal: str | None) -> None:
    known = sorted({c.signal for c in (*CANDIDATES, *WAYS)})
    if signal is not None and signal not in known:
        raise ExerciseError(
            f"No draft can be driven by {signal!r}; expected one of {choices(known)}. Other "
            "signals can be written into the drafted file by hand."
        )


def _one_way(scored: Sequence[Scored]) -> list[Scored]:
    """Of a signal that was tried both ways the better: the other counts what lies between."""
    best: dict[str, Scored] = {}
    for each in sorted(scored, key=lambda s: s.score):
        best[each.candidate.signal + each.candidate.sides] = each
    return list(best.values())


def _candidates(example: Example) -> list[Scored]:
    found = score_candidates(example.recording, example.kinematics, RULES, (*CANDIDATES, *WAYS))
    return [s for s in found if s.segmentation.repetitions]


def _oriented(example: Example, scored: Scored) -> Scored:
    """Left and right that always move together are one: their mean is steadier than either."""
    repetitions = scored.segmentation.repetitions
    together = sum(r.side == "both" for r in repetitions)
    if scored.candidate.sides != "each" or 2 * together <= len(repetitions):
        return scored
    candidate = replace(scored.candidate, sides="both")
    segmentation = example.cut(_plain(candidate, candidate.least))
    if len(segmentation.repetitions) < together:
        return scored
    return Scored(candidate, segmentation, scored.score)


def _preferred(scored: Sequence[Scored]) -> Scored:
    """The best; but one nearly as good that tells sides, or one that is an angle, before it."""
    best = max(scored, key=lambda s: s.score)
    near = [s for s in scored if s.score >= _NEAR * best.score and _same(s, best)]
    telling = [s for s in near if _tells_sides(s) and _both_sides_or_angle(s)]
    if telling and not _tells_sides(best):
        best = max(telling, key=lambda s: s.score)
        near = telling
    angles = [s for s in near if driving.unit_of(s.candidate.signal) == "deg"]
    ways = ("wrist_height", "ankle_height", "head_shift")
    if best.candidate.signal in ways and angles:
        return max(angles, key=lambda s: s.score)
    return best


def _tells_sides(scored: Scored) -> bool:
    sides = Counter(r.side for r in scored.segmentation.repetitions)
    return sum(sides[s] for s in SIDES) == sides.total()


def _both_sides_or_angle(scored: Scored) -> bool:
    """Whether the sides are believed: a body's small shift to one side only tells none."""
    sides = {r.side for r in scored.segmentation.repetitions}
    return scored.candidate.signal in ANGLES or sides >= {*SIDES}


def _same(one: Scored, other: Scored) -> bool:
    """Whether both count the same movements: as many, and each overlapping its partner."""
    a, b = one.segmentation.repetitions, other.segmentation.repetitions
    return len(a) == len(b) and all(_overlap(x, y) for x, y in zip(a, b, strict=True))


def _overlap(a: Repetition, b: Repetition) -> bool:
    return overlap(a, b) >= TOGETHER


def _second(best: Scored, scored: Sequence[Scored]) -> tuple[Driver, float] | None:
    """An angle that counts the same, for recordings that cannot give the first signal."""
    own = OWN_ANGLES.get(best.candidate.signal, ())
    others = [s for s in scored if s.candidate.signal in own and _alike(s, best)]
    if not others:
        return None
    sides = _tells_sides(best)
    found = max(others, key=lambda s: (_tells_sides(s) == sides, s.score))
    return _driver(found)


def _alike(one: Scored, other: Scored) -> bool:
    """Whether both count the same but for one movement in eight."""
    a, b = one.segmentation.repetitions, other.segmentation.repetitions
    few, many = sorted((a, b), key=len)
    met = sum(any(overlap(x, y) >= TOGETHER for y in few) for x in many)
    return met >= 7 / 8 * len(many)


def _driver(scored: Scored) -> tuple[Driver, float]:
    extents = [r.extent for r in scored.segmentation.repetitions]
    range_ = float(np.median(extents))
    digits = 0 if driving.unit_of(scored.candidate.signal) == "deg" else 2
    needed = round(NEEDED_SHARE * range_, digits)
    return _plain(scored.candidate, max(needed, 10.0**-digits)), range_


def _plain(candidate: Candidate, needed: float) -> Driver:
    sides: Sides = candidate.sides
    return Driver(candidate.signal, sides, candidate.direction, needed)


def _refusal(
    example: Example, scored: Sequence[Scored], count: int | None, signal: str | None
) -> str:
    by = f" by {driving.label_of(signal).lower()}" if signal else ""
    if not scored or count is None:
        return (
            f"{example.name}: expected a movement that goes out and comes back{by}, found none "
            "that stands out from rest. Record three or more whole repetitions with a short rest "
            "at both ends, the moving part in view" + ("." if signal else
            ", or name what moves with --driver.")
        )  # fmt: skip
    counts = Counter(len(s.segmentation.repetitions) for s in scored)
    listed = ", ".join(
        f"{n} by {driving.label_of(_first(scored, n)).lower()}" for n in sorted(counts)
    )
    return (
        f"{example.name}: expected {count} repetitions{by}, found {listed}. Check the number, or "
        "leave --repetitions out."
    )


def _first(scored: Sequence[Scored], count: int) -> str:
    fitting = [s for s in scored if len(s.segmentation.repetitions) == count]
    return max(fitting, key=lambda s: s.score).candidate.signal


def cut_like(example: Example, first: Chosen) -> Chosen:
    """Another example of the movement that the first one chose its driver for.

    Raises
    ------
    ExerciseError
        Where it has no repetition by that signal.
    """
    for driver in (first.driver, first.second):
        if driver is None:
            continue
        segmentation = example.cut(replace(driver, needed=0.5 * driver.needed))
        if segmentation.repetitions:
            range_ = float(np.median([r.extent for r in segmentation.repetitions]))
            share = range_ / first.range_ if driver is first.driver else 1.0
            return Chosen(first.driver, segmentation, share * first.range_, first.second)
    raise ExerciseError(
        f"{example.name}: expected the first example's movement (driven by "
        f"{driving.label_of(first.driver.signal).lower()}), found no repetition of it. Leave this "
        "file out, or draft from it alone."
    )
