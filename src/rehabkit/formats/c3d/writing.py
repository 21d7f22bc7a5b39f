"""A recording into a C3D file: points, poses, analog signals, results, events, start time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError, RehabkitError, choices
from rehabkit.formats.c3d.convert import M_PER_UNIT
from rehabkit.formats.c3d.parse import COMPUTED
from rehabkit.formats.c3d.signals import OWN, UNKNOWN
from rehabkit.formats.files import atomic
from rehabkit.formats.up_axis import axes
from rehabkit.geometry.quaternions import to_matrix
from rehabkit.recording import Recording, Stream
from rehabkit.recording.arrays import Float
from rehabkit.signals.resample import resample
from rehabkit.signals.runs import BREAK_S

_MOST: Final = 65535  # frames: a header word of 16 bits
_MOST_CHANNELS: Final = 255  # dimensions of parameters are bytes
_CONTEXTS: Final = {"left": "Left", "right": "Right", "both": "Both", "": "General"}
_ALIGNED: Final = 0.9999
_EVEN_S: Final = 5e-4
"""Frames that lie no further than this from an even grid are written as they are."""

Times = NDArray[np.float64]


def write(
    recording: Recording, path: Path, *, unit: str | None = None, rate_hz: float | None = None
) -> None:
    """Write a recording as C3D.

    C3D has frames at one rate. A recording whose time stamps are uneven is resampled linearly to
    its median rate; frames in a pause of over a second are unseen.

    Parameters
    ----------
    unit
        Of the points: ``"mm"``, ``"cm"`` or ``"m"``; by default that of the file that the
        recording was read from, else mm.
    rate_hz
        Frames a second to resample to.

    Raises
    ------
    RecordingError
        Where there is nothing C3D has a place for, it is too long, or a stream's rate is no whole
        multiple of the frames'.
    """
    own = recording.scale.note.removeprefix("in ")
    unit = unit if unit is not None else own if own in M_PER_UNIT else "mm"
    if unit not in M_PER_UNIT:
        raise RehabkitError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {unit!r}.")
    if rate_hz is not None and not rate_hz > 0:
        raise RehabkitError(f"Expected rate_hz above 0, found {rate_hz}.")
    if recording.positions is None and recording.orientations is None and not recording.streams:
        raise RecordingError(
            "C3D holds points in space, poses and signals, and this recording has none of them: "
            "image points are written as CSV or Parquet."
        )
    even, rate = _even(recording, rate_hz)
    file = _filled(even, rate, unit)
    with atomic(path) as temporary:
        file.write(str(temporary))


def _even(recording: Recording, rate_hz: float | None) -> tuple[Recording, float]:
    """The recording at even frames, and their rate."""
    rate = rate_hz or recording.rate_hz or recording.source.rate_hz or 1.0
    stated = recording.source.rate_hz
    if rate_hz is None and stated and abs(stated - rate) < 0.01 * rate and len(recording) > 1:
        fits = abs(recording.duration_s - (len(recording) - 1) / stated)
        rate = stated if fits < _EVEN_S else rate
    grid = np.arange(len(recording)) / rate
    if np.abs(recording.time - grid).max() >= _EVEN_S:
        grid = np.arange(int(np.floor(recording.duration_s * rate + 1e-6)) + 1) / rate
        recording = _resampled(recording, grid)
    if len(grid) > _MOST:
        raise RecordingError(
            f"C3D holds {_MOST} frames at most, this recording has {len(grid)}: cut it, or give "
            "a lower rate_hz."
        )
    return recording, float(np.float32(rate))


def _resampled(recording: Recording, grid: Times) -> Recording:
    """Positions and orientations at new times; NaN inside pauses."""
    after = np.clip(np.searchsorted(recording.time, grid, side="right"), 1, len(recording) - 1)
    pause = (recording.time[after] - recording.time[after - 1] > BREAK_S) & (
        grid - recording.time[after - 1] > 1e-9
    )
    changes: dict[str, Any] = {"time": grid}
    for name in ("positions", "orientations", "confidence", "image_points"):
        values = getattr(recording, name)
        if values is None:
            continue
        if name == "orientations":  # on the shorter arc
            signs = np.where((values[1:] * values[:-1]).sum(-1) < 0, -1.0, 1.0)
            values = np.concatenate([values[:1], values[1:] * np.cumprod(signs, 0)[..., None]])
        new = resample(recording.time, values, grid)
        new[pause] = np.nan
        if name == "orientations":
            new = new / np.linalg.norm(new, axis=-1, keepdims=True)
        changes[name] = new
    return recording.replace(**changes)


def _filled(recording: Recording, rate: float, unit: str) -> Any:
    """ezc3d's file with everything in it."""
    import ezc3d

    file = ezc3d.c3d()
    first = round(recording.source.start_s * rate)
    if not 0 <= first + len(recording) <= _MOST:
        first = 0
    file["header"]["points"]["first_frame"] = first
    results = {n: s for n, s in recording.streams.items() if _is_result(s, recording)}
    _add_points(file, recording, rate, unit, results)
    _add_analogs(file, recording, rate, {n: s for n, s in recording.streams.items()
                                         if n not in results})  # fmt: skip
    _add_poses(file, recording, rate, unit)
    _add_events(file, recording, first / rate)
    _add_source(file, recording)
    return file


