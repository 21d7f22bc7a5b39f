"""Worn inertial sensors (IMU): tables of accelerations, turn rates, magnetic fields, orientations.

Layouts that are known by their makers (MetaWear, APDM, the Physical Therapy Exercises sessions)
and any CSV whose header names sensors. A quantity of a device is a stream in the file's own unit;
orientations are those of a skeleton made of the segments that the header names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.imu.columns import spelled
from rehabkit.formats.imu.metawear import is_metawear, read_metawear
from rehabkit.formats.imu.plain import has_sensors, read_plain
from rehabkit.formats.imu.sessions import is_session_file, is_session_folder, read_session
from rehabkit.formats.imu.tables import Units
from rehabkit.recording import Recording

_OTHERS: Final = (b"# rehabkit:", b"PathFileType", b"HIERARCHY")


def identify(path: Path, head: bytes) -> bool:
    """A header that names sensors; a folder whose units' folders hold a session."""
    if path.is_dir():
        return is_session_folder(path)
    start = head.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in head or start.startswith(_OTHERS):
        return False
    return is_metawear(head) or is_session_file(head) or has_sensors(start)


def read(
    path: Path,
    *,
    rate_hz: float | None = None,
    acceleration_unit: str | None = None,
    rotation_unit: str | None = None,
    session: str | None = None,
) -> Recording:
    """A recording of worn sensors.

    Parameters
    ----------
    rate_hz
        Samples a second where there is no time column.
    acceleration_unit, rotation_unit
        ``"g"``, ``"m/s^2"``; ``"deg/s"``, ``"rad/s"`` where the header does not say; else told by
        the size of gravity, and stated as assumed.
    session
        ``"test"`` or ``"template"`` for a folder of the Physical Therapy Exercises data set.

    Raises
    ------
    FormatError
        With line and column of what is wrong.
    """
    if rate_hz is not None and not rate_hz > 0:
        raise RehabkitError(f"Expected rate_hz above 0, found {rate_hz}.")
    units = Units(
        _stated(acceleration_unit, "m/s^2", "g"), _stated(rotation_unit, "deg/s", "rad/s")
    )
    if path.is_dir():
        if not is_session_folder(path):
            raise FormatError(
                path,
                expected="folders u1, u2, ... with test.txt or template_session.txt",
                found="none",
                fix="Give one file, or the folder of a session such as s1/e1.",
            )
        return read_session(path, session, rate_hz, units)
    content = read_bytes(path)
    if is_metawear(content[:4096]):
        return read_metawear(path)
    if is_session_file(content[:4096]):
        return read_session(path, session, rate_hz, units)
    return read_plain(path, decode(path, content), sha256(content), rate_hz, units)


def _stated(unit: str | None, *usual: str) -> str | None:
    if unit is None:
        return None
    if not spelled(unit):
        raise RehabkitError(
            f"Expected a unit such as {' or '.join(map(repr, usual))}, found {unit!r}."
        )
    return spelled(unit)
