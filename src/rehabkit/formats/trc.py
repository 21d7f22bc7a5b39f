"""TRC: labelled points in a table of text, as OpenSim, Cortex, Pose2Sim and OpenCap write it.

Five lines of header (``PathFileType``, keys, values, labels, ``X1 Y1 Z1 ...``), then frame number,
time in s and three coordinates a point, separated by tabs (by commas where a spreadsheet has been
at it). An empty cell was not seen. Layout: OpenSim's "Marker (.trc) Files" and what the files hold.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RecordingError, RehabkitError, choices
from rehabkit.formats.build import drop_note, fewer_rows, increasing, unseen_as_nan, unseen_note
from rehabkit.formats.files import atomic, decode, read_bytes, sha256
from rehabkit.formats.numbers import LARGEST, Lines, lines_of, wrong_width
from rehabkit.formats.point_labels import Named, name_points, unique
from rehabkit.formats.times import LARGEST_TIME
from rehabkit.formats.up_axis import extent, find_up
from rehabkit.recording import History, Recording, Scale, Source, Step

_FIRST: Final = b"PathFileType"
_FIXED: Final = 2  # frame number and time stand before the coordinates
M_PER_UNIT: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254}
_UNIT_WORDS: Final = {
    "m": "m", "meter": "m", "meters": "m", "metre": "m", "metres": "m",
    "cm": "cm", "centimeters": "cm", "centimetres": "cm",
    "mm": "mm", "millimeters": "mm", "millimetres": "mm",
    "in": "in", "inch": "in", "inches": "in",
}  # fmt: skip
# The points of a frame lie this far apart: a hand's markers at least, people and their things.
_BODY_M: Final = (0.05, 10.0)


@dataclass(frozen=True, eq=False)
class Raw:
    """The file as it is: coordinates in its own unit, NaN where a cell is empty."""

    path: Path
    sha256: str
    keys: dict[str, str]
    labels: tuple[str, ...]
    time: NDArray[np.float64]
    values: NDArray[np.float64]
    history: History


def identify(path: Path, head: bytes) -> bool:  # noqa: ARG001 - the content says it
    """TRC begins with the word PathFileType."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_FIRST)


def read(
    path: Path,
    *,
    unit: str | None = None,
    up: str | None = None,
    markers: str | Path | None = None,
) -> Recording:
    """The points of a TRC file: joints of a known skeleton, or markers.

    Parameters
    ----------
    unit
        ``"m"``, ``"cm"``, ``"mm"`` or ``"in"`` where the header is wrong or says nothing.
    up
        ``"x"``, ``"-y"``, ...: the axis against gravity; else told from the points.
    markers
        A ``markers.toml`` that says which joint centres the markers have.

    Raises
    ------
    FormatError
        With the line of what is wrong.
    """
    raw = read_raw(path)
    return to_recording(raw, name_points(raw.labels, markers), unit, up)


# --- The file into arrays -----------------------------------------------------------------------


