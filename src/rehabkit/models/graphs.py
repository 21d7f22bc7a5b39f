"""A skeleton as a graph: adjacency, distances, and the partitions that ST-GCN sums over.

Joints are nodes and bones are edges without direction. Matrices are indexed ``[from, to]``: a joint
``to`` gathers the features of every joint ``from`` by ``sum over from of A[from, to] x[from]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError, choices

Bones = Sequence[tuple[int, int]]
Matrix = NDArray[np.float32]

CENTRE: Final = "chest"
"""The joint nearest to the centre of gravity, as ST-GCN's authors take it for Kinect v2."""


def adjacency(joints: int, bones: Bones) -> Matrix:
    """(J, J) matrix, 1 where a bone joins two joints; no joint with itself.

    Raises
    ------
    ModelError
        Where a bone names a joint that is not there, or joins a joint with itself.
    """
    matrix = np.zeros((joints, joints), dtype=np.float32)
    for one, other in bones:
        if not (0 <= one < joints and 0 <= other < joints) or one == other:
            raise ModelError(
                f"Expected bones as pairs of two different joints from 0 to {joints - 1}, "
                f"found {(one, other)}. Correct the skeleton's bones."
            )
        matrix[one, other] = matrix[other, one] = 1
    return matrix


def normalised(matrix: Matrix) -> Matrix:
    """(A + I) with every column divided by its sum: each joint gathers a mean."""
    with_self = matrix + np.eye(len(matrix), dtype=np.float32)
    return np.asarray(with_self / with_self.sum(axis=0), dtype=np.float32)


def hops(matrix: Matrix) -> NDArray[np.float64]:
    """(J, J) number of bones on the shortest way between two joints; infinite where none leads."""
    count = len(matrix)
    distance = np.where(np.eye(count) > 0, 0.0, np.inf)
    reached = np.eye(count) > 0
    for step in range(1, count):
        further = (reached.astype(np.float32) @ matrix > 0) & ~np.isfinite(distance)
        if not further.any():
            break
        distance[further] = step
        reached = further
    return distance


def within(matrix: Matrix, most: int) -> NDArray[np.bool_]:
    """(J, J) whether two joints are at most so many bones apart, a joint and itself included."""
    return hops(matrix) <= most


def spatial_partitions(joints: Sequence[str], bones: Bones, centre: str | None = None) -> Matrix:
    """The three partitions of ST-GCN's spatial configuration, (3, J, J).

    They sum to the normalised A + I. In order: the joint itself with neighbours as far from the
    centre as it is (root), neighbours nearer to the centre (centripetal), neighbours further from
    it (centrifugal).

    Parameters
    ----------
    joints
        Names of the J joints.
    bones
        Pairs of indices.
    centre
        The joint that stands for the body's centre of gravity, from which distances are counted in
        bones. By default the chest, or where the skeleton has none the joint with the least
        mean distance to all others.

    Raises
    ------
    ModelError
        Where there is no joint of the centre's name, or bones do not join all joints.

    Notes
    -----
    Yan et al. 2018, "Spatial temporal graph convolutional networks for skeleton-based action
    recognition", section 3.3, Eq. 8. The paper takes the mean place of all joints over the training
    set as the centre; its code counts bones to one joint, as is done here.
    """
    linked = adjacency(len(joints), bones)
    distance = hops(linked)
    _check_joined(joints, distance)
    to_centre = distance[_centre(joints, distance, centre)]
    gathered = normalised(linked)
    away = to_centre[:, None] - to_centre[None, :]  # (from, to): > 0 where `from` is further out
    parts = [np.where(rule, gathered, 0) for rule in (away == 0, away < 0, away > 0)]
    return np.stack(parts).astype(np.float32)


def _centre(joints: Sequence[str], distance: NDArray[np.float64], centre: str | None) -> int:
    if centre is None:
        if CENTRE in joints:
            return list(joints).index(CENTRE)
        return int(distance.mean(axis=1).argmin())
    if centre not in joints:
        raise ModelError(
            f"Expected the centre to be a joint of the skeleton, found {centre!r}; "
            f"it has {choices(joints)}."
        )
    return list(joints).index(centre)


def _check_joined(joints: Sequence[str], distance: NDArray[np.float64]) -> None:
    apart = [joint for joint, far in zip(joints, np.isinf(distance[0]), strict=True) if far]
    if apart:
        raise ModelError(
            f"Expected bones that join all joints, found no way from {joints[0]!r} to "
            f"{choices(apart)}. Add the bones that are missing, or leave these joints out."
        )
