"""The benchmark's models by name: from a task's samples and a split to what was predicted.

A learner sees labels of the training part alone. Networks of :mod:`rehabkit.models.networks` are
named as they are; ``d2sta-recipe`` and the like carry their paper's own training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import ablations, figure_models, learning
from rehabkit.bench.cells import Fold
from rehabkit.bench.class_controls import (
    CLASS_CONTROLS,
    Chances,
    bone_lengths,
    path_length,
)
from rehabkit.bench.columns import CHANCE
from rehabkit.bench.controls import CONTROLS, Known
from rehabkit.bench.figure_models import FigureModel
from rehabkit.bench.learning import HERE, Place, Settings
from rehabkit.bench.levels import CUTS, Levels, level_of
from rehabkit.bench.network_estimator import NetworkClassifier, NetworkRegressor
from rehabkit.bench.splits import Split
from rehabkit.bench.targets import Target
from rehabkit.bench.tasks import BenchTask, TaskData
from rehabkit.errors import ModelError, choices
from rehabkit.models import networks
from rehabkit.recording.arrays import Float

Learner = Callable[[Split], Fold]
SHORT: Final = Settings(rate=5e-4, epochs=8, batch=8, patience=3)
"""What two cores have time for: few rounds of many small steps, the same for every network."""
BRIEF: Final = replace(SHORT, epochs=4)
"""What ablations have time for where a network learns all exercises fold by fold."""
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
    each
        Whether each exercise has a network of its own; else one is told the exercise.
    standardise
        Whether positions are z-scored.
    """

    network: str
    settings: Settings = Settings()  # noqa: RUF009 - frozen
    augmentation: str = "none"
    shape: Mapping[str, Any] = field(default_factory=dict)
    each: bool = False
    standardise: bool = True

    def shape_of(self, streams: int) -> dict[str, Any]:
        """Fields of its configuration; D2STA sees one stream where there is one."""
        one = {"streams": 1} if self.network == "d2sta" and streams == 1 else {}
        return {**one, **self.shape}


def network_models() -> dict[str, NetworkModel]:
    """Every network under its own name, augmented, one an exercise; D2STA's paper's trainings."""
    found = {name: NetworkModel(name) for name in networks.names()}
    augmented = {
        f"{n}-{word}{brief}": replace(m, augmentation=how, settings=settings)
        for word, how in (("augmented", "all"), ("finerehab", "finerehab"))
        for brief, settings in (("", Settings()), ("-short", SHORT))
        for n, m in found.items()
    }
    each = {f"{n}-each": replace(m, each=True) for n, m in found.items()}
    short = {f"{n}-short": replace(m, settings=SHORT) for n, m in found.items()}
    short_each = {
        f"{n}-short-each": replace(m, settings=replace(SHORT, patience=0), each=True)
        for n, m in found.items()
    }
    recipe = {
        "d2sta-brief": NetworkModel("d2sta", BRIEF),
        "d2sta-recipe": NetworkModel("d2sta", learning.D2STA, each=True),
        "d2sta-angles": NetworkModel("d2sta", learning.D2STA_ANGLES, each=True, standardise=False),
    }
    known = found | augmented | each | short | short_each | recipe
    return known | ablations.ablated(known)


def names(kind: str) -> tuple[str, ...]:
    """Models for tasks of a kind, controls first."""
    controls = WITHOUT_FIGURES if kind == "score" else tuple(CLASS_CONTROLS)
    return (*controls, *figure_models.models(kind), *network_models())


def unasked(task: BenchTask) -> tuple[str, ...]:
    """Models that are run where none is named: all but D2STA's ablations."""
    return tuple(n for n in names_of(task) if not ablations.part_of(n))


PREDICTED: Final = "score"
LEVELLED: Final = "-levelled"
"""Behind a model of scores: it learns the score, and what it predicts is put into a level."""


def names_of(task: BenchTask) -> tuple[str, ...]:
    """Models for a task, controls first."""
    own = names(task.kind)
    if not isinstance(task.target, Levels):
        return own
    return (*own, *(f"{n}{LEVELLED}" for n in names("score") if n not in WITHOUT_FIGURES))


def learner(
    model: str, data: TaskData, seed: int = 0, place: Place = HERE, budget_s: float = 0.0,
    epochs: int = 0,
) -> Learner:  # fmt: skip
    """What a cell calls for each split.

    Parameters
    ----------
    budget_s
        Seconds that one split's training may take; 0: any.
    epochs
        In place of a network's own number; its learning rate then falls over these. 0: its own.

    Raises
    ------
    ModelError
        For a name that is no model of such tasks.
    """
    kind, known = data.task.kind, names_of(data.task)
    if model not in known:
        raise ModelError(f"No model of {kind} is called {model!r}; known: {choices(known)}.")
    if data.task.target is not None:
        made = partial(learner, seed=seed, place=place, budget_s=budget_s, epochs=epochs)
        return partial(_of_target, model, data.task.target, data, made)
    if model in network_models():
        chosen = network_models()[model]
        if epochs:
            chosen = replace(chosen, settings=replace(chosen.settings, epochs=epochs))
        return network_learner(chosen, data, seed, place, budget_s)
    if model in figure_models.models(kind):
        return partial(_figure_model, figure_models.models(kind)[model], data, seed)
    if kind == "score":
        return partial(_score_control, CONTROLS[model], data)
    return partial(_class_control, CLASS_CONTROLS[model], data)


