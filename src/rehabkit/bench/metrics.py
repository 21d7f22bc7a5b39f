"""Errors of scores and classes, with intervals over people: a person is the unit, not a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.recording.arrays import Float

Classes = NDArray[Any]
Metric = Callable[[Float, Float], float]
RESAMPLES: Final = 1000


def mad(truth: Float, predicted: Float) -> float:
    """Mean absolute deviation, in the unit of the score."""
    return float(np.mean(np.abs(predicted - truth)))


def rmse(truth: Float, predicted: Float) -> float:
    """Root mean squared error, in the unit of the score."""
    return float(np.sqrt(np.mean((predicted - truth) ** 2)))


def mape(truth: Float, predicted: Float) -> float:
    """Mean absolute percentage error, %; samples whose true score is 0 are left out."""
    kept = truth != 0
    if not kept.any():
        return float("nan")
    return float(100 * np.mean(np.abs((predicted[kept] - truth[kept]) / truth[kept])))


def spearman(truth: Float, predicted: Float) -> float:
    """Rank correlation; NaN where either does not vary."""
    from scipy.stats import rankdata

    if len(truth) < 2 or np.ptp(truth) == 0 or np.ptp(predicted) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(truth), rankdata(predicted))[0, 1])


def accuracy(truth: Classes, predicted: Classes) -> float:
    """Share of samples whose class is right."""
    return float(np.mean(truth == predicted))


def balanced_accuracy(truth: Classes, predicted: Classes) -> float:
    """Mean over the classes that occur of the share that is right."""
    classes = np.unique(truth)
    return float(np.mean([np.mean(predicted[truth == c] == c) for c in classes]))


def macro_f1(truth: Classes, predicted: Classes) -> float:
    """Mean over classes of the harmonic mean of precision and recall."""
    return float(np.mean(list(per_class(truth, predicted)["f1"].values())))


def per_class(truth: Classes, predicted: Classes) -> Mapping[str, dict[str, float]]:
    """Precision, recall and F1 of every class that occurs; 0 where nothing was called so."""
    found: dict[str, dict[str, float]] = {"precision": {}, "recall": {}, "f1": {}}
    for c in np.unique(truth):
        right = float(np.sum((truth == c) & (predicted == c)))
        called, there = float(np.sum(predicted == c)), float(np.sum(truth == c))
        precision, recall = right / called if called else 0.0, right / there
        both = precision + recall
        found["precision"][str(c)], found["recall"][str(c)] = precision, recall
        found["f1"][str(c)] = 2 * precision * recall / both if both else 0.0
    return found


def confusion(truth: Classes, predicted: Classes, classes: Classes) -> NDArray[np.intp]:
    """(classes, classes) counts; rows are the truth."""
    return np.array([[np.sum((truth == t) & (predicted == p)) for p in classes] for t in classes])


def quadratic_kappa(truth: Classes, predicted: Classes, levels: int) -> float:
    """Cohen's kappa of ordered levels 0 .. levels - 1 with squared weights; NaN without spread."""
    return float(kappa_of(confusion(truth, predicted, np.arange(levels))))


def kappa_of(counts: NDArray[Any]) -> Float:
    """(...) quadratic kappa of (..., levels, levels) counts; rows are the truth."""
    levels = np.arange(counts.shape[-1])
    away = np.subtract.outer(levels, levels) ** 2
    true, said = counts.sum(axis=-1), counts.sum(axis=-2)
    total = np.maximum(true.sum(axis=-1), 1)
    expected = (away * (true[..., :, None] * said[..., None, :])).sum(axis=(-2, -1)) / total
    found = (away * counts).sum(axis=(-2, -1))
    return np.asarray(1 - found / np.where(expected > 0, expected, np.nan))


def auc(positive: NDArray[np.bool_], score: Float) -> float:
    """Chance that a positive sample scores above a negative one; NaN with one class alone."""
    from scipy.stats import rankdata

    there, rest = int(positive.sum()), int((~positive).sum())
    if not there or not rest:
        return float("nan")
    ranks = rankdata(score)[positive].sum()
    return float((ranks - there * (there + 1) / 2) / (there * rest))


