"""What ``progress`` prints: the answer, the telling measures, and where the page is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from rehabkit.cli.show_comparison import WIDEST, results_table
from rehabkit.comparison.words import USE
from rehabkit.progress import words
from rehabkit.report.phrases import with_signs
from rehabkit.report.words import count, sentence

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rehabkit.progress.document import Progress, SeriesPart

_STYLES = {"real": "name", "within measurement error": "quiet", "cannot be said": "mild"}


def progress(console: Console, found: Progress, out: Path) -> None:
    """Print both sentences, a table for each series, and what was left out."""
    width = min(console.width, WIDEST)
    console.print()
    for block in _blocks(found):
        console.print(block, width=width)
    console.print(f"Page: {out / 'progress.html'}", soft_wrap=True)
    console.print(USE, style="quiet")


def _blocks(found: Progress) -> Iterator[RenderableType]:
    yield Text(found.person or "Person not named", style="name")
    yield Text(f"{count(len(found.visits), 'recording')}, ordered {found.ordered_by}\n")
    yield Text(f"{found.answer.therapist}\n")
    for section in found.sections:
        for series in section.series:
            yield Text(f"{section.name}: {words.kind(series)}", style="name")
            if len(series.visits) > 1:
                yield _table(series)
            else:
                yield Text("one visit only: nothing to compare\n", style="quiet")
        for note in section.notes:
            yield Text(f"{note}\n", style="mild")
    for visit in found.visits:
        if visit.left_out:
            yield Text(sentence(with_signs(f"Left out: visit {visit.number} ({visit.name}), "
                                           f"{visit.left_out}")), style="mild")  # fmt: skip


def _table(series: SeriesPart) -> RenderableType:
    table = results_table("Measure", "first", "last", "change", "MDC95", last="verdict")
    for measure in series.measures:
        if measure.shown:
            table.add_row(
                words.label(measure), words.value(measure.first, measure.unit),
                words.value(measure.last, measure.unit), *words.change_words(measure),
                Text(words.VERDICTS[measure.verdict], style=_STYLES[measure.verdict]),
            )  # fmt: skip
    return table
