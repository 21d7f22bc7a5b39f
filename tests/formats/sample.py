"""``Sample``: a way to write a tiny file of one format, and where all of them are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

FRAMES = 12


@dataclass(frozen=True)
class Sample:
    """A way to write one format: ``make(folder)`` gives the path to read.

    ``holds`` says what the contract may ask of it: a whole body in space that faces the sensor
    (``"body"``), one in a picture (``"image"``), part of a body or markers in space
    (``"points"``), or signals alone (``"streams"``). ``named`` formats are told by their name
    only, ``hashed`` names the file whose hash the source states where the path is a folder.
    """

    format: str
    make: Callable[[Path], Path]
    frames: int = FRAMES
    holds: Literal["body", "image", "points", "streams"] = "body"
    named: bool = False
    hashed: str = "Raw/JointPosition*"


def further() -> dict[str, Sample]:
    """The samples of every ``samples_<family>.py`` beside this file."""
    found: dict[str, Sample] = {}
    for path in sorted(Path(__file__).parent.glob("samples_*.py")):
        family: dict[str, Sample] = import_module(f"tests.formats.{path.stem}").SAMPLES
        twice = found.keys() & family.keys()
        assert not twice, f"named twice: {twice}"
        found |= family
    return found
