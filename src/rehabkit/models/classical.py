"""FineRehab's six classical classifiers behind one interface, and FCBF ranking with extra trees.

Figures that were never seen (NaN) are filled with training medians, and all are put on one scale by
training figures, since nearest neighbours, the network and the logistic curve need both. Importing
this needs no scikit-learn; ``fit`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError, choices
from rehabkit.models.estimator import Classifier
from rehabkit.models.fcbf import fcbf
from rehabkit.recording.arrays import Float

TREES: Final = 100
HIDDEN: Final = 32


def _forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(TREES, class_weight="balanced", random_state=seed)


def _tree(seed: int) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(
        min_samples_leaf=3, class_weight="balanced", random_state=seed
    )  # fmt: skip


def _logistic(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, class_weight="balanced", max_iter=500, random_state=seed)


def _neighbours(seed: int) -> Any:  # noqa: ARG001 - nothing is drawn
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(5)


def _bayes(seed: int) -> Any:  # noqa: ARG001 - nothing is drawn
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB(var_smoothing=1e-3)


def _network(seed: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((HIDDEN,), alpha=1.0, tol=1e-3, max_iter=2000, random_state=seed)


def _extra_trees(seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        TREES, class_weight="balanced", min_samples_leaf=2, random_state=seed
    )


SIX: Final[dict[str, Callable[[int], Any]]] = {
    "random-forest": _forest,
    "decision-tree": _tree,
    "logistic-regression": _logistic,
    "nearest-neighbours": _neighbours,
    "naive-bayes": _bayes,
    "neural-network": _network,
}
"""FineRehab's, by name. The paper states no settings: these are ours, the same everywhere."""
KINDS: Final = {**SIX, "extra-trees": _extra_trees}


class ClassicalClassifier(Classifier):
    """One of :data:`KINDS` on figures that are filled and scaled by the training samples.

    Parameters
    ----------
    kind
        Name in :data:`KINDS`.
    seed
        Of what draws: forests, trees and the network.
    """

    def __init__(self, kind: str = "random-forest", *, seed: int = 0) -> None:
        self.kind = kind
        self.seed = seed

    def fit(self, X: Float, y: NDArray[Any]) -> Self:
        """Learn from (samples, figures) and (samples,) classes.

        Raises
        ------
        ModelError
            For an unknown kind, or where all samples are of one class.
        """
        if self.kind not in KINDS:
            raise ModelError(f"No classifier is called {self.kind!r}; known: {choices(KINDS)}.")
        places = self._learn_classes(y)
        figures = np.asarray(X, dtype=np.float64)
        self._learn_scale(figures)
        made = KINDS[self.kind](self.seed)
        self.model_ = made.fit(self._scaled(figures), places)
        return self

    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) shares."""
        return np.asarray(self.model_.predict_proba(self._scaled(np.asarray(X, np.float64))))

    def _learn_scale(self, figures: Float) -> None:
        seen = np.isfinite(figures).any(axis=0)
        self.centre_ = np.nanmedian(np.where(seen, figures, 0.0), axis=0)
        filled = np.where(np.isfinite(figures), figures, self.centre_)
        spread = filled.std(axis=0)
        self.scale_ = np.where(spread > 0, spread, 1.0)

    def _scaled(self, figures: Float) -> Float:
        filled = np.where(np.isfinite(figures), figures, self.centre_)
        return np.asarray((filled - self.centre_) / self.scale_)


class FcbfExtraTrees(ClassicalClassifier):
    """Extra trees on the figures that FCBF keeps, as 3D-PoseFormer's comparison names them.

    Parameters
    ----------
    threshold
        Least symmetrical uncertainty of a figure with the class.
    bins
        Parts of equal count that a figure is cut into for it.
    seed
        Of the forest.
    """

    def __init__(self, *, threshold: float = 0.0, bins: int = 5, seed: int = 0) -> None:
        super().__init__("extra-trees", seed=seed)
        self.threshold = threshold
        self.bins = bins

    def fit(self, X: Float, y: NDArray[Any]) -> Self:
        """As :meth:`ClassicalClassifier.fit`; ``kept_`` are the figures' places, best first."""
        figures = np.asarray(X, dtype=np.float64)
        places = self._learn_classes(y)
        self.kept_ = fcbf(figures, places, threshold=self.threshold, bins=self.bins)
        super().fit(figures[:, self.kept_], y)
        return self

    def predict_proba(self, X: Float) -> Float:
        """(samples, classes) shares."""
        return super().predict_proba(np.asarray(X, dtype=np.float64)[:, self.kept_])
