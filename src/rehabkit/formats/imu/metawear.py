"""MetaWear's CSV: one file a sensor; the other sensors of a session lie beside it by name.

``NAME_MetaWear_DATE_DEVICE_Accelerometer_12.500Hz_1.4.4.csv`` with the columns ``epoch (ms)``,
``time (...)``, ``elapsed (s)``, ``x-axis (g)``, ``y-axis (g)``, ``z-axis (g)``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import increasing
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.imu.columns import spelled
from rehabkit.formats.imu.tables import LARGEST_TIME, NO_JOINTS
from rehabkit.formats.sheet import header_of, parse_sheet
from rehabkit.recording import ExerciseLabel, History, Recording, Source, Step, Stream

_HEADER = re.compile(
    r"epoch \(ms\)\|time \([^|]*\)\|elapsed \(s\)\|x-axis \(([^|]*)\)\|y-axis \(\1\)\|z-axis \(\1\)"
)
_NAME = re.compile(
    r"(?P<session>.*_)(?P<sensor>Accelerometer|Gyroscope|Magnetometer)"
    r"(?P<rate>_[0-9.]+Hz)?(?P<rest>.*)"
)
_QUANTITY: Final = {"g": "accelerometer", "deg/s": "gyroscope", "rad/s": "gyroscope"}
_AXES: Final = ("x", "y", "z")
_NAMES_LISTED: Final = 5000


def is_metawear(head: bytes) -> bool:
    """Whether the first line is MetaWear's."""
    return _HEADER.fullmatch("|".join(header_of(head))) is not None


def read_metawear(path: Path) -> Recording:
    """All sensors of the session that ``path`` belongs to, each a stream at its own rate."""
    digest = ""
    streams: dict[str, Stream] = {}
    history: list[Step] = []
    for file in (path, *_beside(path)):
        content = read_bytes(file)
        digest = digest or sha256(content)
        name, stream, notes = _sensor(file, decode(file, content))
        streams.setdefault(name, stream)
        history += notes
    moved, time, start_s = _in_one_clock(streams)
    found = _NAME.fullmatch(path.name)
    label = found["session"].split("_MetaWear_")[0].rstrip("_") if found else ""
    note = ", ".join(f"{name}: {len(s.time)} samples" for name, s in moved.items())
    return Recording(
        time=time,
        skeleton=NO_JOINTS,
        streams=moved,
        source=Source(str(path), digest, "imu", "MetaWear", None, start_s, "ms since 1970"),
        exercise=ExerciseLabel(label=label),
        history=(Step("read", {"format": "imu"}, note), *history),
    )


def _in_one_clock(
    streams: dict[str, Stream],
) -> tuple[dict[str, Stream], NDArray[np.float64], float]:
    """Streams in ms as such in s from the first sample of any: them, its times, its start."""
    first = min(streams, key=lambda name: (float(streams[name].time[0]), name))
    start_ms = float(streams[first].time[0])
    moved = {
        name: Stream((s.time - start_ms) / 1e3, s.values, s.channels, s.unit, s.kind)
        for name, s in sorted(streams.items())
    }
    return moved, moved[first].time, start_ms / 1e3


def _beside(path: Path) -> list[Path]:
    """The other sensors' files of the same session: the same name but for sensor and rate."""
    own = _NAME.fullmatch(path.name)
    if own is None:
        return []
    others = []
    for count, file in enumerate(path.parent.iterdir()):
        other = _NAME.fullmatch(file.name)
        same = other and (other["session"], other["rest"]) == (own["session"], own["rest"])
        if other and same and other["sensor"] != own["sensor"]:
            others.append(file)
        if count > _NAMES_LISTED:
            break
    return sorted(others)


def _sensor(path: Path, text: str) -> tuple[str, Stream, History]:
    """What it measures, its samples at their times in ms, and what was left out."""
    sheet = parse_sheet(path, text)
    header = _HEADER.fullmatch("|".join(cell.strip('"') for cell in sheet.header))
    unit = spelled(header[1]) if header else ""
    if not unit:
        raise FormatError(
            path,
            place="header",
            expected="epoch (ms), time, elapsed (s) and x-, y- and z-axis with a unit",
            found=", ".join(sheet.header)[:80],
            fix="Export the session from the MetaBase application again.",
        )
    times = sheet.column(0, LARGEST_TIME)
    keep = increasing(times)
    if not keep.any():
        raise FormatError(path, expected="at least one sample with a time", found="none")
    values = np.stack([sheet.column(i) for i in (3, 4, 5)], axis=1)
    name = _QUANTITY.get(unit, "magnetometer")
    notes: History = ()
    if not keep.all():
        touched = f"{name}: {int((~keep).sum())} of {len(keep)} samples repeat a time or go back"
        notes = (Step("drop frames", {"frames": int((~keep).sum())}, touched),)
    return name, Stream(times[keep], values[keep], _AXES, unit, "imu"), notes
