"""``ExerciseRecogniser``: which exercise a movement is, how surely, or that it is none known.

A :class:`~rehabkit.models.shrunken_discriminant.ShrunkenDiscriminant` on figures of the whole
movement, asked as the movement is and mirrored. Probabilities are tempered so that they fit people
left out of training (Guo et al., On Calibration of Modern Neural Networks, ICML 2017, eq. 9). A
movement is "far" where its figures lie outside what nearly all left-out people's recordings stay
within: from everything that was learned, and from the exercise that it is named after along the
directions in which exercises differ, each exercise with a limit of its own (conformal by class;
Vovk, Conditional validity of inductive conformal predictors, ACML 2012).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.kinematics.movement_features import mirrored_features
from rehabkit.models.estimator import Estimator
from rehabkit.models.left_out import inner_folds
from rehabkit.models.shrunken_discriminant import ShrunkenDiscriminant
from rehabkit.recording.arrays import Float

KNOWN: Final = 0.995
"""Share of recordings of people left out of training within each limit of all exercises."""
KNOWN_OWN: Final = 0.97
"""Share of them within the limit of the exercise that they are named after."""
LEAST_OWN: Final = 20
"""Recordings that an exercise's own limit is read from; of fewer, that of all is taken."""
_TEMPERATURES: Final = np.geomspace(0.001, 10.0, 81)


@dataclass(frozen=True)
class Limits:
    """How far recordings of people left out lay from their exercise, and from everything.

    Parameters
    ----------
    distance
        Mean squared deviation from the nearest exercise, in the spread within exercises.
    residual
        Mean square of what the discriminant's axes do not show.
    own
        One an exercise: mean squared deviation from it along the directions in which exercises
        differ.
    """

    distance: float
    residual: float
    own: tuple[float, ...]


