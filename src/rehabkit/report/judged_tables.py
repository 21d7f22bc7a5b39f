"""``scores.csv`` and ``checks.csv``: scores with their evidence, and all that was looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rehabkit.report.document import ScorePart, Summary
from rehabkit.report.tables import write_rows

_SCORES: Final = (
    "of", "dimension", "name", "side", "points", "most", "weight", "low", "high", "repetition",
    "start_s", "end_s", "at_s", "first_frame", "end_frame", "measured", "expected_low",
    "expected_high", "unit", "source", "by_repetition", "reason",
)  # fmt: skip
_CHECKS: Final = (
    "id", "title", "side", "quantity", "unit", "median", "error", "expected_low", "expected_high",
    "expected_source", "margin", "found",
)  # fmt: skip
Row = dict[str, object]


def write_scores(summary: Summary, path: Path) -> None:
    """A row each: the overall score, its dimensions, their body parts, and every criterion.

    ``of`` names which; ``points`` go up to ``most``. ``low`` and ``high`` are the overall score's
    interval. A criterion names the repetition with the fewest points, its frames [first, end) and
    moment. ``by_repetition`` holds the points of every repetition, separated by spaces, ``-``
    where it could not be had. Without a score the first row holds the reason.
    """
    write_rows(path, _SCORES, _texts(_SCORES, _score_rows(summary)))


def write_checks(summary: Summary, path: Path) -> None:
    """A row for each thing that was looked for, on each side, with the median repetition."""
    rows = (
        check.model_dump(include={"id", "title", "side", "quantity", "unit", "error", "margin"})
        | {
            "median": check.measured,
            "expected_low": check.expected[0],
            "expected_high": check.expected[1],
            "expected_source": check.expected_source,
            "found": "yes" if check.found else "no",
        }
        for check in summary.checks
    )
    write_rows(path, _CHECKS, _texts(_CHECKS, rows))


def _score_rows(summary: Summary) -> Iterator[Row]:
    overall = summary.scores.overall
    low, high = overall.interval or (None, None)
    yield _score("overall", "", overall, 100) | {"name": overall.level, "low": low, "high": high}
    for name, part in summary.scores.dimensions.items():
        yield _score("dimension", name, part, 4)
        for each in part.parts:
            yield {"of": "part", "dimension": name, "name": each.part, "points": each.points,
                   "most": 4, "weight": each.weight}  # fmt: skip
        yield from _criteria(name, part)


def _score(of: str, dimension: str, part: ScorePart, most: int) -> Row:
    return {
        "of": of,
        "dimension": dimension,
        "points": part.value,
        "most": most,
        "weight": part.weight,
        "by_repetition": _each(part.by_repetition),
        "reason": "; ".join(part.reasons),
    }


def _criteria(dimension: str, part: ScorePart) -> Iterator[Row]:
    for found in part.evidence:
        yield found.model_dump(
            include={"side", "points", "repetition", "start_s", "end_s", "at_s", "measured",
                     "unit", "source"}
        ) | {
            "of": "criterion",
            "dimension": dimension,
            "name": found.label,
            "most": 4,
            "first_frame": found.frames[0],
            "end_frame": found.frames[1],
            "expected_low": found.expected[0],
            "expected_high": found.expected[1],
            "by_repetition": _each(found.by_repetition),
        }  # fmt: skip


def _each(values: list[float | None]) -> str:
    return " ".join("-" if value is None else f"{value:g}" for value in values)


def _texts(columns: tuple[str, ...], rows: Iterator[Row]) -> Iterator[list[str]]:
    for row in rows:
        yield ["" if row.get(c) is None else f"{row[c]}" for c in columns]
