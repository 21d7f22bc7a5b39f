"""One of several people, picked by a point or box in the first picture, and followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rehabkit.errors import RehabkitError
from rehabkit.vision.estimators.base import (
    ClosesOnExit,
    Picture,
    PoseEstimator,
    PosePoints,
)

Box = tuple[float, float, float, float]
"""left, top, right, bottom in px."""
Window = tuple[int, int, int, int]
"""The same, as a part of the picture."""

_GREY: Final = 128
# Room around the body for its next step, as a share of the body's larger side.
_ROOM: Final = 0.2
# A body that was lost for one picture may have gone further.
_ROOM_PER_MISS: Final = 0.03
_MAX_MISSES: Final = 15
# Sizes of the windows around a point in which the person is looked for, of the picture's height.
_WINDOWS: Final = (1.2, 0.8, 0.55, 0.4, 0.28)
_SEEN: Final = 0.3
# Room of the window, as a share of the region's larger side, through which a person is looked at
# who is small in the picture; one that would show more of the picture than this shows all of it.
_WINDOW_ROOM: Final = 0.4
_MOST_WINDOW: Final = 0.5


class PickedPerson(ClosesOnExit):
    """An estimator that sees one person only: the rest of the picture is covered.

    The covered picture keeps its size, so an estimator that follows from picture to picture is
    not misled. Somebody small in the picture, whom estimators miss, is looked at through a window
    that stays put until the person comes to its edge; then the estimator starts anew.

    Parameters
    ----------
    inner
        The estimator that is asked.
    person
        ``(x, y)`` or ``(x, y, width, height)`` in the first picture: px, or shares of its width
        and height where all numbers are at most 1.
    """

    def __init__(self, inner: PoseEstimator, person: Sequence[float]) -> None:
        self._person = check_person(person)
        self._inner = inner
        self.name, self.skeleton, self.has_world = inner.name, inner.skeleton, inner.has_world
        self._region: Box | None = None
        self._window: Window | None = None
        self._misses = 0

    def reset(self) -> None:
        """Pick the person anew in the next picture."""
        self._inner.reset()
        self._region, self._window, self._misses = None, None, 0

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:
        """The picked person; None where nobody is found where that person can be."""
        if self._region is None:
            return self._find(rgb, time_s)
        region = grown(self._region, _ROOM + _ROOM_PER_MISS * self._misses)
        points = self._look(rgb, region, time_s)
        if points is None or not _overlap(body_box(points), self._region):
            self._misses = min(self._misses + 1, _MAX_MISSES)
            return None
        self._region, self._misses = body_box(points), 0
        return points

    def _find(self, rgb: Picture, time_s: float) -> PosePoints | None:
        """The person at the place that the user named."""
        height, width = rgb.shape[:2]
        x, y, w, h = _in_pixels(self._person, (width, height))
        windows = [(x, y, x + w, y + h)] if w and h else _around(x, y, height)
        best, highest = None, -np.inf
        for window in windows:
            self._inner.reset()
            self._window = None
            points = self._look(rgb, grown(window, _ROOM if w and h else 0.0), time_s)
            if points is None or not _holds(body_box(points), x + w / 2, y + h / 2):
                continue
            # A window that cuts the body off leaves the estimator unsure.
            sure = float(points.confidence.mean()) - _offset(body_box(points), x + w / 2, y + h / 2)
            if sure > highest:
                best, highest = points, sure
        if best is not None:
            self._region, self._window = body_box(best), None
            self._inner.reset()
        return best

    def _look(self, rgb: Picture, region: Box, time_s: float) -> PosePoints | None:
        """Who is inside the region, in the whole picture's pixels."""
        height, width = rgb.shape[:2]
        inside = _clipped(region, (width, height))
        if self._window is None or not _within(inside, self._window):
            before, self._window = self._window, window_around(inside, (width, height))
            if before is not None and before != self._window:
                self._inner.reset()
        left, top, right, bottom = self._window
        seen = np.ascontiguousarray(covered(rgb, region)[top:bottom, left:right])
        points = self._inner.estimate(seen, time_s)
        if points is None:
            return None
        return replace(points, image=points.image + np.array([left, top], dtype=np.float32))


