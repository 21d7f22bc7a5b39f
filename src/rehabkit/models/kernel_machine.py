"""``ExerciseKernelRegressor``: one support vector machine for several exercises learned together.

Sixty people are too few for a network and too few for a machine an exercise. Two recordings are
alike as far as their figures are, less so where the exercises differ:

    k(a, b) = exp(-|a - b|^2 / (width * features * variance)) * [1 if same exercise, else shared]

with the variance of all figures in training. Figures are deviations from healthy training people
at the same exercise, in their standard deviations. Training needs scikit-learn; predicting needs
numpy alone.
"""

from __future__ import annotations

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models.estimator import Estimator
from rehabkit.recording.arrays import Float

CLIPPED: Final = 4.0
"""Deviations beyond so many standard deviations count as so many."""
LEARNED: Final = (
    "centre_", "scale_", "support_", "support_exercise_", "weights_", "base_", "intercept_",
)  # fmt: skip
"""Arrays that predicting needs, beside ``gamma_``."""


class ExerciseKernel(Estimator):
    """What machines over several exercises share: deviations from normal, and their likeness."""

    exercises: int
    shared: float
    width: float
    gamma_: float
    centre_: Float
    scale_: Float

    def deviations(self, X: Float) -> Float:
        """(samples, features) in healthy people's standard deviations, clipped at 4."""
        return self._deviations(*self._parts(X))

    def _parts(self, X: Float) -> tuple[Float, NDArray[np.intp]]:
        values = np.asarray(X, dtype=np.float64)
        marks = values[:, -self.exercises :]
        if not (((marks == 0) | (marks == 1)).all() and (marks.sum(axis=1) == 1).all()):
            raise ModelError(
                f"Expected a single 1 in the last {self.exercises} columns of each sample, which "
                "say its exercise."
            )
        return values[:, : -self.exercises], marks.argmax(axis=1)

    def _learn_normal(
        self, figures: Float, exercise: NDArray[np.intp], healthy: NDArray[np.bool_] | None
    ) -> Float:
        """Learn what is normal, from everybody where nobody is named; gives the deviations."""
        usual = np.ones(len(figures), bool) if healthy is None else np.asarray(healthy, dtype=bool)
        centre, scale = [], []
        for e in range(self.exercises):
            own = figures[usual & (exercise == e)]
            if len(own) < 3:
                raise ModelError(
                    f"Exercise {e} has {len(own)} samples of healthy people; three are needed to "
                    "know what is usual."
                )
            seen = np.isfinite(own).any(axis=0)
            known = np.where(seen, own, 0.0)
            centre.append(np.nanmedian(known, axis=0))
            scale.append(np.nanstd(known, axis=0) + 1e-6)
        self.centre_, self.scale_ = np.array(centre), np.array(scale)
        return self._deviations(figures, exercise)

    def _learn_kernel(self, deviations: Float, exercise: NDArray[np.intp]) -> Float:
        """Learn how wide likeness reaches; gives that of the training samples."""
        self.gamma_ = float(1 / (self.width * deviations.shape[1] * deviations.var()))
        return self._kernel(deviations, exercise, deviations, exercise)

    def _deviations(self, figures: Float, exercise: NDArray[np.intp]) -> Float:
        found = (figures - self.centre_[exercise]) / self.scale_[exercise]
        np.clip(found, -CLIPPED, CLIPPED, out=found)
        found[np.isnan(found)] = 0.0
        return np.asarray(found)

    def _kernel(
        self, a: Float, a_exercise: NDArray[np.intp], b: Float, b_exercise: NDArray[np.intp]
    ) -> Float:
        return self._likeness(_squared(a, b), a_exercise, b_exercise)

    def _likeness(
        self, squared: Float, a_exercise: NDArray[np.intp], b_exercise: NDArray[np.intp]
    ) -> Float:
        same = a_exercise[:, None] == b_exercise[None]
        likeness = np.where(same, 1.0, self.shared)
        return np.asarray(np.exp(-self.gamma_ * squared) * likeness)


