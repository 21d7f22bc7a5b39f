"""Forward kinematics: a tree of offsets and rotations becomes positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rehabkit.geometry.vectors import AnyArray, Array


def order(parents: Sequence[int]) -> list[int]:
    """Joint indices so that every parent comes before its children (-1 marks a root)."""
    children: dict[int, list[int]] = {}
    for joint, parent in enumerate(parents):
        children.setdefault(max(parent, -1), []).append(joint)
    done = list(children.get(-1, ()))
    for joint in done:  # grows while it is walked
        done += children.get(joint, ())
    if len(done) != len(parents):
        raise ValueError(f"Parents {tuple(parents)} form a circle; expected a tree.")
    return done


def forward(
    parents: Sequence[int], offsets: AnyArray, rotations: AnyArray, root: AnyArray
) -> tuple[Array, Array]:
    """Positions and world rotations of every joint of a tree.

    Parameters
    ----------
    parents
        Index of each joint's parent, -1 for a root.
    offsets
        (joints, 3) or (frames, joints, 3): each joint from its parent, in the parent's frame.
    rotations
        (frames, joints, 3, 3): each joint's frame in its parent's.
    root
        (frames, 3) position of the roots.

    Returns
    -------
    tuple
        (frames, joints, 3) positions and (frames, joints, 3, 3) rotations joint to world.
    """
    rotations = np.asarray(rotations, dtype=np.float64)
    offsets = np.broadcast_to(offsets, rotations.shape[:-1])
    positions, world = np.empty(rotations.shape[:-1]), np.empty(rotations.shape)
    for joint in order(parents):
        parent = parents[joint]
        if parent < 0:
            positions[:, joint], world[:, joint] = root, rotations[:, joint]
            continue
        step = world[:, parent] @ offsets[:, joint, :, None]
        positions[:, joint] = positions[:, parent] + step[..., 0]
        world[:, joint] = world[:, parent] @ rotations[:, joint]
    return positions, world
