"""TRC: what stands in the file, what is made of it, and what is written."""

from __future__ import annotations

from pathlib import Path

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.made import kinect_v2
from tests.formats.samples_biomechanics import START_S, trc
from tests.formats.second import opensim_table

import rehabkit as rk
from rehabkit.errors import FormatError, RecordingError, RehabkitError, SkeletonError
from rehabkit.formats import point_labels
from rehabkit.formats.trc import M_PER_UNIT
from rehabkit.recording import Recording, Skeleton, Source
from rehabkit.recording.skeletons import HALPE_26, KINECT_V2, OPENPOSE_25


def free(values: np.ndarray, **changes: object) -> Recording:
    """Markers at 100 Hz in a clock that starts at 9.235 s."""
    labels = tuple(f"M{i}" for i in range(values.shape[1]))
    skeleton = Skeleton("markers", labels, (-1,) * len(labels), {}, markers=True)
    made = Recording(np.arange(len(values)) / 100, skeleton, values, source=Source(start_s=9.235))
    return made.replace(**changes)


def edited(path: Path, *changes: tuple[str, str]) -> Path:
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return path


def test_joints_of_a_known_skeleton(tmp_path: Path) -> None:
    recording = rk.read(trc(tmp_path))
    assert recording.skeleton is KINECT_V2
    expected = kinect_v2().astype(np.float32)
    expected[(expected == 0).all(-1)] = np.nan
    assert recording.positions is not None
    np.testing.assert_allclose(recording.positions, expected, atol=1e-6)
    assert recording.source.start_s == START_S
    assert recording.source.rate_hz == 120
    assert recording.up.known_by == "body"
    np.testing.assert_allclose(recording.time, np.arange(12) / 120, atol=1e-6)


@pytest.mark.parametrize(("word", "unit"), [("cm", "cm"), ("m", "m"), ("Inches", "in")])
def test_the_unit_is_the_headers(tmp_path: Path, word: str, unit: str) -> None:
    recording = rk.read(edited(trc(tmp_path), ("\tmm\t", f"\t{word}\t")))
    assert recording.positions is not None
    expected = kinect_v2()[0, 0] * 1000 * M_PER_UNIT[unit]
    np.testing.assert_allclose(recording.positions[0, 0], expected, rtol=1e-5)


def test_a_unit_that_contradicts_the_body_is_kept_and_noted(tmp_path: Path) -> None:
    path = edited(trc(tmp_path), ("\tmm\t", "\tm\t"))
    doubt = next(s for s in rk.read(path).history if s.name == "assume unit")
    assert "as the header says, although the points of a frame then span 1." in doubt.touched
    given = rk.read(path, unit="mm")
    assert not [s for s in given.history if s.name == "assume unit"]


def test_a_header_without_unit(tmp_path: Path) -> None:
    path = edited(trc(tmp_path), ("\tmm\t", "\t\t"))
    assert next(s for s in rk.read(path).history if s.name == "assume unit").parameters == {
        "unit": "mm"
    }
    values = np.full((2, 3, 3), 1.0) * np.array([1.0, 1.1, 1.2])[:, None]
    rk.write(free(values), tmp_path / "b.trc")
    with pytest.raises(FormatError, match=r"Units: expected one of .*found 'x'"):
        rk.read(edited(tmp_path / "b.trc", ("\tm\t", "\tx\t")))


def test_a_wrong_option_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RehabkitError, match="unit as one of"):
        rk.read(trc(tmp_path), unit="ft")
    with pytest.raises(RehabkitError, match="unit as one of"):
        rk.write(free(np.ones((2, 3, 3))), tmp_path / "a.trc", unit="ft")
    with pytest.raises(RehabkitError, match="up as one of"):
        rk.read(trc(tmp_path), up="north")


def test_up_is_told_from_the_body_and_can_be_given(tmp_path: Path) -> None:
    assert rk.read(trc(tmp_path)).up.vector == (0, 1, 0)
    assert rk.read(trc(tmp_path), up="-z").up.vector == (0, 0, -1)
    turned = rk.read(trc(tmp_path))
    assert turned.positions is not None
    rk.write(turned.replace(positions=turned.positions[..., [2, 0, 1]]), tmp_path / "t.trc")
    assert rk.read(tmp_path / "t.trc").up.vector == (0, 0, 1)


def test_up_of_markers_is_told_from_how_they_spread(tmp_path: Path) -> None:
    pole = np.zeros((3, 4, 3))
    pole[..., 2] = [0.1, 0.6, 1.1, 1.7]
    pole[..., 0] = 0.2
    rk.write(free(pole), tmp_path / "a.trc")
    assert rk.read(tmp_path / "a.trc").up == rk.recording.Up((0, 0, 1), "body")
    rk.write(free(pole * 0.2), tmp_path / "b.trc")  # a hand's: nothing tells
    assert rk.read(tmp_path / "b.trc").up == rk.recording.Up((0, 1, 0), "assumed")


