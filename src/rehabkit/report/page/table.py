"""The repetitions as a table: number first, mark second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rehabkit.recording import without_side
from rehabkit.report.document import DriverPart, PartialPart, RepetitionPart, Summary
from rehabkit.report.page.svg import join, line, num, tag
from rehabkit.report.phrases import unit_of, with_signs, with_unit
from rehabkit.report.words import MINUS, number, seconds

EMPTY = Markup("")
MANY = 12
SHOWN_OF_MANY, MOST_ROWS = 8, 150


@dataclass(frozen=True)
class Cell:
    """A number, its mark, and whether it lies outside what is expected."""

    text: str
    mark: Markup = EMPTY
    odd: bool = False
    missing: bool = False


@dataclass(frozen=True)
class TableRow:
    """One repetition, counted (``number``) or not (``why``)."""

    number: int | None
    side: str
    start: str
    start_s: float
    length: str
    reach: Cell
    tempo: Cell
    sides: Cell | None
    sure: Cell
    findings: list[int]
    why: str


@dataclass(frozen=True)
class Table:
    """Rows, the columns that exist, and the foot."""

    first: list[TableRow]
    rest: list[TableRow]
    reach_title: str
    tempo_title: str
    has_side: bool
    has_sides: bool
    foot: dict[str, str] | None
    count: int
    reach_words: str
    paper: str
    beyond: str


def table(summary: Summary) -> Table | None:
    """The section; None where nothing was counted or left out."""
    reps, partial = summary.repetitions, summary.partial_repetitions
    if not reps and not partial:
        return None
    driver = summary.drivers[0] if summary.drivers else None
    base = _compared(summary, driver)
    scales = _scales(summary, driver, base)
    rows = [_row(r, summary, driver, base, scales) for r in reps]
    rows += [_partial_row(p, driver, scales) for p in partial]
    rows.sort(key=lambda row: row.start_s)
    first, rest = _odd_first(rows) if len(reps) > MANY else (rows, [])
    phases = summary.exercise.phases or ("out", "back")
    return Table(
        first=first,
        rest=rest[:MOST_ROWS],
        reach_title=_reach_title(driver),
        tempo_title=f"{phases[0].capitalize()} : {phases[1]}",
        has_side=bool({"left", "right"} & ({r.side for r in reps} | {p.side for p in partial})),
        has_sides=base is not None,
        foot=_foot(reps, driver, base) if len(reps) > 1 else None,
        count=len(reps),
        reach_words=_reach_words(driver),
        paper=_paper_words(len(reps), rest),
        beyond=_beyond(rest),
    )


def _paper_words(count: int, rest: list[TableRow]) -> str:
    hidden = sum(1 for r in rest)
    return f"{hidden} more rows of {count} repetitions are in repetitions.csv." if rest else ""


def _beyond(rest: list[TableRow]) -> str:
    more = len(rest) - MOST_ROWS
    return f"{more} further rows are in repetitions.csv." if more > 0 else ""


def _reach_title(driver: DriverPart | None) -> str:
    if driver is None:
        return "Range"
    return "Reached" if driver.unit == "deg" else "Way"


def _reach_words(driver: DriverPart | None) -> str:
    if driver is None:
        return ""
    label = driver.label[0].lower() + driver.label[1:]
    if driver.unit == "deg":
        word = "largest" if driver.direction == "up" else "smallest"
        return f"Reached is the {word} {label}."
    return f"Way is how far this changed: {label}."


def _compared(summary: Summary, driver: DriverPart | None) -> str | None:
    """The sided angle whose left and right are compared, for movements of both sides."""
    if driver is None or any(r.side in ("left", "right") for r in summary.repetitions):
        return None
    names = [driver.name, *(without_side(f.angle) for f in summary.findings if f.angle)]
    for base in names:
        if all(f"{base}_{s}" in summary.angles for s in ("left", "right")):
            return base
    return None


def difference(rep: RepetitionPart, base: str) -> tuple[float | None, str]:
    """Left minus right of the range, or why not."""
    left, right = (rep.measures.get(f"{base}_{s}.range") for s in ("left", "right"))
    if left is None or right is None:
        return None, "not measured"
    if left.value is None or right.value is None:
        side = "left" if left.value is None else "right"
        return None, f"{side} not seen"
    return left.value - right.value, ""


def _scales(summary: Summary, driver: DriverPart | None, base: str | None) -> dict[str, float]:
    """The largest value of each column, so that its marks share one scale."""
    everyone: list[RepetitionPart | PartialPart] = [
        *summary.repetitions,
        *summary.partial_repetitions,
    ]
    reach = [abs(_reach(r, driver) or 0.0) for r in everyone]
    length = [r.end_s - r.start_s for r in everyone]
    gaps = [abs(difference(r, base)[0] or 0.0) for r in summary.repetitions] if base else []
    return {
        "reach": max([*reach, 1e-6]) * 1.1,
        "length": max([*length, 1e-6]),
        "gap": max([*gaps, 10.0]) * 1.15,
    }


def _reach(rep: RepetitionPart | PartialPart, driver: DriverPart | None) -> float | None:
    return rep.extreme if driver is not None and driver.unit == "deg" else rep.extent


def _row(
    rep: RepetitionPart, summary: Summary, driver: DriverPart | None, base: str | None,
    scales: dict[str, float],
) -> TableRow:  # fmt: skip
    outside = {
        no: f
        for no, f in enumerate(summary.findings, 1)
        if any(e.repetition == rep.number and e.outside == "outside" for e in f.evidence)
    }
    driven = driver is not None and any(
        f.angle and without_side(f.angle) == driver.name for f in outside.values()
    )
    return TableRow(
        number=rep.number,
        side=rep.side if rep.side in ("left", "right") else "",
        start=seconds(rep.start_s),
        start_s=rep.start_s,
        length=seconds(rep.end_s - rep.start_s),
        reach=_reach_cell(_reach(rep, driver), driver, scales["reach"], odd=driven, counted=True),
        tempo=_tempo_cell(rep, scales["length"], counted=True),
        sides=_sides_cell(rep, base, scales["gap"]) if base else None,
        sure=Cell(f"{number(100 * rep.confidence)} %", odd=rep.confidence < 0.5),
        findings=[no for no in outside if no <= 5],
        why="",
    )


def _partial_row(
    part: PartialPart, driver: DriverPart | None, scales: dict[str, float]
) -> TableRow:
    return TableRow(
        number=None,
        side=part.side if part.side in ("left", "right") else "",
        start=seconds(part.start_s),
        start_s=part.start_s,
        length=seconds(part.end_s - part.start_s),
        reach=_reach_cell(_reach(part, driver), driver, scales["reach"], odd=False, counted=False),
        tempo=_tempo_cell(part, scales["length"], counted=False),
        sides=None,
        sure=Cell(""),
        findings=[],
        why=with_signs(
            part.why if part.why.startswith("not counted") else f"not counted: {part.why}"
        ),
    )


def _reach_cell(
    value: float | None, driver: DriverPart | None, top: float, *, odd: bool, counted: bool
) -> Cell:
    if value is None:
        return Cell("not seen", missing=True)
    unit = driver.unit if driver else "deg"
    x = f"{num(min(97.0, 100 * abs(value) / top))}%"
    colour = "var(--ink)" if odd else "var(--axis)"
    dot = tag("circle", cx=x, cy=10, r=4, fill=colour if counted else "#fff", stroke=colour,
              stroke_width=1.25)  # fmt: skip
    mark = tag("svg", join([line(0, 10, "100%", 10, "rule"), dot]), aria_hidden="true")
    return Cell(with_unit(value, unit), mark, odd)


def _tempo_cell(rep: RepetitionPart | PartialPart, longest: float, *, counted: bool) -> Cell:
    out, back = rep.peak_s - rep.start_s, rep.end_s - rep.peak_s
    if out <= 0 or back <= 0:
        return Cell("", missing=True)
    first, second = (100 * part / longest for part in (out, back))
    tones = ("var(--ink-2)", "#b9c4c1") if counted else ("#b9c4c1", "#dde3e1")
    bar = [
        tag("rect", x=0, width=f"{num(first)}%", y=6, height=8, fill=tones[0]),
        tag("rect", x=f"{num(first)}%", width=f"{num(second)}%", y=6, height=8, fill=tones[1]),
    ]
    return Cell(f"{number(out / back, 1)} : 1", tag("svg", join(bar), aria_hidden="true"))


def _sides_cell(rep: RepetitionPart, base: str, top: float) -> Cell:
    gap, why = difference(rep, base)
    if gap is None:
        return Cell(why, missing=True)
    x = f"{num(50 + 50 * gap / top)}%"
    mark = [
        line("0", 10, "100%", 10, "rule"),
        line("50%", 1, "50%", 19, "axis"),
        line("50%", 10, x, 10, "axis", stroke_width=2),
        tag("circle", cx=x, cy=10, r=4, fill="var(--axis)"),
    ]
    return Cell(with_unit(gap, "deg", sign=True), tag("svg", join(mark), aria_hidden="true"))


def _odd_first(rows: list[TableRow]) -> tuple[list[TableRow], list[TableRow]]:
    """Rows with a finding, a doubt or a reason first; never more than eight."""

    def weight(row: TableRow) -> tuple[int, float]:
        kind = 0 if row.findings else 1 if row.sure.odd else 2 if row.number is None else 3
        return kind, row.start_s

    chosen = sorted(rows, key=weight)[:SHOWN_OF_MANY]
    odd = [r for r in rows if r in chosen]
    return odd, [r for r in rows if r not in odd]


def spread(values: list[float], factor: float, digits: int, mark: str) -> str:
    """``"93 ± 8°"``; the mean alone for fewer than three."""
    mean = number(float(np.mean(values)) * factor, digits)
    if len(values) < 3:
        return mean + mark
    return f"{mean} ± {number(float(np.std(values, ddof=1)) * factor, digits)}{mark}"


def _foot(
    reps: list[RepetitionPart], driver: DriverPart | None, base: str | None
) -> dict[str, str]:
    unit = driver.unit if driver else "deg"
    factor, mark, digits = unit_of(unit)
    reached = [v for r in reps if (v := _reach(r, driver)) is not None]
    tempo = [(r.peak_s - r.start_s) / (r.end_s - r.peak_s) for r in reps if r.end_s > r.peak_s]
    foot = {
        "title": "Mean ± spread" if len(reps) > 2 else "Mean",
        "length": spread([r.end_s - r.start_s for r in reps], 1, 1, " s"),
        "reach": spread(reached, factor, digits, mark) if reached else "",
        "tempo": spread(tempo, 1, 1, " : 1") if tempo else "",
        "sides": "",
        "sure": "",
    }
    gaps = [g for r in reps if base and (g := difference(r, base)[0]) is not None]
    if gaps:
        text = spread(gaps, 1, 0, "°")
        foot["sides"] = text if text.startswith((MINUS, "0")) else f"+{text}"
    return foot
