"""KIMORE: tracking states, several recordings, several bodies, gaps in time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.formats import made as samples

from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.formats.others import least_distance, second_person
from rehabkit.recording.skeletons import KINECT_V2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return samples.kimore(tmp_path)


def test_values_states_and_times(folder: Path) -> None:
    recording = reading.read(folder)
    expected = samples.kinect_v2().astype(np.float32)
    assert recording.positions is not None
    assert recording.confidence is not None
    frame, joint = samples.UNSEEN[0], KINECT_V2.index(samples.UNSEEN[1])
    assert np.isnan(recording.positions[frame, joint]).all()
    assert recording.confidence[frame, joint] == 0
    assert recording.confidence[1, 3] == 0.5
    seen = (expected != 0).any(axis=-1)
    np.testing.assert_array_equal(recording.positions[seen], expected[seen])
    np.testing.assert_allclose(recording.time, 0.033 * np.arange(samples.FRAMES), atol=1e-9)
    assert recording.source.start_s == pytest.approx(20_600.0)
    assert recording.source.view_axis == (0, 0, 1)


def test_joints_without_orientation_are_nan(folder: Path) -> None:
    orientations = reading.read(folder).orientations
    assert orientations is not None
    lacking = ["Head", "FootLeft", "FootRight", "HandTipLeft", "HandTipRight"]
    assert np.isnan(orientations[:, [KINECT_V2.index(j) for j in lacking]]).all()
    assert np.isfinite(orientations[:, KINECT_V2.index("KneeLeft")]).all()


def test_person_group_and_exercise_come_from_the_path(folder: Path) -> None:
    recording = reading.read(folder)
    assert (recording.subject.id, recording.subject.group) == ("E_ID1", "expert")
    assert recording.exercise.id == "kimore-es5"


def test_every_way_to_name_it_is_the_same_recording(folder: Path) -> None:
    raw = folder / "Raw"
    paths = [folder, raw, *raw.iterdir()]
    hashes = {reading.read(path).source.sha256 for path in paths}
    assert len(paths) == 5
    assert len(hashes) == 1
    assert reading.find_recordings(folder) == [raw / "JointPosition010203_040506.csv"]


def test_several_recordings_in_one_folder_are_listed(folder: Path) -> None:
    samples.write_kimore(folder / "Raw", "010203_050000", samples.kinect_v2(5))
    with pytest.raises(
        FormatError, match=r"found 2: JointPosition010203_040506\.csv, .*recording="
    ):
        reading.read(folder)
    assert len(reading.read(folder, recording="050000")) == 5
    with pytest.raises(FormatError, match=r"expected JointPosition.*with 'zzz' in its name"):
        reading.read(folder, recording="zzz")
    assert len(reading.find_recordings(folder)) == 2


def test_a_folder_without_positions_says_so(folder: Path) -> None:
    next((folder / "Raw").glob("JointPosition*")).unlink()
    with pytest.raises(FormatError, match=r"expected JointPosition\*\.csv, found none"):
        reading.read(folder)


def two_bodies(folder: Path) -> None:
    """From frame 5 on a second person comes first in the row, and the stamps double."""
    file = next((folder / "Raw").glob("JointPosition*"))
    lines = [line for line in file.read_text().splitlines() if line]
    other = samples.kinect_v2(1)[0] + [1.2, 0, 0.5]
    cells = ",".join(f"{x:g},{y:g},{z:g},2" for x, y, z in other) + ","
    file.write_text("\n".join(lines[:5] + [cells + line for line in lines[5:]]))
    stamps = next((folder / "Raw").glob("TimeStamp*"))
    ticks = stamps.read_text().split()
    stamps.write_text("\n".join(ticks[:5] + [t + t for t in ticks[5:]]))
    turns = next((folder / "Raw").glob("JointOrientation*"))
    rows = turns.read_text().split()
    turns.write_text("\n".join(rows[:5] + [r + r for r in rows[5:]]))


def test_the_first_person_is_followed_among_several(folder: Path) -> None:
    before = reading.read(folder)
    two_bodies(folder)
    after = reading.read(folder)
    np.testing.assert_array_equal(after.positions, before.positions)
    step = next(s for s in after.history if s.name == "pick person")
    assert "7 frames hold further bodies" in step.touched
    assert "7 not first" in step.touched


def test_a_person_can_be_picked_by_place_in_the_row(folder: Path) -> None:
    two_bodies(folder)
    second = reading.read(folder, person=1)
    assert second.positions is not None
    assert np.isnan(second.positions[:5]).all()
    assert np.isfinite(second.positions[5:, 0]).all()
    with pytest.raises(FormatError, match="expected person from 0 to 1, found person=2"):
        reading.read(folder, person=2)


def test_a_gap_in_time_is_kept(folder: Path) -> None:
    stamps = next((folder / "Raw").glob("TimeStamp*"))
    ticks = [int(t.rstrip(",")) for t in stamps.read_text().split()]
    late = [t + (90_000_000 if i >= 6 else 0) for i, t in enumerate(ticks)]
    stamps.write_text("\n".join(f"{t}," for t in late))
    assert np.diff(reading.read(folder).time).max() == pytest.approx(9.033)


def test_repeated_stamps_are_dropped_and_counted(folder: Path) -> None:
    stamps = next((folder / "Raw").glob("TimeStamp*"))
    ticks = stamps.read_text().split()
    stamps.write_text("\n".join([*ticks[:6], ticks[5], *ticks[7:]]))
    recording = reading.read(folder)
    assert len(recording) == samples.FRAMES - 1
    assert "1 of 12 frames repeat a time stamp" in str(recording.history)


def test_without_times_and_orientations_it_says_what_it_assumed(folder: Path) -> None:
    for name in ("TimeStamp*", "JointOrientation*"):
        next((folder / "Raw").glob(name)).unlink()
    recording = reading.read(folder)
    assert recording.orientations is None
    assert recording.rate_hz == pytest.approx(30)
    assert {"assume frame rate", "lack orientations"} <= {s.name for s in recording.history}


def test_errors_name_the_line_and_what_was_there(folder: Path) -> None:
    file = next((folder / "Raw").glob("JointPosition*"))
    text = file.read_text()
    lines = text.splitlines()
    file.write_text(text[: len(text) // 2])
    with pytest.raises(FormatError, match=r"line \d+: expected .*100.*columns.*cut off"):
        reading.read(file)
    lines[4] = lines[4].replace(lines[4].split(",")[0], "x1", 1)
    file.write_text("\n".join(lines))
    with pytest.raises(FormatError, match="line 5, column 1: expected a number, found 'x1'"):
        reading.read(file)
    file.write_text("\n".join(text.splitlines()[:10]))
    with pytest.raises(FormatError, match=r"as many rows in its JointOrientation file \(7\)"):
        reading.read(file)


@pytest.mark.data
def test_real_bones_point_along_the_y_axis_of_their_orientation(data_root: Path) -> None:
    """The quaternions are w, x, y, z and belong to the bone that ends in the joint."""
    recording = reading.read(data_root / "kimore/CG/Expert/E_ID1/Es5")
    assert recording.orientations is not None
    for joint in ("KneeLeft", "ElbowRight", "SpineMid", "AnkleRight"):
        index = KINECT_V2.index(joint)
        parent = KINECT_V2.joints[KINECT_V2.parents[index]]
        bone = recording.joint(joint) - recording.joint(parent)
        bone = bone / np.linalg.norm(bone, axis=1, keepdims=True)
        w, x, y, z = recording.orientations[:, index].T
        axis = np.stack([2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)], axis=1)
        assert np.median((axis * bone).sum(axis=1)) > 0.99


@pytest.mark.data
def test_real_second_bodies_do_not_make_jumps(data_root: Path) -> None:
    """E_ID8 Es1: the bystander comes first in 52 rows; taking the first body jumps by metres."""
    pelvis = reading.read(data_root / "kimore/CG/Expert/E_ID8/Es1").joint("SpineBase")
    assert np.linalg.norm(np.diff(pelvis, axis=0), axis=1).max() < 0.1


def test_another_body_is_in_the_history_once_it_stays() -> None:
    time = np.arange(90) / 30
    distance = np.full(90, np.inf)
    distance[10:20] = 0.1
    assert second_person(distance, time) == ()
    distance[20:80] = 1.5
    (step,) = second_person(distance, time)
    assert (step.name, step.parameters["where"]) == ("second person", "beside")
    assert step.spans[0] == pytest.approx((10 / 30, 80 / 30), abs=1e-3)
    distance[10:50] = 0.1
    (step,) = second_person(distance, time)
    assert step.parameters["where"] == "at the body"


def test_the_nearest_joints_tell_how_close_the_bodies_are() -> None:
    own = np.array([[0.0, 0, 2], [0, 1, 2], [np.nan] * 3])
    other = np.array([[0.0, 0, 0], [0.3, 1, 2]])  # the first was not seen
    assert least_distance(own, other) == pytest.approx(0.3)
    assert least_distance(own, np.zeros((3, 3))) == np.inf


@pytest.mark.data
def test_the_bystander_of_a_real_recording_stands_beside(data_root: Path) -> None:
    history = reading.read(data_root / "kimore/CG/Expert/E_ID8/Es1").history
    (step,) = (s for s in history if s.name == "second person")
    assert step.parameters["where"] == "beside"
    assert step.spans[0] == pytest.approx((9.70, 11.47), abs=0.01)
