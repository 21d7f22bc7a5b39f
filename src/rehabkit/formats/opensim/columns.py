"""What the columns of a MOT or STO table are: told by their names and by the table's.

OpenSim's files state no units but degrees or radians; all else is SI. Which column is an angle, a
translation, a force or a moment is a matter of its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rehabkit.formats.opensim.table import Table

ANGLES: Final = "angles"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Kind:
    """One kind of column: its stream, unit, and whether radians are turned into degrees."""

    stream: str
    unit: str
    angular: bool = False


_ANGLE: Final = Kind(ANGLES, "deg", True)
_TRANSLATION: Final = Kind("translations", "m")
_RATES: Final = {
    "speed": (Kind("angular velocities", "deg/s", True), Kind("velocities", "m/s")),
    "accel": (Kind("angular accelerations", "deg/s^2", True), Kind("accelerations", "m/s^2")),
}  # fmt: skip
_MOVED: Final = re.compile(r"(^|_)(t|trans)_?[xyz]$", re.IGNORECASE)
_BY_NAME: Final = (
    (re.compile(r"(moment|torque)(_?[a-z]*\d*)?$", re.IGNORECASE), Kind("moments", "Nm")),
    (re.compile(r"(^|_)(cop|p)_?[xyz]$|force\d*_p[xyz]$", re.IGNORECASE),
     Kind("centres of pressure", "m")),
    (re.compile(r"(force|grf)(_?v?_?[xyz]?\d*)?$", re.IGNORECASE), Kind("forces", "N")),
    (re.compile(r"(^|[/_])(activation|excitation|control)s?$", re.IGNORECASE),
     Kind("activations", "1")),
    (re.compile(r"(^|[/_])(fiber|tendon)_length$", re.IGNORECASE), Kind("lengths", "m")),
)  # fmt: skip
_BY_TABLE: Final = (
    ("activation", Kind("activations", "1")),
    ("control", Kind("activations", "1")),
    ("moment", Kind("moments", "Nm")),
    ("force", Kind("forces", "N")),
)


def kinds_of(table: Table) -> list[Kind]:
    """The kind of each column."""
    return [_kind(column, table) for column in table.columns]


def _kind(column: str, table: Table) -> Kind:
    name = column.strip()
    found = next((kind for pattern, kind in _BY_NAME if pattern.search(name)), None)
    if found is not None:
        return found
    title = table.name.lower()
    rate = next((pair for word, pair in _RATES.items() if word in title), None)
    if name.endswith("/speed"):
        rate = _RATES["speed"]
    coordinate = name.removesuffix("/value").removesuffix("/speed").rsplit("/", 1)[-1]
    moved = _MOVED.search(coordinate) is not None
    if rate is not None:
        return rate[1] if moved else rate[0]
    if moved:
        return _TRANSLATION
    by_table = next((kind for word, kind in _BY_TABLE if word in title), None)
    if by_table is not None:
        return by_table
    return _ANGLE if _holds_angles(name, table) else Kind("values", UNKNOWN)


def _holds_angles(name: str, table: Table) -> bool:
    """Whether a column without a telling name is an angle: the table's name or header says so."""
    if name.endswith("/value") or "coordinate" in table.name.lower():
        return True
    if any(pattern.search(column) for column in table.columns for pattern, _ in _BY_NAME):
        return False  # a table of forces has other columns than angles
    return table.keys.get("indegrees", "").lower() == "yes" or table.path.suffix.lower() == ".mot"


def groups(kinds: Sequence[Kind]) -> dict[Kind, list[int]]:
    """Columns of each kind, in their order."""
    found: dict[Kind, list[int]] = {}
    for index, kind in enumerate(kinds):
        found.setdefault(kind, []).append(index)
    return found
