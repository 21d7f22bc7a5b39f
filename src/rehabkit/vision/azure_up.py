"""Which way is up for an Azure Kinect's colour camera, from its accelerometer at rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Step, Up
from rehabkit.vision.azure_tracks import Tracks

GRAVITY: Final = 9.81
MOST_OFF: Final = 0.5
"""m/s^2 between the mean acceleration and gravity; more is no camera at rest."""
MOST_SPREAD_DEG: Final = 5.0
"""Median angle between single samples and their mean; more is a camera that is moved."""


def colour_up(tracks: Tracks) -> tuple[Up | None, Step]:
    """Up in the colour camera's axes (x right, y down, z forward), and how it is known.

    The calibration gives each sensor's rotation R from the depth camera (p_sensor = R p_depth +
    t), so an acceleration ``a`` is ``R_colour R_accelerometer^T a`` in the colour camera's axes.
    At rest an accelerometer shows the push against gravity: up. None where the calibration, the
    samples or rest are missing; then the picture's upright stays assumed.
    """
    colour = rotation(tracks.calibration, "Cameras", "Location", "PV0")
    sensor = rotation(tracks.calibration, "InertialSensors", "SensorType", "Accelerometer")
    samples = tracks.accelerometer
    if colour is None or sensor is None:
        return None, _lack("the file's calibration does not say how the sensor is turned")
    if samples is None or len(samples.values) == 0:
        return None, _lack("the file holds no acceleration")
    mean = samples.values.mean(axis=0)
    length = float(np.linalg.norm(mean))
    if abs(length - GRAVITY) > MOST_OFF:
        return None, _lack(f"the acceleration is {length:.2f} m/s^2 on average: not at rest")
    lengths = np.linalg.norm(samples.values, axis=1)
    cosine = samples.values @ mean / np.maximum(lengths * length, 1e-9)
    spread = float(np.degrees(np.median(np.arccos(np.clip(cosine, -1, 1)))))
    if spread > MOST_SPREAD_DEG:
        return None, _lack(
            f"the camera was moved: the acceleration's direction varies {spread:.0f} deg"
        )
    x, y, z = (float(v) for v in colour @ sensor.T @ (mean / length))
    pitch = float(np.degrees(np.arcsin(np.clip(z, -1, 1))))
    way = "up" if pitch > 0 else "down"
    what = (
        f"from the accelerometer, {len(samples.values)} samples of {length:.2f} m/s^2: the camera "
        f"looks {way} by {abs(pitch):.1f} deg"
    )
    return Up((x, y, z), "sensor"), Step(
        "find up", {"up": (round(x, 4), round(y, 4), round(z, 4))}, what
    )


def _lack(why: str) -> Step:
    return Step("assume camera level", {"up": "-y"}, why)


def rotation(
    calibration: Mapping[str, Any], group: str, key: str, end: str
) -> NDArray[np.float64] | None:
    """(3, 3) from the depth camera to a sensor; None where it is missing or is no rotation."""
    listed = calibration.get(group)
    for sensor in listed if isinstance(listed, list) else ():
        if not isinstance(sensor, dict) or not str(sensor.get(key, "")).endswith(end):
            continue
        place = sensor.get("Rt")
        numbers = place.get("Rotation") if isinstance(place, dict) else None
        if not isinstance(numbers, list) or len(numbers) != 9:
            continue
        if all(isinstance(v, int | float) and abs(v) <= 2 for v in numbers):
            matrix = np.array(numbers, dtype=np.float64).reshape(3, 3)
            is_rotation = np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-3)
            if is_rotation and np.linalg.det(matrix) > 0:
                return matrix
    return None
