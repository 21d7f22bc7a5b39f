"""A Recording as the files that BIDS asks for: data, channels, side file, events, scans."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.formats.bids.build import OURS
from rehabkit.formats.bids.naming import Name, scans_file, writable
from rehabkit.formats.bids.tables import EPOCH, REQUIRED, TYPES, UNIX, read_rows
from rehabkit.formats.files import atomic
from rehabkit.formats.metadata import to_texts
from rehabkit.recording import Recording, Stream

VERSION: Final = "1.10.0"
_MORE: Final = ("reference_frame", "stream", "stream_channel", "stream_kind")
_IMU: Final = {"accelerometer": "ACCEL", "gyroscope": "GYRO", "magnetometer": "MAGN"}
_AXES: Final = ("x", "y", "z")
_QUATERNION: Final = ("quat_w", "quat_x", "quat_y", "quat_z")
_FRAME: Final = "global"
_SECONDS: Final = "%.9f"
_FLOAT32: Final = "%.9g"  # as many digits as give the same number back
_FLOAT64: Final = "%.17g"
_EVENTS: Final = ("onset", "duration", "trial_type", "side", "description", "subject")


@dataclass
class Table:
    """Channels and their columns, all on one time base."""

    time: NDArray[np.float64]
    rows: list[dict[str, str]] = field(default_factory=list)
    columns: list[list[str]] = field(default_factory=list)

    def add(
        self, values: NDArray[np.floating[Any]], form: str, name: str, component: str,
        kind: str, point: str, units: str, **more: str,
    ) -> None:  # fmt: skip
        """One channel; NaN is written as n/a."""
        known = dict(zip(REQUIRED, (name, component, kind, point, units), strict=True))
        self.rows.append(known | {column: more.get(column, "n/a") for column in _MORE})
        self.columns.append(["n/a" if v != v else form % v for v in values.tolist()])  # noqa: PLR0124


def write_recording(recording: Recording, path: Path, task: str | None) -> None:
    """All files of the recording; see :func:`rehabkit.formats.bids.write`."""
    name = writable(path)
    if recording.image_points is not None and recording.positions is None:
        raise RecordingError(
            "BIDS motion holds places in space, not in pictures; this recording has image points "
            "only."
        )
    own, others = _tables(recording)
    start = _moment(recording)
    _write_system(recording, path, name, own, task, whole=True)
    scans = {path: start}
    for label, table in others.items():
        entities = tuple((k, label if k == "tracksys" else v) for k, v in name.entities)
        other = Name(entities, name.suffix)
        place = path.with_name(other.stem + other.suffix)
        _write_system(recording, place, other, table, task, whole=False)
        scans[place] = start + datetime.timedelta(seconds=float(table.time[0]))
    _write_events(recording, path, name)
    _write_scans(scans)
    _write_data_set(path)


def _tables(recording: Recording) -> tuple[Table, dict[str, Table]]:
    """The joints and the streams on their times; a table for each other time base."""
    own = Table(recording.time)
    own.add(recording.time, _SECONDS, "latency", "n/a", "LATENCY", "n/a", "s")
    _add_joints(own, recording)
    others: dict[str, Table] = {}
    for name, stream in recording.streams.items():
        if np.array_equal(stream.time, recording.time):
            _add_stream(own, name, stream)
            continue
        label = next((k for k, t in others.items() if np.array_equal(t.time, stream.time)), None)
        if label is None:
            label = _label(name, others)
            others[label] = Table(stream.time)
            latency = stream.time - stream.time[0]
            others[label].add(latency, _SECONDS, "latency", "n/a", "LATENCY", "n/a", "s")
        _add_stream(others[label], name, stream)
    return own, others


def _label(name: str, taken: Mapping[str, Table]) -> str:
    """A tracking system's label of letters and digits, used once."""
    plain = re.sub(r"[^A-Za-z0-9]", "", name) or "stream"
    return next(label for n in range(len(taken) + 1) if (label := f"{plain}{n or ''}") not in taken)


def _add_joints(table: Table, recording: Recording) -> None:
    for i, joint in enumerate(_points(recording)):
        if recording.positions is not None:
            for axis, component in enumerate(_AXES):
                values = recording.positions[:, i, axis]
                table.add(values, _FLOAT32, f"{joint}_{component}", component, "POS", joint, "m",
                          reference_frame=_FRAME)  # fmt: skip
        if recording.orientations is not None:
            for part, component in enumerate(_QUATERNION):
                values = recording.orientations[:, i, part]
                table.add(values, _FLOAT32, f"{joint}_{component}", component, "ORNT", joint, "n/a",
                          reference_frame=_FRAME)  # fmt: skip
        if recording.confidence is not None:
            values = recording.confidence[:, i]
            table.add(values, _FLOAT32, f"{joint}_confidence", "n/a", "MISC", joint, "n/a")


def _points(recording: Recording) -> list[str]:
    """Joints' names as cells of a table."""
    joints = [re.sub(r"\s+", " ", joint).strip() for joint in recording.skeleton.joints]
    if len(set(joints)) != len(joints) or {"", "n/a"} & set(joints):
        raise RecordingError(
            "BIDS names each tracked point once, in one line; these joints are not different: "
            f"{', '.join(recording.skeleton.joints)[:200]}."
        )
    return joints


