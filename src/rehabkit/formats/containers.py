"""Video files, told by the first bytes of their containers: no video package is needed for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SUFFIXES: Final = (
    ".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".wmv", ".flv", ".mpg", ".mpeg", ".ts",
    ".mts", ".m2ts", ".3gp", ".ogv",
)  # fmt: skip
_STARTS: Final = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF: WMV
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG video
)
# ISO base media and QuickTime: the kind of the first box follows its length.
_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_STILL_BRANDS: Final = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"crx ")
# The element Title with its length, and the codec of the track IMU (Azure Kinect Sensor SDK).
_AZURE: Final = re.compile(rb"\x7b\xa9.{1,8}?Azure Kinect|S_K4A/IMU", re.DOTALL)
_PACKET: Final = 188  # of an MPEG transport stream; each begins with 0x47


def identify(path: Path, head: bytes) -> bool:
    """A container's signature. A suffix alone is not enough: the file may be cut off or empty."""
    if path.is_dir():
        return False
    return (
        head.startswith(_STARTS)
        or (head.startswith(b"RIFF") and head[8:12] == b"AVI ")
        or (head[4:8] in _BOXES and head[8:12] not in _STILL_BRANDS)
        or _is_transport_stream(head)
    )


def is_azure(head: bytes) -> bool:
    """Whether a Matroska file is an Azure Kinect's: its title, or its track of inertial samples."""
    return head.startswith(_STARTS[0]) and bool(_AZURE.search(head))


def _is_transport_stream(head: bytes) -> bool:
    """Four packets in a row; text may have a G there too, but holds no zero byte."""
    marks = head[: 4 * _PACKET : _PACKET]
    return len(marks) == 4 and set(marks) == {0x47} and b"\0" in head
