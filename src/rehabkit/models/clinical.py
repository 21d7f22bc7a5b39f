"""``ClinicalScorer``: what experts would give a recording, with an interval, for people never seen.

Two machines (:class:`~rehabkit.models.kernel_machine.ExerciseKernelRegressor`) look at a movement,
one at places of joints, one at postures, both at our own scores; their mean is the score. Every
sample is learned and asked as it is and mirrored. Several exercises of one person are scored
together by adding what the others say of the person. Intervals are conformal: the errors that
people left out of training had, by person, on the scale that the predicted score says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from rehabkit.kinematics.movement_features import feature_names, mirrored_features
from rehabkit.models.kernel_machine import ExerciseKernelRegressor, KernelSettings
from rehabkit.models.left_out import inner_folds
from rehabkit.recording.arrays import Float

SCORES: Final = ("overall", "completeness", "correction", "smoothness")
"""Our own scores, the last columns of figures; NaN where there is none."""
MOVEMENT: Final = feature_names()
FIGURES: Final = (*MOVEMENT, *SCORES)
UNSTEADY: Final = np.array([name.endswith(".unsteadiness") for name in FIGURES])
EMPHASIS: Final = 5
"""How often our scores count beside single figures of the movement."""
COVERED: Final = 0.9
KNOWN: Final = 0.99
"""Share of people's recordings, left out of training, that lie within ``known_within_``."""
LEAST_ERROR: Final = 0.4
"""Of the mean error: no score is taken to be surer than that."""


def _views() -> tuple[NDArray[np.intp], ...]:
    """Columns that each machine looks at."""
    postures = np.array([" " in name.split(".")[0] for name in MOVEMENT])
    own = np.tile(np.arange(len(MOVEMENT), len(FIGURES)), EMPHASIS)
    return tuple(np.concatenate([np.flatnonzero(part), own]) for part in (~postures, postures))


VIEWS: Final = _views()


@dataclass(frozen=True)
class Session:
    """How much a recording's own prediction and that of the person's others count."""

    own: float
    others: float