def _add_source(file: Any, recording: Recording) -> None:
    """Start and clock, whose recording it is, and which axis points up, where it is one."""
    source = recording.source
    file.add_parameter("REHABKIT", "START_S", [repr(float(source.start_s))])
    file.add_parameter("REHABKIT", "CLOCK", [source.clock])
    if recording.subject.id:
        file.add_parameter("SUBJECTS", "USED", [1])
        file.add_parameter("SUBJECTS", "NAMES", [recording.subject.id])
    for name, axis in axes().items():
        if np.dot(axis, recording.up.vector) > _ALIGNED:
            letter = name[-1].upper()
            sign = "-" if name.startswith("-") else "+"
            file.add_parameter("POINT", "X_SCREEN", ["+Y" if letter == "X" else "+X"])
            file.add_parameter("POINT", "Y_SCREEN", [f"{sign}{letter}"])


def _is_result(stream: Stream, recording: Recording) -> bool:
    """Whether a stream is a model's results as C3D has them: three components a frame."""
    names = stream.channels
    return (
        stream.kind.upper() in COMPUTED
        and len(stream.time) == len(recording)
        and len(names) % 3 == 0
        and all(n.endswith(f"_{'xyz'[i % 3]}") for i, n in enumerate(names))
        and all(names[i - i % 3][:-2] == n[:-2] for i, n in enumerate(names))
        and bool(np.abs(stream.time - recording.time).max() < _EVEN_S)
    )


def _add_points(
    file: Any, recording: Recording, rate: float, unit: str, results: Mapping[str, Stream]
) -> None:
    """Joints or markers, then results; what is not seen has the residual -1."""
    frames = len(recording)
    labels = [] if recording.positions is None else list(recording.skeleton.joints)
    blocks: list[Float] = []
    if recording.positions is not None:
        blocks.append(recording.positions.astype(np.float64) / M_PER_UNIT[unit])
    group = file["parameters"]["POINT"]
    for stream in results.values():
        names = [name[:-2] for name in stream.channels[::3]]
        blocks.append(np.asarray(stream.values, np.float64).reshape(frames, -1, 3))
        kind = stream.kind.upper()
        labels += names
        file.add_parameter("POINT", kind, tuple(names))
        file.add_parameter("POINT", f"{kind.removesuffix('S')}_UNITS", [stream.unit])
    values = np.concatenate(blocks, axis=1) if blocks else np.zeros((frames, 0, 3))
    group["RATE"]["value"] = [rate]
    group["UNITS"]["value"] = [unit]
    group["LABELS"]["value"] = tuple(labels)
    group["DESCRIPTIONS"]["value"] = ("",) * len(labels)
    points = np.ones((4, len(labels), frames))
    points[:3] = values.transpose(2, 1, 0)
    file["data"]["points"] = points
    seen = np.isfinite(values).all(axis=-1).T
    file["data"]["meta_points"]["residuals"] = np.where(seen, 0.0, -1.0)[None]
    file["data"]["meta_points"]["camera_masks"] = np.zeros((7, len(labels), frames), dtype=bool)


