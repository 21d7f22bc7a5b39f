"""C3D files of SGI (MIPS) computers as Intel ones: every number's bytes the other way round.

ezc3d reads Intel and DEC. Layout: the C3D file format (c3d.org), header, parameters and data.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.errors import FormatError

BLOCK: Final = 512
DEC: Final = 85
MIPS: Final = 86
_INTEL: Final = 84
# Bytes of the header that hold 16-bit words and floats: counts, scale, rate, keys, event times.
_WORDS: Final = (*range(2, 12, 2), 16, 18, *range(294, 304, 2))
_FLOATS: Final = (12, 20, *range(304, 376, 4))
_MOST_PARAMETERS: Final = 10_000


def is_sgi(content: bytes) -> bool:
    """Whether the parameters say that a MIPS computer wrote the file."""
    place = (content[0] - 1) * BLOCK + 3
    return place < len(content) and content[place] == MIPS


def to_intel(path: Path, content: bytes) -> bytes:
    """The same file with the numbers of an Intel computer.

    Raises
    ------
    FormatError
        Where header or parameters do not hold together.
    """
    out = bytearray(content)
    try:
        (scale,) = struct.unpack_from(">f", content, 12)
        (data_block,) = struct.unpack_from(">H", content, 16)
        for place in _WORDS:
            out[place : place + 2] = content[place : place + 2][::-1]
        for place in _FLOATS:
            out[place : place + 4] = content[place : place + 4][::-1]
        start = (content[0] - 1) * BLOCK
        out[start + 3] = _INTEL
        _turn_parameters(content, out, start + 4)
    except (struct.error, IndexError, ValueError) as error:
        raise FormatError(
            path, expected="a C3D file of an SGI computer", found=f"damage ({error})",
            fix="Export the file again, for Intel computers.",
        ) from error  # fmt: skip
    data = max(data_block - 1, 1) * BLOCK
    out[data:] = _turned(content[data:], 2 if scale > 0 else 4)
    return bytes(out)


def _turned(part: bytes, width: int) -> bytes:
    """Numbers of ``width`` bytes turned round; what is left over at the end stays."""
    whole = len(part) - len(part) % width
    return np.frombuffer(part[:whole], f"u{width}").byteswap().tobytes() + part[whole:]


def _turn_parameters(content: bytes, out: bytearray, place: int) -> None:
    """Groups and parameters, each of which says where the next one begins."""
    for _ in range(_MOST_PARAMETERS):
        name, identity = struct.unpack_from(">bb", content, place)
        if name == 0:
            return
        pointer = place + 2 + abs(name)
        step = _step(content, out, pointer)
        if identity > 0:
            _turn_values(content, out, pointer + 2)
        if step == 0:
            return
        place = pointer + step
    raise ValueError("more parameters than any file has")


def _step(content: bytes, out: bytearray, pointer: int) -> int:
    """Bytes from a pointer to the next entry, turned round in ``out``.

    The last entry of real files has its pointer in Intel's order already: big-endian it leads out
    of the section of parameters.
    """
    start = (content[0] - 1) * BLOCK
    end = start + max(content[start + 2], 1) * BLOCK
    (big,) = struct.unpack_from(">H", content, pointer)
    (little,) = struct.unpack_from("<H", content, pointer)
    if pointer + big > end >= pointer + little:
        return int(little)
    out[pointer : pointer + 2] = content[pointer : pointer + 2][::-1]
    return int(big)


def _turn_values(content: bytes, out: bytearray, place: int) -> None:
    """The values of one parameter: type, dimensions, numbers."""
    (kind,) = struct.unpack_from(">b", content, place)
    count = content[place + 1]
    first = place + 2 + count
    values = 1
    for size in content[place + 2 : first]:
        values *= size
    length = values * abs(kind)
    if first + length > len(content):
        raise ValueError("a parameter is longer than the file")
    if kind in (2, 4):
        out[first : first + length] = _turned(content[first : first + length], kind)
