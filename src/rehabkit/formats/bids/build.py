"""From channels and values to a Recording: joints of POS and ORNT, streams of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.bids.naming import companion, motion_files, other_systems, parse_name
from rehabkit.formats.bids.tables import (
    NOTHING,
    Channel,
    acquired,
    positive,
    read_channels,
    read_json,
    read_rows,
    read_values,
)
from rehabkit.formats.build import drop_note, increasing, unit_quaternions
from rehabkit.formats.columns import M_PER_UNIT
from rehabkit.formats.files import read_bytes, sha256
from rehabkit.formats.imu.tables import NO_JOINTS
from rehabkit.formats.metadata import Metadata, from_texts
from rehabkit.formats.numbers import LARGEST
from rehabkit.formats.plain import find_up
from rehabkit.geometry import euler, quaternions
from rehabkit.recording import (
    Event,
    ExerciseLabel,
    History,
    Recording,
    Skeleton,
    Source,
    Step,
    Stream,
    Subject,
    Up,
)
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import from_joint_names

OURS: Final = "RehabKit"
"""Key of a side file under which RehabKit keeps what BIDS has no place for."""
NAMES: Final = {"ACCEL": "accelerometer", "GYRO": "gyroscope", "MAGN": "magnetometer",
                "ANGACCEL": "angular_acceleration", "VEL": "velocity", "JNTANG": "joint_angles",
                "MISC": "misc", "POS": "position", "ORNT": "orientation"}  # fmt: skip
_KINDS: Final = {"JNTANG": "angle", "MISC": "misc"}
_QUATERNION: Final = ("quat_w", "quat_x", "quat_y", "quat_z")
_ORDERS: Final = ("XYZ", "XZY", "YXZ", "YZX", "ZXY", "ZYX")
_SIDES: Final = ("left", "right", "both")
_EARLIEST_S: Final = -1e7


@dataclass(frozen=True, eq=False)
class System:
    """One tracking system: its files as they are."""

    path: Path
    sha256: str
    channels: list[Channel]
    values: NDArray[np.float64]
    side: Mapping[str, Any]
    frames: Mapping[str, Any]
    start: tuple[float, str] | None
    time: NDArray[np.float64]
    timing: History


def read_recording(path: Path, rate_hz: float | None, systems: bool) -> Recording:
    """The recording that a file or folder means; see :func:`rehabkit.formats.bids.read`."""
    motion = _motion_file(path)
    own = _system(motion, rate_hz)
    keep = increasing(own.time)
    dropped = drop_note(motion, keep, "repeat a latency or go back")
    first = float(own.time[keep][0])
    streams, more = _streams(own, own.time - first, _used(own), prefix="")
    start = own.start[0] if own.start else 0.0
    for file in other_systems(motion) if systems else ():
        other = _system(file, None)
        shift = (other.start[0] - start if own.start and other.start else 0.0) - first
        label = (name := parse_name(file.name)) and name.get("tracksys")
        found, steps = _streams(other, other.time + shift, frozenset(), prefix=f"{label}_")
        streams |= {k: v for k, v in found.items() if k not in streams}
        more += steps + _same_start(own, other, str(label))
    arrays, joints, posed = _joints(own)
    meta = _metadata(own, joints)
    changes = _changes(own, joints, arrays, meta, start + first)
    changes |= {name: values[keep] for name, values in arrays.items()}
    read = Step("read", {"format": "bids-motion"}, f"{int(keep.sum())} samples")
    history = (*(meta.history if meta else ()), *own.timing, *dropped, *posed, *more)
    changes["history"] = (*history, *changes["history"], read)
    events = tuple(_events(motion, first))
    return Recording(time=own.time[keep] - first, streams=streams, events=events, **changes)


def _motion_file(path: Path) -> Path:
    """The file meant; of several tracking systems the one with the joints, RehabKit's or POS."""
    files = motion_files(path)
    if len(files) > 1:
        ours = [file for file in files if OURS in read_json(file, "motion.json")]
        placed = [f for f in files if any(c.type == "POS" for c in read_channels(f))]
        files = ours[:1] or placed[:1] or files
    return files[0]


def _system(motion: Path, rate_hz: float | None) -> System:
    content = read_bytes(motion)
    channels = read_channels(motion)
    values = read_values(motion, content, len(channels))
    side = read_json(motion, "motion.json")
    time, timing = _time(motion, channels, values, side, rate_hz)
    frames = read_json(motion, "channels.json")
    start = acquired(motion)
    return System(motion, sha256(content), channels, values, side, frames, start, time, timing)


