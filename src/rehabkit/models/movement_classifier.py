"""``MovementClassifier``: two classes of movement for people never seen, from four plain learners.

Trees, a discriminant and a kernel machine err on different people, so the mean of what they say
is better than each. All look at figures of the movement; two also learn it mirrored, since a left
handed person does with the left what the others do with the right.
"""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.kinematics.movement_features import feature_names, mirrored_features
from rehabkit.models.discriminant import ExerciseDiscriminant
from rehabkit.models.estimator import Classifier
from rehabkit.models.kernel_classifier import ExerciseKernelClassifier
from rehabkit.recording.arrays import Float

MOVEMENT: Final = len(feature_names())
TREES: Final = 100


class MovementClassifier(Classifier):
    """Two classes from figures of a movement at one of several exercises.

    ``X`` is (samples, figures + exercises): ``feature_names()`` of
    :mod:`~rehabkit.kinematics.movement_features`, the logarithm of the seconds, any other figures,
    then one column an exercise that is 1 where the sample is of it.

    Parameters
    ----------
    exercises
        How many of the last columns say the exercise.
    trees
        Of every forest.
    seed
        Of the forests.
    """

    def __init__(self, exercises: int = 5, *, trees: int = TREES, seed: int = 0) -> None:
        self.exercises = exercises
        self.trees = trees
        self.seed = seed

    def fit(
        self, X: Float, y: NDArray[Any], healthy: NDArray[np.bool_] | None = None
    ) -> Self:  # fmt: skip
        """Learn from labelled samples.

        Parameters
        ----------
        healthy
            (samples,) whose movement is taken as normal; None: that of the first class.

        Raises
        ------
        ModelError
            Where an exercise lacks a class, or three samples of normal movement.
        """
        X = np.asarray(X, dtype=np.float64)
        places = self._learn_two_classes(y)
        usual = places == 0 if healthy is None else np.asarray(healthy, dtype=bool)
        seen = self._movement(X)
        twice, both = np.concatenate([seen, self._mirrored(seen)]), np.tile(places, 2)
        self.line_ = ExerciseDiscriminant(self.exercises).fit(seen, places, usual)
        kernel = ExerciseKernelClassifier(self.exercises, cost=3.0, shared=0.3, width=1.0)
        self.kernel_ = kernel.fit(twice, both, np.tile(usual, 2))
        figures = X[:, : -self.exercises]
        self.usual_ = np.nan_to_num(np.nanmedian(figures, axis=0))
        self.forests_ = self._forests(self._filled(X), places, 0.15)
        self.mirrored_ = self._forests(twice, both, 0.1)
        return self

    def predict_proba(self, X: Float) -> Float:
        """(samples, 2) mean of what the four say."""
        return np.asarray(np.mean(list(self.members(X).values()), axis=0))

    def members(self, X: Float) -> dict[str, Float]:
        """What each learner says, by its name: (samples, 2) shares."""
        X = np.asarray(X, dtype=np.float64)
        seen = self._movement(X)
        turned = self._mirrored(seen)
        return {
            "discriminant": self.line_.predict_proba(seen),
            "kernel": (self.kernel_.predict_proba(seen) + self.kernel_.predict_proba(turned)) / 2,
            "trees": self._asked(self.forests_, self._filled(X)),
            "mirrored trees": (
                self._asked(self.mirrored_, seen) + self._asked(self.mirrored_, turned)
            ) / 2,
        }  # fmt: skip

    def _movement(self, X: Float) -> Float:
        """Figures of the movement, its length, and the exercise."""
        if X.shape[1] <= MOVEMENT + self.exercises:
            raise ModelError(
                f"Expected over {MOVEMENT + self.exercises} columns: figures of the movement, its "
                f"length and {self.exercises} exercises; found {X.shape[1]}."
            )
        return np.concatenate([X[:, : MOVEMENT + 1], X[:, -self.exercises :]], axis=1)

    def _mirrored(self, seen: Float) -> Float:
        return np.concatenate([mirrored_features(seen[:, :MOVEMENT]), seen[:, MOVEMENT:]], axis=1)

    def _filled(self, X: Float) -> Float:
        figures = X[:, : -self.exercises]
        filled = np.where(np.isfinite(figures), figures, self.usual_)
        return np.concatenate([filled, X[:, -self.exercises :]], axis=1)

    def _forests(self, X: Float, places: NDArray[np.intp], share: float) -> list[Any]:
        """One an exercise, on ``share`` of the figures at each branch."""
        from sklearn.ensemble import ExtraTreesClassifier

        made = []
        for e in range(self.exercises):
            own = X[:, e - self.exercises] == 1
            forest = ExtraTreesClassifier(
                self.trees, min_samples_leaf=2, max_features=share, class_weight="balanced",
                random_state=self.seed,
            )  # fmt: skip
            made.append(forest.fit(X[own, : -self.exercises], places[own]))
        return made

    def _asked(self, forests: list[Any], X: Float) -> Float:
        shares = np.empty((len(X), 2))
        for e, forest in enumerate(forests):
            own = X[:, e - self.exercises] == 1
            if own.any():
                shares[own] = forest.predict_proba(X[own, : -self.exercises])
        return shares
