"""``report.md``: the summary as plain text, for notes and repositories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from rehabkit.report.document import FindingPart, RepetitionPart, Summary
from rehabkit.report.page.looked import looked
from rehabkit.report.page.ways import ways
from rehabkit.report.phrases import expected_words, gate_words, history_words, with_unit
from rehabkit.report.words import count, recognised_words, sentence

USE = "Supports a professional’s judgement. Not a diagnosis."


def to_markdown(summary: Summary, *, figures: bool = False) -> str:
    """The report as Markdown; ``figures`` adds the PNG files written beside it."""
    blocks = [
        f"# {_clean(summary.exercise.name or 'Exercise not recognised')}",
        _clean(recognised_words(summary.exercise)),
        _head(summary),
        _result(summary),
        _scores(summary),
        _clinical(summary),
        *([_findings(summary.findings)] if summary.findings else []),
        *(["![Driving signal with the repetitions](driver.png)"] if figures else []),
        *([_table(summary.repetitions)] if summary.repetitions else []),
        *(["![Angles, repetition by repetition](angles.png)"] if figures else []),
        _distances(summary),
        _looked(summary),
        _limits(summary),
        f"**{USE}** RehabKit {summary.software.version}, schema {summary.schema_version}, "
        f"{summary.software.made_on}.",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _clean(text: str) -> str:
    """``text`` on one line, with nothing that Markdown or HTML would act on."""
    text = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)


def _head(summary: Summary) -> str:
    bold, rest = gate_words(summary)
    source = summary.source
    lines = [
        f"- Person: {_clean(summary.subject.id or 'not named')}",
        f"- Recording: {_clean(PurePath(source.path).name or 'in memory')}, "
        f"{source.duration_s:.1f} s, {source.frames} frames",
        f"- Sensor: {_clean(source.device or source.skeleton)}"
        + (f", {source.view}" if source.view else ""),
        "",
        f"**{_clean(bold)}** {_clean(rest)}",
    ]
    return "\n".join(lines)


def _result(summary: Summary) -> str:
    partial = len(summary.partial_repetitions)
    text = f"**{count(len(summary.repetitions), 'repetition')}**"
    if partial:
        text += f", and {partial} not complete"
    return f"{text}\n\n> {_clean(summary.feedback.patient)}"


def _scores(summary: Summary) -> str:
    found = summary.scores
    if found.overall.value is None:
        return "\n".join(["## Score", "", "No score.", *map(_clean, found.overall.reasons)])
    dimensions = [
        f"{name} {part.value:.1f} of 4"
        for name, part in found.dimensions.items()
        if part.value is not None
    ]
    head = f"**{found.overall.value:.0f} of 100, {found.overall.level}**: {', '.join(dimensions)}."
    return "\n".join(["## Score", "", head, *(_clean(sentence(x)) for x in found.overall.limits)])


def _clinical(summary: Summary) -> str:
    found = summary.clinical_score
    title = "## Clinical estimate"
    if found.value is None or found.interval is None:
        return "\n".join([title, "", "None.", *(_clean(sentence(r)) for r in found.reasons)])
    low, high = found.interval
    head = (
        f"**{found.value:.0f} of 50**, what KIMORE's doctors might give; {low:.0f} to {high:.0f} "
        "in nine of ten people."
    )
    return "\n".join([title, "", head, *(_clean(sentence(x)) for x in found.limits)])


def _findings(findings: Sequence[FindingPart]) -> str:
    lines = ["## Findings", ""]
    for i, finding in enumerate(findings, 1):
        lines += [
            f"{i}. **{_clean(finding.title)}** {_clean(sentence(finding.patient))}",
            f"   {_clean(sentence(finding.therapist))} Measured "
            f"{with_unit(finding.measured, finding.unit)}, {expected_words(finding)}.",
        ]
    return "\n".join(lines)


def _table(repetitions: Sequence[RepetitionPart]) -> str:
    rows = [
        f"| {r.number} | {r.side} | {r.start_s:.1f} | {r.end_s - r.start_s:.1f} | "
        f"{r.confidence:.2f} |"
        for r in repetitions
    ]
    head = "| No. | Side | Start, s | Length, s | Confidence |\n|---|---|---|---|---|"
    return "## Repetitions\n\n" + "\n".join([head, *rows])


def _distances(summary: Summary) -> str:
    """How far joints moved from their start and how far apart the courses are."""
    found = ways(summary)
    if found is None:
        return ""
    title = "## Distance from the start"
    if not found.joints:
        return f"{title}\n\n{_clean(found.missing)}"
    lines = [f"- {_clean(w.words)}" for w in found.joints]
    how = "Largest distance in % of trunk plus leg length; DTW distances in the same unit."
    if summary.template is not None and not summary.no_band:
        people, source = summary.template.people, summary.template.source
        how += f" Compared with {people} healthy people of {_clean(source)}."
    return "\n".join([title, "", how, "", *lines])


def _looked(summary: Summary) -> str:
    """Everything that was looked for, found or not."""
    found = looked(summary)
    if found is None:
        return ""
    rows = [
        f"| {_clean(r.title)} | {_clean(r.quantity)} | "
        f"{_clean(', '.join(f'{side} {value}'.strip() for side, value in r.measured))} | "
        f"{_clean(r.expected)} ({r.source}) | {r.result} |"
        for r in found.rows
    ]
    head = "| Looked for | Quantity | Median | Expected | Result |\n|---|---|---|---|---|"
    sources = "; ".join(f"({mark}) {_clean(text)}" for mark, text in found.sources)
    return "## Looked for\n\n" + "\n".join([head, *rows]) + f"\n\nExpected after: {sources}."


def _limits(summary: Summary) -> str:
    lines = ["## What was done to the recording", ""]
    return "\n".join(lines + [f"{i}. {_clean(t)}" for i, t in enumerate(history_words(summary), 1)])
