"""UTD-MHAD and MSRAction3D: made files, what can be wrong with them, and the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat
from tests.contracts.test_readers import (
    check_left_is_to_the_left,
    check_the_head_is_above_the_pelvis,
)
from tests.formats import samples_actions as made
from tests.formats.made import kinect_v1

from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.formats import utd_mhad
from rehabkit.recording import Recording
from rehabkit.recording.skeletons import KINECT_V1


def steps(recording: Recording) -> dict[str, str]:
    return {step.name: str(step) for step in recording.history}


def test_utd_mhad_has_an_inertial_stream_that_spans_the_same_time(tmp_path: Path) -> None:
    recording = reading.read(made.utd_mhad_pair(tmp_path))
    acceleration = recording.streams["imu_acceleration"]
    rotation = recording.streams["imu_rotation"]
    assert (acceleration.unit, rotation.unit) == ("g", "deg/s")
    assert acceleration.values.shape == (31, 3)
    assert (acceleration.time[0], acceleration.time[-1]) == (0, recording.duration_s)
    np.testing.assert_allclose(rotation.values[-1], [0, 0, 90])
    assert "2.58 a frame" in steps(recording)["assume inertial rate"]
    assert recording.exercise.id == "squat"
    assert recording.exercise.extra["inertial_at"] == "right thigh"
    assert recording.subject.id == "s2"


def test_utd_mhad_joints_come_in_the_kinects_order(tmp_path: Path) -> None:
    recording = reading.read(made.utd_mhad_pair(tmp_path, "a1_s1_t1"))
    assert recording.positions is not None
    np.testing.assert_allclose(recording.positions, kinect_v1(), atol=1e-6)
    assert recording.exercise.extra["inertial_at"] == "right wrist"


def test_the_inertial_file_names_its_recording(tmp_path: Path) -> None:
    skeleton = made.utd_mhad_pair(tmp_path)
    inertial = next((tmp_path / "Inertial").iterdir())
    assert reading.read(inertial).source == reading.read(skeleton).source
    assert reading.find_recordings(tmp_path) == [skeleton]
    skeleton.unlink()
    with pytest.raises(FormatError, match="its skeleton file a27_s2_t3_skeleton"):
        reading.read(inertial)


def test_a_skeleton_alone_is_read_and_says_so(tmp_path: Path) -> None:
    skeleton = made.utd_mhad_pair(tmp_path)
    inertial = next((tmp_path / "Inertial").iterdir())
    other = inertial.rename(tmp_path / "worn.mat")
    assert "lack inertial" in steps(reading.read(skeleton))
    assert reading.read(skeleton, inertial=other).streams
    with pytest.raises(FormatError, match="the inertial file, found nothing there"):
        reading.read(skeleton, inertial=tmp_path / "none.mat")


def test_a_single_frame_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a1_s1_t1_skeleton.mat"
    savemat(path, {"d_skel": made.in_order(utd_mhad._ORDER, 1)[0]})
    assert len(reading.read(path)) == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((25, 3, 4)), r"numbers of shape \(20, 3, frames\)"),
        (np.array(["text"]), "numbers of shape"),
        (np.full((20, 3, 4), np.nan), "finite numbers"),
        (np.full((20, 3, 4), 1e12), "finite numbers"),
        (np.zeros((20, 3, 4), dtype=complex), "numbers of shape"),
    ],
)
def test_wrong_variables_are_refused(
    values: np.ndarray[tuple[int, ...], np.dtype[np.generic]], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a1_s1_t1_skeleton.mat"
    savemat(path, {"d_skel": values})
    with pytest.raises(FormatError, match=message):
        reading.read(path, format="utd-mhad")


def test_other_variables_and_rates_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a1_s1_t1_skeleton.mat"
    savemat(path, {"other": np.zeros(3)})
    with pytest.raises(FormatError, match="a variable d_skel, found none"):
        reading.read(path, format="utd-mhad")
    with pytest.raises(FormatError, match="rate_hz above 0"):
        reading.read(path, format="utd-mhad", rate_hz=0)


def test_msr_frames_of_zeros_are_unseen_and_derived_joints_inferred(tmp_path: Path) -> None:
    recording = reading.read(made.msr(tmp_path))
    assert recording.positions is not None
    assert recording.confidence is not None
    assert np.isnan(recording.positions[3]).all()
    assert (recording.confidence[3] == 0).all()
    spine = KINECT_V1.index("Spine")
    assert recording.confidence[0, spine] == 0.5
    assert "derives them" in steps(recording)["assume confidence"]
    assert recording.rate_hz == pytest.approx(15)
    assert (recording.exercise.label, recording.subject.id) == ("draw x", "s02")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t + "1 2 3 1\n", "20 lines a frame, found 241 lines, 1 too many"),
        (lambda t: t.replace(" 1\n", " 1.5\n", 1), "frame 1, joint 1: expected a confidence"),
        (lambda _: "0 0 0 0\n" * 40, "a person in some frame, found 2 frames of zeros"),
        (lambda _: "120 80 500 1\n" * 40, "coordinates in m, found values of about 500"),
        (lambda t: t.replace("\n", " 7\n", 1), "line 1: expected 4 columns"),
    ],
)
def test_msr_damage_is_named(change: object, message: str, tmp_path: Path) -> None:
    path = made.msr(tmp_path)
    assert callable(change)
    path.write_text(change(path.read_text()))
    with pytest.raises(FormatError, match=message):
        reading.read(path)


def test_msr_rate_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="rate_hz above 0"):
        reading.read(made.msr(tmp_path), rate_hz=-1)


def moves(recording: Recording, joint: str) -> float:
    """Spread of a joint beside the spine, m."""
    apart = recording.joint(joint) - recording.joint("Spine")
    return float(np.nanstd(apart, axis=0).sum())


@pytest.mark.data
@pytest.mark.parametrize(
    ("path", "more", "less"),
    [
        ("utd-mhad/Skeleton/a1_s1_t1_skeleton.mat", "WristRight", "WristLeft"),
        ("utd-mhad/Skeleton/a3_s5_t2_skeleton.mat", "WristRight", "WristLeft"),
        ("msr-action3d/a02_s01_e01_skeleton3D.txt", "WristRight", "WristLeft"),
        ("msr-action3d/a14_s02_e01_skeleton3D.txt", "AnkleRight", "AnkleLeft"),
    ],
)
def test_real_ones_move_the_side_that_the_action_names(
    path: str, more: str, less: str, data_root: Path
) -> None:
    recording = reading.read(data_root / path)
    check_the_head_is_above_the_pelvis(recording)
    check_left_is_to_the_left(recording)
    assert moves(recording, more) > 3 * moves(recording, less)


@pytest.mark.data
def test_real_squats_hold_the_sensor_on_the_thigh(data_root: Path) -> None:
    recording = reading.read(data_root / "utd-mhad/Skeleton/a27_s1_t1_skeleton.mat")
    stream = recording.streams["imu_acceleration"]
    length = np.linalg.norm(stream.values, axis=1)
    assert np.median(length) == pytest.approx(1, abs=0.15)  # g: it holds gravity


@pytest.mark.data
def test_a_recording_of_nobody_is_refused(data_root: Path) -> None:
    refused = []
    for path in sorted((data_root / "msr-action3d").glob("a*_skeleton3D.txt")):
        if not any(cell.strip("0. \n") for cell in path.read_text().split()):
            refused.append(path.name)
            with pytest.raises(FormatError, match="Nobody was tracked"):
                reading.read(path)
    assert len(refused) == 1
