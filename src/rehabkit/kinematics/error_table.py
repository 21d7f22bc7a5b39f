"""The table of errors: how far off a figure is expected to be, by sensor, view and joint.

RehabKit's own is ``errors.toml``; a user's file of the same form comes before it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any, Final

from rehabkit.errors import FormatError, choices
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.reliability import MDC_FACTOR

SENSORS: Final = (
    "kinect-v1", "kinect-v2", "azure-kinect", "video", "keypoints", "opencap", "pose2sim",
    "theia3d", "imu", "marker", "goniometer", "inclinometer", "generated", "unknown",
)  # fmt: skip
VIEWS: Final = ("front", "back", "oblique", "side", "side-left", "side-right", "unknown")
_ANGLE_FIGURES: Final = ("error_deg", "mdc95_deg", "range_error_deg", "range_error_percent")
_MEASURE_FIGURES: Final = ("error", "mdc95")
_LISTS: Final = ("sensors", "views", "angles", "measures")
_TEXTS: Final = ("source", "reason", "unit")
_KEYS: Final = (*_LISTS, *_ANGLE_FIGURES, *_MEASURE_FIGURES, *_TEXTS, "measurable")


@dataclass(frozen=True)
class Trust:
    """What can be said of an angle, or a measure, before looking at its values.

    Parameters
    ----------
    error_deg
        Error of one reading, about one standard deviation, in the unit of what is read (degrees
        for angles); from ``mdc95_deg`` where only that is published.
    mdc95_deg
        Published minimal detectable change of one reading.
    range_error_deg, range_error_percent
        Published error of the range of movement, where there is one of its own.
    """

    measurable: bool
    reason: str
    error_deg: float | None
    error_source: str
    mdc95_deg: float | None = None
    range_error_deg: float | None = None
    range_error_percent: float | None = None


NOTHING_KNOWN: Final = Trust(True, "", None, "no published figure is known for this source")


@dataclass(frozen=True)
class Row:
    """One row of a table; empty tuples fit everything.

    ``measures`` holds patterns of measures that are no angles (``duration``, ``wrist.distance``);
    such a row says nothing of angles.
    """

    sensors: tuple[str, ...]
    views: tuple[str, ...]
    angles: tuple[str, ...]
    trust: Trust
    measures: tuple[str, ...] = ()
    unit: str = "deg"

    def fits(self, sensor: str, view: str, angle: str) -> bool:
        """Whether the row speaks of this case; ``angle`` without side."""
        return (
            not self.measures and self.seen_by(sensor, view) and angle in (self.angles or (angle,))
        )

    def seen_by(self, sensor: str, view: str) -> bool:
        """Whether the row speaks of this sensor and view."""
        sides = ("side",) if view.startswith("side-") else ()
        return sensor in (self.sensors or (sensor,)) and (
            not self.views or bool({view, *sides} & set(self.views))
        )

    def fits_measure(self, name: str, unit: str) -> bool:
        """Whether the row speaks of a measure; ``name`` without side."""
        return unit == self.unit and any(fnmatchcase(name, pattern) for pattern in self.measures)


@dataclass(frozen=True)
class ErrorTable:
    """Rows in their order, the first that fits counts; ``path`` of the user's file, if any."""

    rows: tuple[Row, ...]
    path: str = ""
    sha256: str = ""
    own: int = 0

    def angle(self, name: str, sensor: str, view: str) -> Trust:
        """What the table says of an angle, named without its side."""
        found = (row.trust for row in self.rows if row.fits(sensor, view, name))
        return next(found, NOTHING_KNOWN)

    def measures(self, sensor: str, view: str) -> tuple[Row, ...]:
        """The rows on measures that are no angles, for a sensor and view."""
        return tuple(row for row in self.rows if row.measures and row.seen_by(sensor, view))


@cache
def builtin() -> ErrorTable:
    """The table of ``errors.toml``, groups spelt out."""
    text = files("rehabkit.kinematics").joinpath("errors.toml").read_text(encoding="utf-8")
    return ErrorTable(_rows(Path("errors.toml"), tomllib.loads(text), {}))


def groups() -> Mapping[str, list[str]]:
    """Names for several angles, that a user's file may use too."""
    text = files("rehabkit.kinematics").joinpath("errors.toml").read_text(encoding="utf-8")
    found: Mapping[str, list[str]] = tomllib.loads(text)["groups"]
    return found


