"""Reliability: Shrout and Fleiss' own example, known answers, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.errors import RehabkitError
from rehabkit.kinematics.reliability import (
    MDC_FACTOR,
    bland_altman,
    mdc95,
    pooled_within,
    reliability,
    rmse,
    within,
)
from rehabkit.kinematics.waveforms import cmc_between, cmc_protocols, cmc_within

# Shrout and Fleiss 1979, table 2: six targets, four judges.
RATINGS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def test_shrout_and_fleiss() -> None:
    found = reliability(RATINGS)
    assert found.icc_2_1.value == pytest.approx(0.290, abs=5e-4)
    assert found.icc_3_1.value == pytest.approx(0.715, abs=5e-4)
    assert (found.icc_2_1.low, found.icc_2_1.high) == pytest.approx((0.019, 0.761), abs=1e-3)
    assert (found.icc_3_1.low, found.icc_3_1.high) == pytest.approx((0.342, 0.946), abs=1e-3)
    assert found.sem_consistency == pytest.approx(np.sqrt(1.019), abs=1e-3)
    assert found.mdc95 == pytest.approx(2.77 * found.sem, rel=1e-3)


def test_variance_components_are_found(rng: np.random.Generator) -> None:
    people, readings = rng.normal(0, 5, (4000, 1)), rng.normal(0, 2, (1, 3))
    found = reliability(people + readings + rng.normal(0, 3, (4000, 3)))
    spread = float(readings.var(ddof=1))
    assert found.icc_3_1.value == pytest.approx(25 / 34, abs=0.02)
    assert found.icc_2_1.value == pytest.approx(25 / (25 + 9 + spread), abs=0.02)
    assert found.sem == pytest.approx(np.sqrt(9 + spread), rel=0.03)


@settings(max_examples=40, deadline=None)
@given(shift=st.floats(-50, 50), scale=st.floats(0.1, 20), seed=st.integers(0, 10**6))
def test_units_do_not_matter(shift: float, scale: float, seed: int) -> None:
    table = np.random.default_rng(seed).normal(0, 1, (8, 3))
    table += np.random.default_rng(seed + 1).normal(0, 2, (8, 1))
    one, other = reliability(table), reliability(shift + scale * table)
    assert other.icc_2_1.value == pytest.approx(one.icc_2_1.value, abs=1e-6)
    assert other.icc_3_1.low == pytest.approx(one.icc_3_1.low, abs=1e-6)
    assert other.sem == pytest.approx(scale * one.sem, rel=1e-6)
    assert one.icc_3_1.low <= one.icc_3_1.value <= one.icc_3_1.high


def test_people_with_missing_readings_are_left_out_and_counted() -> None:
    more = np.vstack([RATINGS, [np.nan, 1, 2, 3]])
    found = reliability(more)
    assert (found.people, found.readings, found.left_out) == (6, 4, 1)
    assert found.icc_2_1 == reliability(RATINGS).icc_2_1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones(4), r"shape \(people, readings\)"),
        (np.ones((1, 4)), "at least two people.*needs several"),
        (np.ones((4, 1)), "two readings each"),
        (np.ones((4, 3)), "found all of them equal"),
    ],
)
def test_what_has_no_icc_is_refused(values: np.ndarray, message: str) -> None:
    with pytest.raises(RehabkitError, match=message):
        reliability(values)


def test_bland_altman_by_hand() -> None:
    a, b = np.array([10.0, 20, 30, 40, np.nan]), np.array([12.0, 19, 33, 44, 5])
    found = bland_altman(a, b)
    assert (found.pairs, found.left_out) == (4, 1)
    assert found.bias.value == pytest.approx(2.0)
    assert found.sd == pytest.approx(np.std([2, -1, 3, 4], ddof=1))
    assert found.high.value == pytest.approx(2 + 1.96 * found.sd)
    assert found.bias.low < 2 < found.bias.high
    assert found.slope.value > 0
    with pytest.raises(RehabkitError, match="three pairs of readings, found 2"):
        bland_altman(a[:2], b[:2])
    with pytest.raises(RehabkitError, match=r"two \(n,\) arrays"):
        bland_altman(a, b[:2])


def test_proportional_bias_is_seen(rng: np.random.Generator) -> None:
    truth = rng.uniform(0, 100, 60)
    slope = bland_altman(truth, 1.2 * truth + rng.normal(0, 1, 60)).slope
    assert slope.low > 0.1
    none = bland_altman(truth, truth + rng.normal(0, 1, 60)).slope
    assert none.low < 0 < none.high


def test_within_one_person() -> None:
    spread, count = within(np.array([1.0, 3.0, np.nan]))
    assert spread == pytest.approx(np.sqrt(2))
    assert count == 2
    assert np.isnan(within(np.array([1.0]))[0])
    spread, freedom = pooled_within([np.array([1.0, 3.0]), np.array([10.0, 10.0, 10.0]), [5.0]])
    assert spread == pytest.approx(np.sqrt(2 / 3))
    assert freedom == 3
    assert mdc95(1.0) == pytest.approx(MDC_FACTOR) == pytest.approx(2.7718, abs=1e-4)
    assert rmse(np.array([0.0, np.nan]), np.array([3.0, 1.0])) == 3.0
    assert np.isnan(rmse(np.array([np.nan]), np.array([3.0])))


def test_cmc_of_equal_curves_is_one_and_of_noise_undefined(rng: np.random.Generator) -> None:
    curve = np.sin(np.linspace(0, np.pi, 101))
    assert cmc_within(np.tile(curve, (5, 1))) == pytest.approx(1.0)
    assert np.isnan(cmc_within(np.stack([np.full(101, 0.0), np.full(101, 9.0)])))
    noisy = 50 * curve + rng.normal(0, 5, (6, 101))
    assert 0.9 < cmc_within(noisy) < 1


def test_cmc_against_its_definition(rng: np.random.Generator) -> None:
    """Kadaba's sums written out for two sessions of three repetitions."""
    y = rng.normal(0, 1, (2, 3, 4)) + 5 * np.arange(4)
    top = sum((y[i, j, t] - y[i, :, t].mean()) ** 2
              for i in range(2) for j in range(3) for t in range(4)) / (2 * 4 * 2)  # fmt: skip
    low = sum(((y[i] - y[i].mean()) ** 2).sum() for i in range(2)) / (2 * (3 * 4 - 1))
    assert cmc_within(y) == pytest.approx(np.sqrt(1 - top / low))
    top = sum((y[i, j, t] - y[:, :, t].mean()) ** 2
              for i in range(2) for j in range(3) for t in range(4)) / (4 * 5)  # fmt: skip
    low = ((y - y.mean()) ** 2).sum() / (2 * 3 * 4 - 1)
    assert cmc_between(y) == pytest.approx(np.sqrt(1 - top / low))


def test_an_offset_between_sensors_lowers_their_cmc() -> None:
    curve = 60 * np.sin(np.linspace(0, np.pi, 101))
    same = np.stack([np.tile(curve, (4, 1))] * 2)
    apart = same + np.array([0.0, 20.0])[:, None, None]
    assert cmc_protocols(same) == pytest.approx(1.0)
    assert cmc_protocols(apart) < 0.9
    with pytest.raises(RehabkitError, match="two repetitions or more"):
        cmc_within(curve[None])
    with pytest.raises(RehabkitError, match="without missing values"):
        cmc_within(np.full((3, 5), np.nan))
