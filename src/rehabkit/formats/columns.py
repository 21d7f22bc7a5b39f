"""Which columns of somebody's table are joints, times and frames: by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_END = re.compile(
    r"(?P<joint>.+?)[ _.\-:]*(?P<axis>x|y|z|w|visibility|confidence|conf|score|likelihood|v|c)"
    r"(?:[ _]*[(\[]?(?P<unit>m|cm|mm)[)\]]?)?",
    re.IGNORECASE,
)
_START = re.compile(r"(?P<axis>x|y|z|v|visibility)[ _]?(?P<joint>\d+)", re.IGNORECASE)
_CONFIDENCE: Final = {"visibility", "confidence", "conf", "score", "likelihood", "v", "c"}
_SECONDS: Final = {"time", "times", "t", "seconds", "sec", "timestamp", "timestamps"}
_MILLISECONDS: Final = {"timems", "timestampms", "ms", "milliseconds"}
_FRAMES: Final = {"frame", "frames", "frameid", "frameidx", "frameindex", "framenumber", "frameno"}
_BODY: Final = re.compile(
    "head|neck|nose|spine|chest|thorax|trunk|torso|pelvis|waist|shoulder|elbow|wrist|hand"
    "|hip|knee|ankle|foot|toe|heel",
    re.IGNORECASE,
)
_SENSOR: Final = re.compile(r"(?:^|[^a-z])(?:acc|gyr|mag|angular|quat)", re.IGNORECASE)
M_PER_UNIT: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001}


@dataclass(frozen=True)
class JointColumns:
    """Where one joint's coordinates stand; ``confidence`` is -1 where there is none."""

    name: str
    axes: tuple[int, int, int]
    confidence: int
    unit: str | None


@dataclass(frozen=True)
class Layout:
    """What the header says; -1 for a column that is not there."""

    joints: tuple[JointColumns, ...] = ()
    seconds: int = -1
    milliseconds: int = -1
    frame: int = -1
    stated_unit: bool = field(default=False)
    """Whether the time column's name says its unit (``time_s``)."""


def plain(name: str) -> str:
    """A name without case and separators, for comparing."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def body_joints(layout: Layout) -> int:
    """How many of the joints bear the name of a part of the body (``foot_acc`` is a sensor)."""
    names = (joint.name for joint in layout.joints)
    return sum(bool(_BODY.search(name)) and not _SENSOR.search(name) for name in names)


def find_layout(header: Sequence[str]) -> Layout:
    """Joints with all of x, y and z, in the order of their first column, and the time column."""
    found: dict[str, dict[str, int]] = {}
    units: dict[str, set[str]] = {}
    for index, cell in enumerate(header):
        match = _START.fullmatch(cell.strip()) or _END.fullmatch(cell.strip())
        if match is None:
            continue
        axis = match["axis"].lower()
        joint = match["joint"].strip(" _.-:")
        found.setdefault(joint, {}).setdefault("c" if axis in _CONFIDENCE else axis, index)
        unit = match.groupdict().get("unit")
        if unit and axis in "xyz":
            units.setdefault(joint, set()).add(unit.lower())
    joints = tuple(
        JointColumns(joint, (at["x"], at["y"], at["z"]), at.get("c", -1), _one(units.get(joint)))
        for joint, at in found.items()
        if joint and {"x", "y", "z"} <= set(at) and "w" not in at  # with w: a quaternion
    )
    return _with_time(joints, header)


def _one(units: set[str] | None) -> str | None:
    return next(iter(units)) if units and len(units) == 1 else None


def _with_time(joints: tuple[JointColumns, ...], header: Sequence[str]) -> Layout:
    names = [plain(cell) for cell in header]
    seconds = _first(names, _SECONDS | {name + "s" for name in _SECONDS})
    stated = seconds >= 0 and names[seconds] not in _SECONDS
    milliseconds, frame = _first(names, _MILLISECONDS), _first(names, _FRAMES)
    return Layout(joints, seconds, milliseconds, frame, stated)


def _first(names: Sequence[str], wanted: set[str]) -> int:
    return next((i for i, name in enumerate(names) if name in wanted), -1)
