"""What ``analyze`` prints at its end: figures and findings at a glance, and where the report is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from rehabkit.cli.batch import Outcome
from rehabkit.report.phrases import expected_words, gate_words, reason_words, with_unit
from rehabkit.report.words import DASH, angle_base_label, count, number, seconds, sentence

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rehabkit.report.document import FindingPart, RepetitionPart, Summary

USE = "Supports a professional’s judgement. Not a diagnosis."
WIDEST = 96
NARROW = 60
ROWS_SHOWN = 12
ANGLES_SHOWN = 4
RECORDINGS_SHOWN = 40


def outcomes(console: Console, results: Sequence[Outcome], out: Path) -> None:
    """Print one recording in detail, or several as a table; nothing where all were refused."""
    done = [result.summary for result in results if result.summary is not None]
    if not done:
        return
    width = min(console.width, WIDEST)
    single = len(results) == 1
    blocks = _detail(results[0], narrow=width < NARROW) if single else _overview(results, width)
    console.print()
    for block in blocks:
        console.print(block, width=width)
        console.print()
    where = f"Report: {out / 'report.html'}" if single else f"Reports: in the folders of {out}"
    console.print(where, soft_wrap=True)  # a path that wraps cannot be clicked or copied
    if not single:
        console.print(f"Cohort: {out / 'cohort.html'}", soft_wrap=True)
    console.print(USE, style="quiet")


def _detail(outcome: Outcome, *, narrow: bool) -> Iterator[RenderableType]:
    summary = outcome.summary
    assert summary is not None
    yield Group(_title(summary), _gate(summary))
    yield Group(_counted(summary), *_repetitions(summary, narrow=narrow))
    if summary.gate.usable:
        yield _score(summary)
    ranges = list(_ranges(summary, outcome.shown))
    if ranges:
        lines = _bullets()
        for line in ranges:
            lines.add_row("-", line)
        yield Group(Text("Ranges, median of the repetitions", style="name"), lines)
    if summary.findings:
        yield Group(Text("Findings", style="name"), _findings(summary.findings))
    elif summary.gate.usable:
        yield Text(summary.feedback.patient)


def _score(summary: Summary) -> Text:
    """The score with its level and dimensions, or why there is none."""
    found = summary.scores
    if found.overall.value is None:
        reasons = " ".join(sentence(reason) for reason in found.overall.reasons)
        return Text.assemble(("No score. ", "name"), (reasons, "quiet"))
    dimensions = ", ".join(
        f"{name} {number(part.value, 1)} of 4"
        for name, part in (
            ("completeness", found.completeness),
            ("correction", found.correction),
            ("smoothness", found.smoothness),
        )
        if part.value is not None
    )
    interval = found.overall.interval
    spread = f", {number(interval[0], 0)} to {number(interval[1], 0)}" if interval else ""
    head = f"Score {number(found.overall.value, 0)} of 100 ({found.overall.level}{spread})"
    return Text.assemble((head, "name"), f": {dimensions}")


def _title(summary: Summary) -> Text:
    source = summary.source
    parts = [PurePath(source.path).name or "recording in memory", seconds(source.duration_s)]
    if source.rate_hz:
        parts[1] += f" at {number(source.rate_hz)} Hz"
    if source.device:
        parts.append(source.device)
    name = summary.exercise.name or "Exercise not named"
    return Text.assemble((name, "name"), "\n", (", ".join(parts), "quiet"))


def _gate(summary: Summary) -> RenderableType:
    bold, _ = gate_words(summary)
    gate = summary.gate
    style = "refused" if not gate.usable else "mild" if gate.limits else "good"
    lines = _bullets()
    for reason in (*gate.reasons, *gate.limits):
        advice = f" {sentence(reason.advice)}" if reason.advice else ""
        lines.add_row("-", Text(reason_words(reason)).append(advice, "quiet"))
    return Group(Text(bold, style=style), lines)


def _bullets() -> Table:
    """A list whose lines hang behind their bullets."""
    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_column(no_wrap=True)
    lines.add_column()
    return lines


def _counted(summary: Summary) -> Text:
    text = Text.assemble((count(len(summary.repetitions), "repetition"), "name"))
    partial = summary.partial_repetitions
    if partial:
        whys = ", ".join(dict.fromkeys(part.why for part in partial))
        text.append(f" and {len(partial)} not counted ({whys})")
    return text


def _repetitions(summary: Summary, *, narrow: bool) -> Iterator[Table]:
    shown = summary.repetitions[:ROWS_SHOWN]
    if not shown:
        return
    sided = any(repetition.side != "none" for repetition in shown)
    table = _table()
    table.add_column("No.", justify="right", no_wrap=True)
    table.add_column("Start" if narrow else "From, to", justify="right", no_wrap=True)
    if sided:
        table.add_column("Side", no_wrap=True)
    heading = "Range" if narrow else _range_heading(summary)
    table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Length", justify="right", no_wrap=True)
    unit = next((driver.unit for driver in summary.drivers), "")
    for repetition in shown:
        table.add_row(*_row(repetition, unit, narrow=narrow, sided=sided))
    left = len(summary.repetitions) - len(shown)
    if left:
        table.caption = f"{left} more in repetitions.csv"
        table.caption_justify = "left"
    yield table


def _table() -> Table:
    return Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet"
    )


def _range_heading(summary: Summary) -> str:
    labels = list(dict.fromkeys(driver.label for driver in summary.drivers))
    return f"{labels[0]}, range" if len(labels) == 1 else "Range"


def _row(repetition: RepetitionPart, unit: str, *, narrow: bool, sided: bool) -> list[str]:
    start, end = repetition.start_s, repetition.end_s
    extent = repetition.extent
    return [
        str(repetition.number),
        f"{number(start, 1)} s" if narrow else f"{number(start, 1)}{DASH}{number(end, 1)} s",
        *([repetition.side.replace("none", "")] if sided else []),
        with_unit(extent, unit) if extent is not None else "not measured",
        f"{number(end - start, 1)} s",
    ]


def _ranges(summary: Summary, angles: Sequence[str]) -> Iterator[str]:
    """``"Knee flexion: 95° left, 88° right"`` for the exercise's first angles."""
    for angle in angles[:ANGLES_SHOWN]:
        sides = {"": angle, " left": f"{angle}_left", " right": f"{angle}_right"}
        found = {side: _median(summary, f"{name}.range") for side, name in sides.items()}
        values = [f"{number(v)}°{side}" for side, v in found.items() if v is not None]
        if values:
            yield f"{angle_base_label(angle)}: {', '.join(values)}"