def _time(
    path: Path, channels: Sequence[Channel], values: NDArray[np.float64],
    side: Mapping[str, Any], rate_hz: float | None,
) -> tuple[NDArray[np.float64], History]:  # fmt: skip
    """The latencies where there are such, else the sampling frequency."""
    latency = next((i for i, c in enumerate(channels) if c.type == "LATENCY"), None)
    if latency is not None:
        return values[:, latency], ()
    rate = rate_hz or positive(path, side, "SamplingFrequency")
    if rate is None:
        raise FormatError(
            path,
            expected="SamplingFrequency in its *_motion.json, or a LATENCY channel",
            found="neither",
            fix="Add the side file, or give rate_hz=.",
        )
    steps = (Step("assume frame rate", {"rate_hz": rate}, "given"),) if rate_hz else ()
    return np.arange(len(values)) / rate, steps


def _joints(system: System) -> tuple[dict[str, Float], tuple[str, ...], History]:
    """Arrays of the tracked points with a place or an orientation, and their names."""
    points = {c.tracked_point for c in system.channels if c.type == "POS"}
    points |= {c.tracked_point for c, _ in _turned(system)}
    joints = tuple(dict.fromkeys(c.tracked_point for c in system.channels
                                 if c.tracked_point in points))  # fmt: skip
    shape = (len(system.values), len(joints))
    arrays: dict[str, Float] = {}
    for channel, column in zip(system.channels, system.values.T, strict=True):
        joint = joints.index(channel.tracked_point) if channel.tracked_point in points else -1
        if channel.type == "POS":
            positions = arrays.setdefault("positions", np.full((*shape, 3), np.nan))
            positions[:, joint, _axis(system, channel)] = column * _metres(system, channel)
        elif _is_confidence(channel, points):
            confidence = arrays.setdefault("confidence", np.zeros(shape))
            confidence[:, joint] = np.clip(np.nan_to_num(column), 0, 1)
    for channel, turns in _turned(system):
        turned = arrays.setdefault("orientations", np.full((*shape, 4), np.nan))
        turned[:, joints.index(channel.tracked_point)] = turns
    if "positions" in arrays:
        unseen = np.isnan(arrays["positions"]).any(axis=-1)
        arrays["positions"][unseen] = np.nan
    return arrays, joints, _unturned(system)


def _axis(system: System, channel: Channel) -> int:
    if channel.component not in ("x", "y", "z"):
        raise _channel_error(system, channel, "a component x, y or z", repr(channel.component))
    return "xyz".index(channel.component)


def _metres(system: System, channel: Channel) -> float:
    if channel.units not in M_PER_UNIT:
        raise _channel_error(system, channel, "units m, cm or mm", repr(channel.units[:20]))
    return M_PER_UNIT[channel.units]


def _channel_error(system: System, channel: Channel, expected: str, found: str) -> FormatError:
    place = f"channel {channel.name[:60]!r}"
    return FormatError(system.path, place=place, expected=expected, found=found,
                       fix="Correct its row in *_channels.tsv.")  # fmt: skip


def _is_confidence(channel: Channel, points: Iterable[str]) -> bool:
    own = f"{channel.tracked_point}_confidence"
    return channel.type == "MISC" and channel.name == own and channel.tracked_point in points


def _oriented(system: System) -> dict[str, dict[str, int]]:
    """Tracked point -> component -> column of its ORNT channels."""
    found: dict[str, dict[str, int]] = {}
    for i, channel in enumerate(system.channels):
        if channel.type == "ORNT":
            found.setdefault(channel.tracked_point, {}).setdefault(channel.component, i)
    return found


def _turned(system: System) -> list[tuple[Channel, NDArray[np.float32]]]:
    """One channel of each point with an orientation, and (samples, 4) of it."""
    out = []
    for columns in _oriented(system).values():
        channel = system.channels[min(columns.values())]
        if set(_QUATERNION) <= set(columns):
            table = system.values[:, [columns[c] for c in _QUATERNION]]
            out.append((channel, unit_quaternions(table).astype(np.float32)))
        elif set("xyz") <= set(columns) and (order := _order(system, channel)):
            table = system.values[:, [columns[c] for c in order.lower()]]
            out.append((channel, _from_euler(system, channel, order, table)))
    return out


