"""Sensors of a table as streams: their time, their units, and what had to be taken for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import assumed_rate, increasing, unit_quaternions
from rehabkit.formats.imu.columns import Sensor
from rehabkit.formats.sheet import Sheet
from rehabkit.recording import History, Skeleton, Step, Stream
from rehabkit.recording.arrays import Float

Times = NDArray[np.float64]

RATE_HZ: Final = 100.0
LARGEST_TIME: Final = 1e19  # ns since 1970 are 2e18
_TIME = re.compile(
    r"(?P<name>timestamps?|time|times|t|epoch|elapsed|seconds|sec|sample[ _]?time(?:[ _]?fine)?)"
    r"(?:[ _]*[(\[]?(?P<unit>s|sec|ms|us|µs|ns)[)\]]?)?",
    re.IGNORECASE,
)
_PER_S: Final = {"s": 1.0, "sec": 1.0, "ms": 1e3, "us": 1e6, "µs": 1e6, "ns": 1e9}
# Sensors give 2 to 2000 samples a second: so a step of this size is of that unit.
_STEPS: Final = (("s", 0.5), ("ms", 500.0), ("us", 5e5), ("ns", np.inf))
_GRAVITY: Final = {"g": (0.7, 1.4), "m/s^2": (7.0, 14.0), "mg": (700.0, 1400.0)}
_AXES: Final = ("x", "y", "z")
_NO_HISTORY: Final[History] = ()


@dataclass(frozen=True)
class Units:
    """Units that the user states, where a header does not."""

    acceleration: str | None = None
    rotation: str | None = None

    def of(self, quantity: str) -> str | None:
        """The unit stated for one quantity."""
        return {"accelerometer": self.acceleration, "gyroscope": self.rotation}.get(quantity)


def time_of(sheet: Sheet, rate_hz: float | None) -> tuple[Times, str, History]:
    """Time of each row in s of the file's clock, what that clock is, and what was assumed."""
    found = [(i, m) for i, cell in enumerate(sheet.header) if (m := _TIME.fullmatch(cell.strip()))]
    found.sort(key=lambda pair: pair[1]["unit"] is None)  # a stated unit first
    for index, match in found:
        stamps = sheet.column(index, LARGEST_TIME)
        if len(stamps) > 1 and not np.nanmax(stamps) > np.nanmin(stamps):
            continue  # a column of zeros
        unit, history = (match["unit"] or "").lower(), _NO_HISTORY
        if not unit:
            unit, history = _time_unit(sheet.header[index], stamps)
        return stamps / _PER_S[unit], f"the file's {match['name'].lower()}", history
    why = "given" if rate_hz else "the file has no usable time column"
    times, step = assumed_rate(rate_hz or RATE_HZ, len(sheet.rows), why)
    return times, "samples at an assumed rate", (step,)


def _time_unit(name: str, stamps: Times) -> tuple[str, History]:
    steps = np.abs(np.diff(stamps[np.isfinite(stamps)]))
    step = float(np.median(steps)) if len(steps) else 0.0
    unit = next(unit for unit, most in _STEPS if step <= most)
    return unit, (Step("assume time unit", {"unit": unit}, f"{name!r} steps by {step:.4g}"),)


def streams_of(
    sheet: Sheet, sensors: Sequence[Sensor], times: Times, units: Units
) -> tuple[dict[str, Stream], History]:
    """The sensors that measured something; a sensor that is zero throughout did not."""
    values = {s: np.stack([sheet.column(i) for i in s.columns], axis=1)
              for s in sensors if s.quantity != "orientation"}  # fmt: skip
    idle = [s.name for s, v in values.items() if not np.nan_to_num(v).any()]
    used = {s: v for s, v in values.items() if s.name not in idle}
    keep = increasing(times)
    streams: dict[str, Stream] = {}
    history: list[Step] = []
    known: dict[str, str] = {}
    for sensor, table in used.items():
        unit, why = _unit(sheet, sensor, table, units, known)
        known.setdefault(sensor.quantity, unit)
        streams[sensor.name] = Stream(times[keep], table[keep], _AXES, unit, "imu")
        if why:
            history.append(Step("assume unit", {"stream": sensor.name, "unit": unit}, why))
    if idle:
        note = f"{', '.join(idle)[:200]}: zero throughout"
        history.append(Step("leave out", {"streams": len(idle)}, note))
    return streams, tuple(history)


def _unit(
    sheet: Sheet, sensor: Sensor, values: Float, units: Units, known: Mapping[str, str]
) -> tuple[str, str]:
    """A sensor's unit, and why where the file does not say it."""
    if stated := units.of(sensor.quantity):
        return stated, "given"
    if sensor.unit:
        return sensor.unit, ""
    length = np.linalg.norm(values, axis=1)
    median = float(np.nanmedian(length)) if np.isfinite(length).any() else float("nan")
    if sensor.quantity == "accelerometer":
        for unit, (low, high) in _GRAVITY.items():
            if low <= median <= high:
                return unit, f"half of its vectors are longer than {median:.4g}: gravity in {unit}"
        raise FormatError(
            sheet.path,
            place="header",
            expected="a unit of the acceleration, or vectors about as long as gravity",
            found=f"vectors of median length {median:.4g}",
            fix="Give acceleration_unit='g' or 'm/s^2'.",
        )
    if sensor.quantity == "gyroscope":
        return _turning_unit(length, known.get("accelerometer", ""))
    within = 20 <= median <= 70  # the earth's field, uT
    return ("uT" if within else "a.u."), f"vectors of median length {median:.4g}"


def _turning_unit(length: Float, acceleration: str) -> tuple[str, str]:
    """Nobody turns by 35 rad in a second; below that the acceleration's system of units says."""
    fastest = float(np.nanmax(length)) if np.isfinite(length).any() else 0.0
    if fastest > 35:
        return "deg/s", f"turns at up to {fastest:.4g}, too fast for rad/s"
    unit = "rad/s" if acceleration == "m/s^2" else "deg/s"
    return unit, f"turns at up to {fastest:.4g}; goes with acceleration in {acceleration or 'g'}"


def segments_of(
    sheet: Sheet, sensors: Sequence[Sensor]
) -> tuple[Skeleton, NDArray[np.float32] | None]:
    """A skeleton of the segments that have orientations, and (rows, segments, 4) of them."""
    turned = {}
    for sensor in sensors:
        if sensor.quantity == "orientation":
            table = np.stack([sheet.column(i) for i in sensor.columns], axis=1)
            quaternions = unit_quaternions(table)
            if np.isfinite(quaternions).any():
                turned[sensor.device or "sensor"] = quaternions.astype(np.float32)
    if not turned:
        return NO_JOINTS, None
    names = tuple(turned)
    return Skeleton("imu-segments", names, (-1,) * len(names)), np.stack(
        list(turned.values()), axis=1
    )


NO_JOINTS: Final = Skeleton("none", (), ())
"""The skeleton of a recording that holds streams only."""
