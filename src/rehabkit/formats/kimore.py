"""KIMORE: Kinect v2 recordings of five exercises for the low back.

A recording is ``JointPosition*.csv`` with ``JointOrientation*.csv`` and ``TimeStamp*.csv`` of the
same name beside it, in ``<group>/<person>/Es<n>/Raw``. Source: Capecci et al., "The KIMORE
dataset", IEEE TNSRE 27(7), 2019.
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
    unit_quaternions,
    unseen_as_nan,
    unseen_note,
)
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import count_numbers, lines_of, parse_rows
from rehabkit.formats.others import least_distance, second_person
from rehabkit.recording import ExerciseLabel, History, Recording, Source, Step, Subject, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import KINECT_V2

_PART = re.compile(r"Joint(Position|Orientation)(.*)\.csv|TimeStamp(.*)\.csv", re.IGNORECASE)
_EXERCISE = re.compile(r"Es([1-5])", re.IGNORECASE)
_PERSON = re.compile(r"(E|NE|B|P|S)_ID\d+", re.IGNORECASE)
_GROUPS: Final = {
    "E": "expert", "NE": "not expert", "B": "back pain", "P": "Parkinson", "S": "stroke",
}  # fmt: skip
_TICKS_PER_S: Final = 1e7
_LARGEST_TICK: Final = 1e15  # three years of the sensor's clock
_RATE_HZ: Final = 30.0
_WIDTH: Final = 4 * len(KINECT_V2)
_BODIES: Final = 6  # the sensor follows six people at most
_CONFIDENCE: Final = np.array([0.0, 0.5, 1.0])
# The sensor gives no orientation for the ends of the chains (all zero in the files).
_NO_ORIENTATION: Final = [
    KINECT_V2.index(joint)
    for joint in ("Head", "FootLeft", "FootRight", "HandTipLeft", "HandTipRight",
                  "ThumbLeft", "ThumbRight")
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Raw:
    """The three files as they are; rows of different widths where further bodies were seen."""

    path: Path
    sha256: str
    positions: list[list[float]]
    orientations: list[list[float]] | None
    stamps: list[list[float]] | None


def identify(path: Path, head: bytes) -> bool:
    """A KIMORE folder, a file with KIMORE's name, or rows of 25 x (x, y, z, state)."""
    if path.is_dir():
        return any(_PART.fullmatch(file.name) for file in _files(path))
    return bool(_PART.fullmatch(path.name)) or _looks_like_positions(head)


def _looks_like_positions(head: bytes) -> bool:
    if count_numbers(head, b",") % _WIDTH or not count_numbers(head, b","):
        return False
    first = next(line for line in head.splitlines() if line.strip())
    states = first.split(b",")[3:_WIDTH:4]
    return {float(state) for state in states} <= {0.0, 1.0, 2.0}


def read(path: Path, *, recording: str | None = None, person: int | None = None) -> Recording:
    """A KIMORE recording from one of its files, its ``Raw``, or its ``EsN`` folder.

    Parameters
    ----------
    recording
        Which of several recordings in one folder: a part of the file's name.
    person
        Where rows hold several bodies: 0 for the first body of each row, 1 for the second, ...
        By default the first body is followed by its nearest pelvis.

    Raises
    ------
    FormatError
        Files that are not as KIMORE's; several recordings in the folder and none named.
    """
    return _to_recording(_read_raw(_choose(path, recording)), person)


def _files(folder: Path) -> list[Path]:
    """What lies in the folder itself and in its ``Raw``."""
    places = [place for place in (folder, folder / "Raw") if place.is_dir()]
    return sorted(file for place in places for file in place.iterdir())


def _position_files(folder: Path) -> list[Path]:
    parts = [(file, _PART.fullmatch(file.name)) for file in _files(folder)]
    return [f for f, part in parts if part and (part[1] or "").lower() == "position"]


def _choose(path: Path, recording: str | None) -> Path:
    """The position file that ``path`` means."""
    if not path.is_dir():
        return _positions_of(path)
    files = [f for f in _position_files(path) if recording is None or recording in f.name]
    names = ", ".join(f.name for f in (files or _position_files(path)))
    if len(files) == 1:
        return files[0]
    if not files:
        raise FormatError(
            path,
            expected="JointPosition*.csv" + (f" with {recording!r} in its name" if names else ""),
            found=names or "none",
            fix="Give the folder EsN of one person, its folder Raw, or a file in it.",
        )
    raise FormatError(
        path,
        expected="one recording",
        found=f"{len(files)}: {names}",
        fix=f"Give one of these files, or recording={files[0].stem[13:]!r}.",
    )


