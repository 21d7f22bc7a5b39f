"""``compare.html``: two visits or sides on one page, readable without network or script."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rehabkit.comparison import words
from rehabkit.comparison.compare import Comparison, Difference
from rehabkit.report.page import asset, environment
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.phrases import with_signs
from rehabkit.report.words import sentence

_STYLES = {"real": "real", "within measurement error": "within", "cannot be said": "unsaid"}


@dataclass(frozen=True)
class RowView:
    """One measure as the template shows it."""

    label: str
    first: str
    second: str
    difference: str
    mdc95: str
    picture: Markup
    verdict: str
    style: str


def render(found: Comparison) -> str:
    """The whole page as text; everything from the recordings is escaped."""
    rows = words.shown_rows(found)
    ends = ("First", "Second", "Change") if found.by == "visits" else ("Left", "Right", "Gap")
    lists = [
        ("Cannot be said, because", words.why_not(rows)),
        ("To be kept in mind", words.notes(found, rows)),
        ("Errors of the sensor from", words.sources(rows)),
    ]
    return (
        environment()
        .get_template("compare.html.j2")
        .render(
            title=found.exercise or "Exercise not named",
            subtitle=words.subtitle(found),
            answer=words.answer(found),
            columns=(*ends, "MDC95", ""),
            rows=[_view(row, found.what) for row in rows],
            lists=[(t, [sentence(with_signs(x)) for x in found_]) for t, found_ in lists if found_],
            style=asset("report.css"),
            use=words.USE,
        )
    )


def _view(row: Difference, what: str) -> RowView:
    difference, mdc95 = words.against(row)
    return RowView(
        words.short(row.label), words.mean_words(row.a), words.mean_words(row.b), difference,
        mdc95, _picture(row), row.words(what), _STYLES[row.verdict],
    )  # fmt: skip


def _picture(row: Difference) -> Markup:
    """Zero in the middle, the band of error around it, and the difference."""
    if row.difference is None or row.mdc95 is None:
        return Markup("")
    reach = 1.1 * max(abs(row.difference), row.mdc95) or 1.0
    at, half = 50 + 50 * row.difference / reach, 50 * row.mdc95 / reach
    parts = [
        tag("rect", x=f"{num(50 - half)}%", y=3, width=f"{num(2 * half)}%", height=10,
            fill="var(--band)"),
        line("50%", 1, "50%", 15, "axis"),
        line(f"{num(at)}%", 1, f"{num(at)}%", 15, "accent", stroke_width=3),
    ]  # fmt: skip
    return tag("svg", join(parts), aria_hidden="true")
