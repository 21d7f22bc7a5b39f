"""``CourseRidge``: classes of courses by a ridge over figures that convolutions give."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models.estimator import Classifier
from rehabkit.recording.arrays import Float

LENGTH: Final = 9
"""Weights of every kernel."""
STRENGTHS: Final = np.logspace(-1, 5, 13)
"""Of the ridge; leave-one-out among training samples chooses."""


class CourseRidge(Classifier):
    """Two classes or more from courses; ``X`` is (samples, channels, length).

    A model says which figures it takes (:meth:`_learn_figures`, :meth:`_figures`).
    """

    least = LENGTH
    """Frames that a course has at least."""

    def fit(self, X: Float, y: NDArray[Any]) -> Self:
        """Learn the figures and the ridge.

        Raises
        ------
        ModelError
            Where all samples are of one class, or courses are shorter than a kernel.
        """
        from sklearn.linear_model import RidgeClassifierCV

        places = self._learn_classes(y)
        figures = self._learn_figures(self._courses(X))
        self.ridge_ = RidgeClassifierCV(STRENGTHS, class_weight="balanced").fit(figures, places)
        return self

    def decision_function(self, X: Float) -> Float:
        """(samples,) of two classes, else (samples, classes): the larger, the likelier."""
        return np.asarray(self.ridge_.decision_function(self._figures(self._courses(X))))

    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) softmax of :meth:`decision_function`: not calibrated."""
        sure = self.decision_function(X)
        each = np.stack([-sure, sure], axis=1) if sure.ndim == 1 else sure
        high = np.exp(each - each.max(axis=1, keepdims=True))
        return np.asarray(high / high.sum(axis=1, keepdims=True))

    @abstractmethod
    def _learn_figures(self, courses: Float) -> Float:
        """(samples, figures) of training courses, on the scale that is learned from them."""

    @abstractmethod
    def _figures(self, courses: Float) -> Float:
        """(samples, figures) of any courses, on that scale."""

    def _courses(self, X: Float) -> Float:
        values = np.asarray(X, dtype=np.float32)
        if values.ndim != 3 or values.shape[2] < self.least:
            raise ModelError(
                f"Expected (samples, channels, length) with at least {self.least} frames, found "
                f"{values.shape}."
            )
        return values


def drawn_channels(random: np.random.Generator, channels: int) -> NDArray[np.intp]:
    """One channel to nine, few more often than many."""
    most = min(channels, LENGTH)
    count = int(2 ** random.uniform(0, np.log2(most + 1)))
    return np.sort(random.choice(channels, size=count, replace=False))


def taps(courses: Float, dilation: int) -> list[Float]:
    """What each of a kernel's weights sees: views like ``courses``, zeros beyond the ends."""
    reach = (LENGTH // 2) * dilation
    padded = np.pad(courses, ((0, 0), (reach, reach)))
    frames = courses.shape[1]
    return [padded[:, k * dilation : k * dilation + frames] for k in range(LENGTH)]
