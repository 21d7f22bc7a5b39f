"""Tables of a task from its cells, joined with the labels of the data set at hand.

Cells hold predictions and names; the truth is read from the data. A protocol in which people are on
both sides is marked ``leaky``, and the rows that see no movement stand first in every table. Below
a task's own tables stand the figures that papers print for it, with the same rows beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit import datasets
from rehabkit.bench import (
    ablation_tables,
    ablations,
    class_tables,
    cost_tables,
    learners,
    level_tables,
    metrics,
    published,
)
from rehabkit.bench.columns import BASE, Column, columns
from rehabkit.bench.levels import Levels
from rehabkit.bench.markdown_lines import difference, row, table, within
from rehabkit.bench.protocols import PROTOCOLS
from rehabkit.bench.tasks import BenchTask, Labels

CONTROLS: Final = learners.WITHOUT_FIGURES
BLIND: Final = frozenset(CONTROLS) - {"path-length"}
"""Rows that see no movement."""
ALWAYS: Final = ("constant", "identity", "standing-still")
"""Rows that no leaky table may lack."""
MISSING: Final = "not run"
HUNDRED: Final = 100.0
GROUPS: Final = ("expert", "not expert", "back pain", "Parkinson", "stroke")
"""KIMORE's, in this order; other groups follow by name."""
BEGIN, END = "<!-- tables begin -->", "<!-- tables end -->"
Found = Mapping[str, Column]


def of_tasks(tasks: Sequence[BenchTask], root: Path, results: Path) -> str:
    """Tables of several tasks, each data set below ``root`` read once."""
    load = cache(partial(datasets.load, root=root))
    return "\n".join(markdown(one, one.labels(load(one.data)), results) for one in tasks)


def markdown(task: BenchTask, labels: Labels, results: Path) -> str:
    """Every protocol's tables of a task, and what papers print for it."""
    found = columns(task, labels, results)
    parts = [f"### {task.name}\n\n{task.words}{'.' if found else ': nothing was run yet.'}\n"]
    parts += [_protocol(task, name, found[name]) for name in sorted(found, key=_order)]
    return "\n".join([*parts, *_published(task, found)])


def placed(text: str, document: str) -> str:
    """``text`` between the marks of a document that has them, else by itself."""
    before, begun, rest = document.partition(BEGIN)
    _, ended, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}" if begun and ended else text


def _order(name: str) -> tuple[bool, str]:
    """Honest protocols first."""
    return (PROTOCOLS[name].leaky, name)


def _protocol(task: BenchTask, name: str, found: Found) -> str:
    way = PROTOCOLS[name]
    leaks = " **leaky**: a person is on both sides." if way.leaky else ""
    shown = _shown(found)
    absent = [m for m in ALWAYS if way.leaky and m not in found]
    spent = cost_tables.table(task, {m: found[m] for m in shown})
    spent += ablation_tables.table(task, found)
    if isinstance(task.target, Levels):
        body = level_tables.table({m: found[m] for m in shown}, absent, MISSING)
        return "\n".join([f"`{name}`: {way.words}.{leaks}\n", *body, *spent])
    plain = best_plain(found)
    head = ("model", "seeds", *_heads(task), "the first less the constant's",
            f"less {plain}'s" if plain else "less the best plain row's")  # fmt: skip
    lines = [_line(task, model, found, plain) for model in shown]
    lines += [row([m, MISSING, *[""] * (len(head) - 2)]) for m in absent]
    parts = [f"`{name}`: {way.words}.{leaks}\n", *table(head, lines)]
    if task.kind == "score":
        parts += _by_group({m: found[m] for m in shown})
    else:
        parts += _confused(found)
    return "\n".join([*parts, *spent])


def _shown(found: Found) -> list[str]:
    """Controls first; ablations have tables of their own."""
    others = sorted(m for m in set(found) - set(CONTROLS) if not ablations.part_of(m))
    return [m for m in (*CONTROLS, *others) if m in found]


def best_plain(found: Found) -> str:
    """The best row that sees movement and is no network; empty where there is none.

    Networks that are not better than it have gained nothing.
    """
    networks_ = learners.network_models()
    named = {m: m.removesuffix(learners.LEVELLED) for m in _shown(found)}
    plain = [m for m, own in named.items() if own not in networks_ and m not in BLIND]
    return min(plain, key=lambda m: _rank(found[m]), default="")


def _rank(column: Column) -> float:
    """Lower is better."""
    first = metrics.mean_of_parts(column.values, column.parts)
    return first if column.scored else -first


