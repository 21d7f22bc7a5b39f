"""A film becomes a Recording in one pass."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from tests.vision.films import SquareFinder, film, moving, picture, square_at, turned

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.vision.person import PickedPerson
from rehabkit.vision.reader import read
from rehabkit.vision.stills import StillCollector
from rehabkit.vision.video import Video

pytestmark = pytest.mark.video

UNEVEN = [0.0, 0.04, 0.1, 0.11, 0.2, 0.5, 0.52, 0.56]


def test_times_points_and_source(tmp_path: Path) -> None:
    pictures = moving(len(UNEVEN), step=12)
    path = film(tmp_path / "a.mp4", pictures, UNEVEN)
    recording = reading.read(path, estimator=SquareFinder())
    assert recording.time == pytest.approx(UNEVEN, abs=1e-4)
    assert recording.positions is None
    assert recording.origin == "image"
    assert recording.image_points is not None
    for points, one in zip(recording.image_points, pictures, strict=True):
        middle = points[[5, 6, 11, 12]].mean(axis=0)
        assert middle == pytest.approx(square_at(one), abs=1.5)
    assert recording.image_size == (160, 120)
    assert recording.mirrored == "unknown"
    source = recording.source
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (source.format, source.device) == ("video", "video, square finder")


def test_points_are_in_the_picture_as_it_is_shown(tmp_path: Path) -> None:
    path = turned(film(tmp_path / "a.mp4", [picture(10, 30)] * 4), (0, 1, -1, 0))
    recording = read(path, estimator=SquareFinder())
    assert recording.image_size == (120, 160)
    assert recording.image_points is not None
    assert recording.image_points[0, [5, 6, 11, 12]].mean(axis=0) == pytest.approx((80, 20), abs=2)


def test_pictures_without_a_person_are_nan(tmp_path: Path) -> None:
    dark = np.full((120, 160, 3), 60, np.uint8)
    path = film(tmp_path / "a.mp4", [picture(20), dark, dark, picture(20)])
    recording = read(path, estimator=SquareFinder())
    assert recording.image_points is not None
    assert recording.confidence is not None
    assert np.isnan(recording.image_points[1:3]).all()
    assert (recording.confidence[1:3] == 0).all()
    assert any(s.name == "mark unseen" and "2 of 4" in s.touched for s in recording.history)


def test_a_film_in_which_nobody_is_found_is_still_a_recording(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [np.full((120, 160, 3), 60, np.uint8)] * 5)
    recording = read(path, estimator=SquareFinder())
    assert len(recording) == 5


def test_cuts_are_in_the_history(tmp_path: Path, rng: np.random.Generator) -> None:
    scenes = [rng.integers(0, 140, (6, 8, 3)).astype(np.uint8).repeat(20, 0).repeat(20, 1)
              for _ in range(2)]  # fmt: skip
    path = film(tmp_path / "a.mp4", [scenes[0]] * 15 + [scenes[1]] * 15)
    (step,) = (s for s in read(path, estimator=SquareFinder()).history if s.name == "mark cut")
    assert step.spans[0] == pytest.approx((0.6, 0.6))
    assert len(step.spans) == 1


def test_progress_is_told_in_seconds(tmp_path: Path) -> None:
    path, told = film(tmp_path / "a.mp4", moving(50)), []
    read(path, estimator=SquareFinder(), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == pytest.approx((1.96, 2.0))
    assert [d for d, _ in told] == sorted(d for d, _ in told)


def test_one_estimator_is_used_and_stays_open(tmp_path: Path) -> None:
    finder = SquareFinder()
    read(film(tmp_path / "a.mp4", moving(10)), estimator=finder, end_s=0.2)
    assert finder.resets == 1
    assert finder.seen == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])


@pytest.mark.parametrize("person", [(0.2, 0.3), (30.0, 40.0), (15.0, 25.0, 30.0, 30.0)])
def test_the_picked_person_is_followed_beside_another(
    tmp_path: Path, person: tuple[float, ...]
) -> None:
    pictures = [picture(20 + i) for i in range(20)]
    for one in pictures:
        one[60:110, 110:150] = 255  # a larger one, whom the estimator would take
    path = film(tmp_path / "a.mp4", pictures)
    recording = read(path, estimator=SquareFinder(), person=person)
    assert recording.image_points is not None
    middles = recording.image_points[:, [5, 6, 11, 12]].mean(axis=1)
    assert np.abs(middles - [(29.5 + i, 39.5) for i in range(20)]).max() < 2
    assert any(s.name == "pick person" for s in recording.history)


def test_a_picked_person_who_leaves_is_not_replaced() -> None:
    with PickedPerson(SquareFinder(), (0.1, 0.3)) as picked:
        assert picked.estimate(picture(10), 0.0) is not None
        assert picked.estimate(picture(130, 90), 0.04) is None


@pytest.mark.parametrize("person", [(1,), (1, 2, 3), (-1, 2), (5, 5, 0, 4), (float("nan"), 1)])
def test_a_person_that_is_no_place_is_refused(tmp_path: Path, person: tuple[float, ...]) -> None:
    with pytest.raises(RehabkitError, match=r"Expected person as \(x, y\) or"):
        read(tmp_path / "a.mp4", person=person)


def test_a_person_outside_the_picture_is_refused(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(3))
    with pytest.raises(RehabkitError, match="inside the picture of 160 x 120 px"):
        read(path, estimator=SquareFinder(), person=(500, 20))


def test_overlay_and_stills_come_from_the_same_pass(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", moving(12))
    out, stills = tmp_path / "overlay.mp4", StillCollector(side=80)
    recording = read(
        path, estimator=SquareFinder(), overlay=out, stills=stills, blur_faces=True, mirrored="yes"
    )
    with Video(out) as video:
        assert [f.time_s for f in video.frames()] == pytest.approx(recording.time, abs=1e-3)
    collected = stills.stills()
    assert collected is not None
    assert collected.faces_blurred
    assert collected.size == (80, 60)
    assert set(collected.time_s) <= set(recording.time)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_is_left_when_it_is_stopped(tmp_path: Path, error: type[BaseException]) -> None:
    path = film(tmp_path / "a.mp4", moving(40))

    def stop(done: float, total: float) -> None:
        if done > 0.5:
            raise error

    with pytest.raises(error):
        read(path, estimator=SquareFinder(), overlay=tmp_path / "o.mp4", progress=stop)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_a_damaged_file_leaves_no_overlay(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", [picture(i) for i in range(100)], options={"g": "1"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(FormatError, match="found an end at"):
        read(path, estimator=SquareFinder(), overlay=tmp_path / "o.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["a.mkv"]
