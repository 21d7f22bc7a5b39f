"""The Recording: what it accepts, that nothing changes it, and its canonical joints."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from rehabkit.errors import RecordingError, SkeletonError
from rehabkit.recording import CANONICAL, Recording, Stream, Up, build_skeleton
from rehabkit.recording.skeletons import BLAZEPOSE, KINECT_V1, KINECT_V2


def recording(frames: int = 4, **changes: Any) -> Recording:
    time = np.arange(frames) / 30.0
    points = np.arange(frames * 25 * 3, dtype=np.float32).reshape(frames, 25, 3)
    fields: dict[str, Any] = {"time": time, "skeleton": KINECT_V2, "positions": points}
    return Recording(**fields | changes)


def test_signals_alone_are_a_recording_without_joints() -> None:
    time = np.arange(0, 1, 0.01)
    stream = Stream(time, np.zeros((100, 3)), ("x", "y", "z"), "g", "imu")
    made = Recording(time, build_skeleton("none", {}, {}), streams={"acceleration": stream})
    with pytest.raises(SkeletonError, match=r"signals alone \(acceleration\)"):
        made.canonical()


def test_arrays_are_read_only_and_the_callers_own_stays_free() -> None:
    points = np.zeros((4, 25, 3), dtype=np.float32)
    made = recording(positions=points)
    assert made.positions is not None
    with pytest.raises(ValueError, match="read-only"):
        made.positions[0, 0, 0] = 1.0
    points[0, 0, 0] = 7.0
    assert made.positions[0, 0, 0] == 0.0
    with pytest.raises(FrozenInstanceError):
        made.time = np.zeros(4)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time": np.array([0.0, 0.1, 0.1, 0.2])}, "strictly increase"),
        ({"time": np.array([0.1, 0.2, 0.3, 0.4])}, "start at 0"),
        ({"time": np.array([0.0, np.nan, 0.2, 0.3])}, "finite"),
        ({"time": np.zeros((0,)), "positions": np.zeros((0, 25, 3))}, "at least one frame"),
        ({"positions": np.zeros((4, 24, 3))}, r"shape \(4, 25, 3\)"),
        ({"positions": np.full((4, 25, 3), np.inf)}, "infinite"),
        ({"positions": None}, "found none of them"),
        ({"image_points": np.zeros((4, 25, 2))}, "image_size"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordingError, match=message):
        recording(**changes)


def test_a_step_is_a_new_recording_with_one_more_line() -> None:
    first = recording()
    second = first.with_step("do", "2 points", spans=((0.0, 0.1),), cutoff_hz=6.0)
    assert first.history == ()
    assert str(second.history[0]) == "do (cutoff_hz=6.0): 2 points"
    assert second.positions is first.positions


def test_pickled_and_back() -> None:
    stream = Stream(np.arange(3.0), np.ones((3, 1)), ("vastus",), "mV", "emg")
    made = recording(streams={"emg": stream}).with_step("do", parameter=1)
    back = pickle.loads(pickle.dumps(made))
    np.testing.assert_array_equal(back.positions, made.positions)
    assert back.streams["emg"].channels == ("vastus",)
    assert back.history == made.history


def test_a_stream_of_another_shape_is_refused() -> None:
    with pytest.raises(RecordingError, match=r"shape \(3, 2\)"):
        Stream(np.arange(3.0), np.ones((3, 1)), ("a", "b"), "mV", "emg")


def test_up_is_a_unit_vector() -> None:
    assert Up((0.0, 0.0, 5.0)).vector == (0.0, 0.0, 1.0)
    with pytest.raises(RecordingError, match="direction"):
        Up((0.0, 0.0, 0.0))


def test_rate_is_that_of_the_usual_step() -> None:
    time = np.array([0.0, 0.1, 0.2, 5.0])
    assert recording(time=time).rate_hz == pytest.approx(10.0)
    assert recording(1).rate_hz == 0.0


def test_canonical_takes_joints_by_meaning_and_leaves_the_rest_unseen() -> None:
    points = np.random.default_rng(0).normal(size=(4, 20, 3)).astype(np.float32)
    canonical = recording(skeleton=KINECT_V1, positions=points).canonical()
    assert canonical.skeleton.joints == CANONICAL
    np.testing.assert_array_equal(
        canonical.joint("knee_left"), points[:, KINECT_V1.index("KneeLeft")]
    )
    assert np.isnan(canonical.joint("neck")).all()
    assert canonical.canonical() is canonical


def test_a_joint_in_the_middle_is_seen_where_all_its_points_are() -> None:
    points = np.zeros((2, 33, 3), dtype=np.float32)
    points[:, BLAZEPOSE.index("left_hip")] = (1.0, 0.0, 0.0)
    points[:, BLAZEPOSE.index("right_hip")] = (3.0, 2.0, 0.0)
    points[1, BLAZEPOSE.index("right_hip")] = np.nan
    confidence = np.ones((2, 33))
    confidence[0, BLAZEPOSE.index("left_hip")] = 0.4
    made = recording(2, skeleton=BLAZEPOSE, positions=points, confidence=confidence).canonical()
    pelvis = CANONICAL.index("pelvis")
    assert made.joint("pelvis")[0].tolist() == [2.0, 1.0, 0.0]
    assert np.isnan(made.joint("pelvis")[1]).all()
    assert made.confidence is not None
    assert made.confidence[0, pelvis] == pytest.approx(0.4)


def test_the_face_gives_the_heads_orientation() -> None:
    points = np.zeros((1, 33, 3), dtype=np.float32)
    points[0, BLAZEPOSE.index("left_ear")] = (-0.08, 0.0, 0.0)
    points[0, BLAZEPOSE.index("right_ear")] = (0.08, 0.0, 0.0)
    points[0, BLAZEPOSE.index("nose")] = (0.0, 0.1, 0.0)
    made = recording(1, skeleton=BLAZEPOSE, positions=points).canonical()
    assert made.orientations is not None
    head = made.orientations[0, CANONICAL.index("head")]
    np.testing.assert_allclose(np.abs(head), [1.0, 0.0, 0.0, 0.0], atol=1e-6)


def test_a_skeleton_without_a_map_says_how_to_give_one() -> None:
    skeleton = build_skeleton("mine", {"a": None, "b": "a"}, {})
    made = recording(skeleton=skeleton, positions=np.zeros((4, 2, 3)))
    with pytest.raises(SkeletonError, match="canonical="):
        made.canonical()


def test_image_points_alone_have_no_position_in_space() -> None:
    made = recording(positions=None, image_points=np.zeros((4, 25, 2)), image_size=(640, 480))
    with pytest.raises(RecordingError, match="image points only"):
        made.joint("KneeLeft")
