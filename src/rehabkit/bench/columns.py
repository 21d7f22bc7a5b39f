"""What cells said, joined with the labels of the data set at hand: the columns of tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import cells, metrics
from rehabkit.bench.metrics import Interval
from rehabkit.bench.tasks import BenchTask, Labels
from rehabkit.recording.arrays import Float

ARRAYS: Final = ("truth", "predicted", "names", "exercises", "subjects", "groups")
CHANCE: Final = "chance "
BASE: Final = "constant"
"""The row that every other one is compared with."""


@dataclass(frozen=True, eq=False)
class Column:
    """What the cells of one model said of all their test samples.

    Parameters
    ----------
    truth, predicted
        (samples,) scores, or names of classes.
    names
        (samples,) what tells a sample from the others, its seed and fold too.
    exercises, subjects, groups
        (samples,) names; those of exercises and seeds together are what means are taken over.
    seeds
        Of the cells, each with all its folds.
    complete
        Whether every fold was run.
    settings
        Of every fold.
    seconds
        All folds took, mean over seeds.
    chances
        (samples, classes) chance of each class; None where none was given.
    classes
        Names of its columns.
    """

    truth: NDArray[Any]
    predicted: NDArray[Any]
    names: NDArray[np.str_]
    exercises: NDArray[np.str_]
    subjects: NDArray[np.str_]
    groups: NDArray[np.str_]
    seeds: tuple[int, ...]
    complete: bool
    settings: tuple[Mapping[str, Any], ...]
    seconds: float
    chances: Float | None = None
    classes: tuple[str, ...] = ()

    def take(self, kept: NDArray[Any]) -> Column:
        """Some samples, by index or mask."""
        chances = None if self.chances is None else self.chances[kept]
        arrays = {name: getattr(self, name)[kept] for name in ARRAYS}
        return replace(self, chances=chances, **arrays)

    @property
    def scored(self) -> bool:
        """Whether these are scores; else classes."""
        return self.truth.dtype.kind == "f"

    @cached_property
    def values(self) -> Float:
        """(samples,) what the first figure is the mean of: how far off, or 1 where right."""
        if self.scored:
            return np.asarray(np.abs(self.predicted - self.truth))
        return np.asarray(self.predicted == self.truth, dtype=np.float64)

    @property
    def seeds_run(self) -> str:
        """How many seeds, in words."""
        return f"{len(self.seeds)}{'' if self.complete else ', folds missing'}"

    @property
    def seed_of(self) -> NDArray[np.str_]:
        """(samples,) the seed of each."""
        return np.array([name.split(" ", 1)[0] for name in self.names.tolist()])

    @cached_property
    def parts(self) -> NDArray[np.str_]:
        """(samples,) what that mean is taken over: exercises, or true classes, of each seed."""
        own = self.exercises if self.scored else self.truth.astype(np.str_)
        return np.array([f"{seed} {p}" for seed, p in zip(self.seed_of, own, strict=True)])

    def first(self) -> Interval | None:
        """MAD or balanced accuracy, people drawn; None with a single person."""
        return _drawn(self.values, self)

    def less(self, other: Column) -> Interval | None:
        """The first figure less another's, the same people drawn; None on other samples."""
        mine, theirs = np.argsort(self.names), np.argsort(other.names)
        if not np.array_equal(self.names[mine], other.names[theirs]):
            return None
        return _drawn(self.values[mine] - other.values[theirs], self.take(mine))

    def scores(self, metric: metrics.Metric) -> float:
        """A figure of scores, mean over the exercises of each seed."""
        return metrics.mean_over(metric, self.truth, self.predicted, self.parts)


def _drawn(values: Float, column: Column) -> Interval | None:
    if len(np.unique(column.subjects)) < 2:
        return None
    return metrics.people_drawn(values, column.parts, column.subjects)


def columns(task: BenchTask, labels: Labels, results: Path) -> dict[str, dict[str, Column]]:
    """Protocol -> model -> what all its cells below ``results`` said, whatever their seed."""
    found: dict[str, dict[str, list[Column]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((results / task.name).glob("*/*.json")):
        content = cells.read(path)
        if content["folds"] and "recording" in content["folds"][0]["test"][0]:
            cell = content["cell"]
            found[cell["protocol"]][cell["model"]].append(_column(task, labels, content))
    return {way: {m: joined(c) for m, c in models.items()} for way, models in found.items()}


def _column(task: BenchTask, labels: Labels, content: Mapping[str, Any]) -> Column:
    seed = content["cell"]["seed"]
    tests = [(fold["split"], t) for fold in content["folds"] for t in fold["test"]]
    truth = [one for fold in content["folds"] for one in labels.truths(fold)]
    classes = tuple(n.removeprefix(CHANCE) for n in tests[0][1] if n.startswith(CHANCE))
    return Column(
        np.array([float(t[0]) if task.kind == "score" else t for t in truth]),
        np.array([t[task.outputs[0]] for _, t in tests]),
        np.array([f"{seed} {split} {t['recording']} {t['repetition']}" for split, t in tests]),
        np.array([t["exercise"] for _, t in tests]),
        np.array([t["subject"] for _, t in tests]),
        np.array([labels.group(t) for _, t in tests]),
        (seed,),
        content["complete"],
        tuple(fold["settings"] for fold in content["folds"]),
        sum(fold["seconds"] for fold in content["folds"]),
        np.array([[t[CHANCE + c] for c in classes] for _, t in tests]) if classes else None,
        classes,
    )


def joined(several: Sequence[Column]) -> Column:
    """Cells of several seeds as one column; chances where all have the same classes."""
    arrays = {name: np.concatenate([getattr(c, name) for c in several]) for name in ARRAYS}
    given = [c.chances for c in several if c.chances is not None]
    alike = len(given) == len(several) and len({c.classes for c in several}) == 1
    return Column(
        **arrays,
        seeds=tuple(seed for c in several for seed in c.seeds),
        complete=all(c.complete for c in several),
        settings=tuple(s for c in several for s in c.settings),
        seconds=float(np.mean([c.seconds for c in several])),
        chances=np.concatenate(given) if alike else None,
        classes=several[0].classes if alike else (),
    )
