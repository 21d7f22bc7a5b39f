"""Pictures come upright, at their own times, and damage is refused."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.vision.films import film, moving, picture, square_at, turned

from rehabkit.errors import FormatError
from rehabkit.vision.video import Video

pytestmark = pytest.mark.video

UNEVEN = [0.0, 0.04, 0.1, 0.11, 0.2, 0.5, 0.52]
# (a, b, c, d) -> where the square at the top left (20, 40 of 160 x 120) is shown.
QUARTERS = {
    "upright": ((1, 0, 0, 1), (20, 40)),
    "clockwise": ((0, 1, -1, 0), (80, 20)),
    "half": ((-1, 0, 0, -1), (140, 80)),
    "counter-clockwise": ((0, -1, 1, 0), (40, 140)),
    "flipped": ((-1, 0, 0, 1), (140, 40)),
    "flipped and turned": ((0, 1, 1, 0), (40, 20)),
}


def times(path: Path, **options: Any) -> list[float]:
    with Video(path, **options) as video:
        return [frame.time_s for frame in video.frames()]


def test_times_are_the_stamps_and_not_the_rate(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(len(UNEVEN)), UNEVEN)
    assert times(path) == pytest.approx(UNEVEN, abs=1e-4)


@pytest.mark.parametrize("start_s", [2.5, -0.08])
def test_the_first_stamp_is_kept_beside_a_time_from_zero(tmp_path: Path, start_s: float) -> None:
    path = film(tmp_path / "a.mkv", moving(6), [start_s + i / 25 for i in range(6)])
    with Video(path) as video:
        found = [frame.time_s for frame in video.frames()]
        assert video.start_s >= 0.0
    assert found == pytest.approx([i / 25 for i in range(len(found))], abs=2e-3)
    if start_s > 0:
        assert video.start_s == pytest.approx(start_s, abs=2e-3)


@pytest.mark.parametrize("name", list(QUARTERS))
def test_pictures_are_turned_as_the_file_says(tmp_path: Path, name: str) -> None:
    matrix, expected = QUARTERS[name]
    path = turned(film(tmp_path / "a.mp4", [picture(10, 30)] * 3), matrix)
    with Video(path) as video:
        frame = next(iter(video.frames()))
        assert video.info.size == (frame.rgb.shape[1], frame.rgb.shape[0])
    assert square_at(frame.rgb) == pytest.approx(expected, abs=1.5)
    assert frame.rgb.flags.c_contiguous


def test_pixels_become_square(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [picture(10)] * 3, aspect=Fraction(2, 1))
    with Video(path) as video:
        frame = next(iter(video.frames()))
        assert video.info.size == (320, 120)
    assert square_at(frame.rgb) == pytest.approx((40, 40), abs=2)


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4"), ("webm", "libvpx-vp9"),
     ("mov", "mpeg4"), ("ts", "libx264"), ("mpg", "mpeg2video")],
)  # fmt: skip
def test_containers_and_codecs(tmp_path: Path, suffix: str, codec: str) -> None:
    path = film(tmp_path / f"a.{suffix}", moving(12), codec=codec)
    found = times(path)
    assert len(found) >= 11
    assert found == pytest.approx([i / 25 for i in range(len(found))], abs=2e-3)


def test_an_end_is_kept_to(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(50))
    assert times(path, end_s=0.4)[-1] < 0.4


def test_a_missing_end_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    noisy = [rng.integers(0, 255, (120, 160, 3), np.uint8) for _ in range(100)]
    path = film(tmp_path / "a.mkv", noisy)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(FormatError, match=r"expected 4\.\d+ s of video, found an end at"):
        times(path)


def test_a_cut_off_mp4_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(30))
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(FormatError, match=r"expected a video, found .*Copy the file again"):
        Video(path)


def test_a_damaged_middle_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    noisy = [rng.integers(0, 255, (120, 160, 3), np.uint8) for _ in range(40)]
    path = film(tmp_path / "a.mp4", noisy, options={"g": "5"})
    content = bytearray(path.read_bytes())
    for place in rng.integers(len(content) // 10, len(content) * 8 // 10, 300):
        content[place] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(FormatError, match=r"damaged|invalid|end at"):
        times(path)


@pytest.mark.parametrize("content", [b"", b"no film at all", b"\0\0\0\x18ftypmp42" + bytes(100)])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"a\.mp4: expected a video"):
        Video(path)


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "a.mka"
    with av.open(str(path), "w", format="matroska") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(FormatError, match="expected a file with moving pictures, found no video"):
        Video(path)


def test_a_stamp_twice_or_backward_is_dropped_and_noted(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(6))
    with Video(path) as video:
        pictures = [(s, p) for s, p in video._stamped()]
        stamps = [0.0, 0.04, 0.04, 0.02, 0.08, 0.12]
        video._stamped = lambda: iter(  # type: ignore[method-assign]
            [(s, p) for s, (_, p) in zip(stamps, pictures, strict=True)]
        )
        found = [frame.time_s for frame in video._decoded()]
        assert found == pytest.approx([0.0, 0.04, 0.08, 0.12])
        assert video.history()[0].touched == "2 of 6 pictures repeat a time or go back"


def test_stamps_that_begin_anew_go_on_and_are_marked(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(6))
    with Video(path) as video:
        pictures = [p for _, p in video._stamped()]
        stamps = [9.0, 9.04, 9.08, 0.0, 0.04, 0.08]
        video._stamped = lambda: iter(  # type: ignore[method-assign]
            zip(stamps, pictures, strict=True)
        )
        found = [frame.time_s for frame in video._decoded()]
    assert found == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.2])
    assert video.restarts_s == pytest.approx([0.12])
    assert video.start_s == 9.0


def test_stopping_early_ends_the_thread(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(60))
    with Video(path) as video:
        frames = video.frames()
        next(frames)
        frames.close()
        assert not [t for t in threading.enumerate() if t.name == "rehabkit-ahead"]
