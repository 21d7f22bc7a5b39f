"""IntelliRehabDS: Kinect v2 recordings of nine gestures, one repetition a file.

``Simplified`` files hold 25 x (x, y, z) a row; ``RawData`` files a version line, then rows of
frame, count, milliseconds and 25 tuples (joint, state, x, y, z, u, v). The file's name is
``Subject_Date_Gesture_Repetition_Label_Position.txt``. Source: Miron et al., "IntelliRehabDS",
Data 6(5), 2021.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import (
    assumed_rate,
    drop_note,
    increasing,
    unseen_as_nan,
    unseen_note,
)
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import Lines, count_numbers, lines_of, parse_table, wrong_width
from rehabkit.recording import ExerciseLabel, History, Recording, Source, Step, Subject, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import KINECT_V2

_NAME = re.compile(r"(\d{3})_(\d+)_(\d)_(\d+)_(\d)_([A-Za-z-]+)", re.ASCII)
GESTURES: Final = (
    "elbow flexion left", "elbow flexion right", "shoulder flexion left",
    "shoulder flexion right", "shoulder abduction left", "shoulder abduction right",
    "shoulder forward elevation", "side tap left", "side tap right",
)  # fmt: skip
_LABELS: Final = {1: "correct", 2: "incorrect", 3: "poorly done"}
_STATES: Final = {"Tracked": 1.0, "Inferred": 0.5, "NotTracked": 0.0}
_RATE_HZ: Final = 30.0
_WIDTH: Final = 3 * len(KINECT_V2)
_RAW_WIDTH: Final = 3 + 7 * len(KINECT_V2)
_COLOUR_SIZE: Final = (512, 424)  # u, v are pixels of the depth camera


@dataclass(frozen=True, eq=False)
class Raw:
    """A file's content: (frames, 25, 3) m, and what only ``RawData`` has."""

    path: Path
    sha256: str
    positions: NDArray[np.float64]
    stamps_ms: NDArray[np.float64] | None = None
    confidence: NDArray[np.float64] | None = None
    pixels: NDArray[np.float64] | None = None


def identify(path: Path, head: bytes) -> bool:
    """IRDS's name, the version line of ``RawData``, or rows of 75 numbers."""
    if path.is_dir():
        return False
    named = path.suffix.lower() == ".txt" and _NAME.fullmatch(path.stem) is not None
    return named or _is_raw(head) or count_numbers(head, b",") == _WIDTH


