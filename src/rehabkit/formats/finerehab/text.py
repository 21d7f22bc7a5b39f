"""A recording as FineRehab JSON, in columns, a line a frame."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from rehabkit.formats.finerehab.naming import SIDES
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float


def to_text(recording: Recording, side: str | None, repetition: int | None) -> str:
    """The JSON text; float32 values are written so that they come back bit for bit."""
    extra = recording.exercise.extra
    said = extra.get("side", recording.subject.side) if side is None else side
    count = extra.get("repetition") if repetition is None else repetition
    head: dict[str, Any] = {
        "SubjectID": recording.subject.id,
        "MovementID": extra.get("movement") or recording.exercise.id or recording.exercise.label,
        "SideID": SIDES.get(str(said), ""),
        "RepetitionNo": count,
        "Sensor": "IMU" if "inertial" in recording.source.device else "Kinect",
        "JointsNumber": len(recording.skeleton),
        "JointNames": list(recording.skeleton.joints),
        "CoordinateUnit": "m",
        "QuaternionOrder": "wxyz",
        "TimestampUnit": "s",
        "Up": list(recording.up.vector),
        "UpKnownBy": recording.up.known_by,
    }
    stamps = (recording.time + recording.source.start_s).tolist()
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    parts.append(f'"Timestamps": {json.dumps(stamps)}')
    assert recording.positions is not None
    parts.append(f'"Coordinates": {_frames(recording.positions)}')
    if recording.orientations is not None:
        parts.append(f'"Quaternions": {_frames(recording.orientations)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _frames(values: Float) -> str:
    """(frames, joints, n) as nested lists; a joint that was not seen is null."""
    return "[\n" + ",\n".join(_frame(frame) for frame in values) + "\n]"


def _frame(frame: Float) -> str:
    seen: list[bool] = np.asarray(np.isfinite(frame).all(axis=-1)).tolist()
    joints = [
        "[" + ",".join(f"{value:.9g}" for value in joint) + "]" if there else "null"
        for joint, there in zip(frame.tolist(), seen, strict=True)
    ]
    return "[" + ",".join(joints) + "]"
