"""An array of a user's own becomes a recording, in three lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import rehabkit as rk
from rehabkit.errors import RecordingError, SkeletonError
from rehabkit.exchange.arrays import meaning_of
from rehabkit.recording.skeletons import KINECT_V2

LEG = ["hip_left", "knee_left", "ankle_left"]


def points(frames: int = 10, joints: int = 3) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(frames, joints, 3))


def test_three_lines_are_enough() -> None:
    recording = rk.from_array(points(), LEG, rate_hz=50)
    assert len(recording) == 10
    assert recording.rate_hz == pytest.approx(50)
    assert recording.skeleton.bones == ((0, 1), (1, 2))
    np.testing.assert_allclose(recording.canonical().joint("knee_left"), points()[:, 1], rtol=1e-6)


def test_flat_rows_millimetres_and_zeros() -> None:
    values = 1000 * points()
    values[3, 1] = 0
    recording = rk.from_array(values.reshape(10, 9), LEG, rate_hz=50, unit="mm")
    assert recording.positions is not None
    assert np.isnan(recording.positions[3, 1]).all()
    np.testing.assert_allclose(recording.positions[0], points()[0], rtol=1e-6)
    assert "mark unseen" in [step.name for step in recording.history]


def test_times_keep_their_start() -> None:
    recording = rk.from_array(points(), LEG, time=9.235 + np.arange(10) / 30)
    assert recording.time[0] == 0
    assert recording.source.start_s == pytest.approx(9.235)


def test_a_known_skeleton_by_name() -> None:
    recording = rk.from_array(points(joints=25), "kinect-v2", rate_hz=30)
    assert recording.skeleton is KINECT_V2


def test_pixels() -> None:
    recording = rk.from_array(100 * np.abs(points()[..., :2]), LEG, rate_hz=30,
                              image_size=(640, 480), confidence=np.ones((10, 3)))  # fmt: skip
    assert recording.positions is None
    assert recording.origin == "image"


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("knee_left", "knee_left"), ("LeftKnee", "knee_left"), ("L knee", "knee_left"),
        ("RHip", "hip_right"), ("right_hand_tip", "hand_tip_right"), ("Pelvis", "pelvis"),
        ("knee", None), ("left_right_knee", None), ("LASI", None),
    ],
)  # fmt: skip
def test_what_names_say(name: str, meaning: str | None) -> None:
    assert meaning_of(name) == meaning


def test_a_map_for_names_that_say_nothing() -> None:
    meanings = {"hip_left": "a", "knee_left": "b", "ankle_left": "c"}
    recording = rk.from_array(points(), ["a", "b", "c"], rate_hz=30, canonical=meanings)
    assert recording.skeleton.canonical["knee_left"] == ("b",)
    assert recording.skeleton.bones == ((0, 1), (1, 2))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "Expected rate_hz .* or time"),
        ({"rate_hz": 0.0}, "rate_hz above 0"),
        ({"rate_hz": 30.0, "time": np.arange(10)}, "one of the two"),
        ({"time": np.arange(9)}, r"time of shape \(10,\), found \(9,\)"),
        ({"rate_hz": 30.0, "unit": "ft"}, "unit as one of 'cm', 'm', 'mm', found 'ft'"),
        ({"time": np.zeros(10)}, "strictly increase"),
        ({"rate_hz": 30.0, "up": "w"}, "up as one of"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(rk.RehabkitError, match=message):
        rk.from_array(points(), LEG, **options)


def test_wrong_shapes_and_names_are_refused() -> None:
    with pytest.raises(RecordingError, match=r"shape \(frames, 3, 3\).*found \(10, 4, 3\)"):
        rk.from_array(points(joints=4), LEG, rate_hz=30)
    with pytest.raises(SkeletonError, match="found twice: 'a'"):
        rk.from_array(points(), ["a", "a", "b"], rate_hz=30)
    with pytest.raises(SkeletonError, match="map canonical joints"):
        rk.from_array(points(), ["a", "b", "c"], rate_hz=30, canonical={"knee": "a"})
