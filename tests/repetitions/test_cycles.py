from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehabkit.errors import RehabkitError
from rehabkit.repetitions.cycles import cycles, normalised, percent


@dataclass(frozen=True)
class Span:
    start_s: float
    end_s: float


TIME = np.arange(0.0, 10.0, 0.04)


def test_a_straight_line_stays_straight() -> None:
    found = normalised(3.0 * TIME, TIME, Span(2.0, 4.0))
    np.testing.assert_allclose(found, 6.0 + 6.0 * percent() / 100)


def test_columns_are_kept_apart() -> None:
    both = np.stack([TIME, -TIME], axis=1)
    found = normalised(both, TIME, Span(1.0, 2.0), points=11)
    assert found.shape == (11, 2)
    np.testing.assert_allclose(found[:, 0], -found[:, 1])


def test_missing_values_stay_missing() -> None:
    values = TIME.copy()
    values[60:70] = np.nan  # 2.4 to 2.76 s
    found = normalised(values, TIME, Span(2.0, 3.0))
    assert np.isnan(found[45:70]).all()
    assert np.isfinite(found[:36]).all()
    assert np.isfinite(found[85:]).all()


def test_nothing_is_drawn_across_a_break_or_outside() -> None:
    time = np.delete(TIME, slice(60, 90))
    assert np.isnan(normalised(time, time, Span(2.0, 4.0))[30:70]).all()
    late = normalised(TIME, TIME, Span(9.0, 11.0))
    assert np.isfinite(late[:45]).all()
    assert np.isnan(late[55:]).all()


@given(st.floats(0.0, 4.0), st.floats(0.5, 5.0))
def test_it_never_leaves_the_values_of_the_repetition(start: float, length: float) -> None:
    values = np.sin(TIME)
    found = normalised(values, TIME, Span(start, start + length))
    near = (start - 0.05 <= TIME) & (start + length + 0.05 >= TIME)
    assert found.min() >= values[near].min() - 1e-9
    assert found.max() <= values[near].max() + 1e-9


def test_several_and_none() -> None:
    spans = [Span(1.0, 2.0), Span(3.0, 5.0)]
    assert cycles(TIME, TIME, spans).shape == (2, 101)
    assert cycles(TIME, TIME, []).shape == (0, 101)
    assert np.isnan(normalised(TIME[:1], TIME[:1], spans[0])).all()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(RehabkitError, match="one value for each of 250 times"):
        normalised(TIME[:-1], TIME, Span(0.0, 1.0))
    with pytest.raises(RehabkitError, match="1 points"):
        normalised(TIME, TIME, Span(0.0, 1.0), points=1)