class ClinicalScorer(KernelSettings):
    """Scores of experts from figures of the movement; ``X`` as ``FIGURES``, then the exercises.

    Settings are those of its machines.
    """

    def fit(
        self,
        X: Float,
        y: Float,
        healthy: NDArray[np.bool_] | None = None,
        subjects: Sequence[str] | NDArray[np.str_] | None = None,
    ) -> Self:
        """Learn scores; with ``subjects`` also sessions and intervals, from people left out.

        Parameters
        ----------
        X, y
            (samples, figures + exercises), (samples,) or (samples, outputs).
        healthy
            (samples,) whose movement is taken as normal.
        subjects
            (samples,) who moved. None: no session weights, no intervals.
        """
        X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
        usual = np.ones(len(y), dtype=bool) if healthy is None else np.asarray(healthy, dtype=bool)
        self.machines_ = self._machines(X, y, usual)
        if subjects is not None:
            self._learn_from_left_out(X, y, usual, np.asarray(subjects, dtype=np.str_))
        return self

    def predict(self, X: Float) -> Float:
        """(samples,) or (samples, outputs) for recordings by themselves."""
        return _asked(self.machines_, np.asarray(X, dtype=np.float64), self.exercises)

    def predict_session(self, X: Float, persons: Sequence[str] | NDArray[np.str_]) -> Float:
        """As :meth:`predict`, with what a person's other recordings in ``X`` say."""
        own = self.predict(X)
        return self.with_others(own, self.usual(X), np.asarray(persons, dtype=np.str_))

    def half_widths(self, predicted: Float, *, session: NDArray[np.bool_] | None = None) -> Float:
        """(samples,) or (samples, outputs): half of the 90 % interval around each prediction.

        Parameters
        ----------
        predicted
            What :meth:`predict` or :meth:`predict_session` gave.
        session
            (samples,) which of them were scored with others of the same person.
        """
        alone = np.zeros(len(predicted), bool) if session is None else session
        widths = [self.errors_[kind].half_widths(predicted) for kind in ("alone", "session")]
        chosen = alone.reshape(-1, *[1] * (np.ndim(predicted) - 1))
        return np.asarray(np.where(chosen, widths[1], widths[0]))

    def distances(self, X: Float) -> Float:
        """(samples,) mean squared deviation to the nearest recording learned of the exercise.

        ``known_within_`` is the distance that hardly any person left out of training was beyond.
        """
        return _distances(self.machines_, np.asarray(X, dtype=np.float64), self.exercises)

    def distances_by_exercise(self, X: Float) -> Float:
        """(samples, exercises) :meth:`distances` as if each sample were of each exercise.

        Over the exercise's ``usual_distances_``, the median of people left out of training: some
        exercises are done in more ways than others.
        """
        X = np.asarray(X, dtype=np.float64)
        marks = np.eye(self.exercises)
        as_if = [np.concatenate([X[:, : -self.exercises], np.tile(m, (len(X), 1))], axis=1)
                 for m in marks]  # fmt: skip
        found = self.distances(np.concatenate(as_if)).reshape(self.exercises, len(X)).T
        return np.asarray(found / self.usual_distances_)

    def unsteadiness(self, X: Float) -> Float:
        """(samples,) mean of all figures of unsteadiness, in healthy people's deviations.

        A sensor's noise raises all of them; a person's tremor raises some.
        """
        X = np.asarray(X, dtype=np.float64)
        sums = [
            machine.deviations(_seen(X, view, self.exercises))[:, UNSTEADY[view]].sum(axis=1)
            for machine, view in zip(self.machines_, VIEWS, strict=True)
        ]
        return np.asarray(np.sum(sums, axis=0) / UNSTEADY.sum())

    def explained(self, X: Float, families: Sequence[NDArray[np.intp]]) -> tuple[Float, Float]:
        """:meth:`predict`, and the points of it that each family of figures moved.

        Points are (samples, families) or (samples, families, outputs): the prediction less that
        of the same movement whose figures of the family are healthy people's (Zeiler and Fergus'
        occlusion, ECCV 2014), as it is, not mirrored. Points of families do not add up to the
        whole: figures that say the same share them.

        Parameters
        ----------
        families
            Indices into ``FIGURES``.
        """
        X = np.asarray(X, dtype=np.float64)
        kept = np.ones((len(families), len(FIGURES)))
        for row, family in zip(kept, families, strict=True):
            row[family] = 0.0  # a deviation of 0 is a healthy person's
        both, exercise = _with_mirrored(X), X[:, -self.exercises :].argmax(axis=1)
        which = np.concatenate([exercise, exercise, np.repeat(exercise, len(families))])
        asked = []
        for machine, view in zip(self.machines_, VIEWS, strict=True):
            own = machine.deviations(_seen(both, view, self.exercises))
            hidden = (own[: len(X), None] * kept[:, view]).reshape(-1, len(view))
            asked.append(machine.predict_deviations(np.concatenate([own, hidden]), which))
        as_it_is, mirrored, hidden = np.split(np.mean(asked, axis=0), [len(X), 2 * len(X)])
        without = hidden.reshape(len(X), len(families), *hidden.shape[1:])
        return (as_it_is + mirrored) / 2, as_it_is[:, None] - without

    def usual(self, X: Float) -> Float:
        """(samples,) or (samples, outputs): the median score of the exercise in training."""
        return self.usual_of(np.asarray(X)[:, -self.exercises :].argmax(axis=1))

    def usual_of(self, exercise: Sequence[int] | NDArray[np.intp]) -> Float:
        """:meth:`usual` of exercises by their column."""
        base = self.machines_[0].base_[np.asarray(exercise)]
        return np.asarray(base[:, 0] if self.machines_[0].flat_ else base)

    def _machines(
        self, X: Float, y: Float, healthy: NDArray[np.bool_]
    ) -> tuple[ExerciseKernelRegressor, ...]:
        both = _with_mirrored(X)
        twice, usual = np.concatenate([y, y]), np.concatenate([healthy, healthy])
        return tuple(
            ExerciseKernelRegressor(**self.get_params()).fit(
                _seen(both, view, self.exercises), twice, usual
            )
            for view in VIEWS
        )

    def _learn_from_left_out(
        self, X: Float, y: Float, healthy: NDArray[np.bool_], subjects: NDArray[np.str_]
    ) -> None:
        left_out, distances = np.empty_like(y), np.empty(len(y))
        for test in inner_folds(subjects):
            machines = self._machines(X[~test], y[~test], healthy[~test])
            left_out[test] = _asked(machines, X[test], self.exercises)
            distances[test] = _distances(machines, X[test], self.exercises)
        self.known_within_ = float(np.quantile(distances, KNOWN))
        exercise = X[:, -self.exercises :].argmax(axis=1)
        self.usual_distances_ = np.array(
            [np.median(distances[exercise == e]) for e in range(self.exercises)]
        )
        base = self.usual(X)
        self.session_ = _session(left_out - base, y - base, subjects)
        together = self.with_others(left_out, base, subjects)
        self.errors_ = {
            "alone": _errors(left_out, y, subjects),
            "session": _errors(together, y, subjects),
        }

    def with_others(self, own: Float, base: Float, persons: NDArray[np.str_]) -> Float:
        """Own predictions with what the same person's others say; of one recording its own."""
        others, several = _others(own - base, persons)
        weighted = self.session_.own * (own - base) + self.session_.others * others
        return np.where(several.reshape(-1, *[1] * (own.ndim - 1)), base + weighted, own)


