"""``NearestCourse``: the class of the movements that warp onto it best; DTW matching.

3D-PoseFormer compares with DTW matching without stating its rule; this is nearest neighbours by
:func:`~rehabkit.kinematics.alignment.dtw_distances` over all channels at once.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.kinematics.alignment import dtw_distances
from rehabkit.models.estimator import Classifier
from rehabkit.recording.arrays import Float


class NearestCourse(Classifier):
    """Nearest neighbours by dynamic time warping; ``X`` is (samples, channels, length).

    Parameters
    ----------
    neighbours
        How many of the nearest vote, each by the inverse of its distance.
    every
        Only each so many-th frame is looked at: warping is dear.
    """

    def __init__(self, neighbours: int = 3, *, every: int = 4) -> None:
        self.neighbours = neighbours
        self.every = every

    def fit(self, X: Float, y: NDArray[Any]) -> Self:
        """Keep the training movements.

        Raises
        ------
        ModelError
            Where all are of one class, or ``X`` is no three-dimensional array.
        """
        self.places_ = self._learn_classes(y)
        self.known_ = self._courses(X)
        return self

    def distances(self, X: Float) -> Float:
        """(samples, training samples) warping distance per step."""
        asked = self._courses(X)
        count = len(self.known_)
        rows = [dtw_distances(np.repeat(one[None], count, axis=0), self.known_) for one in asked]
        return np.array(rows).reshape(len(asked), count)

    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) shares of the votes."""
        return self.shares(self.distances(X))

    def shares(self, distances: Float) -> Float:
        """(samples, classes) from (samples, training samples) distances that are known already."""
        nearest = np.argsort(distances, axis=1)[:, : self.neighbours]
        votes = 1 / (np.take_along_axis(distances, nearest, axis=1) + 1e-9)
        of = self.places_[nearest]
        each = [(votes * (of == c)).sum(axis=1) for c in range(len(self.classes_))]
        return np.asarray(np.stack(each, axis=1) / votes.sum(axis=1)[:, None])

    def _courses(self, X: Float) -> Float:
        values = np.asarray(X, dtype=np.float64)
        if values.ndim != 3:
            raise ModelError(f"Expected (samples, channels, length), found {values.shape}.")
        return np.asarray(values[:, :, :: self.every].swapaxes(1, 2))
