"""``ExerciseRecogniser``: which exercise a movement is, how surely, or that it is none known.

A :class:`~rehabkit.models.shrunken_discriminant.ShrunkenDiscriminant` on figures of the whole
movement, asked as the movement is and mirrored. Probabilities are tempered so that they fit people
left out of training (Guo et al., On Calibration of Modern Neural Networks, ICML 2017, eq. 9). A
movement is "far" where its figures lie outside what 99 % of left-out people's recordings stay
within.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.kinematics.movement_features import mirrored_features
from rehabkit.models.estimator import Estimator
from rehabkit.models.shrunken_discriminant import ShrunkenDiscriminant
from rehabkit.recording.arrays import Float

KNOWN: Final = 0.99
"""Share of recordings of people left out of training that lie within each limit."""
INNER_FOLDS: Final = 5
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
    """

    distance: float
    residual: float


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
        X = np.asarray(X, dtype=np.float64)
        names = np.asarray(y, dtype=np.str_)
        turned = np.array([(mirror or {}).get(name, name) for name in names.tolist()])
        people = np.asarray(subjects, dtype=np.str_)
        distances, residual = self._left_out(X, names, turned, people)
        self._learn(X, names, turned, people)
        place = np.searchsorted(self.classes_, names)
        self.temperature_ = _temperature(distances, place)
        self.limits_ = Limits(
            float(np.quantile(distances.min(axis=1), KNOWN)), float(np.quantile(residual, KNOWN))
        )
        return self

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
        return _asked(self.machine_, self.mirror_, np.asarray(X, dtype=np.float64))

    def far(self, X: Float) -> Float:
        """(samples,) the larger of distance and residual over its limit; known up to 1."""
        X = np.asarray(X, dtype=np.float64)
        near = self.distances(X).min(axis=1) / self.limits_.distance
        return np.asarray(np.maximum(near, self.machine_.residual(X) / self.limits_.residual))

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
    ) -> tuple[Float, Float]:
        """(samples, exercises) distances, (samples,) residuals: without the person."""
        classes = np.unique(np.concatenate([names, turned]))
        distances, residual = np.full((len(X), len(classes)), np.inf), np.empty(len(X))
        for test in inner_folds(subjects):
            part = ExerciseRecogniser(**self.get_params())
            part._learn(X[~test], names[~test], turned[~test], subjects[~test])
            known = np.searchsorted(classes, part.classes_)
            distances[np.ix_(test, known)] = part.distances(X[test])
            residual[test] = part.machine_.residual(X[test])
        return distances, residual


def inner_folds(subjects: NDArray[np.str_]) -> Iterator[NDArray[np.bool_]]:
    """(samples,) who is left out, five times.

    Raises
    ------
    ModelError
        For fewer than five people.
    """
    people = np.unique(subjects)
    if len(people) < INNER_FOLDS:
        raise ModelError(
            f"How sure to be is learned from {INNER_FOLDS} folds of people, found {len(people)} "
            "people."
        )
    order = np.random.default_rng(0).permutation(len(people))
    for fold in range(INNER_FOLDS):
        yield np.isin(subjects, people[order[fold::INNER_FOLDS]])


def _weights(names: NDArray[np.str_], subjects: NDArray[np.str_]) -> Float:
    """(samples,) a person counts once at an exercise, however many recordings there are."""
    pairs = np.char.add(np.char.add(subjects, "\n"), names)
    _, place, count = np.unique(pairs, return_inverse=True, return_counts=True)
    return np.asarray(1 / count[place])


def _asked(machine: ShrunkenDiscriminant, mirror: NDArray[np.intp], X: Float) -> Float:
    """Distances of the movement and of its mirror image to the mirrored exercises, averaged."""
    turned = machine.distances(mirrored_features(X))[:, mirror]
    return np.asarray((machine.distances(X) + turned) / 2)


def _softmax(distances: Float, temperature: float) -> Float:
    beside = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / temperature)
    return np.asarray(beside / beside.sum(axis=1, keepdims=True))


def _temperature(distances: Float, place: NDArray[np.intp]) -> float:
    """The temperature under which left-out people's exercises are likeliest."""

    def surprise(temperature: float) -> float:
        own = _softmax(distances, temperature)[np.arange(len(place)), place]
        return float(-np.log(np.maximum(own, 1e-12)).mean())

    return float(min(_TEMPERATURES, key=surprise))
