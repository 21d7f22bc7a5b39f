"""What ``analyze`` prints at its end: figures and findings at a glance, and where the report is."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from rehabkit.batch.addresses import join
from rehabkit.report.output import DOCUMENT, PAGE
from rehabkit.report.phrases import expected_words, gate_words, reason_words, with_unit
from rehabkit.report.words import (
    DASH,
    angle_base_label,
    count,
    number,
    recognised_words,
    seconds,
    sentence,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rehabkit.report.document import FindingPart, RepetitionPart, Summary

USE = "Supports a professional’s judgement. Not a diagnosis."
WIDEST = 96
NARROW = 60
ROWS_SHOWN = 12
ANGLES_SHOWN = 4


def outcome(
    console: Console, summary: Summary, angles: Sequence[str], out: str, *, report: bool = True
) -> None:
    """Print one recording in detail; ``angles`` are those that its exercise puts first."""
    width = min(console.width, WIDEST)
    console.print()
    for block in _detail(summary, angles, narrow=width < NARROW):
        console.print(block, width=width)
        console.print()
    # A path that wraps cannot be clicked or copied.
    place = f"Report: {join(out, PAGE)}" if report else f"Results: {join(out, DOCUMENT)}"
    console.print(place, soft_wrap=True)
    console.print(USE, style="quiet")


def _detail(summary: Summary, angles: Sequence[str], *, narrow: bool) -> Iterator[RenderableType]:
    yield Group(_title(summary), _gate(summary))
    yield Group(_counted(summary), *_repetitions(summary, narrow=narrow))
    if summary.gate.usable:
        yield Group(_score(summary), *_clinical(summary))
    ranges = list(_ranges(summary, angles))
    if ranges:
        lines = bullets()
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
        for name, part in found.dimensions.items()
        if part.value is not None
    )
    interval = found.overall.interval
    spread = f", {number(interval[0], 0)} to {number(interval[1], 0)}" if interval else ""
    head = f"Score {number(found.overall.value, 0)} of 100 ({found.overall.level}{spread})"
    return Text.assemble((head, "name"), f": {dimensions}")


def _clinical(summary: Summary) -> Iterator[Text]:
    """The clinical estimate; where there is none the report says why."""
    found = summary.clinical_score
    if found.value is None or found.interval is None:
        return
    low, high = (number(end, 0) for end in found.interval)
    head = f"Clinical estimate {number(found.value, 0)} of 50 ({low} to {high})"
    yield Text.assemble((head, "name"), ": what KIMORE's doctors might give")


def _title(summary: Summary) -> Text:
    source = summary.source
    parts = [PurePath(source.path).name or "recording in memory", seconds(source.duration_s)]
    if source.rate_hz:
        parts[1] += f" at {number(source.rate_hz)} Hz"
    if source.device:
        parts.append(source.device)
    name = summary.exercise.name or "Exercise not named"
    recognised = recognised_words(summary.exercise)
    told = (f"\n{recognised}", "mild") if recognised else ""
    return Text.assemble((name, "name"), "\n", (", ".join(parts), "quiet"), told)


def _gate(summary: Summary) -> RenderableType:
    bold, _ = gate_words(summary)
    gate = summary.gate
    style = "refused" if not gate.usable else "mild" if gate.limits else "good"
    lines = bullets()
    for reason in (*gate.reasons, *gate.limits):
        advice = f" {sentence(reason.advice)}" if reason.advice else ""
        lines.add_row("-", Text(reason_words(reason)).append(advice, "quiet"))
    return Group(Text(bold, style=style), lines)


def bullets() -> Table:
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
    table = plain_table()
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


def plain_table() -> Table:
    """A table with a line under its heads and no frame."""
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
    lines = bullets()
    for finding in findings:
        figures = f"{with_unit(finding.measured, finding.unit)}, {expected_words(finding)}"
        text = Text.assemble(
            (finding.title.rstrip("."), "name"), "  ", (finding.severity, finding.severity),
            f", {figures}\n", (sentence(finding.therapist), "quiet"),
        )  # fmt: skip
        lines.add_row(Text("●", style=finding.severity), text)
    return lines
