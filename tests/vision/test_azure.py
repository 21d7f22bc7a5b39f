"""An Azure Kinect's MKV: the pose of its colours, its clock, its inertial samples and its depth."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.formats import matroska as made
from tests.formats.mutations import MUTATIONS
from tests.vision.films import SquareFinder, picture

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.files import read_head
from rehabkit.kinematics.trust import sensor_of
from rehabkit.recording import Recording
from rehabkit.vision import azure, reader
from rehabkit.vision.azure_tracks import depth_pictures, read_tracks

pytestmark = pytest.mark.video


def coloured(path: Path, count: int = 6, **options: Any) -> Path:
    cv2 = pytest.importorskip("cv2")
    jpegs = [cv2.imencode(".jpg", picture(20 + 8 * i))[1].tobytes() for i in range(count)]
    return made.recording(path, count, pictures=jpegs, **options)


def step(recording: Recording, name: str) -> str:
    return next(s.touched for s in recording.history if s.name == name)


def test_the_pose_has_the_devices_clock_and_streams_beside(tmp_path: Path) -> None:
    path = coloured(tmp_path / "a.mkv")
    recording = reading.read(path, estimator=SquareFinder())
    assert recording.image_size == (160, 120)
    assert recording.source.format == "azure-mkv"
    assert recording.source.clock == "Azure Kinect device time"
    assert recording.source.start_s == pytest.approx(0.336)
    np.testing.assert_allclose(recording.time, np.arange(6) * 0.033333, atol=1e-6)
    accelerometer, gyroscope = (recording.streams[n] for n in ("accelerometer", "gyroscope"))
    np.testing.assert_allclose(accelerometer.time, recording.time, atol=1e-6)
    assert (accelerometer.unit, gyroscope.unit) == ("m/s^2", "rad/s")
    np.testing.assert_allclose(accelerometer.values[0], (0, 0, -9.81))
    np.testing.assert_allclose(gyroscope.values[0], (0.1, 0.2, 0.3), rtol=1e-6)
    assert recording.mirrored == "no"
    assert reading.read(path, estimator=SquareFinder(), mirrored="yes").mirrored == "yes"
    assert sensor_of(recording) == "keypoints"  # this estimator gives no points in space
    assert "COLOR mjpeg 160 x 120 (6 pictures), DEPTH rawvideo" in step(recording, "read")
    assert "calibration of 2 cameras" in step(recording, "read device")


def test_up_is_the_accelerometers_turned_to_the_colour_camera(tmp_path: Path) -> None:
    recording = azure.read(coloured(tmp_path / "a.mkv", 2), estimator=SquareFinder())
    tilt = np.radians(made.TILT_DEG)
    assert recording.up.known_by == "sensor"
    np.testing.assert_allclose(recording.up.vector, (0, -np.cos(tilt), np.sin(tilt)), atol=1e-6)
    assert "2 samples of 9.81 m/s^2: the camera looks up by 6.0 deg" in step(recording, "find up")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"acceleration": (3.0, 0.0, -14.0)}, "14.32 m/s.2 on average: not at rest"),
        ({"attached": json.dumps({"CalibrationInformation": {}})}, "how the sensor is turned"),
        (
            {"attached": json.dumps(made.calibration([[2, 0, 0], [0, 1, 0], [0, 0, 1]]))},
            "how the sensor is turned",
        ),
    ],
)
def test_without_rest_or_calibration_up_stays_assumed(
    options: dict[str, Any], why: str, tmp_path: Path
) -> None:
    recording = azure.read(coloured(tmp_path / "a.mkv", 2, **options), estimator=SquareFinder())
    assert recording.up.known_by == "assumed"
    assert recording.up.vector == (0, -1, 0)
    assert re.search(why, step(recording, "assume camera level"))


def test_without_colour_there_are_the_signals(tmp_path: Path) -> None:
    recording = reading.read(made.recording(tmp_path / "a.mkv"))
    assert (len(recording), len(recording.skeleton)) == (12, 0)
    assert set(recording.streams) == {"accelerometer", "gyroscope"}
    assert recording.source.start_s == pytest.approx(0.336)


def test_times_in_microseconds_are_told_by_the_packets(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "a.mkv", ticks=1000)
    assert read_tracks(path).time_unit == "us"
    assert reading.read(path).time[1] == pytest.approx(0.033333)
    with pytest.raises(FormatError, match=r"track IMU: expected times about 0\.5"):
        reading.read(made.recording(tmp_path / "b.mkv", ticks=0.1))


def test_depth_comes_a_picture_at_a_time(tmp_path: Path) -> None:
    found = list(depth_pictures(made.recording(tmp_path / "a.mkv", 3)))
    assert [int(p.depth_mm[0, 0]) for p in found] == [1000, 1001, 1002]
    assert found[0].depth_mm.shape == made.DEPTH_SIZE[::-1]
    assert found[1].time_s == pytest.approx(0.336 + 0.033333)


def test_only_one_reader_takes_it(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "a.mkv")
    head = read_head(path)
    assert azure.identify(path, head)
    assert not reader.identify(path, head)
    plain = head.replace(b"Azure Kinect", b"Another film").replace(b"S_K4A/IMU", b"S_TEXT/XY")
    assert not azure.identify(path, plain)
    assert reader.identify(path, plain)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attached": "{"}, "calibration: expected JSON, found damage"),
        ({"attached": "[]"}, "calibration: expected 'CalibrationInformation'"),
        ({"duration_us": 60_000_000}, r"expected 60\.00 s of recording, found an end at 0\.3"),
    ],
)
def test_damage_says_where(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message):
        reading.read(made.recording(tmp_path / "a.mkv", **options))


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = made.recording(tmp_path / "a.mkv")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FormatError, match=r"expected \d+ bytes, as its header states, found \d+"):
        reading.read(path)
    unknown = path.read_bytes().replace(b"\x18\x53\x80\x67", b"\x18\x53\x80\x67" + b"\xff", 1)
    place = unknown.index(b"\x18\x53\x80\x67") + 5
    path.write_bytes(unknown[:place] + unknown[place + 8 :])  # as a recording that goes on
    assert len(reading.read(path)) == 11


def test_another_matroska_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(b"\x1a\x45\xdf\xa3" + bytes(100))
    with pytest.raises(FormatError, match=r"an Azure Kinect's recording .MKV., found something"):
        azure.read(path)


def test_damaged_colour_recordings_are_survived(tmp_path: Path) -> None:
    path = coloured(tmp_path / "a.mkv", 4)
    content, rng = path.read_bytes(), np.random.default_rng(5)
    for mutate in (*MUTATIONS.values(),) * 3:
        path.write_bytes(mutate(content, rng))
        with contextlib.suppress(RehabkitError):
            recording = reading.read(path, format="azure-mkv", estimator=SquareFinder())
            assert isinstance(recording, Recording)


@pytest.mark.data
def test_the_real_recording(data_root: Path) -> None:
    """One picture of a desk: nobody in it, and the camera looks up by 15 deg."""
    path = data_root / "formats" / "azure" / "recording.mkv"
    recording = reading.read(path)
    assert recording.image_points is not None
    assert np.isnan(recording.image_points).all()
    assert sensor_of(recording) == "video"
    assert "nobody found in 1 of 1" in step(recording, "mark unseen")
    assert recording.source.start_s == pytest.approx(0.800222)
    assert recording.streams["accelerometer"].time[0] == pytest.approx(-0.463945)
    assert "looks up by 15.7 deg" in step(recording, "find up")
    (depth,) = depth_pictures(path)
    assert depth.depth_mm.shape == (576, 640)
    assert 500 < np.median(depth.depth_mm[depth.depth_mm > 0]) < 3000
    calibration = json.loads((path.parent / "calibration.json").read_text())
    assert read_tracks(path).calibration == calibration["CalibrationInformation"]
