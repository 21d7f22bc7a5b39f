"""Films made by hand: a bright square on grey, whose place in each picture is known."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Skeleton
from rehabkit.recording.skeletons import COCO
from rehabkit.vision.estimators.base import ClosesOnExit, PosePoints

Picture = NDArray[np.uint8]
TICKS = 60_000
ONE = 65536


def picture(
    x: int, y: int = 30, *, size: tuple[int, int] = (160, 120), square: int = 20
) -> Picture:
    """A grey picture with a white square whose top left corner is at x, y."""
    out = np.full((size[1], size[0], 3), 60, dtype=np.uint8)
    out[y : y + square, x : x + square] = 255
    return out


def moving(count: int, step: int = 4) -> list[Picture]:
    """A square that moves to the right."""
    return [picture(10 + step * i % 120) for i in range(count)]


def film(
    path: Path,
    pictures: Sequence[Picture],
    times_s: Sequence[float] | None = None,
    *,
    codec: str = "libx264",
    rate: int = 25,
    options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
) -> Path:
    """Encode pictures at their times; every one a key frame where ``options`` say so."""
    import av

    # Some codecs take no finer clock than their rate.
    ticks = rate if times_s is None else TICKS
    times = [i / rate for i in range(len(pictures))] if times_s is None else times_s
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, ticks)
        stream.options = options or {}
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        for one, time in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(one, format="rgb24")
            frame.pts, frame.time_base = round(time * ticks), Fraction(1, ticks)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turned(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """The MP4 with the display matrix (a, b, c, d) in its track header, as phones write it."""
    content = bytearray(path.read_bytes())
    box = content.index(b"tkhd")
    version = content[box + 4]
    start = box + 8 + (20 if version == 0 else 32) + 16
    a, b, c, d = (ONE * v for v in matrix)
    content[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(content))
    return path


def square_at(rgb: Picture) -> tuple[float, float]:
    """The middle of the bright square."""
    y, x = np.nonzero(rgb[..., 0] > 150)
    return float(x.mean()), float(y.mean())


class SquareFinder(ClosesOnExit):
    """An estimator that takes the brightest square for a person of 17 points."""

    name = "square finder"
    skeleton: Skeleton = COCO
    has_world = False

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.resets = 0

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:
        self.seen.append(time_s)
        bright = rgb[..., 0] > 150
        if bright.sum() < 20:
            return None
        y, x = np.nonzero(bright)
        left, right, top, bottom = x.min(), x.max(), y.min(), y.max()
        # The corners in turn, so that the points span the square.
        corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
        points = np.array([corners[i % 4] for i in range(17)], dtype=np.float32)
        for joint, corner in _TRUNK.items():
            points[COCO.index(joint)] = corners[corner]
        return PosePoints(points, np.ones(17, dtype=np.float32))

    def reset(self) -> None:
        self.resets += 1


_TRUNK = {"left_shoulder": 1, "right_shoulder": 0, "left_hip": 3, "right_hip": 2}