class KernelSettings(Estimator):
    """Settings of support vector regression over several exercises.

    Parameters
    ----------
    exercises
        How many of the last columns say the exercise.
    cost
        C of the machine: how dear an error beyond ``tolerance`` is.
    shared
        Likeness of recordings of different exercises, 0 (learned apart) to 1 (not told apart).
    width
        Of the kernel, in mean squared deviations over the training samples.
    tolerance
        Errors below this cost nothing, in the unit of ``y``.
    """

    def __init__(
        self,
        exercises: int = 5,
        *,
        cost: float = 20.0,
        shared: float = 0.5,
        width: float = 4.0,
        tolerance: float = 1.0,
    ) -> None:
        self.exercises = exercises
        self.cost = cost
        self.shared = shared
        self.width = width
        self.tolerance = tolerance


class ExerciseKernelRegressor(KernelSettings, ExerciseKernel):
    """Support vector regression over deviations from healthy people, exercises learned together.

    ``X`` is (samples, features + exercises): figures, then one column an exercise that is 1 where
    the sample is of it, else 0. Missing figures (NaN) count as those of healthy people.
    """

    def fit(self, X: Float, y: Float, healthy: NDArray[np.bool_] | None = None) -> Self:
        """Learn from labelled samples.

        Parameters
        ----------
        X, y
            (samples, features + exercises), and (samples,) or (samples, outputs): several scores
            are learned one by one over the same likeness.
        healthy
            (samples,) whose deviations are taken as normal; None: everybody's.

        Raises
        ------
        ModelError
            Where an exercise has fewer than three such samples.
        """
        figures, exercise = self._parts(X)
        deviations = self._learn_normal(figures, exercise, healthy)
        kernel = self._learn_kernel(deviations, exercise)
        self.flat_ = np.ndim(y) == 1
        scores = np.asarray(y, dtype=np.float64).reshape(len(y), -1)
        self.base_ = np.array([np.median(scores[exercise == e], axis=0)
                               for e in range(self.exercises)])  # fmt: skip
        learned = [self._learn(kernel, rest) for rest in (scores - self.base_[exercise]).T]
        self.intercept_ = np.array([intercept for _, intercept in learned])
        weights = np.stack([w for w, _ in learned], axis=1)
        used = np.any(weights != 0, axis=1)
        self.weights_ = weights[used]
        self.support_ = deviations[used].astype(np.float32)
        self.support_exercise_ = exercise[used]
        return self

    def _learn(self, kernel: Float, rest: Float) -> tuple[Float, float]:
        """Weights of all samples and the intercept for one score."""
        from sklearn.svm import SVR

        machine = SVR(C=self.cost, epsilon=self.tolerance, kernel="precomputed").fit(kernel, rest)
        weights = np.zeros(len(rest))
        weights[machine.support_] = machine.dual_coef_[0]
        return weights, float(machine.intercept_[0])

    def predict(self, X: Float) -> Float:
        """(samples,) or (samples, outputs), in the unit of the ``y`` that was learned."""
        figures, exercise = self._parts(X)
        return self.predict_deviations(self._deviations(figures, exercise), exercise)

    def predict_deviations(self, deviations: Float, exercise: NDArray[np.intp]) -> Float:
        """:meth:`predict` of (samples, features) :meth:`deviations` and (samples,) exercises."""
        squared = self._to_support(deviations)
        kernel = self._likeness(squared, exercise, self.support_exercise_)
        scores = kernel @ self.weights_ + self.intercept_ + self.base_[exercise]
        return np.asarray(scores[:, 0] if self.flat_ else scores)

    def distances(self, X: Float) -> Float:
        """(samples,) mean squared difference of figures to the nearest sample of the exercise."""
        figures, exercise = self._parts(X)
        deviations = self._deviations(figures, exercise)
        squared = self._to_support(deviations)
        squared[exercise[:, None] != self.support_exercise_[None]] = np.inf
        return np.asarray(squared.min(axis=1) / deviations.shape[1])

    def _to_support(self, deviations: Float) -> Float:
        """(samples, support) squared distances; what is asked of the support is made once."""
        if self.__dict__.get("_made_of") is not self.support_:
            self._made_of = self.support_
            self._support_lengths = (self.support_**2).sum(axis=1).astype(np.float64)
            self._support_wide = self.support_.astype(np.float64)
        return _squared(deviations, self._support_wide, self._support_lengths)


def _squared(a: Float, b: Float, lengths: Float | None = None) -> Float:
    """(samples of a, samples of b) squared Euclidean distances; ``lengths`` are those of b."""
    own = (b**2).sum(axis=1) if lengths is None else lengths
    squared = -2 * a @ b.T
    squared += own
    squared += (a**2).sum(axis=1)[:, None]
    return np.asarray(np.maximum(squared, 0.0, out=squared))
