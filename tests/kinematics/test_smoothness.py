"""Smoothness, timing, planes, symmetry and alignment with answers known by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.errors import RehabkitError
from rehabkit.kinematics.alignment import (
    dtw,
    dtw_distances,
    dtw_matrix,
    dtw_to_template,
    even_samples,
)
from rehabkit.kinematics.plane import best_plane, is_planar_enough, path_length, plane_deviation
from rehabkit.kinematics.smoothness import log_dimensionless_jerk, moving_part, sparc
from rehabkit.kinematics.symmetry import difference, symmetry_index
from rehabkit.kinematics.timing import variation


def _minimum_jerk_velocity(samples: int, size: float, duration: float) -> np.ndarray:
    """Flash and Hogan 1985: 30 A/T (s^2 - 2 s^3 + s^4)."""
    s = np.linspace(0, 1, samples)
    return np.asarray(30 * size / duration * (s**2 - 2 * s**3 + s**4))


@pytest.mark.parametrize(("size", "duration"), [(1.0, 1.0), (90.0, 2.0), (0.3, 0.5)])
def test_minimum_jerk_has_its_known_jerk(size: float, duration: float) -> None:
    samples = 2001
    velocity = _minimum_jerk_velocity(samples, size, duration)
    got = log_dimensionless_jerk(velocity, (samples - 1) / duration)
    assert got == pytest.approx(-np.log(204.8), abs=0.01)


def test_direction_does_not_matter_for_jerk() -> None:
    velocity = _minimum_jerk_velocity(200, 1.0, 1.0)
    axis = np.array([0.6, 0.0, 0.8])
    assert log_dimensionless_jerk(velocity[:, None] * axis, 200.0) == pytest.approx(
        log_dimensionless_jerk(-velocity, 200.0)
    )


def test_sparc_of_a_minimum_jerk_movement() -> None:
    # Balasubramanian 2015 give about -1.4 for the smoothest movements.
    got = sparc(_minimum_jerk_velocity(100, 1.0, 1.0), 100.0)
    assert -1.5 < got < -1.35


@given(st.floats(0.01, 100.0), st.sampled_from([0.5, 1.0, 2.0, 4.0]))
@settings(max_examples=20)
def test_sparc_ignores_size_and_duration(size: float, duration: float) -> None:
    got = sparc(_minimum_jerk_velocity(int(100 * duration), size, duration), 100.0)
    assert got == pytest.approx(sparc(_minimum_jerk_velocity(100, 1.0, 1.0), 100.0), abs=0.03)


def test_stops_make_a_movement_less_smooth() -> None:
    one = _minimum_jerk_velocity(100, 1.0, 1.0)
    halting = np.concatenate([_minimum_jerk_velocity(50, 0.5, 0.5), np.zeros(15)] * 2)
    assert sparc(halting, 100.0) < sparc(one, 100.0) - 0.3
    assert log_dimensionless_jerk(halting, 100.0) < log_dimensionless_jerk(one, 100.0) - 1


def test_smoothness_needs_a_whole_movement() -> None:
    with pytest.raises(RehabkitError, match="1 missing"):
        sparc(np.array([0.0, np.nan, 1.0, 0.0]), 30.0)
    with pytest.raises(RehabkitError, match="speed of 0 throughout"):
        log_dimensionless_jerk(np.zeros(10), 30.0)


def test_moving_part_leaves_rest_out() -> None:
    velocity = np.concatenate([np.zeros(20), np.ones(10), np.zeros(30)])
    assert moving_part(velocity) == slice(19, 31)
    assert moving_part(np.zeros(5)) == slice(0, 0)


def test_path_of_a_circle_and_of_trembling(rng: np.random.Generator) -> None:
    angle = np.linspace(0, 2 * np.pi, 400)
    circle = np.stack([0.5 * np.cos(angle), 0.5 * np.sin(angle), 0 * angle], axis=1)
    assert path_length(circle) == pytest.approx(np.pi, rel=0.01)
    assert path_length(rng.normal(0, 0.001, (300, 3))) == 0.0
    assert path_length(circle[:1]) == 0.0


def test_missing_points_are_passed_over() -> None:
    line = np.linspace(0, 1, 101)[:, None] * np.array([1.0, 0.0, 0.0])
    line[30:40] = np.nan
    assert path_length(line) == pytest.approx(1.0, abs=0.011)


def test_a_circle_lies_in_its_plane(rng: np.random.Generator) -> None:
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    normal = np.array([1.0, 2.0, 2.0]) / 3
    first = np.array([2.0, -1.0, 0.0]) / np.sqrt(5)
    second = np.cross(normal, first)
    circle = np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * second + [3.0, 1.0, 0.0]
    centre, found, extents = best_plane(circle)
    np.testing.assert_allclose(centre, [3.0, 1.0, 0.0], atol=1e-9)
    assert abs(found @ normal) == pytest.approx(1.0)
    np.testing.assert_allclose(extents, [np.sqrt(0.5), np.sqrt(0.5), 0.0], atol=1e-9)
    off = circle + rng.choice([-0.02, 0.02], 200)[:, None] * normal
    assert plane_deviation(off) == pytest.approx(0.02, abs=1e-3)


def test_a_line_has_no_plane() -> None:
    line = np.linspace(0, 1, 50)[:, None] * np.array([1.0, 1.0, 0.0])
    assert not is_planar_enough(line)
    assert is_planar_enough(np.stack([line[:, 0], line[:, 0] ** 2, 0 * line[:, 0]], axis=1))


def test_symmetry_index_by_hand() -> None:
    assert symmetry_index(90.0, 110.0) == pytest.approx(-20.0)
    assert symmetry_index(5.0, 5.0) == 0.0
    assert symmetry_index(1.0, 0.0) == 200.0
    assert symmetry_index(0.0, 0.0) is None
    assert symmetry_index(-1.0, 3.0) is None
    assert difference(90.0, 110.0) == -20.0


@given(st.floats(0.1, 1e3), st.floats(0.1, 1e3))
@settings(max_examples=30)
def test_symmetry_index_changes_sign_with_the_sides(left: float, right: float) -> None:
    there, back = symmetry_index(left, right), symmetry_index(right, left)
    assert there is not None
    assert back is not None
    assert there == pytest.approx(-back)
    assert -200 <= there <= 200


def test_variation_by_hand() -> None:
    assert variation([2.0, 4.0, 6.0]) == pytest.approx(50.0)
    assert variation([2.0, 4.0]) is None


def test_dtw_by_hand() -> None:
    # Pairs (0,0) (1,0) (2,1) (3,2): costs 0, 1, 0.2, 1 over four pairs.
    distance, path = dtw(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 2.2, 4.0]), band=1.0)
    assert path.tolist() == [[0, 0], [1, 0], [2, 1], [3, 2]]
    assert distance == pytest.approx(2.2 / 4)


def test_dtw_sets_timing_aside_and_sees_shape() -> None:
    s = np.linspace(0, 1, 100)
    there = 90 * np.sin(np.pi * s)
    later = 90 * np.sin(np.pi * s**1.15)
    assert np.abs(there - later).mean() > 3
    assert dtw(there, later)[0] < 0.7
    assert dtw(there, there)[0] == 0.0
    assert dtw(there, 0.8 * there)[0] > 3


def test_dtw_of_a_constant_offset_is_the_offset_at_most() -> None:
    wave = np.sin(np.linspace(0, 6, 80))
    assert dtw(wave, wave + 5)[0] == pytest.approx(5.0, abs=0.8)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_dtw_is_symmetric_and_batches_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(3, 30)).cumsum(axis=1), rng.normal(size=(3, 30)).cumsum(axis=1)
    alone = [dtw(x, y)[0] for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(dtw_distances(a, b), alone)
    total = [dtw(x, y)[0] * len(dtw(x, y)[1]) for x, y in zip(a, b, strict=True)]
    turned = [dtw(y, x)[0] * len(dtw(y, x)[1]) for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(total, turned)


def symmetric_form(a: np.ndarray, b: np.ndarray) -> float:
    """The total over both lengths, a diagonal step twice: cell by cell."""
    total = np.full((len(a) + 1, len(b) + 1), np.inf)
    total[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            own = float(np.linalg.norm(a[i - 1] - b[j - 1]))
            straight = min(total[i - 1, j], total[i, j - 1]) + own
            total[i, j] = min(straight, total[i - 1, j - 1] + 2 * own)
    return float(total[-1, -1] / (len(a) + len(b)))


def test_the_matrix_is_the_symmetric_form_of_every_pair(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(3, 9, 2)).cumsum(axis=1), rng.normal(size=(2, 7, 2)).cumsum(axis=1)
    by_hand = [[symmetric_form(x, y) for y in b] for x in a]
    np.testing.assert_allclose(dtw_matrix(a, b, band=1.0), by_hand, rtol=1e-5)
    among = dtw_matrix(a, band=1.0)
    np.testing.assert_allclose(among, dtw_matrix(a, a, band=1.0), atol=1e-3)
    assert np.diag(among).tolist() == [0.0, 0.0, 0.0]


def test_dtw_in_more_dimensions_turns_with_the_frame(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(40, 3)), rng.normal(size=(40, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    assert dtw(a @ turn, b @ turn)[0] == pytest.approx(dtw(a, b)[0])


def test_template_of_another_length() -> None:
    wave = np.sin(np.linspace(0, np.pi, 37))
    assert dtw_to_template(wave, np.sin(np.linspace(0, np.pi, 240))) < 0.01


def test_even_samples() -> None:
    np.testing.assert_allclose(even_samples(np.array([0.0, 2.0]), 5), [0, 0.5, 1, 1.5, 2])
    np.testing.assert_allclose(even_samples(np.array([3.0]), 4), 3.0)


def test_dtw_refuses_what_it_cannot_align() -> None:
    with pytest.raises(RehabkitError, match="1 values missing"):
        dtw(np.array([0.0, np.nan]), np.array([0.0, 1.0]))
    with pytest.raises(RehabkitError, match="same dimensions, found 1 and 2"):
        dtw(np.zeros(4), np.zeros((4, 2)))