def _positions_of(path: Path) -> Path:
    """The positions that an orientation or time file belongs to; any other file is itself."""
    match = _PART.fullmatch(path.name)
    if match is None or (match[1] or "").lower() == "position":
        return path
    return path.with_name(f"JointPosition{match[2] or match[3] or ''}.csv")


def _read_raw(path: Path) -> Raw:
    content = read_bytes(path)
    match = _PART.fullmatch(path.name)
    stem = match[2] if match else None
    widths = [_WIDTH * bodies for bodies in range(1, _BODIES + 1)]
    what = "25 joints x (x, y, z, state) a body"
    positions = parse_rows(path, lines_of(decode(path, content)), widths, what=what)
    orientations = _read_part(path, f"JointOrientation{stem}.csv", widths, "25 x quaternion a body")
    stamps = _read_part(path, f"TimeStamp{stem}.csv", range(1, _BODIES + 1), "one stamp a body")
    return Raw(path, sha256(content), positions, orientations, stamps)


def _read_part(
    path: Path, name: str, widths: list[int] | range, what: str
) -> list[list[float]] | None:
    part = path.with_name(name)
    if not part.is_file():
        return None
    content = decode(part, read_bytes(part))
    return parse_rows(part, lines_of(content), widths, what=what, largest=_LARGEST_TICK)


def _to_recording(raw: Raw, person: int | None) -> Recording:
    frames = len(raw.positions)
    bodies, history = _pick_bodies(raw, person)
    joints = _blocks(raw.positions, bodies)
    positions, zeros = unseen_as_nan(joints[..., :3])
    confidence = _confidence(raw.path, joints[..., 3])
    orientations, lacking = _orientations(raw, bodies)
    stamps, clock, assumed = _stamps(raw)
    keep = increasing(stamps)
    history += assumed + drop_note(raw.path, keep, "repeat a time stamp or go back in time")
    history += unseen_note(zeros, frames * len(KINECT_V2)) + lacking
    start_s = float(stamps[keep][0])
    gaps = _distances(raw.positions, bodies, positions)
    history += second_person(gaps[keep], stamps[keep] - start_s)
    return Recording(
        time=stamps[keep] - start_s,
        skeleton=KINECT_V2,
        positions=positions[keep],
        orientations=None if orientations is None else orientations[keep],
        confidence=confidence[keep],
        up=Up((0.0, 1.0, 0.0), "sensor"),
        source=_source(raw, start_s, clock),
        subject=_subject(raw.path),
        exercise=_label(raw.path),
        history=(Step("read", {"format": "kimore"}, f"{frames} frames"), *history),
    )