def _of_target(
    model: str, target: Target, data: TaskData, made: Callable[[str, TaskData], Learner],
    split: Split,
) -> Fold:  # fmt: skip
    """A task whose training part decides what is learned: the same model, told so."""
    learned = target.within(data, split.train)
    if model.endswith(LEVELLED):
        found = _levelled(model.removesuffix(LEVELLED), data, made, split, learned.settings[CUTS])
    else:
        own = replace(data, task=replace(data.task, target=None), truth=learned.truth)
        found = _without_chances(made(model, own)(split))
    beside = {name: values[split.test] for name, values in learned.beside.items()}
    return Fold({**found.predicted, **beside}, {**found.settings, **learned.settings})


def _without_chances(found: Fold) -> Fold:
    """Levels alone: chances of five would be most of a cell's file, and no table asks for them."""
    kept = {name: v for name, v in found.predicted.items() if not name.startswith(CHANCE)}
    return Fold(kept, found.settings)


def _levelled(
    model: str, data: TaskData, made: Callable[[str, TaskData], Learner], split: Split,
    cuts: Sequence[float],
) -> Fold:  # fmt: skip
    """A model of the score; what it predicts is cut as the scores themselves are."""
    task = replace(data.task, kind="score", outputs=(PREDICTED,), target=None)
    found = made(model, replace(data, task=task, truth=data.truth[:, None]))(split)
    score = np.asarray(found.predicted[PREDICTED], dtype=np.float64)
    return Fold({"class": level_of(score, cuts), PREDICTED: score}, found.settings)


def _figure_model(model: FigureModel, data: TaskData, seed: int, split: Split) -> Fold:
    found = figure_models.answers(model, data, seed, split)
    if data.task.kind == "classes":
        return _classes(data, np.unique(data.truth), found)
    return Fold({name: found[:, k] for k, name in enumerate(data.task.outputs)})


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
    learn = _network_each if model.each else _network
    return partial(learn, model, data, seed, place, budget_s)


def fitted(
    model: NetworkModel, data: TaskData, train: NDArray[np.intp], seed: int = 0,
    place: Place = HERE, budget_s: float = 0.0,
) -> NetworkRegressor | NetworkClassifier:  # fmt: skip
    """The network after it learned from the samples ``train``, some of their people held out.

    Raises
    ------
    ModelError
        Where angles are to be turned and mirrored as places are.
    """
    if data.task.angles and model.augmentation != "none":
        raise ModelError(
            f"{data.task.name} learns from angles, which augmentation would turn and mirror as if "
            "they were places. Take the network without '-augmented'."
        )
    two = networks.entry(model.network).two_streams and data.arrays.orientations is not None
    settings = replace(model.settings, seed=model.settings.seed + seed, budget_s=budget_s)
    kind = NetworkRegressor if data.task.kind == "score" else NetworkClassifier
    estimator = kind(
        model.network, data.arrays.joints, two, model.standardise, model.augmentation,
        model.shape_of(2 if two else 1), settings, place,
    )  # fmt: skip
    inputs, who = data.inputs(orientations=two), data.arrays.who
    estimator.fit(inputs[train], data.truth[train], who.subjects[train], who.groups[train])
    return estimator


def _network(model: NetworkModel, data: TaskData, seed: int, place: Place, budget_s: float,
             split: Split) -> Fold:  # fmt: skip
    estimator = fitted(model, data, split.train, seed, place_of(place, split), budget_s)
    said = {
        **estimator.course_.facts(estimator.settings),
        "parameters": sum(p.numel() for p in estimator.module_.network.parameters()),
    }
    inputs = data.inputs(orientations=estimator.orientations)
    found = estimator.outputs(inputs[split.test])
    if isinstance(estimator, NetworkClassifier):
        return _classes(data, estimator.classes_, found, said)
    return Fold({n: found[:, k] for k, n in enumerate(data.task.outputs)}, said)


def _network_each(model: NetworkModel, data: TaskData, seed: int, place: Place, budget_s: float,
                  split: Split) -> Fold:  # fmt: skip
    """A network an exercise, the time shared; of how far they got, what the shortest one did."""
    exercise = data.arrays.column("exercise")
    kept, facts = place_of(place, split), {}
    predicted: dict[str, Any] = {}
    for name in np.unique(exercise[split.test]).tolist():
        own = np.flatnonzero(exercise == name)
        found = _network(
            model, data.of_exercise(name), seed,
            _below(kept, name), budget_s / len(data.exercises), split.among(own),
        )  # fmt: skip
        facts[name] = found.settings
        rows = np.isin(split.test, own)
        for column, values in found.predicted.items():
            whole = predicted.setdefault(
                column, np.zeros(len(split.test), np.asarray(values).dtype)
            )
            whole[rows] = values
    least = min(facts.values(), key=lambda said: said["epochs"])
    return Fold(predicted, {**least, "networks": len(facts), "by_exercise": facts})


def place_of(place: Place, split: Split) -> Place:
    """Checkpoints of each split in a folder of its own."""
    return _below(place, split.name.replace(" ", "-"))


def _below(place: Place, name: str) -> Place:
    if place.checkpoints is None:
        return place
    return replace(place, checkpoints=place.checkpoints / name)


def _classes(data: TaskData, classes: Any, chances: Float, said: dict[str, Any] | None = None
             ) -> Fold:  # fmt: skip
    """The likeliest class and the chance of each class of the task."""
    every = np.unique(data.truth)
    whole = np.zeros((len(chances), len(every)))
    whole[:, np.searchsorted(every, classes)] = chances
    predicted: dict[str, Any] = {"class": every[whole.argmax(axis=1)]}
    predicted |= {f"{CHANCE}{name}": whole[:, k] for k, name in enumerate(every.tolist())}
    return Fold(predicted, said or {})
