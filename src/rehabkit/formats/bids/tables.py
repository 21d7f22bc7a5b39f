"""The tables and side files of a motion recording as plain values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.bids.naming import companion, scans_file
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.json_text import load_json
from rehabkit.formats.numbers import LARGEST, lines_of, wrong_width

REQUIRED: Final = ("name", "component", "type", "tracked_point", "units")
TYPES: Final = (
    "ACCEL", "ANGACCEL", "GYRO", "JNTANG", "LATENCY", "MAGN", "MISC", "ORNT", "POS", "VEL",
)  # fmt: skip
COMPONENTS: Final = ("x", "y", "z", "quat_x", "quat_y", "quat_z", "quat_w", "n/a")
NOTHING: Final = ("n/a", "")
EPOCH: Final = datetime.datetime(1900, 1, 1)  # noqa: DTZ001 - a clock without a date
UNIX: Final = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - counted in UTC
_SHIFTED: Final = 1925


@dataclass(frozen=True)
class Channel:
    """One row of ``_channels.tsv``; ``more`` holds its further columns."""

    name: str
    component: str
    type: str
    tracked_point: str
    units: str
    more: Mapping[str, str]

    def get(self, column: str) -> str:
        """A further column's cell, empty for n/a."""
        value = self.more.get(column, "")
        return "" if value in NOTHING else value


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(line, column -> cell) of a tab-separated table with a header."""
    lines = lines_of(decode(path, read_bytes(path)))
    header = [cell.strip() for cell in lines[0][1].split("\t")]
    rows = []
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(header):
            raise wrong_width(path, number, f"{len(header)} columns as in the header", len(cells))
        rows.append((number, dict(zip(header, cells, strict=True))))
    return rows


def read_channels(motion: Path) -> list[Channel]:
    """The channels of a motion file, in the order of its columns."""
    path = companion(motion, "channels.tsv")
    if path is None:
        raise FormatError(
            motion,
            expected="its *_channels.tsv beside it",
            found="none",
            fix="A motion file has no header: without the channels nobody knows what it holds.",
        )
    channels = []
    for number, row in read_rows(path):
        lacking = [column for column in REQUIRED if column not in row]
        if lacking:
            raise _wrong(path, 1, f"a column {lacking[0]!r}", ", ".join(row)[:80])
        if row["type"] not in TYPES:
            raise _wrong(path, number, f"a type among {', '.join(TYPES)}", repr(row["type"][:20]))
        if row["component"] not in COMPONENTS:
            known = ", ".join(COMPONENTS)
            raise _wrong(path, number, f"a component among {known}", repr(row["component"][:20]))
        more = {k: v for k, v in row.items() if k not in REQUIRED}
        channels.append(
            Channel(row["name"], row["component"], row["type"], row["tracked_point"],
                    row["units"], more)
        )  # fmt: skip
    if not channels:
        raise FormatError(path, expected="at least one channel", found="a header only")
    return channels


def _wrong(path: Path, line: int, expected: str, found: str) -> FormatError:
    fix = "See the chapter 'Motion' of the BIDS specification."
    return FormatError(path, place=f"line {line}", expected=expected, found=found, fix=fix)


def read_values(path: Path, content: bytes, columns: int) -> NDArray[np.float64]:
    """(samples, channels) of a motion file; n/a is NaN."""
    rows = []
    for number, line in lines_of(decode(path, content)):
        cells = line.strip("\r\n").split("\t")
        if len(cells) != columns:
            what = f"{columns} columns as its channels"
            raise wrong_width(path, number, what, len(cells))
        try:
            rows.append([float(cell) for cell in cells])
        except ValueError:
            rows.append([_cell(path, number, i, cell) for i, cell in enumerate(cells)])
    values = np.array(rows, dtype=np.float64)
    wrong = np.argwhere(np.abs(values) > LARGEST)
    if len(wrong):
        row, column = map(int, wrong[0])
        raise FormatError(
            path,
            place=f"sample {row + 1}, column {column + 1}",
            expected=f"a number up to {LARGEST:g}, or n/a",
            found=f"{values[row, column]:g}",
            fix="The file seems damaged.",
        )
    return values


def _cell(path: Path, line: int, column: int, cell: str) -> float:
    try:
        return float("nan") if cell.strip() in NOTHING else float(cell)
    except ValueError:
        raise FormatError(
            path,
            place=f"line {line}, column {column + 1}",
            expected="a number, or n/a",
            found=repr(cell[:40]),
            fix="Motion files have no header row; decimals are written with a point.",
        ) from None


def read_json(motion: Path, suffix: str) -> dict[str, Any]:
    """What a side file says; an empty dict where there is none."""
    path = companion(motion, suffix)
    if path is None:
        return {}
    text = decode(path, read_bytes(path))
    found = load_json(path, text)
    if not isinstance(found, dict):
        raise FormatError(path, expected="a JSON object", found=type(found).__name__)
    return found


def positive(path: Path, found: Mapping[str, Any], key: str) -> float | None:
    """A number above 0 of a side file, None where the key is not there."""
    value = found.get(key)
    if value is None or value == "n/a":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LARGEST:
        raise FormatError(
            path,
            place=f"key {key!r}",
            expected="a number above 0",
            found=repr(value)[:40],
        )
    return float(value)


def acquired(motion: Path) -> tuple[float, str] | None:
    """Acquisition time in s, and what it counts from; None where no scans file says it.

    Dates up to 1925 are shifted ones (BIDS, Units): they count from 1900.
    """
    path, own = scans_file(motion)
    if not path.is_file():
        return None
    for number, row in read_rows(path):
        if row.get("filename") == own and row.get("acq_time", "") not in NOTHING:
            when = _moment(path, number, row["acq_time"])
            base, clock = (EPOCH, "acq_time") if when.year <= _SHIFTED else (UNIX, "s since 1970")
            return (when - base).total_seconds(), clock
    return None


def _moment(path: Path, line: int, text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise FormatError(
            path,
            place=f"line {line}, acq_time",
            expected="a time such as 2009-06-15T13:45:30.123",
            found=repr(text[:40]),
        ) from None
