"""Recordings for the writers, and how far a file that is read back differs from one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from tests.formats import made

from rehabkit.formats.holds import HOLDS, ONE_KIND, PARTS, left_out
from rehabkit.recording import Event, ExerciseLabel, Recording, Stream, Up
from rehabkit.recording.skeletons import BLAZEPOSE

EVENTS: Final = (
    Event(0.1, "Foot Strike", "left"),
    Event(0.2, "Foot Off", "right"),
    Event(0.25, "Start"),
)


def full() -> Recording:
    """All that a recording can hold, on a Kinect's skeleton; begins at 9.235 s, uneven in time."""
    recording = made.full_recording()
    time = np.arange(len(recording)) / 30
    time[1:-1] += np.random.default_rng(4).uniform(-0.005, 0.005, len(time) - 2)
    return recording.replace(
        time=time,
        events=EVENTS,
        streams={"emg": made.full_stream()},
        exercise=ExerciseLabel("squat", "deep", True),
    )


def seen() -> Recording:
    """The same, every joint seen, all orientations known."""
    recording = full()
    assert recording.positions is not None
    return recording.replace(positions=np.nan_to_num(recording.positions, nan=0.1))


def flat() -> Recording:
    """Points of a picture alone."""
    return full().replace(positions=None, orientations=None)


def blaze() -> Recording:
    """BlazePose's points in space and in the picture."""
    whole = full()
    rng = np.random.default_rng(5)
    positions = made.blaze_world().astype(np.float32)
    positions[2, 5] = np.nan
    shape = positions.shape[:2]
    return whole.replace(
        skeleton=BLAZEPOSE, origin="pelvis", up=Up((0, -1, 0)),
        positions=positions, orientations=None,
        confidence=rng.uniform(size=shape), image_points=rng.uniform(0, 400, (*shape, 2)),
    )  # fmt: skip


def laboratory() -> Recording:
    """Frames at 25 Hz, EMG with 40 samples a frame."""
    recording = full()
    time = np.arange(40 * len(recording)) / 1000
    values = np.random.default_rng(3).normal(size=(len(time), 2)).astype(np.float32)
    return recording.replace(
        time=np.arange(len(recording)) / 25,
        source=replace(recording.source, rate_hz=25.0),
        streams={"emg": Stream(time, values, ("RF", "BF"), "mV", "emg")},
    )


def coordinates() -> Recording:
    """Joint angles at the frames' times: what a MOT file holds."""
    recording = full()
    values = np.random.default_rng(4).normal(0, 60, (len(recording), 2))
    angles = Stream(recording.time, values, ("knee_flexion_left", "trunk_flexion"), "deg", "angles")
    return recording.replace(streams={"angles": angles})


SUITABLE: Final[dict[str, Callable[[], Recording]]] = {
    "mediapipe": blaze,
    "bvh": seen,
    "c3d": laboratory,
    "opensim": coordinates,
    "pyskl": flat,
}
"""What a format is tried with; :func:`full` where nothing stands here."""

LIMITS: Final[dict[str, dict[str, float]]] = {
    "mediapipe": {"image points": 1e-4},
    "trc": {"time": 1e-8, "uneven times": 1e-8},
    "c3d": {
        "positions": 1e-6,
        "unseen joints": 1e-6,
        "orientations": 0.01,
        "events": 1e-6,
        "time": 1e-6,
    },
    "opensim": {"streams": 1e-6, "time": 2e-9, "uneven times": 2e-9, "start time": 1e-9},
    "bids-motion": {
        "orientations": 1e-3,
        "events": 1e-9,
        "time": 1e-9,
        "uneven times": 1e-9,
        "streams": 2e-6,
    },
    "finerehab": {"orientations": 0.01},
    "bvh": {"positions": 1e-5, "orientations": 0.01, "time": 1e-6},
}
"""Format -> part -> the largest difference its decimals or floats leave; 0 where nothing stands.

Positions in m, image points in px, orientations in deg, times in s, streams in their unit.
"""


NAMED: Final = {"bids-motion": "sub-01_task-squat_tracksys-kinect_motion.tsv"}
"""Formats whose files' names have parts of their own."""


