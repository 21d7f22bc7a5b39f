"""What ``compare`` and ``reliability`` print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from rehabkit.comparison import words
from rehabkit.comparison.words import NOTHING, USE, mean_words, short, signed, value
from rehabkit.kinematics.reliability import Interval
from rehabkit.report.phrases import unit_of, with_signs, with_unit
from rehabkit.report.words import DASH, count, number, sentence

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rehabkit.comparison.compare import Comparison
    from rehabkit.comparison.people import PeopleTable
    from rehabkit.comparison.sensors import Agreement
    from rehabkit.comparison.sessions import ReliabilityTable, Repeatability

WIDEST = 110
NARROW = 96
_STYLES = {"real": "name", "within measurement error": "quiet", "cannot be said": "mild"}


def comparison(console: Console, found: Comparison, *, every: bool = False) -> None:
    """Both values, the difference, what it must exceed, and the verdict."""
    _title(console, found.exercise, words.subtitle(found))
    rows = words.shown_rows(found)
    if every:
        rows += [row for row in found.rows if row.key not in found.shown]
    ends = ("first", "second", "change") if found.by == "visits" else ("left", "right", "gap")
    table = results_table("Measure", *ends, "MDC95", last="verdict")
    for row in rows:
        table.add_row(
            short(row.label), mean_words(row.a), mean_words(row.b), *words.against(row),
            Text(row.words(found.what), style=_STYLES[row.verdict]),
        )  # fmt: skip
    console.print(Text(words.answer(found), style="name"))
    console.print()
    _print(console, table)
    _list(console, "Cannot be said, because", words.why_not(rows))
    _list(console, "To be kept in mind", words.notes(found, rows))
    _sources(console, words.sources(rows))


def sensors(console: Console, found: Agreement, *, every: bool = False) -> None:
    """Curves and measures of two sensors."""
    _title(
        console, found.exercise,
        f"Two sensors: {found.names[0]} ({found.sensors[0]}) and "
        f"{found.names[1]} ({found.sensors[1]}), {count(found.repetitions, 'repetition')}",
    )  # fmt: skip
    rows = {r.angle: r for r in found.rows}
    names = list(rows) if every else [n for n in found.shown if n in rows]
    table = results_table("Angle over the repetition", "RMSE", "offset", "less offset", "r", "CMC",
                   last="range: bias, limits of agreement")  # fmt: skip
    for name in names:
        row = rows[name]
        table.add_row(
            row.label, value(row.rmse, "deg"), signed(row.offset, "deg"),
            value(row.rmse_without_offset, "deg"), _plain(row.correlation), _plain(row.cmc),
            _limits(row.measures.get("range")),
        )  # fmt: skip
    _print(console, table)
    groups: dict[str, list[str]] = {}
    for angle, why in found.refused:
        groups.setdefault(why, []).append(angle)
    _list(console, "Not compared", [f"{words.few(a)}: {why}" for why, a in groups.items()])
    notes = [
        "Offset: second minus first; less offset: the RMSE that is left without it. CMC after "
        "Ferrari 2010, – where the curves differ more than they move. Limits: 95 % of the "
        "differences of single repetitions lie within.",
        *found.notes,
    ]
    _list(console, "To be kept in mind", notes)
    console.print(USE, style="quiet")


def _limits(found: object) -> str:
    from rehabkit.kinematics.reliability import BlandAltman

    if not isinstance(found, BlandAltman):
        return "fewer than three repetitions"
    low, high = (
        with_unit(found.low.value, "deg", sign=True),
        with_unit(found.high.value, "deg", sign=True),
    )
    return f"{with_unit(found.bias.value, 'deg', sign=True)}, {low} to {high}"


def reliability(console: Console, found: ReliabilityTable, *, every: bool = False) -> None:
    """Spread, SEM, MDC95 and CMC of one person's repetitions or sessions."""
    within = found.kind == "within"
    what = "Repetitions of" if within else "Sessions of one person:"
    _title(console, found.exercise, f"{what} {', '.join(found.names)}")
    rows = [r for r in found.rows if every or r.key in found.shown]
    rows.sort(key=lambda r: found.shown.index(r.key) if r.key in found.shown else 10**6)
    columns = ("mean", "SD", "vary by", "MDC95", "of the mean") if within else (
        "sessions", "SEM", "95 % interval", "MDC95"
    )  # fmt: skip
    narrow = console.width < NARROW  # the least needed column makes room for the names
    table = results_table(
        "Measure", *(columns[:-1] if narrow and within else columns), "CMC", "sensor"
    )
    for row in rows:
        cells = _within(row) if within else _between(row)
        cells = cells[: len(columns) - (narrow and within)]
        table.add_row(short(row.label), *cells, _plain(row.cmc), _sensor(row))
    _print(console, table)
    _list(console, "Not had", [f"{r.label}: {r.reason}" for r in rows if r.reason][:8])
    _bland_altman(console, rows)
    notes = [_reading_of(within=within), *found.notes]
    _list(console, "To be kept in mind", notes)
    _sources(console, [row.error_source for row in rows if row.sensor_error])


def _within(row: Repeatability) -> list[str]:
    of_mean = row.mdc95 / row.n**0.5 if row.n else float("nan")
    return [
        f"{value(row.mean, row.unit)} ({row.n})", value(row.sd, row.unit),
        _share(row.variation_percent), value(row.mdc95, row.unit), value(of_mean, row.unit),
    ]  # fmt: skip


