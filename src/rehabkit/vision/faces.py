"""Faces made unrecognisable: the followed person's by key points, and every face found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Skeleton
from rehabkit.recording.arrays import Float

Picture = NDArray[np.uint8]

_FACE: Final = ("nose", "eye", "ear", "mouth")
# A head reaches further than the points of its face, which lie close together in profile.
_BEYOND_POINTS: Final = 1.8
_OF_SHOULDERS: Final = 0.45
_OF_TRUNK: Final = 0.3
# Blocks across a blurred head, and across a picture in which nobody was found.
_BLOCKS: Final = 5
_BLOCKS_PICTURE: Final = 24

Circle = tuple[float, float, float]
"""x, y and radius, px."""


class FaceBlur:
    """Blurs the head of the followed person in each picture, and other heads that it is told of.

    A picture in which nobody was found is blurred as a whole: where the face is, is not known.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        self._face = [i for i, j in enumerate(skeleton.joints) if any(p in j for p in _FACE)]
        sides = ("left", "right")
        self._shoulders = _indices(skeleton, [f"shoulder_{s}" for s in sides])
        self._hips = _indices(skeleton, [f"hip_{s}" for s in sides])

    def head(self, points: Float | None) -> Circle | None:
        """The circle around the head by (joints, 2) image points; None where it is not known."""
        if points is None or not self._face:
            return None
        face = points[self._face]
        face = face[np.isfinite(face).all(axis=1)]
        if len(face) == 0:
            return None
        centre = face.mean(axis=0)
        spread = float(np.linalg.norm(face - centre, axis=1).max())
        radius = max(_BEYOND_POINTS * spread, *self._by_body(points), 1.0)
        return float(centre[0]), float(centre[1]), radius

    def _by_body(self, points: Float) -> tuple[float, float]:
        """Radii of a head by the shoulders' width and the trunk's length; 0 where not seen."""
        if len(self._shoulders) < 2 or len(self._hips) < 2:
            return 0.0, 0.0
        shoulders, hips = points[self._shoulders], points[self._hips]
        width = float(np.linalg.norm(shoulders[0] - shoulders[1]))
        trunk = float(np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0)))
        radii = np.nan_to_num([_OF_SHOULDERS * width, _OF_TRUNK * trunk])
        return float(radii[0]), float(radii[1])

    def apply(self, rgb: Picture, points: Float | None, others: Sequence[Circle] = ()) -> Picture:
        """A copy of the picture with the head and other circles, or all of it, blurred."""
        circle = self.head(points)
        if circle is None:
            return blocks(rgb, _BLOCKS_PICTURE)
        out = rgb.copy()
        for one in (circle, *others):
            _blur(out, one)
        return out


def _blur(picture: Picture, circle: Circle) -> None:
    """Blur what lies in the circle, in place."""
    x, y, radius = circle
    top, bottom = _within(y - radius, y + radius, picture.shape[0])
    left, right = _within(x - radius, x + radius, picture.shape[1])
    if top >= bottom or left >= right:
        return
    part = picture[top:bottom, left:right]
    inside = np.hypot(*np.ogrid[top - y : bottom - y, left - x : right - x]) <= radius
    part[inside] = blocks(part, _BLOCKS)[inside]


def blocks(rgb: Picture, across: int) -> Picture:
    """The picture averaged over about ``across`` blocks along its shorter side."""
    import cv2

    height, width = rgb.shape[:2]
    scale = across / max(1, min(height, width))
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    averaged = cv2.resize(np.ascontiguousarray(rgb), small, interpolation=cv2.INTER_AREA)
    full: Any = cv2.resize(averaged, (width, height), interpolation=cv2.INTER_LINEAR)
    out: Picture = full
    return out


def _indices(skeleton: Skeleton, canonical: list[str]) -> list[int]:
    return [skeleton.index(skeleton.canonical[j][0]) for j in canonical if j in skeleton.canonical]


def _within(low: float, high: float, size: int) -> tuple[int, int]:
    return max(0, int(np.floor(low))), min(size, int(np.ceil(high)) + 1)
