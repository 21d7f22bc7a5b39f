"""``Familiar``: whether limbs and the course of time are such as people's, by exercise.

Two figures that a score by itself does not notice: arms beside legs of a length that hardly
anybody has, and a movement that runs backwards. Limits are set on people left out of training.
"""

from __future__ import annotations

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.models.estimator import Estimator
from rehabkit.models.left_out import inner_folds
from rehabkit.recording.arrays import Float

KNOWN: Final = 0.99
"""Share of recordings of people left out of training whose limbs lie within the limit."""
TOLD: Final = 0.8
"""Share of left-out people whose direction of time must be right for an exercise to be judged."""
LEARNED: Final = ("usual_", "within_", "scale_", "weights_", "least_")
"""Arrays that judging needs."""
SPREADS: Final = 2.5
"""Standard deviations below left-out people's mean at which a direction of time is not theirs."""
_CLIPPED: Final = 3.0
_LEAST_SCALE: Final = 1e-6


class Familiar(Estimator):
    """Proportions and direction of time from :mod:`rehabkit.kinematics.familiarity`.

    ``X`` is (samples, 1 + signals + exercises): ``familiarity_features``, then one column an
    exercise that is 1 where the sample is of it.

    Parameters
    ----------
    exercises
        How many of the last columns say the exercise.
    ridge
        How strongly weights of the direction are drawn to 0.
    """

    def __init__(self, exercises: int = 5, *, ridge: float = 1.0) -> None:
        self.exercises = exercises
        self.ridge = ridge

    def fit(self, X: Float, subjects: NDArray[np.str_]) -> Self:
        """Learn from people; limits from those left out in turn.

        Parameters
        ----------
        subjects
            (samples,) who moved.

        Raises
        ------
        ModelError
            For fewer than five people.
        """
        X = np.asarray(X, dtype=np.float64)
        away, forward = np.empty(len(X)), np.empty(len(X))
        for test in inner_folds(subjects):
            part = Familiar(**self.get_params())
            part._learn(X[~test])
            away[test] = part._away(X[test])
            forward[test] = part.forward(X[test])
        self._learn(X)
        self.within_ = np.array(np.nanquantile(away, KNOWN))
        exercise = self._exercise(X)
        self.least_ = np.array([_least(forward[exercise == e]) for e in range(self.exercises)])
        return self

    def proportions(self, X: Float) -> Float:
        """(samples,) how unusual arms beside legs are, known up to 1; NaN where not seen."""
        return np.asarray(self._away(np.asarray(X, dtype=np.float64)) / self.within_)

    def backwards(self, X: Float) -> NDArray[np.bool_]:
        """(samples,) whether hardly anybody moves in this direction of time."""
        X = np.asarray(X, dtype=np.float64)
        return np.asarray(self.forward(X) < self.least_[self._exercise(X)])

    def forward(self, X: Float) -> Float:
        """(samples,) positive where time runs as it did in training."""
        signals, exercise = X[:, 1 : -self.exercises], self._exercise(X)
        scaled = np.clip(signals / self.scale_[exercise], -_CLIPPED, _CLIPPED)
        return np.asarray((scaled * self.weights_[exercise]).sum(axis=1))

    def _learn(self, X: Float) -> None:
        self.usual_ = np.array(np.nanmedian(X[:, 0]))
        signals, exercise = X[:, 1 : -self.exercises], self._exercise(X)
        each = [self._direction(signals[exercise == e]) for e in range(self.exercises)]
        self.scale_, self.weights_ = (np.array(part) for part in zip(*each, strict=True))

    def _direction(self, signals: Float) -> tuple[Float, Float]:
        """Scale and weights of one exercise: ridge regression of 1 on signals, of -1 reversed."""
        scale = np.sqrt((signals**2).mean(axis=0)) + _LEAST_SCALE
        scaled = np.clip(signals / scale, -_CLIPPED, _CLIPPED)
        alike = scaled.T @ scaled / len(scaled) + self.ridge * np.eye(scaled.shape[1])
        return scale, np.linalg.solve(alike, scaled.mean(axis=0))

    def _exercise(self, X: Float) -> NDArray[np.intp]:
        return np.asarray(X[:, -self.exercises :].argmax(axis=1))

    def _away(self, X: Float) -> Float:
        return np.asarray(np.abs(X[:, 0] - self.usual_))


def _least(forward: Float) -> float:
    """What nearly all are above; minus infinity where an exercise looks alike both ways."""
    told = (forward > 0).mean() >= TOLD
    return float(forward.mean() - SPREADS * forward.std()) if told else -np.inf