def file_name(name: str, end: str) -> str:
    """What a file of the format ``name`` may be called that ends in ``end``."""
    return NAMED.get(name, f"recording{end}")


def suitable(name: str) -> Recording:
    """The fullest recording that the format ``name`` is asked to hold."""
    return SUITABLE.get(name, full)()


def reduced(recording: Recording, name: str) -> Recording:
    """Without what the format does not hold, as its table says."""
    lost = left_out(recording, name)
    gone: dict[str, Any] = {
        "streams": {"streams": {}},
        "events": {"events": ()},
        "orientations": {"orientations": None},
        "confidence": {"confidence": None},
        "image points": {"image_points": None, "image_size": None},
        "positions": {"positions": None},
    }
    if "uneven times" in lost:
        recording = recording.replace(time=np.linspace(0, recording.time[-1], len(recording)))
    for part in lost:
        recording = recording.replace(**gone.get(part, {}))
    return recording


def unreached(recording: Recording, name: str) -> set[str]:
    """Parts that the format holds and the recording does not have, though they go together."""
    apart = {"positions", "unseen joints"} if name in ONE_KIND else set()
    return {part for part in HOLDS[name] if not PARTS[part](recording)} - apart


def differences(recording: Recording, again: Recording, name: str) -> dict[str, float]:
    """Part -> largest difference after a round trip; infinite where it did not come back."""
    found = {"time": _largest(recording.time, again.time)}
    for part in HOLDS[name]:
        found[part] = _COMPARED[part](recording, again)
    return found


def _largest(first: Any, second: Any) -> float:
    """Infinite where shapes, or what is missing, differ."""
    if first is None or second is None:
        return 0.0 if first is second else math.inf
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if a.shape != b.shape or (np.isnan(a) != np.isnan(b)).any():
        return math.inf
    return float(np.nanmax(np.abs(a - b), initial=0.0))


def _same(condition: bool) -> float:
    return 0.0 if condition else math.inf


def _turn_deg(recording: Recording, again: Recording) -> float:
    a, b = recording.orientations, again.orientations
    if a is None or b is None:
        return _same(a is b)
    if (np.isnan(a) != np.isnan(b)).any():
        return math.inf
    apart = np.minimum(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))
    return float(np.degrees(4 * np.arcsin(np.nanmax(apart, initial=0.0) / 2)))


def _streams(recording: Recording, again: Recording) -> float:
    if set(recording.streams) != set(again.streams):
        return math.inf
    out = 0.0
    for name, stream in recording.streams.items():
        other = again.streams[name]
        same = (stream.unit, stream.channels) == (other.unit, other.channels)
        out = max(out, _same(same), _largest(stream.values, other.values))
        out = max(out, _largest(stream.time, other.time))
    return out


def _events(recording: Recording, again: Recording) -> float:
    def named(r: Recording) -> list[tuple[str, str]]:
        return [(event.name, event.side) for event in r.events]

    times = [[event.time_s for event in r.events] for r in (recording, again)]
    return max(_same(named(recording) == named(again)), _largest(*times))


_COMPARED: Final[dict[str, Callable[[Recording, Recording], float]]] = {
    "positions": lambda a, b: _largest(a.positions, b.positions),
    "unseen joints": lambda a, b: _largest(a.positions, b.positions),
    "orientations": _turn_deg,
    "confidence": lambda a, b: _largest(a.confidence, b.confidence),
    "image points": lambda a, b: _largest(a.image_points, b.image_points),
    "streams": _streams,
    "events": _events,
    "uneven times": lambda a, b: _largest(a.time, b.time),
    "start time": lambda a, b: abs(a.source.start_s - b.source.start_s),
    "joint names": lambda a, b: _same(a.skeleton.joints == b.skeleton.joints),
    "tree": lambda a, b: _same(a.skeleton.parents == b.skeleton.parents),
    "up": lambda a, b: _largest(a.up.vector, b.up.vector),
    "subject": lambda a, b: _same(a.subject == b.subject),
    "exercise": lambda a, b: _same(a.exercise == b.exercise),
    "history": lambda a, b: _same(a.history == b.history[: len(a.history)]),
}
