"""A scalar that two sensors both saw, to find the lag between their clocks by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rehabkit.errors import RecordingError, RehabkitError, SkeletonError, choices
from rehabkit.kinematics.angles import compute
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import CANONICAL, Recording
from rehabkit.recording.arrays import Float
from rehabkit.signals.lag import Lag, find_lag
from rehabkit.signals.steps import unmirror

Scalar = Callable[[Recording], Float]
LEAST_SEEN: Final = 0.7
"""Share of frames in which a signal must be seen by both."""
LEAST_MOVED_DEG: Final = 15.0
MOST_TRIED: Final = 8
AGREE_S: Final = 0.1
"""Lags nearer than this to each other agree."""


@dataclass(frozen=True)
class CommonSignal:
    """A signal by name, and how each of the two recordings gives it: (frames,) values.

    ``agreeing`` of ``others`` signals that moved too give the same lag; no others where it was
    named.
    """

    name: str
    of_a: Scalar
    of_b: Scalar
    agreeing: int = 0
    others: int = 0


def common_signal(
    a: Recording, b: Recording, name: str | None = None, **search: Any
) -> CommonSignal:
    """The named signal, or the angle whose lag most others confirm.

    Angles do not depend on where a sensor stands, nor on its frame. Of the eight that move most in
    both, each is asked for its lag: a sensor that lost one arm has others that agree. Sides are the
    person's own, also of a mirrored picture.

    Parameters
    ----------
    name
        An angle (``knee_flexion_left``), a canonical joint (its height along up), or a point that
        both skeletons have; ``"hand_right=right_hand"`` names a point of each.
    search
        As :func:`~rehabkit.signals.lag.find_lag` takes it.

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
        if not both:
            raise RehabkitError(
                "Expected an angle that both recordings see and that moves by 15 deg, found none. "
                "Name a signal, or synchronise by stamps, start or span."
            )
        return _confirmed(of_a, of_b, sorted(both, key=lambda n: -_moved(of_a, of_b, n)), search)
    if name in of_a.angles and name in of_b.angles:
        return _angle(of_a, of_b, name)
    raise RehabkitError(
        f"No signal is called {name!r} in both recordings; angles that move in both: "
        f"{choices(both) or 'none'}."
    )


def _angle(
    a: Kinematics, b: Kinematics, name: str, agreeing: int = 0, others: int = 0
) -> CommonSignal:
    return CommonSignal(
        name, lambda _: a[name].values, lambda _: b[name].values, agreeing, others
    )  # fmt: skip


def _confirmed(
    a: Kinematics, b: Kinematics, names: list[str], search: dict[str, Any]
) -> CommonSignal:
    """The angle whose lag most others give too; among equals one whose speeds agree best."""
    tried = names[:MOST_TRIED]
    lags: dict[str, Lag] = {}
    for name in tried:
        try:
            lags[name] = find_lag(a.time, a[name].values, b.time, b[name].values, **search)
        except RecordingError:
            continue
    if not lags:  # the caller's own search says why
        return _angle(a, b, tried[0])
    middle = float(b.time[-1]) / 2
    at = {name: lag.offset_s + lag.rate_ratio * middle for name, lag in lags.items()}
    votes = {name: sum(abs(at[name] - other) <= AGREE_S for other in at.values()) for name in at}
    best = max(lags, key=lambda n: (votes[n], not lags[n].doubts, lags[n].speed_correlation))
    return _angle(a, b, best, votes[best] - 1, len(tried) - 1)


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
    return CommonSignal(
        f"heights of {names[0]} and {names[1]}", _height(names[0]), _height(names[1])
    )


def _height(name: str) -> Scalar:
    def height(recording: Recording) -> Float:
        own = _own_sides(recording) if name in CANONICAL else recording
        if own.positions is not None:
            return np.asarray(own.joint(name) @ np.array(own.up.vector), dtype=np.float64)
        if own.image_points is not None:  # pixels count downwards
            return np.asarray(-own.image_points[:, own.skeleton.index(name), 1], dtype=np.float64)
        raise RecordingError(f"The height of {name} needs positions or image points; found none.")

    return height


def _angles(recording: Recording) -> Kinematics:
    try:
        return compute(_own_sides(recording))
    except SkeletonError as error:
        raise SkeletonError(
            f"{error} To synchronise by the height of a point, name it, or one of each recording: "
            "hand_right=right_hand."
        ) from error


def _own_sides(recording: Recording) -> Recording:
    """Canonical joints, left and right the person's own where a picture is known to be mirrored."""
    canonical = recording.canonical()
    return unmirror(canonical) if canonical.mirrored == "yes" else canonical


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