class ExerciseRecogniser(Estimator):
    """Exercises from :func:`~rehabkit.kinematics.movement_features.movement_features`.

    Parameters
    ----------
    axes, shrinkage
        As in :class:`~rehabkit.models.shrunken_discriminant.ShrunkenDiscriminant`.
    """

    def __init__(self, axes: int = 200, shrinkage: float = 0.05) -> None:
        self.axes = axes
        self.shrinkage = shrinkage

    def fit(
        self,
        X: Float,
        y: Sequence[str] | NDArray[np.str_],
        subjects: Sequence[str] | NDArray[np.str_],
        mirror: Mapping[str, str] | None = None,
    ) -> Self:
        """Learn exercises, and from people left out how sure to be.

        Parameters
        ----------
        X
            (samples, figures).
        y, subjects
            (samples,) names of exercises and of people.
        mirror
            Exercises that are another one in a mirror; the others are themselves.

        Raises
        ------
        ModelError
            For fewer than five people.
        """
        X, names, turned, people = _known(X, y, subjects, mirror)
        distances, own, residual = self._left_out(X, names, turned, people)
        self._learn(X, names, turned, people)
        place = np.searchsorted(self.classes_, names)
        self.temperature_ = _temperature(distances, place)
        self.limits_ = Limits(
            float(np.quantile(distances.min(axis=1), KNOWN)),
            float(np.quantile(residual, KNOWN)),
            own_limits(distances.argmin(axis=1), own),
        )
        return self

    def right_left_out(
        self,
        X: Float,
        y: Sequence[str] | NDArray[np.str_],
        subjects: Sequence[str] | NDArray[np.str_],
        mirror: Mapping[str, str] | None = None,
    ) -> float:
        """Share named right of people left out of training, every person the same.

        Settings are compared by it within a training part. Arguments and errors as :meth:`fit`.
        """
        X, names, turned, people = _known(X, y, subjects, mirror)
        nearest = self._left_out(X, names, turned, people)[0].argmin(axis=1)
        right = np.unique(np.concatenate([names, turned]))[nearest] == names
        _, person = np.unique(people, return_inverse=True)
        return float((np.bincount(person, right) / np.bincount(person)).mean())

    @property
    def classes_(self) -> NDArray[np.str_]:
        """Names of the exercises, sorted."""
        return np.asarray(self.machine_.classes_)

    def predict(self, X: Float) -> NDArray[np.str_]:
        """(samples,) the nearest exercise, however far."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def predict_proba(self, X: Float) -> Float:
        """(samples, exercises) probabilities, were it one of them."""
        return _softmax(self.distances(X), self.temperature_)

    def distances(self, X: Float) -> Float:
        """(samples, exercises) mean of the movement as it is and mirrored."""
        return _asked(self.machine_.distances, self.mirror_, np.asarray(X, dtype=np.float64))

    def far(self, X: Float) -> Float:
        """(samples,) the largest of the three over its limit; known up to 1."""
        X = np.asarray(X, dtype=np.float64)
        distances = self.distances(X)
        named = distances.argmin(axis=1)
        own = _asked(self.machine_.own_distances, self.mirror_, X)[np.arange(len(X)), named]
        return np.asarray(np.max([
            distances.min(axis=1) / self.limits_.distance,
            self.machine_.residual(X) / self.limits_.residual,
            own / np.array(self.limits_.own)[named],
        ], axis=0))  # fmt: skip

    def _learn(
        self,
        X: Float,
        names: NDArray[np.str_],
        turned: NDArray[np.str_],
        subjects: NDArray[np.str_],
    ) -> None:
        both = np.concatenate([X, mirrored_features(X)])
        self.machine_ = ShrunkenDiscriminant(**self.get_params())
        weight = np.tile(_weights(names, subjects), 2)
        self.machine_.fit(both, np.concatenate([names, turned]), weight)
        into = dict(zip(names.tolist(), turned.tolist(), strict=True))
        into = {turn: name for name, turn in into.items()} | into
        self.mirror_ = np.searchsorted(self.classes_, [into[c] for c in self.classes_.tolist()])

    def _left_out(
        self,
        X: Float,
        names: NDArray[np.str_],
        turned: NDArray[np.str_],
        subjects: NDArray[np.str_],
    ) -> tuple[Float, Float, Float]:
        """(samples, exercises) distances in both ways, (samples,) residuals: without the person."""
        classes = np.unique(np.concatenate([names, turned]))
        distances, residual = np.full((len(X), len(classes)), np.inf), np.empty(len(X))
        own = np.full_like(distances, np.inf)
        for test in inner_folds(subjects):
            part = ExerciseRecogniser(**self.get_params())
            part._learn(X[~test], names[~test], turned[~test], subjects[~test])
            known = np.searchsorted(classes, part.classes_)
            distances[np.ix_(test, known)] = part.distances(X[test])
            own[np.ix_(test, known)] = _asked(part.machine_.own_distances, part.mirror_, X[test])
            residual[test] = part.machine_.residual(X[test])
        return distances, own, residual


def _known(
    X: Float,
    y: Sequence[str] | NDArray[np.str_],
    subjects: Sequence[str] | NDArray[np.str_],
    mirror: Mapping[str, str] | None,
) -> tuple[Float, NDArray[np.str_], NDArray[np.str_], NDArray[np.str_]]:
    """Figures, names, names in a mirror and people, as arrays."""
    names = np.asarray(y, dtype=np.str_)
    turned = np.array([(mirror or {}).get(name, name) for name in names.tolist()])
    return np.asarray(X, dtype=np.float64), names, turned, np.asarray(subjects, dtype=np.str_)


def _weights(names: NDArray[np.str_], subjects: NDArray[np.str_]) -> Float:
    """(samples,) a person counts once at an exercise, however many recordings there are."""
    pairs = np.char.add(np.char.add(subjects, "\n"), names)
    _, place, count = np.unique(pairs, return_inverse=True, return_counts=True)
    return np.asarray(1 / count[place])


def _asked(apart: Callable[[Float], Float], mirror: NDArray[np.intp], X: Float) -> Float:
    """Distances of the movement and of its mirror image to the mirrored exercises, averaged."""
    return np.asarray((apart(X) + apart(mirrored_features(X))[:, mirror]) / 2)


def own_limits(named: NDArray[np.intp], own: Float) -> tuple[float, ...]:
    """One an exercise: what nearly all recordings of left-out people named after it stay within.

    Parameters
    ----------
    named
        (samples,) place of the exercise that each is named after.
    own
        (samples, exercises) distances from each.
    """
    to_named = own[np.arange(len(named)), named]
    of_all = float(np.quantile(to_named, KNOWN_OWN))
    each = [to_named[named == place] for place in range(own.shape[1])]
    return tuple(
        float(np.quantile(some, KNOWN_OWN)) if len(some) >= LEAST_OWN else of_all for some in each
    )


def _softmax(distances: Float, temperature: float) -> Float:
    beside = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / temperature)
    return np.asarray(beside / beside.sum(axis=1, keepdims=True))


def _temperature(distances: Float, place: NDArray[np.intp]) -> float:
    """The temperature under which left-out people's exercises are likeliest."""

    def surprise(temperature: float) -> float:
        own = _softmax(distances, temperature)[np.arange(len(place)), place]
        return float(-np.log(np.maximum(own, 1e-12)).mean())

    return float(min(_TEMPERATURES, key=surprise))
