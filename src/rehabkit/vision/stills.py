"""Small pictures of a video for the report's replay: a bounded number, faces blurred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError

_QUALITY: Final = 60


@dataclass(frozen=True)
class Stills:
    """Small pictures of the video for the replay: JPEG files in memory at times in s."""

    time_s: tuple[float, ...]
    jpegs: tuple[bytes, ...]
    size: tuple[int, int]
    faces_blurred: bool


class StillCollector:
    """Collects small pictures while a video is read.

    Where there are too many, every second one goes and the distance between them doubles, so a
    long video gives as many as a short one.

    Parameters
    ----------
    side
        Longer side of the pictures, px; they are never enlarged.
    limit
        At most so many pictures.
    interval_s
        Least time between them, to begin with.
    blur_faces
        Whether the reader blurs faces in them before they come here.
    """

    def __init__(
        self,
        *,
        side: int = 320,
        limit: int = 240,
        interval_s: float = 0.1,
        blur_faces: bool = True,
    ) -> None:
        if limit < 2 or side < 16:
            raise RehabkitError(
                f"Expected at least 2 stills with a side of at least 16 px, found a limit of "
                f"{limit} and a side of {side}."
            )
        self.blur_faces = blur_faces
        self.side = side
        self._limit, self._interval = limit, interval_s
        self._times: list[float] = []
        self._jpegs: list[bytes] = []
        self._size = (0, 0)

    def wants(self, time_s: float) -> bool:
        """Whether a picture at this time would be kept; pictures come in order."""
        # Stamps carry rounding; a picture a hair early is as good.
        return not self._times or time_s >= self._times[-1] + self._interval - 1e-3

    def add(self, small: NDArray[np.uint8], time_s: float) -> None:
        """Keep a picture that was made :func:`small` and is wanted."""
        if len(self._times) == self._limit:
            del self._times[1::2], self._jpegs[1::2]
            self._interval *= 2
            if not self.wants(time_s):
                return
        self._times.append(time_s)
        self._jpegs.append(_jpeg(small))
        self._size = (small.shape[1], small.shape[0])

    def stills(self) -> Stills | None:
        """What was collected; None where nothing was."""
        if not self._times:
            return None
        return Stills(tuple(self._times), tuple(self._jpegs), self._size, self.blur_faces)


def small(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with its longer side at most ``side`` px, its shape kept."""
    import cv2

    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    out: NDArray[np.uint8] = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return out


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    import cv2

    settings = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    done: Any = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), settings)
    return bytes(done[1].tobytes())