def load(path: str | Path) -> ErrorTable:
    """A user's table: its rows first, then RehabKit's own.

    Raises
    ------
    FormatError
        With the row and key, what is allowed there and what was found.
    """
    file = Path(path)
    content = read_bytes(file)
    try:
        table = tomllib.loads(decode(file, content))
    except tomllib.TOMLDecodeError as error:
        raise FormatError(
            file, expected="a TOML file with [[row]] tables", found=str(error).lower()
        ) from error
    unknown = set(table) - {"row", "groups"}
    if unknown:
        raise _wrong(file, sorted(unknown)[0], "only 'row' and 'groups'", "another key")
    rows = _rows(file, table, groups())
    if not rows:
        raise _wrong(file, "row", "at least one [[row]]", "none")
    return ErrorTable((*rows, *builtin().rows), file.name, sha256(content), len(rows))


def _rows(file: Path, table: Mapping[str, Any], known: Mapping[str, list[str]]) -> tuple[Row, ...]:
    listed, own = table.get("row", []), table.get("groups", {})
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise _wrong(file, "row", "[[row]] tables", repr(listed)[:40])
    if not isinstance(own, dict):
        raise _wrong(file, "groups", "a table of lists", repr(own)[:40])
    named = {**known, **{key: _texts(file, f"groups.{key}", names) for key, names in own.items()}}
    of = f"{file.name}: " if known else ""
    return tuple(_row(file, f"row {i}", row, named, of) for i, row in enumerate(listed, start=1))


def _row(file: Path, place: str, row: Mapping[str, Any], named: Mapping[str, Any], of: str) -> Row:
    for key in row:
        if key not in _KEYS:
            raise _wrong(file, f"{place}, {key}", f"one of {choices(_KEYS)}", "an unknown key")
    lists = {key: _texts(file, f"{place}, {key}", row.get(key, [])) for key in _LISTS}
    _allowed(file, f"{place}, sensors", lists["sensors"], SENSORS)
    _allowed(file, f"{place}, views", lists["views"], VIEWS)
    _allowed(file, f"{place}, angles", lists["angles"], (*ANGLES, *named))
    texts = {key: _text(file, f"{place}, {key}", row.get(key, "")) for key in _TEXTS}
    if not texts["source"].strip():
        raise _wrong(file, f"{place}, source", "where the figure comes from", "nothing")
    spelt = [angle for name in lists["angles"] for angle in named.get(name, [name])]
    trust = _trust(file, place, row, texts, of)
    unit = texts["unit"] or "deg"
    if lists["measures"] and not texts["unit"]:
        raise _wrong(file, f"{place}, unit", "the unit of the measures, such as 's'", "nothing")
    return Row(
        lists["sensors"], lists["views"], tuple(dict.fromkeys(spelt)), trust,
        lists["measures"], unit,
    )  # fmt: skip


def _trust(
    file: Path, place: str, row: Mapping[str, Any], texts: Mapping[str, str], of: str
) -> Trust:
    """The figures of a row; those of angles and of other measures must not be mixed."""
    other = "measures" in row
    mine: tuple[str, ...] = _MEASURE_FIGURES if other else _ANGLE_FIGURES
    others: tuple[str, ...] = _ANGLE_FIGURES if other else _MEASURE_FIGURES
    for key in others:
        if key in row:
            wanted = " or ".join(repr(k) for k in mine)
            raise _wrong(file, f"{place}, {key}", f"{wanted} in this row", repr(key))
    figures = {k: _figure(file, f"{place}, {k}", row[k]) for k in mine if k in row}
    measurable = row.get("measurable", True)
    if not isinstance(measurable, bool):
        raise _wrong(file, f"{place}, measurable", "true or false", repr(measurable))
    if not measurable and not texts["reason"]:
        raise _wrong(file, f"{place}, reason", "why it cannot be measured", "nothing")
    change = figures.get("mdc95_deg", figures.get("mdc95"))
    error = figures.get("error_deg", figures.get("error"))
    if error is None and change is not None:
        error = change / MDC_FACTOR
    return Trust(
        measurable, texts["reason"], error, of + texts["source"], change,
        figures.get("range_error_deg"), figures.get("range_error_percent"),
    )  # fmt: skip


def _texts(file: Path, place: str, found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise _wrong(file, place, 'a list of names, such as ["knee_flexion"]', repr(found)[:60])
    return tuple(found)


def _text(file: Path, place: str, found: Any) -> str:
    if not isinstance(found, str):
        raise _wrong(file, place, "text in quotes", repr(found)[:60])
    return found


def _figure(file: Path, place: str, found: Any) -> float:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    if not number or not isfinite(found) or found <= 0:
        raise _wrong(file, place, "a number above 0", repr(found)[:60])
    return float(found)


def _allowed(file: Path, place: str, found: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    for name in found:
        if name not in allowed:
            raise _wrong(file, place, f"one of {choices(allowed)}", repr(name))


def _wrong(file: Path, place: str, expected: str, found: str) -> FormatError:
    return FormatError(file, place=place, expected=expected, found=found)
