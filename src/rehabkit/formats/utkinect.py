"""UTKinect-Action3D: Kinect v1 recordings of ten actions in a row.

``joints_sSS_eEE.txt``: a frame number, then 20 joints x (x, y, z) in m, separated by blanks. Frame
numbers skip. ``actionLabel.txt`` beside it gives each action's first and last frame **number**.
Source: Xia et al., "View invariant human action recognition using histograms of 3D joints",
CVPR workshops 2012.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, choices
from rehabkit.formats.build import drop_note, increasing, unseen_as_nan, unseen_note
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import count_numbers, lines_of, parse_table
from rehabkit.recording import ExerciseLabel, History, Recording, Source, Step, Subject, Up
from rehabkit.recording.skeletons import KINECT_V1

_NAME = re.compile(r"joints_(s\d\d)_(e\d\d)", re.ASCII)
_WIDTH: Final = 1 + 3 * len(KINECT_V1)
# The data set's page: 30 frames a second from the sensor, about 15 left where a skeleton was
# tracked. All numbers are even and step by 4.4 on average, so 2 of them make a sensor's frame:
# 60 a second give the 15 (13.6) that the page names, 30 a second would give 7.
_COUNT_HZ: Final = 60.0

Labels = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Raw:
    """The file as it is, and the actions labelled in it."""

    path: Path
    sha256: str
    numbers: NDArray[np.float64]
    positions: NDArray[np.float64]
    labels: Labels


def identify(path: Path, head: bytes) -> bool:
    """UTKinect's name, or rows of 61 numbers separated by blanks."""
    if path.is_dir():
        return False
    named = path.suffix.lower() == ".txt" and _NAME.fullmatch(path.stem) is not None
    return named or count_numbers(head, None) == _WIDTH


def read(
    path: Path,
    *,
    action: str | None = None,
    labels: str | Path = "actionLabel.txt",
    count_hz: float = _COUNT_HZ,
) -> Recording:
    """A UTKinect recording, whole or one action of it.

    Parameters
    ----------
    action
        ``"walk"``, ``"sitDown"``, ...: only the frames labelled so.
    labels
        The label file; a plain name is looked for beside the recording.
    count_hz
        Frame numbers a second.

    Raises
    ------
    FormatError
        On a damaged file, or an action that is not labelled.
    """
    if not count_hz > 0:
        raise FormatError(path, expected="count_hz above 0", found=f"count_hz={count_hz}")
    raw = _read_raw(path, path.parent / labels)
    count = len(raw.numbers)
    inside, cut = _inside(raw, action, path.parent / labels)
    keep = increasing(np.where(inside, raw.numbers, np.nan))
    repeated = drop_note(path, keep[inside], "repeat a frame number (a second skeleton)")
    stamps = raw.numbers[keep] / count_hz
    positions, zeros = unseen_as_nan(raw.positions[keep])
    why = "frame numbers are even and taken as two for each 1/30 s"
    return Recording(
        time=stamps - stamps[0],
        skeleton=KINECT_V1,
        positions=positions,
        up=Up((0.0, 1.0, 0.0), "sensor"),
        source=_source(raw, count_hz, float(stamps[0])),
        subject=_subject(path),
        exercise=ExerciseLabel(label=action or "", extra={"actions": ", ".join(raw.labels)}),
        history=(
            Step("read", {"format": "utkinect"}, f"{count} frames"),
            Step("assume frame rate", {"frame_numbers_per_s": count_hz}, why),
            *cut,
            *repeated,
            *unseen_note(zeros, positions.shape[0] * positions.shape[1]),
        ),
    )


def _read_raw(path: Path, label_file: Path) -> Raw:
    content = read_bytes(path)
    what = "frame number and 20 joints x (x, y, z)"
    lines = lines_of(decode(path, content))
    table = parse_table(path, lines, [_WIDTH], separator=None, what=what)
    match = _NAME.fullmatch(path.stem)
    labels = read_labels(label_file, f"{match[1]}_{match[2]}") if match else {}
    positions = table[:, 1:].reshape(len(table), -1, 3)
    return Raw(path, sha256(content), table[:, 0], positions, labels)


def read_labels(path: Path, recording: str) -> Labels:
    """Action -> (first, last) frame number of one recording; NaN where the file says so."""
    if not path.is_file():
        return {}
    labels: dict[str, tuple[float, float]] = {}
    current = ""
    for number, line in lines_of(decode(path, read_bytes(path))):
        name, colon, rest = line.partition(":")
        if not colon:
            current = name.strip()
        elif current == recording:
            labels[name.strip()] = _interval(path, number, rest)
    return labels


def _interval(path: Path, line: int, text: str) -> tuple[float, float]:
    try:
        first, last = (float(cell) for cell in text.split())
    except ValueError:
        raise FormatError(
            path,
            place=f"line {line}",
            expected="'action: first last' as frame numbers",
            found=repr(text.strip()[:40]),
        ) from None
    return first, last


def _inside(raw: Raw, action: str | None, label_file: Path) -> tuple[NDArray[np.bool_], History]:
    """Which frames belong to the action, and the line that says so."""
    if action is None:
        return np.ones(len(raw.numbers), dtype=bool), ()
    first, last = raw.labels.get(action, (math.nan, math.nan))
    inside: NDArray[np.bool_] = (raw.numbers >= first) & (raw.numbers <= last)
    if not inside.any():
        known = [name for name, span in raw.labels.items() if not math.isnan(span[0])]
        raise FormatError(
            raw.path,
            expected=f"frames of the action {action!r}",
            found="none" if action in raw.labels else "no such label",
            fix=f"Labelled in {label_file.name}: {choices(known) or 'nothing'}.",
        )
    touched = f"{int(inside.sum())} of {len(inside)} frames"
    numbers = {"first_number": first, "last_number": last}
    return inside, (Step("cut action", {"action": action, **numbers}, touched),)


def _source(raw: Raw, count_hz: float, start_s: float) -> Source:
    return Source(
        path=str(raw.path),
        sha256=raw.sha256,
        format="utkinect",
        device="Kinect v1",
        rate_hz=30.0,
        start_s=start_s,
        clock=f"frame numbers, {count_hz:g} a second",
        view_axis=(0.0, 0.0, 1.0),
    )


def _subject(path: Path) -> Subject:
    match = _NAME.fullmatch(path.stem)
    return Subject(id=match[1]) if match else Subject()
