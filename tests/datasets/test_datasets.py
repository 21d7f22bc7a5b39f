"""Tables of recordings: what all sets share, and each set's rows on made and real files."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.datasets import trees
from tests.formats import made, samples_actions

from rehabkit import datasets
from rehabkit.datasets import Dataset, Row
from rehabkit.errors import FormatError, RehabkitError


def irds_file(folder: Path, name: str, moved: str) -> None:
    joints = np.repeat(made.kinect_v2(1), 12, axis=0)
    joints[:, [5, 6, 7] if moved == "left" else [9, 10, 11], 1] += np.linspace(0, 0.5, 12)[:, None]
    (folder / name).write_text(made.rows(joints))


@pytest.fixture
def irds(tmp_path: Path) -> Path:
    folder = tmp_path / "irds" / "Simplified"
    folder.mkdir(parents=True)
    irds_file(folder, "201_18_2_3_1_stand.txt", "right")
    irds_file(folder, "201_18_2_4_2_chair.txt", "left")
    irds_file(folder, "101_18_6_1_3_stand.txt", "left")
    return tmp_path


def test_names_and_words() -> None:
    assert "kimore" in datasets.names()
    assert all(datasets.words(name) for name in datasets.names())


def test_unknown_sets_folders_and_options_are_refused(irds: Path) -> None:
    with pytest.raises(RehabkitError, match="No data set is called 'nothing'; known: 'finerehab'"):
        datasets.load("nothing", irds)
    with pytest.raises(RehabkitError, match="has no option 'colour'; allowed: 'raw', 'sides'"):
        datasets.load("irds", irds, colour=1)
    with pytest.raises(FormatError, match="expected the folder of a data set, found no folder"):
        datasets.load("irds", irds / "nowhere")


@pytest.mark.parametrize("name", datasets.names())
def test_a_folder_of_something_else_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"expected recordings of .*, found none"):
        datasets.load(name, tmp_path)


def test_the_side_is_that_of_the_joints_that_moved(irds: Path) -> None:
    dataset = datasets.load("irds", irds)
    sides = [(r.labels["named_side"], r.side, r.labels["correct"]) for r in dataset]
    assert sides == [("both", "both", None), ("left", "right", True), ("left", "left", False)]
    assert "1 repetitions are labelled poorly done" in dataset.notes[0]
    assert {r.side for r in datasets.load("irds", irds, sides=False)} == {""}


def test_a_recording_that_is_not_readable_is_a_row_with_a_note(irds: Path) -> None:
    (irds / "irds" / "Simplified" / "201_18_2_3_1_stand.txt").write_text("1,2,3\n")
    row = datasets.load("irds", irds).rows[1]
    assert "not readable: expected 75 columns" in row.notes[0]


def test_the_fingerprint_follows_contents_and_labels(irds: Path) -> None:
    first = datasets.load("irds", irds)
    assert datasets.load("irds", irds / "irds").fingerprint == first.fingerprint
    folder = irds / "irds" / "Simplified"
    (folder / "201_18_2_3_1_stand.txt").rename(folder / "201_18_2_3_2_stand.txt")
    relabelled = datasets.load("irds", irds)
    assert relabelled.fingerprint != first.fingerprint
    assert {r.fingerprint for r in relabelled} == {r.fingerprint for r in first}
    irds_file(folder, "201_18_2_4_2_chair.txt", "right")
    assert datasets.load("irds", irds).fingerprint != relabelled.fingerprint


def test_rows_are_read_one_by_one(irds: Path) -> None:
    dataset = datasets.load("irds", irds)
    pairs = dataset.recordings()
    row, recording = next(pairs)
    assert recording.source.sha256 == row.fingerprint
    assert len(list(pairs)) == len(dataset) - 1


def test_selecting(irds: Path) -> None:
    dataset = datasets.load("irds", irds)
    assert len(dataset.select(subject="201", side="left")) == 1
    assert dataset.select(subject="101").subjects == ("101",)
    with pytest.raises(RehabkitError, match="Rows have no 'name'; they have"):
        dataset.select(name="a")


def test_the_table_has_a_column_for_each_label(irds: Path) -> None:
    table = datasets.load("irds", irds).to_polars()
    assert table["label_correct"].to_list() == [None, True, False]
    assert table["repetition"].to_list() == [1, 3, 4]
    assert table["path"][0] == "Simplified/101_18_6_1_3_stand.txt"
    assert table["dataset"].unique().to_list() == ["irds"]


def test_rows_are_frozen_hashable_and_pickle(irds: Path) -> None:
    row = datasets.load("irds", irds).rows[0]
    assert pickle.loads(pickle.dumps(row)) == row
    assert row in {row}
    with pytest.raises(TypeError):
        row.labels["correct"] = True  # type: ignore[index]


def test_ui_prmd_rows(tmp_path: Path) -> None:
    half = tmp_path / "Incorrect Segmented Movements"
    half.mkdir()
    path = made.ui_prmd(half)
    dataset = datasets.load("ui-prmd", tmp_path)
    (row,) = dataset
    assert (row.path, row.subject, row.repetition) == (path, "s03", 4)
    assert dict(row.labels) == {"correct": False, "movement": "deep squat"}
    assert len(dataset.read(row)) == made.FRAMES
    assert not datasets.load("ui-prmd", tmp_path, sensor="kinect-v2").notes


def test_utkinect_rows_are_actions(tmp_path: Path) -> None:
    made.utkinect(tmp_path)
    dataset = datasets.load("utkinect", tmp_path)
    assert [row.labels["action"] for row in dataset] == ["walk", "sitDown"]
    assert dataset.notes == ("joints_s01_e01 carry: labelled NaN, left out",)
    assert dataset.read(dataset.rows[0]).exercise.label == "walk"


@pytest.mark.parametrize(
    ("span", "note"),
    [("push: 250 290", "frames 250 to 290 hold those of walk: a slip"),
     ("push: 290 250", "its last frame 250 comes before its first 290: a slip")],
)  # fmt: skip
def test_utkinect_slips_are_noted(span: str, note: str, tmp_path: Path) -> None:
    made.utkinect(tmp_path)
    labels = tmp_path / "corrected.txt"
    labels.write_text(f"s01_e01\nwalk: 258 272\n{span}\n")
    dataset = datasets.load("utkinect", tmp_path, labels="corrected.txt")
    assert dataset.rows[1].notes == (note,)
    assert dataset.rows[1].options == {"action": "push", "labels": "corrected.txt"}


def test_action_sets_rows(tmp_path: Path) -> None:
    samples_actions.utd_mhad_pair(tmp_path)
    samples_actions.msr(tmp_path)
    (utd,) = datasets.load("utd-mhad", tmp_path)
    assert (utd.exercise, utd.subject, utd.repetition) == ("squat", "s2", 3)
    assert utd.labels["inertial_at"] == "right thigh"
    (msr,) = datasets.load("msr-action3d", tmp_path)
    assert (msr.labels["action"], msr.labels["used_in_cvpr12"]) == ("draw x", None)
    (tmp_path / "files_used_in_cvpr12_paper.txt").write_text("a01_s01_e01\n")
    (msr,) = datasets.load("msr-action3d", tmp_path)
    assert msr.labels["used_in_cvpr12"] is False
    msr.path.write_text("0 0 0 0\n" * 20)
    (msr,) = datasets.load("msr-action3d", tmp_path)
    assert "nobody was tracked" in msr.notes[0]


def test_ntu_rows_come_from_names(tmp_path: Path) -> None:
    (tmp_path / "S001C002P003R002A059.skeleton").write_text("0\n")
    (tmp_path / "NTU_missing_skeletons.txt").write_text("S001C002P003R002A059\n")
    (row,) = datasets.load("ntu", tmp_path)
    assert (row.subject, row.session, row.repetition) == ("P003", "S001", 2)
    assert dict(row.labels) == {"action": 59, "camera": 2, "setup": 1}
    assert row.notes == ("listed by its authors as without skeleton",)


def counted(dataset: Dataset, name: str) -> Counter[object]:
    return Counter(row.labels[name] for row in dataset)


def first_and_last(dataset: Dataset) -> tuple[Row, Row]:
    return dataset.rows[0], dataset.rows[-1]


@pytest.mark.data
def test_the_real_irds(data_root: Path) -> None:
    dataset = datasets.load("irds", data_root, sides=False)
    assert (len(dataset), len(dataset.subjects)) == (2589, 30)
    assert counted(dataset, "quality")["poorly done"] == 12
    wrong = [row for row in dataset if row.labels["correct"] is False]
    assert (len(wrong), sum(row.group == "2xx" for row in wrong)) == (530, 523)
    assert "Stand-frame" in counted(dataset, "position")
    raw = datasets.load("irds", data_root, raw=True, sides=False)
    assert len(raw) == 65


@pytest.mark.data
def test_real_irds_gestures_move_the_other_side(data_root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Simplified"
    folder.mkdir()
    for path in sorted((data_root / "irds" / "Simplified").glob("307_*_[0-5]_*_1_*.txt")):
        (folder / path.name).symlink_to(path.resolve())
    rows = datasets.load("irds", tmp_path).rows
    assert len(rows) > 20
    assert all({r.side, r.labels["named_side"]} == {"left", "right"} for r in rows)


@pytest.mark.data
def test_the_real_ui_prmd(data_root: Path) -> None:
    kinect = datasets.load("ui-prmd", data_root, sensor="kinect-v2")
    assert (len(kinect), len(kinect.subjects)) == (2000, 10)
    assert counted(kinect, "correct") == {True: 1000, False: 1000}
    assert len(datasets.load("ui-prmd", data_root, sensor="vicon")) == 36


@pytest.mark.data
def test_the_real_keraal(data_root: Path) -> None:
    dataset = datasets.load("keraal", data_root)
    assert len(dataset) == 21
    trial = dataset.select(exercise="keraal-elk")
    assert {row.sensor for row in trial} == {
        "kinect-v2", "vicon", "blazepose", "openpose", "alphapose",
    }  # fmt: skip
    assert len({(row.subject, row.session) for row in trial}) == 1
    assert all(row.labels["correct"] for row in trial)
    assert all(dataset.read(row) for row in dataset)


@pytest.mark.data
def test_the_real_utkinect(data_root: Path) -> None:
    dataset = datasets.load("utkinect", data_root)
    assert (len(dataset), len(dataset.subjects)) == (199, 10)
    assert dataset.notes == ("joints_s10_e02 carry: labelled NaN, left out",)
    odd = [row for row in dataset if row.notes]
    assert [(row.labels["action"], row.notes[0]) for row in odd] == [
        ("push", "frames 2556 to 3622 hold those of throw: a slip")
    ]
    corrected = datasets.load("utkinect", data_root, labels="actionLabel_modified.txt")
    assert not any(row.notes for row in corrected)


@pytest.mark.data
def test_the_real_action_sets(data_root: Path) -> None:
    utd = datasets.load("utd-mhad", data_root)
    assert (len(utd), len(utd.subjects)) == (861, 8)
    missing = [note.split(":")[0] for note in utd.notes]
    assert missing == ["a8_s1_t4", "a23_s6_t4", "a27_s8_t4"]
    for row in first_and_last(utd):
        assert set(utd.read(row).streams) == {"imu_acceleration", "imu_rotation"}
    msr = datasets.load("msr-action3d", data_root)
    assert (len(msr), len(msr.subjects)) == (567, 10)
    assert counted(msr, "used_in_cvpr12")[False] == 10
    assert sum(bool(row.notes) for row in msr) == 1


@pytest.mark.data
def test_the_real_ntu(data_root: Path) -> None:
    dataset = datasets.load("ntu", data_root / "formats" / "ntu")
    (row,) = dataset
    assert len(dataset.read(row)) > 0


def test_polars_columns_hold_for_rows_with_different_labels(tmp_path: Path) -> None:
    trees.kimore_folder(tmp_path, "E_ID1", "Es1")
    trees.kimore_folder(tmp_path, "E_ID1", "Es5")
    (tmp_path / "squat_faults.csv").write_text("subject,too_shallow\nE_ID1,Y\n")
    table = datasets.load("kimore", tmp_path).to_polars()
    assert table.filter(pl.col("exercise") == "kimore-es5")["label_too_shallow"][0] is True
    assert table.filter(pl.col("exercise") == "kimore-es1")["label_too_shallow"][0] is None