def _order(system: System, channel: Channel) -> str:
    """The order of the extrinsic turns, from the reference frame or the side file; else empty."""
    order = _frame(system, channel).get("RotationOrder", system.side.get("RotationOrder"))
    return order if isinstance(order, str) and order in _ORDERS else ""


def _frame(system: System, channel: Channel) -> Mapping[str, Any]:
    levels = system.frames.get("reference_frame")
    levels = levels.get("Levels") if isinstance(levels, dict) else None
    frame = levels.get(channel.get("reference_frame")) if isinstance(levels, dict) else None
    return frame if isinstance(frame, dict) else {}


def _from_euler(
    system: System, channel: Channel, order: str, angles: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Turns about fixed axes in ``order``: as matrices the last one stands first."""
    degrees = angles if channel.units == "deg" else np.degrees(angles)
    if channel.units not in ("deg", "rad"):
        raise _channel_error(system, channel, "units deg or rad", repr(channel.units[:20]))
    rule = _frame(system, channel).get("RotationRule", system.side.get("RotationRule"))
    signed = -degrees if rule == "left-hand" else degrees
    matrix = euler.to_matrix(order[::-1].lower(), signed[:, ::-1])
    return quaternions.from_matrix(matrix).astype(np.float32)


def _unturned(system: System) -> History:
    """The line for Euler angles whose order is not said: they stay a stream."""
    turned = {channel.tracked_point for channel, _ in _turned(system)}
    left = [point for point in _oriented(system) if point not in turned]
    if not left:
        return ()
    note = f"{', '.join(left)[:200]}: no RotationOrder is stated; the angles are a stream"
    return (Step("keep angles", {"points": len(left)}, note),)


def _used(system: System) -> frozenset[str]:
    """Types that became joints."""
    turned = {channel.tracked_point for channel, _ in _turned(system)}
    return frozenset({"POS"} | {f"ORNT {point}" for point in turned})


def _streams(
    system: System, time: NDArray[np.float64], used: frozenset[str], prefix: str
) -> tuple[dict[str, Stream], History]:
    """Channels of one stream, or of one point, type and unit, together."""
    points = {c.tracked_point for c in system.channels if c.type in ("POS", "ORNT")}
    groups: dict[str, list[int]] = {}
    for i, channel in enumerate(system.channels):
        if channel.type != "LATENCY" and not _is_joints(channel, used, points):
            groups.setdefault(_stream_name(channel, prefix), []).append(i)
    keep = increasing(time)
    if not keep.any():
        return {}, ()
    streams: dict[str, Stream] = {}
    for name, columns in groups.items():
        for unit in dict.fromkeys(system.channels[i].units for i in columns):
            part = [i for i in columns if system.channels[i].units == unit]
            full = name if name not in streams else f"{name}_{unit}"
            streams[full] = _stream(system, part, time[keep], keep)
    return streams, ()


def _is_joints(channel: Channel, used: frozenset[str], points: Iterable[str]) -> bool:
    """Whether a channel is part of the joints' arrays."""
    if channel.type == "ORNT":
        return f"ORNT {channel.tracked_point}" in used
    return channel.type in used or (bool(used) and _is_confidence(channel, points))


def _stream_name(channel: Channel, prefix: str) -> str:
    if stated := channel.get("stream"):
        return stated
    kind = NAMES[channel.type]
    point = "" if channel.tracked_point in NOTHING else f"{channel.tracked_point}_"
    return f"{prefix}{kind}" if channel.type == "JNTANG" else f"{prefix}{point}{kind}"


def _stream(
    system: System, columns: Sequence[int], time: NDArray[np.float64], keep: NDArray[np.bool_]
) -> Stream:
    channels = [system.channels[i] for i in columns]
    first = channels[0]
    names = [c.get("stream_channel") or _channel_name(c, channels) for c in channels]
    unit = "1" if first.units in NOTHING else first.units
    kind = first.get("stream_kind") or _KINDS.get(first.type, "imu")
    return Stream(time, system.values[keep][:, list(columns)], tuple(names), unit, kind)


def _channel_name(channel: Channel, group: Sequence[Channel]) -> str:
    """The axis where that tells the group's channels apart, else the channel's own name."""
    parts = [c.component for c in group]
    plain = len(set(parts)) == len(parts) and "n/a" not in parts
    return channel.component if plain else channel.name


def _same_start(own: System, other: System, label: str) -> History:
    if own.start and other.start:
        return ()
    note = f"tracking system {label!r}: no acq_time of both in the scans file"
    return (Step("assume start", {"tracksys": label}, note),)


def _metadata(system: System, joints: tuple[str, ...]) -> Metadata | None:
    """What RehabKit wrote under its own key, where it fits the channels that are there."""
    ours = system.side.get(OURS)
    if not isinstance(ours, dict):
        return None
    texts = {key: json.dumps(value) for key, value in ours.items()}
    try:
        found = from_texts(system.path, texts | {"streams": "{}"})
    except RehabkitError as error:
        raise FormatError(
            companion(system.path, "motion.json") or system.path,
            place=f"key {OURS!r}",
            expected="what RehabKit writes",
            found="something else",
            fix=f"Take the key out to read the rest. {str(error)[:200]}",
        ) from error
    return found if found.skeleton.joints == joints else None


def _changes(
    system: System, joints: tuple[str, ...], arrays: Mapping[str, Float], meta: Metadata | None,
    start_s: float,
) -> dict[str, Any]:  # fmt: skip
    clock = system.start[1] if system.start else "latency from the recording's onset"
    rate = positive(system.path, system.side, "SamplingFrequency")
    device = system.side.get("ManufacturersModelName", system.side.get("TrackingSystemName", ""))
    source = Source(str(system.path), system.sha256, "bids-motion", str(device)[:200], rate,
                    start_s, clock)  # fmt: skip
    if meta is not None:
        before = meta.changes["source"]
        known = {"clock": before.clock, "device": before.device, "rate_hz": before.rate_hz,
                 "view_axis": before.view_axis}  # fmt: skip
        near = abs(before.start_s - start_s) < 1e-4
        source = replace(source, **known, start_s=before.start_s if near else start_s)
        kept = {k: v for k, v in meta.changes.items() if k != "events"}
        return {**kept, "skeleton": meta.skeleton, "source": source, "history": ()}
    skeleton = from_joint_names(joints, "bids") if joints else NO_JOINTS
    up, steps = _up(system, skeleton, arrays)
    name = parse_name(system.path.name)
    return {
        "skeleton": skeleton,
        "up": up,
        "source": source,
        "subject": Subject(id=f"sub-{name.get('sub')}" if name and name.get("sub") else ""),
        "exercise": ExerciseLabel(label=_task(system)),
        "history": steps,
    }


def _task(system: System) -> str:
    name = parse_name(system.path.name)
    task = system.side.get("TaskName", name.get("task") if name else "")
    return task[:200] if isinstance(task, str) else ""


def _up(system: System, skeleton: Skeleton, arrays: Mapping[str, Float]) -> tuple[Up, History]:
    """The axis that the reference frame calls superior, else told by the body."""
    place = next((c for c in system.channels if c.type == "POS"), None)
    axes = _frame(system, place).get("SpatialAxes") if place else None
    if isinstance(axes, str) and len(axes) == 3 and ("S" in axes) != ("I" in axes):
        index = axes.index("S") if "S" in axes else axes.index("I")
        vector = [0.0, 0.0, 0.0]
        vector[index] = 1.0 if "S" in axes else -1.0
        return Up((vector[0], vector[1], vector[2]), "sensor"), ()
    if "positions" not in arrays:
        return Up(), ()
    return find_up(skeleton, arrays["positions"], None)


def _events(motion: Path, first: float) -> Iterable[Event]:
    path = companion(motion, "events.tsv")
    if path is None:
        return
    for number, row in read_rows(path):
        onset = _onset(path, number, row)
        if onset is None:
            continue
        given = {k: v for k, v in row.items() if v not in NOTHING}
        description = given.get("description", "")
        duration = given.get("duration", "0")
        if not description and duration.strip("0."):
            description = f"duration {duration[:20]} s"
        side = given.get("side", "")
        yield Event(
            onset - first,
            given.get("trial_type", given.get("value", "event")),
            side if side in _SIDES else "",  # type: ignore[arg-type]
            description,
            given.get("subject", ""),
        )


def _onset(path: Path, line: int, row: Mapping[str, str]) -> float | None:
    text = row.get("onset")
    if text is not None and text in NOTHING:
        return None
    try:
        onset = float(text or "")
    except ValueError:
        onset = float("nan")
    if not _EARLIEST_S < onset < LARGEST:
        raise FormatError(
            path,
            place=f"line {line}, onset",
            expected="a time in s from the recording's first sample, or n/a",
            found=repr(text)[:40],
        )
    return onset
