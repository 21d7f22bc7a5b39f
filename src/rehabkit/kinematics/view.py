"""From where the sensor saw the body, and whether the person stood, sat or lay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rehabkit.geometry.vectors import Array, angle_between, reject, signed_angle, unit
from rehabkit.kinematics.frames import MIN_LEVEL, Points
from rehabkit.recording.joints import SIDES

Facing = Literal["front", "oblique", "side-left", "side-right", "back", "unknown"]
Posture = Literal["standing", "sitting", "lying", "unknown"]

FRONT_DEG, SIDE_DEG = 30.0, 60.0
LYING_DEG = 60.0
SEATED_KNEE_DEG, SEATED_THIGH_DEG = 50.0, 55.0


@dataclass(frozen=True)
class View:
    """How the sensor saw the body, over the whole recording.

    Parameters
    ----------
    facing
        ``side-left``: the sensor saw the person's left side. ``oblique`` lies between 30 and 60
        deg from front or back.
    azimuth_deg
        Turn of the body to its own right, away from facing the sensor; None where unknown.
    posture
        Sitting where the thighs are level and the knees bent at rest as well.
    """

    facing: Facing
    azimuth_deg: float | None
    posture: Posture


def view_of(points: Points) -> View:
    """The view of a recording, from its ``source.view_axis`` and the body's heading."""
    azimuth = _azimuth(points)
    return View(_facing(azimuth), azimuth, _posture(points))


def _azimuth(points: Points) -> float | None:
    """Median heading of hips and shoulders together, against the way to the sensor (deg)."""
    axis = points.recording.source.view_axis
    if axis is None:
        return None
    up = points.vertical
    to_sensor = unit(reject(-np.asarray(axis, dtype=np.float64), up), min_length=MIN_LEVEL)
    right = reject(points.hip_line + points.shoulder_line, up)
    seen = np.isfinite(right).all(axis=1)
    if not seen.any() or not np.isfinite(to_sensor).all():
        return None
    forward = np.cross(up, np.median(unit(right[seen]), axis=0))
    if not np.linalg.norm(forward) > 1e-6:
        return None
    return float(-signed_angle(to_sensor, unit(forward), up))


def _facing(azimuth: float | None) -> Facing:
    if azimuth is None:
        return "unknown"
    away = abs(azimuth)
    if away < FRONT_DEG:
        return "front"
    if away > 180 - FRONT_DEG:
        return "back"
    if away < SIDE_DEG or away > 180 - SIDE_DEG:
        return "oblique"
    return "side-left" if azimuth > 0 else "side-right"


def _posture(points: Points) -> Posture:
    up = np.broadcast_to(points.vertical, points.trunk_axis.shape)
    trunk = angle_between(points.trunk_axis, up)
    if not np.isfinite(trunk).any():
        return "unknown"
    if np.nanmedian(trunk) > LYING_DEG:
        return "lying"
    thighs, knees = [], []
    for side in SIDES:
        thigh = points.bone(f"hip_{side}", f"knee_{side}")
        thighs.append(angle_between(thigh, -up))
        knees.append(angle_between(thigh, points.bone(f"knee_{side}", f"ankle_{side}")))
    seated = _usual(thighs) > SEATED_THIGH_DEG and _usual(knees) > SEATED_KNEE_DEG
    return "sitting" if seated else "standing"


def _usual(values: list[Array]) -> float:
    """The value that most frames reach: a lower quartile, so a deep squat is no sitting."""
    seen = np.concatenate(values)
    seen = seen[np.isfinite(seen)]
    return float(np.percentile(seen, 25)) if len(seen) else 0.0
