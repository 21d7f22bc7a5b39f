"""Plain models of the benchmark: what they look at, and one for all exercises or one an exercise.

One for all is told the exercise, as a column each, where the task lets networks know it; ``-each``
learns every exercise by itself. Nothing of the test part is fitted: gaps, scales and what is usual
come from training samples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench.controls import TREES
from rehabkit.bench.protocols import HEALTHY
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TaskData
from rehabkit.errors import ModelError
from rehabkit.models.classical import KINDS, ClassicalClassifier, FcbfExtraTrees
from rehabkit.models.kernel_machine import ExerciseKernelRegressor
from rehabkit.models.minirocket import MiniRocket
from rehabkit.recording.arrays import Float

CHANNELS: Final = "channels"
"""Plain statistics of the very samples that networks take."""


@dataclass(frozen=True)
class FigureModel:
    """A plain model.

    Parameters
    ----------
    make
        From how many exercises there are and a seed to an estimator.
    looks_at
        Arrays of :class:`~rehabkit.bench.figures.Figures`, or :data:`CHANNELS`.
    each
        Whether each exercise has a model of its own.
    told
        Whether one for all exercises is told which it is.
    usual
        Whether it learns what is usual from the healthy people of the training part.
    """

    make: Callable[[int, int], Any]
    looks_at: tuple[str, ...]
    each: bool = False
    told: bool = True
    usual: bool = False


def _classical(kind: str, exercises: int, seed: int) -> Any:
    del exercises
    return ClassicalClassifier(kind, seed=seed)


def _fcbf(exercises: int, seed: int) -> Any:
    del exercises
    return FcbfExtraTrees(seed=seed)


def _rocket(exercises: int, seed: int) -> Any:
    del exercises
    return MiniRocket(672, seed=seed)


def _kernel(exercises: int, seed: int) -> Any:
    del seed
    return ExerciseKernelRegressor(exercises)


def _filled(last: Any) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    gaps = SimpleImputer(strategy="median", keep_empty_features=True)
    return make_pipeline(gaps, StandardScaler(), last)


def _ridge(exercises: int, seed: int) -> Any:
    from sklearn.linear_model import RidgeCV

    del exercises, seed
    return _filled(RidgeCV(np.logspace(1, 5, 9)))


def _trees(exercises: int, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    del exercises
    forest = ExtraTreesRegressor(TREES, min_samples_leaf=2, max_features=0.33, random_state=seed)
    return _filled(forest)


_MOVEMENT: Final = ("movement", "finerehab")
_CLASSES: Final[dict[str, FigureModel]] = {
    **{kind: FigureModel(partial(_classical, kind), ("finerehab",)) for kind in KINDS},
    "fcbf-extra-trees": FigureModel(_fcbf, ("finerehab",)),
    "minirocket": FigureModel(_rocket, ("curves",), told=False),
}
_SCORES: Final[dict[str, FigureModel]] = {
    "movement-ridge": FigureModel(_ridge, _MOVEMENT),
    "movement-trees": FigureModel(_trees, _MOVEMENT),
    "movement-kernel": FigureModel(_kernel, ("movement",), usual=True),
    "channel-ridge": FigureModel(_ridge, (CHANNELS,)),
    "channel-trees": FigureModel(_trees, (CHANNELS,)),
}


def models(kind: str) -> Mapping[str, FigureModel]:
    """Models for tasks of a kind, each also with one an exercise."""
    found = _SCORES if kind == "score" else _CLASSES
    return found | {f"{name}-each": replace(model, each=True) for name, model in found.items()}


def seen(model: FigureModel, data: TaskData) -> Float:
    """(samples, figures), or (samples, channels, length) of courses, without the exercise."""
    parts = [_channels(data) if n == CHANNELS else getattr(data.figures, n) for n in model.looks_at]
    if any(part.ndim > 2 and not np.isfinite(part).all() for part in parts):
        raise ModelError(
            f"{data.task.name}: samples with joints that were never seen have no course."
        )
    return np.asarray(parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1))


def _channels(data: TaskData) -> Float:
    """(samples, 4 x joints x 3) mean, spread, least and most of every channel."""
    values = data.arrays.positions
    flat = values.reshape(*values.shape[:2], -1)
    return np.concatenate([f(flat, axis=1) for f in (np.mean, np.std, np.min, np.max)], axis=1)


def answers(model: FigureModel, data: TaskData, seed: int, split: Split) -> Float:
    """Of the test samples (test, scores), or (test, classes) chances of all classes of the task.

    Raises
    ------
    ModelError
        Where one an exercise is asked for and the exercise is what is to be told.
    """
    classes = None if data.task.kind == "score" else np.unique(data.truth)
    if not model.each:
        return _answers(model, data, seed, split, classes)
    if not data.task.exercise_known:
        raise ModelError(
            f"{data.task.name} asks which exercise it is: a model an exercise is no answer. "
            "Take the model without '-each'."
        )
    exercises = data.arrays.column("exercise")
    width = data.truth.shape[1] if classes is None else len(classes)
    found = np.zeros((len(split.test), width))
    for exercise in np.unique(exercises[split.test]).tolist():
        own = np.flatnonzero(exercises == exercise)
        part = data.of_exercise(exercise)
        found[np.isin(split.test, own)] = _answers(model, part, seed, split.among(own), classes)
    return found


def _answers(
    model: FigureModel, data: TaskData, seed: int, split: Split, classes: NDArray[Any] | None
) -> Float:
    X = _inputs(model, data)
    estimator = model.make(max(len(data.told), 1), seed)
    truth = data.truth[split.train]
    single = classes is None and truth.shape[1] == 1
    fit = partial(estimator.fit, X[split.train], truth[:, 0] if single else truth)
    healthy = np.isin(data.arrays.column("group")[split.train], HEALTHY)
    fit(healthy=healthy) if model.usual and healthy.any() else fit()
    if classes is None:
        return np.asarray(estimator.predict(X[split.test])).reshape(len(split.test), -1)
    found = np.zeros((len(split.test), len(classes)))
    found[:, np.searchsorted(classes, estimator.classes_)] = estimator.predict_proba(X[split.test])
    return found


def _inputs(model: FigureModel, data: TaskData) -> Float:
    """What it looks at, with a column an exercise where it is told."""
    looked = seen(model, data)
    if not model.told:
        return looked
    marks = np.ones((len(looked), 1))
    if data.told:
        marks = data.arrays.column("exercise")[:, None] == np.array(data.told)
    return np.concatenate([looked, marks], axis=1)
