"""A CSV file as header and cells, and its columns as numbers with exact places in errors."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.numbers import LARGEST

_EMPTY = {"", "na", "n/a", "null", "none", "-"}


@dataclass(frozen=True)
class Sheet:
    """A table of text: ``lines`` holds each row's number in the file, from 1."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    comments: tuple[str, ...] = ()

    def column(self, index: int, largest: float = LARGEST) -> NDArray[np.float64]:
        """(rows,) numbers of one column; an empty cell is NaN.

        Raises
        ------
        FormatError
            With line and column of the first cell that is no number.
        """
        try:
            values = np.array([float(row[index]) for row in self.rows])
        except ValueError:
            values = np.array([self._cell(i, index) for i in range(len(self.rows))])
        wrong = np.flatnonzero(np.abs(values) > largest)
        if len(wrong):
            raise self._error(int(wrong[0]), index, f"a number up to {largest:g}")
        return values

    def _cell(self, row: int, index: int) -> float:
        cell = self.rows[row][index].strip()
        try:
            return float("nan") if cell.lower() in _EMPTY else float(cell)
        except ValueError:
            raise self._error(row, index, "a number") from None

    def _error(self, row: int, index: int, expected: str) -> FormatError:
        return FormatError(
            self.path,
            place=f"line {self.lines[row]}, column {self.header[index].strip()!r}",
            expected=expected,
            found=repr(self.rows[row][index][:40]),
            fix="Numbers are written with a decimal point; leave the cell empty where unseen.",
        )


def header_of(head: bytes) -> tuple[str, ...]:
    """Cells of the first line that is no comment; none where the bytes are not text."""
    try:
        text = head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return ()
    line = next((x for x in text.splitlines() if x.strip() and not x.startswith("#")), "")
    return tuple(cell.strip().strip('"') for cell in line.split(_separator(line)))


def _separator(line: str) -> str:
    return max(",;\t", key=line.count)


def parse_sheet(path: Path, text: str) -> Sheet:
    """Comments (lines with #), header and rows of a CSV text; blank lines are skipped.

    Raises
    ------
    FormatError
        Where there is no header or no row, or a row's width differs from the header's.
    """
    lines = [(i, x) for i, x in enumerate(text.splitlines(), 1) if x.strip()]
    comments = tuple(line for _, line in lines if line.startswith("#"))
    body = [(i, line) for i, line in lines if not line.startswith("#")]
    if len(body) < 2:
        found = "a header only" if body else "neither"
        raise FormatError(path, expected="a header and at least one row", found=found)
    cells = _split(path, body)
    header = tuple(cell.strip() for cell in cells[0])
    for (number, _), row in zip(body[1:], cells[1:], strict=True):
        if len(row) != len(header):
            raise FormatError(
                path,
                place=f"line {number}",
                expected=f"{len(header)} columns as in the header",
                found=f"{len(row)}",
                fix="The file was cut off, or a cell holds the separator without quotes.",
            )
    return Sheet(path, header, tuple(cells[1:]), tuple(i for i, _ in body[1:]), comments)


def _split(path: Path, body: Sequence[tuple[int, str]]) -> list[tuple[str, ...]]:
    separator = _separator(body[0][1])
    try:
        cells = [tuple(row) for row in csv.reader((x for _, x in body), delimiter=separator)]
    except csv.Error as error:
        raise FormatError(path, expected="a CSV table", found=f"damage: {error}") from error
    if len(cells) != len(body):
        raise FormatError(
            path,
            expected="one row a line",
            found="a quoted cell that spans lines",
            fix="Close the quotes, or take the line breaks out of the cell.",
        )
    return cells
