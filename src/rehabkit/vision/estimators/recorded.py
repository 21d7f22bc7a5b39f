"""Recorded points in place of a network: for tests, benchmarks, and points found elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.errors import ModelError
from rehabkit.recording import Recording
from rehabkit.vision.estimators.base import ClosesOnExit, Picture, PosePoints

_TOLERANCE_S: Final = 0.1


class RecordedPoints(ClosesOnExit):
    """Gives the points of a recording at the time of each picture.

    Parameters
    ----------
    recording
        Has image points; positions are given as world points where it has them.
    repeat
        Begin anew when the recording is through; else nobody is found from there on.

    Raises
    ------
    ModelError
        Where the recording has no image points.
    """

    def __init__(self, recording: Recording, *, repeat: bool = False) -> None:
        if recording.image_points is None:
            raise ModelError(
                "Recorded points stand for a network that looks at pictures: expected a "
                "recording with image_points, found none."
            )
        self._image = recording.image_points
        self._world = recording.positions
        known = np.isfinite(self._image).all(axis=-1)
        self._confidence = np.asarray(
            known if recording.confidence is None else recording.confidence, dtype=np.float32
        )
        self._time, self._repeat = recording.time, repeat
        step = float(np.median(np.diff(self._time))) if len(recording) > 1 else 1.0
        self._period = recording.duration_s + step
        self.name = "recorded points"
        self.skeleton = recording.skeleton
        self.has_world = self._world is not None

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:  # noqa: ARG002
        """The recording's frame at that time."""
        if self._repeat:
            time_s %= self._period
        frame = self._frame(time_s)
        if abs(float(self._time[frame]) - time_s) > _TOLERANCE_S:
            return None
        image = np.asarray(self._image[frame], dtype=np.float32)
        if np.isnan(image).all():
            return None
        world = None
        if self._world is not None:
            world = np.asarray(self._world[frame], dtype=np.float32)
        return PosePoints(image, self._confidence[frame], world)

    def _frame(self, time_s: float) -> int:
        """The frame nearest in time."""
        after = int(np.searchsorted(self._time, time_s).clip(0, len(self._time) - 1))
        before = max(after - 1, 0)
        nearer = time_s - self._time[before] <= self._time[after] - time_s
        return before if nearer else after
