"""Figures against values worked out by hand and against scikit-learn's."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from rehabkit.bench import metrics
from rehabkit.errors import ModelError

TRUTH = np.array([10.0, 20.0, 30.0, 40.0])
SAID = np.array([12.0, 18.0, 33.0, 39.0])


def test_errors_by_hand() -> None:
    assert metrics.mad(TRUTH, SAID) == 2.0  # (2 + 2 + 3 + 1) / 4
    assert metrics.rmse(TRUTH, SAID) == pytest.approx(np.sqrt(18 / 4))
    assert metrics.mape(TRUTH, SAID) == pytest.approx((20 + 10 + 10 + 2.5) / 4)
    assert metrics.mape(np.array([0.0, 10.0]), np.array([5.0, 11.0])) == pytest.approx(10)
    assert np.isnan(metrics.mape(np.zeros(2), np.ones(2)))


def test_rank_correlation() -> None:
    assert metrics.spearman(TRUTH, SAID) == pytest.approx(1)
    assert metrics.spearman(TRUTH, -SAID) == pytest.approx(-1)
    # Differences of ranks 1, -1, 0, 0: 1 - 6 * 2 / (4 * 15).
    assert metrics.spearman(TRUTH, np.array([2.0, 1.0, 3.0, 4.0])) == pytest.approx(0.8)
    assert np.isnan(metrics.spearman(TRUTH, np.ones(4)))


def test_rank_correlation_with_ties(rng: np.random.Generator) -> None:
    stats = pytest.importorskip("scipy.stats")
    a, b = rng.integers(0, 5, 50).astype(float), rng.integers(0, 5, 50).astype(float)
    assert metrics.spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)


def test_classes_by_hand() -> None:
    truth, said = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    assert metrics.accuracy(truth, said) == 0.75
    assert metrics.balanced_accuracy(truth, said) == pytest.approx((2 / 3 + 1) / 2)
    assert metrics.confusion(truth, said, np.arange(2)).tolist() == [[2, 1], [0, 1]]
    own = metrics.per_class(truth, said)
    assert own["precision"] == {"0": 1.0, "1": 0.5}
    assert own["recall"] == {"0": pytest.approx(2 / 3), "1": 1.0}
    assert metrics.macro_f1(truth, said) == pytest.approx((0.8 + 2 / 3) / 2)


def test_classes_against_scikit_learn(rng: np.random.Generator) -> None:
    known = pytest.importorskip("sklearn.metrics")
    truth, said = rng.integers(0, 5, 80), rng.integers(0, 5, 80)
    assert metrics.balanced_accuracy(truth, said) == pytest.approx(
        known.balanced_accuracy_score(truth, said)
    )
    assert metrics.macro_f1(truth, said) == pytest.approx(
        known.f1_score(truth, said, average="macro")
    )
    assert metrics.quadratic_kappa(truth, said, 5) == pytest.approx(
        known.cohen_kappa_score(truth, said, weights="quadratic")
    )
    assert metrics.confusion(truth, said, np.arange(5)).tolist() == known.confusion_matrix(
        truth, said
    ).tolist()  # fmt: skip
    positive, score = rng.random(60) < 0.4, np.round(rng.random(60), 1)
    assert metrics.auc(positive, score) == pytest.approx(known.roc_auc_score(positive, score))


def test_a_class_that_nobody_called() -> None:
    own = metrics.per_class(np.array([0, 1]), np.array([0, 0]))
    assert (own["precision"]["1"], own["recall"]["1"], own["f1"]["1"]) == (0, 0, 0)


def test_kappa_and_auc_without_spread() -> None:
    assert np.isnan(metrics.quadratic_kappa(np.zeros(3), np.zeros(3), 5))
    assert metrics.quadratic_kappa(np.arange(5), np.arange(5), 5) == 1
    assert np.isnan(metrics.auc(np.ones(3, dtype=bool), np.arange(3.0)))


def test_coverage() -> None:
    assert metrics.coverage(TRUTH, SAID - 2, SAID + 2) == 0.75


def test_calibration_error() -> None:
    """Ten said at 0.9 of which eight are right are 0.1 off; ten at 0.25, five right, 0.25."""
    right = np.array([True] * 8 + [False] * 2 + [True] * 5 + [False] * 5)
    chance = np.repeat([0.9, 0.25], 10)
    assert metrics.calibration_error(right, chance) == pytest.approx((0.1 + 0.25) / 2)
    assert metrics.calibration_error(right[:10], np.full(10, 0.8)) == pytest.approx(0)
    assert metrics.calibration_error(np.ones(3, dtype=bool), np.ones(3)) == 0


def test_intervals_draw_people() -> None:
    values = np.repeat([0.0, 1.0], 50)
    people = np.repeat(["a", "b"], 50)
    alone = metrics.by_people(partial(_mean, values), people, resamples=400)
    assert alone.value == 0.5
    assert (alone.low, alone.high) == (0.0, 1.0)  # two people, however many samples
    many = np.array([f"p{i}" for i in range(100)])
    wide = metrics.by_people(partial(_mean, values), many, resamples=400)
    # A share of 0.5 of 100: standard error 0.05.
    assert 0.35 < wide.low < 0.45
    assert 0.55 < wide.high < 0.65
    assert not alone.excludes_zero
    assert wide.excludes_zero
    mean = metrics.mean_by_people(values, many)
    assert mean == metrics.by_people(partial(_mean, values), many)


def _mean(values: np.ndarray, places: np.ndarray) -> float:
    return float(values[places].mean())


def test_one_person_has_no_interval() -> None:
    with pytest.raises(ModelError, match="needs two, found 1"):
        metrics.by_people(partial(_mean, TRUTH), np.array(["a"] * 4))


def test_means_over_exercises_count_each_once() -> None:
    parts = np.array(["a", "b", "b", "b"])
    assert metrics.mean_over(metrics.mad, TRUTH, SAID, parts) == pytest.approx((2 + 2) / 2)
    # The one sample of "a" has no rank: the figure is that of "b" alone.
    assert metrics.mean_over(metrics.spearman, TRUTH, SAID, parts) == pytest.approx(1)
    assert np.isnan(metrics.mean_over(metrics.spearman, TRUTH, SAID, np.array([*"abcd"])))


def test_auc_within_occasions_needs_three_of_both() -> None:
    positive = np.array([1, 1, 1, 0, 0, 0, 1, 1, 0, 0], dtype=bool)
    score = np.array([3.0, 4.0, 5.0, 0.0, 1.0, 2.0, 1.0, 1.0, 0.0, 0.0])
    occasions = np.array(["a"] * 6 + ["b"] * 4)
    assert metrics.auc_by_occasion(positive, score, occasions) == {"a": 1.0}
    found = metrics.auc_by_occasion(positive, -score, occasions, least=2)
    assert found == {"a": 0.0, "b": 0.0}
