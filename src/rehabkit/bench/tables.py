"""Tables of a task from its cells, joined with the labels of the data set at hand.

Cells hold predictions and names; the truth is read from the data. A protocol in which people are on
both sides is marked ``leaky``, and the rows that see no movement stand first in every table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import cells, metrics
from rehabkit.bench.protocols import PROTOCOLS
from rehabkit.bench.tasks import BenchTask, Labels

CONTROLS: Final = ("constant", "group", "identity", "path-length", "standing-still")
ALWAYS: Final = ("constant", "identity", "standing-still")
"""Rows that no leaky table may lack."""
MISSING: Final = "not run"
BASE: Final = "constant"
NOT_PAIRED: Final = "other samples"


@dataclass(frozen=True, eq=False)
class Column:
    """What one cell said of all its test samples.

    Parameters
    ----------
    truth, predicted
        (samples,) scores, or names of classes.
    names
        (samples,) what tells a sample from the others.
    complete
        Whether every fold was run.
    settings
        Of every fold.
    """

    truth: NDArray[Any]
    predicted: NDArray[Any]
    names: NDArray[np.str_]
    exercises: NDArray[np.str_]
    subjects: NDArray[np.str_]
    complete: bool
    settings: tuple[Mapping[str, Any], ...]
    seconds: float

    def take(self, kept: NDArray[np.intp]) -> Column:
        """Some samples, drawn ones more than once."""
        arrays = ("truth", "predicted", "names", "exercises", "subjects")
        return replace(self, **{name: getattr(self, name)[kept] for name in arrays})


def columns(task: BenchTask, labels: Labels, results: Path) -> dict[str, dict[str, list[Column]]]:
    """Protocol -> model -> one column a seed, of all cells below ``results``."""
    found: dict[str, dict[str, list[Column]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted((results / task.name).glob("*/*.json")):
        content = cells.read(path)
        if content["folds"] and "recording" in content["folds"][0]["test"][0]:
            cell = content["cell"]
            found[cell["protocol"]][cell["model"]].append(_column(task, labels, content))
    return found


def _column(task: BenchTask, labels: Labels, content: Mapping[str, Any]) -> Column:
    tests = [t for fold in content["folds"] for t in fold["test"]]
    key = task.outputs[0]
    truth = [labels.of(t) for t in tests]
    first = [t[0] if task.kind == "score" else t for t in truth]
    return Column(
        np.array(first),
        np.array([t[key] for t in tests]),
        np.array([f"{t['recording']} {t['repetition']}" for t in tests]),
        np.array([t["exercise"] for t in tests]),
        np.array([t["subject"] for t in tests]),
        content["complete"],
        tuple(fold["settings"] for fold in content["folds"]),
        sum(fold["seconds"] for fold in content["folds"]),
    )


def markdown(task: BenchTask, labels: Labels, results: Path) -> str:
    """Every protocol's table of a task; a line that says so where nothing was run."""
    found = columns(task, labels, results)
    if not found:
        return f"### {task.name}\n\n{task.words}: nothing was run yet.\n"
    parts = [f"### {task.name}\n\n{task.words}.\n"]
    parts += [_protocol(task, name, found[name]) for name in sorted(found, key=_order)]
    return "\n".join(parts)


def _order(name: str) -> tuple[bool, str]:
    """Honest protocols first."""
    return (name not in PROTOCOLS or PROTOCOLS[name].leaky, name)


def _protocol(task: BenchTask, name: str, found: Mapping[str, list[Column]]) -> str:
    way = PROTOCOLS[name]
    leaks = " **leaky**: a person is on both sides." if way.leaky else ""
    head, row = (SCORE_HEAD, _score_row) if task.kind == "score" else (CLASS_HEAD, _class_row)
    shown = [m for m in (*CONTROLS, *sorted(set(found) - set(CONTROLS))) if m in found]
    lines = [_line(model, found[model], row, found.get(BASE, [])) for model in shown]
    absent = [m for m in ALWAYS if way.leaky and m not in found]
    lines += [f"| {model} | {' | '.join([MISSING] + [''] * (len(head) - 2))} |" for model in absent]
    return "\n".join([
        f"`{name}`: {way.words}.{leaks}\n",
        f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, "",
    ])  # fmt: skip


def _line(
    model: str,
    found: Sequence[Column],
    row: Callable[[Column], list[float]],
    base: Sequence[Column],
) -> str:
    each = np.array([row(column) for column in found])
    interval = _interval(found[0], lambda kept: row(found[0].take(kept))[0])
    figures = [f"{value:.3f}" for value in each.mean(axis=0)]
    figures[0] += f" ({interval})"
    gap = "" if model == BASE else _gap(found[0], row, base)
    return f"| {model} | {len(found)} | {' | '.join(figures)} | {gap} | {_far(found)} |"


def _gap(column: Column, row: Callable[[Column], list[float]], base: Sequence[Column]) -> str:
    """The first figure less the constant's, the same people drawn for both."""
    if not base or not np.array_equal(base[0].names, column.names):
        return NOT_PAIRED

    def gap(kept: NDArray[np.intp]) -> float:
        return row(column.take(kept))[0] - row(base[0].take(kept))[0]

    everybody = np.arange(len(column.truth))
    return f"{gap(everybody):+.3f} ({_interval(column, gap)})"


SCORE_HEAD: Final = ("model", "seeds", "MAD (95 %, people drawn)", "RMSE", "MAPE, %", "Spearman",
                     "MAD less the constant's", "how far it got")  # fmt: skip
CLASS_HEAD: Final = ("model", "seeds", "balanced accuracy (95 %, people drawn)", "accuracy",
                     "macro F1", "the first less the constant's", "how far it got")  # fmt: skip


def _score_row(column: Column) -> list[float]:
    """Means over exercises of each exercise's own figure."""
    every = (metrics.mad, metrics.rmse, metrics.mape, metrics.spearman)
    return [metrics.mean_over(m, column.truth, column.predicted, column.exercises) for m in every]


def _class_row(column: Column) -> list[float]:
    pair = (column.truth, column.predicted)
    return [metrics.balanced_accuracy(*pair), metrics.accuracy(*pair), metrics.macro_f1(*pair)]


def _interval(column: Column, figure: Callable[[NDArray[np.intp]], float]) -> str:
    """95 % of a figure of samples, people drawn with replacement."""
    if len(np.unique(column.subjects)) < 2:
        return "one person"
    found = metrics.by_people(figure, column.subjects, resamples=200)
    return f"{found.low:.3f} to {found.high:.3f}"


def _far(found: Sequence[Column]) -> str:
    """What stopped the trainings, and whether folds are missing."""
    settings = [s for column in found for s in column.settings if "epochs" in s]
    seconds = float(np.mean([column.seconds for column in found]))
    words = [] if all(c.complete for c in found) else ["folds missing"]
    if settings:
        epochs = [s["epochs"] for s in settings]
        stopped = sorted({s["stopped_by"] for s in settings})
        words.append(
            f"{min(epochs)} to {max(epochs)} of {settings[0]['of']} epochs, stopped by "
            f"{', '.join(stopped)}; {settings[0]['parameters']:,} parameters; {seconds:.0f} s"
        )
    return "; ".join(words)
