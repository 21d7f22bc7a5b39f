"""``cohort.html``: all recordings of a run on one page, readable without network or script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from rehabkit.assessment.words import listed
from rehabkit.cohort import words
from rehabkit.cohort.odd import odd_lists
from rehabkit.cohort.people import Group, Panel, metrics, panel, with_keys
from rehabkit.cohort.strips import axis_labels, axis_of, strip
from rehabkit.cohort.tables import link
from rehabkit.comparison.words import USE
from rehabkit.report.page import asset, environment
from rehabkit.report.page.svg import num, tag
from rehabkit.report.phrases import unit_of, with_signs
from rehabkit.report.words import count, sentence

if TYPE_CHECKING:
    import polars as pl

FINDINGS, REASONS, EXAMPLES = 8, 10, 3


@dataclass(frozen=True)
class LaneView:
    """The figures of one side of a row."""

    side: str
    people: str
    median: str
    middle: str
    error: str


@dataclass(frozen=True)
class RowView:
    """One group of people in a panel."""

    label: str
    small: str
    drawing: Markup
    lanes: list[LaneView]


@dataclass(frozen=True)
class PanelView:
    """One quantity: rows of people on one scale."""

    title: str
    rows: list[RowView]
    axis: Markup
    more: str


@dataclass(frozen=True)
class FindingView:
    """One finding: in how many people, and in how many of each group."""

    title: str
    bar: Markup
    people: str
    groups: str


@dataclass(frozen=True)
class ExerciseView:
    """Everything about one exercise."""

    title: str
    facts: list[str]
    panels: list[PanelView]
    findings: list[FindingView]
    more_findings: str
    nothing: str


@dataclass(frozen=True)
class ReasonView:
    """One reason why recordings could not be used."""

    status: str
    text: str
    recordings: str
    people: str
    examples: list[tuple[str, str]]


def render(table: pl.DataFrame) -> str:
    """The whole page as text, from the table of recordings; everything in it is escaped."""
    import polars as pl

    table = with_keys(table)
    named = words.exercises(table)
    usable = table.filter("usable")
    read = table.filter(pl.col("status") != "refused")
    reasons = _reasons(table)
    return environment().get_template("cohort.html.j2").render(
        title=_title(table), subtitle=_subtitle(read, named), tally=_tally(table),
        answer=words.answer(table), reasons=reasons[:REASONS],
        more_reasons=max(0, len(reasons) - REASONS), odd=odd_lists(usable, named),
        exercises=[_exercise(table, id_, name) for id_, name in named.items()
                   if len(usable) and id_ in set(usable["exercise"])],
        limits=[with_signs(text) for text in words.limits(table)] if len(usable) else [],
        style=asset("report.css"),
        link=link,
        use=USE,
    )  # fmt: skip


def _people(table: pl.DataFrame) -> int:
    return int(table["person"].drop_nulls().n_unique())


def _title(table: pl.DataFrame) -> str:
    people = _people(table)
    recordings = count(len(table), "recording")
    return f"{count(people, 'person', 'people')}, {recordings}" if people else recordings


def _subtitle(read: pl.DataFrame, named: dict[str | None, str]) -> str:
    exercises = [name for id_, name in named.items() if id_ in set(read["exercise"])]
    sensors = sorted(read["sensor"].drop_nulls().unique())
    shown = listed(exercises) if len(exercises) <= 3 else count(len(exercises), "exercise")
    return "; ".join(filter(None, [shown, _few(sensors)]))


def _few(names: Sequence[str], most: int = 4) -> str:
    if len(names) <= most:
        return listed(list(names))
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def _tally(table: pl.DataFrame) -> list[tuple[str, str, str]]:
    """(title, number, small print) of what became of the recordings."""
    import polars as pl

    out = []
    for title, status in (("Usable", "usable"), ("Not usable", "not usable"),
                          ("Refused", "refused")):  # fmt: skip
        part = table.filter(pl.col("status") == status)
        people = _people(part)
        small = f"of {count(people, 'person', 'people')}" if people else ""
        out.append((title, str(len(part)), small))
    reps = int(table.filter("usable")["repetitions"].sum() or 0)
    return [*out, ("Repetitions counted", str(reps), "in the usable recordings")]


def _reasons(table: pl.DataFrame) -> list[ReasonView]:
    """Why recordings were not usable or refused, the most frequent first."""
    import polars as pl

    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    columns = ["recording", "status", "reasons", "reason_codes", "source", "report", "person"]
    for row in table.filter(~pl.col("usable")).select(columns).iter_rows(named=True):
        codes = row["reason_codes"] or []
        texts = row["reasons"] or []
        if codes:
            whys = [words.code_words(c, t) for c, t in zip(codes, texts, strict=False)]
        else:
            whys = [words.without_path(text, row["source"] or "") for text in texts[:1]]
        for why in dict.fromkeys(whys):
            found.setdefault((row["status"], why), []).append(row)
    ordered = sorted(found.items(), key=lambda item: (item[0][0] == "refused", -len(item[1])))
    return [_reason(status, why, rows) for (status, why), rows in ordered]


def _reason(status: str, why: str, rows: list[dict[str, object]]) -> ReasonView:
    people = len({row["person"] for row in rows if row["person"]})
    examples = [(str(row["recording"]), str(row["report"] or "")) for row in rows[:EXAMPLES]]
    return ReasonView(
        status.capitalize(), sentence(with_signs(why)), count(len(rows), "recording"),
        count(people, "person", "people") if people else "", examples,
    )  # fmt: skip


def _exercise(table: pl.DataFrame, id_: str | None, name: str) -> ExerciseView:
    import polars as pl

    mine = table.filter(pl.col("exercise").eq_missing(pl.lit(id_, dtype=pl.String)))
    usable = mine.filter("usable")
    views = []
    if id_ is not None:
        several = (usable["group"].n_unique() > 1, usable["sensor"].n_unique() > 1)
        found = (panel(usable, metric) for metric in metrics(usable))
        views = [_panel(one, several) for one in found if one.groups]
    findings = _findings(usable)
    facts = [f"{count(_people(usable), 'person', 'people')}, "
             f"{count(len(usable), 'usable recording')}."]  # fmt: skip
    rest = len(mine) - len(usable)
    if rest:
        facts.append(f"{rest} more could not be used.")
    nothing = "" if id_ is not None else (
        "Movements that may differ are not put together. Name the exercise (--exercise) to see "
        "people beside each other."
    )  # fmt: skip
    return ExerciseView(
        name, facts, views, findings[:FINDINGS],
        f"{count(len(findings) - FINDINGS, 'rarer finding')} in cohort.parquet."
        if len(findings) > FINDINGS else "", nothing,
    )  # fmt: skip


def _panel(found: Panel, several: tuple[bool, bool]) -> PanelView:
    axis = axis_of(found)
    factor, mark, _ = unit_of(found.metric.unit)
    rows = []
    for group in found.groups:
        label, small = words.group_words(group, several)
        rows.append(RowView(label, small, strip(group, axis, factor)[0], _lanes(group, found)))
    more = f"{count(found.more, 'group')} of fewer people in cohort.parquet." if found.more else ""
    return PanelView(found.metric.title, rows, axis_labels(axis, mark), more)


def _lanes(group: Group, found: Panel) -> list[LaneView]:
    metric = found.metric
    return [
        LaneView(
            lane.side, str(len(lane.values)), words.value_words(lane.median, metric),
            words.middle_words(lane, metric), words.error_words(lane, metric),
        )
        for lane in group.lanes
    ]  # fmt: skip


def _findings(usable: pl.DataFrame) -> list[FindingView]:
    """Findings by how many people have them, in at least one of their recordings."""
    people = usable.select("person", "group").unique()
    each = (
        usable.select("person", "group", "findings", "finding_titles")
        .explode("findings", "finding_titles").drop_nulls("findings")
    )  # fmt: skip
    counted = people.group_by("group").len().iter_rows()
    sizes = dict(sorted(counted, key=lambda pair: (pair[0] or "").casefold()))
    out = []
    for _, part in each.group_by("findings", maintain_order=True):
        have = part.select("person", "group").unique()
        by_group = dict(have.group_by("group").len().iter_rows())
        share = len(have) / max(1, len(people))
        title = part["finding_titles"].mode().sort()[0].rstrip(".")
        text = ", ".join(f"{words.capital(g or 'group not named')} {by_group.get(g, 0)} of {n}"
                         for g, n in sizes.items()) if len(sizes) > 1 else ""  # fmt: skip
        out.append(
            (share, FindingView(title, _share(share), f"{len(have)} of {len(people)}", text))
        )
    return [view for _, view in sorted(out, key=lambda pair: (-pair[0], pair[1].title))]


def _share(share: float) -> Markup:
    """How many of the people, out of all: a filled part of a line."""
    width = f"{num(100 * share)}%"
    back = tag("rect", x=0, y=5, width="100%", height=6, fill="var(--band)")
    return tag("svg", back + tag("rect", x=0, y=5, width=width, height=6, fill="var(--ink-2)"),
               aria_hidden="true", height=16)  # fmt: skip