def test_rows_that_editors_trimmed_are_unseen_there(tmp_path: Path) -> None:
    values = np.arange(1, 46, dtype=float).reshape(3, 5, 3)
    values[1, 3:] = np.nan
    rk.write(free(values), tmp_path / "a.trc")
    path = tmp_path / "a.trc"
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
    recording = rk.read(path)
    np.testing.assert_array_equal(recording.positions, values.astype(np.float32))
    assert any("1 rows end before the last points" in str(s) for s in recording.history)


def test_commas_and_rows_that_the_header_counts_but_the_file_lacks(tmp_path: Path) -> None:
    path = edited(trc(tmp_path), ("\t12\t25", "\t652\t25"))
    path.write_text(path.read_text().replace("\t", ","))
    recording = rk.read(path)
    assert len(recording) == 12
    assert any("says 652 rows, the file holds 12" in str(s) for s in recording.history)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("PathFileType", "PathFileKind", "line 1: expected PathFileType"),
        ("Frame#", "Nothing", "line 4: expected Frame#, Time"),
        ("-200.0000", "2OO", r"line 7, column 15: expected a number up to .*'2OO'"),
        ("9.235000", "", "line 7, column 2: expected a time in s"),
        ("\t-270.0000\t", "\t", r"line 7: expected 77 columns \(25 points\), found 76"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        rk.read(edited(trc(tmp_path), (old, new)), format="trc")


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = trc(tmp_path)
    path.write_text(path.read_text()[:-200])
    with pytest.raises(FormatError, match=r"line 18: expected 77 columns"):
        rk.read(path)
    path.write_text("\n".join(trc(tmp_path).read_text().splitlines()[:-1]))
    with pytest.raises(FormatError, match="12 rows as the header says, found 11, the last one"):
        rk.read(path)
    path.write_text("\n".join(path.read_text().splitlines()[:5]))
    with pytest.raises(FormatError, match="at least one frame, found a header only"):
        rk.read(path)


def test_names_with_prefix_axis_and_other_words() -> None:
    kinect = [f"K4ABT_JOINT_{part}_LEFT" for part in ("SHOULDER", "ELBOW", "WRIST", "HAND")]
    named = point_labels.name_points([*kinect, "K4ABT_JOINT_PELVISx", "GH", "C7"])
    assert named.skeleton.joints[4] == "K4ABT_JOINT_PELVISx"
    assert named.skeleton.canonical["pelvis"] == ("K4ABT_JOINT_PELVISx",)
    assert named.skeleton.canonical["elbow_left"] == ("K4ABT_JOINT_ELBOW_LEFT",)
    assert "others: GH, C7" in named.history[0].touched


PARTS = ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel")
SHORT = [f"{side}{part}" for side in "RL" for part in PARTS]


def test_names_as_pose2sim_and_opencap_shorten_them() -> None:
    halpe = point_labels.name_points(["Hip", "Neck", "Head", "Nose", *SHORT])
    assert halpe.skeleton is HALPE_26
    assert halpe.skeleton.joints[halpe.at[2]] == "head_top"
    assert halpe.skeleton.joints[halpe.at[5]] == "right_elbow"
    openpose = point_labels.name_points(["CHip", "Neck", "Nose", *SHORT])
    assert openpose.skeleton is OPENPOSE_25
    assert openpose.skeleton.joints[openpose.at[0]] == "mid_hip"
    study = [f"{letter}_{i}_study" for letter in "rL" for i in range(21)]
    opencap = point_labels.name_points(["midHip", "Neck", *SHORT, *study])
    assert opencap.skeleton.canonical["knee_left"] == ("LKnee",)
    assert opencap.skeleton.canonical["pelvis"] == ("midHip",)


def test_a_suits_shoulder_beside_an_arm_is_no_shoulder_joint() -> None:
    """The collar bone's joint would give elevations of the arm that are wrong."""
    arms = [f"{s}{p}" for s in ("Left", "Right") for p in ("Shoulder", "Arm", "ForeArm", "Hand")]
    legs = [f"{s}{p}" for s in ("Left", "Right") for p in ("Hip", "Knee", "Ankle", "Foot")]
    named = point_labels.name_points(["Pelvis", "Neck", "Head", *arms, *legs])
    assert "shoulder_left" not in named.skeleton.canonical
    assert "knee_left" in named.skeleton.canonical


def test_labels_used_twice_or_empty_get_numbers() -> None:
    labels, history = point_labels.unique(["A", "A", " ", "A_2"])
    assert labels == ("A", "A_2", "unnamed_3", "A_2_2")
    assert "A_2 for 'A'" in history[0].touched
    assert point_labels.without_subject(["p1:A", "p1:B"]) == (("A", "B"), "p1")
    assert point_labels.without_subject(["p1:A", "p2:B"]) == (("p1:A", "p2:B"), "")


MARKERS = """
name = "arm"
[joints.shoulder_right]
rule = "mean"
of = ["GH"]
[joints.elbow_right]
rule = "mean"
of = ["EM", "EL"]
"""


def test_a_users_markers_become_joints(tmp_path: Path) -> None:
    labels = ("GH", "EM", "EL")
    skeleton = Skeleton("markers", labels, (-1,) * 3, {}, markers=True)
    values = np.array([[[0, 1, 0], [0.1, 0.7, 0], [0.3, 0.7, 0]]] * 2)
    rk.write(Recording(np.arange(2) / 10, skeleton, values), tmp_path / "a.trc")
    (tmp_path / "markers.toml").write_text(MARKERS)
    recording = rk.read(tmp_path / "a.trc", markers=tmp_path / "markers.toml", up="y")
    assert recording.skeleton.marker_set is not None
    elbow = recording.canonical().joint("elbow_right")
    np.testing.assert_allclose(elbow[1], (0.2, 0.7, 0), atol=1e-6)
    with pytest.raises(SkeletonError, match="Labels left over"):
        rk.read(tmp_path / "a.trc", up="y").canonical()


def test_image_points_are_not_written(tmp_path: Path) -> None:
    flat = Recording(np.arange(2.0), KINECT_V2, image_points=np.ones((2, 25, 2)), image_size=(9, 9))
    with pytest.raises(RecordingError, match="TRC holds points in space"):
        rk.write(flat, tmp_path / "a.trc")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 6), st.integers(1, 5), st.just(3)),
        elements=st.floats(0.0625, 128, width=32) | st.just(np.nan),
    ),
    start_s=st.floats(0, 1e5),
    rate_hz=st.floats(1, 2000),
)
def test_what_is_written_is_read_back(
    tmp_path: Path, values: np.ndarray, start_s: float, rate_hz: float
) -> None:
    values[np.isnan(values).any(-1)] = np.nan
    written = free(values, time=np.arange(len(values)) / rate_hz, source=Source(start_s=start_s))
    rk.write(written, tmp_path / "a.trc")
    again = rk.read(tmp_path / "a.trc")
    np.testing.assert_array_equal(again.positions, written.positions)
    np.testing.assert_allclose(again.time, written.time, atol=2e-9)
    assert again.source.start_s == pytest.approx(start_s, abs=1e-9)
    assert again.skeleton.joints == written.skeleton.joints


