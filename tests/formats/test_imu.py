"""Worn sensors: every layout, units stated and told, times, events, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.formats import samples_mocap as samples

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats import csv
from rehabkit.formats.imu.columns import find_sensors, spelled
from rehabkit.recording import Recording


def assumed(recording: Recording) -> dict[str, dict[str, object]]:
    return {f"{s.name} {s.parameters.get('stream', '')}".strip(): dict(s.parameters)
            for s in recording.history if s.name.startswith("assume")}  # fmt: skip


def test_metawear_finds_the_other_sensor(tmp_path: Path) -> None:
    path = samples.metawear(tmp_path)
    recording = reading.read(path)
    assert {k: v.unit for k, v in recording.streams.items()} == {
        "accelerometer": "g", "gyroscope": "deg/s",
    }  # fmt: skip
    gyroscope, accelerometer = recording.streams["gyroscope"], recording.streams["accelerometer"]
    np.testing.assert_allclose(np.diff(gyroscope.time), 0.04)
    np.testing.assert_allclose(accelerometer.time[:2], [0.04, 0.12])
    assert gyroscope.time[0] == 0
    np.testing.assert_array_equal(recording.time, gyroscope.time)
    assert recording.source.start_s == 1547223864.833
    assert recording.exercise.label == "A-squat"
    assert len(recording.skeleton) == 0
    other = reading.read(next(p for p in tmp_path.iterdir() if "Gyro" in p.name))
    np.testing.assert_array_equal(other.streams["accelerometer"].values, accelerometer.values)
    assert reading.find_recordings(tmp_path) == [path]


def test_metawear_alone_and_with_repeats(tmp_path: Path) -> None:
    path = samples.metawear(tmp_path)
    for file in tmp_path.iterdir():
        if file != path:
            file.unlink()
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:3], lines[2], *lines[3:]]) + "\n")
    recording = reading.read(path)
    assert list(recording.streams) == ["accelerometer"]
    assert "1 of 7 samples repeat" in str([s.touched for s in recording.history])


@pytest.mark.parametrize("unit", ["furlong", "deg"])
def test_metawear_with_an_unknown_unit(unit: str, tmp_path: Path) -> None:
    path = samples.metawear(tmp_path)
    path.write_text(path.read_text().replace("(g)", f"({unit})"))
    with pytest.raises(FormatError, match="header: expected epoch"):
        reading.read(path)


def test_a_session_of_units(tmp_path: Path) -> None:
    folder = samples.therapy(tmp_path)
    recording = reading.read(folder)
    assert set(recording.streams) == {
        f"{u}_{s}" for u in ("u1", "u2") for s in ("accelerometer", "gyroscope", "magnetometer")
    }
    assert recording.rate_hz == pytest.approx(25)
    known = assumed(recording)
    assert known["assume frame rate"] == {"rate_hz": 25.0}
    assert known["assume unit accelerometer"]["unit"] == "m/s^2"
    assert known["assume unit gyroscope"]["unit"] == "rad/s"
    assert known["assume unit magnetometer"]["unit"] == "a.u."
    events = [(e.name, e.time_s, e.description[-1]) for e in recording.events]
    assert events == [("start", 0.04, "1"), ("end", 0.16, "1"), ("start", 0.2, "3"),
                      ("end", 0.4, "3")]  # fmt: skip
    assert (recording.subject.id, recording.exercise.label) == ("s2", "e3")
    assert reading.find_recordings(tmp_path) == [folder]


def test_the_template_session(tmp_path: Path) -> None:
    folder = samples.therapy(tmp_path)
    template = reading.read(folder, session="template")
    by_file = reading.read(folder / "u2" / "template_session.txt")
    assert template.events == by_file.events
    assert template.events[0].time_s == pytest.approx(1.5 / 25)
    assert set(by_file.streams) == set(template.streams)
    assert len(template) == 9
    assert reading.read(folder, rate_hz=50).rate_hz == pytest.approx(50)
    for unit in ("u1", "u2"):
        (folder / unit / "test.txt").unlink()
    assert len(reading.read(folder)) == 9
    with pytest.raises(FormatError, match=r"with test\.txt, found template_session\.txt"):
        reading.read(folder, session="test")
    with pytest.raises(RehabkitError, match="session 'test' or 'template', found 'x'"):
        reading.read(folder, session="x")


def test_a_session_that_is_damaged(tmp_path: Path) -> None:
    folder = samples.therapy(tmp_path)
    times = folder / "test_times.csv"
    times.write_text("a,b\n1,2\n")
    with pytest.raises(FormatError, match=r"test_times\.csv, header: expected columns 'exec"):
        reading.read(folder)
    file = folder / "u2" / "test.txt"
    file.write_text(file.read_text().replace("\n5;", "\n3;"))
    with pytest.raises(FormatError, match="sample numbers that increase"):
        reading.read(folder)
    file.write_text("a;b\n1;2\n")
    with pytest.raises(FormatError, match=r"u2/test\.txt, header: expected time index;acc_x"):
        reading.read(folder)


def test_apdm(tmp_path: Path) -> None:
    recording = reading.read(samples.apdm(tmp_path))
    assert recording.skeleton.joints == ("Upper", "Hand")
    assert recording.rate_hz == pytest.approx(100)
    assert not assumed(recording), "rate and units are stated"
    assert {k: v.unit for k, v in recording.streams.items()} == {
        "Upper_accelerometer": "m/s^2", "Upper_gyroscope": "rad/s",
    }  # fmt: skip
    assert recording.orientations is not None
    angle = 2 * np.degrees(np.arccos(recording.orientations[:, 0, 0]))
    np.testing.assert_allclose(angle, 2.0 * np.arange(12), atol=0.02)
    left_out = next(s for s in recording.history if s.name == "leave out")
    assert "Hand_accelerometer, Hand_gyroscope" in left_out.touched


def test_apdm_without_a_rate(tmp_path: Path) -> None:
    path = samples.apdm(tmp_path)
    path.write_text(path.read_text().replace("Rate:,100", "Rate:,fast"))
    with pytest.raises(FormatError, match="line 2: expected 'Sample Rate:'"):
        reading.read(path)
    lines = samples.apdm(tmp_path).read_text().splitlines()
    path.write_text("\n".join(lines[:4]) + "\n")
    with pytest.raises(FormatError, match="at least one row below the units"):
        reading.read(path)


def test_quaternions_alone(tmp_path: Path) -> None:
    path = samples.quaternions_csv(tmp_path)
    recording = reading.read(path)
    assert recording.skeleton.joints == ("Thorax", "Shoulder")
    assert assumed(recording) == {"assume frame rate": {"rate_hz": 100.0}}
    assert recording.orientations is not None
    np.testing.assert_allclose(recording.orientations[1, 1], (0.6, -0.8, 0, 0), atol=1e-6)
    assert reading.read(path, rate_hz=60).rate_hz == pytest.approx(60)
    with pytest.raises(RehabkitError, match="rate_hz above 0"):
        reading.read(path, rate_hz=0)


def test_any_table_of_sensors(tmp_path: Path) -> None:
    path = samples.imu_csv(tmp_path)
    recording = reading.read(path)
    assert list(recording.streams) == ["thigh_accelerometer", "thigh_gyroscope",
                                       "foot_accelerometer", "foot_gyroscope"]  # fmt: skip
    known = assumed(recording)
    assert known["assume time unit"] == {"unit": "ms"}
    assert known["assume unit foot_gyroscope"]["unit"] == "deg/s"
    assert "assume unit foot_accelerometer" not in known
    assert recording.source.start_s == 1.0
    assert recording.rate_hz == pytest.approx(100)
    given = reading.read(path, rotation_unit="rad/s", acceleration_unit="m/s²")
    assert given.streams["foot_gyroscope"].unit == "rad/s"
    assert given.streams["foot_accelerometer"].unit == "m/s^2"
    with pytest.raises(RehabkitError, match="unit such as 'm/s\\^2' or 'g', found 'ell'"):
        reading.read(path, acceleration_unit="ell")


@pytest.mark.parametrize(("length", "unit"), [(1.0, "g"), (9.8, "m/s^2"), (1000.0, "mg")])
def test_gravity_says_the_unit(length: float, unit: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,acc_x,acc_y,acc_z\n" + "".join(f"{i},0,{length},0\n" for i in range(4)))
    recording = reading.read(path)
    assert recording.streams["accelerometer"].unit == unit
    assert "gravity" in str([s.touched for s in recording.history])


def test_neither_unit_nor_gravity(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time,acc_x,acc_y,acc_z\n0,0,3,0\n1,0,3,0\n")
    with pytest.raises(FormatError, match="as long as gravity, found vectors of median length 3"):
        reading.read(path)
    assert reading.read(path, acceleration_unit="g").streams["accelerometer"].unit == "g"


HEADERS = {
    "Acc_X [m/s²]": ("", "accelerometer", "m/s^2"),
    "Accelerometer X (g)": ("", "accelerometer", "g"),
    "gyro_x_dps": ("", "gyroscope", "deg/s"),
    "Thigh/Angular Velocity/X": ("Thigh", "gyroscope", ""),
    "gyr_x_shank": ("shank", "gyroscope", ""),
    "mag_x (uT)": ("", "magnetometer", "uT"),
    "left_wrist_ax": ("left_wrist", "accelerometer", ""),
    "gx": ("", "gyroscope", ""),
    "quat_x": ("", "orientation", ""),
    "Pelvis X": ("Pelvis", "orientation", ""),
}


@pytest.mark.parametrize("first", HEADERS)
def test_names_of_columns(first: str) -> None:
    device, quantity, unit = HEADERS[first]
    axis = "X" if "X" in first else "x"
    at = first.rindex(axis)
    header = [first[:at] + a + first[at + 1 :] for a in (axis, *("YZW" if axis == "X" else "yzw"))]
    found = find_sensors(header)
    assert [(s.device, s.quantity, s.unit) for s in found] == [(device, quantity, unit)]


def test_units_are_spelled_one_way() -> None:
    assert [spelled(u) for u in ("m/s²", "m s^-2", "°/s", "µT", "G", "parsec")] == [
        "m/s^2", "", "deg/s", "uT", "g", "",
    ]  # fmt: skip


def test_sensors_on_parts_of_the_body_are_no_joints(tmp_path: Path) -> None:
    names = [f"{p}_acc_{a}" for p in ("foot", "hip", "knee") for a in "xyz"]
    head = ("time," + ",".join(names) + "\n").encode()
    assert not csv.identify(tmp_path / "a.csv", head)


@pytest.mark.data
def test_real_files(data_root: Path) -> None:
    folder = data_root / "formats" / "imu-barbell"
    paths = reading.find_recordings(folder)
    assert len(paths) == 18
    for path in paths:
        recording = reading.read(path)
        lengths = np.linalg.norm(recording.streams["accelerometer"].values, axis=1)
        assert 0.8 < np.median(lengths) < 1.2
        assert np.median(np.diff(recording.streams["gyroscope"].time)) == pytest.approx(0.04)
    assert reading.find_recordings(data_root / "formats" / "imu-pt") == [
        data_root / "formats" / "imu-pt" / f"s{s}" / f"e{e}" for s, e in ((1, 1), (1, 2), (2, 1))
    ]
    session = reading.read(data_root / "formats" / "imu-pt" / "s1" / "e1")
    assert (len(session.streams), len(session.events)) == (15, 60)


@pytest.mark.data
def test_the_same_turns_in_two_files(data_root: Path) -> None:
    folder = data_root / "formats" / "kinect-imu-ik"
    apdm = reading.read(folder / "APDM_Kinect_Body_Quats_all.csv")
    plain = reading.read(folder / "sflex-k_quats.csv")
    assert apdm.skeleton.joints == ("Upper", "Middle", "Lower", "Hand")
    assert plain.skeleton.joints == ("Shoulder", "Clavicle", "Thorax", "Elbow")
    assert apdm.orientations is not None
    assert plain.orientations is not None
    assert apdm.orientations[0, 0, 0] == pytest.approx(0.00922, abs=1e-4)
    assert np.isfinite(plain.orientations).all()
