"""The machine learns what is there, and several exercises as far as they are said to be alike."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import ModelError
from rehabkit.models.kernel_machine import ExerciseKernelRegressor
from rehabkit.recording.arrays import Float

pytest.importorskip("sklearn", reason="learning needs scikit-learn")


def rows(figures: Float, exercise: int, exercises: int) -> Float:
    marks = np.tile(np.eye(exercises)[exercise], (len(figures), 1))
    return np.concatenate([figures, marks], axis=1)


def opposite(rng: np.random.Generator, count: int = 60) -> tuple[Float, Float, Float]:
    """Figures, and scores of two exercises where the same figure counts for and against."""
    figures = rng.normal(size=(count, 4))
    return figures, 25 + 6 * figures[:, 0], 25 - 6 * figures[:, 0]


def test_it_learns_a_relation(rng: np.random.Generator) -> None:
    figures, score, _ = opposite(rng, 200)
    machine = ExerciseKernelRegressor(1).fit(rows(figures, 0, 1), score)
    new, truth, _ = opposite(rng, 50)
    predicted = machine.predict(rows(new, 0, 1))
    assert predicted.shape == (50,)
    assert np.abs(predicted - truth).mean() < 1.5
    assert np.abs(truth - np.median(truth)).mean() > 3.5


def test_several_scores_are_learned_one_by_one(rng: np.random.Generator) -> None:
    figures, first, second = opposite(rng)
    X = rows(figures, 0, 1)
    both = ExerciseKernelRegressor(1).fit(X, np.stack([first, second], axis=1)).predict(X)
    for column, score in enumerate((first, second)):
        alone = ExerciseKernelRegressor(1).fit(X, score).predict(X)
        np.testing.assert_allclose(both[:, column], alone, atol=1e-6)


def test_nothing_shared_is_learned_apart(rng: np.random.Generator) -> None:
    figures, first, second = opposite(rng)
    X = np.concatenate([rows(figures, e, 2) for e in range(2)])
    y = np.concatenate([first, second])
    apart = np.concatenate([
        ExerciseKernelRegressor(1, shared=0.0).fit(rows(figures, 0, 1), score)
        .predict(rows(figures, 0, 1))
        for score in (first, second)
    ])  # fmt: skip
    none = ExerciseKernelRegressor(2, shared=0.0).fit(X, y).predict(X)
    all_ = ExerciseKernelRegressor(2, shared=1.0).fit(X, y).predict(X)
    assert np.abs(none - apart).max() < 0.5
    assert np.abs(all_ - apart).max() > 5.0


def test_sharing_helps_an_exercise_with_few_samples(rng: np.random.Generator) -> None:
    figures, score, _ = opposite(rng, 100)
    few, few_scores, _ = opposite(rng, 6)
    X = np.concatenate([rows(figures, 0, 2), rows(few, 1, 2)])
    y = np.concatenate([score, few_scores])
    new, truth, _ = opposite(rng, 100)
    off = {
        shared: np.abs(
            ExerciseKernelRegressor(2, shared=shared).fit(X, y).predict(rows(new, 1, 2)) - truth
        ).mean()
        for shared in (0.0, 0.9)
    }
    assert off[0.9] < 0.6 * off[0.0]


def test_missing_figures_count_as_healthy_peoples(rng: np.random.Generator) -> None:
    figures, score, _ = opposite(rng)
    machine = ExerciseKernelRegressor(1).fit(rows(figures, 0, 1), score)
    missing, usual = figures.copy(), figures.copy()
    missing[:, 0] = np.nan
    usual[:, 0] = machine.centre_[0, 0]
    np.testing.assert_array_equal(
        machine.predict(rows(missing, 0, 1)), machine.predict(rows(usual, 0, 1))
    )


def test_healthy_people_say_what_is_usual(rng: np.random.Generator) -> None:
    figures, score, _ = opposite(rng)
    healthy = figures[:, 0] > 0
    machine = ExerciseKernelRegressor(1).fit(rows(figures, 0, 1), score, healthy)
    np.testing.assert_allclose(machine.centre_[0], np.median(figures[healthy], axis=0))


def test_far_is_far_at_its_own_exercise(rng: np.random.Generator) -> None:
    figures, score, _ = opposite(rng)
    machine = ExerciseKernelRegressor(2, tolerance=0.0).fit(
        np.concatenate([rows(figures, 0, 2), rows(figures + 2, 1, 2)]), np.concatenate([score] * 2)
    )
    known = machine.distances(rows(figures, 0, 2))
    assert np.median(known) < 1e-6
    assert np.median(machine.distances(rows(figures + 2, 0, 2))) > 0.5


@pytest.mark.parametrize("marks", [(0, 0), (1, 1), (2, 0)])
def test_samples_of_no_single_exercise_are_refused(
    rng: np.random.Generator, marks: tuple[int, int]
) -> None:
    X = np.concatenate([rng.normal(size=(5, 3)), np.tile(marks, (5, 1))], axis=1)
    with pytest.raises(ModelError, match="single 1 in the last 2 columns"):
        ExerciseKernelRegressor(2).fit(X, np.zeros(5))


def test_too_few_healthy_people_are_refused(rng: np.random.Generator) -> None:
    figures, score, _ = opposite(rng)
    with pytest.raises(ModelError, match="Exercise 0 has 2 samples of healthy people"):
        ExerciseKernelRegressor(1).fit(rows(figures, 0, 1), score, np.arange(len(score)) < 2)


def test_learning_anew_forgets_what_was_learned(rng: np.random.Generator) -> None:
    figures, first, second = opposite(rng)
    X = rows(figures, 0, 1)
    again = ExerciseKernelRegressor(1).fit(X, first)
    again.predict(X)
    again.fit(X, second)
    assert np.array_equal(again.predict(X), ExerciseKernelRegressor(1).fit(X, second).predict(X))
