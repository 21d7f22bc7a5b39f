"""BVH (Biovision Hierarchy): a tree of joints with offsets, and the channels of every frame.

Source: the format as Biovision published it in the 1990s, described by Meredith and Maddock,
"Motion Capture File Formats Explained", University of Sheffield, 2001. There is no unit, no axis
convention and no meaning of names in it; what was taken for them is in the history.
"""

from __future__ import annotations

import re
from pathlib import Path

from rehabkit.formats.bvh.build import to_recording
from rehabkit.formats.bvh.parse import parse
from rehabkit.formats.bvh.text import at_rate, to_text
from rehabkit.formats.files import atomic, decode, read_bytes, sha256
from rehabkit.recording import Recording

_START = re.compile(rb"\s*HIERARCHY\s+ROOT\s", re.IGNORECASE)


def identify(path: Path, head: bytes) -> bool:  # noqa: ARG001 - the content alone tells
    """A text that begins with HIERARCHY and ROOT."""
    return bool(_START.match(head.removeprefix(b"\xef\xbb\xbf")))


def read(path: Path, *, unit: str | None = None, up: str | None = None) -> Recording:
    """A recording from a BVH file.

    Parameters
    ----------
    unit
        ``"m"``, ``"cm"``, ``"mm"``, ``"inch"`` or ``"cmu"`` (1 / 0.45 inch, as in the CMU
        library's files); else told by the size of the body.
    up
        ``"x"``, ``"-y"``, ...: the axis against gravity; else told by where the head is.

    Raises
    ------
    FormatError
        With the line of what is wrong.
    """
    content = read_bytes(path)
    motion = parse(path, decode(path, content))
    return to_recording(path, sha256(content), motion, unit, up)


def write(
    recording: Recording,
    path: Path,
    *,
    unit: str = "cm",
    unseen: str = "refuse",
    rate_hz: float | None = None,
) -> None:
    """Write positions, and orientations where there are such, as BVH.

    Without orientations each joint's turn is solved from the bones that leave it; the resting
    offsets are the median bone vectors. A joint whose bone changes its length (a sensor's
    skeleton) gets position channels too, so that reading gives the same positions.

    Parameters
    ----------
    unit
        ``"m"``, ``"cm"`` (usual) or ``"mm"``: what the numbers are in.
    unseen
        BVH has no place for a joint that was not seen. ``"refuse"`` such a recording, or put the
        joint at its resting ``"offset"`` from its parent.
    rate_hz
        BVH has one frame time. Frames a second at which an unevenly timed recording is
        interpolated, across its gaps too; without it such a recording is refused.

    Raises
    ------
    RecordingError
        Where there are no positions, times are uneven, there are streams, or joints were not seen.
    """
    text = to_text(recording if rate_hz is None else at_rate(recording, rate_hz), unit, unseen)
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
