"""Forward kinematics on known limbs; alignment that survives NaN and mirrors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.geometry import chain, euler
from rehabkit.geometry.alignment import align


def test_bent_chain_ends_where_it_must() -> None:
    rotations = np.tile(np.eye(3), (1, 3, 1, 1))
    rotations[0, 1] = euler.axis_matrix("z", 90)
    offsets = np.array([[0, 0, 0], [1.0, 0, 0], [1.0, 0, 0]])
    positions, world = chain.forward((-1, 0, 1), offsets, rotations, np.array([[0, 0, 5.0]]))
    np.testing.assert_allclose(positions[0], [[0, 0, 5], [1, 0, 5], [1, 1, 5]], atol=1e-15)
    np.testing.assert_allclose(world[0, 2], rotations[0, 1])


def test_children_may_come_before_their_parents() -> None:
    assert chain.order((1, 2, -1)) == [2, 1, 0]
    with pytest.raises(ValueError, match="circle"):
        chain.order((1, 0))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-180, 180), min_size=3, max_size=3),
    st.floats(0.2, 3),
    st.integers(0, 2**32 - 1),
)
def test_a_moved_cloud_is_found_back(angles: list[float], scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cloud = rng.normal(size=(8, 3))
    rotation, shift = euler.to_matrix("zyx", angles), rng.normal(size=3)
    moved = scale * cloud @ rotation.T + shift
    moved[2] = np.nan
    found = align(cloud, moved, with_scale=True)
    np.testing.assert_allclose(found.rotation, rotation, atol=1e-9)
    assert found.scale == pytest.approx(scale)
    assert found.residual == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found.apply(cloud[0]), moved[0], atol=1e-9)


def test_a_mirror_image_is_never_reflected(rng: np.random.Generator) -> None:
    cloud = rng.normal(size=(6, 3))
    found = align(cloud, cloud * [-1, 1, 1])
    assert np.linalg.det(found.rotation) == pytest.approx(1)
    assert found.residual > 0.1


def test_alignment_refuses_what_it_would_have_to_guess() -> None:
    line = np.outer(np.arange(4.0), [1, 2, 3])
    with pytest.raises(ValueError, match="one line"):
        align(line, line)
    with pytest.raises(ValueError, match="at least three"):
        align(np.full((5, 3), np.nan), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="one shape"):
        align(np.zeros((5, 3)), np.zeros((4, 3)))
