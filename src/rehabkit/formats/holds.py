"""What of a recording each written format keeps, so that nothing is lost unsaid.

``docs/exchange.md`` prints this table, ``rehabkit convert`` what a file leaves out, and a test
holds every writer to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from rehabkit.recording import ExerciseLabel, Recording, Subject, Up


def _any_unseen(recording: Recording) -> bool:
    arrays = (recording.positions, recording.image_points)
    return any(a is not None and bool(np.isnan(a).any()) for a in arrays)


def _uneven(recording: Recording) -> bool:
    """Whether a frame lies more than a fiftieth of a step from its even place."""
    time = recording.time
    even = np.linspace(0, time[-1], len(time))
    return len(time) > 2 and bool(np.abs(time - even).max() > 0.02 * time[-1] / (len(time) - 1))


PARTS: Final[dict[str, Callable[[Recording], bool]]] = {
    "positions": lambda r: r.positions is not None,
    "unseen joints": _any_unseen,
    "orientations": lambda r: r.orientations is not None,
    "confidence": lambda r: r.confidence is not None,
    "image points": lambda r: r.image_points is not None,
    "streams": lambda r: bool(r.streams),
    "events": lambda r: bool(r.events),
    "uneven times": _uneven,
    "start time": lambda r: r.source.start_s != 0,
    "joint names": lambda r: len(r.skeleton) > 0,
    "tree": lambda r: any(parent >= 0 for parent in r.skeleton.parents),
    "up": lambda r: r.up != Up(),
    "subject": lambda r: r.subject != Subject(),
    "exercise": lambda r: r.exercise != ExerciseLabel(),
    "history": lambda r: bool(r.history),
}
"""Part -> whether a recording has it."""

ALL: Final = tuple(PARTS)

HOLDS: Final[dict[str, tuple[str, ...]]] = {
    "csv": tuple(part for part in ALL if part != "streams"),
    "parquet": ALL,
    "mediapipe": ("positions", "unseen joints", "confidence", "image points", "uneven times",
                  "start time", "joint names", "tree"),
    "trc": ("positions", "unseen joints", "uneven times", "start time", "joint names"),
    "pyskl": ("positions", "unseen joints", "confidence", "image points", "uneven times",
              "start time", "joint names", "tree"),
    "c3d": ("positions", "unseen joints", "orientations", "streams", "events", "start time",
            "joint names"),
    "opensim": ("streams", "uneven times", "start time"),
    "bvh": ("positions", "orientations", "joint names", "tree"),
    "finerehab": ("positions", "unseen joints", "orientations", "uneven times", "start time",
                  "joint names", "tree", "up"),
    "bids-motion": tuple(part for part in ALL if part != "image points"),
}  # fmt: skip
"""Format that is written -> the parts that come back when its file is read."""


ONE_KIND: Final = ("pyskl",)
"""Formats that hold points in space or in a picture, not both."""


def left_out(recording: Recording, name: str) -> tuple[str, ...]:
    """The parts of ``recording`` that a file of the format ``name`` does not hold."""
    held = set(HOLDS.get(name, ()))
    if name in ONE_KIND and recording.positions is not None:
        held.discard("image points")
    return tuple(part for part, has in PARTS.items() if part not in held and has(recording))
