"""NTU RGB+D ``.skeleton``: Kinect v2 bodies of every frame, with their places in the pictures.

Source: Shahroudy et al., "NTU RGB+D", CVPR 2016, and Liu et al., "NTU RGB+D 120", IEEE TPAMI
42(10), 2020. A count of frames; then for each frame a count of bodies; for each body a line of ten
numbers (its id first), a count of joints and a line for each joint: x, y, z in m, column and row
in the depth and in the colour picture, a quaternion w, x, y, z, and the tracking state.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import assumed_rate, unit_quaternions, unseen_as_nan, unseen_note
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import LARGEST, lines_of
from rehabkit.formats.others import least_distance, second_person
from rehabkit.recording import ExerciseLabel, History, Recording, Source, Step, Subject, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import KINECT_V2

_RATE_HZ: Final = 30.0
_COLOUR_SIZE: Final = (1920, 1080)
_JOINTS: Final = len(KINECT_V2)
_BODY_NUMBERS: Final = 10
_JOINT_NUMBERS: Final = 12
_BODIES: Final = 6  # the sensor follows six people at most
_NAME = re.compile(r"S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})", re.IGNORECASE)
_PARTS: Final = ("setup", "camera", "performer", "replication", "action")
_CONFIDENCE: Final = np.array([0.0, 0.5, 1.0])


@dataclass(frozen=True, eq=False)
class Raw:
    """``bodies``: for each frame body id -> (25, 12) numbers as they stand."""

    bodies: list[dict[str, NDArray[np.float64]]]


@dataclass
class _Lines:
    """The file's lines, read one after the other."""

    path: Path
    lines: list[tuple[int, str]]
    at: int = field(default=0)

    def next(self, count: int, what: str) -> list[str]:
        """The words of the next line, which must be ``count``."""
        if self.at >= len(self.lines):
            self.fail(what, "the end of the file")
        words = self.lines[self.at][1].split()
        self.at += 1
        if len(words) != count:
            self.fail(what, f"{len(words)} words")
        return words

    def count(self, what: str, most: int) -> int:
        word = self.next(1, what)[0]
        if not (word.isascii() and word.isdigit() and len(word) < 10) or int(word) > most:
            self.fail(what, repr(word[:40]))
        return int(word)

    def joint(self) -> list[float]:
        """The twelve numbers of a joint; a place outside the picture is not finite in the file."""
        words = self.next(_JOINT_NUMBERS, "the 12 numbers of a joint")
        try:
            values = [float(word) for word in words]
        except ValueError:
            self.fail("the 12 numbers of a joint", repr(" ".join(words)[:40]))
        if any(abs(v) > LARGEST and math.isfinite(v) for v in values):
            self.fail(f"numbers up to {LARGEST:g}", repr(" ".join(words)[:40]))
        if not all(map(math.isfinite, (*values[:3], *values[7:]))):
            self.fail("a finite place, quaternion and state", repr(" ".join(words)[:40]))
        if values[-1] not in (0, 1, 2):
            self.fail("a tracking state 0, 1 or 2", repr(words[-1][:40]))
        return values

    def fail(self, expected: str, found: str) -> NoReturn:
        place = self.lines[min(max(self.at, 1), len(self.lines)) - 1][0]
        raise FormatError(
            self.path,
            place=f"line {place}",
            expected=expected,
            found=found,
            fix="The file is damaged or was cut off; copy it again.",
        )


def identify(path: Path, head: bytes) -> bool:
    """A count of frames, counts of bodies, and the first body's ten numbers and 25 joints."""
    if b"\0" in head:
        return False
    lines = [line.split() for line in head.splitlines()[:-1] if line.strip()]
    if len(lines) < 2 or any(len(line) != 1 or not line[0].isdigit() for line in lines[:2]):
        return False
    first = next((i for i, line in enumerate(lines) if i and line != [b"0"]), None)
    if first is None:
        return path.suffix.lower() == ".skeleton"
    widths = [len(line) for line in lines[first : first + 4]]
    return widths == [1, _BODY_NUMBERS, 1, _JOINT_NUMBERS] and lines[first + 2] == [b"25"]


def read(path: Path, *, person: int | None = None) -> Recording:
    """One person of a ``.skeleton`` file.

    Parameters
    ----------
    person
        0 for the body id that appears first, 1 for the second, ... By default the one that is
        seen in most frames. A body keeps its id throughout.

    Raises
    ------
    FormatError
        With the line of what is wrong; where there is no body, or not so many.
    """
    content = read_bytes(path)
    raw = _parse(_Lines(path, lines_of(decode(path, content))))
    return _to_recording(path, sha256(content), raw, person)


def _parse(lines: _Lines) -> Raw:
    frames = lines.count("a count of frames", 10**6)
    bodies = [_frame(lines) for _ in range(min(frames, len(lines.lines)))]
    if len(bodies) < frames:
        lines.fail(f"{frames} frames, as the first line says", f"{len(bodies)}")
    if lines.at < len(lines.lines):
        lines.at += 1
        lines.fail(f"the end after {frames} frames, as the first line says", "more")
    return Raw(bodies)


