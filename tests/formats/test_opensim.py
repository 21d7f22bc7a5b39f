"""MOT and STO: header variants, units by name, and tables that OpenSim reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.samples_biomechanics import c3d, mot, sto, sto_quaternions
from tests.formats.second import opensim_table

import rehabkit as rk
from rehabkit.errors import FormatError, RecordingError, RehabkitError
from rehabkit.kinematics import angles
from rehabkit.recording import Recording, Skeleton, Source, Stream
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

NONE = Skeleton("none", (), ())


def table(folder: Path, header: str, columns: str, *rows: str, name: str = "a.sto") -> Path:
    path = folder / name
    path.write_text("\n".join([*header.split("|"), "endheader", columns, *rows]) + "\n")
    return path


def streams(**named: Stream) -> Recording:
    time = next(iter(named.values())).time
    return Recording(time, NONE, streams=named, source=Source(start_s=9.235222))


# --- Reading ------------------------------------------------------------------------------------


def test_coordinates_are_angles_and_translations(tmp_path: Path) -> None:
    recording = rk.read(mot(tmp_path))
    turned, moved = recording.streams["angles"], recording.streams["translations"]
    assert (turned.unit, turned.channels) == (
        "deg",
        ("pelvis_tilt", "hip_flexion_r", "knee_angle_r"),
    )
    assert (moved.unit, moved.channels) == ("m", ("pelvis_ty",))
    np.testing.assert_allclose(turned.values[2], (-4, 6, 11))
    assert recording.source.start_s == 1.56
    assert recording.time[0] == 0
    assert len(recording.skeleton) == 0


def test_radians_become_degrees_and_say_so(tmp_path: Path) -> None:
    path = mot(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"inDegrees=yes", b"inDegrees=no"))
    recording = rk.read(path)
    np.testing.assert_allclose(recording.streams["angles"].values[2, 2], np.degrees(11))
    assert recording.streams["translations"].values[0, 0] == 0.95
    assert any(s.name == "convert angles" for s in recording.history)
    path.write_bytes(path.read_bytes().replace(b"inDegrees=no", b""))
    assumed = next(s for s in rk.read(path).history if s.is_assumption)
    assert "no inDegrees in the header" in assumed.touched


def test_forces_and_moments_by_name_in_a_file_with_commas(tmp_path: Path) -> None:
    recording = rk.read(sto(tmp_path))
    assert {n: (s.unit, s.channels) for n, s in recording.streams.items()} == {
        "moments": ("Nm", ("pelvis_tilt_moment", "knee_angle_r_moment")),
        "forces": ("N", ("pelvis_ty_force",)),
    }


@pytest.mark.parametrize(
    ("header", "column", "stream", "unit"),
    [
        ("Coordinates|inDegrees=yes", "hip_tx", "translations", "m"),
        ("Coordinates|inDegrees=yes", "box_transX", "translations", "m"),
        ("inDegrees=yes", "1_ground_force_vx", "forces", "N"),
        ("inDegrees=yes", "1_ground_force_px", "centres of pressure", "m"),
        ("inDegrees=yes", "ground_torque_y", "moments", "Nm"),
        ("Speeds|inDegrees=yes", "knee_angle_r", "angular velocities", "deg/s"),
        ("Speeds|inDegrees=yes", "pelvis_tx", "velocities", "m/s"),
        ("Accelerations|inDegrees=yes", "knee_angle_r", "angular accelerations", "deg/s^2"),
        ("States|inDegrees=yes", "/jointset/knee/knee_angle_r/value", "angles", "deg"),
        ("States|inDegrees=yes", "/jointset/knee/knee_r/speed", "angular velocities", "deg/s"),
        ("States|inDegrees=yes", "/forceset/soleus_r/activation", "activations", "1"),
        ("Muscle activations", "soleus_r", "activations", "1"),
        ("Static optimization forces", "soleus_r", "forces", "N"),
        ("version=3", "whatever", "values", "unknown"),
    ],
)  # fmt: skip
def test_units_by_name(tmp_path: Path, header: str, column: str, stream: str, unit: str) -> None:
    read = rk.read(table(tmp_path, header, f"time\t{column}", "0\t1", "0.1\t2")).streams
    assert {n: s.unit for n, s in read.items()} == {stream: unit}


def test_quaternions_are_orientations(tmp_path: Path) -> None:
    recording = rk.read(sto_quaternions(tmp_path))
    assert recording.skeleton.joints == ("torso_imu", "humerus_r_imu")
    assert recording.orientations is not None
    expected = np.array([[0.6, 0.8, 0, 0], [0, 1, 0, 0]])
    np.testing.assert_allclose(recording.orientations[0], expected)
    assert recording.source.rate_hz == 100
    path = tmp_path / "orientations.sto"
    path.write_text(path.read_text().replace("0.6,0.8,0,0", "0,0,0,0", 1))
    again = rk.read(path)
    assert again.orientations is not None
    assert np.isnan(again.orientations[0, 0]).all()
    assert any("1 quaternions were of no length one" in str(s) for s in again.history)


def test_rows_with_blanks_and_a_simm_header(tmp_path: Path) -> None:
    header = "name trial1|datacolumns 3|datarows 2|range 0 1"
    rows = ("0.0  1.5   2", "0.1  2.5   nan")
    path = table(tmp_path, header, "time hip_flexion knee_tx", *rows, name="a.mot")
    recording = rk.read(path)
    np.testing.assert_allclose(
        recording.streams["angles"].values[:, 0], np.degrees(np.array([1.5, 2.5]))
    )
    assert np.isnan(recording.streams["translations"].values[1, 0])


@pytest.mark.parametrize(
    ("header", "columns", "rows", "message"),
    [
        ("nRows=1", "frame\ta", ["0\t1"], r"line 3: expected column names that begin with time"),
        ("nRows=1", "time", ["0"], r"line 3: expected columns beside time"),
        ("nRows=1", "time\ta", [], r"at least one row, found a header only"),
        ("nRows=1", "time\ta\tb", ["0\t1"], r"line 4: expected 3 columns"),
        ("nRows=1", "time\ta", ["0\t1\t2"], r"line 4: expected 2 columns .*found 3"),
        ("nRows=1", "time\ta", ["0\tx"], r"line 4, column 2: expected a number up to .*'x'"),
        ("nRows=1", "time\ta", ["nan\t1"], r"line 4, column 1: expected a time in s"),
        ("DataType=Quaternion", "time\ta", ["0\t1,2,3"], r"line 4, column 2: expected 4 numbers"),
        ("DataType=Quaternion", "time,a", ["0,1"], r"separated by tabs, found commas alone"),
        ("DataType=Vec3", "time\ta", ["0\t1,2,3"], r"DataType: expected double or Quaternion"),
    ],
)  # fmt: skip
def test_errors_name_the_place(
    tmp_path: Path, header: str, columns: str, rows: list[str], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        rk.read(table(tmp_path, header, columns, *rows), format="opensim")


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mot").write_text("Coordinates\ntime\ta\n0\t1\n")
    with pytest.raises(FormatError, match="a header that ends with endheader, found none"):
        rk.read(tmp_path / "a.mot", format="opensim")


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = mot(tmp_path)
    path.write_bytes(path.read_bytes().rstrip()[:-2])
    assert rk.read(path).streams["angles"].values.shape == (12, 3)  # all rows are there
    path.write_bytes(b"\r\n".join(path.read_bytes().splitlines()[:-2]))
    with pytest.raises(FormatError, match="12 rows as the header says, found 10, the last one"):
        rk.read(path)
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert any("says 12 rows, the file holds 10" in str(s) for s in rk.read(path).history)


# --- Writing ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def squat() -> Recording:
    made = generate("squat", repetitions=1, seed=3).recording
    return made.replace(source=Source(start_s=9.235, clock="the sensor's"))


def test_a_mot_holds_the_angles_that_analyze_gives(tmp_path: Path, squat: Recording) -> None:
    rk.write(squat, tmp_path / "a.mot")
    text = (tmp_path / "a.mot").read_text()
    assert "inDegrees=yes\n" in text
    assert "cutoff_hz=6\n" in text
    assert "filter=zero-phase Butterworth low-pass on joint positions" in text
    expected = angles.compute(clean(squat))
    again = rk.read(tmp_path / "a.mot")
    stream = again.streams["angles"]
    assert again.source.start_s == pytest.approx(9.235, abs=1e-9)
    np.testing.assert_allclose(stream.time, squat.time, atol=2e-9)
    for i, name in enumerate(stream.channels):
        np.testing.assert_allclose(stream.values[:, i], expected[name].values, atol=1e-6)
    rk.write(squat, tmp_path / "raw.mot", cutoff_hz=None)
    assert "filter=none (raw)\n" in (tmp_path / "raw.mot").read_text()
    raw = rk.read(tmp_path / "raw.mot").streams["angles"]
    assert np.nanmax(np.abs(raw.values - stream.values)) > 1e-3


def test_opensim_reads_the_angles(tmp_path: Path, squat: Recording) -> None:
    rk.write(squat, tmp_path / "a.mot")
    stream = rk.read(tmp_path / "a.mot").streams["angles"]
    found = opensim_table(tmp_path / "a.mot")
    assert tuple(found["labels"]) == stream.channels
    assert found["texts"]["inDegrees"] == "yes"
    np.testing.assert_allclose(found["time"], squat.time + 9.235, atol=1e-8)
    np.testing.assert_allclose(found["values"], stream.values, atol=1e-9)


def test_opensim_reads_the_orientations(tmp_path: Path) -> None:
    recording = rk.read(sto_quaternions(tmp_path))
    rk.write(recording, tmp_path / "o.sto")
    found = opensim_table(tmp_path / "o.sto", "TimeSeriesTableQuaternion")
    assert tuple(found["labels"]) == recording.skeleton.joints
    assert recording.orientations is not None
    np.testing.assert_allclose(
        found["values"].reshape(recording.orientations.shape), recording.orientations, atol=1e-6
    )
    again = rk.read(tmp_path / "o.sto")
    assert again.orientations is not None
    np.testing.assert_allclose(again.orientations, recording.orientations, atol=1e-7)


def test_angles_of_the_source_are_written_as_they_are(tmp_path: Path) -> None:
    rk.write(rk.read(c3d(tmp_path)), tmp_path / "a.mot")
    assert "angles=as the source holds them" in (tmp_path / "a.mot").read_text()
    again = rk.read(tmp_path / "a.mot")
    assert again.streams["angles"].channels[0] == "LKneeAngles_x"
    with pytest.raises(RecordingError, match="cutoff_hz belongs to computed angles"):
        rk.write(rk.read(c3d(tmp_path)), tmp_path / "b.mot", cutoff_hz=4)


def test_what_cannot_be_written(tmp_path: Path, squat: Recording) -> None:
    time = np.arange(3.0)
    emg = streams(emg=Stream(time, np.ones((3, 1)), ("RF",), "mV", "emg"))
    with pytest.raises(RecordingError, match="no joints, so no joint angles"):
        rk.write(emg, tmp_path / "a.mot")
    with pytest.raises(RecordingError, match="this recording has neither: positions are written"):
        rk.write(squat, tmp_path / "a.sto")
    with pytest.raises(RecordingError, match="No stream is called 'x'; there are: 'emg'"):
        rk.write(emg, tmp_path / "a.sto", stream="x")
    with pytest.raises(RehabkitError, match="Expected cutoff_hz above 0 or None, found -1"):
        rk.write(squat, tmp_path / "a.mot", cutoff_hz=-1)
    with pytest.raises(RehabkitError, match="has no option 'cutoff_hz'; allowed: 'stream'"):
        rk.write(emg, tmp_path / "a.sto", cutoff_hz=3)
    other = Stream(np.arange(4.0), np.ones((4, 1)), ("g",), "deg/s", "imu")
    two = emg.replace(streams={"emg": emg.streams["emg"], "imu": other})
    with pytest.raises(RecordingError, match="do not share theirs: say which with stream="):
        rk.write(two, tmp_path / "a.sto")
    rk.write(two, tmp_path / "a.sto", stream="imu")
    assert rk.read(tmp_path / "a.sto").streams["imu"].unit == "deg/s"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 6), start_s=st.floats(0, 1e5))
def test_streams_come_back(tmp_path: Path, seed: int, rows: int, start_s: float) -> None:
    rng = np.random.default_rng(seed)
    time = np.arange(rows) / 100

    def stream(channels: tuple[str, ...], unit: str, kind: str) -> Stream:
        values: Any = rng.normal(0, 100, (rows, len(channels)))
        values[rng.uniform(size=values.shape) < 0.1] = np.nan
        return Stream(time, values, channels, unit, kind)

    written = streams(
        angles=stream(("knee flexion", "hip"), "deg", "angles"), emg=stream(("hip",), "mV", "emg")
    ).replace(source=Source(start_s=start_s))
    rk.write(written, tmp_path / "a.sto")
    again = rk.read(tmp_path / "a.sto")
    assert again.source.start_s == pytest.approx(start_s, abs=1e-9)
    for name, before in written.streams.items():
        after = again.streams[name]
        assert (after.channels, after.unit, after.kind) == (
            before.channels, before.unit, before.kind
        )  # fmt: skip
        np.testing.assert_allclose(after.values, before.values, rtol=1e-8)
        np.testing.assert_allclose(after.time, before.time, atol=2e-9)


def test_a_header_longer_than_the_first_bytes_is_known(tmp_path: Path) -> None:
    names = tuple(f"channel number {i} of many" for i in range(300))
    wide = Stream(np.arange(3.0), np.ones((3, 300)), names, "mV", "emg")
    rk.write(streams(emg=wide), tmp_path / "a.sto")
    assert rk.read(tmp_path / "a.sto").streams["emg"].channels == names


def test_a_header_of_ours_that_does_not_fit_is_not_believed(tmp_path: Path) -> None:
    written = streams(emg=Stream(np.arange(2.0), np.ones((2, 1)), ("RF",), "mV", "emg"))
    rk.write(written, tmp_path / "a.sto")
    path = tmp_path / "a.sto"
    for wrong in ("[1]", "{", '[{"channels": ["a", "b"]}]'):
        text = path.read_text().splitlines()
        at = next(i for i, line in enumerate(text) if line.startswith("rehabkit_streams"))
        text[at] = f"rehabkit_streams={wrong}"
        path.write_text("\n".join(text) + "\n")
        assert rk.read(path).streams["values"].channels == ("RF",)


# --- Real files ---------------------------------------------------------------------------------


@pytest.mark.data
def test_inverse_kin_is_read_as_opensim_reads_it(data_root: Path, tmp_path: Path) -> None:
    """OpenSim does not take the file with commas; the same table with tabs is its truth."""
    source = data_root / "formats/opensim/inverse_kin.mot"
    tabbed = tmp_path / "tabs.mot"
    lines = [line.rstrip(",") for line in source.read_text().splitlines()]
    body = lines.index("endheader") + 1
    header = [x for x in lines[:body] if not x.startswith("nRows")]
    rows = [line.replace(",", "\t") for line in lines[body:] if line]
    tabbed.write_text("\n".join([*header[:2], f"nRows={len(rows) - 1}", *header[2:], *rows]) + "\n")
    found = opensim_table(tabbed)
    recording = rk.read(source)
    assert recording.source.start_s == 1.56
    np.testing.assert_allclose(recording.time + 1.56, found["time"], atol=1e-12)
    assert sum(len(s.channels) for s in recording.streams.values()) == 25
    for stream in recording.streams.values():
        at = [found["labels"].index(channel) for channel in stream.channels]
        np.testing.assert_array_equal(stream.values, found["values"][:, at])


@pytest.mark.data
def test_opencaps_squats_are_read_as_opensim_reads_them(data_root: Path, tmp_path: Path) -> None:
    source = data_root / "formats/opensim/squats1_videoAndMocap.mot"
    copy = tmp_path / "squats.mot"  # OpenSim's results are written beside it
    copy.write_bytes(source.read_bytes())
    found = opensim_table(copy)
    recording = rk.read(source)
    for stream in recording.streams.values():
        at = [found["labels"].index(channel) for channel in stream.channels]
        np.testing.assert_array_equal(stream.values, found["values"][:, at])
    knee = recording.streams["angles"].channels.index("knee_angle_r")
    assert recording.streams["angles"].values[:, knee].max() > 80


@pytest.mark.data
def test_segment_quaternions_of_the_kinect_trial(data_root: Path) -> None:
    recording = rk.read(data_root / "formats/kinect-imu-ik/Kinect_Body_Quats_all.sto")
    assert recording.skeleton.joints == ("thorax_imu", "humerus_r_imu", "radius_r_imu")
    assert len(recording) == 1225
    assert recording.orientations is not None
    np.testing.assert_allclose(
        recording.orientations[0, 0], (0.0092247, 0.7805243, 0.6050344, 0.1569400), atol=1e-6
    )
