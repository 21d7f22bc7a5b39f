"""A ``.task`` file of the user's (lite, full or heavy) with MediaPipe's Tasks interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rehabkit.errors import ModelError, require
from rehabkit.recording.skeletons import BLAZEPOSE
from rehabkit.vision.estimators.base import ClosesOnExit, Picture, PosePoints
from rehabkit.vision.estimators.mediapipe_solutions import mediapipe_version, to_points
from rehabkit.vision.estimators.quiet import without_chatter


class MediapipeTasks(ClosesOnExit):
    """MediaPipe's PoseLandmarker in video mode, one person.

    Parameters
    ----------
    path
        A pose landmarker's ``.task`` file. RehabKit brings none and fetches none.

    Raises
    ------
    MissingExtra
        Where MediaPipe is not installed.
    ModelError
        Where the file is no pose landmarker, or this MediaPipe cannot open it.
    """

    skeleton = BLAZEPOSE
    has_world = True

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        with without_chatter():
            self._mediapipe: Any = require(
                "mediapipe", purpose=f"Opening {self._path.name}", extra="video"
            )
            self._vision: Any = require(
                "mediapipe.tasks.python.vision", purpose="Opening a .task file", extra="video"
            )
        self.name = f"MediaPipe {mediapipe_version()} {self._path.name}"
        self._landmarker = self._open()
        self._last_ms = -1

    def _open(self) -> Any:
        base: Any = require(
            "mediapipe.tasks.python", purpose="Opening a .task file", extra="video"
        ).BaseOptions
        try:
            # From memory: the library itself resolves paths against places of its own.
            options = self._vision.PoseLandmarkerOptions(
                base_options=base(model_asset_buffer=self._path.read_bytes()),
                running_mode=self._vision.RunningMode.VIDEO,
                num_poses=1,
            )
            with without_chatter():
                return self._vision.PoseLandmarker.create_from_options(options)
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"{self._path}: expected a pose landmarker's .task file that MediaPipe "
                f"{mediapipe_version()} can open, found another kind or a damaged one ({reason})."
            ) from error

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:
        """The most prominent person, or the one followed so far."""
        # The library wants whole milliseconds that increase.
        self._last_ms = max(round(time_s * 1000), self._last_ms + 1)
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb)
        )
        with without_chatter():
            found = self._landmarker.detect_for_video(image, self._last_ms)
        if not found.pose_landmarks or not found.pose_world_landmarks:
            return None
        size = (rgb.shape[1], rgb.shape[0])
        return to_points(found.pose_landmarks[0], found.pose_world_landmarks[0], size)

    def reset(self) -> None:
        """Look for the person anew: the landmarker is opened again."""
        self._landmarker.close()
        self._landmarker = self._open()
        self._last_ms = -1

    def close(self) -> None:
        """End MediaPipe's graph."""
        self._landmarker.close()
