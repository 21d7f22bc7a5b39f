"""Tables of levels: accuracy, balanced accuracy and quadratic kappa, each with its interval.

Everything follows from how often each true level was called which, counted for every person: 95 %
intervals draw people with replacement, and differences to the constant draw the same people for
both. Cells of several seeds count together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import markdown_lines, metrics
from rehabkit.bench.columns import BASE, Column
from rehabkit.bench.levels import CUTS, LEVELS
from rehabkit.recording.arrays import Float

HEAD: Final = ("accuracy (95 %, people drawn)", "balanced accuracy", "quadratic kappa",
               "accuracy less the constant's", "less one model's for all")  # fmt: skip
EACH: Final = "-each"
"""In the name of a model that is one an exercise."""
Figure = Callable[[NDArray[Any]], Float]
"""From (..., levels, levels) counts, rows the truth, to (...)."""


def accuracy(counts: NDArray[Any]) -> Float:
    """Share of samples whose level is right."""
    right = np.trace(counts, axis1=-2, axis2=-1)
    return np.asarray(right / counts.sum(axis=(-2, -1)))


def balanced_accuracy(counts: NDArray[Any]) -> Float:
    """Mean over the levels that occur of the share that is right."""
    there = counts.sum(axis=-1)
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    shares = np.divide(right, there, out=np.full(there.shape, np.nan), where=there > 0)
    return np.asarray(np.nanmean(shares, axis=-1))


FIGURES: Final[tuple[Figure, ...]] = (accuracy, balanced_accuracy, metrics.kappa_of)


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each true level was called which.

    Parameters
    ----------
    people
        Sorted.
    each
        (people, levels, levels), rows the truth.
    """

    people: tuple[str, ...]
    each: Float

    @classmethod
    def of(cls, column: Column) -> Counts:
        """Of all samples and seeds of a column."""
        people, person = np.unique(column.subjects, return_inverse=True)
        each = np.zeros((len(people), len(LEVELS), len(LEVELS)))
        said = (column.truth.tolist(), column.predicted.tolist())
        true, called = ([LEVELS.index(name) for name in names] for names in said)
        np.add.at(each, (person, np.array(true), np.array(called)), 1)
        return cls(tuple(people.tolist()), each)

    def drawn(self) -> Float:
        """(resamples, levels, levels) of people drawn with replacement; the same for the same."""
        return np.tensordot(metrics.times_drawn(len(self.people)), self.each, axes=1)


def table(found: Mapping[str, Column], absent: Sequence[str], missing: str) -> list[str]:
    """Lines of a protocol's table; ``absent`` rows say that they are ``missing``."""
    rows = [[model, one.seeds_run, *_figures(model, found)] for model, one in found.items()]
    rows += [[model, missing, *[""] * len(HEAD)] for model in absent]
    every = [settings for one in found.values() for settings in one.settings]
    lines = markdown_lines.table(("model", "seeds", *HEAD), [*map(markdown_lines.row, rows)])
    return [f"{_cuts(every)}\n", *lines]


def _figures(model: str, found: Mapping[str, Column]) -> list[str]:
    """The three figures with their intervals, and differences of the first."""
    own = Counts.of(found[model])
    together, drawn = own.each.sum(axis=0), own.drawn()
    shown = [_with_interval(f(together), f(drawn)) for f in FIGURES]
    whole = model.replace(EACH, "") if EACH in model else ""
    bases = (found.get(BASE) if model != BASE else None, found.get(whole))
    return [*shown, *("" if b is None else _gap(found[model], b) for b in bases)]


def _gap(column: Column, base: Column) -> str:
    """Accuracy less another row's, on the same samples of the same seeds and people drawn alike."""
    same = base.take(np.isin(base.names, column.names))
    if len(same.names) != len(column.names):
        return markdown_lines.NOT_PAIRED
    one, two = Counts.of(column), Counts.of(same)
    gap = accuracy(one.each.sum(axis=0)) - accuracy(two.each.sum(axis=0))
    return _with_interval(gap, accuracy(one.drawn()) - accuracy(two.drawn()), "+")


def _with_interval(value: Float, drawn: Float, sign: str = "") -> str:
    if not np.isfinite(value):
        return "-"  # kappa where all is one level
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return f"{value:{sign}.3f} ({low:{sign}.3f} to {high:{sign}.3f})"


def _cuts(settings: Sequence[Mapping[str, Any]]) -> str:
    """In words: the cuts of all folds, the lowest and the highest of each."""
    cuts = np.array([one[CUTS] for one in settings])
    each = [f"{low:.1f}" if low == high else f"{low:.1f} to {high:.1f}"
            for low, high in zip(cuts.min(axis=0), cuts.max(axis=0), strict=True)]  # fmt: skip
    return f"Cuts of the training parts: {'; '.join(each)}."
