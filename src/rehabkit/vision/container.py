"""Which files hold moving pictures, told by their first bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SUFFIXES: Final = (
    ".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts",
    ".wmv", ".asf", ".flv", ".3gp", ".ogv", ".gif",
)  # fmt: skip

# ISO base media files that are pictures or sound: HEIF, AVIF, M4A.
_NOT_MOVING: Final = (b"heic", b"heix", b"mif1", b"avif", b"M4A ", b"M4B ", b"crx ")
_STARTS: Final = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"GIF87a",
    b"GIF89a",
)
_TS_PACKETS: Final = (188, 192, 204)


def is_video(path: Path, head: bytes) -> bool:
    """Whether ``head``, a file's first bytes, begins a video of a container that is known."""
    if head.startswith(_STARTS):
        return True
    if head[:4] == b"RIFF":
        return head[8:11] == b"AVI"
    if head[:4] == b"OggS":
        return b"theora" in head or path.suffix.lower() == ".ogv"
    return _is_iso(head) or _is_transport_stream(head)


def _is_iso(head: bytes) -> bool:
    """MP4, MOV and their kin: a size, then the name of a box that may come first."""
    name = head[4:8]
    if name == b"ftyp":
        return head[8:12] not in _NOT_MOVING
    return name in (b"moov", b"mdat", b"wide", b"free", b"skip") and b"\0" in head[:4]


def _is_transport_stream(head: bytes) -> bool:
    """A sync byte at the start of each of the first packets."""
    for size in _TS_PACKETS:
        offset = 4 if size == 192 else 0
        places = range(offset, min(len(head), 5 * size), size)
        if len(places) >= 4 and all(head[place] == 0x47 for place in places):
            return True
    return False
