"""Round trips of quaternions, Euler sequences and vectors; known turns."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.geometry import euler, quaternions, vectors
from rehabkit.geometry.vectors import Array

SEQUENCES = ["".join(s) for s in product("xyz", repeat=3) if s[0] != s[1] and s[1] != s[2]]
component = st.floats(-1, 1, allow_nan=False)
rotation = (
    st.tuples(component, component, component, component)
    .filter(lambda q: sum(c * c for c in q) > 0.05)
    .map(lambda q: quaternions.normalise(np.array(q)))
)
vector = st.tuples(component, component, component).map(np.array)


@settings(max_examples=60, deadline=None)
@given(rotation)
def test_matrix_and_quaternion_are_one_rotation(q: Array) -> None:
    back = quaternions.from_matrix(quaternions.to_matrix(q))
    assert abs(vectors.dot(back, q)) == pytest.approx(1, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(rotation, st.sampled_from(SEQUENCES))
def test_euler_angles_give_the_matrix_back(q: Array, sequence: str) -> None:
    matrix = quaternions.to_matrix(q)
    back = euler.to_matrix(sequence, euler.from_matrix(sequence, matrix))
    np.testing.assert_allclose(back, matrix, atol=1e-6)


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("middle", [-90.0, 0.0, 90.0, 180.0])
def test_euler_angles_hold_where_two_axes_meet(sequence: str, middle: float) -> None:
    matrix = euler.to_matrix(sequence, [30.0, middle, -70.0])
    back = euler.to_matrix(sequence, euler.from_matrix(sequence, matrix))
    np.testing.assert_allclose(back, matrix, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(rotation, rotation, vector)
def test_product_turns_by_the_second_first(a: Array, b: Array, v: Array) -> None:
    both = quaternions.rotate(quaternions.multiply(a, b), v)
    np.testing.assert_allclose(both, quaternions.rotate(a, quaternions.rotate(b, v)), atol=1e-12)
    undone = quaternions.rotate(quaternions.conjugate(a), quaternions.rotate(a, v))
    np.testing.assert_allclose(undone, v, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(rotation, rotation, st.floats(0, 1))
def test_slerp_goes_the_short_way_at_constant_speed(a: Array, b: Array, share: float) -> None:
    def turn(p: Array, q: Array) -> float:
        return float(2 * np.arccos(np.clip(abs(vectors.dot(p, q)), 0, 1)))

    middle = quaternions.slerp(a, b, share)
    assert turn(a, middle) == pytest.approx(share * turn(a, b), abs=1e-6)
    assert np.linalg.norm(middle) == pytest.approx(1)


def test_known_quarter_turns() -> None:
    z = np.array([0.0, 0, 1])
    q = quaternions.from_axis_angle(z, 90.0)
    np.testing.assert_allclose(quaternions.rotate(q, np.array([1.0, 0, 0])), [0, 1, 0], atol=1e-15)
    np.testing.assert_allclose(quaternions.to_matrix(q), euler.axis_matrix("z", 90), atol=1e-15)
    turned = vectors.rotate_about(np.array([1.0, 0, 0]), z, 90.0)
    np.testing.assert_allclose(turned, [0, 1, 0], atol=1e-15)


def test_continuous_quaternions_never_flip_and_step_over_gaps() -> None:
    angle = np.linspace(0, 720, 50)
    q = quaternions.from_axis_angle(np.tile([0.0, 1, 0], (50, 1)), angle)
    flipped = q * np.where(np.arange(50) % 3 == 0, -1, 1)[:, None]
    flipped[20] = np.nan
    smooth = quaternions.continuous(flipped)
    assert np.isnan(smooth[20]).all()
    rest = smooth[np.arange(50) != 20]
    assert (vectors.dot(rest[1:], rest[:-1]) > 0).all()


def test_euler_errors_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="needs 3 angles"):
        euler.to_matrix("xyz", [1.0, 2.0])
    with pytest.raises(ValueError, match="neighbours different"):
        euler.from_matrix("xxy", np.eye(3))
    with pytest.raises(ValueError, match="among 'x', 'y', 'z'"):
        euler.axis_matrix("w", 3)


@pytest.mark.parametrize("degrees", [0.0, 1e-5, 1.0, 90.0, 179.9, 180.0])
def test_angle_between_keeps_its_digits(degrees: float) -> None:
    a = np.array([1.0, 0, 0])
    b = vectors.rotate_about(a, np.array([0.0, 0, 1]), degrees) * 3
    assert vectors.angle_between(a, b) == pytest.approx(degrees, abs=1e-10)


def test_signed_angle_follows_the_right_hand() -> None:
    x, y, z = np.eye(3)
    assert vectors.signed_angle(x, y, z) == pytest.approx(90)
    assert vectors.signed_angle(y, x, z) == pytest.approx(-90)
    assert vectors.signed_angle(x + 5 * z, y - 2 * z, z) == pytest.approx(90)


def test_unwrap_crosses_gaps_and_stays_on_the_usual_branch() -> None:
    true = np.linspace(150, 250, 41)
    jumping = vectors.wrap(true)
    jumping[10:13] = np.nan
    smooth = vectors.unwrap(jumping)
    assert np.isnan(smooth[10:13]).all()
    np.testing.assert_allclose(np.diff(smooth[13:]), 2.5)
    assert -180 < np.nanmedian(smooth) <= 180


def test_no_direction_is_nan() -> None:
    assert np.isnan(vectors.unit(np.zeros((2, 3)))).all()
