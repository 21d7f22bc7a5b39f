"""FineRehab: snippets of sixteen exercises, one repetition a file, by Kinect or inertial suit.

``24_12SL_Cut01.json``. Source: Li et al., "FineRehab: a multi-modality and multi-task dataset for
rehabilitation analysis", CVPR workshops 2024, sections 3.3 and 4.2. The set is not public in full
and the paper names no keys: the reader is tolerant (see ``parse.KEYS``) and says what it assumed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import RehabkitError
from rehabkit.formats.build import drop_note, increasing, unseen_as_nan, unseen_note
from rehabkit.formats.files import atomic, decode, read_bytes, sha256
from rehabkit.formats.finerehab import build, naming
from rehabkit.formats.finerehab.parse import Raw, parse
from rehabkit.formats.finerehab.text import to_text
from rehabkit.recording import ExerciseLabel, Recording, Source, Step, Subject

_DEVICES: Final = {"kinect": "Azure Kinect", "imu": "inertial suit"}
_KEY = re.compile(
    rb'"(?:subject[_ ]?ids?|joints?[_ ]?(?:number|num|count)|number[_ ]?of[_ ]?joints)"',
    re.IGNORECASE,
)


def identify(path: Path, head: bytes) -> bool:
    """JSON with FineRehab's name, or with subject ids or a number of joints as keys."""
    if path.is_dir() or head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return False
    return has_name(path) or _KEY.search(head) is not None


def has_name(path: Path) -> bool:
    """Whether a file bears the name of one of FineRehab's snippets."""
    named = naming.parse(path.stem) if path.suffix.lower() == ".json" else None
    return named is not None and named.subject.isdigit() and named.movement.isdigit()


def read(
    path: Path,
    *,
    sensor: str | None = None,
    skeleton: str | None = None,
    unit: str | None = None,
    up: str | None = None,
    rate_hz: float | None = None,
    quaternion_order: str | None = None,
) -> Recording:
    """One snippet of FineRehab, or one written in its layout.

    Parameters
    ----------
    sensor
        ``"kinect"`` or ``"imu"``, where folders and content do not tell.
    skeleton
        Name of a known skeleton, where the file's joints bear no names.
    unit
        ``"m"``, ``"cm"`` or ``"mm"``; by default told by the size of the body.
    up
        The axis against gravity (``"y"``, ``"-y"``, ``"z"``, ...).
    rate_hz
        Frames a second, where the file holds no time stamps.
    quaternion_order
        ``"wxyz"`` or ``"xyzw"``.

    Raises
    ------
    FormatError
        On damage; names the quantity and frame.
    """
    if sensor not in (None, "kinect", "imu"):
        raise RehabkitError(f"Expected sensor 'kinect' or 'imu', found {sensor!r}.")
    content = read_bytes(path)
    raw = parse(path, decode(path, content))
    kind = sensor or build.sensor_of(path, raw)
    joints = build.joints_of(path, raw, skeleton)
    times, clock, timed = build.times_of(path, raw, kind, rate_hz)
    factor, sized = build.unit_of(path, raw, unit)
    keep = increasing(times)
    dropped = drop_note(path, keep, "repeat a time stamp or go back in time")
    points, zeros = unseen_as_nan(raw.positions[keep] * factor)
    positions = joints.place(points)
    name = naming.parse(path.stem)
    upward, told = build.up_of(joints.skeleton, positions, up, raw, name, kind)
    turns, turned = build.orientations_of(raw, quaternion_order)
    start_s = float(times[keep][0])
    return Recording(
        time=times[keep] - start_s,
        skeleton=joints.skeleton,
        positions=positions,
        orientations=None if turns is None else joints.place(turns[keep]),
        up=upward,
        source=Source(
            str(path), sha256(content), "finerehab", _DEVICES[kind],
            build.RATES_HZ[kind], start_s, clock,
        ),
        subject=Subject(id=build.text_of(raw.about["subject"]) or (name.subject if name else "")),
        exercise=_label(name, raw),
        history=(
            Step("read", {"format": "finerehab"}, f"{len(times)} frames"),
            *joints.history, *timed, *dropped, *sized, *told, *turned,
            *unseen_note(zeros, int(keep.sum()) * points.shape[1]),
        ),
    )  # fmt: skip


def _label(name: naming.Name | None, raw: Raw) -> ExerciseLabel:
    """Movement and side as the content says, else the name of the file."""
    about = raw.about
    movement = naming.plain_id(build.text_of(about["movement"])) or (name.movement if name else "")
    if not movement:
        return ExerciseLabel()
    side = naming.side_of(build.text_of(about["side"])) or (name.side if name else "")
    extra: dict[str, Any] = {"movement": movement, "side": side}
    repetition = name.repetition if name else about["repetition"]
    if isinstance(repetition, int):
        extra["repetition"] = repetition
    if not movement.isdigit():  # a file of RehabKit's: the id of one of its exercises
        return ExerciseLabel(movement, movement, None, extra)
    return ExerciseLabel("", naming.MOVEMENTS.get(movement, f"movement {movement}"), None, extra)


def write(
    recording: Recording, path: Path, *, side: str | None = None, repetition: int | None = None
) -> None:
    """Write one snippet as FineRehab JSON: our keys for what the paper says a file holds.

    Coordinates in m, quaternions w, x, y, z, time stamps in s of the recording's own clock.
    Confidence, streams, events and image points have no place in it.

    Parameters
    ----------
    side, repetition
        What stands in the file; by default what its name says, else the recording's label.

    Raises
    ------
    RehabkitError
        Where the recording has no positions.
    """
    if recording.positions is None or not np.isfinite(recording.positions).any():
        raise RehabkitError(
            f"Cannot write {path}: FineRehab's files hold positions in space, and this recording "
            "has none."
        )
    text = to_text(recording, naming.parse(path.stem), side, repetition)
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
