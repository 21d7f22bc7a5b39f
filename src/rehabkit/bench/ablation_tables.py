"""Tables of D2STA's ablations: each beside the whole network of the same training and samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from rehabkit.bench import ablations, cost_tables, markdown_lines, metrics
from rehabkit.bench.columns import Column
from rehabkit.bench.tasks import BenchTask

Found = Mapping[str, Column]
WHOLE: Final = "the whole network"
NOT_RUN: Final = "the whole was not run"


def table(task: BenchTask, found: Found) -> list[str]:
    """Lines of a protocol's tables of ablations, one for each training; none where none was run."""
    trained: dict[str, dict[str, str]] = defaultdict(dict)
    for name in found:
        part = ablations.part_of(name)
        if part:
            trained[ablations.whole_of(name)][name] = part
    return [line for whole in sorted(trained) for line in _of(task, whole, trained[whole], found)]


def _of(task: BenchTask, whole: str, parts: Mapping[str, str], found: Found) -> list[str]:
    first = "MAD" if task.kind == "score" else "balanced accuracy"
    ranks = ("Spearman",) if task.kind == "score" else ()
    head = (f"ablations of {whole}", "what differs", "seeds", "parameters", "loss, learned from",
            f"{first} (95 %, people drawn)", *ranks, "the first less the whole's")  # fmt: skip
    order = sorted(parts, key=lambda name: list(ablations.SHAPES).index(parts[name]))
    rows = [whole] if whole in found else []
    lines = [
        markdown_lines.row([name, _differs(parts.get(name)), *_figures(found[name]),
                            _gap(found[name], found.get(whole), same=name == whole)])
        for name in (*rows, *order)
    ]  # fmt: skip
    return markdown_lines.table(head, lines)


def _differs(part: str | None) -> str:
    return WHOLE if part is None else ablations.words_of(part)


def _figures(column: Column) -> list[str]:
    """What it is made of, how far it learned, how far off it is."""
    first = metrics.mean_of_parts(column.values, column.parts)
    ranks = [f"{column.scores(metrics.spearman):.3f}"] if column.scored else []
    shown = f"{first:.3f} ({markdown_lines.within(column.first())})"
    loss = cost_tables.losses(column, cost_tables.LOSSES[0])
    return [column.seeds_run, cost_tables.parameters(column), loss, shown, *ranks]


def _gap(column: Column, whole: Column | None, *, same: bool) -> str:
    if same:
        return ""
    return NOT_RUN if whole is None else markdown_lines.difference(column.less(whole))
