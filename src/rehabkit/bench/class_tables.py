"""Figures of classes in tables: how chances rank, how far they can be believed, confusion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from rehabkit.bench import metrics
from rehabkit.bench.columns import Column

HEADS: Final = ("balanced accuracy (95 %, people drawn)", "accuracy", "macro precision",
                "macro F1", "AUC", "calibration error")  # fmt: skip
MOST_CLASSES: Final = 12
"""Confusion of more is no table that one reads."""


def figures(column: Column) -> list[float]:
    """What stands after balanced accuracy, means over seeds; NaN where no chances were given."""
    each = [_of_seed(column.take(column.seed_of == seed)) for seed in np.unique(column.seed_of)]
    return [float(value) for value in np.mean(each, axis=0)]


def _of_seed(column: Column) -> list[float]:
    pair = (column.truth, column.predicted)
    precision = float(np.mean(list(metrics.per_class(*pair)["precision"].values())))
    return [metrics.accuracy(*pair), precision, metrics.macro_f1(*pair), auc(column),
            calibration_error(column)]  # fmt: skip


def auc(column: Column) -> float:
    """Of the second class of two; of several the mean of each against the rest."""
    if column.chances is None:
        return float("nan")
    chances = column.chances
    asked = column.classes[1:] if len(column.classes) == 2 else column.classes
    places = [column.classes.index(name) for name in asked]
    each = [
        metrics.auc(column.truth == name, chances[:, place])
        for name, place in zip(asked, places, strict=True)
    ]
    return float(np.nanmean(each)) if np.isfinite(each).any() else float("nan")


def calibration_error(column: Column) -> float:
    """Of the chance that the class that was said had."""
    if column.chances is None:
        return float("nan")
    place = np.array([column.classes.index(name) for name in column.predicted.tolist()])
    chance = column.chances[np.arange(len(place)), place]
    return metrics.calibration_error(column.truth == column.predicted, chance)


def confusion(model: str, column: Column) -> tuple[tuple[str, ...], list[tuple[str, ...]]] | None:
    """Head and rows: how often each true class was called which; None with many classes."""
    classes: Sequence[str] = np.unique([*column.truth, *column.predicted]).tolist()
    if len(classes) > MOST_CLASSES:
        return None
    counts = metrics.confusion(column.truth, column.predicted, np.array(classes))
    head = (f"{model}: true", *(f"called {name}" for name in classes))
    return head, [(n, *map(str, row)) for n, row in zip(classes, counts.tolist(), strict=True)]
