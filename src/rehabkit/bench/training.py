"""A network for a user's own data: what it reaches on people never seen, then the model itself.

First the folds of a protocol, as cells that resume, with the rows beside them that see no movement;
then one more training whose weights are kept. All lies in one folder: run again, it goes on where
it was stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.bench import cells, learners, model_files
from rehabkit.bench.arrays import Layout
from rehabkit.bench.cells import Cell
from rehabkit.bench.checkpoints import Progress
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.learning import Course, Place
from rehabkit.bench.model_cards import Card, card_of
from rehabkit.bench.model_files import SavedModel
from rehabkit.bench.own_data import OWN_SPLIT, OwnTable, splits_of
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TaskData
from rehabkit.errors import ModelError
from rehabkit.formats.files import atomic

MODEL: Final = "model.safetensors"
BEGUN: Final = "training.json"
PREDICTIONS: Final = "predictions.csv"
BESIDE: Final = ("constant", "identity", "standing-still")


@dataclass(frozen=True)
class Asked:
    """What is to be trained.

    Parameters
    ----------
    protocol
        For the figures; the table's own column ``split`` goes before it.
    budget_min
        Minutes that each training may take; 0: any.
    use
        What the model is meant for, in the user's words, for its card.
    """

    model: NetworkModel
    layout: Layout = Layout()  # noqa: RUF009 - frozen
    protocol: str = "subject-5fold"
    device: str = "cpu"
    budget_min: float = 0.0
    tensorboard: bool = False
    use: str = ""


@dataclass(frozen=True)
class Watch:
    """Who is told: a line when something begins, and every epoch."""

    begins: Callable[[str], None] = lambda _: None
    epoch: Callable[[Progress], None] = lambda _: None


@dataclass(frozen=True, eq=False)
class Trained:
    """What came of it."""

    model: SavedModel
    card: Card
    course: Course


def train(
    table: OwnTable, out: Path, asked: Asked, watch: Watch = Watch(), workers: int = 1
) -> Trained:
    """Train into ``out``: model, card, predictions of people held back, checkpoints.

    Raises
    ------
    ModelError
        Where the split leaks, people are too few, or ``out`` holds another training.
    """
    watch.begins("reading recordings")
    data = table.load(asked.layout, out / "cache", workers)
    name, splits = splits_of(table, data, asked.protocol, 0)
    _begin(out, data, asked, name)
    found = _folds(out, data, asked, name, splits, watch)
    _write_predictions(out, found[asked.model.network])
    kept = splits[0].train if name == OWN_SPLIT else np.arange(len(data.truth))
    watch.begins("the model itself")
    estimator = learners.fitted(
        asked.model, data, kept, 0, _place(out, asked, "model", watch), 60 * asked.budget_min
    )
    card = card_of(table, data, asked.model, name, found, estimator.course_, kept, asked.use)
    classes = tuple(np.unique(data.truth[kept]).tolist())
    outputs = data.task.outputs if data.task.kind == "score" else classes
    model = SavedModel(estimator, asked.layout, data.told, outputs, {"card": card.facts})
    model_files.write(out / MODEL, model)
    card.write(out)
    return Trained(model, card, estimator.course_)


def _begin(out: Path, data: TaskData, asked: Asked, protocol: str) -> None:
    """Say what this folder is of; refuse it where it is of something else."""
    now = {
        "data": data.arrays.fingerprint, "protocol": protocol,
        "model": json.loads(json.dumps(asdict(asked.model))),
        "layout": json.loads(json.dumps(asdict(asked.layout))), "budget_min": asked.budget_min,
    }  # fmt: skip
    path = out / BEGUN
    if not path.is_file():
        out.mkdir(parents=True, exist_ok=True)
        with atomic(path) as unfinished:
            unfinished.write_text(json.dumps(now, indent=1) + "\n")
        return
    before = json.loads(path.read_text())
    other = [name for name in now if before.get(name) != now[name]]
    if other:
        raise ModelError(
            f"{out} holds a training with other {', '.join(other)}. Give another --out, or remove "
            "the folder to begin anew."
        )


def _folds(
    out: Path, data: TaskData, asked: Asked, name: str, splits: list[Split], watch: Watch
) -> dict[str, dict[str, Any]]:
    """Model -> results on people held back, controls too."""
    names, found = data.cell_task, {}
    for control in BESIDE:
        learn = learners.learner(control, data)
        cell = Cell("train", control, name, 0)
        found[control] = cells.run(cell, names, splits, learn, out / "results")

    def fold(split: Split) -> cells.Fold:
        watch.begins(f"people held back: {split.name}")
        place = _place(out, asked, split.name.replace(" ", "-").replace("/", "-"), watch)
        learn = learners.network_learner(asked.model, data, 0, place, 60 * asked.budget_min)
        return learn(split)

    cell = Cell("train", asked.model.network, name, 0)
    found[asked.model.network] = cells.run(cell, names, splits, fold, out / "results")
    return found


def _place(out: Path, asked: Asked, part: str, watch: Watch) -> Place:
    curves = out / "tensorboard" / part if asked.tensorboard else None
    return Place(asked.device, out / "checkpoints" / part, curves, watch.epoch)


def _write_predictions(out: Path, results: dict[str, Any]) -> None:
    """What was said of people held back, a line a sample."""
    import polars as pl

    lines = [{**t, "split": fold["split"]} for fold in results["folds"] for t in fold["test"]]
    with atomic(out / PREDICTIONS) as unfinished:
        pl.DataFrame(lines).write_csv(unfinished)
