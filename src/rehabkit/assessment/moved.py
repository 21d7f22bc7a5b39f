"""How far joints move from where they began, left, right and healthy people (FineRehab, Fig. 6).

Courses are means over repetitions in % of body size, so that tall and short people compare; what
differs between two courses beyond their timing is their DTW distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rehabkit.assessment.healthy import comparable
from rehabkit.assessment.readings import Case
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.alignment import dtw_distances, even_samples
from rehabkit.kinematics.joint_measures import NO_SPACE, NO_TRAVEL
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.templates.courses import DISTANCES, Course, distance_courses
from rehabkit.templates.types import OTHER, OWN, Curve, curve_key

LEAST_MOVED: Final = 5.0
"""% of body size: a joint that neither the person nor healthy people move so far is not shown."""
_SHOWN_BY: Final = {
    "shoulder": ("wrist", "elbow"), "elbow": ("wrist",), "wrist": ("wrist",),
    "hip": ("knee", "ankle"), "knee": ("knee", "ankle"), "ankle": ("knee", "ankle"),
}  # fmt: skip
"""Joint of a primary angle or driving signal -> joints whose way shows its movement."""
NO_SIZE: Final = "the length of trunk and legs, which distances are divided by, was not seen"
NOT_SEEN: Final = "not seen from start to end of a repetition"
POOLED: Final = "healthy people's left and right are one curve where both sides move"


@dataclass(frozen=True, eq=False)
class SideWay:
    """One side's mean distance from its start.

    Parameters
    ----------
    side, role
        "left" or "right", and whether it is the side that moves (``templates.types``).
    repetitions
        How many the mean is taken over.
    values
        (51,) % of body size at 0, 2, ... 100 % of the repetition; None where not seen.
    healthy
        Healthy people's, where the same kind of sensor recorded them.
    to_healthy
        DTW distance to their mean, % of body size per step; None without one of both.
    """

    side: str
    role: str
    repetitions: int
    values: Float | None
    healthy: Curve | None
    to_healthy: float | None = None


@dataclass(frozen=True, eq=False)
class JointWay:
    """One joint on both sides; ``reason`` says why it could not be had, or what is lacking.

    ``between_sides`` and ``healthy_between_sides`` are DTW distances, % of body size per step.
    """

    joint: str
    sides: tuple[SideWay, ...]
    between_sides: float | None = None
    healthy_between_sides: float | None = None
    reason: str = ""


def ways(case: Case, exercise: Exercise | None) -> tuple[JointWay, ...]:
    """The distances that show this exercise's movement; one that did not move is left out.

    Parameters
    ----------
    case
        Its counted repetitions and, where there are any, healthy people.
    exercise
        Its primary angles name the joints; None takes every one that moved.
    """
    if not case.repetitions:
        return ()
    joints = joints_of(exercise)
    why = _why_not(case)
    if why:
        return tuple(JointWay(joint, (), reason=why) for joint in joints)
    found = _courses(case, joints)
    pairs = [(joint, tuple(_side(case, found, joint, side) for side in SIDES)) for joint in joints]
    return _compared([(joint, sides) for joint, sides in pairs if _moves(sides)])


def joints_of(exercise: Exercise | None) -> tuple[str, ...]:
    """Joints whose way shows the movement; all four where the exercise names no limb."""
    if exercise is None:
        return DISTANCES
    names = [p.angle for p in exercise.primary]
    names += [exercise.driver.signal] if exercise.driver else []
    shown = [joint for name in names for joint in _SHOWN_BY.get(name.split("_")[0], ())]
    return tuple(joint for joint in DISTANCES if joint in shown) or DISTANCES


def _why_not(case: Case) -> str:
    if case.recording.positions is None:
        return NO_SPACE
    if case.recording.origin == "pelvis":
        return NO_TRAVEL
    return "" if np.isfinite(case.body_size_m) else NO_SIZE


def _courses(case: Case, joints: Iterable[str]) -> dict[str, list[tuple[str, Course]]]:
    """Joint with side -> (role, course) of every repetition that shows it throughout."""
    out: dict[str, list[tuple[str, Course]]] = {}
    for repetition in case.repetitions:
        frames = case.frames(repetition)
        found = distance_courses(case.recording, frames, repetition, case.body_size_m, joints)
        for course in found:
            if np.isfinite(course.values).all():
                role = course.key.rpartition(":")[2]
                out.setdefault(course.angle, []).append((role, course))
    return out


def _side(case: Case, found: dict[str, list[tuple[str, Course]]], joint: str, side: str) -> SideWay:
    """The mean of the repetitions in which this side moves; of the others where it never does."""
    mine = found.get(f"{joint}_{side}", [])
    moved = any(r.side in (side, "both", "none") for r in case.repetitions)
    role = OWN if moved else OTHER
    curves = [course.values for own, course in mine if own == role]
    template = comparable(case)
    healthy = template.curves.get(curve_key(f"distance.{joint}", role)) if template else None
    mean = np.mean(curves, axis=0) if curves else None
    return SideWay(side, role, len(curves), mean, healthy)


def _moves(sides: Sequence[SideWay]) -> bool:
    """Whether the joint belongs on the figure; one that was never seen does, with the reason."""
    seen = [s.values for s in sides if s.values is not None]
    healthy = [s.healthy.mean for s in sides if s.healthy is not None]
    return not seen or any(float(v.max()) >= LEAST_MOVED for v in [*seen, *healthy])


def _compared(joints: Sequence[tuple[str, tuple[SideWay, ...]]]) -> tuple[JointWay, ...]:
    """Joints with their DTW distances, all computed at once."""
    pairs: dict[tuple[str, str], tuple[Float, Float]] = {}
    for joint, (left, right) in joints:
        for one in (left, right):
            if one.values is not None and one.healthy is not None:
                pairs[joint, one.side] = one.values, one.healthy.mean
        if left.values is not None and right.values is not None:
            pairs[joint, "between"] = left.values, right.values
        if left.healthy and right.healthy and left.role != right.role:
            pairs[joint, "healthy"] = left.healthy.mean, right.healthy.mean
    away = _dtw(pairs)
    return tuple(
        JointWay(
            joint,
            tuple(replace(side, to_healthy=away.get((joint, side.side))) for side in sides),
            away.get((joint, "between")),
            away.get((joint, "healthy")),
            _lacking(sides),
        )
        for joint, sides in joints
    )


def _dtw(pairs: dict[tuple[str, str], tuple[Float, Float]]) -> dict[tuple[str, str], float]:
    if not pairs:
        return {}
    a, b = (np.array([even_samples(pair[k]) for pair in pairs.values()]) for k in (0, 1))
    return dict(zip(pairs, dtw_distances(a, b).tolist(), strict=True))


def _lacking(sides: Sequence[SideWay]) -> str:
    unseen = [side.side for side in sides if side.values is None]
    if unseen:
        return f"{' and '.join(unseen)}: {NOT_SEEN}"
    return POOLED if all(s.healthy and s.role == OWN for s in sides) else ""
