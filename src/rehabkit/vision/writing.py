"""Video out: pictures with times as H.264 in MP4, under a temporary name until it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import MissingExtra, require
from rehabkit.formats.files import atomic

_TICKS: Final = 60_000  # MPEG-4 wants fewer than 65 536
_CODECS: Final = ("libx264", "h264", "mpeg4")
_QUALITY: Final = "23"


@contextmanager
def open_writer(
    path: str | Path, size: tuple[int, int], *, rate_hz: float | None = None
) -> Iterator[VideoWriter]:
    """A video to write pictures to.

    The file appears under its name when the block ends well; on an exception, Ctrl-C included,
    nothing is left. Sound is not copied: it may hold names.

    Parameters
    ----------
    path
        The MP4 file to write.
    size
        Width and height of the pictures, px; an odd last row or column is left out, as H.264
        wants even ones.
    rate_hz
        What the file states; the times of the pictures are kept whatever it is.
    """
    av = require("av", purpose="Writing a video", extra="video")
    with atomic(path) as temporary, av.open(str(temporary), "w", format="mp4") as container:
        writer = VideoWriter(av, container, size, rate_hz)
        yield writer
        writer.flush()


class VideoWriter:
    """Writes pictures one by one to an open container; :func:`open_writer` makes one."""

    def __init__(
        self, av: Any, container: Any, size: tuple[int, int], rate_hz: float | None
    ) -> None:
        self._av, self._container = av, container
        self._size = (max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2))
        rate = Fraction(rate_hz or 30.0).limit_denominator(1001)
        stream = container.add_stream(_codec(av), rate=rate)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS)
        if stream.codec_context.name == "libx264":
            stream.options = {"crf": _QUALITY, "preset": "veryfast"}
        self._stream = stream
        self._last = -1

    def write(self, rgb: NDArray[np.uint8], time_s: float) -> None:
        """The next picture, (height, width, 3) RGB, and its time."""
        width, height = self._size
        picture = self._av.VideoFrame.from_ndarray(
            np.ascontiguousarray(rgb[:height, :width]), format="rgb24"
        )
        picture.pts = max(round(time_s * _TICKS), self._last + 1)
        picture.time_base = Fraction(1, _TICKS)
        self._last = picture.pts
        self._container.mux(self._stream.encode(picture))

    def flush(self) -> None:
        """Write what the encoder still holds."""
        self._container.mux(self._stream.encode(None))


def _codec(av: Any) -> str:
    """The best encoder that this PyAV has."""
    for name in _CODECS:
        try:
            av.Codec(name, "w")
        except ValueError:  # PyAV's UnknownCodecError
            continue
        return name
    raise MissingExtra("Writing a video with H.264 or MPEG-4", "av (its binary wheel)", "video")
