"""Poses of an exercise: the generator's body set from a definition's rest to its extreme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.errors import ExerciseError
from rehabkit.exercises.exercise import FIGURE_ANGLES, Exercise, Figure
from rehabkit.geometry.vectors import Array
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.recording.joints import SIDES

HEIGHT_M: Final = 1.72
JOINTS: Final = (
    "pelvis", "chest", "neck", "head",
    *(f"{j}_{s}" for s in SIDES for j in ("shoulder", "elbow", "wrist", "hand", "hip", "knee",
                                          "ankle", "toe")),
)  # fmt: skip
_ON_FLOOR_M: Final = 0.04
_POSTURES: Final[Mapping[str, Mapping[str, float]]] = {
    "standing": {},
    "any": {},
    "sitting": {"hip_flexion": 90.0, "knee_flexion": 90.0},
    "lying": {"trunk_flexion": -90.0},
}
# Angles that say nothing of which way a limb points.
_UNDRAWN: Final = {
    "shoulder_elevation": "in which direction the arm is raised",
    "ankle_dorsiflexion": "how the foot stands on the floor",
    "knee_valgus": "how the leg bends",
    "pelvis_tilt": "how the trunk moves",
}


@dataclass(frozen=True, eq=False)
class Movement:
    """Poses from rest to the extreme.

    Parameters
    ----------
    joints
        Joint -> (poses, 3) m: right, forward, up of a person whose feet stand on 0.
    how
        Where the poses come from, as the picture says it.
    one_sided
        Whether the right side moves alone, and the left likewise.
    """

    joints: Mapping[str, Array]
    how: str
    one_sided: bool

    def side_view(self) -> bool:
        """Whether more of the movement is seen from the side than from the front."""
        ways = [np.ptp(self.joints[j], axis=0) for j in JOINTS]
        across, ahead = (float(np.sum([w[i] ** 2 for w in ways])) for i in (0, 1))
        return ahead >= across


def movement(exercise: Exercise, poses: int = 13) -> Movement:
    """Poses of one exercise, evenly from rest to extreme.

    Raises
    ------
    ExerciseError
        Where the definition says too little to draw it.
    """
    figure, how = (exercise.figure, "poses of the definition's [figure]")
    if figure is None:
        figure, how = _from_definition(exercise)
    joints = _place(figure, np.linspace(0.0, 1.0, poses))
    return Movement(_on_the_floor(joints, figure, exercise), how, figure.sides == "one")


def _from_definition(exercise: Exercise) -> tuple[Figure, str]:
    """Rest by posture, and the primary joints where they must reach."""
    if not exercise.primary:
        raise ExerciseError(_too_little(exercise, "it names no primary joint"))
    rest = dict(_POSTURES.get(exercise.posture, {}))
    extreme = dict(rest)
    for primary in exercise.primary:
        drawn = primary.angle in FIGURE_ANGLES and primary.angle not in _UNDRAWN
        if not drawn or primary.statistic == "range":
            what = _UNDRAWN.get(primary.angle, "where the joint begins and ends")
            raise ExerciseError(_too_little(exercise, f"{primary.angle} alone does not say {what}"))
        extreme[primary.angle] = primary.needed
    missing = _unsupported(exercise, extreme)
    if missing:
        raise ExerciseError(_too_little(exercise, missing))
    sides = exercise.sides in ("each", "sign")
    how = "least poses that the definition asks for; all other joints drawn at rest"
    return Figure(rest, extreme, {}, "one" if sides else "both"), how


def _unsupported(exercise: Exercise, extreme: Mapping[str, float]) -> str:
    """Why the body would fall over; empty where it would not."""
    standing = exercise.posture in ("standing", "any") and exercise.sides in ("both", "none")
    if standing and extreme.get("knee_flexion", 0.0) > 20 and "hip_flexion" not in extreme:
        return "the knees bend on standing feet, and nothing says what hips and trunk do"
    return ""


def _too_little(exercise: Exercise, why: str) -> str:
    return (
        f"{exercise.file or exercise.id}: expected a definition that says enough to draw the "
        f"movement, found too little: {why}. Add the tables [figure.rest] and [figure.extreme] "
        "with angles in degrees (docs/exercises-of-your-own.md); a draft has them."
    )


def _place(figure: Figure, way: Array) -> dict[str, Array]:
    from rehabkit.simulate import body

    angles: dict[str, Array] = {}
    for name in FIGURE_ANGLES:
        rest = figure.rest.get(name, 0.0)
        own = figure.extreme.get(name, rest)
        if not ANGLES[name].sided:
            angles[name] = rest + (own - rest) * way
            continue
        other = own if figure.sides == "both" else figure.other.get(name, rest)
        angles[f"{name}_right"] = rest + (own - rest) * way
        angles[f"{name}_left"] = rest + (other - rest) * way
    places, _ = body.place(angles, HEIGHT_M)
    return {joint: places[joint] for joint in JOINTS}


def _on_the_floor(
    joints: Mapping[str, Array], figure: Figure, exercise: Exercise
) -> dict[str, Array]:
    """Lowest point on 0; the standing foot, or the pelvis of who sits or lies, keeps its place."""
    shift = np.zeros_like(joints["pelvis"])
    if exercise.posture == "lying" or (exercise.posture == "sitting" and not _leaves_seat(figure)):
        anchor = joints["pelvis"]
    else:
        anchor = _standing_foot(joints)
    shift[:, :2] = anchor[0, :2] - anchor[:, :2]
    if exercise.posture == "sitting" and not _leaves_seat(figure):
        shift[:, 2] = -min(float(p[0, 2]) for p in joints.values())
    else:
        shift[:, 2] = -np.min([p[:, 2] for p in joints.values()], axis=0)
    return {joint: place + shift for joint, place in joints.items()}


def _leaves_seat(figure: Figure) -> bool:
    return figure.extreme.get("hip_flexion", 90.0) < 60 and figure.sides == "both"


def _standing_foot(joints: Mapping[str, Array]) -> Array:
    """The ankle that stays low at the extreme; the middle where both do."""
    left, right = joints["ankle_left"], joints["ankle_right"]
    apart = float(left[-1, 2] - right[-1, 2])
    if abs(apart) < _ON_FLOOR_M:
        return np.asarray((left + right) / 2)
    return left if apart < 0 else right
