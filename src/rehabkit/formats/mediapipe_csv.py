"""MediaPipe landmarks in CSV: one row a frame, or one row a landmark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.columns import Layout, find_layout, plain
from rehabkit.formats.landmarks import COUNT, NAMES, Raw, blank_zeros
from rehabkit.formats.sheet import Sheet, header_of, parse_sheet
from rehabkit.formats.times import read_times

_NUMBERED = re.compile(r"(?:[a-z_ ]*?[_ ]?)?(\d{1,2})", re.IGNORECASE)
_KNOWN: Final = {plain(name): index for index, name in enumerate(NAMES)}
# Names that COCO's 17 points do not have.
_OWN: Final = {plain(name) for name in NAMES if re.search("heel|foot|pinky|index|mouth", name)}
_POINT: Final = ("landmark", "landmarkid", "landmarkindex", "landmarkname", "id", "index", "name",
                 "joint", "keypoint")  # fmt: skip
_LARGEST: Final = 1e6


def identify(head: bytes) -> bool:
    """Columns for all 33 points by number, for BlazePose's own names, or one row a landmark."""
    header = header_of(head)
    layout = find_layout(header)
    if _indices(layout) is not None:
        return True
    return _long_columns(header) is not None


def _indices(layout: Layout) -> list[int] | None:
    """Landmark of each joint's columns; None where these are not MediaPipe's points."""
    names = [plain(joint.name) for joint in layout.joints]
    if set(names) <= set(_KNOWN) and set(names) & _OWN:
        return [_KNOWN[name] for name in names]
    matches = [_NUMBERED.fullmatch(joint.name) for joint in layout.joints]
    numbers = [int(match[1]) for match in matches if match]
    if len(numbers) != len(names) or len(numbers) != COUNT:
        return None
    first = min(numbers)
    shifted = [number - first for number in numbers]
    return shifted if first in (0, 1) and sorted(shifted) == list(range(COUNT)) else None


def _long_columns(header: Sequence[str]) -> dict[str, int] | None:
    """Columns of a table with one row a landmark; None where it is none."""
    names = [plain(cell) for cell in header]
    point = next((name for name in _POINT if name in names), None)
    if point is None or not {"x", "y", "z"} <= set(names):
        return None
    columns = {axis: names.index(axis) for axis in "xyz"} | {"point": names.index(point)}
    layout = find_layout(header)
    when = max(layout.frame, layout.milliseconds, layout.seconds)
    if when < 0:
        return None
    seen = next((n for n in ("visibility", "confidence", "v") if n in names), None)
    if seen is not None:
        columns["visibility"] = names.index(seen)
    return columns | {"when": layout.frame if layout.frame >= 0 else when}


def parse(path: Path, text: str, rate_hz: float | None) -> Raw:
    """The landmarks of a CSV text.

    Raises
    ------
    FormatError
        On damage, or a header that names other points.
    """
    sheet = parse_sheet(path, text)
    layout = find_layout(sheet.header)
    indices = _indices(layout)
    if indices is not None:
        return _parse_wide(sheet, layout, indices, rate_hz)
    columns = _long_columns(sheet.header)
    if columns is None:
        raise FormatError(
            path,
            place="header",
            expected="x, y, z of MediaPipe's 33 landmarks, by name or number",
            found=", ".join(sheet.header)[:80],
            fix="docs/formats.md lists the layouts that are understood.",
        )
    return _parse_long(sheet, layout, columns, rate_hz)


def _parse_wide(sheet: Sheet, layout: Layout, indices: list[int], rate_hz: float | None) -> Raw:
    points = np.full((len(sheet.rows), COUNT, 3), np.nan)
    visibility = np.zeros((len(sheet.rows), COUNT))
    for joint, index in zip(layout.joints, indices, strict=True):
        points[:, index] = np.stack([sheet.column(i, _LARGEST) for i in joint.axes], axis=1)
        if joint.confidence >= 0:
            visibility[:, index] = _shares(sheet.column(joint.confidence))
    has_visibility = any(joint.confidence >= 0 for joint in layout.joints)
    return _raw(sheet, layout, points, visibility if has_visibility else None, rate_hz)


def _shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.nan_to_num(np.clip(values, 0.0, 1.0))


def _raw(
    sheet: Sheet,
    layout: Layout,
    points: NDArray[np.float64],
    visibility: NDArray[np.float64] | None,
    rate_hz: float | None,
) -> Raw:
    stamps, clock, history = read_times(sheet, layout, rate_hz)
    points, zeros = blank_zeros(points)
    return Raw(
        stamps, clock, None, points, visibility, rate_hz=rate_hz, zeros=zeros, history=history
    )


def _parse_long(
    sheet: Sheet, layout: Layout, columns: dict[str, int], rate_hz: float | None
) -> Raw:
    """One row a landmark: rows of one frame number (or time) make a frame."""
    when = sheet.column(columns["when"], 1e15)
    frames, first, at = np.unique(when, return_index=True, return_inverse=True)
    points = np.full((len(frames), COUNT, 3), np.nan)
    joints = _points_of(sheet, columns["point"])
    values = [sheet.column(columns[axis], _LARGEST) for axis in "xyz"]
    points[at, joints] = np.stack(values, axis=1)
    visibility = None
    if "visibility" in columns:
        visibility = np.zeros((len(frames), COUNT))
        visibility[at, joints] = _shares(sheet.column(columns["visibility"]))
    rows = tuple(sheet.rows[i] for i in first)
    lines = tuple(sheet.lines[i] for i in first)
    by_frame = Sheet(sheet.path, sheet.header, rows, lines)
    return _raw(by_frame, layout, points, visibility, rate_hz)


def _points_of(sheet: Sheet, column: int) -> NDArray[np.intp]:
    """Landmark of each row, from its number from 0 or its name."""
    cells = [row[column].strip() for row in sheet.rows]
    known = {str(i): i for i in range(COUNT)} | _KNOWN
    wrong = next((i for i, cell in enumerate(cells) if plain(cell) not in known), None)
    if wrong is not None:
        raise FormatError(
            sheet.path,
            place=f"line {sheet.lines[wrong]}, column {sheet.header[column]!r}",
            expected=f"a landmark from 0 to {COUNT - 1}, or its name",
            found=repr(cells[wrong][:40]),
        )
    return np.array([known[plain(cell)] for cell in cells], dtype=np.intp)
