"""KIMORE's repetitions as marked by hand: ``EsN_repetitions.csv``.

The first column is the person's path; the others are frames, from 1 and inclusive, counted over
rows that are not blank. What they mean differs by exercise, see :func:`read_marks`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from rehabkit.datasets.row import Span
from rehabkit.errors import FormatError
from rehabkit.formats.files import decode, read_bytes

_SIDES: Final = ("left", "right")  # the value 0 is the person's left, 1 the right
_OTHER: Final = {"left": "right", "right": "left"}


@dataclass(frozen=True)
class Marks:
    """Boundaries as they stand in the file (from 1), and the repetitions between them."""

    boundaries: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


def read_marks(path: Path, exercise: int) -> dict[str, Marks]:
    """Person's path -> marks of one exercise; none where there is no such file.

    Es1: consecutive boundaries. Es2, Es3: the starting side, then boundaries with sides in turn.
    Es4: 0 or 1 begins a section of one direction, the rest are its boundaries. Es5: pairs of start
    and end.

    Raises
    ------
    FormatError
        Where a cell is no number, boundaries do not increase, or Es5 has half a pair.
    """
    if not path.is_file():
        return {}
    found: dict[str, Marks] = {}
    for number, cells in enumerate(csv.reader(decode(path, read_bytes(path)).splitlines()), 1):
        if cells and cells[0].strip():
            values = _numbers(path, number, cells[1:])
            found[cells[0].strip()] = _marks(path, number, values, exercise)
    return found


def _numbers(path: Path, line: int, cells: Sequence[str]) -> list[int]:
    filled = [cell.strip() for cell in cells if cell.strip()]
    wrong = [cell for cell in filled if not (cell.isascii() and cell.isdigit() and len(cell) < 8)]
    if wrong or len(filled) < 2:
        raise FormatError(
            path,
            place=f"line {line}",
            expected="a path and at least two frame numbers",
            found=repr(wrong[0][:40]) if wrong else f"{len(filled)}",
        )
    return [int(cell) for cell in filled]


def _marks(path: Path, line: int, values: list[int], exercise: int) -> Marks:
    if exercise == 4:
        sections = _sections(values)
    elif exercise in (2, 3):
        sections = [(values[0], values[1:])]
    else:
        sections = [(-1, values)]
    boundaries = [b for _, part in sections for b in part]
    if any(b < a for a, b in pairwise(boundaries)) or (exercise == 5 and len(boundaries) % 2):
        raise FormatError(
            path,
            place=f"line {line}",
            expected="frames in order" + (", in pairs" if exercise == 5 else ""),
            found=", ".join(map(str, values))[:60],
        )
    spans = [s for start, part in sections for s in _spans(start, part, exercise)]
    return Marks(tuple(boundaries), tuple(spans))


def _sections(values: list[int]) -> list[tuple[int, list[int]]]:
    """Direction and boundaries of each section; a 0 or 1 that does not go on begins a new one."""
    sections = [(values[0], list[int]())]
    for value in values[1:]:
        part = sections[-1][1]
        if value <= 1 and part and value <= part[-1]:
            sections.append((value, []))
        else:
            part.append(value)
    return sections


def _spans(start: int, part: list[int], exercise: int) -> list[Span]:
    """Half-open rows from 0: a boundary ends one repetition and begins the next."""
    if exercise == 5:
        return [Span(a - 1, b) for a, b in zip(part[::2], part[1::2], strict=True)]
    pairs = list(pairwise(part))
    side = _SIDES[start] if start in (0, 1) and exercise in (2, 3) else ""
    spans = []
    for i, (a, b) in enumerate(pairs):
        spans.append(Span(a - 1, b if i == len(pairs) - 1 else b - 1, side))
        side = _OTHER.get(side, "")
    return spans
