"""KERAAL: three exercises for the low back, the same trial seen by up to five systems.

Kinect v2 and Vicon targets are tables of numbers separated by blanks; BlazePose, OpenPose and
AlphaPose are JSON, frame by frame. Source: Nguyen et al., "A medical low-back pain physical
rehabilitation database for human body movement analysis", IJCNN 2024.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from rehabkit.errors import FormatError
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.keraal import points, tables
from rehabkit.formats.numbers import count_numbers, lines_of, split_row
from rehabkit.recording import Recording

_WIDTHS = (tables.KINECT_WIDTH, tables.VICON_WIDTH)


def identify(path: Path, head: bytes) -> bool:
    """Rows of 175 (Kinect) or 119 (Vicon) numbers, or JSON of named points by frame number."""
    if path.is_dir():
        return False
    if points.looks_like(head):
        return True
    return count_numbers(head, None) in _WIDTHS


def read(
    path: Path,
    *,
    image_size: tuple[int, int] | None = None,
    rate_hz: float | None = None,
    exchange: bool = True,
    mirrored: Literal["auto", "yes", "no"] = "auto",
) -> Recording:
    """A KERAAL recording of any of its five systems.

    Parameters
    ----------
    image_size
        (width, height) in pixels of the picture whose shares the points are; by default as
        the data set states of its videos: 960 x 544 in group 3, 480 x 360 in the others.
    rate_hz
        Frames a second; the files hold no time. By default 30, and 60 for Vicon, whose files have
        twice as many rows for the same trial.
    exchange
        Whether arm and forearm targets that were named the wrong way round are set right.
    mirrored
        Whether the points are of a mirrored picture; by default BlazePose's are, others are not.

    Raises
    ------
    FormatError
        With line or frame of what is not as it should be.
    """
    if rate_hz is not None and not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    content = read_bytes(path)
    text = decode(path, content)
    if text.lstrip().startswith("{"):
        return points.read(path, content, text, image_size, rate_hz, mirrored)
    lines = lines_of(text)
    width = len(split_row(lines[0][1], None))
    if width == tables.VICON_WIDTH:
        return tables.read_vicon(path, content, lines, rate_hz, exchange)
    return tables.read_kinect(path, content, lines, rate_hz)
