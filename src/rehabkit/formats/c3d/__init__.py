"""C3D: points, analog signals, events and poses of a motion laboratory (https://www.c3d.org).

Read through ezc3d in a guarded child process, because damaged files make it crash or ask for all
the memory there is.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

from rehabkit import guard
from rehabkit.errors import FormatError
from rehabkit.formats.c3d.convert import Options, to_recording
from rehabkit.formats.c3d.writing import write
from rehabkit.formats.files import read_bytes, sha256
from rehabkit.recording import Recording

__all__ = ["identify", "read", "write"]

_MAGIC: Final = 0x50
_BLOCK: Final = 512
_PROCESSORS: Final = {84: "Intel", 85: "DEC", 86: "MIPS (SGI)"}
_MIPS: Final = 86
_DEC: Final = 85
_SIGN: Final = 0x8000
# Ordinary files take a tenth of a second; one that takes longer, or more, is damaged.
_TIMEOUT_S: Final = 3.0
_S_PER_BYTE: Final = 1e-7
_MEMORY: Final = 1 << 30
_MEMORY_PER_BYTE: Final = 40


def identify(path: Path, head: bytes) -> bool:
    """A header of 512 bytes with C3D's key, and a processor where it says the parameters are."""
    if len(head) < _BLOCK or head[1] != _MAGIC or head[0] == 0:
        return False
    place = (head[0] - 1) * _BLOCK + 3
    if place < len(head):
        return head[place] in _PROCESSORS
    return path.suffix.lower() == ".c3d"


def read(
    path: Path,
    *,
    subject: str | None = None,
    markers: str | Path | None = None,
    unit: str | None = None,
    up: str | None = None,
) -> Recording:
    """The points, signals, events and poses of a C3D file.

    Parameters
    ----------
    subject
        Whose points, where labels have prefixes (``"Anna:LASI"``) of several people.
    markers
        A ``markers.toml`` that says which joint centres the markers have.
    unit
        ``"m"``, ``"cm"`` or ``"mm"`` where POINT:UNITS is wrong or missing.
    up
        ``"x"``, ``"-y"``, ...: the axis against gravity; else told from points and screen axes.

    Raises
    ------
    FormatError
        A damaged file; one of an SGI computer; one of several people where none was chosen.
    """
    content = read_bytes(path)
    if not identify(Path("a.c3d"), content):
        raise FormatError(
            path, expected="a C3D file", found="another one, or one whose header is damaged"
        )
    _refuse_sgi(path, content)
    _refuse_cut_off(path, content)
    guard.call("rehabkit.formats.c3d.parse:ready", path)
    raw = guard.call(
        "rehabkit.formats.c3d.parse:parse",
        path,
        timeout_s=_TIMEOUT_S + _S_PER_BYTE * len(content),
        memory_bytes=guard.MEMORY_BYTES if len(content) > _MEMORY // _MEMORY_PER_BYTE else _MEMORY,
    )
    options = Options(subject, markers, unit, up)
    return to_recording(path, sha256(content), raw, options)


def _refuse_sgi(path: Path, content: bytes) -> None:
    place = (content[0] - 1) * _BLOCK + 3
    if place < len(content) and content[place] == _MIPS:
        raise FormatError(
            path,
            place=f"byte {place}",
            expected="numbers as an Intel or DEC computer writes them",
            found="a file of a MIPS (SGI) computer",
            fix="Convert it to Intel in the program it came from, or with Mokka or BTK.",
        )


def _refuse_cut_off(path: Path, content: bytes) -> None:
    """The header says how much there must be; ezc3d makes a shorter recording of a shorter file.

    Words of the header (c3d.org, "The header section"): 2 points, 3 analog samples a frame, 4 and 5
    first and last frame, 7 and 8 the scale, negative for reals, 9 the block where data begin.
    Beyond 65535 frames the last one's number saturates, which makes this a lower bound.
    """
    words = struct.unpack_from("<9H", content)
    points, analogs, first, last, start = (words[i] for i in (1, 2, 3, 4, 8))
    place = (content[0] - 1) * _BLOCK + 3
    is_dec = place < len(content) and content[place] == _DEC
    width = 4 if words[6 if is_dec else 7] & _SIGN else 2
    needed = (start - 1) * _BLOCK + max(last - first + 1, 0) * (4 * points + analogs) * width
    if needed > len(content):
        raise FormatError(
            path,
            expected=f"at least {needed} bytes, as the header says",
            found=f"{len(content)}",
            fix="The file was cut off, or its header is damaged; copy or export it again.",
        )
