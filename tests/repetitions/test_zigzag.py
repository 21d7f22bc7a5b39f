"""Turning points: known answers and what trembling must not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehabkit.repetitions.zigzag import smooth, strokes, turning_points


def test_turns_of_a_hand_drawn_line() -> None:
    values = np.array([0.0, 1.0, 5.0, 4.6, 4.9, 1.0, 0.5, 3.0, 2.9])
    assert turning_points(values, 2.0).tolist() == [0, 2, 6, 7]
    assert strokes(values, turning_points(values, 2.0)).tolist() == [5.0, 4.5, 2.5]


def test_a_signal_that_starts_at_its_extreme_has_no_turn_before_it() -> None:
    assert turning_points(np.array([5.0, 4.0, 0.0, 5.0]), 2.0).tolist() == [0, 2, 3]


@pytest.mark.parametrize("values", [np.zeros(50), 0.4 * np.sin(np.arange(50.0))])
def test_nothing_that_stays_below_the_least(values: np.ndarray) -> None:
    assert len(turning_points(values, 1.0)) == 0


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=60),
    st.floats(0.5, 50),
)
def test_turns_alternate_and_differ_by_the_least(listed: list[float], least: float) -> None:
    values = np.array(listed)
    turns = turning_points(values, least)
    steps = np.diff(values[turns])
    assert (np.abs(steps) >= least).all()
    assert (np.sign(steps[1:]) == -np.sign(steps[:-1])).all()


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=60), st.floats(0.5, 50))
def test_a_mirrored_signal_turns_at_the_same_frames(listed: list[float], least: float) -> None:
    values = np.array(listed)
    assert turning_points(values, least).tolist() == turning_points(-values, least).tolist()


def test_smoothing_keeps_a_plateau_and_its_level() -> None:
    values = np.repeat([0.0, 10.0, 0.0], 60)
    smoothed = smooth(values, 30.0)
    assert smoothed.max() <= 10.0
    assert smoothed.min() >= 0.0
    assert smoothed[90] == pytest.approx(10.0)
