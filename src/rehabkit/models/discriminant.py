"""``ExerciseDiscriminant``: a line between two classes an exercise, blind to how people differ.

Fisher's discriminant divides the difference of the classes by how samples spread within them. Few
people show that spread badly at one exercise; nearly all of it is therefore taken over exercises,
since people differ from each other in the same ways at most of them.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models.estimator import Classifier
from rehabkit.models.kernel_machine import ExerciseKernel
from rehabkit.recording.arrays import Float


class ExerciseDiscriminant(Classifier, ExerciseKernel):
    """Two classes from deviations from normal movement; ``X`` as ``ExerciseKernelClassifier``'s.

    Parameters
    ----------
    exercises
        How many of the last columns say the exercise.
    pooled
        Share of the spread that is taken over all exercises, 0 to 1.
    ridge
        What is added to every figure's spread, in mean spreads.
    slope
        Steepness of the logistic: 1 is the distance between the classes' means.
    """

    def __init__(
        self,
        exercises: int = 5,
        *,
        pooled: float = 0.9,
        ridge: float = 0.3,
        slope: float = 6.0,
    ) -> None:
        self.exercises = exercises
        self.pooled = pooled
        self.ridge = ridge
        self.slope = slope

    def fit(
        self, X: Float, y: NDArray[Any], healthy: NDArray[np.bool_] | None = None
    ) -> Self:  # fmt: skip
        """Learn from (samples, features + exercises), (samples,) classes, and who is normal.

        Raises
        ------
        ModelError
            Where there are not two classes, an exercise lacks one of them, or has fewer than three
            normal samples.
        """
        places = self._learn_two_classes(y)
        figures, exercise = self._parts(X)
        deviations = self._learn_normal(figures, exercise, healthy)
        means = np.array([_means(deviations, places, exercise, e) for e in range(self.exercises)])
        rest = deviations - means[exercise, places]
        own = [_spread(rest[exercise == e]) for e in range(self.exercises)]
        everywhere = np.mean(own, axis=0)
        apart = means[:, 1] - means[:, 0]
        self.weights_ = np.array([self._line(s, everywhere, d)
                                  for s, d in zip(own, apart, strict=True)])  # fmt: skip
        length = (self.weights_ * apart).sum(axis=1, keepdims=True)
        self.weights_ = self.weights_ / np.maximum(length, 1e-12)
        self.middle_ = means.mean(axis=1)
        return self

    def decision_function(self, X: Float) -> Float:
        """(samples,) on the way between the classes' means, 0 half way."""
        figures, exercise = self._parts(X)
        away = self._deviations(figures, exercise) - self.middle_[exercise]
        return np.asarray((away * self.weights_[exercise]).sum(axis=1))

    def predict_proba(self, X: Float) -> Float:
        """(samples, 2) logistic of :meth:`decision_function`: ordered as it, not calibrated."""
        second = 1 / (1 + np.exp(-np.clip(self.slope * self.decision_function(X), -30, 30)))
        return np.stack([1 - second, second], axis=1)

    def _line(self, own: Float, everywhere: Float, apart: Float) -> Float:
        spread = self.pooled * everywhere + (1 - self.pooled) * own
        mean = np.trace(spread) / len(spread)
        return np.asarray(
            np.linalg.solve(spread + (self.ridge * mean + 1e-9) * np.eye(len(spread)), apart)
        )


def _means(
    deviations: Float, places: NDArray[np.intp], exercise: NDArray[np.intp], e: int
) -> Float:  # fmt: skip
    """(2, features) of the classes at one exercise."""
    own = [deviations[(exercise == e) & (places == c)] for c in range(2)]
    if not all(len(samples) for samples in own):
        raise ModelError(
            f"Exercise {e} has {len(own[0])} and {len(own[1])} samples of the two classes; both "
            "are needed."
        )
    return np.array([samples.mean(axis=0) for samples in own])


def _spread(rest: Float) -> Float:
    return np.asarray(rest.T @ rest / len(rest))
