"""BIDS motion: every file names the recording, the written set is what the specification asks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import full_recording, full_stream, kinect_v2
from tests.formats.samples_mocap import bids, metawear, therapy

from rehabkit import reading
from rehabkit.errors import FormatError, RecordingError, RehabkitError
from rehabkit.geometry import quaternions
from rehabkit.recording import Event, Recording, Skeleton, Stream
from rehabkit.recording.skeletons import KINECT_V2

NAME = "sub-01_task-squat_tracksys-kinect_motion.tsv"
STEM = "sub-01_task-squat_tracksys-lab_"


def test_a_laboratorys_set(tmp_path: Path) -> None:
    recording = reading.read(bids(tmp_path))
    assert recording.skeleton is KINECT_V2
    assert recording.positions is not None
    truth = np.where((kinect_v2() == 0).all(-1, keepdims=True), np.nan, kinect_v2())
    np.testing.assert_allclose(recording.positions, truth, atol=1e-6)
    assert {k: (s.unit, s.kind, s.channels) for k, s in recording.streams.items()} == {
        "belt_accelerometer": ("m/s^2", "imu", ("x", "y", "z")),
        "joint_angles": ("deg", "angle", ("knee",)),
    }
    assert recording.events == (
        Event(0.02, "down", description="duration 0.05 s"), Event(0.07, "up"),
    )  # fmt: skip
    assert recording.source.start_s == pytest.approx(9.235)
    assert (recording.source.device, recording.subject.id) == ("Lab", "sub-01")
    assert recording.exercise.label == "squat"


def test_any_of_its_files_names_it(tmp_path: Path) -> None:
    folder = bids(tmp_path)
    truth = reading.read(folder / f"{STEM}motion.tsv")
    files = [f"{STEM}{s}" for s in ("channels.tsv", "motion.json", "events.tsv")]
    for path in (folder, folder.parent, *(folder / name for name in files)):
        assert reading.identify(path).name == "bids-motion"
        assert reading.read(path).source == truth.source
    assert reading.find_recordings(tmp_path) == [folder.parent]


def test_side_files_are_inherited(tmp_path: Path) -> None:
    folder = bids(tmp_path)
    (folder / f"{STEM}motion.json").rename(tmp_path / "task-squat_motion.json")
    (folder / f"{STEM}events.tsv").rename(folder / "sub-01_task-squat_events.tsv")
    recording = reading.read(folder)
    assert recording.source.rate_hz == 100
    assert len(recording.events) == 2
    assert reading.read(folder / "sub-01_task-squat_events.tsv").events == recording.events


def small(folder: Path, channels: str, rows: str, **side: object) -> Path:
    path = folder / "sub-1_task-a_tracksys-b_motion.tsv"
    path.write_text(rows)
    stem = str(path).removesuffix("motion.tsv")
    head = "name\tcomponent\ttype\ttracked_point\tunits\treference_frame\n"
    Path(f"{stem}channels.tsv").write_text(head + channels)
    Path(f"{stem}motion.json").write_text(json.dumps({"SamplingFrequency": 50} | side))
    return path


TURNS = "".join(f"{a}\t{a}\tORNT\thand\tdeg\tlab\n" for a in "xyz")


@pytest.mark.parametrize(("rule", "sign"), [("right-hand", 1), ("left-hand", -1)])
def test_turns_about_fixed_axes(rule: str, sign: int, tmp_path: Path) -> None:
    path = small(tmp_path, TURNS, "90\t0\t90\n" * 3)
    frame = {"RotationOrder": "XYZ", "RotationRule": rule}
    levels = {"reference_frame": {"Levels": {"lab": frame}}}
    Path(str(path).replace("motion.tsv", "channels.json")).write_text(json.dumps(levels))
    recording = reading.read(path)
    assert recording.orientations is not None
    # First about x: y goes to z. Then about z, which leaves it there.
    found = quaternions.rotate(recording.orientations[0, 0], np.array([0.0, 1.0, 0.0]))
    np.testing.assert_allclose(found, (0, 0, sign), atol=1e-6)


def test_turns_without_an_order_stay_a_stream(tmp_path: Path) -> None:
    recording = reading.read(small(tmp_path, TURNS, "90\t0\t90\n" * 3))
    assert recording.orientations is None
    assert recording.streams["hand_orientation"].unit == "deg"
    assert "no RotationOrder is stated" in str([s.touched for s in recording.history])
    assert recording.rate_hz == pytest.approx(50)


def test_the_up_of_the_reference_frame(tmp_path: Path) -> None:
    rows = "".join(f"{a}\t{a}\tPOS\thand\tcm\tlab\n" for a in "xyz")
    path = small(tmp_path, rows, "1\t2\t3\n" * 3)
    frame = {"reference_frame": {"Levels": {"lab": {"SpatialAxes": "ALI"}}}}
    Path(str(path).replace("motion.tsv", "channels.json")).write_text(json.dumps(frame))
    recording = reading.read(path)
    assert (recording.up.vector, recording.up.known_by) == ((0, 0, -1), "sensor")
    np.testing.assert_allclose(recording.joint("hand")[0], (0.01, 0.02, 0.03), atol=1e-7)


def test_two_systems_of_one_recording(tmp_path: Path) -> None:
    folder = bids(tmp_path)
    other = "sub-01_task-squat_tracksys-imu_"
    (folder / f"{other}motion.tsv").write_text("1\n2\n3\n")
    (folder / f"{other}channels.tsv").write_text(
        "name\tcomponent\ttype\ttracked_point\tunits\na\tx\tGYRO\tfoot\trad/s\n"
    )
    (folder / f"{other}motion.json").write_text('{"SamplingFrequency": 25}')
    recording = reading.read(folder)
    assert recording.streams["imu_foot_gyroscope"].time[1] == pytest.approx(0.04)
    assert "assume start" in [s.name for s in recording.history]
    scans = folder.parent / "sub-01_scans.tsv"
    row = f"motion/{other}motion.tsv\t1900-01-01T00:00:09.435\n"
    scans.write_text(scans.read_text() + row)
    again = reading.read(folder)
    assert again.streams["imu_foot_gyroscope"].time[0] == pytest.approx(0.2)
    assert "assume start" not in [s.name for s in again.history]
    assert "imu_foot_gyroscope" not in reading.read(folder, systems=False).streams


WRONG = {
    "no channels": ("channels.tsv", None, None, r"its \*_channels.tsv beside it"),
    "no rate": ("motion.json", '"SamplingFrequency": 50', '"a": 1', "SamplingFrequency in its"),
    "rate": ("motion.json", "50", '"x"', "'SamplingFrequency': expected a number above 0"),
    "json": ("motion.json", "{", "[", "line 1, column .*: expected JSON"),
    "list": ("motion.json", '{"SamplingFrequency": 50}', "[]", "a JSON object, found list"),
    "column": ("channels.tsv", "units", "unit", "a column 'units'"),
    "type": ("channels.tsv", "ORNT", "ORIENT", "line 2: expected a type among.*'ORIENT'"),
    "component": ("channels.tsv", "x\tx", "x\tq", "line 2: expected a component among"),
    "short": ("channels.tsv", "\tlab\n", "\n", "line 2: expected 6 columns as in the header"),
    "none": ("channels.tsv", TURNS, "", "at least one channel"),
    "header": ("motion.tsv", "90\t0\t90\n", "x\ty\tz\n", "line 1, column 1: expected a number, or"),
    "wide": ("motion.tsv", "90\t0\t90\n", "90\t0\t90\t1\n", "line 1: expected 3 columns as its"),
    "huge": ("motion.tsv", "90\t0\t90\n", "1e99\t0\t90\n", "sample 1, column 1: expected a number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    suffix, old, new, message = WRONG[case]
    path = small(tmp_path, TURNS, "90\t0\t90\n" * 3)
    file = Path(str(path).replace("motion.tsv", suffix))
    if old is None or new is None:
        file.unlink()
    else:
        file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(FormatError, match=message):
        reading.read(path)
    with pytest.raises(RehabkitError, match="rate_hz above 0"):
        reading.read(path, rate_hz=0)


@pytest.mark.parametrize(
    ("row", "message"),
    [("x\tx\tPOS\thand\tell\tlab", "units m, cm or mm, found 'ell'"),
     ("x\tn/a\tPOS\thand\tm\tlab", "a component x, y or z")],
)  # fmt: skip
def test_places_need_axis_and_unit(row: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=rf"channel 'x': expected {message}"):
        reading.read(small(tmp_path, f"{row}\n", "1\n2\n"))


def test_events_and_scans_that_are_damaged(tmp_path: Path) -> None:
    folder = bids(tmp_path)
    events = folder / f"{STEM}events.tsv"
    events.write_text(events.read_text().replace("0.02", "soon"))
    with pytest.raises(FormatError, match=r"line 2, onset: expected a time in s.*'soon'"):
        reading.read(folder)
    scans = folder.parent / "sub-01_scans.tsv"
    scans.write_text(scans.read_text().replace("1900-01-01", "yesterday"))
    with pytest.raises(FormatError, match="line 2, acq_time: expected a time such as"):
        reading.read(folder)


def test_several_recordings_in_a_folder(tmp_path: Path) -> None:
    folder = bids(tmp_path)
    for file in list(folder.iterdir()):
        file.with_name(file.name.replace("squat", "walk")).write_bytes(file.read_bytes())
    with pytest.raises(RehabkitError, match="no known kind"):
        reading.read(folder)
    with pytest.raises(FormatError, match="of one recording, found sub-01_task-squat"):
        reading.read(folder, format="bids-motion")
    assert [p.name for p in reading.find_recordings(tmp_path)] == [
        f"sub-01_task-{t}_tracksys-lab_motion.tsv" for t in ("squat", "walk")
    ]


def whole() -> Recording:
    """Joints with everything, a signal on their times and one on its own, events, a start."""
    recording = full_recording()
    rng = np.random.default_rng(5)
    fast = full_stream()
    late = Stream(fast.time[:20] + 0.01, fast.values[:20], ("x", "y"), "g", "imu")
    angles = Stream(recording.time, rng.normal(size=(12, 2)), ("knee", "hip"), "deg", "angle")
    streams = {"emg": fast, "thigh_accelerometer": late, "angles": angles}
    events = (Event(0.1, "Foot Strike", "left", "heel first", "p1"), Event(0.25, "end"))
    return recording.replace(streams=streams, events=events)


def check_same(again: Recording, recording: Recording) -> None:
    assert again.skeleton == recording.skeleton
    assert again.events == recording.events
    np.testing.assert_allclose(again.time, recording.time, atol=1e-9)
    assert again.source.start_s == recording.source.start_s
    for name in ("positions", "orientations", "confidence"):
        one, two = getattr(again, name), getattr(recording, name)
        assert (one is None) == (two is None)
        if one is not None:
            np.testing.assert_allclose(one, two, atol=1e-6 if name == "orientations" else 0)
    assert set(again.streams) == set(recording.streams)
    for name, stream in recording.streams.items():
        found = again.streams[name]
        assert (found.unit, found.kind, found.channels) == (
            stream.unit, stream.kind, stream.channels,
        )  # fmt: skip
        np.testing.assert_array_equal(found.values, stream.values)
        np.testing.assert_allclose(found.time, stream.time, atol=2e-6)


@pytest.mark.parametrize("folder", ["data/sub-01/motion", "data/sub-01/ses-1/motion", "plain"])
def test_what_is_written_is_read_back(folder: str, tmp_path: Path) -> None:
    recording = whole()
    path = tmp_path / folder / NAME
    reading.write(recording, path)
    again = reading.read(path)
    check_same(again, recording)
    assert again.history[:-1] == recording.history
    for name in ("subject", "exercise", "up", "scale", "origin"):
        assert getattr(again, name) == getattr(recording, name)
    assert reading.read(path.parent).source == again.source
    assert (tmp_path / "data" / "dataset_description.json").exists() == (folder != "plain")


def test_the_written_set_is_what_the_specification_asks(tmp_path: Path) -> None:
    path = tmp_path / "sub-01" / "motion" / NAME
    reading.write(whole(), path, task="Squat, five times")
    for motion in path.parent.glob("*_motion.tsv"):
        stem = str(motion).removesuffix("motion.tsv")
        rows = [line.split("\t") for line in motion.read_text().splitlines()]
        channels = Path(f"{stem}channels.tsv").read_text().splitlines()
        assert channels[0].split("\t")[:5] == [
            "name",
            "component",
            "type",
            "tracked_point",
            "units",
        ]
        assert {len(row) for row in rows} == {len(channels) - 1}
        names = [line.split("\t")[0] for line in channels[1:]]
        assert len(set(names)) == len(names)
        side = json.loads(Path(f"{stem}motion.json").read_text())
        assert side["TaskName"] == "Squat, five times"
        assert side["SamplingFrequency"] > 0
        assert side["MotionChannelCount"] == len(names)
        frames = json.loads(Path(f"{stem}channels.json").read_text())
        assert frames["reference_frame"]["Levels"]["global"]["SpatialAxes"] == "_S_"
        text = "".join(cell for row in rows for cell in row)
        assert "nan" not in text
    scans = (tmp_path / "sub-01" / "sub-01_scans.tsv").read_text().splitlines()
    assert scans[0] == "filename\tacq_time"
    assert f"motion/{NAME}\t1900-01-01T00:00:09.235000" in scans
    assert len(scans) == 4
    events = Path(str(path).replace("motion.tsv", "events.tsv")).read_text().splitlines()
    assert events[0].split("\t")[:3] == ["onset", "duration", "trial_type"]


def test_written_twice_and_beside_another(tmp_path: Path) -> None:
    path = tmp_path / NAME
    recording = whole()
    reading.write(recording, path)
    reading.write(recording.replace(events=()), path)
    reading.write(recording, tmp_path / NAME.replace("squat", "walk"))
    scans = (tmp_path / "sub-01_scans.tsv").read_text().splitlines()
    assert len(scans) == 1 + 2 * 3
    assert reading.read(path).events == ()


def test_a_clock_that_is_a_date(tmp_path: Path) -> None:
    recording = reading.read(metawear(tmp_path))
    reading.write(recording, tmp_path / "out" / NAME)
    scans = (tmp_path / "out" / "sub-01_scans.tsv").read_text()
    assert "2019-01-11T16:24:24.833" in scans
    again = reading.read(tmp_path / "out" / NAME)
    check_same(again, recording)
    types = (tmp_path / "out" / NAME.replace("motion.tsv", "channels.tsv")).read_text()
    assert "gyroscope_x\tx\tGYRO\tgyroscope\tdeg/s" in types
    far = recording.replace(source=replace(recording.source, start_s=1e15))
    with pytest.raises(RecordingError, match="outside the calendar"):
        reading.write(far, tmp_path / NAME)


def test_a_session_of_units(tmp_path: Path) -> None:
    recording = reading.read(therapy(tmp_path))
    reading.write(recording, tmp_path / "out" / NAME)
    check_same(reading.read(tmp_path / "out" / NAME), recording)


@pytest.mark.parametrize("name", ["a_motion.tsv", "sub-01_motion.tsv", "sub-01_task-a_motion.tsv",
                                  "task-a_sub-01_tracksys-b_motion.tsv"])  # fmt: skip
def test_names_without_what_is_required(name: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="a name such as sub-01_task-squat_tracksys-kinect"):
        reading.write(whole(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written(tmp_path: Path) -> None:
    recording = full_recording()
    flat = recording.replace(positions=None, orientations=None, origin="image")
    with pytest.raises(RecordingError, match="not in pictures"):
        reading.write(flat, tmp_path / NAME)
    same = Skeleton("own", ("a b", "a  b"), (-1, 0))
    twins = Recording(np.arange(2) / 10, same, np.ones((2, 2, 3)))
    with pytest.raises(RecordingError, match="these joints are not different"):
        reading.write(twins, tmp_path / NAME)


def test_damaged_keys_of_ours(tmp_path: Path) -> None:
    path = tmp_path / NAME
    reading.write(whole(), path)
    side = Path(str(path).replace("motion.tsv", "motion.json"))
    content = json.loads(side.read_text())
    content["RehabKit"]["skeleton"] = 3
    side.write_text(json.dumps(content))
    with pytest.raises(FormatError, match="key 'RehabKit': expected what RehabKit writes"):
        reading.read(path)
    del content["RehabKit"]
    side.write_text(json.dumps(content))
    plain = reading.read(path)
    assert plain.skeleton is KINECT_V2
    assert plain.source.start_s == pytest.approx(9.235)


@settings(max_examples=20, deadline=None)
@given(frames=st.integers(1, 6), joints=st.integers(1, 4), seed=st.integers(0, 2**32 - 1),
       start=st.floats(0, 1e6), gaps=st.booleans())  # fmt: skip
def test_any_movement_comes_back(
    tmp_path_factory: pytest.TempPathFactory, frames: int, joints: int, seed: int, start: float,
    gaps: bool,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    positions = rng.normal(0, 10, (frames, joints, 3)).astype(np.float32)
    if gaps:
        positions[rng.uniform(size=(frames, joints)) < 0.4] = np.nan
    time = np.concatenate([[0.0], np.cumsum(rng.uniform(1e-3, 0.5, frames - 1))])
    skeleton = Skeleton("own", tuple(f"j {i}" for i in range(joints)), (-1,) * joints)
    recording = Recording(time, skeleton, positions)
    recording = recording.replace(source=replace(recording.source, start_s=start))
    path = tmp_path_factory.mktemp("bids") / NAME
    reading.write(recording, path)
    check_same(reading.read(path), recording)


@pytest.mark.data
@pytest.mark.parametrize("name", [NAME, "a.bvh", "a.pkl"])
@pytest.mark.parametrize(
    "source",
    ["irds/Simplified/213_18_7_2_1_stand.txt", "formats/ntu/S001C001P001R001A001.skeleton",
     "utkinect/joints_s03_e01.txt"],
)  # fmt: skip
def test_real_recordings_come_back(name: str, source: str, data_root: Path, tmp_path: Path) -> None:
    recording = reading.read(data_root / source)
    if name == "a.bvh":  # has one frame time for all
        recording = recording.replace(time=np.arange(len(recording)) / 30)
    options = {"a.bvh": {"unseen": "offset"}, "a.pkl": {"points": "space"}}.get(name, {})
    reading.write(recording, tmp_path / name, **options)
    again = reading.read(tmp_path / name)
    assert again.skeleton == recording.skeleton
    assert recording.positions is not None
    assert again.positions is not None
    assert np.nanmax(np.abs(again.positions - recording.positions)) < 1e-3
    np.testing.assert_allclose(again.time, recording.time, atol=1e-6)