def _is_raw(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf").startswith(b"Version") and b"(SpineBase," in head


def read(path: Path, *, rate_hz: float = _RATE_HZ) -> Recording:
    """An IRDS recording.

    Parameters
    ----------
    rate_hz
        Frames a second assumed for ``Simplified`` files, which hold no time.
    """
    if not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    raw = _read_raw(path)
    count = len(raw.positions)
    stamps, clock, assumed = _stamps(raw, rate_hz)
    keep = increasing(stamps)
    positions, zeros = unseen_as_nan(raw.positions)
    history = (
        Step("read", {"format": "irds"}, f"{count} frames"),
        *assumed,
        *drop_note(path, keep, "repeat a time stamp or go back in time"),
        *unseen_note(zeros, count * len(KINECT_V2)),
    )
    start_s = float(stamps[keep][0])
    return Recording(
        time=stamps[keep] - start_s,
        skeleton=KINECT_V2,
        positions=positions[keep],
        confidence=_kept(raw.confidence, keep),
        image_points=_kept(raw.pixels, keep),
        image_size=None if raw.pixels is None else _COLOUR_SIZE,
        up=Up((0.0, 1.0, 0.0), "sensor"),
        source=_source(raw, rate_hz, start_s, clock),
        subject=_subject(path),
        exercise=_label(path),
        history=history,
    )


def _kept(values: Float | None, keep: NDArray[np.bool_]) -> Float | None:
    return None if values is None else values[keep].astype(np.float32)


def _read_raw(path: Path) -> Raw:
    content = read_bytes(path)
    lines = lines_of(decode(path, content))
    if lines[0][1].startswith("Version"):
        return _read_tuples(path, sha256(content), lines[1:])
    table = parse_table(path, lines, [_WIDTH], what="25 joints x (x, y, z)")
    return Raw(path, sha256(content), table.reshape(len(table), -1, 3))


def _read_tuples(path: Path, digest: str, lines: Lines) -> Raw:
    """The tuples as numbers: names are checked and taken out, states become confidences."""
    plain = [(number, _untangle(path, number, line)) for number, line in lines]
    table = parse_table(path, plain, [3 + 6 * len(KINECT_V2)], what="frame, count, ms, 25 tuples")
    joints = table[:, 3:].reshape(len(table), -1, 6)
    positions, pixels = joints[..., 1:4], joints[..., 4:6]
    seen = (positions != 0).any(axis=-1, keepdims=True)
    pixels = np.where(seen, pixels, np.nan)
    return Raw(path, digest, positions, table[:, 2], joints[..., 0], pixels)


def _untangle(path: Path, number: int, line: str) -> str:
    cells = line.replace("(", "").replace(")", "").strip().rstrip(",").split(",")
    if len(cells) != _RAW_WIDTH:
        expected = f"{_RAW_WIDTH} values (frame, count, ms and 25 tuples of 7)"
        raise wrong_width(path, number, expected, len(cells))
    names, states = cells[3::7], cells[4::7]
    if tuple(names) != KINECT_V2.joints or not set(states) <= set(_STATES):
        raise FormatError(
            path,
            place=f"line {number}",
            expected=f"the 25 joints in order, each {', '.join(_STATES)}",
            found=repr(_first_wrong(names, states)),
            fix="The file is damaged, or of another version.",
        )
    cells[4::7] = [str(_STATES[state]) for state in states]
    del cells[3::7]
    return ",".join(cells)


def _first_wrong(names: list[str], states: list[str]) -> str:
    wrong = [n for n, j in zip(names, KINECT_V2.joints, strict=True) if n != j]
    return (wrong or [s for s in states if s not in _STATES])[0][:40]


def _stamps(raw: Raw, rate_hz: float) -> tuple[NDArray[np.float64], str, History]:
    if raw.stamps_ms is not None:
        return raw.stamps_ms / 1e3, "milliseconds since the program's start", ()
    why = "Simplified files hold no time; the Kinect v2 gives 30 frames a second"
    times, step = assumed_rate(rate_hz, len(raw.positions), why)
    return times, "frames at an assumed rate", (step,)


def _source(raw: Raw, rate_hz: float, start_s: float, clock: str) -> Source:
    return Source(
        path=str(raw.path),
        sha256=raw.sha256,
        format="irds",
        device="Kinect v2",
        rate_hz=rate_hz if raw.stamps_ms is None else _RATE_HZ,
        start_s=start_s,
        clock=clock,
        view_axis=(0.0, 0.0, 1.0),
    )


def _subject(path: Path) -> Subject:
    match = _NAME.fullmatch(path.stem)
    return Subject(id=match[1], group=f"{match[1][0]}xx") if match else Subject()


def _label(path: Path) -> ExerciseLabel:
    """The label in the name. Its side is the data set's word; the joints that moved decide."""
    match = _NAME.fullmatch(path.stem)
    if match is None or int(match[3]) >= len(GESTURES):
        return ExerciseLabel()
    gesture, label = int(match[3]), int(match[5])
    side = next((s for s in ("left", "right") if s in GESTURES[gesture]), "")
    extra = {
        "gesture": gesture,
        "labelled_side": side,
        "repetition": int(match[4]),
        "date": match[2],
        "quality": _LABELS.get(label, f"unknown ({label})"),
        "position": match[6],
    }
    correct = {1: True, 2: False}.get(label)
    return ExerciseLabel(f"irds-{gesture}", GESTURES[gesture], correct, extra)
