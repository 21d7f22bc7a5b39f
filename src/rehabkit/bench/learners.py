"""The benchmark's models by name: from a task's samples and a split to what was predicted.

A learner sees labels of the training part alone. Networks of :mod:`rehabkit.models.networks` are
named as they are; ``d2sta-recipe`` and the like carry their paper's own training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import learning
from rehabkit.bench.cells import Fold
from rehabkit.bench.class_controls import (
    CLASS_CONTROLS,
    Chances,
    bone_lengths,
    path_length,
)
from rehabkit.bench.controls import CONTROLS, Known
from rehabkit.bench.learning import HERE, Place, Settings
from rehabkit.bench.network_estimator import NetworkClassifier, NetworkRegressor
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TaskData
from rehabkit.errors import ModelError, choices
from rehabkit.models import networks
from rehabkit.recording.arrays import Float

Learner = Callable[[Split], Fold]
WITHOUT_FIGURES: Final = tuple(name for name in CONTROLS if name != "extra-trees")
"""Controls of scores that need no angles."""


@dataclass(frozen=True)
class NetworkModel:
    """A network with how it is trained.

    Parameters
    ----------
    network
        A name of :mod:`rehabkit.models.networks`.
    shape
        Fields of its configuration.
    """

    network: str
    settings: Settings = Settings()  # noqa: RUF009 - frozen
    augmentation: str = "none"
    shape: Mapping[str, Any] = field(default_factory=dict)


def network_models() -> dict[str, NetworkModel]:
    """Every network under its own name, and D2STA with its paper's own training."""
    found = {name: NetworkModel(name) for name in networks.names()}
    augmented = {f"{n}-augmented": replace(m, augmentation="all") for n, m in found.items()}
    recipe = {"d2sta-recipe": NetworkModel("d2sta", learning.D2STA)} if "d2sta" in found else {}
    return found | augmented | recipe


def names(kind: str) -> tuple[str, ...]:
    """Models for tasks of a kind, controls first."""
    controls = WITHOUT_FIGURES if kind == "score" else tuple(CLASS_CONTROLS)
    return (*controls, *network_models())


def learner(model: str, data: TaskData, seed: int = 0, place: Place = HERE, budget_s: float = 0.0
            ) -> Learner:  # fmt: skip
    """What a cell calls for each split.

    Parameters
    ----------
    budget_s
        Seconds that one split's training may take; 0: any.

    Raises
    ------
    ModelError
        For a name that is no model of such tasks.
    """
    kind = data.task.kind
    if model not in names(kind):
        raise ModelError(f"No model of {kind} is called {model!r}; known: {choices(names(kind))}.")
    if model in network_models():
        return network_learner(network_models()[model], data, seed, place, budget_s)
    if kind == "score":
        return partial(_score_control, CONTROLS[model], data)
    return partial(_class_control, CLASS_CONTROLS[model], data)


def _score_control(control: Callable[[Known, Split], Float], data: TaskData, split: Split) -> Fold:
    known = zip(data.task.outputs, _known(data), strict=True)
    return Fold({name: control(one, split) for name, one in known})


def _known(data: TaskData) -> list[Known]:
    """What controls look at, for each score."""
    samples, body, path = data.arrays, bone_lengths(data), path_length(data)
    none = np.empty((len(samples), 0))
    return [
        Known(
            data.truth[:, place], samples.column("exercise"), samples.column("group"),
            samples.column("subject"), body, path, none,
        )
        for place in range(data.truth.shape[1])
    ]  # fmt: skip


def _class_control(control: Callable[[TaskData, Split], Chances], data: TaskData,
                   split: Split) -> Fold:  # fmt: skip
    return _classes(data, np.unique(data.truth), control(data, split))


def network_learner(
    model: NetworkModel, data: TaskData, seed: int = 0, place: Place = HERE, budget_s: float = 0.0
) -> Learner:
    """What a cell calls for each split, of a network with settings of its own."""
    return partial(_network, model, data, seed, place, budget_s)


def fitted(
    model: NetworkModel, data: TaskData, train: NDArray[np.intp], seed: int = 0,
    place: Place = HERE, budget_s: float = 0.0,
) -> NetworkRegressor | NetworkClassifier:  # fmt: skip
    """The network after it learned from the samples ``train``, some of their people held out."""
    two = networks.entry(model.network).two_streams and data.arrays.orientations is not None
    settings = replace(model.settings, seed=model.settings.seed + seed, budget_s=budget_s)
    kind = NetworkRegressor if data.task.kind == "score" else NetworkClassifier
    estimator = kind(
        model.network, data.arrays.joints, two, augmentation=model.augmentation,
        shape=dict(model.shape), settings=settings, place=place,
    )  # fmt: skip
    inputs, who = data.inputs(orientations=two), data.arrays.who
    estimator.fit(inputs[train], data.truth[train], who.subjects[train], who.groups[train])
    return estimator


def _network(model: NetworkModel, data: TaskData, seed: int, place: Place, budget_s: float,
             split: Split) -> Fold:  # fmt: skip
    estimator = fitted(model, data, split.train, seed, _place_of(place, split), budget_s)
    said = {
        **estimator.course_.facts(estimator.settings),
        "parameters": sum(p.numel() for p in estimator.module_.network.parameters()),
    }
    inputs = data.inputs(orientations=estimator.orientations)
    found = estimator.outputs(inputs[split.test])
    if isinstance(estimator, NetworkClassifier):
        return _classes(data, estimator.classes_, found, said)
    return Fold({n: found[:, k] for k, n in enumerate(data.task.outputs)}, said)


def _place_of(place: Place, split: Split) -> Place:
    """Checkpoints of each split in a folder of its own."""
    if place.checkpoints is None:
        return place
    return replace(place, checkpoints=place.checkpoints / split.name.replace(" ", "-"))


def _classes(data: TaskData, classes: Any, chances: Float, said: dict[str, Any] | None = None
             ) -> Fold:  # fmt: skip
    """The likeliest class and the chance of each class of the task."""
    every = np.unique(data.truth)
    whole = np.zeros((len(chances), len(every)))
    whole[:, np.searchsorted(every, classes)] = chances
    predicted: dict[str, Any] = {"class": every[whole.argmax(axis=1)]}
    predicted |= {f"chance {name}": whole[:, k] for k, name in enumerate(every.tolist())}
    return Fold(predicted, said or {})
