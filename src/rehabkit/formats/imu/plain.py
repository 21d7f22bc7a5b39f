"""One table with the sensors of one or several devices, APDM's with its lines on top included."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from rehabkit.errors import FormatError
from rehabkit.formats.build import drop_note, increasing
from rehabkit.formats.imu.columns import Sensor, find_sensors
from rehabkit.formats.imu.tables import Units, segments_of, streams_of, time_of
from rehabkit.formats.sheet import Sheet, header_of, parse_sheet
from rehabkit.recording import Recording, Source, Step

APDM: Final = b"Test Name:"
_RATE = re.compile(r"^Sample Rate:,\s*([0-9.]+)\s*,\s*Hz", re.IGNORECASE)
_TIMES: Final = {"time", "times", "t", "timestamp", "frame", "frames", "index", "sample"}


def has_sensors(head: bytes) -> bool:
    """Whether a header has an acceleration or turn rate, or nothing but quaternions and a time."""
    if head.startswith(APDM):
        return b"Sample Rate:" in head
    header = header_of(head)
    sensors = find_sensors(header)
    if any(s.quantity in ("accelerometer", "gyroscope") for s in sensors):
        return True
    used = {i for s in sensors for i in s.columns}
    rest = [cell for i, cell in enumerate(header) if i not in used]
    plain = {re.sub(r"[^a-z]", "", cell.lower()) for cell in rest}
    return bool(used) and all(s.quantity == "orientation" for s in sensors) and plain <= _TIMES


def read_plain(
    path: Path, text: str, digest: str, rate_hz: float | None, units: Units
) -> Recording:
    """The recording in one table; see :func:`rehabkit.formats.imu.read`."""
    stated, device = _stated_rate(path, text), ""
    if text.startswith(APDM.decode()):
        device = "APDM"
    sheet, sensors = _table(path, text)
    if not sensors:
        raise FormatError(
            path,
            place="header",
            expected="columns acc, gyr or mag with x, y, z, or quaternions w, x, y, z",
            found=", ".join(sheet.header)[:80],
            fix="See docs/formats/mocap.md for the names that are understood.",
        )
    times, clock, timing = time_of(sheet, rate_hz or stated)
    if stated and not rate_hz:
        timing = tuple(step for step in timing if step.name != "assume frame rate")
        clock = clock.replace("an assumed", "the stated")
    keep = increasing(times)
    dropped = drop_note(path, keep, "repeat a time or go back")
    start_s = float(times[keep][0])
    streams, assumed = streams_of(sheet, sensors, times - start_s, units)
    skeleton, orientations = segments_of(sheet, sensors)
    if not streams and orientations is None:
        raise FormatError(
            path,
            expected="at least one sensor that measured something",
            found="zeros throughout",
            fix="Export the file again.",
        )
    return Recording(
        time=times[keep] - start_s,
        skeleton=skeleton,
        orientations=None if orientations is None else orientations[keep],
        streams=streams,
        source=Source(str(path), digest, "imu", device, stated or rate_hz, start_s, clock),
        history=(
            Step("read", {"format": "imu"}, f"{len(times)} rows, {len(sensors)} sensors"),
            *timing, *dropped, *assumed,
        ),
    )  # fmt: skip


def _stated_rate(path: Path, text: str) -> float | None:
    """The rate in APDM's second line; None elsewhere."""
    if not text.startswith(APDM.decode()):
        return None
    line = next(iter(text.splitlines()[1:2]), "")
    match = _RATE.match(line)
    rate = float(match[1]) if match and re.fullmatch(r"\d+\.?\d*", match[1]) else 0.0
    if not 0 < rate <= 1e5:
        raise FormatError(
            path,
            place="line 2",
            expected="'Sample Rate:', a number and 'Hz'",
            found=repr(line[:40]),
            fix="Export the file again.",
        )
    return rate


def _table(path: Path, text: str) -> tuple[Sheet, tuple[Sensor, ...]]:
    """The table and its sensors; APDM's has two lines above the header and one of units below."""
    if not text.startswith(APDM.decode()):
        sheet = parse_sheet(path, text)
        return sheet, find_sensors(sheet.header)
    body = "\n\n" + "\n".join(text.splitlines()[2:])
    sheet = parse_sheet(path, body)
    units, rows = sheet.rows[0], sheet.rows[1:]
    if not rows:
        raise FormatError(path, expected="at least one row below the units", found="none")
    return (
        replace(sheet, rows=rows, lines=sheet.lines[1:]),
        find_sensors(sheet.header, [unit.strip() for unit in units]),
    )
