"""Cuts, other bodies, blurred faces, overlay, stills, mirroring: on pictures made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.vision.films import picture

from rehabkit.errors import RehabkitError
from rehabkit.recording.skeletons import BLAZEPOSE, COCO
from rehabkit.vision.cuts import CutWatcher, find_cuts, thumbnail
from rehabkit.vision.faces import FaceBlur
from rehabkit.vision.identity import other_people
from rehabkit.vision.mirror import mirrored_by
from rehabkit.vision.overlay import COLOURS, Overlay
from rehabkit.vision.stills import StillCollector, small

pytestmark = pytest.mark.video


def body(x: float, y: float, size: float) -> np.ndarray:
    """(33, 2) px: a standing person whose trunk is ``size`` px long, its middle at x, y."""
    points = np.zeros((33, 2), dtype=np.float32)
    for index, joint in enumerate(BLAZEPOSE.joints):
        side = 1 if "left" in joint else -1 if "right" in joint else 0
        height = {"shoulder": -0.5, "hip": 0.5, "knee": 1.3, "ankle": 2.0}.get(
            joint.split("_")[-1], -0.9
        )
        points[index] = x + 0.2 * size * side, y + size * height
    return points


def noise(rng: np.random.Generator) -> np.ndarray:
    """A random scene, smooth enough to stay itself in a thumbnail."""
    return rng.integers(0, 255, (6, 8, 3)).astype(np.uint8).repeat(20, axis=0).repeat(20, axis=1)


def cuts_of(pictures: list[np.ndarray]) -> list[int]:
    watcher = CutWatcher()
    for one in pictures:
        watcher.see(thumbnail(one))
    return find_cuts(np.arange(len(pictures)) / 25, watcher.changes())


def test_a_cut_is_found_where_the_scene_changes(rng: np.random.Generator) -> None:
    first, second = noise(rng), noise(rng)
    assert cuts_of([first] * 20 + [second] * 20) == [20]


def test_a_fast_movement_is_no_cut() -> None:
    pictures = [picture(10 + 8 * (i % 15), square=30) for i in range(40)]
    assert cuts_of(pictures[:15]) == []


def test_exposure_set_anew_is_no_cut(rng: np.random.Generator) -> None:
    scene = noise(rng) // 2
    brighter = (scene * 1.3 + 20).astype(np.uint8)
    assert cuts_of([scene] * 20 + [brighter] * 20) == []


def test_cut_short_films_have_no_cut(rng: np.random.Generator) -> None:
    assert cuts_of([noise(rng)]) == []


@pytest.mark.parametrize("other", [(420.0, 200.0, 50.0), (110.0, 200.0, 100.0)])
def test_another_body_shows_by_its_place_and_size(other: tuple[float, float, float]) -> None:
    frames = [body(100 + i, 200, 50) for i in range(60)]
    frames[20:35] = [body(*other) for _ in range(15)]
    time = np.arange(60) / 30
    (span,) = other_people(time, np.array(frames), BLAZEPOSE)
    assert span == pytest.approx((20 / 30, 35 / 30))


def test_a_switch_that_lasts_marks_the_shorter_part() -> None:
    frames = [body(100, 200, 50)] * 40 + [body(400, 210, 55)] * 15
    (span,) = other_people(np.arange(55) / 30, np.array(frames), BLAZEPOSE)
    assert span[0] == pytest.approx(40 / 30)
    assert span[1] > 54 / 30


def test_a_running_bending_person_is_one_body() -> None:
    speed = 8 * 50 * 0.9 / 30  # nearly eight trunk lengths a second
    frames = [body(50 + speed * i, 200, 50 - 15 * np.sin(i / 5)) for i in range(60)]
    assert other_people(np.arange(60) / 30, np.array(frames), BLAZEPOSE) == ()


def test_one_bad_picture_and_a_gap_are_no_other_body() -> None:
    frames = np.array([body(100 + i, 200, 50) for i in range(60)])
    frames[30] = body(500, 100, 20)
    frames[40:50] = np.nan
    assert other_people(np.arange(60) / 30, frames, BLAZEPOSE) == ()


def test_no_body_gives_no_spans() -> None:
    assert other_people(np.arange(30) / 30, np.full((30, 33, 2), np.nan), BLAZEPOSE) == ()


def test_a_face_is_blurred_and_the_rest_is_not(rng: np.random.Generator) -> None:
    scene = rng.integers(0, 255, (400, 400, 3)).astype(np.uint8)
    points = body(200, 200, 100)
    blurred = FaceBlur(BLAZEPOSE).apply(scene, points)
    x, y = points[BLAZEPOSE.index("nose")].astype(int)
    near = blurred[y - 15 : y + 15, x - 15 : x + 15]
    assert near.std() < 0.2 * scene.std()
    np.testing.assert_array_equal(blurred[300:], scene[300:])
    assert blurred is not scene


def test_where_nobody_is_found_the_whole_picture_is_blurred(rng: np.random.Generator) -> None:
    scene = rng.integers(0, 255, (200, 300, 3)).astype(np.uint8)
    assert FaceBlur(BLAZEPOSE).apply(scene, None).std() < 0.3 * scene.std()


def test_a_face_beyond_the_picture_is_no_error() -> None:
    scene = picture(10)
    np.testing.assert_array_equal(FaceBlur(COCO).apply(scene, np.full((17, 2), -900.0)), scene)


@pytest.mark.parametrize("mirrored", [False, True])
def test_left_is_blue_and_right_orange(mirrored: bool) -> None:
    canvas = np.full((400, 400, 3), 128, dtype=np.uint8)
    points = body(200, 200, 100)
    drawn = Overlay(BLAZEPOSE, mirrored=mirrored).draw(canvas, points, np.ones(33))
    knee = points[BLAZEPOSE.index("left_knee")].round().astype(int)
    side = "right" if mirrored else "left"
    np.testing.assert_array_equal(drawn[knee[1], knee[0]], COLOURS[side])
    assert (canvas == 128).all()


def test_what_is_not_seen_is_not_drawn() -> None:
    canvas = np.full((400, 400, 3), 128, dtype=np.uint8)
    drawn = Overlay(BLAZEPOSE).draw(canvas, body(200, 200, 100), np.zeros(33))
    np.testing.assert_array_equal(drawn, canvas)


def test_stills_stay_within_their_limit_and_cover_the_whole() -> None:
    collector = StillCollector(side=64, limit=20, interval_s=0.1)
    for i in range(3000):
        if collector.wants(i / 25):
            collector.add(small(picture(10), collector.side), i / 25)
    stills = collector.stills()
    assert stills is not None
    assert 10 <= len(stills.time_s) <= 20
    assert stills.time_s[0] == 0
    assert stills.time_s[-1] > 100
    steps = np.diff(stills.time_s)
    assert np.ptp(steps) < 0.1 * steps.mean()
    assert stills.size == (64, 48)
    assert all(jpeg.startswith(b"\xff\xd8") for jpeg in stills.jpegs)


def test_no_stills_are_none_and_wrong_limits_refused() -> None:
    assert StillCollector().stills() is None
    with pytest.raises(RehabkitError, match="at least 2 stills"):
        StillCollector(limit=1)


@pytest.mark.parametrize(
    ("asked", "tags", "expected", "words"),
    [
        ("yes", {}, "yes", "as the user says"),
        ("no", {"model": "front camera"}, "no", "as the user says"),
        ("auto", {}, "unknown", "the file does not say"),
        ("auto", {"lens": "iPhone 12 front camera 2.71mm"}, "unknown", "may be mirrored"),
        ("auto", {"lens": "iPhone 12 back camera 4.2mm"}, "no", "a back camera"),
    ],
)
def test_mirroring_is_asked_for_or_told_or_unknown(
    asked: str, tags: dict[str, str], expected: str, words: str
) -> None:
    state, step = mirrored_by(asked, tags)  # type: ignore[arg-type]
    assert state == expected
    assert words in step.touched


def test_a_wrong_word_for_mirrored_is_refused() -> None:
    with pytest.raises(RehabkitError, match="one of 'auto', 'no', 'yes', found 'maybe'"):
        mirrored_by("maybe", {})  # type: ignore[arg-type]