def calibration_error(right: NDArray[np.bool_], chance: Float, bins: int = 10) -> float:
    """Expected calibration error: how far chances lie from shares that are right.

    The mean over ``bins`` of equal width of the distance between both, weighted by how many
    samples fall in (Naeini et al. 2015; Guo et al. 2017, Eq. 3).

    Parameters
    ----------
    right
        (samples,) whether the class that was said is the true one.
    chance
        (samples,) chance that it was given, 0 to 1.
    """
    place = np.clip((np.asarray(chance) * bins).astype(np.intp), 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    gaps = np.bincount(place, right, bins) - np.bincount(place, chance, bins)
    return float(np.abs(gaps).sum() / max(count.sum(), 1))


def auc_by_occasion(
    positive: NDArray[np.bool_], score: Float, occasions: NDArray[np.str_], least: int = 3
) -> dict[str, float]:
    """:func:`auc` of each occasion (a person's exercise) with ``least`` samples of both classes."""
    found = {}
    for name in np.unique(occasions).tolist():
        own = occasions == name
        if min(positive[own].sum(), (~positive[own]).sum()) >= least:
            found[name] = auc(positive[own], score[own])
    return found


def coverage(truth: Float, low: Float, high: Float) -> float:
    """Share of true scores inside their intervals."""
    return float(np.mean((truth >= low) & (truth <= high)))


@dataclass(frozen=True)
class Interval:
    """A figure with the interval that resampled people give."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is told from none."""
        return self.low > 0 or self.high < 0


def by_people(
    figure: Callable[[NDArray[np.intp]], float],
    subjects: NDArray[np.str_],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """A figure of samples with its bootstrap interval, people drawn with replacement.

    Parameters
    ----------
    figure
        From indices of samples (some more than once) to a number.
    subjects
        (samples,) whose each is; a drawn person brings all of theirs.

    Raises
    ------
    ModelError
        With fewer than two people.
    """
    people = np.unique(subjects)
    if len(people) < 2:
        raise ModelError(f"An interval over people needs two, found {len(people)}.")
    own = [np.flatnonzero(subjects == person) for person in people]
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples):
        picked = random.integers(len(people), size=len(people))
        drawn.append(figure(np.concatenate([own[i] for i in picked])))
    edges = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Interval(figure(np.arange(len(subjects))), float(edges[0]), float(edges[1]))


def mean_by_people(values: Float, subjects: NDArray[np.str_]) -> Interval:
    """The mean of (samples,) values with its interval, as :func:`by_people` has it."""
    return by_people(lambda places: float(values[places].mean()), subjects)


def mean_over(metric: Metric, truth: Float, predicted: Float, parts: NDArray[np.str_]) -> float:
    """Mean over parts (exercises) of each part's own figure; parts without one are left out."""
    values = [metric(truth[parts == p], predicted[parts == p]) for p in np.unique(parts)]
    seen = [value for value in values if np.isfinite(value)]
    return float(np.mean(seen)) if seen else float("nan")


def mean_of_parts(values: Float, parts: NDArray[np.str_]) -> float:
    """Mean over parts of each part's mean: of exercises (errors) or of classes (right or not)."""
    return float(np.mean([values[parts == part].mean() for part in np.unique(parts)]))


def times_drawn(count: int, resamples: int = RESAMPLES, seed: int = 0) -> NDArray[np.intp]:
    """(resamples, count) how often each of so many people is drawn, with replacement."""
    picked = np.random.default_rng(seed).integers(count, size=(resamples, count))
    return np.stack([np.bincount(row, minlength=count) for row in picked])


def people_drawn(
    values: Float,
    parts: NDArray[np.str_],
    subjects: NDArray[np.str_],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """:func:`mean_of_parts` with its bootstrap interval, people drawn with replacement.

    The same as :func:`by_people` of that figure, from sums and counts of each person: fast enough
    for every row of a table. Of paired differences of two models the interval is that of
    ``values`` of one less those of the other. A part that no drawn person has is left out.

    Raises
    ------
    ModelError
        With fewer than two people.
    """
    people, person = np.unique(subjects, return_inverse=True)
    if len(people) < 2:
        raise ModelError(f"An interval over people needs two, found {len(people)}.")
    names, part = np.unique(parts, return_inverse=True)
    sums, counts = np.zeros((2, len(people), len(names)))
    np.add.at(sums, (person, part), values)
    np.add.at(counts, (person, part), 1)
    times = times_drawn(len(people), resamples, seed)
    total, many = times @ sums, times @ counts
    means = np.divide(total, many, out=np.full_like(total, np.nan), where=many > 0)
    edges = np.quantile(np.nanmean(means, axis=1), [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean_of_parts(values, parts), float(edges[0]), float(edges[1]))
