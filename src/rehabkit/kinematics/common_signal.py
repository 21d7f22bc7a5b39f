"""A scalar that two sensors both saw, to find the lag between their clocks by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehabkit.errors import RehabkitError, SkeletonError, choices
from rehabkit.kinematics.angles import compute
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import CANONICAL, Recording
from rehabkit.recording.arrays import Float

Scalar = Callable[[Recording], Float]
LEAST_SEEN: Final = 0.7
"""Share of frames in which a signal must be seen by both."""
LEAST_MOVED_DEG: Final = 15.0


@dataclass(frozen=True)
class CommonSignal:
    """A signal by name, and how each of the two recordings gives it: (frames,) values."""

    name: str
    of_a: Scalar
    of_b: Scalar


def common_signal(a: Recording, b: Recording, name: str | None = None) -> CommonSignal:
    """The named signal, or the angle that both see and that moves most in both.

    Angles do not depend on where a sensor stands, nor on its frame.

    Parameters
    ----------
    name
        An angle (``knee_flexion_left``), a canonical joint (its height along up), or a point that
        both skeletons have; ``"hand_right=right_hand"`` names a point of each.

    Raises
    ------
    RehabkitError
        Where a recording lacks the signal, or no angle moves in both.
    """
    if name is not None and "=" in name:
        return _two_points(a, b, name)
    if name is not None and (name in CANONICAL or _has(a, b, name)):
        return CommonSignal(f"height of {name}", _height(name), _height(name))
    of_a, of_b = _angles(a), _angles(b)
    both = [n for n in of_a.angles if n in of_b.angles and _moved(of_a, of_b, n) > 0]
    if name is None:
        chosen = max(both, key=lambda n: _moved(of_a, of_b, n), default=None)
        if chosen is None:
            raise RehabkitError(
                "Expected an angle that both recordings see and that moves by 15 deg, found none. "
                "Name a signal, or synchronise by stamps, start or span."
            )
    elif name in of_a.angles and name in of_b.angles:
        chosen = name
    else:
        raise RehabkitError(
            f"No signal is called {name!r} in both recordings; angles that move in both: "
            f"{choices(both) or 'none'}."
        )
    return CommonSignal(
        chosen, lambda _: of_a[chosen].values, lambda _: of_b[chosen].values
    )  # fmt: skip


def _has(a: Recording, b: Recording, name: str) -> bool:
    return name in a.skeleton.joints and name in b.skeleton.joints


def _two_points(a: Recording, b: Recording, name: str) -> CommonSignal:
    """The heights of two points that sit on the same limb, named ``of_a=of_b``."""
    names = name.split("=", 1)
    for recording, point in zip((a, b), names, strict=True):
        if point not in recording.skeleton.joints and point not in CANONICAL:
            raise RehabkitError(
                f"Expected a point of {recording.skeleton.name!r} or a canonical joint, found "
                f"{point!r}; its points: {choices(recording.skeleton.joints)}."
            )
    return CommonSignal(f"heights of {names[0]} and {names[1]}", *map(_height, names))


def _height(name: str) -> Scalar:
    def height(recording: Recording) -> Float:
        if name in recording.skeleton.joints:
            points = recording.joint(name)
        else:
            points = recording.canonical().joint(name)
        return np.asarray(points @ np.array(recording.up.vector), dtype=np.float64)

    return height


def _angles(recording: Recording) -> Kinematics:
    try:
        return compute(recording)
    except SkeletonError as error:
        raise SkeletonError(
            f"{error} To synchronise by the height of a point, name it, or one of each recording: "
            "hand_right=right_hand."
        ) from error


def _moved(a: Kinematics, b: Kinematics, name: str) -> float:
    """The smaller of both ranges (5 to 95 %), deg; 0 where one does not see the angle well."""
    ranges = []
    for kinematics in (a, b):
        values = kinematics[name].values
        seen = values[np.isfinite(values)]
        if not kinematics[name].measurable or len(seen) < LEAST_SEEN * len(values):
            return 0.0
        ranges.append(float(np.ptp(np.percentile(seen, [5, 95]))))
    return min(ranges) if min(ranges) >= LEAST_MOVED_DEG else 0.0
