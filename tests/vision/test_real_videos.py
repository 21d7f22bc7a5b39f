"""The default network on real clips: offline, quiet, deterministic, upright, followed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.vision import offline

from rehabkit.vision.reader import read
from rehabkit.vision.video import Video

pytestmark = [pytest.mark.video, pytest.mark.data]

SHORT = "watcharapol28_gait_normal_01.mp4"
SPLICED = "jurisimo00_testKnee.mp4"


@pytest.fixture(scope="module")
def clips(data_root: Path) -> Path:
    return data_root / "videos"


def test_a_video_is_analysed_without_the_network(clips: Path) -> None:
    if not offline.supported():
        if os.environ.get("CI"):
            pytest.fail("this system cannot hold a process off the network")
        pytest.skip("this system cannot hold a process off the network")
    code = f"""
from rehabkit.pipeline import analyze
analysis = analyze({str(clips / "michpapadum_squat.mp4")!r})
print(len(analysis.original), analysis.original.source.device)
"""
    done = offline.run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("173 video, MediaPipe")
    assert done.stderr == ""  # known chatter is kept off, and there is nothing else to say


def test_reading_twice_gives_the_same(clips: Path) -> None:
    first, second = (read(clips / SHORT, end_s=1.5) for _ in range(2))
    np.testing.assert_array_equal(first.image_points, second.image_points)
    np.testing.assert_array_equal(first.positions, second.positions)


def test_the_frame_is_the_camera_s(clips: Path) -> None:
    recording = read(clips / "michpapadum_squat.mp4", end_s=0.5).canonical()
    assert recording.origin == "pelvis"
    head, toe = recording.joint("head"), recording.joint("toe_left")
    up = np.array(recording.up.vector)
    assert ((head - toe) @ up > 1.0).all()
    assert np.abs(recording.joint("pelvis")).max() < 0.05
    assert recording.image_points is not None
    assert recording.image_size is not None
    pelvis = recording.image_points[:, recording.skeleton.index("pelvis")]
    assert ((pelvis > 0) & (pelvis < np.array(recording.image_size))).all()


def test_left_and_right_are_the_person_s_own(clips: Path) -> None:
    recording = read(clips / "michpapadum_liftright.mp4", end_s=0.3).canonical()
    left = recording.joint("hip_left") - recording.joint("hip_right")
    assert (left[:, 0] > 0).all()  # faces the camera: the left is on the picture's right


def test_the_splice_is_found_and_nothing_else(clips: Path) -> None:
    from rehabkit.vision.cuts import CutWatcher, find_cuts

    for name, expected in ((SPLICED, [9.12]), ("sagorghhj253_neck_rotation.mp4", [])):
        watcher, times = CutWatcher(), []
        with Video(clips / name) as video:
            for frame in video.frames():
                watcher.see(frame.thumb)
                times.append(frame.time_s)
        cuts = find_cuts(np.array(times), watcher.changes())
        assert [times[c] for c in cuts] == pytest.approx(expected)


def test_every_clip_s_times_increase_from_zero(clips: Path) -> None:
    for clip in sorted(clips.glob("*.mp4")):
        with Video(clip, end_s=0.5) as video:
            times = np.array([frame.time_s for frame in video.frames()])
        assert times[0] == 0
        assert (np.diff(times) > 0).all()


@pytest.mark.parametrize(
    ("person", "middle", "height"),
    [
        ((0, 290, 130, 480), (62, 528), 415),  # the bystander, a fifth of the picture high
        ((240, 320, 340, 860), (418, 737), 745),  # the walker
    ],
)
def test_the_person_named_is_followed_among_two(
    clips: Path, person: tuple[float, ...], middle: tuple[float, float], height: float
) -> None:
    points = read(clips / "pose2sim_single_cam01.mp4", person=person, end_s=0.3).image_points
    assert points is not None
    assert np.isfinite(points).all()
    assert points[0, [23, 24]].mean(axis=0) == pytest.approx(middle, abs=25)
    assert np.median(np.ptp(points[..., 1], axis=1)) == pytest.approx(height, rel=0.15)