def _heads(task: BenchTask) -> tuple[str, ...]:
    if task.kind != "score":
        return class_tables.HEADS
    scale = f", 0-{task.highest:g}" if task.highest else ""
    hundred = ("MAD, 0-100",) if _rescaled(task) else ()
    return f"MAD{scale} (95 %, people drawn)", *hundred, "RMSE", "MAPE, %", "Spearman"


def _line(task: BenchTask, model: str, found: Found, plain: str) -> str:
    column = found[model]
    gaps = [_gap(column, found.get(base), same=model == base) for base in (BASE, plain)]
    return row([model, column.seeds_run, *_figures(task, column), *gaps])


def _rescaled(task: BenchTask) -> bool:
    """Whether 0-100 is another scale than the score's own."""
    return task.highest not in (0, HUNDRED)


def _figures(task: BenchTask, column: Column) -> list[str]:
    first = metrics.mean_of_parts(column.values, column.parts)
    shown = f"{first:.3f} ({within(column.first())})"
    if not column.scored:
        return [shown, *map(_three, class_tables.figures(column))]
    hundred = [f"{100 * first / task.highest:.3f}"] if _rescaled(task) else []
    others = [column.scores(m) for m in (metrics.rmse, metrics.mape, metrics.spearman)]
    return [shown, *hundred, *map(_three, others)]


def _three(value: float) -> str:
    """Three digits; a figure that there is none of (ranks of a constant) as a dash."""
    return f"{value:.3f}" if np.isfinite(value) else "-"


def _over_seeds(metric: metrics.Metric, column: Column) -> float:
    return metrics.mean_over(metric, column.truth, column.predicted, column.seed_of)


def _gap(column: Column, base: Column | None, *, same: bool) -> str:
    """The first figure less another row's, the same people drawn for both."""
    if base is None or same:
        return ""
    return difference(column.less(base))


def _by_group(found: Found) -> list[str]:
    """MAD of every model in each group, means over exercises; people of the group drawn."""
    there = {group for column in found.values() for group in column.groups.tolist()} - {""}
    if len(there) < 2:
        return []
    groups = [g for g in (*GROUPS, *sorted(there - set(GROUPS))) if g in there]
    some = next(iter(found.values()))
    people = [len(np.unique(some.subjects[some.groups == g])) for g in groups]
    head = ("MAD by group", *(f"{g} ({n})" for g, n in zip(groups, people, strict=True)))
    lines = [row([m, *(_in_group(column, g) for g in groups)]) for m, column in found.items()]
    return table(head, lines)


def _in_group(column: Column, group: str) -> str:
    own = column.take(column.groups == group)
    if not len(own.values):
        return ""
    return f"{metrics.mean_of_parts(own.values, own.parts):.2f} ({within(own.first(), 2)})"


def _confused(found: Found) -> list[str]:
    """Which classes the best row that sees movement exchanges."""
    seeing = {m: c for m, c in found.items() if m not in BLIND}
    best = min(seeing, key=lambda m: _rank(seeing[m]), default="")
    counted = class_tables.confusion(best, seeing[best]) if best else None
    return table(counted[0], [row(one) for one in counted[1]]) if counted else []


def _published(task: BenchTask, found: Mapping[str, Found]) -> list[str]:
    """What papers print, with our rows that see no movement beside what leaks."""
    rows = published.of_task(task.name)
    if not rows:
        return []
    apart = all(row.split == published.APART for row in rows)
    leaky = [name for name in task.protocols if PROTOCOLS[name].leaky]
    beside = [] if apart else [name for name in leaky if name in found] or leaky[:1]
    lines = [_control(task, m, name, found.get(name, {}).get(m))
             for name in beside for m in ALWAYS]  # fmt: skip
    words = "Published, as printed; none of these was run here:\n"
    return [words, *published.lines(rows, task.kind, tuple(lines))]


def _control(task: BenchTask, model: str, protocol: str, column: Column | None) -> str:
    width = len(published.SCORE_HEAD if task.kind == "score" else published.OTHER_HEAD)
    head = [f"ours: {model}", f"`{protocol}`"]
    if column is None:
        return row([*head, MISSING, *[""] * (width - 3)])
    first = metrics.mean_of_parts(column.values, column.parts)
    if task.kind != "score":
        figures = [
            f"balanced accuracy {first:.3f}; accuracy {_over_seeds(metrics.accuracy, column):.3f}"
        ]
    else:
        hundred = f"{100 * first / task.highest:.3f}" if task.highest else ""
        others = [_three(column.scores(m)) for m in (metrics.rmse, metrics.spearman)]
        figures = [f"{first:.3f}", hundred, *others]
        if task.highest == HUNDRED:  # columns of 0-50 stay empty
            figures[0], figures[2] = "", ""
    return row([*head, *figures, "this benchmark", "sees no movement"])
