"""Adjacency, distances and partitions of a skeleton."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import ModelError
from rehabkit.models import graphs
from rehabkit.recording.skeleton import CANONICAL_SKELETON

JOINTS = CANONICAL_SKELETON.joints
BONES = CANONICAL_SKELETON.bones
# hand - elbow - chest - head, and a second hand at the elbow
ARM = ("hand", "elbow", "chest", "head", "thumb")
ARM_BONES = ((0, 1), (1, 2), (2, 3), (1, 4))


def test_bones_have_no_direction_and_no_joint_is_its_own_neighbour() -> None:
    matrix = graphs.adjacency(5, ARM_BONES)
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix.diagonal().sum() == 0
    assert matrix.sum() == 2 * len(ARM_BONES)


def test_every_joint_gathers_a_mean() -> None:
    gathered = graphs.normalised(graphs.adjacency(len(JOINTS), BONES))
    np.testing.assert_allclose(gathered.sum(axis=0), 1, rtol=1e-6)
    chest, pelvis = JOINTS.index("chest"), JOINTS.index("pelvis")
    assert gathered[chest, chest] == pytest.approx(1 / 5)  # spine, neck, two shoulders, itself
    assert gathered[JOINTS.index("hip_left"), pelvis] == pytest.approx(1 / 4)


def test_distances_count_bones() -> None:
    distance = graphs.hops(graphs.adjacency(5, ARM_BONES))
    np.testing.assert_array_equal(distance[0], [0, 1, 2, 3, 2])
    np.testing.assert_array_equal(distance, distance.T)


def test_a_joint_without_a_way_is_infinitely_far() -> None:
    assert np.isinf(graphs.hops(graphs.adjacency(3, [(0, 1)]))[0, 2])


def test_what_lies_within_some_bones() -> None:
    near = graphs.within(graphs.adjacency(5, ARM_BONES), 2)
    np.testing.assert_array_equal(near[0], [True, True, True, False, True])


def test_partitions_by_hand() -> None:
    root, inwards, outwards = graphs.spatial_partitions(ARM, ARM_BONES)
    np.testing.assert_allclose(root.diagonal(), [1 / 2, 1 / 4, 1 / 3, 1 / 2, 1 / 2], rtol=1e-6)
    assert np.count_nonzero(root) == 5
    # [from, to]: the hand gathers from the elbow, which is nearer to the chest than it is.
    assert inwards[1, 0] == pytest.approx(1 / 2)
    assert outwards[0, 1] == pytest.approx(1 / 4)
    assert inwards[2, 1] == pytest.approx(1 / 4)
    assert not inwards[:, 2].any()  # nothing is nearer to the chest than the chest
    assert np.count_nonzero(outwards[:, 2]) == 2


def test_partitions_sum_to_the_whole() -> None:
    parts = graphs.spatial_partitions(JOINTS, BONES)
    assert parts.shape == (3, 25, 25)
    assert parts.dtype == np.float32
    whole = graphs.normalised(graphs.adjacency(len(JOINTS), BONES))
    np.testing.assert_allclose(parts.sum(axis=0), whole, rtol=1e-6)


def test_another_centre_moves_bones_between_partitions() -> None:
    chest, pelvis = (graphs.spatial_partitions(JOINTS, BONES, c) for c in ("chest", "pelvis"))
    spine, below = JOINTS.index("spine"), JOINTS.index("pelvis")
    assert chest[1][spine, below] > 0
    assert pelvis[2][spine, below] > 0


def test_without_a_chest_the_joint_in_the_middle_is_the_centre() -> None:
    parts = graphs.spatial_partitions(("a", "b", "c"), ((0, 1), (1, 2)))
    assert not parts[1][:, 1].any()


@pytest.mark.parametrize("bone", [(0, 5), (-1, 2), (2, 2)])
def test_a_wrong_bone_is_refused(bone: tuple[int, int]) -> None:
    with pytest.raises(ModelError, match="pairs of two different joints from 0 to 4, found"):
        graphs.adjacency(5, [bone])


def test_bones_that_do_not_join_all_are_refused() -> None:
    with pytest.raises(ModelError, match="no way from 'hand' to 'thumb'"):
        graphs.spatial_partitions(ARM, ARM_BONES[:3])


def test_an_unknown_centre_is_refused() -> None:
    with pytest.raises(ModelError, match="found 'navel'; it has 'chest', 'elbow'"):
        graphs.spatial_partitions(ARM, ARM_BONES, "navel")