def _pick_bodies(raw: Raw, person: int | None) -> tuple[NDArray[np.intp], History]:
    """Which body of each row is taken (-1: none), and the line that says so."""
    counts = np.array([len(row) // _WIDTH for row in raw.positions])
    crowded = int((counts > 1).sum())
    if person is not None:
        if not 0 <= person < counts.max():
            raise FormatError(
                raw.path,
                expected=f"person from 0 to {counts.max() - 1}",
                found=f"person={person}",
                fix="Count the bodies of a row from 0.",
            )
        chosen = np.where(counts > person, person, -1)
        note = f"body {person} of each row, {int((chosen < 0).sum())} frames without it"
        return chosen, (Step("pick person", {"person": person}, note),)
    if not crowded:
        return np.zeros(len(counts), dtype=np.intp), ()
    chosen = _follow(raw.positions)
    swaps = int((chosen > 0).sum())
    note = f"{crowded} frames hold further bodies; the nearest to the person before was taken"
    return chosen, (Step("pick person", {"person": "followed"}, f"{note} ({swaps} not first)"),)


def _follow(rows: list[list[float]]) -> NDArray[np.intp]:
    """Body of each row whose pelvis is nearest to that of the row before."""
    chosen = np.zeros(len(rows), dtype=np.intp)
    last = np.array(rows[0][:3])
    for i, row in enumerate(rows):
        pelves = np.array(row).reshape(-1, _WIDTH)[:, :3]
        if len(pelves) > 1:
            chosen[i] = int(np.argmin(np.linalg.norm(pelves - last, axis=1)))
        last = pelves[chosen[i]]
    return chosen


def _blocks(rows: list[list[float]], bodies: NDArray[np.intp]) -> NDArray[np.float64]:
    """(frames, 25, 4) of the chosen bodies; NaN where a row lacks the body."""
    out = np.full((len(rows), _WIDTH), np.nan)
    for i, (row, body) in enumerate(zip(rows, bodies, strict=True)):
        part = row[body * _WIDTH : (body + 1) * _WIDTH] if body >= 0 else []
        if part:
            out[i] = part
    return out.reshape(len(rows), -1, 4)


def _distances(rows: list[list[float]], bodies: NDArray[np.intp], followed: Float) -> Float:
    """(frames,) least distance of the followed body to another of its row, m; inf where alone."""
    out = np.full(len(rows), np.inf)
    for i, (row, body) in enumerate(zip(rows, bodies, strict=True)):
        if body >= 0 and len(row) > _WIDTH:
            every = np.array(row).reshape(-1, len(KINECT_V2), 4)[..., :3]
            out[i] = least_distance(followed[i], np.delete(every, body, axis=0))
    return out


def _confidence(path: Path, states: Float) -> Float:
    """Tracking state 2 tracked -> 1, 1 inferred -> 0.5, 0 not tracked -> 0."""
    known = np.isin(states, (0, 1, 2)) | np.isnan(states)
    if not known.all():
        frame, joint = map(int, np.argwhere(~known)[0])
        raise FormatError(
            path,
            place=f"frame {frame + 1}, joint {KINECT_V2.joints[joint]}",
            expected="a tracking state 0, 1 or 2",
            found=f"{states[frame, joint]:g}",
            fix="Columns are x, y, z, state for each joint.",
        )
    index = np.nan_to_num(states, nan=0.0).astype(np.intp)
    return _CONFIDENCE[index].astype(np.float32)


def _orientations(raw: Raw, bodies: NDArray[np.intp]) -> tuple[Float | None, History]:
    if raw.orientations is None:
        note = "no JointOrientation file: angles come from positions alone"
        return None, (Step("lack orientations", {}, note),)
    if len(raw.orientations) != len(raw.positions):
        raise _different_lengths(raw, "JointOrientation", len(raw.orientations))
    values = unit_quaternions(_blocks(raw.orientations, bodies))
    values[:, _NO_ORIENTATION] = np.nan
    return values, ()


def _stamps(raw: Raw) -> tuple[NDArray[np.float64], str, History]:
    """Time of each frame in s of the sensor's clock; evenly spaced where there is no file."""
    if raw.stamps is None:
        times, step = assumed_rate(_RATE_HZ, len(raw.positions), "no TimeStamp file beside it")
        return times, "frames at an assumed rate", (step,)
    if len(raw.stamps) != len(raw.positions):
        raise _different_lengths(raw, "TimeStamp", len(raw.stamps))
    ticks = np.array([row[0] for row in raw.stamps])
    return ticks / _TICKS_PER_S, "Kinect v2 relative time", ()


def _different_lengths(raw: Raw, part: str, found: int) -> FormatError:
    return FormatError(
        raw.path,
        expected=f"as many rows in its {part} file ({len(raw.positions)})",
        found=f"{found}",
        fix="One of the files was cut off; copy both again.",
    )


def _source(raw: Raw, start_s: float, clock: str) -> Source:
    return Source(
        path=str(raw.path),
        sha256=raw.sha256,
        format="kimore",
        device="Kinect v2",
        rate_hz=_RATE_HZ,
        start_s=start_s,
        clock=clock,
        view_axis=(0.0, 0.0, 1.0),
    )


def _subject(path: Path) -> Subject:
    match = next((m for part in reversed(path.parts) if (m := _PERSON.fullmatch(part))), None)
    return Subject(id=match[0], group=_GROUPS[match[1].upper()]) if match else Subject()


def _label(path: Path) -> ExerciseLabel:
    match = next((m for part in reversed(path.parts) if (m := _EXERCISE.fullmatch(part))), None)
    return ExerciseLabel(f"kimore-es{match[1]}", f"Es{match[1]}") if match else ExerciseLabel()
