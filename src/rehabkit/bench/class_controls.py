"""Rows beside tables of classes, as :mod:`rehabkit.bench.controls` has them for scores."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.arrays import Arrays
from rehabkit.bench.controls import TREES
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TaskData
from rehabkit.recording.arrays import Float
from rehabkit.signals import bones

Chances = Float
"""(test samples, classes) in the order of ``np.unique`` of all classes of the task."""


def constant(data: TaskData, split: Split) -> Chances:
    """How often each class is among the training samples of the exercise."""
    return _shares(data, split, np.zeros(len(data.truth), dtype=np.intp))


def group(data: TaskData, split: Split) -> Chances:
    """The same within the person's group: no movement is seen."""
    return _shares(data, split, data.arrays.column("group"))


def identity(data: TaskData, split: Split) -> Chances:
    """The same of the person's own training samples, of other exercises where it must be."""
    return _shares(data, split, data.arrays.column("subject"), elsewhere=True)


def standing_still(data: TaskData, split: Split) -> Chances:
    """Extra trees on the lengths of bones: a body that stands still."""
    from sklearn.ensemble import ExtraTreesClassifier

    forest = ExtraTreesClassifier(TREES, random_state=0, min_samples_leaf=2)
    body = bone_lengths(data)
    forest.fit(body[split.train], data.truth[split.train])
    found = np.zeros((len(split.test), len(np.unique(data.truth))))
    places = np.searchsorted(np.unique(data.truth), forest.classes_)
    found[:, places] = forest.predict_proba(body[split.test])
    return found


CLASS_CONTROLS: Final[dict[str, Callable[[TaskData, Split], Chances]]] = {
    "constant": constant,
    "group": group,
    "identity": identity,
    "standing-still": standing_still,
}


def bone_lengths(data: TaskData) -> Float:
    """(samples, bones) median lengths, in the unit of the samples; m where these are angles."""
    if data.task.angles:
        return data.figures.body
    return _lengths(data.arrays)


@lru_cache(maxsize=1)
def _lengths(arrays: Arrays) -> Float:
    """Made once for all splits, whose targets may differ."""
    each = [bones.bone_lengths(positions, arrays.skeleton) for positions in arrays.positions]
    return np.median(each, axis=1)


def path_length(data: TaskData) -> Float:
    """(samples,) how fast all joints moved on average, body sizes a second.

    From frame to frame of the samples: a long recording of 100 frames looks slower than it was.
    Where samples are angles, of the recordings as they are.
    """
    if data.task.angles:
        return data.figures.path
    steps = np.linalg.norm(np.diff(data.arrays.positions, axis=1), axis=-1)
    seconds = np.array([s.end_s - s.start_s for s in data.arrays.samples])
    return np.asarray(steps.mean(axis=(1, 2)) * (steps.shape[1]) / seconds)


def _shares(
    data: TaskData, split: Split, kinds: NDArray[Any], *, elsewhere: bool = False
) -> Chances:
    """Shares of classes among training samples of the same kind and exercise, else of all.

    ``elsewhere``: before that, of the same kind at other exercises.
    """
    classes = np.unique(data.truth)
    exercises = data.arrays.column("exercise")
    told = data.task.exercise_known
    hits = (data.truth[:, None] == classes).astype(float)
    found = np.empty((len(split.test), len(classes)))
    for place, sample in enumerate(split.test.tolist()):
        same = exercises[split.train] == exercises[sample] if told else np.ones(len(split.train))
        own = split.train[same.astype(bool)]
        own = own if len(own) else split.train
        kin = own[kinds[own] == kinds[sample]]
        if elsewhere and not len(kin):
            kin = split.train[kinds[split.train] == kinds[sample]]
        found[place] = hits[kin if len(kin) else own].mean(axis=0)
    return found
