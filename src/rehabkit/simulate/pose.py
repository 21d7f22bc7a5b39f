"""Angles over time of a planned movement, with the faults that belong to the body."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rehabkit.geometry.vectors import Array
from rehabkit.recording.joints import OTHER, SIDES
from rehabkit.simulate.motions import Motion
from rehabkit.simulate.timeline import Planned
from rehabkit.simulate.types import Faults

AXIAL = (
    "neck_flexion", "neck_lateral_flexion", "neck_rotation",
    "trunk_flexion", "trunk_lateral_flexion", "trunk_rotation",
    "pelvis_obliquity", "pelvis_rotation",
)  # fmt: skip
SIDED = (
    "shoulder_flexion", "shoulder_abduction", "shoulder_rotation", "elbow_flexion",
    "wrist_flexion", "wrist_deviation", "hip_flexion", "hip_abduction", "hip_rotation",
    "knee_flexion", "ankle_dorsiflexion",
)  # fmt: skip


def pose(motion: Motion, course: Mapping[str, Array], frames: int) -> dict[str, Array]:
    """Name -> (frames,) deg of all dialled angles; ``course`` is each side's way out, 0-1."""
    either = np.maximum(course["left"], course["right"])
    signed = course["right"] - course["left"]
    angles: dict[str, Array] = {}
    for name in AXIAL:
        way = signed if motion.axial and not name.endswith("_flexion") else either
        if motion.axial and name.endswith("lateral_flexion"):
            way = signed
        angles[name] = _between(motion, name, way) + _passing(motion, name, either)
    for side in SIDES:
        for name in SIDED:
            own = either if motion.axial else course[side]
            value = _between(motion, name, own) + _passing(motion, name, own)
            if name in motion.other and not motion.axial:
                rest = motion.rest.get(name, 0.0)
                value = value + (motion.other[name] - rest) * course[OTHER[side]]
            angles[f"{name}_{side}"] = value
    return {name: np.broadcast_to(value, (frames,)).copy() for name, value in angles.items()}


def _between(motion: Motion, name: str, way: Array) -> Array:
    rest = motion.rest.get(name, 0.0)
    return rest + (motion.extreme.get(name, rest if name not in motion.rest else 0.0) - rest) * way


def _passing(motion: Motion, name: str, way: Array) -> Array:
    return motion.passing.get(name, 0.0) * np.sin(np.pi * np.clip(way, 0, 1))


def add_faults(
    angles: dict[str, Array], planned: tuple[Planned, ...], faults: Faults, time: Array
) -> None:
    """Lean, side lean and valgus of the chosen repetitions, in place."""
    for repetition in planned:
        course, number = repetition.course(time), repetition.number
        if number in faults.lean:
            angles["trunk_flexion"] += faults.lean_deg * course
            for side in SIDES:  # the legs stay where they are
                angles[f"hip_flexion_{side}"] += faults.lean_deg * course
        if number in faults.side_lean:
            angles["trunk_lateral_flexion"] += faults.side_lean_deg * course
        if number in faults.valgus:
            for side in SIDES:
                angles[f"hip_rotation_{side}"] += faults.valgus_deg * course
                angles[f"hip_abduction_{side}"] -= 0.5 * faults.valgus_deg * course


def add_tremor(
    angles: dict[str, Array], moved: Mapping[str, float], course: Mapping[str, Array],
    faults: Faults, time: Array, rng: np.random.Generator,
) -> None:  # fmt: skip
    """A shaking of the moved angles while they are away from rest, in place."""
    either = np.maximum(course["left"], course["right"])
    for name in moved:
        for full in (name, f"{name}_left", f"{name}_right"):
            if full in angles:
                phase = 2 * np.pi * (faults.tremor_hz * time + rng.uniform())
                angles[full] += faults.tremor_deg * either * np.sin(phase)


def add_set_up(angles: dict[str, Array], motion: Motion, time: Array, length_s: float) -> None:
    """Getting into position before the first repetition: small, uneven movement, in place."""
    x = np.clip(time / length_s, 0, 1)
    sway = np.sin(np.pi * x) ** 2 * np.sin(2 * np.pi * 1.5 * x)
    bump = 0.3 * np.sin(np.pi * x) ** 2 * np.sin(np.pi * 2 * x) ** 2
    for name, extreme in motion.extreme.items():
        step = bump * (extreme - motion.rest.get(name, 0.0))
        for full in (name, f"{name}_left", f"{name}_right"):
            if full in angles:
                angles[full] += step
    angles["trunk_flexion"] += 8 * sway
    angles["trunk_lateral_flexion"] += 5 * sway
    angles["shoulder_flexion_left"] += 12 * np.abs(sway)
    angles["elbow_flexion_right"] += 20 * np.abs(sway)