def _add_analogs(
    file: Any, recording: Recording, rate: float, streams: Mapping[str, Stream]
) -> None:
    """Streams as analog channels: all at one whole multiple of the frame rate."""
    if not streams:
        return
    ratio = {name: _ratio(name, stream, len(recording), rate) for name, stream in streams.items()}
    if len(set(ratio.values())) > 1:
        listed = ", ".join(f"{name} {k * rate:g} Hz" for name, k in ratio.items())
        raise RecordingError(
            f"C3D has one rate for all analog signals, found {listed}: resample the streams, or "
            "leave some out with recording.replace(streams=...)."
        )
    channels = [(c, s, n) for n, s in streams.items() for c in s.channels]
    if len(channels) > _MOST_CHANNELS:
        raise RecordingError(
            f"C3D is written with {_MOST_CHANNELS} analog channels at most, found "
            f"{len(channels)}: leave some out with recording.replace(streams=...)."
        )
    group = file["parameters"]["ANALOG"]
    group["RATE"]["value"] = [rate * next(iter(ratio.values()))]
    group["LABELS"]["value"] = tuple(c for c, _, _ in channels)
    group["UNITS"]["value"] = tuple("" if s.unit == UNKNOWN else s.unit for _, s, _ in channels)
    group["DESCRIPTIONS"]["value"] = tuple(f"{OWN}|{s.kind}|{n}" for _, s, n in channels)
    values = np.concatenate([np.asarray(s.values, np.float64) for s in streams.values()], axis=1)
    file["data"]["analogs"] = values.T[None]


def _ratio(name: str, stream: Stream, frames: int, rate: float) -> int:
    """Samples a frame of a stream that covers the frames evenly."""
    samples = len(stream.time)
    ratio = samples // frames
    grid = np.arange(samples) / (rate * max(ratio, 1))
    if ratio * frames != samples or not samples or np.abs(stream.time - grid).max() > 0.5 / rate:
        raise RecordingError(
            f"C3D wants a whole number of samples for each of the {frames} frames, stream {name!r} "
            f"has {samples} samples: resample it, or leave it out with "
            "recording.replace(streams=...)."
        )
    return ratio


def _add_poses(file: Any, recording: Recording, rate: float, unit: str) -> None:
    """Joints with an orientation as 4 x 4 matrices; the joint's position is the origin."""
    orientations = recording.orientations
    if orientations is None:
        return
    there = np.flatnonzero(np.isfinite(orientations).all(axis=-1).any(axis=0))
    if not len(there):
        return
    frames = len(recording)
    matrices = np.zeros((frames, len(there), 4, 4))
    matrices[..., :3, :3] = to_matrix(orientations[:, there].astype(np.float64))
    if recording.positions is not None:
        # ezc3d takes a pose with any NaN for none at all: an unseen origin is 0, and the joint's
        # point beside it says that it was not seen.
        origins = np.nan_to_num(recording.positions[:, there].astype(np.float64), nan=0.0)
        matrices[..., :3, 3] = origins / M_PER_UNIT[unit]
    matrices[..., 3, :] = (0.0, 0.0, 0.0, 1.0)
    file["data"]["rotations"] = matrices.transpose(2, 3, 1, 0)
    labels = tuple(f"{recording.skeleton.joints[i]}_4X4" for i in there)
    file.add_parameter("ROTATION", "USED", [len(labels)])
    file.add_parameter("ROTATION", "LABELS", labels)
    file.add_parameter("ROTATION", "DESCRIPTIONS", ("",) * len(labels))
    file.add_parameter("ROTATION", "RATE", [rate])
    file.add_parameter("ROTATION", "RATIO", [1])


def _add_events(file: Any, recording: Recording, start_s: float) -> None:
    """The group EVENT; times count as the first frame does."""
    events = recording.events
    if not events:
        return
    seconds = np.array([start_s + e.time_s for e in events])
    minutes = np.where(seconds >= 60, np.floor(seconds / 60), 0.0)
    count = len(events)
    file.add_parameter("EVENT", "USED", [count])
    file.add_parameter("EVENT", "CONTEXTS", tuple(_CONTEXTS[e.side] for e in events))
    file.add_parameter("EVENT", "LABELS", tuple(e.name for e in events))
    file.add_parameter("EVENT", "DESCRIPTIONS", tuple(e.description for e in events))
    file.add_parameter("EVENT", "SUBJECTS", tuple(e.subject for e in events))
    file.add_parameter("EVENT", "TIMES", np.stack([minutes, seconds - 60 * minutes]))
    file.add_parameter("EVENT", "ICON_IDS", [0] * count)
    file.add_parameter("EVENT", "GENERIC_FLAGS", [0] * count)
