"""A recording as FineRehab JSON, in columns, a line a frame."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from rehabkit.formats.finerehab.naming import SIDES, Name, fit, plain_id
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float


def to_text(
    recording: Recording, name: Name | None, side: str | None, repetition: int | None
) -> str:
    """The JSON text; float32 values are written so that they come back bit for bit.

    What the file's name says and the recording says otherwise stands as in the name.
    """
    extra = recording.exercise.extra
    said = extra.get("side", recording.subject.side)
    count = extra.get("repetition")
    subject = recording.subject.id
    movement = extra.get("movement") or recording.exercise.id or recording.exercise.label
    if name is not None:
        said, count = name.side or said, name.repetition
        subject = _as_named(subject, name.subject)
        movement = _as_named(movement, name.movement)
    head: dict[str, Any] = {
        "SubjectID": subject,
        "MovementID": movement,
        "SideID": SIDES.get(str(said if side is None else side), ""),
        "RepetitionNo": count if repetition is None else repetition,
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


def _as_named(own: str, named: str) -> str:
    """The recording's own id where the name holds the same one, ``E_ID1`` as ``E-ID1``."""
    return own if plain_id(fit(own)) == named else named


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
