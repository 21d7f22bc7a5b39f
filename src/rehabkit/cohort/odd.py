"""Which recordings to look at first: nothing counted, far from the others, low scores, findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rehabkit.assessment.words import listed
from rehabkit.cohort.people import KEYS, SCORE, Metric, error_column, metrics
from rehabkit.report.phrases import span, with_unit
from rehabkit.report.words import count, number

if TYPE_CHECKING:
    import polars as pl

# Iglewicz and Hoaglin 1993: a modified z-score beyond 3.5 is an outlier.
FAR: Final = 3.5
_TO_Z: Final = 0.6745
# Fewer people show no middle to be far from.
LEAST_PEOPLE: Final = 8
LISTED: Final = 5
_STRONG: Final = "strong"


@dataclass(frozen=True)
class Odd:
    """One recording to look at, and why; the heaviest come first."""

    recording: str
    person: str
    exercise: str
    report: str | None
    why: str
    weight: float


@dataclass(frozen=True)
class OddList:
    """The first of a kind, and how many there are in all."""

    title: str
    how: str
    rows: list[Odd]
    total: int


def odd_lists(usable: pl.DataFrame, named: dict[str | None, str]) -> list[OddList]:
    """Lists of the recordings to look at first, those without any left out.

    Parameters
    ----------
    usable
        The rows of recordings that can be judged, with ``seen_from``.
    named
        Exercises by id, in words.
    """
    import polars as pl

    nothing = usable.filter(pl.col("repetitions") == 0)
    strong = usable.filter(pl.col("finding_severities").list.contains(_STRONG))
    lists = [
        ("Nothing was counted", "Usable, but no whole repetition was seen.",
         [_odd(row, named, _partly(row), row["partial_repetitions"] or 0)
          for row in nothing.iter_rows(named=True)]),
        ("Far from the others", "Compared with people of the same group, exercise and sensor "
         f"({LEAST_PEOPLE} or more of them); by more than the error.",
         _merged(list(_far(usable, named)))),
        ("Lowest scores", "A low score is a reason to look, not a verdict.",
         list(_lowest(usable, named))),
        ("Strong findings", "Outside what is expected by much.",
         [_odd(row, named, _strong(row), len(row["findings"]))
          for row in strong.iter_rows(named=True)]),
    ]  # fmt: skip
    ordered = [(t, how, sorted(rows, key=lambda o: (-o.weight, o.recording)))
               for t, how, rows in lists]  # fmt: skip
    return [OddList(t, how, rows[:LISTED], len(rows)) for t, how, rows in ordered if rows]


def _odd(row: dict[str, Any], named: dict[str | None, str], why: str, weight: float) -> Odd:
    return Odd(row["recording"], row["subject"] or "not named", named[row["exercise"]],
               row["report"], why, weight)  # fmt: skip


def _partly(row: dict[str, Any]) -> str:
    partial = row["partial_repetitions"] or 0
    return f"{count(partial, 'movement')} not complete" if partial else "no movement cut out"


def _strong(row: dict[str, Any]) -> str:
    pairs = zip(row["finding_titles"], row["finding_severities"], strict=True)
    titles = list(dict.fromkeys(title.rstrip(".") for title, s in pairs if s == _STRONG))
    return listed([titles[0], *(title[0].lower() + title[1:] for title in titles[1:])])


def _lowest(usable: pl.DataFrame, named: dict[str | None, str]) -> Iterator[Odd]:
    for row in usable.drop_nulls(SCORE).sort(SCORE).head(LISTED).iter_rows(named=True):
        level = f", {row['score_overall_level']}" if row["score_overall_level"] else ""
        yield _odd(row, named, f"score {number(row[SCORE])}{level}", 100 - row[SCORE])


def _far(usable: pl.DataFrame, named: dict[str | None, str]) -> Iterator[Odd]:
    """Every quantity of every recording that lies far from the people it belongs to."""
    for _, of_exercise in usable.group_by("exercise", maintain_order=True):
        shown = [m for m in metrics(of_exercise) if m.span is None]
        for _, group in of_exercise.group_by(KEYS, maintain_order=True):
            for metric in shown:
                for side, column in metric.columns.items():
                    yield from _far_in(group, metric, side, column, named)


def _far_in(
    group: pl.DataFrame, metric: Metric, side: str, column: str, named: dict[str | None, str]
) -> Iterator[Odd]:
    import polars as pl

    if metric.driver:
        group = group.filter(pl.col("driver") == metric.driver)
    each = group.group_by("person").agg(pl.col(column).median()).drop_nulls(column)
    if len(each) < LEAST_PEOPLE:
        return
    values = each[column].to_numpy()
    middle = float(np.median(values))
    spread = float(np.median(np.abs(values - middle)))
    low, high = map(float, np.percentile(values, (25, 75)))
    if spread <= 0:
        return
    z = _TO_Z * (group[column] - middle).abs() / spread
    for row in group.with_columns(z.alias("far")).filter(pl.col("far") > FAR).iter_rows(named=True):
        error = row.get(error_column(column)) or 0.0
        if abs(row[column] - middle) > error:
            what = metric.title + (f", {side}" if side else "")
            why = (f"{what}: {with_unit(row[column], metric.unit)}; half of the people "
                   f"{span(low, high, metric.unit)}")  # fmt: skip
            yield _odd(row, named, why, row["far"])


def _merged(found: list[Odd]) -> list[Odd]:
    """One line a recording, with what lies farthest and how much else does."""
    by_name: dict[str, list[Odd]] = {}
    for odd in sorted(found, key=lambda odd: -odd.weight):
        by_name.setdefault(odd.recording, []).append(odd)
    return [
        Odd(**{**vars(first), "why": first.why + (f"; and {more} more" if more else "")})
        for first, more in ((odds[0], len(odds) - 1) for odds in by_name.values())
    ]
