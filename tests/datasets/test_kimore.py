"""KIMORE as a table: choosing recordings, scores, boundaries, and the real set's oddities."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.datasets import trees

from rehabkit import datasets
from rehabkit.datasets import Dataset, Row, Span
from rehabkit.datasets.kimore import lines_of
from rehabkit.datasets.kimore_marks import read_marks
from rehabkit.errors import FormatError, MissingExtra


def one(dataset: Dataset) -> Row:
    (row,) = dataset.rows
    return row


def test_scores_age_and_sex_come_from_the_workbooks(tmp_path: Path) -> None:
    folder = trees.kimore_folder(tmp_path, "E_ID1", "Es1")
    trees.label_kimore(folder / "Label", "E_ID1")
    dataset = datasets.load("kimore", tmp_path)
    row = one(dataset)
    assert row.scores == {"total": 40, "primary": 11, "control": 31}
    assert (row.labels["age_years"], row.labels["sex"]) == (41, "female")
    assert (row.subject, row.group, row.exercise) == ("E_ID1", "expert", "kimore-es1")
    recording = dataset.read(row)
    assert (recording.subject.age_years, recording.subject.sex) == (41, "female")
    assert recording.history[-1].name == "take from table"


def test_a_missing_score_is_none_and_noted(tmp_path: Path) -> None:
    folder = trees.kimore_folder(tmp_path, "E_ID1", "Es4")
    trees.label_kimore(folder / "Label", "E_ID1")
    row = one(datasets.load("kimore", tmp_path))
    assert row.scores == {"total": None, "primary": None, "control": None}
    assert "no scores" in row.notes


def test_the_workbook_is_chosen_by_its_name(tmp_path: Path) -> None:
    folder = trees.kimore_folder(tmp_path, "E_ID3", "Es3")
    trees.label_kimore(folder / "Label", "E_ID3", named="E_ID9")
    trees.label_kimore(folder / "Label", "E_ID1", first=10.0)
    row = one(datasets.load("kimore", tmp_path))
    assert row.scores["total"] == 42
    assert any("names E_ID9; the scores are E_ID3's" in note for note in row.notes)
    assert any("left out: ClinicalAssessment_E_ID1" in note for note in row.notes)


def test_scores_out_of_limits_and_damage_are_refused(tmp_path: Path) -> None:
    folder = trees.kimore_folder(tmp_path, "E_ID1", "Es1")
    trees.label_kimore(folder / "Label", "E_ID1", first=51.0)
    with pytest.raises(FormatError, match="clinical TS Ex#1: expected a score from 0 to 50"):
        datasets.load("kimore", tmp_path)
    (folder / "Label" / "ClinicalAssessment_E_ID1.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(FormatError, match="expected a file that its parser can read"):
        datasets.load("kimore", tmp_path)


def test_without_openpyxl_the_scores_can_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = trees.kimore_folder(tmp_path, "E_ID1", "Es1")
    trees.label_kimore(folder / "Label", "E_ID1")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"rehabkit\[bench\]"):
        datasets.load("kimore", tmp_path)
    assert one(datasets.load("kimore", tmp_path, scores=False)).scores == {}


def test_of_several_recordings_the_one_long_enough_is_meant(tmp_path: Path) -> None:
    trees.kimore_folder(tmp_path, "E_ID1", "Es1", "010203_040506", frames=6)
    trees.kimore_folder(tmp_path, "E_ID1", "Es1", "010203_040607", frames=12)
    (tmp_path / "Es1_repetitions.csv").write_text("CG/Expert/E_ID1,1,5,11,,\n")
    row = one(datasets.load("kimore", tmp_path))
    assert row.session == "010203_040607"
    assert row.spans == (Span(0, 4), Span(4, 11))
    assert "the only one long enough" in row.notes[0]


def test_of_several_long_enough_the_poses_at_the_boundaries_tell(tmp_path: Path) -> None:
    trees.kimore_waves(tmp_path, "E_ID1", "Es1", "010203_040506", period=13)
    trees.kimore_waves(tmp_path, "E_ID1", "Es1", "010203_040607", period=20)
    (tmp_path / "Es1_repetitions.csv").write_text("CG/Expert/E_ID1,1,21,41\n")
    row = one(datasets.load("kimore", tmp_path))
    assert row.session == "010203_040607"
    assert "poses at the boundaries are alike" in row.notes[0]


def test_without_boundaries_the_longest_is_taken(tmp_path: Path) -> None:
    trees.kimore_folder(tmp_path, "E_ID1", "Es1", "010203_040506", frames=12)
    trees.kimore_folder(tmp_path, "E_ID1", "Es1", "010203_040607", frames=6)
    row = one(datasets.load("kimore", tmp_path))
    assert row.session == "010203_040506"
    assert "the longest taken" in row.notes[0]


@pytest.mark.parametrize(
    ("exercise", "cells", "expected"),
    [
        (1, "23,223,424", [Span(22, 222), Span(222, 424)]),
        (2, "0,87,236,382", [Span(86, 235, "left"), Span(235, 382, "right")]),
        (3, "1,10,20", [Span(9, 20, "right")]),
        (4, "0,2,67,136,1,455,519", [Span(1, 66), Span(66, 136), Span(454, 519)]),
        (4, "1,1,9,0,9,20", [Span(0, 9), Span(8, 20)]),
        (5, "71,175,215,330", [Span(70, 175), Span(214, 330)]),
    ],
)
def test_boundaries_mean_what_the_exercise_says(
    exercise: int, cells: str, expected: list[Span], tmp_path: Path
) -> None:
    path = tmp_path / "EsN_repetitions.csv"
    path.write_text(f"CG/Expert/E_ID1,{cells},,\n")
    assert list(read_marks(path, exercise)["CG/Expert/E_ID1"].spans) == expected


@pytest.mark.parametrize(
    ("exercise", "cells", "message"),
    [
        (1, "5,x", "line 1: expected a path and at least two frame numbers, found 'x'"),
        (1, "9", "found 1"),
        (1, "9,5", "frames in order, found 9, 5"),
        (5, "1,5,9", "in pairs"),
    ],
)
def test_wrong_boundaries_are_refused(
    exercise: int, cells: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "EsN_repetitions.csv"
    path.write_text(f"CG/Expert/E_ID1,{cells}\n")
    with pytest.raises(FormatError, match=message):
        read_marks(path, exercise)


def test_faults_of_the_squat_are_labels(tmp_path: Path) -> None:
    trees.kimore_folder(tmp_path, "E_ID1", "Es5")
    faults = tmp_path / "squat_faults.csv"
    faults.write_text("subject,too_shallow,balance_wobbly,too_deep\nE_ID1,Y,N,U\n")
    labels = one(datasets.load("kimore", tmp_path)).labels
    assert (labels["too_shallow"], labels["balance_wobbly"], labels["too_deep"]) == (
        True, False, None,
    )  # fmt: skip
    faults.write_text("subject,too_shallow\nE_ID1,maybe\n")
    with pytest.raises(FormatError, match="line 2: expected a person, then Y, N or U"):
        datasets.load("kimore", tmp_path)


@pytest.fixture(scope="module")
def kimore(data_root: Path) -> Dataset:
    return datasets.load("kimore", data_root)


def row_of(dataset: Dataset, subject: str, exercise: int) -> Row:
    return one(dataset.select(subject=subject, exercise=f"kimore-es{exercise}"))


@pytest.mark.data
def test_the_real_set_is_whole_but_for_four(kimore: Dataset) -> None:
    assert (len(kimore), len(kimore.subjects)) == (311, 63)
    lacking = {note for note in kimore.notes if note.endswith("no positions recorded")}
    assert {note.split(":")[0] for note in lacking} == {
        "E_ID8 Es2", "B_ID8 Es4", "S_ID5 Es3", "NE_ID24 Es2",
    }  # fmt: skip


@pytest.mark.data
def test_the_real_scores_and_where_there_are_none(kimore: Dataset) -> None:
    without = {row.subject for row in kimore if row.scores["total"] is None}
    assert without == {"E_ID17"}
    assert all(r.scores["total"] is None for r in kimore.select(subject="E_ID17"))
    apart = [
        row for row in kimore
        if row.scores["total"] is not None
        and abs(sum(row.scores[k] or 0 for k in ("primary", "control")) - row.scores["total"]) > 1.1
    ]  # fmt: skip
    assert len(apart) < 0.05 * len(kimore)


@pytest.mark.data
def test_the_real_workbooks_of_others_are_told(kimore: Dataset) -> None:
    named = [(r.subject, r.exercise[-1]) for r in kimore if any("cell names" in n for n in r.notes)]
    assert sorted(named) == [("E_ID16", "2"), *(("NE_ID2", str(n)) for n in range(1, 6))]
    further = [r.subject + r.exercise[-1] for r in kimore if "further" in " ".join(r.notes)]
    assert further == ["E_ID33", "E_ID34", "E_ID35"]
    assert row_of(kimore, "NE_ID2", 5).scores["total"] == pytest.approx(19.667, abs=1e-3)


@pytest.mark.data
@pytest.mark.parametrize(
    ("subject", "exercise", "session"),
    [
        ("NE_ID16", 2, "050216_124601"),
        ("NE_ID17", 4, "050216_100516"),
        ("NE_ID17", 5, "050216_100823"),
        ("NE_ID23", 4, "050216_131211"),
        ("NE_ID27", 2, "050216_110322"),
        ("NE_ID4", 1, "240415_103123"),
        ("S_ID5", 1, "040716_110849"),
    ],
)
def test_the_real_folders_with_several(
    subject: str, exercise: int, session: str, kimore: Dataset
) -> None:
    row = row_of(kimore, subject, exercise)
    assert row.session == session
    assert "recordings in the folder" in row.notes[0]


@pytest.mark.data
def test_the_real_odd_recordings_are_read(kimore: Dataset) -> None:
    assert kimore.read(row_of(kimore, "P_ID7", 5)).orientations is None
    assert kimore.read(row_of(kimore, "S_ID2", 4)).orientations is None
    for subject in ("E_ID8", "P_ID5"):
        recording = kimore.read(row_of(kimore, subject, 1))
        assert any(step.name == "pick person" for step in recording.history)


@pytest.mark.data
def test_the_real_boundaries_lie_inside(kimore: Dataset) -> None:
    for row in kimore:
        rows = len(lines_of(row.path))
        assert all(0 <= span.start < span.end <= rows for span in row.spans), row.path
    unmarked = [r.subject + r.exercise[-1] for r in kimore if not r.spans]
    assert unmarked == ["P_ID75"]
    for exercise in (2, 3):
        rows_of = kimore.select(exercise=f"kimore-es{exercise}")
        assert all(span.side in ("left", "right") for row in rows_of for span in row.spans)
