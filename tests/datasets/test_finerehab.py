"""FineRehab's tree, made small in the layout of the paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.datasets import trees

from rehabkit import datasets
from rehabkit.datasets import Row
from rehabkit.datasets.finerehab import calibrations, pictures
from rehabkit.errors import FormatError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return trees.finerehab(tmp_path)


def row_of(root: Path, subject: str, repetition: int, sensor: str) -> Row:
    dataset = datasets.load("finerehab", root)
    (row,) = dataset.select(subject=subject, repetition=repetition, sensor=sensor)
    return row


def test_a_row_is_a_snippet_of_one_sensor(root: Path) -> None:
    dataset = datasets.load("finerehab", root)
    assert len(dataset) == 6
    assert dataset.subjects == ("24", "7")
    row = row_of(root, "24", 1, "azure-kinect")
    assert (row.exercise, row.side, row.group) == ("finerehab-12", "left", "patient")
    assert row.scores == {"completeness_knee": 4, "correction": 3.5, "smoothness": 2}
    assert row.labels["supine"] is False
    assert (row.labels["age_years"], row.labels["sex"], row.labels["height_m"]) == (
        61, "female", 1.65,
    )  # fmt: skip
    assert row.labels["affected_side"] == "right"


def test_both_sensors_are_read(root: Path) -> None:
    dataset = datasets.load("finerehab", root)
    for row, recording in dataset.recordings():
        assert recording.subject.id == row.subject
        assert (recording.orientations is not None) == (row.sensor == "imu")
    recording = dataset.read(row_of(root, "24", 1, "imu"))
    assert (recording.subject.age_years, recording.subject.height_m) == (61, 1.65)


def test_what_is_missing_is_noted(root: Path) -> None:
    dataset = datasets.load("finerehab", root)
    assert dataset.notes == ("1 annotated snippets have no skeleton file",)
    row = row_of(root, "7", 1, "imu")
    assert row.notes == ("not annotated",)
    assert row.scores == {}
    assert row.labels["supine"] is True
    assert "height_m" not in row.labels
    assert row_of(root, "24", 2, "imu").scores["completeness_knee"] is None


def test_without_tables_there_are_no_scores_and_groups(root: Path) -> None:
    for table in root.glob("*.csv"):
        table.unlink()
    dataset = datasets.load("finerehab", root)
    assert len(dataset.notes) == 2
    assert {row.group for row in dataset} == {""}


def test_pictures_of_both_views_in_the_order_of_frames(root: Path) -> None:
    labels = row_of(root, "24", 1, "azure-kinect").labels
    assert labels["front_colour_frames"] == labels["side_depth_frames"] == 2
    shown = pictures(root)["24", "12", "left", 1]
    stems = [path.stem.rpartition("_")[2] for path in shown.files["front", "colour"]]
    assert stems == ["2", "10"]
    assert [path.name for path in calibrations(root)] == ["front.json"]


def test_annotations_may_name_the_file(root: Path) -> None:
    (root / "annotations.csv").write_text("File name,Smoothness\n24_12SL_Cut01.json,3\n")
    assert row_of(root, "24", 1, "imu").scores == {"smoothness": 3}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("SubjectID,MovementID,RepetitionNo,Smoothness\n24,12,one,3\n", "line 2: expected a snip"),
        ("File name,Smoothness\nsomething.json,3\n", "line 2: expected a snippet"),
        ("File name,Smoothness\n24_12SL_Cut01,5\n", "column 'Smoothness': expected a score from 0"),
        ("File name,Smoothness\n24_12SL_Cut01\n", "line 2: expected 2 columns"),
    ],
)
def test_wrong_annotations_are_refused(table: str, message: str, root: Path) -> None:
    (root / "annotations.csv").write_text(table)
    with pytest.raises(FormatError, match=message):
        datasets.load("finerehab", root)
