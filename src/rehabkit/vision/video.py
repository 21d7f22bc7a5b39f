"""Pictures of a video file with their presentation times, upright, one after the other.

Times are the file's own stamps, never "frame / rate": phones record at a variable rate. Decoding
runs in a thread ahead of what the pictures are used for, a few pictures at most, so a long file
needs no more memory than a short one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, require
from rehabkit.recording import History, Step
from rehabkit.vision.ahead import ahead
from rehabkit.vision.cuts import thumbnail
from rehabkit.vision.upright import display_matrix, turned_size, upright

Picture = NDArray[np.uint8]
"""(height, width, 3) uint8, RGB."""

_MAX_PIXELS: Final = 8192 * 8192
# What may be missing or damaged before the file counts as broken.
_DAMAGED_SHARE: Final = 0.05
_MISSING_SHARE: Final = 0.05
_MISSING_S: Final = 1.0
_STATE_DURATION: Final = {"mp4", "matroska", "avi"}
# A stamp that goes back by more starts a new time line: two recordings in one file.
_RESTART_S: Final = 0.5


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture: its time from the first picture in s, its pixels, and a thumbnail."""

    time_s: float
    rgb: Picture
    thumb: NDArray[np.uint8]


@dataclass(frozen=True)
class VideoInfo:
    """What the file says before its pictures are decoded; ``size`` is as the picture is shown."""

    codec: str
    size: tuple[int, int]
    rate_hz: float | None
    duration_s: float | None
    tags: dict[str, str] = field(default_factory=dict)


