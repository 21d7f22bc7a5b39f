"""Cuts in a film, from how much its picture changes, on thumbnails."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.vision.takes import Rows

THUMB: Final = (64, 36)
"""Width and height of a thumbnail, px."""

# A cut changes the picture at least so much (mean over the thumbnail, of 255) ...
_MIN_CHANGE: Final = 4.0
# ... and so many times more than any of its neighbours does.
_TIMES_NEIGHBOURS: Final = 3.0
_NEIGHBOURS_S: Final = 0.25
# Brightness may change by such factors when a camera sets its exposure anew.
_EXPOSURE: Final = (0.5, 2.0)


def thumbnail(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(36, 64) uint8: the picture's green channel, small."""
    import cv2

    step = max(1, min(rgb.shape[0], rgb.shape[1]) // 144)
    small: NDArray[Any] = cv2.resize(
        np.ascontiguousarray(rgb[::step, ::step, 1]), THUMB, interpolation=cv2.INTER_AREA
    )
    return small.astype(np.uint8, copy=False)


class CutWatcher:
    """Sees every picture's thumbnail once, in order; says afterwards where the film was cut."""

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None
        self._change = Rows((), np.float32)

    def see(self, thumb: NDArray[np.uint8]) -> None:
        """The next picture's thumbnail."""
        now = thumb.astype(np.float32)
        now -= now.mean()
        self._change.append(0.0 if self._last is None else change_between(self._last, now))
        self._last = now

    def changes(self) -> NDArray[np.float32]:
        """(frames,) mean change of the thumbnail against the picture before, of 255."""
        return self._change.array()


def change_between(before: NDArray[np.float32], now: NDArray[np.float32]) -> float:
    """Mean difference of two thumbnails of mean 0, brighter or darker exposure set aside."""
    power = max(float((before * before).sum()), 1.0)
    gain = float(np.clip((before * now).sum() / power, *_EXPOSURE))
    return float(np.abs(now - gain * before).mean())


def find_cuts(time: NDArray[np.float64], change: NDArray[np.float32]) -> list[int]:
    """Frames that begin a new scene.

    A movement, however fast, changes the picture over several frames; a cut in a single one. So a
    frame counts whose change stands out from all frames within a quarter of a second.
    """
    cuts = []
    for frame in np.flatnonzero(change >= _MIN_CHANGE):
        near = np.abs(time - time[frame]) <= _NEIGHBOURS_S
        near[frame] = False
        beside = change[near]
        if beside.size == 0 or change[frame] >= _TIMES_NEIGHBOURS * beside.max():
            cuts.append(int(frame))
    return cuts
