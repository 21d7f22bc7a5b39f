"""Rows beside every table: what predictors reach that know nothing, or the person, or stand still.

A model that is not better than these has shown nothing about movement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.splits import Split
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.signals.height import bone_length

BONES: Final = (
    ("pelvis", "spine"), ("spine", "chest"), ("chest", "neck"), ("neck", "head"),
    *((f"{a}_{s}", f"{b}_{s}") for s in ("left", "right") for a, b in (
        ("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))),
    ("shoulder_left", "shoulder_right"), ("hip_left", "hip_right"),
)  # fmt: skip
TREES: Final = 200


@dataclass(frozen=True, eq=False)
class Known:
    """What controls look at, one a sample.

    Parameters
    ----------
    truth
        (samples,) scores.
    exercises, groups, subjects
        (samples,) names.
    body
        (samples, bones) median lengths of bones in m: a body that stands still.
    path
        (samples,) how fast all joints moved on average, body sizes a second.
    plain
        (samples, figures) :func:`~rehabkit.kinematics.plain_features.plain_features`.
    """

    truth: Float
    exercises: NDArray[np.str_]
    groups: NDArray[np.str_]
    subjects: NDArray[np.str_]
    body: Float
    path: Float
    plain: Float


def body_lengths(recording: Recording) -> Float:
    """(14,) median lengths of bones in m; NaN where never seen."""
    return np.array([bone_length(recording, a, b) for a, b in BONES])


def constant(known: Known, split: Split) -> Float:
    """The median training score of the exercise."""
    return _by_exercise(known, split, lambda train, _: float(np.median(known.truth[train])))


def group(known: Known, split: Split) -> Float:
    """The median training score of the person's group at the exercise: no movement is seen."""

    def of(train: NDArray[np.intp], test: NDArray[np.intp]) -> Float:
        medians = {g: np.median(known.truth[train[known.groups[train] == g]])
                   for g in np.unique(known.groups[train])}  # fmt: skip
        usual = float(np.median(known.truth[train]))
        return np.array([medians.get(g, usual) for g in known.groups[test]])

    return _by_exercise(known, split, of)


def identity(known: Known, split: Split) -> Float:
    """The person's own training score at the exercise.

    Where that is not known, the median with how far the person's other exercises lie from theirs;
    where nothing is, the median.
    """
    usual = {e: float(np.median(known.truth[split.train[known.exercises[split.train] == e]]))
             for e in np.unique(known.exercises[split.train])}  # fmt: skip
    above = known.truth - np.array([usual.get(e, np.nan) for e in known.exercises.tolist()])

    def of(train: NDArray[np.intp], test: NDArray[np.intp]) -> Float:
        here = float(np.median(known.truth[train]))
        found = []
        for person in known.subjects[test]:
            own = train[known.subjects[train] == person]
            other = split.train[known.subjects[split.train] == person]
            kin = own if len(own) else other
            found.append(here + float(np.median(above[kin])) if len(kin) else here)
        return np.array(found)

    return _by_exercise(known, split, of)


def path_length(known: Known, split: Split) -> Float:
    """A line through how fast the body moved."""

    def of(train: NDArray[np.intp], test: NDArray[np.intp]) -> Float:
        slope, offset = np.polyfit(known.path[train], known.truth[train], 1)
        return np.asarray(offset + slope * known.path[test])

    return _by_exercise(known, split, of)


def standing_still(known: Known, split: Split) -> Float:
    """Extra trees on lengths of bones."""
    return _trees(known, known.body, split)


def extra_trees(known: Known, split: Split) -> Float:
    """Extra trees on plain statistics, one forest an exercise: the plain baseline."""
    return _trees(known, known.plain, split)


CONTROLS: Final[dict[str, Callable[[Known, Split], Float]]] = {
    "constant": constant,
    "group": group,
    "identity": identity,
    "path-length": path_length,
    "standing-still": standing_still,
    "extra-trees": extra_trees,
}


def _by_exercise(
    known: Known,
    split: Split,
    of: Callable[[NDArray[np.intp], NDArray[np.intp]], Float | float],
) -> Float:
    """(test,) predictions of one model an exercise."""
    found = np.empty(len(known.truth))
    for exercise in np.unique(known.exercises[split.test]):
        part = split.part(np.flatnonzero(known.exercises == exercise))
        found[part.test] = of(part.train, part.test)
    return found[split.test]


def _trees(known: Known, figures: Float, split: Split) -> Float:
    from sklearn.ensemble import ExtraTreesRegressor

    def of(train: NDArray[np.intp], test: NDArray[np.intp]) -> Float:
        usual = np.nan_to_num(np.nanmedian(figures[train], axis=0))
        filled = np.where(np.isfinite(figures), figures, usual)
        forest = ExtraTreesRegressor(TREES, random_state=0, min_samples_leaf=2, max_features=0.33)
        return np.asarray(forest.fit(filled[train], known.truth[train]).predict(filled[test]))

    return _by_exercise(known, split, of)
