"""``ExerciseKernelClassifier``: one support vector machine that tells classes at many exercises.

The sibling of :class:`~rehabkit.models.kernel_machine.ExerciseKernelRegressor`, with the same
likeness: what is wrong with a movement at one exercise is learned with some help of the others.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.models.estimator import Classifier
from rehabkit.models.kernel_machine import ExerciseKernel
from rehabkit.recording.arrays import Float


class ExerciseKernelClassifier(Classifier, ExerciseKernel):
    """Two classes from deviations from normal movement, exercises learned together.

    ``X`` is (samples, features + exercises): figures, then one column an exercise that is 1 where
    the sample is of it, else 0. Missing figures (NaN) count as normal ones. Classes weigh the same
    at every exercise, however many samples each has.

    Parameters
    ----------
    exercises
        How many of the last columns say the exercise.
    cost
        C of the machine.
    shared
        Likeness of recordings of different exercises, 0 (learned apart) to 1 (not told apart).
    width
        Of the kernel, in mean squared deviations over the training samples.
    """

    def __init__(
        self,
        exercises: int = 5,
        *,
        cost: float = 3.0,
        shared: float = 0.5,
        width: float = 2.0,
    ) -> None:
        self.exercises = exercises
        self.cost = cost
        self.shared = shared
        self.width = width

    def fit(
        self, X: Float, y: NDArray[Any], healthy: NDArray[np.bool_] | None = None
    ) -> Self:  # fmt: skip
        """Learn from labelled samples.

        Parameters
        ----------
        X, y
            (samples, features + exercises), and (samples,) one of two classes each.
        healthy
            (samples,) whose deviations are taken as normal; None: everybody's.

        Raises
        ------
        ModelError
            Where there are not two classes, or an exercise has fewer than three normal samples.
        """
        from sklearn.svm import SVC

        places = self._learn_two_classes(y)
        figures, exercise = self._parts(X)
        deviations = self._learn_normal(figures, exercise, healthy)
        kernel = self._learn_kernel(deviations, exercise)
        machine = SVC(C=self.cost, kernel="precomputed")
        machine.fit(kernel, places, sample_weight=balanced(places, exercise))
        self.support_ = deviations[machine.support_].astype(np.float32)
        self.support_exercise_ = exercise[machine.support_]
        self.weights_ = np.asarray(machine.dual_coef_[0])
        self.intercept_ = float(machine.intercept_[0])
        return self

    def decision_function(self, X: Float) -> Float:
        """(samples,) how far on the side of the second class; 0 is the border."""
        figures, exercise = self._parts(X)
        kernel = self._kernel(
            self._deviations(figures, exercise), exercise, self.support_, self.support_exercise_
        )
        return np.asarray(kernel @ self.weights_ + self.intercept_)

    def predict_proba(self, X: Float) -> Float:
        """(samples, 2) logistic of :meth:`decision_function`: ordered as it, not calibrated."""
        second = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.stack([1 - second, second], axis=1)


def balanced(places: NDArray[np.intp], parts: NDArray[np.intp]) -> Float:
    """(samples,) weights of mean 1 that give every class the same say within every part."""
    cell = parts * (places.max() + 1) + places
    _, at, count = np.unique(cell, return_inverse=True, return_counts=True)
    there = {part: len(np.unique(places[parts == part])) for part in np.unique(parts).tolist()}
    own = {part: int(np.sum(parts == part)) for part in there}
    classes = np.array([there[p] for p in parts.tolist()])
    size = np.array([own[p] for p in parts.tolist()])
    return np.asarray(size / (classes * count[at]))
