"""What ``analyze`` prints at its end: figures and findings at a glance, and where the report is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rehabkit.cli.batch import Outcome
from rehabkit.report.phrases import expected_words, gate_words, reason_words, with_unit
from rehabkit.report.words import DASH, count, number, seconds, sentence

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rehabkit.report.document import FindingPart, RepetitionPart, Summary

USE = "Supports a professional’s judgement. Not a diagnosis."
WIDEST = 96
NARROW = 60
ROWS_SHOWN = 12
RECORDINGS_SHOWN = 40


def outcomes(console: Console, results: Sequence[Outcome], out: Path) -> None:
    """Print one recording in detail, or several as a table."""
    done = [result for result in results if result.summary is not None]
    if not done:
        return
    width = min(console.width, WIDEST)
    blocks = _detail(done[0], width) if len(results) == 1 else _overview(results, out, width)
    console.print()
    for block in blocks:
        console.print(block, width=width)


def _detail(outcome: Outcome, width: int) -> Iterator[RenderableType]:
    summary = outcome.summary
    assert summary is not None
    yield _title(summary)
    yield _gate(summary)
    yield Text()
    yield _counted(summary)
    if summary.repetitions:
        yield _repetitions(summary, narrow=width < NARROW)
    if summary.findings:
        yield Text("Findings", style="name")
        yield from (_finding(finding) for finding in summary.findings)
    elif summary.gate.usable:
        yield Text(summary.feedback.patient)
    yield Text()
    yield _report(outcome.job.folder / "report.html")
    yield Text(USE, style="quiet")


def _title(summary: Summary) -> Text:
    source = summary.source
    parts = [PurePath(source.path).name or "recording in memory", seconds(source.duration_s)]
    if source.rate_hz:
        parts[1] += f" at {number(source.rate_hz)} Hz"
    if source.device:
        parts.append(source.device)
    title = Text(summary.exercise.name or "Exercise not named", style="name")
    return title.append("\n" + ", ".join(parts), style="not bold dim")


def _gate(summary: Summary) -> RenderableType:
    bold, _ = gate_words(summary)
    gate = summary.gate
    style = "refused" if not gate.usable else "mild" if gate.limits else "good"
    lines = Text(bold, style=style)
    for reason in (*gate.reasons, *gate.limits):
        lines.append(f"\n- {reason_words(reason)}", style="default not bold")
        if reason.advice:
            lines.append(f" {sentence(reason.advice)}", style="default not bold dim")
    return lines


def _counted(summary: Summary) -> Text:
    text = Text(count(len(summary.repetitions), "repetition"), style="name")
    partial = summary.partial_repetitions
    if partial:
        whys = ", ".join(dict.fromkeys(part.why for part in partial))
        text.append(f" and {len(partial)} not counted ({whys})", style="not bold")
    return text


def _repetitions(summary: Summary, *, narrow: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    for heading in ("No.", "Start" if narrow else "From, to"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Side", no_wrap=True)
    table.add_column(_range_heading(summary), justify="right")
    table.add_column("Length", justify="right", no_wrap=True)
    units = {driver.name: driver.unit for driver in summary.drivers}
    unit = next(iter(units.values()), "")
    shown = summary.repetitions[:ROWS_SHOWN]
    for repetition in shown:
        table.add_row(*_row(repetition, unit, narrow=narrow))
    left = len(summary.repetitions) - len(shown)
    if left:
        table.caption = f"{left} more in repetitions.csv"
        table.caption_justify = "left"
    return table


def _range_heading(summary: Summary) -> str:
    labels = list(dict.fromkeys(driver.label for driver in summary.drivers))
    return f"{labels[0]}, range" if len(labels) == 1 else "Range"


def _row(repetition: RepetitionPart, unit: str, *, narrow: bool) -> tuple[str, ...]:
    start, end = repetition.start_s, repetition.end_s
    when = f"{number(start, 1)} s" if narrow else f"{number(start, 1)}{DASH}{number(end, 1)} s"
    extent = repetition.extent
    return (
        str(repetition.number),
        when,
        repetition.side if repetition.side != "none" else "",
        with_unit(extent, unit) if extent is not None else "not measured",
        f"{number(end - start, 1)} s",
    )


def _finding(finding: FindingPart) -> RenderableType:
    text = Text("● ", style=finding.severity)
    text.append(finding.title.rstrip("."), style="default bold")
    text.append(
        f"  {finding.severity}, {with_unit(finding.measured, finding.unit)}, "
        f"{expected_words(finding)}",
        style="default dim",
    )
    text.append("\n" + sentence(finding.therapist), style="default")
    return Padding(text, (0, 0, 0, 1))


def _report(path: Path) -> Text:
    return Text("Report: ", style="name").append(str(path), style="not bold")


def _overview(results: Sequence[Outcome], out: Path, width: int) -> Iterator[RenderableType]:
    shown = results[:RECORDINGS_SHOWN]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet")
    table.add_column("Recording", overflow="fold", ratio=1)
    table.add_column("Rep.", justify="right", no_wrap=True)
    if width >= NARROW:
        table.add_column("Range", justify="right", no_wrap=True)
        table.add_column("First finding", ratio=1)
    table.add_column("Usable", no_wrap=True)
    for result in shown:
        table.add_row(*_overview_row(result, wide=width >= NARROW))
    yield table
    if len(results) > len(shown):
        yield Text(f"{len(results) - len(shown)} more, each in its folder", style="quiet")
    yield _tally(results)
    yield Text("Reports: ", style="name").append(f"{out}/*/report.html", style="not bold")
    yield Text(USE, style="quiet")


def _overview_row(result: Outcome, *, wide: bool) -> list[RenderableType]:
    summary = result.summary
    if summary is None:
        blank = ["", ""] if wide else []
        return [result.job.name, "", *blank, Text("refused", style="refused")]
    usable = Text("yes", style="good") if summary.gate.usable else Text("no", style="refused")
    first = summary.findings[0].title.rstrip(".") if summary.findings else ""
    middle: list[RenderableType] = [_median_range(summary), first] if wide else []
    return [result.job.name, str(len(summary.repetitions)), *middle, usable]


def _median_range(summary: Summary) -> str:
    extents = [r.extent for r in summary.repetitions if r.extent is not None]
    unit = next((driver.unit for driver in summary.drivers), "")
    return with_unit(statistics.median(extents), unit) if extents else ""


def _tally(results: Sequence[Outcome]) -> Text:
    summaries = [result.summary for result in results if result.summary is not None]
    unusable = sum(not summary.gate.usable for summary in summaries)
    text = Text(f"{count(len(summaries), 'recording')} analysed", style="name")
    if unusable:
        text.append(f", {unusable} of them not usable", style="not bold")
    if len(summaries) < len(results):
        text.append(f"; {len(results) - len(summaries)} refused", style="refused")
    return text