def _seen(X: Float, view: NDArray[np.intp], exercises: int) -> Float:
    return np.concatenate([X[:, view], X[:, -exercises:]], axis=1)


def _with_mirrored(X: Float) -> Float:
    """(2 * samples, columns): as they are, then each mirrored."""
    count = len(MOVEMENT)
    mirrored = np.concatenate([mirrored_features(X[:, :count]), X[:, count:]], axis=1)
    return np.concatenate([X, mirrored])


def _asked(machines: Sequence[ExerciseKernelRegressor], X: Float, exercises: int) -> Float:
    """Mean over machines, and over the movement as it is and mirrored."""
    both = _with_mirrored(X)
    asked = [m.predict(_seen(both, v, exercises)) for m, v in zip(machines, VIEWS, strict=True)]
    return np.asarray(np.mean(np.concatenate([np.split(one, 2) for one in asked]), axis=0))


def _distances(
    machines: Sequence[ExerciseKernelRegressor], X: Float, exercises: int
) -> Float:  # fmt: skip
    """Mean over machines of :meth:`ExerciseKernelRegressor.distances`."""
    found = [m.distances(_seen(X, v, exercises)) for m, v in zip(machines, VIEWS, strict=True)]
    return np.asarray(np.mean(found, axis=0))


def _others(
    deviations: Float, persons: NDArray[np.str_]
) -> tuple[Float, NDArray[np.bool_]]:  # fmt: skip
    """Mean of the same person's other recordings, and whether there are any."""
    same = (persons[:, None] == persons[None]) & ~np.eye(len(persons), dtype=bool)
    count = same.sum(axis=1)
    flat = deviations.reshape(len(persons), -1)
    means = (same @ flat) / np.maximum(count, 1)[:, None]
    return means.reshape(deviations.shape), count > 0


def _session(left_out: Float, truth: Float, subjects: NDArray[np.str_]) -> Session:
    """Least squares of the true deviation on the recording's own and on the others'."""
    others, several = _others(left_out, subjects)
    if not several.any():
        return Session(1.0, 0.0)
    columns = np.stack([left_out[several].ravel(), others[several].ravel()], axis=1)
    found = np.linalg.lstsq(columns, truth[several].ravel(), rcond=None)[0]
    return Session(*(float(max(weight, 0.0)) for weight in found))


@dataclass(frozen=True, eq=False)
class Errors:
    """How large errors are at a predicted score, from people left out of training.

    Parameters
    ----------
    offset, slope, floor
        (outputs,) the usual error is ``offset + slope * predicted``, at least ``floor``.
    quantile
        (outputs,) errors in usual errors that 90 % of people's recordings stay within.
    """

    offset: Float
    slope: Float
    floor: Float
    quantile: Float

    def half_widths(self, predicted: Float) -> Float:
        """Half of the interval around each prediction, in its shape."""
        flat = predicted.reshape(len(predicted), -1)
        usual = np.maximum(self.offset + self.slope * flat, self.floor)
        return np.asarray((usual * self.quantile).reshape(predicted.shape))


def _errors(predicted: Float, truth: Float, subjects: NDArray[np.str_]) -> Errors:
    found = []
    for own, true in zip(*(a.reshape(len(a), -1).T for a in (predicted, truth)), strict=True):
        off = np.abs(own - true)
        slope, offset = np.polyfit(own, off, 1)
        floor = LEAST_ERROR * off.mean()
        usual = np.maximum(offset + slope * own, floor)
        found.append((offset, slope, floor, _quantile_by_person(off / usual, subjects)))
    return Errors(*np.array(found).T)


def _quantile_by_person(ratios: Float, subjects: NDArray[np.str_]) -> float:
    """The quantile that covers 90 % when every person counts the same, one more person counted."""
    people, place, count = np.unique(subjects, return_inverse=True, return_counts=True)
    weight = 1 / count[place] / (len(people) + 1)
    order = np.argsort(ratios)
    reached = np.cumsum(weight[order])
    return float(ratios[order][min(int(np.searchsorted(reached, COVERED)), len(ratios) - 1)])
