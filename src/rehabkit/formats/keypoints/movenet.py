"""MoveNet: CSV with y, x and confidence of COCO's 17 points, as shares of the picture.

The columns are ``nose_y, nose_x, nose_confidence, ...``; the order of the three and of the points
does not matter, and ``score`` is understood too. The network itself gives y, x, score as shares of
the square it was fed; tables hold shares of the picture where their writer undid the padding.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.columns import plain
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.keypoints.build import LARGEST_PX, Options, Raw, body, seen, to_recording
from rehabkit.formats.keypoints.people import Frames
from rehabkit.formats.sheet import Sheet, header_of, parse_sheet
from rehabkit.recording import ExerciseLabel, Recording, Step, Subject
from rehabkit.recording.skeletons import COCO

_COLUMN = re.compile(r"(?P<joint>.+)_(?P<part>y|x|confidence|score)", re.IGNORECASE)
_FRAME: Final = ("frame", "frameid", "frameidx", "frameindex", "framenumber")
_KIMORE = re.compile(r"(?P<person>(?:E|NE|B|P|S)_ID\d+)_Es(?P<exercise>[1-5])", re.IGNORECASE)
_SIZE: Final = (1920, 1080)
_WHY: Final = (
    "the file holds shares and no size: taken as 16:9, as KIMORE's videos are; a picture of "
    "another shape gives wrong angles: give image_size"
)


def identify(path: Path, head: bytes) -> bool:
    """A header with x and y, and no z, of all of COCO's 17 points."""
    if path.is_dir() or b"\0" in head:
        return False
    return _columns(header_of(head)) is not None


def _columns(header: tuple[str, ...]) -> list[tuple[int, int, int]] | None:
    """Columns of x, y and confidence (-1: none) of each point in COCO's order; None: not there."""
    found: dict[tuple[str, str], int] = {}
    for index, cell in enumerate(header):
        match = _COLUMN.fullmatch(cell.strip())
        if match:
            part = match["part"].lower().replace("score", "confidence")
            found[plain(match["joint"]), part] = index
    names = [plain(joint) for joint in COCO.joints]
    if any((name, axis) not in found for name in names for axis in "xy"):
        return None
    if any(re.search(r"_z\b", cell, re.IGNORECASE) for cell in header):
        return None
    return [(found[n, "x"], found[n, "y"], found.get((n, "confidence"), -1)) for n in names]


def read(
    path: Path,
    *,
    rate_hz: float | None = None,
    image_size: tuple[int, int] | None = None,
) -> Recording:
    """MoveNet's points of one person in px.

    Parameters
    ----------
    rate_hz
        Frames a second; the file holds no time. By default 30.
    image_size
        (width, height) of the picture whose shares the points are, in px; by default 1920 x 1080
        (16:9), which is an assumption: another shape gives wrong angles.

    Raises
    ------
    FormatError
        With line and column of what is wrong.
    """
    content = read_bytes(path)
    sheet = parse_sheet(path, decode(path, content))
    columns = _columns(sheet.header)
    if columns is None:
        raise FormatError(
            path,
            place="header",
            expected="x, y (and confidence) of COCO's 17 points",
            found=", ".join(sheet.header)[:80],
        )
    people = [body(points) for points in _points(sheet, columns)]
    frames = [[points] if seen(points) else [] for points in people]
    return to_recording(
        _raw(path, sha256(content), _numbers(sheet), frames), Options(None, rate_hz, image_size)
    )


def _points(sheet: Sheet, columns: list[tuple[int, int, int]]) -> NDArray[np.float64]:
    """(frames, 17, 3) x, y, confidence; empty cells count as not seen."""
    ones = np.ones(len(sheet.rows))
    joints = [
        [sheet.column(x, LARGEST_PX), sheet.column(y, LARGEST_PX),
         ones if c < 0 else sheet.column(c, 1e3)]
        for x, y, c in columns
    ]  # fmt: skip
    points = np.array(joints).transpose(2, 0, 1)
    empty = np.isnan(points).any(axis=-1, keepdims=True)
    return np.where(empty, 0.0, points)


def _numbers(sheet: Sheet) -> NDArray[np.float64]:
    """Number of each row: its frame column's, else from 0 on."""
    names = [plain(cell) for cell in sheet.header]
    column = next((names.index(name) for name in _FRAME if name in names), -1)
    return np.arange(len(sheet.rows), dtype=float) if column < 0 else sheet.column(column)


def _raw(path: Path, digest: str, stamps: NDArray[np.float64], frames: Frames) -> Raw:
    """With what a name such as ``E_ID12_Es2`` says: KIMORE's person and exercise."""
    raw = Raw(
        path, digest, "movenet", "MoveNet", COCO, stamps, frames, share_size=_SIZE, share_why=_WHY
    )
    match = _KIMORE.fullmatch(path.stem)
    if match is None:
        return raw
    mirrored = "KIMORE's videos are the Kinect v2's colour pictures, which are mirrored"
    clock = (
        "the video begins 13 to 15 frames before the Kinect's file of the same exercise; the "
        "times are the video's, not shifted"
    )
    number = match["exercise"]
    return replace(
        raw,
        mirrored="yes",
        subject=Subject(id=match["person"]),
        exercise=ExerciseLabel(f"kimore-es{number}", f"Es{number}"),
        history=(
            Step("assume mirrored", {"mirrored": "yes"}, mirrored),
            Step("assume clock", {"clock": "video"}, clock),
        ),
    )
