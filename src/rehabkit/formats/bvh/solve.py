"""Resting offsets and turns that carry a tree of joints through measured positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.geometry import chain, quaternions
from rehabkit.geometry.vectors import Array, angle_between, unit
from rehabkit.recording.arrays import Float

RIGID_M: Final = 5e-5
"""A bone that keeps its vector in its parent's frame to within this, m, is written as rigid."""
_FLAT: Final = 0.05


@dataclass(frozen=True, eq=False)
class Pose:
    """What BVH says of a movement.

    ``offsets`` (joints, 3) m in the parent's frame; ``local`` (frames, joints, 3) m the same at
    each frame; ``turns`` (frames, joints, 3, 3) each joint's frame in its parent's; ``rigid``
    (joints,) where the offset alone says the place.
    """

    offsets: Array
    local: Array
    turns: Array
    rigid: NDArray[np.bool_]


def solve(parents: Sequence[int], positions: Float, orientations: Float | None) -> Pose:
    """Turns of every joint from ``orientations`` where there are such, else from its bones.

    A joint with several bones takes the rotation that carries them from rest to where they are
    with the least squared error (Kabsch, Acta Crystallographica A32, 1976); with one bone, the
    shortest turn of it from where its parent carries it: turning about the bone itself cannot be
    seen. At rest bones are the medians of their vectors over time. NaN positions take the place
    at rest in their parent's frame.
    """
    world = _given(orientations, positions.shape[:2])
    placed = np.array(positions, dtype=np.float64)
    rest = np.zeros((len(parents), 3))
    for joint in chain.order(parents):
        parent = parents[joint]
        if parent < 0:
            placed[:, joint] = _held(placed[:, joint])
        before = (
            world[:, parent] if parent >= 0 else np.broadcast_to(np.eye(3), (len(placed), 3, 3))
        )
        children = [c for c, p in enumerate(parents) if p == joint]
        bones = placed[:, children] - placed[:, [joint]]
        if np.isnan(world[0, joint, 0, 0]):
            rest[children] = _resting(bones)
            world[:, joint] = _turned(rest[children], bones, before)
        else:
            rest[children] = _resting(_into(world[:, joint], bones))
        default = placed[:, [joint]] + np.einsum("fij,cj->fci", world[:, joint], rest[children])
        placed[:, children] = np.where(np.isnan(bones), default, placed[:, children])
    return _pose(parents, placed, world)


def _pose(parents: Sequence[int], placed: Array, world: Array) -> Pose:
    local, turns = placed.copy(), world.copy()
    for joint, parent in enumerate(parents):
        if parent >= 0:
            back = world[:, parent].swapaxes(-1, -2)
            local[:, joint] = (back @ (placed[:, joint] - placed[:, parent])[..., None])[..., 0]
            turns[:, joint] = back @ world[:, joint]
    offsets = np.median(local, axis=0)
    offsets[[p < 0 for p in parents]] = 0.0
    rigid = np.abs(local - offsets).max(axis=(0, 2)) <= RIGID_M
    return Pose(offsets, local, turns, rigid)


def _given(orientations: Float | None, shape: tuple[int, int]) -> Array:
    """(frames, joints, 3, 3) of the source's orientations, held over gaps; NaN where none is."""
    world = np.full((*shape, 3, 3), np.nan)
    for joint in range(shape[1]) if orientations is not None else ():
        if orientations is not None and np.isfinite(orientations[:, joint]).all(axis=-1).any():
            held = _held(orientations[:, joint].astype(np.float64))
            world[:, joint] = quaternions.to_matrix(quaternions.normalise(held))
    return world


def _held(values: Array) -> Array:
    """(frames, n) with NaN frames as the last one that was seen before, else the first after."""
    seen = np.isfinite(values).all(axis=-1)
    if not seen.any():
        return np.zeros_like(values)
    last = np.maximum.accumulate(np.where(seen, np.arange(len(values)), -1))
    held: Array = values[np.where(last < 0, int(seen.argmax()), last)]
    return held


def _into(world: Array, vectors: Array) -> Array:
    """(frames, bones, 3) in the frame of the joint."""
    return np.asarray(np.einsum("fji,fcj->fci", world, vectors))


def _resting(bones: Array) -> Array:
    """(bones, 3): the median direction with the median length; 0 where never seen."""
    seen: NDArray[np.bool_] = np.asarray(~np.isnan(bones).any(axis=-1))
    out = np.zeros(bones.shape[1:])
    for i in range(bones.shape[1]):
        vectors = bones[seen[:, i], i]
        if len(vectors):
            direction = unit(np.median(vectors, axis=0), min_length=1e-6)
            first = unit(vectors[0], min_length=1e-9)
            length = np.median(np.linalg.norm(vectors, axis=-1))
            out[i] = np.nan_to_num(np.where(np.isnan(direction), first, direction) * length)
    return out


def _turned(rest: Array, bones: Array, before: Array) -> Array:
    """(frames, 3, 3): the turn that carries the resting bones to where they are."""
    if len(rest) == 0:
        return np.array(before)
    spread = np.linalg.svd(rest, compute_uv=False)
    if len(rest) == 1 or spread[1] <= _FLAT * spread[0]:
        longest = int(np.linalg.norm(rest, axis=-1).argmax())
        return _swung(rest[longest], bones[:, longest], before)
    cross = np.einsum("ci,fcj->fij", rest, np.nan_to_num(bones))
    u, _, vt = np.linalg.svd(cross)
    v = vt.swapaxes(-1, -2)
    mirror = np.ones((len(bones), 3))
    mirror[:, 2] = np.linalg.det(v @ u.swapaxes(-1, -2))
    turned = (v * mirror[:, None]) @ u.swapaxes(-1, -2)
    few = np.isfinite(bones).all(axis=-1).sum(axis=1) < 2
    return np.asarray(np.where(few[:, None, None], before, turned))


def _swung(rest: Array, bone: Array, before: Array) -> Array:
    """(frames, 3, 3): the parent's turn, then the shortest one onto the bone."""
    start = before @ rest
    axis = np.cross(start, bone)
    still = ~(np.linalg.norm(axis, axis=-1) > 1e-12)
    side = np.cross(start, np.eye(3)[np.abs(start).argmin(axis=-1)])  # for a bone turned right over
    safe = np.where(still[:, None], side, axis)
    known = np.isfinite(bone).all(axis=-1) & (np.linalg.norm(safe, axis=-1) > 1e-12)
    safe = np.where(known[:, None], safe, [1.0, 0.0, 0.0])
    angle = np.where(known, np.nan_to_num(angle_between(start, bone)), 0.0)
    swing = quaternions.to_matrix(quaternions.from_axis_angle(safe, angle))
    return np.asarray(swing @ before)
