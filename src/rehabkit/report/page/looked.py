"""What was looked for, found or not: the median repetition, what is expected, and after whom."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_lowercase

from rehabkit.recording.joints import SIDES
from rehabkit.report.document import CheckPart, Summary
from rehabkit.report.phrases import expected_words, with_unit

_LETTER = {"left": "L", "right": "R"}
_OF_BOTH = "asymmetry-"


@dataclass(frozen=True)
class LookedRow:
    """One thing; ``source`` is the letter of the sentence below the table."""

    title: str
    quantity: str
    measured: list[tuple[str, str]]
    error: str
    expected: str
    source: str
    result: str
    found: bool


@dataclass(frozen=True)
class Looked:
    """The rows, the sources by their letter, and the line on paper."""

    rows: list[LookedRow]
    sources: list[tuple[str, str]]
    paper: str


def looked(summary: Summary) -> Looked | None:
    """The section; None where nothing was looked for."""
    groups = grouped(summary)
    if not groups:
        return None
    named = dict.fromkeys(group[0].expected_source for group in groups)
    letters = {source: _mark(i) for i, source in enumerate(named)}
    rows = [_row(group, letters[group[0].expected_source]) for group in groups]
    return Looked(rows, [(mark, source) for source, mark in letters.items()], _paper(rows))


def _mark(index: int) -> str:
    return ascii_lowercase[index] if index < len(ascii_lowercase) else str(index + 1)


def grouped(summary: Summary) -> list[list[CheckPart]]:
    """Left and right of one check together: found ones first, then the nearest to their limit.

    What stands for both sides is left out where each side is there too, and so is a side that
    was not asked to move.
    """
    moved = {repetition.side for repetition in summary.repetitions}
    still = SIDES if moved < set(SIDES) else ()
    groups: dict[tuple[str, object], list[CheckPart]] = {}
    for check in summary.checks:
        if check.side in still and check.side not in moved and check.measured is None:
            continue
        groups.setdefault((check.id, check.expected), []).append(check)
    kept = []
    for group in groups.values():
        sides = [check for check in group if check.side in _LETTER]
        kept.append(sorted(sides, key=lambda c: c.side) if len(sides) == 2 else group)
    return sorted(kept, key=lambda g: (not _found(g), -_nearest(g)))


def _found(group: list[CheckPart]) -> bool:
    return any(check.found for check in group)


def _nearest(group: list[CheckPart]) -> float:
    return max((c.margin for c in group if c.margin is not None), default=-1e9)


def _row(group: list[CheckPart], source: str) -> LookedRow:
    first, found = group[0], _found(group)
    seen = any(check.measured is not None for check in group)
    return LookedRow(
        title=check_title(first),
        quantity=first.quantity,
        measured=[measured_words(check) for check in group],
        error=_error(group),
        expected=expected_words(first).removesuffix(" expected"),
        source=source,
        result=result_words(found=found, seen=seen),
        found=found,
    )


def _error(group: list[CheckPart]) -> str:
    """``"±14°"``, the largest of the sides; empty where nothing was measured."""
    errors = [c.error for c in group if c.error is not None and c.measured is not None]
    return f"±{with_unit(max(errors), group[0].unit)}" if errors else ""


def check_title(check: CheckPart) -> str:
    """What the finding would say; of older documents its id in words."""
    return check.title or check.id.replace("-", " ").capitalize()


def result_words(*, found: bool, seen: bool) -> str:
    """``"found"``, ``"not found"``, or that it could not be seen."""
    return "found" if found else "not found" if seen else "not seen"


def measured_words(check: CheckPart) -> tuple[str, str]:
    """(L, R or nothing; the median with its unit)."""
    if check.measured is None:
        return _LETTER.get(check.side, ""), "not seen"
    low, high = check.expected
    if check.id.startswith(_OF_BOTH):
        less = f" less {check.side}" if check.measured > 0 else ""
        return "", f"{with_unit(check.measured, check.unit)}{less}"
    signed = any(end is not None and end < 0 for end in (low, high))
    return _LETTER.get(check.side, ""), with_unit(check.measured, check.unit, sign=signed)


def _paper(rows: list[LookedRow]) -> str:
    names = [row.title[0].lower() + row.title[1:] for row in rows if row.result == "not found"]
    return "; ".join(dict.fromkeys(names))
