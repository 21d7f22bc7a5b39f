"""A container is looked through in a guarded child before it is opened in this process.

What separates a file into its packets is old C code that damage can crash or hang; it costs a
fraction of a second to let that happen elsewhere. What the file is wrong in otherwise is said by
the reader itself, with the place.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Final

from rehabkit import guard
from rehabkit.errors import require

_TIMEOUT_S: Final = 10.0
_BYTES_PER_S: Final = 20e6  # a slow network drive
MOST_BYTES: Final = 1 << 28
"""No more of a file is looked through: damage that crashes mostly lies in the header."""


def check(path: Path) -> None:
    """Refuse a container that ends the parser, or on which it never ends.

    Raises
    ------
    FormatError
        Where the child died, took too long or too much memory.
    MissingExtra
        Where PyAV is not installed.
    """
    require("av", purpose="Reading a video", extra="video")
    if not path.is_file():
        return
    guard.call("rehabkit.vision.probe:ready", path)
    size = min(path.stat().st_size, MOST_BYTES)
    guard.call("rehabkit.vision.probe:look", path, timeout_s=_TIMEOUT_S + size / _BYTES_PER_S)


def ready(path: Path) -> dict[str, Any]:
    """Loads the library: how long that takes is not the file's fault."""
    require("av", purpose=f"Reading {path.name}", extra="video")
    return {}


def look(path: Path) -> dict[str, Any]:
    """Runs in the child: takes the file apart, decodes nothing; errors are the reader's to say."""
    av: Any = require("av", purpose=f"Reading {path.name}", extra="video")
    read = 0
    with contextlib.suppress(av.FFmpegError, OSError, ValueError), av.open(str(path)) as container:
        for packet in container.demux():
            read += packet.size
            if read > MOST_BYTES:
                break
    return {}
