"""Comparisons in words and rounded figures, as the terminal and the page show them."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final

from rehabkit.assessment.words import listed
from rehabkit.comparison.compare import Comparison, Difference, chance_note
from rehabkit.comparison.readings import Reading
from rehabkit.report.phrases import unit_of, with_unit
from rehabkit.report.words import count, number

NOTHING: Final = "–"
USE: Final = "Supports a professional’s judgement. Not a diagnosis."


def value(figure: float | None, unit: str) -> str:
    """``"47°"``, or a dash for what is not known."""
    return NOTHING if figure is None or not isfinite(figure) else with_unit(figure, unit)


def signed(figure: float | None, unit: str) -> str:
    """``"+3°"``, or a dash for what is not known."""
    known = figure is not None and isfinite(figure)
    return with_unit(figure, unit, sign=True) if known and figure is not None else NOTHING


def mean_words(reading: Reading) -> str:
    """``"90° ± 2 (6)"``: mean, standard deviation, number of repetitions."""
    if not reading.n:
        return NOTHING
    factor, _, digits = unit_of(reading.unit)
    spread = f" ± {number(reading.sd * factor, digits)}" if isfinite(reading.sd) else ""
    return f"{value(reading.mean, reading.unit)}{spread} ({reading.n})"


def against(row: Difference) -> tuple[str, str]:
    """The difference and what it must exceed, with a digit more where they would look equal."""
    unit = row.unit
    shown = signed(row.difference, unit), value(row.mdc95, unit)
    if row.difference is None or row.mdc95 is None:
        return shown
    factor, mark, digits = unit_of(unit)
    size, limit = (number(abs(v) * factor, digits) for v in (row.difference, row.mdc95))
    if size != limit:
        return shown
    return (
        number(row.difference * factor, digits + 1, sign=True) + mark,
        number(row.mdc95 * factor, digits + 1) + mark,
    )


def short(label: str) -> str:
    """``"Knee flexion, left: range of movement"`` -> ``"Knee flexion, left: range"``."""
    return label.replace("range of movement", "range").replace(" of the repetition", "")


def shown_rows(found: Comparison) -> list[Difference]:
    """The telling rows, the most telling first."""
    rows = {row.key: row for row in found.rows}
    return [rows[key] for key in found.shown if key in rows]


def subtitle(found: Comparison) -> str:
    """Which two are compared."""
    first, second = found.names
    if found.by == "visits":
        return f"Two visits: {first} and then {second}"
    return f"{first}, {second} sides"


def answer(found: Comparison) -> str:
    """The verdict on the telling measures as one sentence."""
    rows = shown_rows(found)
    real = [short(row.label) for row in rows if row.verdict == "real"]
    unsaid = sum(row.verdict == "cannot be said" for row in rows)
    if len(real) > 3:
        text = f"A real {found.what} in {len(real)} of {len(rows)} measures."
    elif real:
        text = f"A real {found.what} in {listed([r[0].lower() + r[1:] for r in real])}."
    elif unsaid == len(rows):
        return "Nothing can be said."
    else:
        text = f"No {found.what} beyond measurement error."
    if unsaid:
        text += f" Of {count(unsaid, 'measure')} nothing can be said."
    return text


def why_not(rows: Sequence[Difference]) -> list[str]:
    """Reasons why nothing can be said, each with its measures."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        if row.verdict == "cannot be said":
            groups.setdefault(row.because, []).append(short(row.label))
    return [f"{why}: {few(labels)}" for why, labels in groups.items()]


def few(labels: Sequence[str]) -> str:
    """The first four, and how many more."""
    shown = "; ".join(labels[:4])
    return f"{shown} and {len(labels) - 4} more" if len(labels) > 4 else shown


def notes(found: Comparison, rows: Sequence[Difference]) -> list[str]:
    """How to read the figures, and what is to be kept in mind."""
    return [
        "Mean ± standard deviation between repetitions (their number). MDC95: the minimal "
        "detectable change, which a difference must exceed to be no chance in 95 of 100; from the "
        "spread of the repetitions and the sensor's known error.",
        *_smaller(rows),
        *found.notes,
        chance_note(found.rows),
    ]


def _smaller(rows: Sequence[Difference]) -> list[str]:
    """Why a verdict may stand without an MDC95."""
    if not any(r.verdict == "within measurement error" and r.mdc95 is None for r in rows):
        return []
    return [
        "A difference smaller than what repetitions alone explain is within error whatever the "
        "error of the sensor is; its MDC95 is then not known."
    ]


def sources(rows: Sequence[Difference]) -> list[str]:
    """Who says how large the sensor's errors are."""
    found = [x.error_source for row in rows for x in (row.a, row.b) if x.error]
    return list(dict.fromkeys(found))
