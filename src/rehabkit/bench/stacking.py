"""Members joined by what they said of people left out of training; no choice sees the test part.

Stacking (Wolpert, Stacked generalization, Neural Networks 5:241, 1992): people of the training
side are left out in turn, and a logistic curve learns from what members said of them which count
how much. The setting of a member, and how strongly weights are held back, are chosen there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import metrics
from rehabkit.bench.cells import Fold
from rehabkit.bench.classes import Labelled
from rehabkit.bench.members import Evidence, LeftOut, log_odds
from rehabkit.bench.protocols import Protocol, Who
from rehabkit.bench.splits import Split
from rehabkit.models.kernel_classifier import balanced
from rehabkit.recording.arrays import Float

STRENGTHS: Final = (0.01, 0.1, 1.0)
"""C of the logistic curve; the smaller, the more alike the weights."""
FOLDS: Final = 5
"""Of people, to choose the strength with."""
SURE: Final = 1e-6
"""Shares nearer to 0 or 1 have no log odds to be joined by."""


@dataclass(frozen=True, eq=False)
class Stack:
    """How members are joined.

    Parameters
    ----------
    chosen
        Members that are asked, one setting of each family.
    scale
        (members,) spread of each member's evidence.
    curve
        Fitted logistic curve over scaled evidence.
    strength
        Its C.
    """

    chosen: tuple[str, ...]
    scale: Float
    curve: Any
    strength: float

    def share(self, said: Evidence) -> Float:
        """(samples,) share of the second class."""
        return np.asarray(self.curve.predict_proba(self._columns(said))[:, 1])

    def _columns(self, said: Evidence) -> Float:
        return np.stack([said[name] for name in self.chosen], axis=1) / self.scale

    @property
    def settings(self) -> dict[str, Any]:
        """What was chosen, for the cell's file."""
        weights = self.curve.coef_[0].round(3).tolist()
        return {"strength": self.strength, "weights": dict(zip(self.chosen, weights, strict=True))}


def stacked(known: Labelled, split: Split, left_out: LeftOut, inner: Protocol) -> Fold:
    """Shares of the test part, and what was chosen.

    Parameters
    ----------
    inner
        How people of the training side are left out to learn the stack from.
    """
    tested = frozenset(known.subjects[split.test].tolist())
    said = _of_training(known, split, left_out, inner, tested)
    stack = learned(said, known, split.train)
    return Fold({"share": stack.share(left_out.said(tested, split.test))}, stack.settings)


def learned(said: Evidence, known: Labelled, of: NDArray[np.intp]) -> Stack:
    """The stack of what members said of samples ``of`` people whom they had not learned from."""
    wrong, exercises, people = known.wrong[of], known.exercises[of], known.subjects[of]
    chosen = best_settings(said, wrong, exercises)
    columns = np.stack([said[name] for name in chosen], axis=1)
    scale = columns.std(axis=0) + 1e-9
    _, exercise = np.unique(exercises, return_inverse=True)
    weights = balanced(wrong.astype(np.intp), exercise)
    strength = _strength(columns / scale, wrong, weights, people)
    return Stack(chosen, scale, _curve(columns / scale, wrong, weights, strength), strength)


def best_settings(
    said: Evidence, wrong: NDArray[np.bool_], exercises: NDArray[np.str_]
) -> tuple[str, ...]:
    """Of each family (the name without the last word that is a number) the best by AUC."""
    families: dict[str, list[str]] = {}
    for name in said:
        families.setdefault(name.rstrip("0123456789.").strip(), []).append(name)

    def told(name: str) -> float:
        each = [exercises == e for e in np.unique(exercises)]
        return float(np.nanmean([metrics.auc(wrong[e], said[name][e]) for e in each]))

    return tuple(max(names, key=told) for names in families.values())


def of_sessions(share: Float, people: NDArray[np.str_]) -> Float:
    """(samples,) mean log odds of all of a person's samples, as a share: each has the person's."""
    _, own = np.unique(people, return_inverse=True)
    mean = np.bincount(own, log_odds(share, SURE)) / np.bincount(own)
    return np.asarray(1 / (1 + np.exp(-mean[own])))


def _of_training(
    known: Labelled, split: Split, left_out: LeftOut, inner: Protocol, tested: frozenset[str]
) -> Evidence:
    """(training samples,) of every member: each said without the person, and without the tested."""
    who = Who.of(known.subjects[split.train], groups=known.groups[split.train])
    parts: list[tuple[NDArray[np.intp], Evidence]] = []
    for one in inner.splits(who, seed=1):
        of = split.train[one.test]
        parts.append((one.test, left_out.said(tested | set(known.subjects[of].tolist()), of)))
    found = {name: np.empty(len(split.train)) for name in parts[0][1]}
    for places, evidence in parts:
        for name, values in evidence.items():
            found[name][places] = values
    return found


def _strength(
    columns: Float, wrong: NDArray[np.bool_], weights: Float, people: NDArray[np.str_]
) -> float:
    """The C with the least log loss of people left out."""
    names, person = np.unique(people, return_inverse=True)
    folds = person % min(FOLDS, len(names))

    def loss(strength: float) -> float:
        share = np.empty(len(wrong))
        for fold in range(folds.max() + 1):
            rest, own = folds != fold, folds == fold
            curve = _curve(columns[rest], wrong[rest], weights[rest], strength)
            share[own] = curve.predict_proba(columns[own])[:, 1]
        right = np.where(wrong, share, 1 - share)
        return float(-np.sum(weights * np.log(np.maximum(right, 1e-9))))

    return min(STRENGTHS, key=loss)


def _curve(columns: Float, wrong: NDArray[np.bool_], weights: Float, strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=1000).fit(columns, wrong, weights)
