"""Which way is up, from the body: sensors are tilted, and their own axis is not the vertical.

How well upright standing tells it, as ankles-to-chest direction against the sensor's axis: twenty
UTKinect recordings of ten people before one sensor agree within 0.8 deg (one standard deviation)
on 8.8 deg; KIMORE's five exercises of a person within 1.4 deg, while its sessions lie between -15
and 8 deg; UI-PRMD's levelled skeletons lean 2.1 deg forward. Expect an error of about 2 deg.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import SIDES, Recording, Up
from rehabkit.recording.arrays import Bool, Float

LEAST_UPRIGHT_S: Final = 0.5
"""Standing straight must be seen for this long, s."""
STRAIGHT: Final = 0.985
"""Ankles to chest over ankles to knees to hips to chest: 1 is a straight line."""
SPREAD_DEG: Final = 4.0
"""Largest median deviation of the upright frames from their common direction, deg."""
LEAST_TILT_DEG: Final = 4.0
"""A smaller tilt forward or back lies within the ways people stand, deg."""
LEAST_ROLL_DEG: Final = 8.0
"""A smaller tilt to the side is taken for weight on one leg: sensors seldom roll, deg."""
MOST_TILT_DEG: Final = 35.0
"""A larger one is not a tilted sensor but a person lying or leaning, deg."""


def body_up(recording: Recording) -> tuple[NDArray[np.float64], Bool] | None:
    """The direction from ankles to chest while the person stands straight.

    Returns
    -------
    tuple or None
        (3,) unit vector and (frames,) True where the person stood straight; None where that was
        not seen long or steadily enough (seated, legs not seen, another camera angle).
    """
    if recording.positions is None:
        return None
    ankle, knee, hip = (_pair(recording, j) for j in ("ankle", "knee", "hip"))
    chest = recording.joint("chest").astype(np.float64)
    line = chest - ankle
    whole = _length(knee - ankle) + _length(hip - knee) + _length(chest - hip)
    with np.errstate(invalid="ignore", divide="ignore"):
        straight: Bool = np.asarray(_length(line) / whole > STRAIGHT)
    straight &= _both_legs_straight(recording)
    if straight.sum() * _step(recording) < LEAST_UPRIGHT_S:
        return None
    units = line[straight] / _length(line[straight])[:, None]
    mean = np.median(units, axis=0)
    mean /= np.linalg.norm(mean)
    off = np.degrees(np.arccos(np.clip(units @ mean, -1.0, 1.0)))
    return (mean, straight) if np.median(off) <= SPREAD_DEG else None


def without_small_roll(recording: Recording, direction: Float) -> NDArray[np.float64]:
    """``direction`` without its sideways part, where that is small and the view axis is known."""
    up = np.asarray(recording.up.vector)
    if recording.source.view_axis is None:
        return np.asarray(direction)
    across = np.cross(np.asarray(recording.source.view_axis), up)
    length = float(np.linalg.norm(across))
    if length < 0.1:  # the sensor looks along the vertical
        return np.asarray(direction)
    across = across / length
    if abs(np.degrees(np.arctan2(direction @ across, direction @ up))) >= LEAST_ROLL_DEG:
        return np.asarray(direction)
    level = direction - (direction @ across) * across
    return np.asarray(level / np.linalg.norm(level))


def tilt_deg(up: Float, direction: Float) -> float:
    """Angle between two unit vectors, deg."""
    return float(np.degrees(np.arccos(np.clip(np.dot(up, direction), -1.0, 1.0))))


def is_measured(up: Up) -> bool:
    """Whether ``up`` was measured: a sensor's own axis taken for the vertical was not."""
    on_axis = max(abs(v) for v in up.vector) > 1 - 1e-9
    return up.known_by in ("floor", "body") or (up.known_by == "sensor" and not on_axis)


def _pair(recording: Recording, joint: str) -> NDArray[np.float64]:
    """(frames, 3): middle between left and right."""
    left, right = (recording.joint(f"{joint}_{side}").astype(np.float64) for side in SIDES)
    return (left + right) / 2


def _both_legs_straight(recording: Recording) -> Bool:
    out = np.ones(len(recording), dtype=bool)
    for side in SIDES:
        hip, knee, ankle = (
            recording.joint(f"{j}_{side}").astype(np.float64) for j in ("hip", "knee", "ankle")
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = _length(hip - ankle) / (_length(hip - knee) + _length(knee - ankle))
            out &= ratio > STRAIGHT
    return out


def _length(vectors: Float) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(vectors, axis=-1))


def _step(recording: Recording) -> float:
    return 1.0 / recording.rate_hz if recording.rate_hz else 0.0
