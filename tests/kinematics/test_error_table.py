"""The table of errors: which row fits, a user's own file, and what is wrong with one."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from rehabkit.errors import FormatError
from rehabkit.kinematics import error_table
from rehabkit.kinematics.angles import compute
from rehabkit.kinematics.error_table import SENSORS, builtin, load
from rehabkit.kinematics.measures import repetition_measures
from rehabkit.kinematics.trust import sensor_of
from rehabkit.pipeline import analyze
from rehabkit.recording import Source
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

GOOD = """
[groups]
knees = ["knee_flexion", "knee_valgus"]
[[row]]
sensors = ["generated"]
angles = ["knees"]
error_deg = 3.0
range_error_deg = 2.0
source = "our laboratory, 2024"
[[row]]
measures = ["duration", "*.peak_velocity"]
unit = "s"
error = 0.1
source = "our stop watch"
[[row]]
angles = ["hip_flexion"]
mdc95_deg = 13.859
source = "our retest"
"""


def table(folder: Path, text: str = GOOD) -> Path:
    path = folder / "my_errors.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("device", "kind", "sensor"),
    [
        ("Kinect v2", "kimore", "kinect-v2"),
        ("Kinect v1", "utkinect", "kinect-v1"),
        ("Azure Kinect", "azure", "azure-kinect"),
        ("Azure Kinect DK", "azure-json", "azure-kinect"),
        ("Vicon", "ui-prmd-vicon", "marker"),
        ("APDM", "imu", "imu"),
        ("Xsens MVN", "bvh", "imu"),
        ("video, mediapipe", "video", "video"),
        ("OpenPose", "openpose", "keypoints"),
        ("a simulation", "csv", "unknown"),
    ],
)
def test_sensors_are_known(device: str, kind: str, sensor: str) -> None:
    made = generate("squat", repetitions=1).recording
    seen = made.replace(source=Source(device=device, format=kind))
    assert sensor_of(seen) == sensor
    assert sensor in SENSORS


def test_points_of_a_picture_are_key_points() -> None:
    made = generate("squat", repetitions=1, image="only", heading_deg=90).recording
    seen = made.replace(source=Source(device="camera, OpenPose", format="openpose"))
    assert sensor_of(seen) == "keypoints"
    knee = compute(seen).angles["knee_flexion_left"]
    assert knee.error_deg == 11.4
    assert "2505.04713" in knee.error_source


def test_published_figures() -> None:
    table = builtin()
    assert table.angle("knee_flexion", "azure-kinect", "front").error_deg == 11.9
    elbow = table.angle("elbow_flexion", "kinect-v2", "front")
    assert elbow.mdc95_deg == 50
    assert elbow.error_deg == pytest.approx(50 / 2.772, rel=1e-3)
    assert table.angle("shoulder_flexion", "video", "front").range_error_percent == 25
    assert table.angle("knee_flexion", "unknown", "front") is error_table.NOTHING_KNOWN


def test_a_users_rows_come_first_and_say_so(tmp_path: Path) -> None:
    mine = load(table(tmp_path))
    assert mine.own == 3
    knee = mine.angle("knee_valgus", "generated", "front")
    assert (knee.error_deg, knee.range_error_deg) == (3.0, 2.0)
    assert knee.error_source == "my_errors.toml: our laboratory, 2024"
    assert mine.angle("hip_flexion", "video", "front").error_deg == pytest.approx(5.0, abs=1e-3)
    assert mine.angle("knee_flexion", "kinect-v2", "front").error_deg == 11.9


def test_errors_reach_measures_history_and_other_processes(tmp_path: Path) -> None:
    made = generate("squat", repetitions=2).recording
    found = analyze(made, exercise="squat", errors=table(tmp_path))
    first = found.repetition_measures[0]
    assert first["knee_flexion_left.max"].error == 3.0
    assert first["knee_flexion_left.range"].error == 2.0
    assert first["duration"].error == 0.1
    assert first["knee_flexion_left.peak_velocity"].error is None  # in deg/s, the row in s
    assert found.recording_measures["duration"].error == 0.1
    line = next(s for s in found.recording.history if s.name == "use a table of errors")
    assert "my_errors.toml" in line.touched
    assert "our stop watch" in line.touched
    again = pickle.loads(pickle.dumps(found.kinematics))
    assert again.measure_errors == found.kinematics.measure_errors


def test_a_share_of_the_range() -> None:
    made = clean(generate("shoulder-flexion", repetitions=1).recording)
    seen = made.replace(source=Source(device="video", format="video", view_axis=(0.0, 0.0, 1.0)))
    kinematics = compute(seen)
    cycle = analyze(made).segmentation.repetitions[0]
    found = repetition_measures(seen, kinematics, cycle)["shoulder_flexion_left.range"]
    assert found.value is not None
    assert found.error == pytest.approx(found.value / 4)
    assert np.isfinite(found.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rows = 1", r"rows: expected only 'row' and 'groups'"),
        ("= 1", "expected a TOML file"),
        ("[groups]", "at least one"),
        ('[[row]]\nerror_deg = 2', "row 1, source: expected where the figure comes from"),
        ('[[row]]\nerrordeg = 2\nsource = "x"', "row 1, errordeg: expected one of"),
        ('[[row]]\nerror_deg = -2\nsource = "x"', "row 1, error_deg: expected a number above 0"),
        ('[[row]]\nerror_deg = nan\nsource = "x"', "found nan"),
        ('[[row]]\nerror_deg = true\nsource = "x"', "found True"),
        ('[[row]]\nsensors = ["kinect"]\nsource = "x"', "row 1, sensors: .*'kinect-v2'.*'kinect'"),
        ('[[row]]\nviews = ["above"]\nsource = "x"', "row 1, views: .*found 'above'"),
        ('[[row]]\nangles = ["knee"]\nsource = "x"', "row 1, angles: .*found 'knee'"),
        ('[[row]]\nangles = "knee_flexion"\nsource = "x"', "row 1, angles: expected a list"),
        ('[[row]]\nmeasurable = "no"\nsource = "x"', "true or false"),
        ('[[row]]\nmeasurable = false\nsource = "x"', "row 1, reason: expected why"),
        ('[[row]]\nmeasures = ["hold"]\nerror = 1\nsource = "x"', "row 1, unit: expected the unit"),
        ('[[row]]\nmeasures = ["hold"]\nunit = "s"\nerror_deg = 1\nsource = "x"',
         "row 1, error_deg: expected 'error' or 'mdc95' in this row"),
        ('[[row]]\nerror = 1\nsource = "x"', "row 1, error: expected 'error_deg' or"),
        ("row = 5", r"row: expected \[\[row\]\] tables"),
        ("groups = 5", "groups: expected a table"),
        ('[[row]]\nsource = 5', "row 1, source: expected text in quotes"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        load(table(tmp_path, text))
    assert "my_errors.toml" in str(caught.value)


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="a file that can be read"):
        load(tmp_path / "none.toml")
