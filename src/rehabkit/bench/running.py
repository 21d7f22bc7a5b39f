"""Cells of the benchmark, one after the other: tasks x models x protocols x seeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from rehabkit.bench import cells, learners
from rehabkit.bench.cells import Cell
from rehabkit.bench.checkpoints import Progress
from rehabkit.bench.learning import Place
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import BenchTask, TaskData
from rehabkit.errors import ModelError

RESULTS: Final = Path("benchmarks/results")
CACHE: Final = Path(".cache/bench")


@dataclass(frozen=True)
class Plan:
    """What is run of one task.

    Parameters
    ----------
    models, protocols
        Names; empty: all models but ablations, the task's first protocol.
    seeds
        How many, from 0.
    device
        As :class:`rehabkit.bench.learning.Place` takes it.
    budget_min
        Minutes that a cell may take with all its folds; 0: any.
    epochs
        Of every network, in place of its own number: a learning rate that falls to 0 over the
        epochs that there is time for learns more than one that is stopped high. 0: its own.
    """

    task: BenchTask
    models: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    seeds: int = 1
    device: str = "cpu"
    budget_min: float = 30.0
    epochs: int = 0

    def __post_init__(self) -> None:
        known = learners.names_of(self.task)
        wrong = [m for m in self.models if m not in known]
        if wrong:
            raise ModelError(
                f"No model of {self.task.kind} is called {', '.join(wrong)}; known: "
                f"{', '.join(known)}."
            )
        for name in self.protocols:
            protocol(name)

    @property
    def cells(self) -> list[Cell]:
        """Every cell, controls first: they take seconds and every table needs them."""
        wanted = self.models or learners.unasked(self.task)
        models = [m for m in learners.names_of(self.task) if m in wanted]
        return [
            Cell(self.task.name, model, way, seed)
            for way in self.protocols or self.task.protocols[:1]
            for seed in range(self.seeds)
            for model in models
        ]


@dataclass(frozen=True)
class Watch:
    """Who is told what happens: cells and folds that begin, and epochs."""

    fold: Callable[[Cell, Split, int, int], None] = lambda *_: None
    epoch: Callable[[Progress], None] = lambda _: None


def run(
    plan: Plan,
    data: TaskData,
    results: Path = RESULTS,
    cache: Path = CACHE,
    watch: Watch = Watch(),
) -> list[dict[str, Any]]:
    """Results of every cell; what a file holds already is not run again."""
    return [_cell(cell, plan, data, results, cache, watch) for cell in plan.cells]


def checkpoints_of(cell: Cell, cache: Path) -> Path:
    """Where a cell's trainings keep their state."""
    return cache / "checkpoints" / cell.task / cell.protocol / f"{cell.model}-{cell.seed}"


def _cell(
    cell: Cell, plan: Plan, data: TaskData, results: Path, cache: Path, watch: Watch
) -> dict[str, Any]:
    splits = protocol(cell.protocol).splits(data.arrays.who, cell.seed)
    place = Place(plan.device, checkpoints=checkpoints_of(cell, cache), watch=watch.epoch)
    share = 60 * plan.budget_min / len(splits)
    learn = learners.learner(cell.model, data, cell.seed, place, share, plan.epochs)
    return cells.run(
        cell, data.cell_task, splits, partial(_told, learn, cell, splits, watch), results
    )


def _told(
    learn: learners.Learner, cell: Cell, splits: Sequence[Split], watch: Watch, split: Split
) -> cells.Fold:
    """Learn a split, said before."""
    watch.fold(cell, split, [s.name for s in splits].index(split.name), len(splits))
    return learn(split)
