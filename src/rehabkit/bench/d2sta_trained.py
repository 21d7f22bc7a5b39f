"""A D2STA of a benchmark's cell with what it attends to: from its checkpoints, or trained now."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.bench import learners, running
from rehabkit.bench.ablations import NETWORK
from rehabkit.bench.attention import attended
from rehabkit.bench.cells import Cell
from rehabkit.bench.d2sta_figures import Trained
from rehabkit.bench.learning import Place, Watch
from rehabkit.bench.protocols import protocol
from rehabkit.bench.tasks import TaskData
from rehabkit.errors import ModelError

MODEL: Final = f"{NETWORK}-short"


def trained(
    data: TaskData, cell: Cell, cache: Path, *, folds: int = 1, budget_s: float = 0.0,
    watch: Watch | None = None,
) -> Trained:  # fmt: skip
    """What a cell's networks learned.

    Parameters
    ----------
    folds
        Networks that are asked for predictions, from the first fold on. Groups and attention are
        of the first alone: group 1 of one network is not group 1 of another.
    budget_s
        Of a training that is not in the cache yet; 0: any.

    Raises
    ------
    ModelError
        For a model that is no D2STA, or has a network for each exercise.
    """
    model = learners.network_models().get(cell.model)
    if model is None or model.network != NETWORK or model.each or data.task.kind != "score":
        raise ModelError(
            "Figures are of a D2STA that learned scores, one network for all exercises; found "
            f"{cell.model} on {cell.task}. '{MODEL}' is one."
        )
    place = Place(checkpoints=running.checkpoints_of(cell, cache), watch=watch)
    splits = protocol(cell.protocol).splits(data.arrays.who, cell.seed)[:folds]
    estimators = [
        learners.fitted(
            model, data, split.train, cell.seed, learners.place_of(place, split), budget_s
        )
        for split in splits
    ]
    first, own = estimators[0], splits[0].test
    inputs = data.inputs(orientations=first.orientations)
    predicted = [
        estimator.outputs(inputs[split.test])[:, 0]
        for estimator, split in zip(estimators, splits, strict=True)
    ]
    epochs = f"{len(first.course_.losses)} of {first.settings.epochs} epochs"
    return Trained(
        f"{cell.model} on {cell.task}, {cell.protocol}, {splits[0].name}, {epochs}",
        attended(first, inputs[own], data.arrays.column("exercise")[own]),
        first.course_,
        np.concatenate([data.truth[split.test, 0] for split in splits]),
        np.concatenate(predicted),
    )
