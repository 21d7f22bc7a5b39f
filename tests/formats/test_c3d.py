"""C3D: what ezc3d finds becomes a recording, and what is written is read by others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.made import kinect_v2
from tests.formats.samples_biomechanics import c3d, c3d_file, c3d_sgi

import rehabkit as rk
from rehabkit.errors import FormatError, RecordingError, RehabkitError, SkeletonError
from rehabkit.formats.c3d.convert import Options, to_recording
from rehabkit.recording import Event, Recording, Skeleton, Source, Stream, Up
from rehabkit.recording.skeletons import KINECT_V2
from rehabkit.recording.skeletons.theia import THEIA


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return rk.read(c3d(tmp_path))


def markers(values: Any, **changes: Any) -> Recording:
    labels = tuple(f"M{i}" for i in range(np.shape(values)[1]))
    skeleton = Skeleton("markers", labels, (-1,) * len(labels), {}, markers=True)
    made = Recording(np.arange(len(values)) / 100, skeleton, values)
    return made.replace(**changes)


def saved(file: Any, folder: Path) -> Path:
    path = folder / "a.c3d"
    file.write(str(path))
    return path


# --- Reading ------------------------------------------------------------------------------------


def test_points_in_metres_nan_where_the_residual_is_negative(recording: Recording) -> None:
    assert recording.skeleton is KINECT_V2
    assert recording.positions is not None
    expected = kinect_v2().astype(np.float32)
    expected[(expected == 0).all(-1)] = np.nan
    np.testing.assert_allclose(recording.positions, expected, atol=1e-6)
    assert recording.subject.id == "p1"
    assert recording.up == Up((0, 1, 0), "sensor")


def test_time_starts_at_the_first_frame_of_the_trial(recording: Recording) -> None:
    assert recording.source.rate_hz == 120
    assert recording.source.start_s == pytest.approx(1108 / 120)
    np.testing.assert_allclose(recording.time, np.arange(12) / 120)


def test_angles_among_the_points_are_a_stream_in_degrees(recording: Recording) -> None:
    angles = recording.streams["angles"]
    assert (angles.unit, angles.kind) == ("deg", "angles")
    assert angles.channels == ("LKneeAngles_x", "LKneeAngles_y", "LKneeAngles_z")
    np.testing.assert_allclose(angles.values[-1], (60, 30, 6), rtol=1e-6)  # not scaled as mm


def test_analog_channels_of_a_kind_are_a_stream(recording: Recording) -> None:
    emg, force = recording.streams["emg"], recording.streams["platform 1 force"]
    assert (emg.channels, emg.unit, emg.kind) == (("RF.EMG1", "BF.EMG2"), "mV", "emg")
    assert (force.channels, force.unit, force.kind) == (("Fx", "Fy", "Fz"), "N", "force")
    np.testing.assert_allclose(emg.time, np.arange(48) / 480)
    np.testing.assert_allclose(force.values[24], (5, 10, 700.5))
    corners = next(s for s in recording.history if s.name == "force platform").parameters
    assert corners["type"] == 1
    assert corners["corners"][1] == [1, 5, 9]


def test_events_have_side_subject_and_time_from_the_first_frame(recording: Recording) -> None:
    strike, off, clap = recording.events
    assert (strike.name, strike.side, strike.description) == ("Foot Strike", "left", "hard")
    assert (off.side, off.subject, clap.side, clap.subject) == ("right", "p1", "", "")
    assert strike.time_s == pytest.approx(0, abs=1e-5)
    assert off.time_s == pytest.approx(0.05, abs=1e-5)
    assert clap.time_s == pytest.approx(61.5 - 1108 / 120, abs=1e-5)


def test_two_people_are_refused_until_one_is_chosen(tmp_path: Path) -> None:
    path = saved(c3d_file(kinect_v2(), ("p1", "p2")), tmp_path)
    with pytest.raises(FormatError, match=r"found 2 people: p1, p2\. Say which with subject='p1'"):
        rk.read(path)
    chosen = rk.read(path, subject="p2")
    assert (chosen.subject.id, chosen.skeleton) == ("p2", KINECT_V2)
    assert "angles" not in chosen.streams  # they are p1's
    assert [e.name for e in chosen.events] == ["Clap"]
    with pytest.raises(RehabkitError, match="no points are called 'p3:'; subjects: 'p1', 'p2'"):
        rk.read(path, subject="p3")


def test_a_files_unit(tmp_path: Path) -> None:
    file = c3d_file(kinect_v2())
    file["parameters"]["POINT"]["UNITS"]["value"] = ["furlong"]
    path = saved(file, tmp_path)
    assert rk.read(path).history[2].parameters == {"unit": "mm"}
    assert rk.read(path, unit="cm").joint("Head")[0, 1] == pytest.approx(7.0)
    with pytest.raises(RehabkitError, match="Expected unit as one of"):
        rk.read(path, unit="ft")
    file["data"]["points"] *= 1e-6
    with pytest.raises(FormatError, match=r"POINT:UNITS: expected one of.*found 'furlong'"):
        rk.read(saved(file, tmp_path))


def test_screen_axes_that_put_the_floor_above_the_body_are_not_believed(tmp_path: Path) -> None:
    file = c3d_file(kinect_v2() + np.array([0, 1, 0]))
    file["parameters"]["POINT"]["Y_SCREEN"]["value"] = ["-Y"]
    recording = rk.read(saved(file, tmp_path))
    assert recording.up == Up((0, 1, 0), "assumed")
    assert any("says -y, yet the points lie above 0" in str(s) for s in recording.history)
    assert rk.read(tmp_path / "a.c3d", up="z").up.vector == (0, 0, 1)


def test_free_labels_are_read_and_refused_only_as_joints(tmp_path: Path) -> None:
    rk.write(markers(np.ones((3, 4, 3))), tmp_path / "a.c3d")
    recording = rk.read(tmp_path / "a.c3d")
    assert recording.skeleton.joints == ("M0", "M1", "M2", "M3")
    with pytest.raises(SkeletonError, match="Labels left over: M0, M1, M2, M3"):
        recording.canonical()


def test_a_file_of_an_sgi_computer_is_the_same(tmp_path: Path, recording: Recording) -> None:
    again = rk.read(c3d_sgi(tmp_path))
    assert again.source.path.endswith("sgi.c3d")
    np.testing.assert_array_equal(again.positions, recording.positions)
    assert again.events == recording.events
    for name, stream in recording.streams.items():
        np.testing.assert_array_equal(again.streams[name].values, stream.values)


def test_damaged_headers_and_files_that_were_cut_off_are_refused(tmp_path: Path) -> None:
    for make in (c3d, c3d_sgi):
        path = make(tmp_path)
        content = bytearray(path.read_bytes())
        path.write_bytes(content[:-600])
        with pytest.raises(FormatError, match=r"expected \d+ bytes: 12 frames of 26 points"):
            rk.read(path)
        if make is c3d_sgi:
            place = (content[0] - 1) * 512 + 4
            content[place + 2 + content[place]] = 0xF0  # the first pointer leads out of the file
            path.write_bytes(content)
            with pytest.raises(FormatError, match="expected a C3D file of an SGI computer"):
                rk.read(path)
        content[1] = 0
        path.write_bytes(content)
        with pytest.raises(FormatError, match="expected a C3D file, found another one"):
            rk.read(path, format="c3d")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rate_hz": -120.0}, r"POINT:RATE: expected a frame rate in Hz above 0, found -120"),
        ({"rate_hz": float("nan")}, r"POINT:RATE: expected a frame rate"),
        ({"rate_hz": 1e-12}, r"expected a recording of some hours, found 5 frames"),
        ({"points": np.zeros((0, 0, 3))}, r"expected at least one frame"),
        ({"points": np.full((5, 1, 3), 1e30)}, r"frame 1, point 1: expected coordinates up to"),
        ({"rotations": np.zeros((5, 0, 4, 4))}, r"expected points, rotations or analog signals"),
        ({"analogs": np.ones((5, 1))}, r"ANALOG:RATE: expected a rate in Hz above 0"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(
    changes: dict[str, Any], message: str
) -> None:
    raw = raw_poses([f"{j}_4X4" for j in THEIA.joints], np.tile(np.eye(4), (5, 21, 1, 1)))
    with pytest.raises(FormatError, match=message):
        to_recording(Path("a.c3d"), "", raw | changes, Options())


def raw_poses(labels: list[str], poses: Any) -> dict[str, Any]:
    """What the parser gives of a file that holds poses only."""
    frames = len(poses)
    return {
        "points": np.zeros((frames, 0, 3)), "labels": [], "computed": {}, "unit": ["mm"],
        "rate_hz": 85.0, "first_frame": 0, "start_s": [], "screen": [], "stated_frames": 0,
        "analogs": np.zeros((0, 0)), "analog_rate_hz": 0.0, "analog_labels": [],
        "analog_units": [], "analog_descriptions": [], "platforms": [], "events": [],
        "marks": [{"name": "RHS", "time_s": 1.5}], "prefixes": [], "subjects": ["p"],
        "device": ["THEIA"], "clock": [], "rotations": poses, "rotation_labels": labels,
    }  # fmt: skip


def test_poses_become_orientations_and_their_origins_positions() -> None:
    poses = np.tile(np.eye(4), (5, len(THEIA), 1, 1))
    turn = THEIA.index("l_shank")
    poses[:, turn, :3, :3] = [[0, -1, 0], [1, 0, 0], [0, 0, 1]]  # 90 deg about z
    poses[:, :, 2, 3] = 1000.0 + np.arange(len(THEIA))
    poses[2, 3] = np.nan
    poses[3, 4, :3, :3] *= 1.1  # no rotation
    raw = raw_poses([f"{j}_4X4" for j in THEIA.joints], poses)
    made = to_recording(Path("a.c3d"), "", raw, Options(up="z"))
    assert made.skeleton is THEIA
    assert made.orientations is not None
    np.testing.assert_allclose(made.orientations[0, turn], [0.70710678, 0, 0, 0.70710678])
    assert made.joint("pelvis")[0, 2] == pytest.approx(1.001)
    assert np.isnan(made.orientations[2, 3]).all()
    assert np.isnan(made.joint(THEIA.joints[3])[2]).all()
    assert np.isnan(made.orientations[3, 4]).all()
    assert made.events == (Event(1.5, "RHS"),)
    assert made.canonical().joint("knee_left")[0, 2] == pytest.approx(1.003)


# --- Writing ------------------------------------------------------------------------------------


def full(recording: Recording) -> Recording:
    """The sample with orientations of three joints and a clock that is no whole frame."""
    quaternions = np.full((12, 25, 4), np.nan)
    quaternions[:, :3] = [0.6, 0.8, 0, 0]
    source = Source(start_s=9.235222, clock="the sensor's", rate_hz=120.0)
    return recording.replace(orientations=quaternions, source=source)


@pytest.mark.parametrize("unit", ["mm", "cm", "m"])
def test_everything_comes_back(tmp_path: Path, recording: Recording, unit: str) -> None:
    written = full(recording)
    rk.write(written, tmp_path / "w.c3d", unit=unit)
    again = rk.read(tmp_path / "w.c3d")
    assert again.skeleton == written.skeleton
    np.testing.assert_allclose(again.time, written.time, atol=1e-7)
    assert again.positions is not None
    assert again.orientations is not None
    assert written.positions is not None
    assert written.orientations is not None
    np.testing.assert_allclose(again.positions, written.positions, atol=2e-7)
    np.testing.assert_allclose(again.orientations, written.orientations, atol=1e-6)
    assert again.source.start_s == 9.235222
    assert (again.source.clock, again.up) == ("the sensor's", written.up)
    assert again.subject.id == "p1"
    assert set(again.streams) == set(written.streams)
    for name, stream in written.streams.items():
        other = again.streams[name]
        assert (other.channels, other.unit, other.kind) == (
            stream.channels, stream.unit, stream.kind
        )  # fmt: skip
        np.testing.assert_array_equal(other.values, stream.values)
        np.testing.assert_allclose(other.time, stream.time, atol=1e-7)
    for event, before in zip(again.events, written.events, strict=True):
        assert event.time_s == pytest.approx(before.time_s, abs=1e-5)
        assert (event.name, event.side, event.description, event.subject) == (
            before.name, before.side, before.description, before.subject
        )  # fmt: skip


def test_the_unit_is_that_of_the_file_that_was_read(tmp_path: Path, recording: Recording) -> None:
    import ezc3d

    rk.write(recording, tmp_path / "m.c3d", unit="m")
    for made, unit in ((rk.read(tmp_path / "m.c3d"), "m"), (markers(np.ones((2, 1, 3))), "mm")):
        rk.write(made, tmp_path / "w.c3d")
        file = ezc3d.c3d(str(tmp_path / "w.c3d"))
        assert file["parameters"]["POINT"]["UNITS"]["value"] == [unit]


def test_orientations_without_positions_come_back(tmp_path: Path, recording: Recording) -> None:
    written = full(recording).replace(positions=None, streams={})
    rk.write(written, tmp_path / "a.c3d")
    again = rk.read(tmp_path / "a.c3d", up="y")
    assert again.positions is None
    assert again.skeleton.joints == KINECT_V2.joints[:3]
    assert again.orientations is not None
    np.testing.assert_allclose(again.orientations[5, 1], (0.6, 0.8, 0, 0), atol=1e-6)


def test_signals_alone_come_back(tmp_path: Path) -> None:
    time = np.arange(4) / 100
    emg = Stream(time, np.ones((4, 1)), ("RF",), "mV", "emg")
    rk.write(Recording(time, Skeleton("none", (), ()), streams={"emg": emg}), tmp_path / "a.c3d")
    again = rk.read(tmp_path / "a.c3d")
    assert (len(again.skeleton), again.positions) == (0, None)
    assert again.streams["emg"].channels == ("RF",)


def test_ezc3d_and_kinetics_toolkit_read_the_same(tmp_path: Path, recording: Recording) -> None:
    import ezc3d
    import kineticstoolkit as ktk

    rk.write(full(recording), tmp_path / "w.c3d", unit="m")
    file = ezc3d.c3d(str(tmp_path / "w.c3d"))
    assert file["header"]["points"]["first_frame"] == 1108
    assert file["data"]["meta_points"]["residuals"][0, 22, 4] == -1  # the unseen thumb
    assert file["parameters"]["POINT"]["ANGLE_UNITS"]["value"] == ["deg"]
    assert file["parameters"]["EVENT"]["CONTEXTS"]["value"] == ["Left", "Right", "General"]

    read = ktk.read_c3d(str(tmp_path / "w.c3d"), convert_point_unit=False)
    points, analogs = read["Points"], read["Analogs"]
    assert recording.positions is not None
    for i, joint in enumerate(KINECT_V2.joints):
        np.testing.assert_allclose(points.data[joint][:, :3], recording.positions[:, i], atol=1e-6)
        assert points.data_info[joint]["Unit"] == "m"
    np.testing.assert_allclose(points.data["LKneeAngles"][-1, :3], (60, 30, 6), rtol=1e-6)
    np.testing.assert_allclose(points.time, recording.time + 1108 / 120, atol=1e-6)
    assert [e.name for e in points.events] == ["Foot Strike", "Foot Off", "Clap"]
    for event, ours in zip(points.events, recording.events, strict=True):
        assert event.time - points.time[0] == pytest.approx(ours.time_s, abs=1e-5)
    emg = recording.streams["emg"]
    np.testing.assert_allclose(analogs.data["BF.EMG2"], emg.values[:, 1])
    np.testing.assert_allclose(analogs.time - points.time[0], emg.time, atol=1e-6)
    assert analogs.data_info["Fz"]["Unit"] == "N"
    assert sorted(read["Rotations"].data) == ["Neck_4X4", "SpineBase_4X4", "SpineMid_4X4"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(1, 8),
    points=st.integers(1, 300),
    rate_hz=st.sampled_from([25.0, 29.97, 100.0, 1000.0]),
    start_s=st.floats(0, 1e6),
)
def test_what_is_written_is_read_back(
    tmp_path: Path, seed: int, frames: int, points: int, rate_hz: float, start_s: float
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 2, (frames, points, 3))
    values[rng.uniform(size=(frames, points)) < 0.1] = np.nan
    analog = Stream(np.arange(2 * frames) / (2 * rate_hz), rng.normal(size=(2 * frames, 2)),
                    ("a", "b"), "µV", "eeg")  # fmt: skip
    written = markers(
        values, time=np.arange(frames) / rate_hz, streams={"my eeg": analog},
        source=Source(start_s=start_s, rate_hz=rate_hz),
        events=(Event(rng.uniform(-1, 9), "x", "both"),),
    )  # fmt: skip
    rk.write(written, tmp_path / "a.c3d", unit="m")
    again = rk.read(tmp_path / "a.c3d")
    np.testing.assert_array_equal(again.positions, written.positions)
    np.testing.assert_allclose(again.time, written.time, atol=1e-6)
    np.testing.assert_allclose(again.streams["my eeg"].values, analog.values, rtol=1e-6)
    assert (again.streams["my eeg"].unit, again.streams["my eeg"].kind) == ("µV", "eeg")
    assert again.source.start_s == start_s
    assert again.events[0].side == "both"
    assert again.events[0].time_s == pytest.approx(written.events[0].time_s, abs=1e-3)


def test_uneven_frames_are_resampled_and_pauses_stay_unseen(tmp_path: Path) -> None:
    time = np.array([0, 0.1, 0.23, 0.3, 0.4, 2.0, 2.1])
    values = np.repeat(time[:, None, None], 2, axis=1) * np.array([1.0, 2.0, 3.0]) + 1
    rk.write(markers(values, time=time), tmp_path / "a.c3d")
    again = rk.read(tmp_path / "a.c3d")
    assert len(again) == 22
    assert again.positions is not None
    assert again.joint("M0")[2, 0] == pytest.approx(1.2, abs=1e-6)
    assert np.isnan(again.positions[5:20]).all()
    assert np.isfinite(again.positions[[4, 20, 21]]).all()
    rk.write(markers(values, time=time), tmp_path / "b.c3d", rate_hz=50)
    assert rk.read(tmp_path / "b.c3d").source.rate_hz == 50


def test_what_c3d_cannot_hold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.c3d"
    with pytest.raises(RecordingError, match="65535 frames at most, this recording has 65536"):
        rk.write(markers(np.zeros((65536, 1, 3))), path)
    values = np.ones((4, 1, 3))
    slow = Stream(np.arange(3.0), np.ones((3, 1)), ("a",), "V", "x")
    fast = Stream(np.arange(8) / 200, np.ones((8, 1)), ("b",), "V", "x")
    even = Stream(np.arange(4) / 100, np.ones((4, 256)), tuple(map(str, range(256))), "V", "x")
    with pytest.raises(RecordingError, match="stream 'slow' has 3 samples"):
        rk.write(markers(values, streams={"slow": slow}), path)
    both = {"even": even, "fast": fast}
    with pytest.raises(RecordingError, match="one rate for all analog signals, found even 100 Hz"):
        rk.write(markers(values, streams=both), path)
    with pytest.raises(RecordingError, match="255 analog channels at most, found 256"):
        rk.write(markers(values, streams={"even": even}), path)
    flat = Recording(np.zeros(1), KINECT_V2, image_points=np.ones((1, 25, 2)), image_size=(9, 9))
    with pytest.raises(RecordingError, match="C3D holds points in space, poses and signals"):
        rk.write(flat, path)
    for wrong in ({"unit": "ft"}, {"rate_hz": 0}):
        with pytest.raises(RehabkitError, match="Expected"):
            rk.write(markers(values), path, **wrong)
    assert not path.exists()


# --- Real files ---------------------------------------------------------------------------------


@pytest.mark.data
def test_all_29_files_are_read_or_refused_for_a_reason(data_root: Path) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "c3d_files.py"
    command = [sys.executable, str(script), "--data", str(data_root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 30
    assert lines[-1] == "29 read, 0 refused, 0 crashed"


@pytest.mark.data
def test_intel_dec_and_sgi_integers_and_reals_are_the_same_trial(data_root: Path) -> None:
    folder = data_root / "formats/c3d/Sample02"
    names = [f"{computer}_{kind}" for computer in ("pc", "dec", "sgi") for kind in ("real", "int")]
    read = {name: rk.read(folder / f"{name}.c3d") for name in names}
    first = read["pc_real"]
    assert first.positions is not None
    for other in read.values():
        assert other.positions is not None
        np.testing.assert_allclose(other.positions, first.positions, atol=5e-4)
        for name, stream in first.streams.items():
            np.testing.assert_allclose(other.streams[name].values, stream.values, rtol=1e-5)


@pytest.mark.data
def test_the_tennis_players_have_plug_in_gait(data_root: Path) -> None:
    path = data_root / "formats/c3d/kinematics_tennis_serve_2players.c3d"
    with pytest.raises(FormatError, match="found 2 people: Derrick, Viktor"):
        rk.read(path)
    viktor = rk.read(path, subject="Viktor")
    assert viktor.source.start_s == pytest.approx(1.02)
    assert viktor.up == Up((0, 0, 1), "body")
    hips = viktor.canonical()
    width = np.linalg.norm(hips.joint("hip_left") - hips.joint("hip_right"), axis=1)
    assert 0.1 < np.nanmedian(width) < 0.25


@pytest.mark.data
def test_theias_poses(data_root: Path) -> None:
    recording = rk.read(data_root / "formats/c3d/others/C3DRotationExample.c3d")
    assert recording.skeleton is THEIA
    assert recording.orientations is not None
    assert recording.orientations.shape == (340, 21, 4)
    canonical = recording.canonical()
    thigh = np.linalg.norm(canonical.joint("knee_left") - canonical.joint("hip_left"), axis=1)
    assert np.nanmedian(thigh) == pytest.approx(0.418, abs=0.002)
    assert np.nanmedian(canonical.joint("head") - canonical.joint("pelvis"), axis=0)[2] > 0.6