def _between(row: Repeatability) -> list[str]:
    means = ", ".join(value(mean, row.unit) for mean in row.sessions[:4])
    more = f" … ({len(row.sessions)})" if len(row.sessions) > 4 else ""
    low, high = value(row.sem.low, row.unit), value(row.sem.high, row.unit)
    return [
        means + more, value(row.sem.value, row.unit),
        f"{low}{DASH}{high}" if low != NOTHING else NOTHING, value(row.mdc95, row.unit),
    ]  # fmt: skip


def _reading_of(*, within: bool) -> str:
    if within:
        return (
            "SD between repetitions is the SEM of one repetition; MDC95 is 1.96 √2 SEM, for one "
            "repetition and for the mean of all. CMC (Kadaba 1989, within one session) is 1 where "
            "all curves are alike."
        )
    return (
        "SEM: standard deviation between the means of the sessions; MDC95 is 1.96 √2 SEM. CMC "
        "after Kadaba 1989, between sessions."
    )


def _bland_altman(console: Console, rows: Sequence[Repeatability]) -> None:
    seen = [r for r in rows if r.agreement is not None]
    if not seen:
        return
    table = results_table(
        "Bland-Altman", "bias", "limits of agreement", "pairs", last="grows with size"
    )
    for row in seen:
        found = row.agreement
        assert found is not None
        low, high = signed(found.low.value, row.unit), signed(found.high.value, row.unit)
        grows = "no" if found.slope.low <= 0 <= found.slope.high else "yes"
        if not isfinite(found.slope.value) or found.pairs < 5:
            grows = "too few pairs"
        table.add_row(short(row.label), signed(found.bias.value, row.unit), f"{low} to {high}",
                      str(found.pairs), grows)  # fmt: skip
    _print(console, table)


def people(console: Console, found: PeopleTable, *, every: bool = False) -> None:
    """ICC, SEM and MDC95 over people."""
    _title(
        console, found.exercise,
        f"{count(len(found.subjects), 'person', 'people')}, "
        f"{count(len(found.sessions), 'session')}: {', '.join(found.sessions)}",
    )  # fmt: skip
    rows = [r for r in found.rows if every or r.key in found.shown]
    rows.sort(key=lambda r: found.shown.index(r.key) if r.key in found.shown else 10**6)
    table = results_table("Measure", "people", "ICC(2,1), 95 %", "ICC(3,1), 95 %", "SEM", "MDC95")
    for row in rows:
        if row.found is None:
            table.add_row(short(row.label), *[NOTHING] * 5)
            continue
        table.add_row(
            short(row.label), str(row.found.people), _icc(row.found.icc_2_1),
            _icc(row.found.icc_3_1), value(row.found.sem, row.unit),
            value(row.found.mdc95, row.unit),
        )  # fmt: skip
    _print(console, table)
    reasons = dict.fromkeys(r.reason for r in rows if r.found is None)
    _list(console, "Not had", list(reasons))
    notes = [
        "ICC(2,1): absolute agreement, sessions as a sample. ICC(3,1): consistency, these sessions "
        "only (Shrout and Fleiss 1979). SEM from the same analysis; MDC95 is 1.96 √2 SEM.",
        *found.notes,
    ]
    _list(console, "To be kept in mind", notes)
    console.print(USE, style="quiet")


def _icc(found: Interval) -> str:
    if not isfinite(found.low):
        return number(found.value, 2)
    return f"{number(found.value, 2)} ({number(found.low, 2)} to {number(found.high, 2)})"


def written(console: Console, out: Path, name: str) -> None:
    """Where the files are."""
    made = [f"{name}.json", f"{name}.csv", f"{name}.html", "bland-altman.png"]
    files = [file for file in made if (out / file).exists()]
    console.print(f"Written to {out}: {', '.join(files)}", soft_wrap=True)


def _title(console: Console, exercise: str, what: str) -> None:
    console.print()
    console.print(Text(exercise or "Exercise not named", style="name"))
    console.print(Text(what, style="quiet"), width=min(console.width, WIDEST))
    console.print()


def results_table(first: str, *numbers: str, last: str = "") -> Table:
    """An empty table: a name, figures to the right, and words at the end."""
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="quiet"
    )
    table.add_column(first, overflow="fold", min_width=20)
    for name in numbers:
        table.add_column(name, justify="right")
    if last:
        table.add_column(last)
    return table


def _print(console: Console, block: RenderableType) -> None:
    console.print(block, width=min(console.width, WIDEST))
    console.print()


def _list(console: Console, title: str, lines: Iterable[str]) -> None:
    kept = [line for line in dict.fromkeys(lines) if line]
    if not kept:
        return
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for line in kept:
        grid.add_row("-", sentence(with_signs(line)))
    console.print(Text(title, style="name"))
    _print(console, grid)


def _sources(console: Console, sources: Iterable[str]) -> None:
    parts = [part for source in sources for part in source.split("; ") if part]
    _list(console, "Errors of the sensor from", dict.fromkeys(parts))
    console.print(USE, style="quiet")


def _plain(value: float) -> str:
    return number(value, 2) if isfinite(value) else NOTHING


def _share(value: float) -> str:
    return f"{number(value)} %" if isfinite(value) else NOTHING


def _sensor(row: Repeatability) -> str:
    if row.sensor_error is None:
        return "not known"
    if not row.sensor_error:
        return NOTHING
    factor, mark, digits = unit_of(row.unit)
    digits += 1 if row.sensor_error * factor < 1 else 0
    return f"±{number(row.sensor_error * factor, digits)}{mark}"
