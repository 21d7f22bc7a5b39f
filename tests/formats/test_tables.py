"""CSV, Parquet and MediaPipe's landmarks: what is written comes back, what people write is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from tests.formats import made as samples

from rehabkit import reading
from rehabkit.errors import FormatError, RecordingError, RehabkitError
from rehabkit.recording import Recording, build_skeleton
from rehabkit.recording.skeletons import BLAZEPOSE, KINECT_V2

Array = NDArray[Any]
FIELDS = ("time", "positions", "orientations", "confidence", "image_points")
SMALL = build_skeleton("small", {"a": None, 'b, "c"': "a"}, {"pelvis": "a"})


def assert_same(found: Recording, expected: Recording) -> None:
    for name in FIELDS:
        a, b = getattr(found, name), getattr(expected, name)
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_array_equal(a, b, strict=True)
    for name in ("skeleton", "image_size", "mirrored", "origin", "up", "scale", "subject"):
        assert getattr(found, name) == getattr(expected, name)
    assert found.exercise == expected.exercise
    assert found.history[:-1] == expected.history
    assert found.source.start_s == expected.source.start_s
    assert found.source.clock == expected.source.clock
    assert found.source.view_axis == expected.source.view_axis


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_what_is_written_comes_back(suffix: str, tmp_path: Path) -> None:
    recording = samples.full_recording()
    path = tmp_path / f"a{suffix}"
    reading.write(recording, path)
    again = reading.read(path)
    assert_same(again, recording)
    assert again.history[-1].parameters["written_from"] == "a.mkv"
    assert list(tmp_path.iterdir()) == [path]


float32 = st.floats(width=32, allow_infinity=False, min_value=-1e8, max_value=1e8)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=arrays(np.float32, (4, 2, 3), elements=float32))
def test_float32_is_exact(suffix: str, tmp_path: Path, values: Array) -> None:
    recording = Recording(np.array([0, 0.1, 1 / 3, 1e4 + 1 / 7]), SMALL, positions=values)
    reading.write(recording, tmp_path / f"a{suffix}")
    assert_same(reading.read(tmp_path / f"a{suffix}"), recording)


def test_streams_come_back_from_parquet_and_are_refused_by_csv(tmp_path: Path) -> None:
    stream = samples.full_stream()
    recording = samples.full_recording().replace(streams={"emg": stream})
    reading.write(recording, tmp_path / "a.parquet")
    found = reading.read(tmp_path / "a.parquet").streams["emg"]
    np.testing.assert_array_equal(found.values, stream.values, strict=True)
    np.testing.assert_array_equal(found.time, stream.time, strict=True)
    assert (found.channels, found.unit, found.kind) == (stream.channels, "mV", "emg")
    with pytest.raises(RecordingError, match="no place for the streams emg: write Parquet"):
        reading.write(recording, tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()


def test_image_points_alone_come_back(tmp_path: Path) -> None:
    full = samples.full_recording()
    recording = full.replace(positions=None, orientations=None, origin="image")
    reading.write(recording, tmp_path / "a.parquet")
    assert_same(reading.read(tmp_path / "a.parquet"), recording)


def test_damaged_metadata_names_the_key(tmp_path: Path) -> None:
    path = samples.own_csv(tmp_path)
    text = path.read_text()
    path.write_text(text.replace('"known_by": "sensor"', '"knwn_by": "sensor"'))
    with pytest.raises(FormatError, match="key 'up': expected up as RehabKit writes it"):
        reading.read(path)
    path.write_text(text.replace("# rehabkit: 1", "# rehabkit: 2"))
    with pytest.raises(FormatError, match="expected version 1, found 2"):
        reading.read(path)
    path.write_text(text.replace("Neck_y_m", "gone"))
    with pytest.raises(FormatError, match="expected a column Neck_y_m"):
        reading.read(path)


def test_other_parquet_files_are_refused(tmp_path: Path) -> None:
    import polars as pl

    pl.DataFrame({"a": [1.0]}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(FormatError, match="expected a Parquet file that RehabKit wrote"):
        reading.read(tmp_path / "a.parquet")


def test_a_plain_csv_states_its_unit_and_keeps_its_clock(tmp_path: Path) -> None:
    recording = reading.read(samples.plain_csv(tmp_path))
    assert recording.skeleton is KINECT_V2
    assert recording.source.start_s == pytest.approx(9.235)
    assert recording.rate_hz == pytest.approx(120, rel=1e-3)
    assert recording.up.vector == (0, 1, 0)
    assert recording.positions is not None
    expected = samples.kinect_v2()
    expected[4, KINECT_V2.index("ThumbLeft")] = np.nan
    np.testing.assert_allclose(recording.positions, expected, atol=1e-6)


def write_plain(path: Path, header: list[str], table: Array) -> Path:
    path.write_text(",".join(header) + "\n" + samples.rows(table))
    return path


def test_a_plain_csv_without_units_is_told_by_the_body(tmp_path: Path) -> None:
    names = ["head", "pelvis", "knee_left", "knee_right"]
    header = ["frame", *(f"{n}.{a}" for n in names for a in "XYZ")]
    body = np.array([[0, 0, 160], [0, 0, 90], [10, 0, 45], [-10, 0, 45.0]])
    table = np.concatenate([[[i], *body.reshape(-1, 1)] for i in range(5)], axis=1).T
    recording = reading.read(write_plain(tmp_path / "a.csv", header, table))
    np.testing.assert_allclose(recording.joint("head")[0], (0, 0, 1.6), atol=1e-6)
    assert recording.up.vector == (0, 0, 1)
    assumed = {s.name: s.parameters for s in recording.history if s.is_assumption}
    assert assumed == {
        "assume frame rate": {"rate_hz": 30.0},
        "assume unit": {"unit": "cm"},
        "assume up": {"up": "z"},
    }
    given = reading.read(tmp_path / "a.csv", unit="m", up="-y", rate_hz=50)
    assert given.joint("head")[0, 2] == 160
    assert given.up.vector == (0, -1, 0)
    assert given.rate_hz == pytest.approx(50)


def test_plain_csv_errors_name_the_place(tmp_path: Path) -> None:
    path = samples.plain_csv(tmp_path)
    text = path.read_text()
    path.write_text(text.replace("\n9.235,", "\n9.235,oops", 1))
    with pytest.raises(FormatError, match=r"line 2, column 'SpineBase_x_mm': expected a number"):
        reading.read(path)
    path.write_text(text + "1,2,3\n")
    with pytest.raises(
        FormatError, match=r"line 14: expected 76 columns as in the header, found 3"
    ):
        reading.read(path)
    path.write_text(text)
    with pytest.raises(RehabkitError, match="Expected up as one of x, -x"):
        reading.read(path, up="north")


def test_tables_of_sensors_are_no_bodies(tmp_path: Path) -> None:
    sensors = ["time", *(f"{n}_{a}" for n in ("acc", "gyr", "mag") for a in "xyz")]
    write_plain(tmp_path / "imu.csv", sensors, np.ones((3, 10)))
    turns = [f"{n}_{a}" for n in ("Elbow", "Wrist", "Knee") for a in "wxyz"]
    write_plain(tmp_path / "turns.csv", turns, np.ones((3, 12)))
    found = reading.find_recordings(tmp_path)
    assert [reading.identify(path).name for path in found] == ["imu", "imu"]
    write_plain(tmp_path / "other.csv", ["time", "a", "b"], np.ones((3, 3)))
    assert reading.find_recordings(tmp_path) == found


def test_mediapipe_json_holds_both_kinds(tmp_path: Path) -> None:
    recording = reading.read(samples.mediapipe_json(tmp_path))
    assert recording.origin == "pelvis"
    assert recording.image_size == (640, 480)
    assert recording.mirrored == "unknown"
    assert recording.positions is not None
    assert recording.image_points is not None
    assert np.isnan(recording.positions[3]).all()
    np.testing.assert_allclose(recording.image_points[0, 11], (0.545 * 640, 0.3 * 480), atol=1e-3)
    assert recording.rate_hz == pytest.approx(25)
    assert not recording.scale.known


def test_mediapipe_json_round_trips(tmp_path: Path) -> None:
    first = reading.read(samples.mediapipe_json(tmp_path))
    reading.write(first, tmp_path / "again.json")
    again = reading.read(tmp_path / "again.json")
    np.testing.assert_array_equal(again.positions, first.positions)
    assert first.image_points is not None
    assert again.image_points is not None
    np.testing.assert_allclose(again.image_points, first.image_points, rtol=1e-6)
    np.testing.assert_allclose(again.time, first.time, atol=1e-12)
    with pytest.raises(RehabkitError, match="found the skeleton 'kinect-v2'"):
        reading.write(samples.full_recording(), tmp_path / "b.json")


def world_as(layout: str) -> object:
    frames = [samples.landmark_list(points) for points in samples.blaze_world(3)]
    named = [{n.upper(): [p["x"], p["y"], p["z"]] for n, p in zip(BLAZEPOSE.joints, f, strict=True)}
             for f in frames]  # fmt: skip
    return {
        "list of frames": frames,
        "list of lists": [[list(p.values()) for p in frame] for frame in frames],
        "landmarks each": [{"frame": i, "landmarks": f} for i, f in enumerate(frames)],
        "frames by number": {str(i): f for i, f in enumerate(frames)},
        "javascript": {"fps": 30, "frames": [{"poseWorldLandmarks": f} for f in frames]},
        "people": {"fps": 30, "frames": [{"pose_world_landmarks": [f, f]} for f in frames]},
        "nested landmark": [{"pose_landmarks": {"landmark": f}} for f in frames],
        "by name": [{"timestamp": 33 * i, "landmarks": f} for i, f in enumerate(named)],
    }[layout]


@pytest.mark.parametrize(
    "layout",
    ["list of frames", "list of lists", "landmarks each", "frames by number", "javascript",
     "people", "nested landmark", "by name"],
)  # fmt: skip
def test_json_as_people_write_it(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "pose.json"
    path.write_text(json.dumps(world_as(layout)))
    recording = reading.read(path, format="mediapipe")
    expected = samples.blaze_world(3).astype(np.float32)
    seen = (expected != 0).any(axis=-1)
    assert recording.positions is not None
    np.testing.assert_array_equal(recording.positions[seen], expected[seen])
    assert recording.rate_hz == pytest.approx(30, rel=0.02)
    assert recording.origin == "pelvis"


def test_image_landmarks_need_the_size_of_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "pose.json"
    frames = [{"pose_landmarks": samples.landmark_list(p)} for p in samples.blaze_image(3)]
    path.write_text(json.dumps(frames))
    with pytest.raises(FormatError, match=r"Give image_size=\(width, height\)"):
        reading.read(path)
    recording = reading.read(path, image_size=(1000, 500), mirrored="yes")
    assert (recording.origin, recording.mirrored) == ("image", "yes")
    assert recording.positions is None
    assert recording.image_points is not None
    np.testing.assert_allclose(recording.image_points[0, 23], (545, 250), atol=1e-3)


def test_one_row_a_landmark(tmp_path: Path) -> None:
    lines = ["frame,landmark_id,x,y,z,visibility"]
    for i, points in enumerate(samples.blaze_world(4)):
        lines += [f"{i},{j},{x},{y},{z},0.7" for j, (x, y, z) in enumerate(points)]
    (tmp_path / "long.csv").write_text("\n".join(lines) + "\n")
    recording = reading.read(tmp_path / "long.csv")
    assert recording.source.format == "mediapipe"
    assert recording.positions is not None
    assert recording.positions.shape == (4, 33, 3)
    np.testing.assert_allclose(recording.positions[2, 11], (0.15, -0.5, 0), atol=1e-6)
    assert recording.confidence is not None
    assert (recording.confidence == np.float32(0.7)).all()


def test_wrong_landmarks_name_the_frame(tmp_path: Path) -> None:
    path = tmp_path / "pose.json"
    frames = [samples.landmark_list(p) for p in samples.blaze_world(3)]
    path.write_text(json.dumps([*frames, frames[0][:20]]))
    with pytest.raises(FormatError, match="frame 3: expected 33 landmarks, found 20"):
        reading.read(path)
    path.write_text(json.dumps(frames)[:-40])
    with pytest.raises(FormatError, match=r"line 1, column .*expected JSON"):
        reading.read(path)