def _median(summary: Summary, measure: str) -> float | None:
    each = (repetition.measures.get(measure) for repetition in summary.repetitions)
    values = [found.value for found in each if found is not None and found.value is not None]
    return statistics.median(values) if values else None


def _findings(findings: Sequence[FindingPart]) -> Table:
    lines = _bullets()
    for finding in findings:
        figures = f"{with_unit(finding.measured, finding.unit)}, {expected_words(finding)}"
        text = Text.assemble(
            (finding.title.rstrip("."), "name"), "  ", (finding.severity, finding.severity),
            f", {figures}\n", (sentence(finding.therapist), "quiet"),
        )  # fmt: skip
        lines.add_row(Text("●", style=finding.severity), text)
    return lines


def _overview(results: Sequence[Outcome], width: int) -> Iterator[RenderableType]:
    wide = width >= NARROW
    table = _table()
    table.add_column("Recording", overflow="fold", ratio=1)
    table.add_column("Rep.", justify="right", no_wrap=True)
    if wide:
        table.add_column("Range", justify="right", no_wrap=True)
        table.add_column("First finding", ratio=1)
    table.add_column("Usable", no_wrap=True)
    for result in results[:RECORDINGS_SHOWN]:
        table.add_row(*_overview_row(result, wide=wide))
    left = len(results) - RECORDINGS_SHOWN
    if left > 0:
        table.caption = f"{left} more, each in its folder"
        table.caption_justify = "left"
    yield table
    yield _tally(results)


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
    text = Text.assemble((f"{count(len(summaries), 'recording')} analysed", "name"))
    if unusable:
        text.append(f", {unusable} of them not usable")
    if len(summaries) < len(results):
        text.append(f"; {len(results) - len(summaries)} refused", "refused")
    return text
