"""Channels of a BVH file chained to places and orientations, a part of the frames at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.formats.bvh.parse import Motion, Node
from rehabkit.geometry import chain, euler, quaternions

_AXES: Final = "XYZ"
_PART: Final = 100_000
"""Joints times frames worked on at once: matrices of all frames would fill the memory."""


def chained(
    motion: Motion, added: Collection[int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(frames, joints, 3) in the file's unit and (frames, joints, 4) joint to world.

    An End Site has no orientation of its own. ``added`` is of :func:`added_to_rest`.
    """
    nodes, frames = motion.nodes, len(motion.values)
    positions = np.empty((frames, len(nodes), 3), np.float32)
    orientations = np.empty((frames, len(nodes), 4), np.float32)
    parents = [node.parent for node in nodes]
    step = max(1, _PART // len(nodes))
    for start in range(0, frames, step):
        part = slice(start, start + step)
        values = motion.values[part]
        offsets, turns = _offsets(nodes, values, added), _rotations(nodes, values)
        placed, world = chain.forward(parents, offsets, turns, np.zeros(3))
        positions[part] = _from_roots(parents, placed, offsets)
        orientations[part] = quaternions.from_matrix(world)
    orientations[:, [i for i, node in enumerate(nodes) if node.end]] = np.nan
    return positions, orientations


def _columns(nodes: Sequence[Node]) -> list[slice]:
    ends = np.cumsum([len(node.channels) for node in nodes])
    return [slice(int(e) - len(n.channels), int(e)) for e, n in zip(ends, nodes, strict=True)]


def _rotations(nodes: Sequence[Node], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(frames, joints, 3, 3): each joint's turns in the order in which its channels stand."""
    out = np.empty((len(values), len(nodes), 3, 3))
    out[:] = np.eye(3)
    for j, (node, columns) in enumerate(zip(nodes, _columns(nodes), strict=True)):
        turns = [i for i, name in enumerate(node.channels) if name.endswith("rotation")]
        if turns:
            sequence = "".join(node.channels[i][0].lower() for i in turns)
            out[:, j] = euler.to_matrix(sequence, values[:, columns][:, turns])
    return out


def added_to_rest(motion: Motion) -> frozenset[int]:
    """Joints whose position channels count from the resting offset.

    Their median lies nearer to 0 than to the offset. A root's stand instead of it.
    """
    found = set()
    for j, (node, columns) in enumerate(zip(motion.nodes, _columns(motion.nodes), strict=True)):
        moves, axes = _moves(node)
        if moves and node.parent >= 0:
            median = np.median(motion.values[:, columns][:, moves], axis=0)
            rest = np.array(node.offset)[axes]
            if np.linalg.norm(median) < np.linalg.norm(median - rest):
                found.add(j)
    return frozenset(found)


def _moves(node: Node) -> tuple[list[int], list[int]]:
    """Which of a joint's channels are positions, and along which axes."""
    moves = [i for i, name in enumerate(node.channels) if name.endswith("position")]
    return moves, [_AXES.index(node.channels[i][0]) for i in moves]


def _offsets(
    nodes: Sequence[Node], values: NDArray[np.float64], added: Collection[int]
) -> NDArray[np.float64]:
    """(frames, joints, 3): each joint in its parent's frame, position channels included."""
    rest = np.array([node.offset for node in nodes])
    out = np.repeat(rest[None], len(values), axis=0)
    for j, (node, columns) in enumerate(zip(nodes, _columns(nodes), strict=True)):
        moves, axes = _moves(node)
        if moves:
            out[:, j, axes] = values[:, columns][:, moves] + (rest[j, axes] if j in added else 0)
    return out


def _from_roots(
    parents: Sequence[int], positions: NDArray[np.float64], offsets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Positions with every joint carried to where its own root is."""
    root = np.arange(len(parents))
    for joint in chain.order(parents):
        if parents[joint] >= 0:
            root[joint] = root[parents[joint]]
    return positions + offsets[:, root]
