"""What a recording says besides its arrays, as JSON text and back: for CSV and Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.recording import (
    Event,
    ExerciseLabel,
    History,
    Recording,
    Scale,
    Skeleton,
    Source,
    Step,
    Subject,
    Up,
)
from rehabkit.recording.marker_rules import from_plain, to_plain

VERSION = 1
_RECORDS: dict[str, type[Any]] = {
    "scale": Scale, "source": Source, "subject": Subject, "exercise": ExerciseLabel,
}  # fmt: skip
_CHOICES = {
    "origin": ("world", "pelvis", "image"),
    "mirrored": ("yes", "no", "unknown"),
}


@dataclass(frozen=True)
class StreamInfo:
    """What a stream's columns do not say."""

    unit: str
    kind: str
    channels: tuple[str, ...]
    samples: int


@dataclass(frozen=True)
class Metadata:
    """The fields of a Recording that are not arrays, checked."""

    skeleton: Skeleton
    changes: Mapping[str, Any]
    history: History
    streams: Mapping[str, StreamInfo] = field(default_factory=dict)


def to_texts(recording: Recording) -> dict[str, str]:
    """One line of JSON for each key, in a fixed order."""
    skeleton = recording.skeleton
    values = {
        "rehabkit": VERSION,
        "skeleton": {
            "name": skeleton.name,
            "joints": skeleton.joints,
            "parents": skeleton.parents,
            "canonical": dict(skeleton.canonical),
            "markers": skeleton.markers,
            "marker_set": skeleton.marker_set and to_plain(skeleton.marker_set),
        },
        "origin": recording.origin,
        "mirrored": recording.mirrored,
        "image_size": recording.image_size,
        "up": {"vector": recording.up.vector, "known_by": recording.up.known_by},
        **{name: _plain(getattr(recording, name)) for name in _RECORDS},
        "events": [_plain(event) for event in recording.events],
        "history": [_plain(step) for step in recording.history],
        "streams": {
            name: {"unit": s.unit, "kind": s.kind, "channels": s.channels, "samples": len(s.time)}
            for name, s in recording.streams.items()
        },
    }
    return {key: json.dumps(value, default=_json, sort_keys=True) for key, value in values.items()}


def _plain(record: Any) -> dict[str, Any]:
    values = {f.name: getattr(record, f.name) for f in fields(record)}
    return {k: dict(v) if isinstance(v, Mapping) else v for k, v in values.items()}


def _json(value: Any) -> Any:
    """Numpy's numbers and arrays as plain ones; anything else by its text."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else str(value)


def from_texts(path: Path, texts: Mapping[str, str]) -> Metadata:
    """The reverse of :func:`to_texts`.

    Raises
    ------
    FormatError
        Naming the key whose text is missing, damaged or of a later version.
    """
    values = {key: _load(path, key, text) for key, text in texts.items()}
    if values.get("rehabkit") != VERSION:
        raise FormatError(
            path,
            place="key 'rehabkit'",
            expected=f"version {VERSION}",
            found=repr(values.get("rehabkit"))[:40],
            fix="Read it with the RehabKit that wrote it, or a later one.",
        )
    return Metadata(
        skeleton=_build(path, "skeleton", values, _skeleton),
        changes=_changes(path, values),
        history=_build(path, "history", values, _history),
        streams=_build(path, "streams", values, _streams),
    )


def _load(path: Path, key: str, text: str) -> Any:
    try:
        return _frozen(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise FormatError(
            path,
            place=f"key {key!r}",
            expected="JSON",
            found=repr(text[:40]),
            fix=f"The line is damaged: {str(error)[:200]}.",
        ) from error


def _frozen(value: Any) -> Any:
    """Lists as tuples: what is read back is as unchangeable as what was written."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value


def _build(path: Path, key: str, values: Mapping[str, Any], make: Any) -> Any:
    """``make`` of a key's value; what does not fit becomes a FormatError that names the key."""
    try:
        return make(values[key])
    except (KeyError, TypeError, ValueError, AttributeError, RehabkitError) as error:
        found = "none" if key not in values else repr(values[key])[:60]
        raise FormatError(
            path,
            place=f"key {key!r}",
            expected=f"{key} as RehabKit writes it",
            found=found,
            fix=f"The metadata is damaged: {str(error)[:200]}",
        ) from error


def _changes(path: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    changes = {
        name: _build(path, name, values, lambda v, r=record: _record(r, v))
        for name, record in _RECORDS.items()
    }
    for name, allowed in _CHOICES.items():
        changes[name] = _build(path, name, values, lambda v, a=allowed: a[a.index(v)])
    if "events" in values:  # absent in files that earlier versions wrote
        changes["events"] = _build(path, "events", values, _events)
    changes["up"] = _build(path, "up", values, lambda v: Up(v["vector"], v["known_by"]))
    changes["image_size"] = _build(path, "image_size", values, _size)
    return changes


def _events(value: tuple[Mapping[str, Any], ...]) -> tuple[Event, ...]:
    return tuple(
        Event(float(e["time_s"]), str(e["name"]), e["side"], str(e["description"]),
              str(e["subject"]))
        for e in value
    )  # fmt: skip


def _size(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    width, height = value
    return int(width), int(height)


def _record(record: type[Any], value: Mapping[str, Any]) -> Any:
    """A frozen record whose fields have the types of its defaults."""
    made = record(**value)
    for name, default in _defaults(record).items():
        found = getattr(made, name)
        if isinstance(default, str | bool) and not isinstance(found, type(default)):
            raise TypeError(f"{name} is {found!r}")
        if (default is None or isinstance(default, float)) and not _number_or_none(found):
            raise TypeError(f"{name} is {found!r}")
    return made


def _defaults(record: type[Any]) -> dict[str, Any]:
    """Field -> default of a record that can be made without arguments; mappings left out."""
    made = record()
    return {
        f.name: getattr(made, f.name)
        for f in fields(record)
        if not isinstance(getattr(made, f.name), Mapping)
    }


def _number_or_none(value: Any) -> bool:
    parts = value if isinstance(value, tuple) else (value,)
    return all(part is None or isinstance(part, int | float) for part in parts)


def _skeleton(value: Mapping[str, Any]) -> Skeleton:
    joints = tuple(str(joint) for joint in value["joints"])
    parents = tuple(int(parent) for parent in value["parents"])
    canonical = {str(k): tuple(map(str, v)) for k, v in value["canonical"].items()}
    plain = value.get("marker_set")  # absent in files that earlier versions wrote
    markers = from_plain(plain) if plain is not None else None
    return Skeleton(str(value["name"]), joints, parents, canonical, bool(value["markers"]), markers)


def _history(steps: tuple[Mapping[str, Any], ...]) -> History:
    return tuple(
        Step(str(s["name"]), s["parameters"], str(s["touched"]), _spans(s["spans"])) for s in steps
    )


def _spans(spans: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((float(start), float(end)) for start, end in spans)


def _streams(value: Mapping[str, Any]) -> dict[str, StreamInfo]:
    return {
        str(name): StreamInfo(
            str(s["unit"]), str(s["kind"]), tuple(map(str, s["channels"])), int(s["samples"])
        )
        for name, s in value.items()
    }
