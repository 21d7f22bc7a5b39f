"""A video is written with the times it was given, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.vision.films import moving, square_at

from rehabkit.vision.video import Video
from rehabkit.vision.writing import open_writer

pytestmark = pytest.mark.video

UNEVEN = [0.0, 0.0333, 0.1, 0.15, 0.4]


def test_times_and_pictures_come_back(tmp_path: Path) -> None:
    path, pictures = tmp_path / "out" / "a.mp4", moving(5, step=20)
    with open_writer(path, (160, 120), rate_hz=29.97) as writer:
        for one, time in zip(pictures, UNEVEN, strict=True):
            writer.write(one, time)
    with Video(path) as video:
        frames = list(video.frames())
        assert video.info.codec == "h264"
    assert [f.time_s for f in frames] == pytest.approx(UNEVEN, abs=1e-4)
    for frame, one in zip(frames, pictures, strict=True):
        assert square_at(frame.rgb) == pytest.approx(square_at(one), abs=1)


def test_odd_sizes_lose_a_row_and_a_column(tmp_path: Path) -> None:
    with open_writer(tmp_path / "a.mp4", (159, 119)) as writer:
        writer.write(moving(1)[0][:119, :159], 0.0)
    with Video(tmp_path / "a.mp4") as video:
        assert video.info.size == (158, 118)


def interrupted(path: Path, written: int, error: type[BaseException]) -> None:
    with open_writer(path, (160, 120)) as writer:
        for index, one in enumerate(moving(written)):
            writer.write(one, index / 25)
        raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("written", [0, 3])
def test_nothing_is_left_of_what_was_not_finished(
    tmp_path: Path, error: type[BaseException], written: int
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"what was there before")
    with pytest.raises(error):
        interrupted(path, written, error)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    assert path.read_bytes() == b"what was there before"