def _frame(lines: _Lines) -> dict[str, NDArray[np.float64]]:
    bodies: dict[str, NDArray[np.float64]] = {}
    for _ in range(lines.count(f"0 to {_BODIES} bodies", _BODIES)):
        body = lines.next(_BODY_NUMBERS, "the ten numbers of a body")[0]
        if lines.count("25 joints", 10**6) != _JOINTS:
            lines.fail("25 joints", repr(lines.lines[lines.at - 1][1][:40]))
        bodies.setdefault(body, np.array([lines.joint() for _ in range(_JOINTS)]))
    return bodies


def _to_recording(path: Path, digest: str, raw: Raw, person: int | None) -> Recording:
    body, picked = _pick(path, raw, person)
    table = np.full((len(raw.bodies), _JOINTS, _JOINT_NUMBERS), np.nan)
    for row, bodies in zip(table, raw.bodies, strict=True):
        if body in bodies:
            row[:] = bodies[body]
    seen = np.isfinite(table[:, 0, 0])
    positions, zeros = unseen_as_nan(table[..., :3])
    time, step = assumed_rate(_RATE_HZ, len(table), "the file has no times; the sensor's rate")
    history = (
        Step("read", {"format": "ntu"}, f"{len(table)} frames"), step, *picked,
        *_absent(seen), *unseen_note(zeros, positions.shape[0] * _JOINTS),
        *second_person(_distances(raw, body, positions), time),
    )  # fmt: skip
    states = np.where(seen[:, None], table[..., -1], 0).astype(np.intp)
    points = np.where(np.isfinite(table[..., 5:7]).all(axis=-1, keepdims=True), table[..., 5:7],
                      np.nan)  # fmt: skip
    subject, exercise, view = _labels(path)
    return Recording(
        time=time,
        skeleton=KINECT_V2,
        positions=positions,
        orientations=unit_quaternions(table[..., 7:11]),
        confidence=_CONFIDENCE[states],
        image_points=np.where(np.isnan(positions[..., :1]), np.nan, points),
        image_size=_COLOUR_SIZE,
        up=Up((0.0, 1.0, 0.0), "sensor"),
        source=Source(str(path), digest, "ntu", f"Kinect v2{view}", _RATE_HZ,
                      clock="frames at an assumed rate", view_axis=(0.0, 0.0, 1.0)),
        subject=subject,
        exercise=exercise,
        history=history,
    )  # fmt: skip


def _pick(path: Path, raw: Raw, person: int | None) -> tuple[str, History]:
    """The body id that is meant, and the line that says so where there are several."""
    counts: dict[str, int] = {}
    for bodies in raw.bodies:
        for body in bodies:
            counts[body] = counts.get(body, 0) + 1
    if not counts:
        raise FormatError(
            path,
            expected="a body in at least one frame",
            found=f"none in {len(raw.bodies)} frames",
            fix="The sensor saw nobody; the data set lists such files as lacking.",
        )
    ids = list(counts)
    if person is not None and not 0 <= person < len(ids):
        raise FormatError(
            path,
            expected=f"person from 0 to {len(ids) - 1}",
            found=f"person={person}",
            fix="Bodies are counted from 0 in the order in which they appear.",
        )
    chosen = ids[person] if person is not None else max(ids, key=counts.__getitem__)
    if len(ids) == 1:
        return chosen, ()
    seen = ", ".join(f"{i}: {counts[body]} frames" for i, body in enumerate(ids))
    which = person if person is not None else "seen longest"
    note = f"body {ids.index(chosen)} of {len(ids)} ({seen[:300]})"
    return chosen, (Step("pick person", {"person": which}, note),)


def _absent(seen: NDArray[np.bool_]) -> History:
    missing = int((~seen).sum())
    return (Step("mark unseen", {}, f"no body in {missing} frames: NaN"),) if missing else ()


def _distances(raw: Raw, body: str, followed: Float) -> Float:
    """(frames,) least distance to another body, m; inf where the person is alone."""
    out = np.full(len(raw.bodies), np.inf)
    for i, bodies in enumerate(raw.bodies):
        others = [joints[:, :3] for other, joints in bodies.items() if other != body]
        if others and body in bodies:
            out[i] = least_distance(followed[i], np.array(others))
    return out


def _labels(path: Path) -> tuple[Subject, ExerciseLabel, str]:
    """Who, what and from where, of ``SsssCcccPpppRrrrAaaa`` in the name."""
    match = _NAME.search(path.name)
    if match is None:
        return Subject(), ExerciseLabel(), ""
    numbers = dict(zip(_PARTS, map(int, match.groups()), strict=True))
    label = ExerciseLabel(label=f"A{match[5]}", extra=numbers)
    return Subject(id=f"P{match[3]}"), label, f", camera {numbers['camera']}"
