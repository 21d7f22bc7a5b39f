"""Whether a sensor and view can see an angle, how far off it is expected to be, and why not."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.view import View
from rehabkit.recording import Recording, side_of, without_side

_WORDS = {
    "pelvis": "pelvis", "spine": "lower spine", "chest": "chest", "neck": "neck", "head": "head",
    "hand_tip": "finger tips", "toe": "toes",
}  # fmt: skip


@dataclass(frozen=True)
class Trust:
    """What can be said of an angle before looking at its values."""

    measurable: bool
    reason: str
    error_deg: float | None
    error_source: str


@dataclass(frozen=True)
class Row:
    """One row of ``errors.toml``; empty tuples fit everything."""

    sensors: tuple[str, ...]
    views: tuple[str, ...]
    angles: tuple[str, ...]
    trust: Trust

    def fits(self, sensor: str, view: str, angle: str) -> bool:
        """Whether the row speaks of this case; ``angle`` without side."""
        sides = ("side",) if view.startswith("side-") else ()
        return (
            sensor in (self.sensors or (sensor,))
            and angle in (self.angles or (angle,))
            and (not self.views or bool({view, *sides} & set(self.views)))
        )


@cache
def rows() -> tuple[Row, ...]:
    """The table of ``errors.toml``, groups spelt out."""
    text = files("rehabkit.kinematics").joinpath("errors.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return tuple(_row(row, table["groups"]) for row in table["row"])


def _row(row: Mapping[str, object], groups: Mapping[str, list[str]]) -> Row:
    def names(key: str) -> tuple[str, ...]:
        found = row.get(key, [])
        return tuple(str(n) for n in found) if isinstance(found, list) else ()

    angles = tuple(angle for name in names("angles") for angle in groups.get(name, [name]))
    error = row.get("error_deg")
    return Row(
        names("sensors"),
        names("views"),
        angles,
        Trust(
            bool(row.get("measurable", True)),
            str(row.get("reason", "")),
            float(error) if isinstance(error, int | float) else None,
            str(row["source"]),
        ),
    )


def sensor_of(recording: Recording) -> str:
    """``kinect-v1``, ``kinect-v2``, ``video``, ``marker``, ``generated`` or ``unknown``."""
    device, kind = recording.source.device.lower(), recording.source.format.lower()
    if "kinect" in device:
        return "kinect-v1" if "v1" in device or "360" in device else "kinect-v2"
    if kind == "generated" or device == "generator":
        return "generated"
    if "video" in kind or "mediapipe" in kind + device or "camera" in device:
        return "video"
    if recording.skeleton.markers or "vicon" in device or "qualisys" in device:
        return "marker"
    return "unknown"


def trust(name: str, sensor: str, view: View) -> Trust:
    """What the table says of the angle ``name`` (with side)."""
    base = without_side(name)
    for row in rows():
        if row.fits(sensor, view.facing, base):
            return row.trust
    return Trust(True, "", None, "no published figure is known for this source")


def missing_joints(name: str, points: Points) -> str:
    """Why the angle cannot be had from these points; empty where it can."""
    side = side_of(name) or ""
    needed = ANGLES[without_side(name)].needed(side)
    if points.hips_hidden and name.startswith(("neck", "shoulder")):
        needed = tuple(joint for joint in needed if joint != "pelvis")
    words = [_words(joint) for joint in needed if not points.has(joint)]
    if not words:
        return ""
    return f"the recording has no {_join(list(dict.fromkeys(words)))}"


def _words(joint: str) -> str:
    side, base = side_of(joint), without_side(joint)
    word = _WORDS.get(base, base)
    return f"{side} {word}" if side else word


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
