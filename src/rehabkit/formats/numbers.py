"""Tables of numbers in text files: quick where they are right, exact about the place where not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError

LARGEST = 1e9
"""No coordinate, angle or time stamp of a recording is larger; larger ones are damage."""

Lines = list[tuple[int, str]]


def lines_of(text: str) -> Lines:
    """(line number from 1, text) of the lines that are not blank."""
    return [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]


def split_row(line: str, separator: str | None) -> list[str]:
    """Cells of a line; ``None`` splits at blanks. One trailing separator is no further cell."""
    cells = line.strip().split(separator)
    return cells[:-1] if separator and len(cells) > 1 and not cells[-1].strip() else cells


def parse_table(
    path: Path, lines: Lines, widths: Iterable[int], *, separator: str | None = ",", what: str
) -> NDArray[np.float64]:
    """(rows, columns) numbers; every row as wide as the first, whose width must be allowed.

    Raises
    ------
    FormatError
        With the line of the first row that is too short, too long or holds no numbers.
    """
    rows = parse_rows(path, lines, widths, separator=separator, what=what)
    for (number, _), row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise wrong_width(path, number, f"{len(rows[0])} columns like the first row", len(row))
    return np.array(rows, dtype=np.float64)


def parse_rows(
    path: Path,
    lines: Lines,
    widths: Iterable[int],
    *,
    separator: str | None = ",",
    what: str,
    largest: float = LARGEST,
) -> list[list[float]]:
    """One list of numbers a line; each as wide as one of ``widths``."""
    if not lines:
        raise FormatError(path, expected=what, found="no rows")
    allowed = set(widths)
    rows = []
    for number, line in lines:
        cells = split_row(line, separator)
        if len(cells) not in allowed:
            wide = " or ".join(str(width) for width in sorted(allowed))
            raise wrong_width(path, number, f"{wide} columns ({what})", len(cells))
        rows.append(_numbers(path, number, cells, largest))
    return rows


def wrong_width(path: Path, line: int, expected: str, found: int) -> FormatError:
    """The error for a row of the wrong width."""
    return FormatError(
        path,
        place=f"line {line}",
        expected=expected,
        found=f"{found} columns",
        fix="A row that is too short often means that the file was cut off; copy it again.",
    )


def _numbers(path: Path, line: int, cells: Sequence[str], largest: float) -> list[float]:
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        column = next(i for i, cell in enumerate(cells) if not _is_number(cell))
        raise FormatError(
            path,
            place=f"line {line}, column {column + 1}",
            expected="a number",
            found=repr(cells[column].strip()[:40]),
            fix="Numbers are written with a decimal point.",
        ) from None
    if min(values) >= -largest and max(values) <= largest:
        return values
    for column, value in enumerate(values):
        if not (-largest <= value <= largest or math.isnan(value)):  # NaN means "not seen"
            raise FormatError(
                path,
                place=f"line {line}, column {column + 1}",
                expected=f"a number between -{largest:g} and {largest:g}, or NaN",
                found=repr(cells[column].strip()[:40]),
                fix="The file seems damaged.",
            )
    return values


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def count_numbers(head: bytes, separator: bytes | None) -> int:
    """How many numbers the first line of a file holds that is not blank; 0 where other text is.

    For telling formats apart by their first bytes; a line that the bytes cut off counts none, nor
    does one with tabs where blanks are the separator (``None``).
    """
    lines = [line for line in head.splitlines(keepends=True) if line.strip()]
    if not lines or (not lines[0].endswith(b"\n") and len(lines) == 1 and len(head) >= 4096):
        return 0
    if separator is None and b"\t" in lines[0]:
        return 0
    try:
        cells = split_row(lines[0].decode("ascii"), separator.decode() if separator else None)
        return len([float(cell) for cell in cells])
    except ValueError:  # UnicodeDecodeError is one
        return 0
