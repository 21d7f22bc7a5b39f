"""C3D: points, analog signals, events and poses of a motion laboratory (https://www.c3d.org).

Read through ezc3d in a guarded child process, because damaged files make it crash or ask for all
the memory there is.
"""

from __future__ import annotations

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
# Ordinary files take a tenth of a second; one that takes longer, or more, is damaged.
_TIMEOUT_S: Final = 4.5
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