def read_raw(path: Path) -> Raw:
    """Header and table of a TRC file."""
    content = read_bytes(path)
    text = decode(path, content)
    lines = lines_of(text)
    if not lines[0][1].lstrip().startswith(_FIRST.decode()):
        raise FormatError(
            path,
            place="line 1",
            expected="PathFileType, with which TRC begins",
            found=repr(lines[0][1].strip()[:40]),
            fix="Export the file as TRC again.",
        )
    if len(lines) < 5:
        raise FormatError(path, expected="a header and at least one frame", found="a header only")
    separator = "\t" if "\t" in lines[2][1] else "," if "," in lines[2][1] else None
    keys = _keys(lines, separator)
    body = [(i, line) for i, line in lines[4:] if any(_cells(line, separator))]
    if body and not _is_frame(body[0][1], separator):  # the row X1, Y1, Z1, ...
        body = body[1:]
    table, short = _table(path, body, separator, _points(path, lines, separator, keys))
    given = _labels(lines, separator, (table.shape[1] - _FIXED) // 3)
    labels, renamed = unique(given)
    values = table[:, _FIXED:].reshape(len(table), -1, 3)
    history = renamed + short + fewer_rows(path, keys.get("numframes", ""), len(values), text)
    return Raw(path, sha256(content), keys, labels, table[:, 1], values, history)


def _cells(line: str, separator: str | None) -> list[str]:
    return [cell.strip() for cell in line.split(separator)]


def _is_frame(line: str, separator: str | None) -> bool:
    try:
        float(_cells(line, separator)[0])
    except ValueError:
        return False
    return True


def _keys(lines: Lines, separator: str | None) -> dict[str, str]:
    """Header keys in lower case -> values: ``units`` -> ``mm``."""
    names, values = (_cells(line, separator) for _, line in lines[1:3])
    return {k.lower(): v for k, v in zip(names, values, strict=False) if k}


def _points(path: Path, lines: Lines, separator: str | None, keys: dict[str, str]) -> int:
    """How many points a row holds, by the labels and the header."""
    number, line = lines[3]
    cells = _cells(line, separator)
    if len(cells) < _FIXED or not cells[0].lower().startswith("frame"):
        raise FormatError(
            path,
            place=f"line {number}",
            expected="Frame#, Time and the points' labels",
            found=repr(line.strip()[:40]),
        )
    named = sum(bool(cell) for cell in cells[_FIXED:])
    try:
        stated = int(float(keys.get("nummarkers", "")))
    except (ValueError, OverflowError):
        stated = named
    if not named:
        raise FormatError(path, place=f"line {number}", expected="labels", found="none")
    return stated if named <= stated <= _slots(lines, separator) else named


def _slots(lines: Lines, separator: str | None) -> int:
    """How many points the first row of numbers has room for."""
    rows = (cells for _, line in lines[4:7] if _is_frame(line, separator)
            for cells in [_cells(line, separator)])  # fmt: skip
    return (len(next(rows, [])) - _FIXED) // 3


def _labels(lines: Lines, separator: str | None, points: int) -> list[str]:
    """One label a point: every third cell, or in a row where they stand closer."""
    cells = _cells(lines[3][1], separator)[_FIXED:]
    named = [cell for cell in cells if cell]
    spaced = [cells[3 * i] if 3 * i < len(cells) else "" for i in range(points)]
    return spaced if sum(map(bool, spaced)) == len(named) else named


def _table(
    path: Path, body: Lines, separator: str | None, points: int
) -> tuple[NDArray[np.float64], History]:
    """(frames, 2 + 3 x points) numbers; what trailing separators hold is left out."""
    if not body:
        raise FormatError(path, expected="at least one frame", found="a header only")
    width = _FIXED + 3 * points
    rows, short = [], 0
    for place, (number, line) in enumerate(body):
        cells = _cells(line, separator)
        missing = width - len(cells)
        if missing > 0:
            # Editors take trailing tabs away; a last row that is short was rather cut off.
            if missing % 3 or place == len(body) - 1 or len(cells) < _FIXED:
                raise wrong_width(path, number, f"{width} columns ({points} points)", len(cells))
            cells, short = cells + [""] * missing, short + 1
        elif any(cells[width:]):
            raise wrong_width(path, number, f"{width} columns ({points} points)", len(cells))
        rows.append(_numbers(path, number, cells[:width]))
    why = f"{short} rows end before the last points: unseen there"
    history = (Step("mark unseen", {"rows": short}, why),) if short else ()
    return np.array(rows), history


def _numbers(path: Path, line: int, cells: Sequence[str]) -> list[float]:
    """A row's numbers; frame number and time must be there."""
    out = []
    for column, cell in enumerate(cells):
        largest = LARGEST_TIME if column < _FIXED else LARGEST
        try:
            value = float(cell) if cell else math.nan
        except ValueError:
            value = math.inf
        if abs(value) > largest or (column == 1 and math.isnan(value)):
            raise FormatError(
                path,
                place=f"line {line}, column {column + 1}",
                expected="a time in s" if column == 1 else f"a number up to {largest:g}",
                found=repr(cell[:40]),
                fix="Numbers are written with a decimal point; leave the cell empty where unseen.",
            )
        out.append(value)
    return out


# --- Arrays into a recording --------------------------------------------------------------------


def to_recording(
    raw: Raw, named: Named, unit: str | None, up: str | None, *, name: str = "trc"
) -> Recording:
    """The recording of a TRC file whose points have been named."""
    unit, scaling = find_unit(raw, unit)
    metres, zeros = unseen_as_nan(raw.values * M_PER_UNIT[unit])
    positions = named.place(metres)
    direction, assumed_up = find_up(named.skeleton, positions, up)
    keep = increasing(raw.time)
    start_s = float(raw.time[keep][0]) if keep.any() else 0.0
    history = (
        Step("read", {"format": name, "unit": unit}, f"{len(raw.time)} frames"),
        *raw.history, *named.history, *scaling, *assumed_up,
        *drop_note(raw.path, keep, "repeat a time or go back"),
        *unseen_note(zeros, metres.shape[0] * metres.shape[1]),
    )  # fmt: skip
    return Recording(
        time=raw.time[keep] - start_s,
        skeleton=named.skeleton,
        positions=positions[keep],
        up=direction,
        scale=Scale(known=True, note=f"in {unit}"),
        source=Source(str(raw.path), raw.sha256, name, "", _rate(raw), start_s, "the file's time"),
        history=history,
    )


def find_unit(raw: Raw, given: str | None) -> tuple[str, History]:
    """The unit given or stated; where neither is, the one in which the points make a body."""
    if given is not None and given not in M_PER_UNIT:
        raise RehabkitError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {given!r}.")
    span = float(np.max(extent(raw.values)))
    stated = raw.keys.get("units", "")
    unit = given or _UNIT_WORDS.get(stated.lower())
    if unit is not None:
        return unit, _doubts(unit, span, given)
    for name, factor in M_PER_UNIT.items():
        if 0.3 <= span * factor <= 3.0:
            why = f"the header says {stated!r}; the points of a frame span {span:.4g}"
            return name, (Step("assume unit", {"unit": name}, why),)
    raise FormatError(
        raw.path,
        place="line 3, Units",
        expected=f"one of {choices(_UNIT_WORDS)}",
        found=repr(stated[:40]),
        fix="Give unit='m', 'cm', 'mm' or 'in'.",
    )


def _doubts(unit: str, span: float, given: str | None) -> History:
    """A line of history where the stated unit makes a body of no body's size; nothing changes."""
    metres = span * M_PER_UNIT[unit]
    if given is not None or not np.isfinite(metres) or _BODY_M[0] <= metres <= _BODY_M[1]:
        return ()
    why = (
        f"as the header says, although the points of a frame then span {metres:.3g} m; "
        "unit= says another"
    )
    return (Step("assume unit", {"unit": unit}, why),)


def _rate(raw: Raw) -> float | None:
    try:
        rate = float(raw.keys.get("datarate", ""))
    except ValueError:
        return None
    return rate if 0 < rate < LARGEST else None


# --- A recording into the file ------------------------------------------------------------------


def write(recording: Recording, path: Path, *, unit: str = "m") -> None:
    """Write the positions as TRC, in the recording's own axes and the source's own time.

    Parameters
    ----------
    unit
        ``"m"`` (float32 values come back bit for bit), ``"cm"``, ``"mm"`` or ``"in"``.

    Raises
    ------
    RecordingError
        Where there are no positions in space.
    """
    if unit not in M_PER_UNIT:
        raise RehabkitError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {unit!r}.")
    if recording.positions is None:
        raise RecordingError(
            "TRC holds points in space, and this recording has none: image points are written "
            "as CSV or Parquet."
        )
    with atomic(path) as temporary:
        temporary.write_bytes(_text(recording, path, unit).encode())


def _text(recording: Recording, path: Path, unit: str) -> str:
    assert recording.positions is not None
    out = io.StringIO(newline="")
    out.write(_header(recording, path, unit))
    frames, points, _ = recording.positions.shape
    values = recording.positions.astype(np.float64) / M_PER_UNIT[unit]
    values = values.reshape(frames, 3 * points)
    for frame, (time, row) in enumerate(zip(recording.time, values.tolist(), strict=True), 1):
        cells = "\t".join("" if math.isnan(v) else f"{v:.9g}" for v in row)
        # OpenSim counts no empty cell at the end of a row unless a separator follows it.
        end = "\t" if cells.endswith("\t") or not cells else ""
        out.write(f"{frame}\t{time + recording.source.start_s:.9f}\t{cells}{end}\n")
    return out.getvalue()


def _header(recording: Recording, path: Path, unit: str) -> str:
    frames, points = len(recording), len(recording.skeleton)
    rate = recording.source.rate_hz or recording.rate_hz or 1.0
    labels = [" ".join(joint.split()) for joint in recording.skeleton.joints]
    word = "inches" if unit == "in" else unit
    axes = "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, points + 1))
    name = " ".join(path.name.split())
    return (
        f"PathFileType\t4\t(X/Y/Z)\t{name}\n"
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\t"
        "OrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
        f"{rate:.9g}\t{rate:.9g}\t{frames}\t{points}\t{word}\t{rate:.9g}\t1\t{frames}\n"
        f"Frame#\tTime\t" + "\t\t\t".join(labels) + "\t\t\n"
        f"\t\t{axes}\n\n"
    )
