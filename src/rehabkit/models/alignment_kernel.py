"""``AlignmentKernel``: classes from how well a movement warps onto each that was learned.

Distances by dynamic time warping stand in a Gaussian kernel (Bahlmann et al., Online handwriting
recognition with support vector machines, IWFHR 2002, eq. 10), and a ridge on the kernel tells
classes apart. Several kinds of course (places, velocities, paths) are averaged, each over its own
median.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models.estimator import Classifier
from rehabkit.recording.arrays import Float


class AlignmentKernel(Classifier):
    """A ridge on a kernel of warping distances.

    ``X`` is (samples, training samples, courses): distances as
    :func:`~rehabkit.kinematics.alignment.dtw_matrix` gives them, those of the training samples
    among themselves to ``fit``. A distance knows nothing of classes, so that one matrix of all
    samples serves every split.

    Parameters
    ----------
    courses
        Which of the last axis are looked at; None: all.
    width
        Of the kernel, in median distances.
    cost
        Inverse strength of the ridge.
    """

    def __init__(
        self, courses: tuple[int, ...] | None = None, *, width: float = 0.7, cost: float = 10.0
    ) -> None:
        self.courses = courses
        self.width = width
        self.cost = cost

    def fit(self, X: Float, y: NDArray[Any]) -> Self:
        """Learn from (samples, samples, courses) distances and (samples,) classes.

        Raises
        ------
        ModelError
            Where the distances are not among the samples, or all are of one class.
        """
        places = self._learn_classes(y)
        if np.shape(X)[:2] != (len(places), len(places)) or np.ndim(X) != 3:
            raise ModelError(
                f"Expected distances of {len(places)} samples among themselves, found "
                f"{np.shape(X)}."
            )
        chosen = self._chosen(X)
        self.scale_ = np.maximum(np.median(chosen, axis=(0, 1)), 1e-12)
        truth = np.eye(len(self.classes_))[places]
        self.share_ = truth.mean(axis=0)
        ridge = self._kernel(X) + np.eye(len(places)) / self.cost
        self.weights_ = np.linalg.solve(ridge, truth - self.share_)
        return self

    def decision_function(self, X: Float) -> Float:
        """(samples, classes) that sum to 1: about 1 for the class that was found, else about 0."""
        return np.asarray(self._kernel(X) @ self.weights_ + self.share_)

    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) :meth:`decision_function` within 0 and 1: not calibrated."""
        sure = np.maximum(self.decision_function(X), 1e-6)
        return np.asarray(sure / sure.sum(axis=1, keepdims=True))

    def _chosen(self, X: Float) -> Float:
        values = np.asarray(X, dtype=np.float64)
        return values if self.courses is None else values[..., list(self.courses)]

    def _kernel(self, X: Float) -> Float:
        """(samples, training samples)."""
        apart = (self._chosen(X) / self.scale_).mean(axis=-1)
        return np.asarray(np.exp(-apart / self.width))
