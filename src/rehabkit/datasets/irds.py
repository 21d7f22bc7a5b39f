"""IntelliRehabDS as a table: a row for each repetition, the side told by the joints that moved.

The gestures that the set calls left move the joints that the Kinect calls right, and the other way
round. ``side`` is the side of the joints that moved, ``labels["named_side"]`` the set's word.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.errors import FormatError
from rehabkit.formats import irds as reader
from rehabkit.recording import Recording

_NAME = re.compile(r"(\d{3})_(\d+)_(\d)_(\d+)_(\d)_([A-Za-z-]+)", re.ASCII)
_FOLDERS: Final = {False: "Simplified", True: "RawData"}
_QUALITY: Final = {1: "correct", 2: "incorrect", 3: "poorly done"}
_BOTH_ARMS, _SIDE_TAPS = 6, (7, 8)
_CLEARLY: Final = 1.5  # times as much travel: the side that moved


def find(root: Path, *, raw: bool = False, sides: bool = True) -> Listing:
    """The rows of IRDS below ``root``.

    Parameters
    ----------
    raw
        ``RawData`` (time stamps, tracking states) in the place of ``Simplified``: the same
        repetitions, so never both.
    sides
        Whether every recording is read for the side that moved; without it ``side`` is empty.
    """
    folder = root / _FOLDERS[raw]
    files = sorted((folder if folder.is_dir() else root).glob("*.txt"))
    named = [(path, match) for path in files if (match := _NAME.fullmatch(path.stem))]
    rows = tuple(_row(path, match, sides) for path, match in named)
    poor = sum(row.labels["quality"] == _QUALITY[3] for row in rows)
    note = f"{poor} repetitions are labelled poorly done: neither correct nor not"
    return Listing(rows, (note,) if poor else ())


def _row(path: Path, match: re.Match[str], sides: bool) -> Row:
    subject, date, gesture, repetition, label, position = match.groups()
    number, quality = int(gesture), int(label)
    exercise = reader.GESTURES[number] if number < len(reader.GESTURES) else ""
    named = next((side for side in ("left", "right") if side in exercise), "")
    labels = {
        "correct": {1: True, 2: False}.get(quality),
        "quality": _QUALITY.get(quality, f"unknown ({quality})"),
        "gesture": exercise,
        "named_side": named or "both",
        "position": position,
    }
    side, notes = _side(path, number) if sides else ("", ())
    return Row(
        path=path,
        format="irds",
        subject=subject,
        group=f"{subject[0]}xx",
        session=date,
        side=side,
        exercise=f"irds-{number}",
        repetition=int(repetition),
        sensor="kinect-v2",
        labels=labels,
        fingerprint=fingerprint_of([path]),
        notes=notes,
    )


def _side(path: Path, gesture: int) -> tuple[str, tuple[str, ...]]:
    """The side whose wrist or ankle travelled clearly more, or why there is none."""
    if gesture == _BOTH_ARMS:
        return "both", ()
    try:
        recording = reader.read(path)
    except FormatError as error:
        return "", (f"not readable: expected {error.expected}, found {error.found}",)
    joint, centre = ("Ankle", "SpineBase") if gesture in _SIDE_TAPS else ("Wrist", "SpineShoulder")
    left, right = (_travel(recording, f"{joint}{side}", centre) for side in ("Left", "Right"))
    if left > _CLEARLY * right:
        return "left", ()
    if right > _CLEARLY * left:
        return "right", ()
    return "", ("neither side moved clearly more than the other",)


def _travel(recording: Recording, joint: str, centre: str) -> float:
    """How far a joint wanders beside the trunk: middle 90 % of its places, m."""
    apart: Any = recording.joint(joint) - recording.joint(centre)
    seen = apart[np.isfinite(apart).all(axis=-1)]
    if not len(seen):
        return 0.0
    low, high = np.percentile(seen, (5, 95), axis=0)
    return float(np.linalg.norm(high - low))
