"""``ShrunkenDiscriminant``: linear discriminants of many correlated figures, from few people.

Figures are set against their spread in training, turned to their principal axes, and classes are
told apart by a Gaussian each with one common covariance, drawn towards a sphere (Friedman,
Regularized Discriminant Analysis, JASA 84:165, 1989, eq. 18 with one covariance).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models.estimator import Estimator
from rehabkit.recording.arrays import Float

LEARNED: Final = ("centre_", "spread_", "axes_", "whitening_", "means_")
"""Arrays that a fitted discriminant consists of."""
FAR: Final = 5.0
"""Standard deviations; a figure further out says no more than that."""
_LEAST_SPREAD: Final = 1e-3


class ShrunkenDiscriminant(Estimator):
    """Classes by the nearest mean.

    Parameters
    ----------
    axes
        Principal axes that are kept, at most.
    shrinkage
        0 takes the covariance within classes as it is, 1 a sphere.
    """

    def __init__(self, axes: int = 200, shrinkage: float = 0.3) -> None:
        self.axes = axes
        self.shrinkage = shrinkage

    def fit(
        self,
        X: Float,
        y: Sequence[str] | NDArray[np.str_],
        sample_weight: Float | None = None,
    ) -> Self:
        """Learn from (samples, figures) and (samples,) names of classes.

        Parameters
        ----------
        sample_weight
            (samples,) how much each counts; None: the same.

        Raises
        ------
        ModelError
            For fewer than two classes.
        """
        X, names = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.str_)
        self.classes_, place = np.unique(names, return_inverse=True)
        if len(self.classes_) < 2:
            raise ModelError(f"Classes are told apart, found {len(self.classes_)} of them.")
        weight = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight)
        weight = weight / weight.sum()
        self.centre_ = weight @ X
        self.spread_ = np.sqrt(weight @ (X - self.centre_) ** 2) + _LEAST_SPREAD
        figures = self._standard(X)
        self.axes_ = _principal(_spread(figures, weight), min(self.axes, len(X)))
        turned = figures @ self.axes_
        means = _means(turned, place, weight)
        within = _spread(turned - means[place], weight)
        self.whitening_ = _whitening(within, self.shrinkage)
        self.means_ = means @ self.whitening_
        return self

    def predict(self, X: Float) -> NDArray[np.str_]:
        """(samples,) names of classes."""
        return np.asarray(self.classes_[self.distances(X).argmin(axis=1)])

    def distances(self, X: Float) -> Float:
        """(samples, classes) squared Mahalanobis distances to the means, an axis each."""
        figures = self._standard(np.asarray(X, dtype=np.float64))
        white = figures @ self.axes_ @ self.whitening_
        square = (white**2).sum(axis=1)[:, None] + (self.means_**2).sum(axis=1)
        apart = square - 2 * white @ self.means_.T
        return np.asarray(np.maximum(apart, 0.0) / white.shape[1])

    def own_distances(self, X: Float) -> Float:
        """(samples, classes) the same along the directions in which the classes' means differ.

        Only there can a movement be of another kind than those learned; the many other axes show
        how people differ, and drown it.
        """
        figures = self._standard(np.asarray(X, dtype=np.float64))
        apart = self.means_ - self.means_.mean(axis=0)
        _, _, directions = np.linalg.svd(apart, full_matrices=False)
        kept = directions[: len(self.means_) - 1].T
        seen, means = figures @ self.axes_ @ (self.whitening_ @ kept), self.means_ @ kept
        return np.asarray(((seen[:, None] - means) ** 2).mean(axis=2))

    def residual(self, X: Float) -> Float:
        """(samples,) mean square of what the kept axes cannot show: unlike anything learned."""
        figures = self._standard(np.asarray(X, dtype=np.float64))
        shown = ((figures @ self.axes_) ** 2).sum(axis=1)
        return np.asarray(((figures**2).sum(axis=1) - shown) / figures.shape[1])

    def _standard(self, X: Float) -> Float:
        return np.asarray(np.clip((X - self.centre_) / self.spread_, -FAR, FAR))


def _spread(deviations: Float, weight: Float) -> Float:
    """(figures, figures) covariance of deviations."""
    return np.asarray(deviations.T @ (deviations * weight[:, None]))


def _means(values: Float, place: NDArray[np.intp], weight: Float) -> Float:
    """(classes, axes) means of classes."""
    own = (place == np.arange(place.max() + 1)[:, None]) * weight
    return np.asarray(own @ values / own.sum(axis=1, keepdims=True))


def _principal(covariance: Float, count: int) -> Float:
    """(figures, axes) directions in which samples differ most."""
    _, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors[:, ::-1][:, :count])


def _whitening(covariance: Float, shrinkage: float) -> Float:
    """Makes the covariance within classes, drawn towards a sphere, that of white noise."""
    size = len(covariance)
    sphere = np.trace(covariance) / size * np.eye(size)
    drawn = (1 - shrinkage) * covariance + shrinkage * sphere
    return np.asarray(np.linalg.inv(np.linalg.cholesky(drawn)).T)
