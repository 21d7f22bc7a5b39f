"""Header and rows of a MOT or STO file, whichever program wrote them and however it separates.

A header of lines (``nRows=250``, a name, remarks) up to ``endheader``; a line of column names that
begins with ``time``; rows separated by tabs, blanks, or commas where a spreadsheet has been at it.
A cell of a quaternion or vector table holds several numbers, separated by commas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import fewer_rows
from rehabkit.formats.files import HEAD_BYTES, decode, read_bytes, sha256
from rehabkit.formats.numbers import LARGEST, Lines, lines_of, wrong_width
from rehabkit.formats.point_labels import unique
from rehabkit.formats.times import LARGEST_TIME
from rehabkit.recording import History

END: Final = "endheader"
_PARTS: Final = {"quaternion": 4, "vec3": 3}


@dataclass(frozen=True, eq=False)
class Table:
    """The file as it is.

    ``values`` are (rows, columns, parts): one part of plain numbers, four of quaternions.
    """

    path: Path
    sha256: str
    name: str
    keys: Mapping[str, str]
    columns: tuple[str, ...]
    time: NDArray[np.float64]
    values: NDArray[np.float64]
    history: History

    @property
    def data_type(self) -> str:
        """``"double"``, ``"quaternion"``, ``"vec3"``, lower case."""
        return self.keys.get("datatype", "double").lower()


def looks_like(head: bytes) -> bool:
    """Whether bytes are a header that ends, and a line of columns that begins with time."""
    before, found, after = head.lower().partition(END.encode())
    if b"\0" in head:
        return False
    if not found:  # a long header: the counts of rows and columns tell it
        return len(head) >= HEAD_BYTES and b"\nnrows=" in before and b"\nncolumns=" in before
    first = next((line for line in after.splitlines()[1:] if line.strip()), b"")
    return first.strip(b' \t,"').startswith(b"time") and before.count(b"\n") < 200


def read_table(path: Path) -> Table:
    """Header, columns and numbers of a MOT or STO file.

    Raises
    ------
    FormatError
        With the line of what is wrong.
    """
    content = read_bytes(path)
    text = decode(path, content)
    lines = lines_of(text)
    end = next((i for i, (_, x) in enumerate(lines) if x.strip(" \t,").lower() == END), None)
    if end is None:
        raise FormatError(
            path, expected=f"a header that ends with {END}", found="none",
            fix="The file was cut off, or is no MOT or STO file.",
        )  # fmt: skip
    name, keys = _header(lines[:end])
    body = [(i, line) for i, line in lines[end + 1 :] if line.strip(" \t,")]
    if len(body) < 2:
        raise FormatError(path, expected="column names and at least one row", found="a header only")
    parts = _PARTS.get(keys.get("datatype", "").lower(), 1)
    number, first = body[0]
    separator = "\t" if "\t" in first else "," if "," in first else None
    given = _named(first, separator)
    if given[0].lower() != "time":
        raise FormatError(
            path, place=f"line {number}", expected="column names that begin with time",
            found=repr(given[0][:40]),
        )  # fmt: skip
    if len(given) < 2:
        raise FormatError(
            path, place=f"line {number}", expected="columns beside time", found="none"
        )
    columns, renamed = unique(given[1:])
    rows = _rows(path, body[1:], separator, len(columns), parts)
    values = rows[:, 1:].reshape(len(rows), len(columns), parts)
    history = renamed + fewer_rows(path, keys.get("nrows", ""), len(rows), text)
    return Table(path, sha256(content), name, keys, columns, rows[:, 0], values, history)


def _header(lines: Lines) -> tuple[str, dict[str, str]]:
    """The table's name, and ``key=value`` lines with keys in lower case."""
    name, keys = "", {}
    for _, line in lines:
        text = line.strip(" \t,\r")
        key, found, value = text.partition("=")
        if found:
            keys[key.strip().lower()] = value.strip()
        elif text.lower().startswith("name ") and not name:  # SIMM's "name trial1"
            name = text[5:].strip()
        elif not name and not keys:
            name = text
    return name, keys


def _cells(line: str, separator: str | None) -> list[str]:
    """Cells of a line; blanks before the first are no cells."""
    text = line.strip("\r\n") if separator == "\t" else line.strip()
    return [cell.strip() for cell in text.split(separator)]


def _named(line: str, separator: str | None) -> list[str]:
    """Names of the columns, without separators left over at the end."""
    cells = _cells(line, separator)
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _rows(
    path: Path, body: Lines, separator: str | None, columns: int, parts: int
) -> NDArray[np.float64]:
    """(rows, 1 + columns x parts) numbers."""
    if parts > 1 and separator == ",":
        raise FormatError(
            path, expected="cells of several numbers separated by tabs", found="commas alone",
            fix="Write the table with tabs.",
        )  # fmt: skip
    rows = []
    for number, line in body:
        cells = _cells(line, separator)
        if len(cells) <= columns or any(cells[1 + columns :]):
            raise wrong_width(path, number, f"{1 + columns} columns as in the header", len(cells))
        row = [_number(path, number, 1, cells[0])]
        for place, cell in enumerate(cells[1 : 1 + columns], 2):
            row += _parts(path, number, place, cell, parts)
        rows.append(row)
    return np.array(rows)


def _parts(path: Path, line: int, column: int, cell: str, parts: int) -> list[float]:
    if parts == 1:
        return [_number(path, line, column, cell)]
    split = cell.strip("()~ ").split(",")
    if not cell or cell.lower() == "nan":
        split = [""] * parts
    if len(split) != parts:
        raise FormatError(
            path, place=f"line {line}, column {column}", expected=f"{parts} numbers",
            found=repr(cell[:40]),
        )  # fmt: skip
    return [_number(path, line, column, part) for part in split]


def _number(path: Path, line: int, column: int, cell: str) -> float:
    largest = LARGEST_TIME if column == 1 else LARGEST
    try:
        value = float(cell) if cell else math.nan
    except ValueError:
        value = math.inf
    if abs(value) > largest or (column == 1 and math.isnan(value)):
        raise FormatError(
            path,
            place=f"line {line}, column {column}",
            expected="a time in s" if column == 1 else f"a number up to {largest:g}",
            found=repr(cell[:40]),
            fix="Numbers are written with a decimal point; nan is what was not measured.",
        )
    return value