def test_opensim_reads_the_same(tmp_path: Path) -> None:
    recording = rk.read(trc(tmp_path))
    assert recording.positions is not None
    values = recording.positions.copy()
    values[:, [2, -1]] = np.nan  # one joint and the last one are never seen
    recording = recording.replace(positions=values)
    rk.write(recording, tmp_path / "w.trc", unit="mm")
    table = opensim_table(tmp_path / "w.trc", "TimeSeriesTableVec3")
    assert recording.positions is not None
    assert tuple(table["labels"]) == recording.skeleton.joints
    assert table["texts"]["Units"] == "mm"
    np.testing.assert_allclose(table["time"], recording.time + START_S, atol=1e-9)
    np.testing.assert_allclose(
        table["values"].reshape(recording.positions.shape) / 1000, recording.positions, atol=1e-6
    )


@pytest.mark.data
def test_markers_in_metres_despite_the_files_name(data_root: Path) -> None:
    recording = rk.read(data_root / "formats/kinect-imu-ik/1sflexsag_mm.trc")
    assert (len(recording), recording.source.start_s) == (4477, 0)
    assert recording.skeleton.markers
    np.testing.assert_allclose(recording.joint("GH")[0], (0.311650, 1.177171, -0.482460))
    assert not [s for s in recording.history if s.name == "assume unit"]


@pytest.mark.data
def test_kinect_joints_between_markers(data_root: Path) -> None:
    folder = data_root / "formats/kinect-imu-ik"
    recording = rk.read(folder / "1sflexsag_cut_rot_kinect_keypoints.trc")
    assert (len(recording), recording.source.start_s) == (3387, 9.235222)
    np.testing.assert_allclose(
        recording.canonical().joint("shoulder_left")[0], (0.302457, 0.199880, 1.610552), atol=1e-6
    )
    np.testing.assert_allclose(recording.joint("GH")[0, 0], 0.299664, atol=1e-6)


@pytest.mark.data
def test_a_file_that_a_spreadsheet_shortened(data_root: Path) -> None:
    recording = rk.read(data_root / "formats/opensim/markers.trc")
    assert (len(recording), len(recording.skeleton)) == (93, 51)
    np.testing.assert_allclose(recording.joint("ASISl")[0], (0.7337041, 0.0809832, 0.1918668))