def _add_stream(table: Table, name: str, stream: Stream) -> None:
    device, _, quantity = name.rpartition("_")
    axes = set(stream.channels) <= set(_AXES)
    kind = _IMU.get(quantity, "MISC") if axes else "MISC"
    if stream.kind == "angle":
        kind = "JNTANG"
    for i, channel in enumerate(stream.channels):
        component = channel if kind in _IMU.values() else "n/a"
        table.add(
            stream.values[:, i], _FLOAT64, f"{name}_{channel}", component, kind, device or name,
            stream.unit, stream=name, stream_channel=channel, stream_kind=stream.kind,
        )  # fmt: skip


def _write_system(
    recording: Recording, path: Path, name: Name, table: Table, task: str | None, *, whole: bool
) -> None:
    rows = "".join("\t".join(row) + "\n" for row in zip(*table.columns, strict=True))
    _write_text(path, rows)
    stem = path.with_name(name.stem + "x").parent / name.stem
    _write_text(Path(f"{stem}channels.tsv"), _tsv((*REQUIRED, *_MORE), table.rows))
    _write_json(Path(f"{stem}channels.json"), _frames(recording))
    side = _side(recording, name, table, task)
    if whole:
        texts = to_texts(recording)
        ours = {k: json.loads(v) for k, v in texts.items() if k not in ("streams", "events")}
        side[OURS] = ours
    _write_json(Path(f"{stem}motion.json"), side)


def _side(recording: Recording, name: Name, table: Table, task: str | None) -> dict[str, Any]:
    steps = np.diff(table.time)
    rate = float(1 / np.median(steps)) if len(steps) else recording.source.rate_hz or 1.0
    kinds = [row["type"] for row in table.rows]
    points = {row["tracked_point"] for row in table.rows} - {"n/a"}
    counts = {f"{'Misc' if k == 'MISC' else k}ChannelCount": kinds.count(k)
              for k in TYPES if k in kinds}  # fmt: skip
    return {
        "TaskName": task or name.get("task"),
        "SamplingFrequency": float(f"{rate:.6g}"),
        "SamplingFrequencyEffective": rate,
        "TrackingSystemName": name.get("tracksys"),
        "ManufacturersModelName": recording.source.device or "n/a",
        "RecordingDuration": float(table.time[-1] - table.time[0]),
        "MissingValues": "n/a",
        "TrackedPointsCount": len(points),
        "MotionChannelCount": len(table.rows),
        **counts,
    }


def _frames(recording: Recording) -> dict[str, Any]:
    """The reference frame, and what the further columns of the channels are."""
    up = np.array(recording.up.vector)
    axis = int(np.abs(up).argmax())
    along = "".join(("S" if up[axis] > 0 else "I") if i == axis else "_" for i in range(3))
    level: dict[str, Any] = {"RotationRule": "right-hand", "Description": "Right-handed."}
    if abs(up[axis]) > 0.99:
        level["SpatialAxes"] = along
    return {
        "reference_frame": {"Levels": {_FRAME: level}},
        "stream": {"Description": "Name of the signal that the channel is part of."},
        "stream_channel": {"Description": "Name of the channel within that signal."},
        "stream_kind": {"Description": "What kind of signal it is."},
    }


def _write_events(recording: Recording, path: Path, name: Name) -> None:
    place = path.with_name(f"{name.stem}events.tsv")
    if not recording.events:
        place.unlink(missing_ok=True)  # of a recording that was written before
        return
    rows = [
        dict(zip(_EVENTS, (f"{e.time_s:.9f}", "0", e.name, e.side, e.description, e.subject),
                 strict=True))
        for e in recording.events
    ]  # fmt: skip
    _write_text(place, _tsv(_EVENTS, rows))


def _moment(recording: Recording) -> datetime.datetime:
    """The first sample's date and time; a clock that is no date counts from 1900 (shifted)."""
    source = recording.source
    base = UNIX if "1970" in source.clock else EPOCH
    try:
        return base + datetime.timedelta(seconds=source.start_s)
    except (OverflowError, ValueError) as error:
        raise RecordingError(
            f"BIDS holds the start as a date; {source.start_s:g} s is outside the calendar. Set "
            "source.start_s to another start."
        ) from error


def _write_scans(starts: Mapping[Path, datetime.datetime]) -> None:
    """Rows of these files; those of other files, and other columns, stay."""
    for motion, start in starts.items():
        path, own = scans_file(motion)
        rows = [row for _, row in read_rows(path)] if path.is_file() else []
        kept = [row for row in rows if row.get("filename") != own]
        kept.append({"filename": own, "acq_time": start.isoformat(timespec="microseconds")})
        columns = list(dict.fromkeys(["filename", "acq_time", *(c for row in rows for c in row)]))
        _write_text(path, _tsv(columns, kept))


def _write_data_set(path: Path) -> None:
    """``dataset_description.json`` where the file lies in a data set's folders and it lacks one."""
    folder = path.absolute().parent
    if folder.name != "motion":
        return
    folder = folder.parent
    folder = folder.parent if folder.name.startswith("ses-") else folder
    place = folder.parent / "dataset_description.json"
    if folder.name.startswith("sub-") and not place.exists():
        words = {"Name": "Recordings written by RehabKit", "BIDSVersion": VERSION,
                 "DatasetType": "raw"}  # fmt: skip
        _write_json(place, words)


def _tsv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    def lines() -> Iterator[str]:
        yield "\t".join(columns)
        for row in rows:
            yield "\t".join(_cell(row.get(column, "")) for column in columns)

    return "\n".join(lines()) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip() or "n/a"


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    _write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
