"""Plain classifiers: scikit-learn's contract for each of them, and small cases known by hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from rehabkit.errors import ModelError
from rehabkit.kinematics.alignment import dtw, dtw_distances
from rehabkit.models import hydra, minirocket
from rehabkit.models.classical import KINDS, SIX, ClassicalClassifier, FcbfExtraTrees
from rehabkit.models.discriminant import ExerciseDiscriminant
from rehabkit.models.estimator import Classifier
from rehabkit.models.fcbf import fcbf, in_parts, uncertainty
from rehabkit.models.kernel_classifier import ExerciseKernelClassifier, balanced
from rehabkit.models.minirocket import Look, MiniRocket, convolved, dilations, transform
from rehabkit.models.multirocket import MultiRocket, longest_run, pooled
from rehabkit.models.multirocket_hydra import MultiRocketHydra
from rehabkit.models.nearest_course import NearestCourse

Data = tuple[np.ndarray, np.ndarray]


def figures(rng: np.random.Generator, count: int = 80) -> Data:
    """The third figure says the class, the others nothing; some are missing."""
    y = np.array(["right", "wrong"])[rng.integers(0, 2, count)]
    X = rng.normal(size=(count, 6))
    X[:, 2] += 4 * (y == "wrong")
    X[rng.random(X.shape) < 0.02] = np.nan
    return X, y


def of_exercises(rng: np.random.Generator) -> Data:
    X, y = figures(rng)
    exercise = rng.integers(0, 2, len(y))
    X = X + 50 * exercise[:, None]  # an exercise's own usual values
    return np.c_[X, exercise[:, None] == np.arange(2)].astype(float), y


def courses(rng: np.random.Generator) -> Data:
    """Slow and fast waves, each from a phase of its own."""
    y = np.array(["fast", "slow"])[rng.integers(0, 2, 40)]
    time = np.linspace(0, 1, 60)
    turns = np.where(y == "fast", 6, 2)[:, None]
    wave = np.sin(2 * np.pi * (turns * time + rng.random((40, 1))))
    return np.stack([wave, rng.normal(size=wave.shape)], axis=1), y


MAKERS: dict[str, tuple[Callable[[], Classifier], Callable[[np.random.Generator], Data]]] = {
    **{kind: (lambda kind=kind: ClassicalClassifier(kind), figures) for kind in KINDS},  # type: ignore[misc]
    "fcbf": (FcbfExtraTrees, figures),
    "kernel": (lambda: ExerciseKernelClassifier(2), of_exercises),
    "minirocket": (lambda: MiniRocket(336), courses),
    "multirocket-hydra": (lambda: MultiRocketHydra(84, 8), courses),
    "dtw": (lambda: NearestCourse(1, every=1), courses),
    "discriminant": (lambda: ExerciseDiscriminant(2), of_exercises),
}


@pytest.mark.parametrize("name", list(MAKERS))
class TestContract:
    def test_it_learns_what_there_is_to_learn(self, name: str, rng: np.random.Generator) -> None:
        make, draw = MAKERS[name]
        X, y = draw(rng)
        half = len(y) // 2
        model = make().fit(X[:half], y[:half])  # type: ignore[attr-defined]
        assert model.score(X[half:], y[half:]) > 0.8
        shares = model.predict_proba(X[half:])
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert shares.shape == (len(y) - half, 2)
        assert list(model.classes_) == sorted(set(y))

    def test_it_says_nothing_where_nothing_can_be_learned(
        self, name: str, rng: np.random.Generator
    ) -> None:
        make, draw = MAKERS[name]
        X, y = draw(rng)
        half = len(y) // 2
        shuffled = rng.permutation(y)
        model = make().fit(X[:half], shuffled[:half])  # type: ignore[attr-defined]
        assert model.score(X[half:], shuffled[half:]) < 0.8

    def test_a_clone_has_its_settings_and_none_of_what_it_learned(
        self, name: str, rng: np.random.Generator
    ) -> None:
        from sklearn.base import clone, is_classifier

        make, draw = MAKERS[name]
        model = make().fit(*draw(rng))  # type: ignore[attr-defined]
        again = clone(model)
        assert again.get_params() == model.get_params()
        assert not hasattr(again, "classes_")
        assert is_classifier(model)

    def test_one_class_alone_is_refused(self, name: str, rng: np.random.Generator) -> None:
        make, draw = MAKERS[name]
        X, y = draw(rng)
        with pytest.raises(ModelError, match="at least two, found"):
            make().fit(X, np.full(len(y), "right"))  # type: ignore[attr-defined]

    def test_the_same_seed_gives_the_same(self, name: str, rng: np.random.Generator) -> None:
        make, draw = MAKERS[name]
        X, y = draw(rng)
        one, two = (make().fit(X, y).predict_proba(X) for _ in range(2))  # type: ignore[attr-defined]
        np.testing.assert_array_equal(one, two)


def test_the_six_are_finerehab_s() -> None:
    assert len(SIX) == 6


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="No classifier is called 'svm'"):
        ClassicalClassifier("svm").fit(np.zeros((2, 1)), np.array([0, 1]))


def test_models_import_without_scikit_learn() -> None:
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from rehabkit.models import classical, kernel_classifier, nearest_course\n"
        "from rehabkit.models import minirocket, multirocket_hydra"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_search_takes_them(rng: np.random.Generator) -> None:
    from sklearn.model_selection import GridSearchCV

    X, y = figures(rng)
    search = GridSearchCV(FcbfExtraTrees(), {"bins": [3, 5]}, cv=2).fit(X, y)
    assert search.best_score_ > 0.8


class TestFcbf:
    def test_uncertainty_of_small_columns(self) -> None:
        a = np.array([0, 0, 1, 1])
        assert uncertainty(a, a) == pytest.approx(1)
        assert uncertainty(a, np.array([0, 1, 0, 1])) == pytest.approx(0)
        # H(a) = 1, H(b) = 0.8113, H(a, b) = 1.5: 2 * 0.3113 / 1.8113
        assert uncertainty(a, np.array([0, 0, 0, 1])) == pytest.approx(0.3437, abs=1e-4)
        assert uncertainty(np.zeros(4, int), np.zeros(4, int)) == 0

    def test_parts_hold_as_many_each_and_the_missing_are_apart(self) -> None:
        column = np.array([[1.0], [2.0], [3.0], [4.0], [np.nan]])
        assert in_parts(column, 2).ravel().tolist() == [0, 0, 1, 1, 2]

    def test_what_another_figure_says_already_is_dropped(self) -> None:
        classes = np.array([0, 0, 0, 0, 1, 1, 1, 1])
        best = classes + 0.0
        again = 3 * best + 1  # says the same
        other = np.array([0, 0, 0, 1, 1, 1, 1, 1.0])  # says less, and most of it is said already
        nothing = np.array([0, 1, 0, 1, 0, 1, 0, 1.0])
        kept = fcbf(np.stack([nothing, other, best, again], axis=1), classes, bins=2)
        assert kept.tolist() == [2]

    def test_figures_that_say_different_things_stay(self) -> None:
        classes = np.array([0, 1, 1, 1])
        either = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
        assert sorted(fcbf(either, classes, bins=2).tolist()) == [0, 1]

    def test_no_figures_are_refused(self) -> None:
        with pytest.raises(ModelError, match="needs samples and figures"):
            fcbf(np.empty((4, 0)), np.zeros(4, int))


class TestMiniRocket:
    def test_there_are_84_kernels_whose_weights_sum_to_zero(self) -> None:
        assert len(minirocket.KERNELS) == 84

    def test_a_kernel_is_what_its_weights_say(self, rng: np.random.Generator) -> None:
        course = rng.normal(size=(1, 2, 40))
        look = Look(10, 2, True, np.array([0, 1]), np.empty(0))
        weights = np.full(9, -1.0)
        weights[list(minirocket.KERNELS[10])] = 2
        spread = np.zeros(17)
        spread[::2] = weights
        full = np.correlate(course[0].sum(axis=0), spread, mode="full")
        np.testing.assert_allclose(convolved(course, look)[0], full[8:-8], atol=1e-9)
        bare = Look(10, 2, False, np.array([0, 1]), np.empty(0))
        np.testing.assert_allclose(convolved(course, bare)[0], full[16:-16], atol=1e-9)

    def test_shares_are_of_values_above_the_bias(self) -> None:
        # A step of 1 at frame 9 under weights 2, 2, 2, -1 x 6: 1 x (taps that see it).
        course = np.r_[np.zeros(9), np.ones(9)][None, None]
        look = Look(0, 1, False, np.array([0]), np.array([-0.5, -5.5]))
        assert convolved(course, look)[0].tolist() == [0, -1, -2, -3, -4, -5, -6, -4, -2, 0]
        np.testing.assert_allclose(transform(course, (look,)), [[0.2, 0.9]])

    def test_dilations_reach_the_length_and_share_the_features(self) -> None:
        found = dilations(100, 30)
        assert min(found) == 1
        assert max(found) * 8 <= 99
        assert sum(found.values()) == 30

    def test_courses_that_are_too_short_are_refused(self) -> None:
        with pytest.raises(ModelError, match="at least 9 frames"):
            MiniRocket().fit(np.zeros((4, 1, 5)), np.array([0, 0, 1, 1]))


class TestMultiRocket:
    def test_what_is_pooled_of_a_small_output(self) -> None:
        output = np.array([[1.0, 2.0, -1.0, 4.0, 4.0, 3.0, 0.0, 2.0]])
        # Above 0: frames 0, 1, 3, 4, 5, 7; above 3: frames 3 and 4; above 9: none.
        found = pooled(output, np.array([0.0, 3.0, 9.0])).reshape(3, 4)
        np.testing.assert_allclose(found[0], [6 / 8, 16 / 6, 20 / 6, 3])
        np.testing.assert_allclose(found[1], [2 / 8, 1, 3.5, 2])
        np.testing.assert_allclose(found[2], [0, 0, -1, 0])

    def test_runs_at_the_ends_count(self) -> None:
        holds = np.array([[1, 1, 1, 0, 1], [0, 1, 0, 1, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]])
        assert longest_run(holds == 1).tolist() == [3, 2, 5, 0]

    def test_half_of_the_figures_see_changes_alone(self, rng: np.random.Generator) -> None:
        X = rng.normal(size=(6, 2, 40)).astype(np.float32)
        drawn = MultiRocket.drawn(X, 84, rng)
        figures, lifted = (drawn.transform(one) for one in (X, X + np.float32(8)))
        half = 4 * sum(len(look.biases) for look in drawn.courses)
        assert figures.shape == (6, 2 * half)
        np.testing.assert_allclose(figures[:, half:], lifted[:, half:], atol=1e-3)
        assert not np.allclose(figures[:, :half], lifted[:, :half], atol=1e-3)


class TestHydra:
    def test_wins_of_two_kernels(self) -> None:
        first, second = [3.0, 1.0, 2.0], [1.0, 4.0, 5.0]
        # The first is the highest once by 3, the second twice by 4 and 5.
        assert hydra.wins(np.array([[first], [second]])).tolist() == [[3, 9, 2, 1]]

    def test_a_group_is_what_its_weights_say(self, rng: np.random.Generator) -> None:
        course = rng.normal(size=(1, 3, 50))
        weights = rng.normal(size=(2, 9))
        group = hydra.Group(weights, 2, np.array([0, 2]), changes=False)
        spread = np.zeros((2, 17))
        spread[:, ::2] = weights
        summed = course[0, [0, 2]].sum(axis=0)
        wanted = [np.correlate(summed, kernel, mode="full")[8:-8] for kernel in spread]
        np.testing.assert_allclose(hydra.competed(course, group)[:, 0], wanted, atol=1e-9)

    def test_kernels_and_dilations_are_the_paper_s(self, rng: np.random.Generator) -> None:
        found = hydra.groups(20, 100, 6, rng)
        assert sorted({group.dilation for group in found}) == [1, 2, 4, 8]
        assert sum(group.changes for group in found) == len(found) / 2 == 12
        for group in found:
            np.testing.assert_allclose(group.weights.sum(axis=1), 0, atol=1e-6)
            np.testing.assert_allclose(np.abs(group.weights).sum(axis=1), 1, atol=1e-6)
            assert len(group.channels) == 8

    def test_a_kernel_that_never_won_says_nothing(self) -> None:
        counts = np.array([[0.0, 4.0], [0.0, 9.0], [1.0, 16.0]])
        scale = hydra.SparseScale.learned(counts)
        scaled = scale.scaled(counts)
        assert scaled[:2, 0].tolist() == [0, 0]
        spread = np.array([0, 0, 1]).std() + (2 / 3) ** 4
        assert scaled[2, 0] == pytest.approx((1 - 1 / 3) / spread, rel=1e-6)
        np.testing.assert_allclose(scaled[:, 1], np.array([-1, 0, 1]) / np.sqrt(2 / 3), rtol=1e-6)

    def test_changes_need_a_frame_more(self) -> None:
        with pytest.raises(ModelError, match="at least 10 frames"):
            MultiRocketHydra().fit(np.zeros((4, 1, 9)), np.array([0, 0, 1, 1]))


class TestKernel:
    def test_every_class_has_the_same_say_at_every_exercise(self) -> None:
        places, parts = np.array([0, 0, 0, 1, 0, 1]), np.array([0, 0, 0, 0, 1, 1])
        weights = balanced(places, parts)
        np.testing.assert_allclose(weights, [2 / 3, 2 / 3, 2 / 3, 2, 1, 1])

    def test_an_exercise_without_normal_samples_is_refused(self, rng: np.random.Generator) -> None:
        X, y = of_exercises(rng)
        nobody = np.zeros(len(y), dtype=bool)
        with pytest.raises(ModelError, match="0 samples of healthy people"):
            ExerciseKernelClassifier(2).fit(X, y, nobody)

    @pytest.mark.parametrize("kind", [ExerciseKernelClassifier, ExerciseDiscriminant])
    def test_three_classes_are_refused(
        self, kind: type[ExerciseKernelClassifier | ExerciseDiscriminant], rng: np.random.Generator
    ) -> None:
        X, y = of_exercises(rng)
        y[:3] = "else"
        with pytest.raises(ModelError, match="Expected two classes, found 3"):
            kind(2).fit(X, y.astype("U5"))


def test_warping_of_several_dimensions_is_that_of_each_pair(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(3, 20, 2)), rng.normal(size=(3, 25, 2))
    alone = [dtw(x, y)[0] for x, y in zip(a, b, strict=True)]
    np.testing.assert_allclose(dtw_distances(a, b), alone)


def test_the_nearest_movement_is_found_whatever_its_pace() -> None:
    time = np.linspace(0, 1, 80)
    once, twice = (np.sin(k * np.pi * time) for k in (1, 2))
    X = np.stack([once, twice])[:, None]
    model = NearestCourse(1, every=1).fit(X, np.array(["once", "twice"]))
    late = np.sin(np.pi * time**1.2)
    assert model.predict(late[None, None]).tolist() == ["once"]
