"""``progress.html``: one page, readable without network or script, on screen, phone and paper."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rehabkit.progress import words
from rehabkit.progress.document import (
    AnswerPart,
    FindingPart,
    MeasurePart,
    Progress,
    SectionPart,
    SeriesPart,
    VisitPart,
)
from rehabkit.progress.panels import Panel, TimeAxis, panel, strip, time_axis
from rehabkit.report.page import USE, asset, environment
from rehabkit.report.page.head import css_string
from rehabkit.report.phrases import with_signs
from rehabkit.report.words import count, sentence


@dataclass(frozen=True)
class FindingView:
    """One finding over the visits."""

    title: str
    picture: Markup
    course: str


@dataclass(frozen=True)
class SeriesView:
    """One series for the template; ``panels`` is empty with one visit."""

    kind: str
    answer: AnswerPart
    panels: list[Panel]
    findings: list[FindingView]
    notes: list[str]
    unsaid: list[str]
    others: str


@dataclass(frozen=True)
class SectionView:
    """One exercise for the template."""

    name: str
    notes: list[str]
    ticks: list[tuple[str, str, str]]
    dated: bool
    series: list[SeriesView]


def render(progress: Progress) -> str:
    """The whole page as text; everything from the recordings is escaped."""
    left = css_string(f"Progress, {progress.person or 'person not named'}, "
                      f"{words.day(progress.software.made_on)}")  # fmt: skip
    return environment().get_template("progress.html.j2").render(
        p=progress,
        title=progress.person or "Person not named",
        subtitle=_subtitle(progress),
        answer=progress.answer,
        sections=[_section(s, progress) for s in progress.sections],
        visits=[_visit(v) for v in progress.visits],
        left_out=[sentence(f"Visit {v.number} ({v.name}): {v.left_out}")
                  for v in progress.visits if v.left_out],
        notes=[sentence(with_signs(n)) for n in progress.notes],
        sources=_sources(progress),
        style=asset("report.css"),
        page_left=Markup(left),  # noqa: S704 - every odd character is escaped
        page_use=Markup(css_string(USE)),  # noqa: S704 - the same
        use=USE,
        day=words.day(progress.software.made_on),
    )  # fmt: skip


def _subtitle(progress: Progress) -> str:
    dates = [v.date for v in progress.visits if v.date]
    span = ""
    if progress.dated and dates[0][:10] != dates[-1][:10]:
        span = f", {words.day(dates[0])} to {words.day(dates[-1])}"
    return f"{count(len(progress.visits), 'recording')}{span}. Ordered {progress.ordered_by}."


def _section(section: SectionPart, progress: Progress) -> SectionView:
    used = {number for s in section.series for number in s.visits}
    axis = time_axis([v for v in progress.visits if v.number in used], dated=progress.dated)
    return SectionView(
        name=section.name,
        notes=section.notes,
        ticks=axis.ticks,
        dated=axis.dated,
        series=[_series(s, axis) for s in section.series],
    )


def _series(found: SeriesPart, axis: TimeAxis) -> SeriesView:
    several = len(found.visits) > 1
    shown = [m for m in found.measures if m.shown]
    drawn = [m for m in shown if m.first is not None] if several else []
    rest = len(found.measures) - len(shown)
    return SeriesView(
        kind=words.kind(found),
        answer=found.answer,
        panels=[panel(m, axis) for m in paired(drawn)],
        findings=[_finding(f, found.visits, axis) for f in found.findings] if several else [],
        notes=found.notes,
        unsaid=words.why_not([m for m in shown if m.first is None]) if several else [],
        others=f"{count(rest, 'other measure')} of these visits: progress.csv." if rest else "",
    )


def paired(measures: list[MeasurePart]) -> list[MeasurePart]:
    """Left and right of one figure side by side, in the order of their first."""
    order: dict[str, list[MeasurePart]] = {}
    for found in measures:
        order.setdefault(found.key.replace("_left.", ".").replace("_right.", "."), []).append(found)
    return [m for group in order.values() for m in group]


def _finding(found: FindingPart, visits: list[int], axis: TimeAxis) -> FindingView:
    side = f" ({found.side})" if found.side in ("left", "right") else ""
    return FindingView(f"{found.title}{side}", strip(found, visits, axis),
                       words.COURSES[found.course])  # fmt: skip


def _visit(visit: VisitPart) -> dict[str, str]:
    partial = f", {visit.partial_repetitions} not complete" if visit.partial_repetitions else ""
    return {
        "number": str(visit.number),
        "date": words.day(visit.date) or "no date",
        "by": visit.dated_by or "",
        "name": visit.name,
        "repetitions": f"{visit.repetitions}{partial}",
        "seen": f"{words.sensor(visit.sensor)}, {visit.view}",
        "gate": visit.gate,
        "odd": "odd" if visit.left_out else "",
    }


def _sources(progress: Progress) -> list[str]:
    found = [
        m.error_source
        for section in progress.sections
        for s in section.series
        for m in s.measures
        if m.shown and m.error_source
    ]
    return [sentence(with_signs(source)) for source in dict.fromkeys(found)]