def check_person(person: Sequence[float]) -> tuple[float, ...]:
    """Two or four finite numbers, none below 0, a box not empty."""
    values = tuple(float(v) for v in person)
    good = len(values) in (2, 4) and all(np.isfinite(values)) and min(values, default=-1) >= 0
    if not good or (len(values) == 4 and min(values[2:]) <= 0):
        raise RehabkitError(
            "Expected person as (x, y) or (x, y, width, height) in px or in shares of the picture, "
            f"found {tuple(person)}."
        )
    return values


def body_box(points: PosePoints) -> Box:
    """The box around the points that are seen; around all where hardly any is."""
    seen = points.image[points.confidence >= _SEEN]
    at = seen if len(seen) >= 4 else points.image
    (left, top), (right, bottom) = at.min(axis=0), at.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def grown(box: Box, share: float) -> Box:
    """The box with room on every side, as a share of its larger side."""
    left, top, right, bottom = box
    room = share * max(right - left, bottom - top)
    return left - room, top - room, right + room, bottom + room


def covered(rgb: Picture, box: Box) -> Picture:
    """A grey picture of the same size that shows ``rgb`` inside the box only."""
    height, width = rgb.shape[:2]
    left, right = (int(np.clip(v, 0, width)) for v in (box[0], box[2]))
    top, bottom = (int(np.clip(v, 0, height)) for v in (box[1], box[3]))
    out = np.full_like(rgb, _GREY)
    out[top:bottom, left:right] = rgb[top:bottom, left:right]
    return out


def window_around(box: Box, size: tuple[int, int]) -> Window:
    """A part of the picture with room around the box; all of it where that is much of it."""
    left, top, right, bottom = _clipped(grown(box, _WINDOW_ROOM), size)
    if (right - left) * (bottom - top) > _MOST_WINDOW * size[0] * size[1]:
        return 0, 0, *size
    return int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom))


def _clipped(box: Box, size: tuple[int, int]) -> Box:
    left, right = (float(np.clip(v, 0, size[0])) for v in (box[0], box[2]))
    top, bottom = (float(np.clip(v, 0, size[1])) for v in (box[1], box[3]))
    return left, top, right, bottom


def _within(box: Box, window: Window) -> bool:
    low = box[0] >= window[0] and box[1] >= window[1]
    return low and box[2] <= window[2] and box[3] <= window[3]


def _in_pixels(
    person: tuple[float, ...], size: tuple[int, int]
) -> tuple[float, float, float, float]:
    scale = size if max(person) <= 1 else (1, 1)
    x, y, *extent = person
    w, h = extent or (0.0, 0.0)
    x, y, w, h = x * scale[0], y * scale[1], w * scale[0], h * scale[1]
    if x >= size[0] or y >= size[1]:
        raise RehabkitError(
            f"Expected person inside the picture of {size[0]} x {size[1]} px, found ({x:g}, {y:g})."
        )
    return x, y, w, h


def _around(x: float, y: float, height: int) -> list[Box]:
    halves = [share * height / 2 for share in _WINDOWS]
    return [(x - half, y - half, x + half, y + half) for half in halves]


def _holds(box: Box, x: float, y: float) -> bool:
    left, top, right, bottom = grown(box, 0.1)
    return left <= x <= right and top <= y <= bottom


def _offset(box: Box, x: float, y: float) -> float:
    """How far off the body's middle a place is, in body sizes."""
    left, top, right, bottom = box
    size = max(right - left, bottom - top, 1.0)
    return float(np.hypot(x - (left + right) / 2, y - (top + bottom) / 2) / size)


def _overlap(box: Box, other: Box) -> bool:
    """Whether two boxes share at least a quarter of the smaller one."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    areas = [max((b[2] - b[0]) * (b[3] - b[1]), 1.0) for b in (box, other)]
    return width > 0 and height > 0 and width * height >= 0.25 * min(areas)
