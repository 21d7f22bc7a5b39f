"""C3D: points, analog signals, events and poses of a motion laboratory (https://www.c3d.org).

Read through ezc3d in a guarded child process, because damaged files make it crash or ask for all
the memory there is.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from typing import Any, Final

from rehabkit import guard
from rehabkit.errors import FormatError
from rehabkit.formats.c3d.convert import Options, to_recording
from rehabkit.formats.c3d.sgi import DEC, MIPS, is_sgi, to_intel
from rehabkit.formats.c3d.writing import write
from rehabkit.formats.files import read_bytes, sha256
from rehabkit.recording import Recording

__all__ = ["identify", "read", "write"]

_MAGIC: Final = 0x50
_BLOCK: Final = 512
_PROCESSORS: Final = {84: "Intel", 85: "DEC", 86: "MIPS (SGI)"}
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
        A damaged file, or one of several people where none was chosen.
    """
    content = read_bytes(path)
    if not identify(Path("a.c3d"), content):
        raise FormatError(
            path, expected="a C3D file", found="another one, or one whose header is damaged"
        )
    _refuse_cut(path, content)
    raw = _parsed_sgi(path, content) if is_sgi(content) else _parsed(path, len(content))
    options = Options(subject, markers, unit, up)
    return to_recording(path, sha256(content), raw, options)


def _refuse_cut(path: Path, content: bytes) -> None:
    """Refuse a file that ends before the frames that its header counts: ezc3d reads on in nothing.

    Counts are 16-bit words; a scale below 0 says that values are floats of four bytes.
    """
    place = (content[0] - 1) * _BLOCK + 3
    processor = content[place] if place < len(content) else 0
    order = ">" if processor == MIPS else "<"
    points, analogs, first, last = struct.unpack_from(f"{order}4H", content, 2)
    (block,) = struct.unpack_from(f"{order}H", content, 16)
    # The sign is in the last byte of a float: the first one of MIPS, the second one of DEC.
    sign = content[{MIPS: 12, DEC: 13}.get(processor, 15)]
    width = 4 if sign & 0x80 else 2
    needed = (max(block, 1) - 1) * _BLOCK + (last - first + 1) * (4 * points + analogs) * width
    if needed > len(content):
        raise FormatError(
            path,
            expected=f"{needed} bytes: {last - first + 1} frames of {points} points",
            found=f"{len(content)} bytes",
            fix="The file was cut off; copy it again.",
        )


def _parsed(path: Path, size: int) -> dict[str, Any]:
    """What the guarded parser finds in a file of ``size`` bytes."""
    guard.call("rehabkit.formats.c3d.parse:ready", path)
    return guard.call(
        "rehabkit.formats.c3d.parse:parse",
        path,
        timeout_s=_TIMEOUT_S + _S_PER_BYTE * size,
        memory_bytes=guard.MEMORY_BYTES if size > _MEMORY // _MEMORY_PER_BYTE else _MEMORY,
    )


def _parsed_sgi(path: Path, content: bytes) -> dict[str, Any]:
    """The same of a file of an SGI computer, by way of an Intel copy that is gone afterwards."""
    intel = to_intel(path, content)
    with tempfile.TemporaryDirectory(prefix="rehabkit-") as folder:
        copy = Path(folder) / "intel.c3d"
        copy.write_bytes(intel)
        try:
            return _parsed(copy, len(intel))
        except FormatError as error:
            raise FormatError(
                path, expected=error.expected, found=error.found, place=error.place, fix=error.fix
            ) from error