class Video:
    """An open video file; a context manager.

    Parameters
    ----------
    path
        Any file that PyAV can decode.
    end_s
        Stop at this time from the first picture; None: the whole file.

    Attributes
    ----------
    info
        Size, rate and duration; ``rate_hz`` and ``duration_s`` None where the file does not say.
    start_s
        Stamp of the first picture in s, known once :meth:`frames` has begun.
    restarts_s
        Times at which the file's stamps began anew, known when :meth:`frames` is through.

    Raises
    ------
    FormatError
        Where the file is no video, is damaged or ends early.
    MissingExtra
        Where PyAV is not installed.
    """

    def __init__(self, path: str | Path, *, end_s: float | None = None) -> None:
        self._av: Any = require("av", purpose="Reading a video", extra="video")
        self.path = Path(path)
        self.end_s = math.inf if end_s is None else end_s
        self.start_s = 0.0
        self.restarts_s: list[float] = []
        self._count: Counter[str] = Counter()
        with ExitStack() as opened:
            self._container = opened.enter_context(self._open())
            self._stream = self._video_stream()
            self._stream.thread_type = "AUTO"
            self._first, self._rest = self._begin()
            self._matrix = display_matrix(self._first)
            self.info = self._describe()
            self._opened = opened.pop_all()

    def __enter__(self) -> Video:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def frames(self) -> Generator[Frame, None, None]:
        """Every picture once, in order, decoded in a thread ahead of the caller.

        Raises
        ------
        FormatError
            Where the file turns out to be damaged or to end early.
        """
        return ahead(self._decoded())

    def history(self) -> History:
        """What was dropped or assumed, for the recording; complete when :meth:`frames` is."""
        count, steps = self._count, []
        if count["unstamped"]:
            steps.append(Step("assume frame rate", {"rate_hz": self._rate()}, "no time stamps"))
        if count["repeated"]:
            what = f"{count['repeated']} of {count['decoded']} pictures repeat a time or go back"
            steps.append(Step("drop frames", {"frames": count["repeated"]}, what))
        if count["damaged"]:
            what = f"{count['damaged']} of {count['decoded']} pictures are damaged"
            steps.append(Step("drop frames", {"frames": count["damaged"]}, what))
        return tuple(steps)

    def _open(self) -> Any:
        try:
            return self._av.open(str(self.path))
        except (self._av.FFmpegError, OSError) as error:
            raise self._broken(_words(error)) from error

    def _video_stream(self) -> Any:
        covers = self._av.stream.Disposition.attached_pic
        for stream in self._container.streams.video:
            if not stream.disposition & covers and stream.codec_context is not None:
                return stream
        raise self._broken("no video in it", expected="a file with moving pictures")

    def _begin(self) -> tuple[Any, Iterator[Any]]:
        """The first picture, which knows how the video is turned, and an iterator of the rest."""
        pictures = self._pictures()
        first = next(pictures, None)
        if first is None:
            raise self._broken("none that can be decoded", expected="pictures")
        if first.width * first.height > _MAX_PIXELS:
            found = f"{first.width} x {first.height}"
            raise self._broken(found, expected=f"pictures of at most {_MAX_PIXELS} pixels")
        return first, pictures

    def _pictures(self) -> Iterator[Any]:
        """Decoded pictures; damaged ones are counted and left out."""
        errors = self._av.FFmpegError
        try:
            for packet in self._container.demux(self._stream):
                try:
                    decoded = packet.decode()
                except errors:
                    self._count["decoded"] += 1
                    self._count["damaged"] += 1
                    continue
                for picture in decoded:
                    self._count["decoded"] += 1
                    self._count["damaged"] += bool(picture.is_corrupt)
                    if not picture.is_corrupt:
                        yield picture
        except errors as error:
            raise self._broken(_words(error), place=self._place()) from error

    def _describe(self) -> VideoInfo:
        stream, container = self._stream, self._container
        duration = None
        if stream.duration is not None and stream.time_base is not None:
            duration = float(stream.duration * stream.time_base)
        elif container.duration is not None and not container.streams.audio:
            duration = container.duration / self._av.time_base
        rate = stream.average_rate or stream.guessed_rate
        return VideoInfo(
            codec=stream.codec_context.name,
            size=turned_size(self._square_size(), self._matrix),
            rate_hz=float(rate) if rate else None,
            duration_s=duration if duration and duration > 0 else None,
            tags={**container.metadata, **stream.metadata},
        )

    def _square_size(self) -> tuple[int, int]:
        """Width and height with square pixels, before turning."""
        aspect = self._stream.sample_aspect_ratio or 1
        return max(1, round(self._first.width * float(aspect))), self._first.height

    def _rate(self) -> float:
        return self.info.rate_hz or 30.0

    def _decoded(self) -> Iterator[Frame]:
        last: float | None = None
        shift = 0.0
        for stamp, picture in self._stamped():
            if last is None:
                self.start_s = stamp
            time = stamp - self.start_s + shift
            if last is not None and time < last - _RESTART_S:
                step = 1 / self._rate()
                shift += last + step - time
                time = last + step
                self.restarts_s.append(time)
            if last is not None and time <= last:
                self._count["repeated"] += 1
                continue
            if time >= self.end_s:
                return
            last = time
            rgb = self._rgb(picture)
            yield Frame(time, rgb, thumbnail(rgb))
        self._check_complete(last or 0.0)

    def _stamped(self) -> Iterator[tuple[float, Any]]:
        """Stamps in s; where the file has none, by the rate, which is noted."""
        for index, picture in enumerate(chain([self._first], self._rest)):
            yield self._stamp(picture, index), picture

    def _stamp(self, picture: Any, index: int) -> float:
        if picture.pts is not None and picture.time_base is not None:
            return float(picture.pts * picture.time_base)
        self._count["unstamped"] += 1
        return index / self._rate()

    def _rgb(self, picture: Any) -> Picture:
        width, height = self._square_size()
        rgb = picture.to_ndarray(format="rgb24", width=width, height=height)
        return upright(rgb, self._matrix)

    def _check_complete(self, last_s: float) -> None:
        """Refuse a file whose end is missing or of which much is damaged."""
        count = self._count
        if count["damaged"] > max(1, _DAMAGED_SHARE * count["decoded"]):
            found = f"{count['damaged']} of {count['decoded']} damaged"
            raise self._broken(found, expected="whole pictures")
        if self.info.duration_s is None or self.restarts_s or not self._states_duration():
            return
        # Some containers count their duration from zero, whatever their first stamp.
        missing = self.info.duration_s - last_s - max(self.start_s, 0.0)
        if missing > max(_MISSING_S, _MISSING_SHARE * self.info.duration_s):
            raise self._broken(
                f"an end at {last_s:.2f} s", expected=f"{self.info.duration_s:.2f} s of video"
            )

    def _states_duration(self) -> bool:
        """Whether the container's header holds the duration; others are estimated from a rate."""
        names = set(self._container.format.name.split(","))
        return not names.isdisjoint(_STATE_DURATION)

    def _place(self) -> str | None:
        return f"picture {self._count['decoded']}" if self._count["decoded"] else None

    def _broken(
        self, found: str, *, expected: str = "a video", place: str | None = None
    ) -> FormatError:
        return FormatError(
            self.path,
            place=place,
            expected=expected,
            found=found,
            fix="Copy the file again; if it plays elsewhere, save it anew as MP4 (H.264).",
        )


def _words(error: BaseException) -> str:
    """What the library says, without its numbers and the path."""
    text = getattr(error, "strerror", None) or type(error).__name__
    return str(text).lower()
