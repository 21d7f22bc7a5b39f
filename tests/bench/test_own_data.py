"""A user's own table: what it must hold, and which splits are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.bench import own_table

from rehabkit.bench.arrays import Layout
from rehabkit.bench.own_data import read_table, splits_of
from rehabkit.errors import FormatError, ModelError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve recordings of six people."""
    return own_table.write(tmp_path_factory.mktemp("own")).parent


def lines(count: int = 12, **cells: str) -> list[dict[str, str]]:
    return [
        {"path": f"r{i}.csv", "subject": f"p{i // 2}", "label": str(i)} | cells
        for i in range(count)
    ]


def test_samples_with_scores(folder: Path, tmp_path: Path) -> None:
    table = read_table(folder / "table.csv")
    assert table.kind == "score"
    data = table.load(Layout(length=20), tmp_path)
    assert data.arrays.positions.shape == (12, 20, 17, 3)
    assert data.truth[:, 0].tolist() == [10.0 + i for i in range(12)]
    assert sorted(set(data.arrays.who.groups)) == ["healthy", "stroke"]
    name, splits = splits_of(table, data, "leave-one-subject-out", 0)
    assert (name, len(splits)) == ("leave-one-subject-out", 6)
    assert len(list(tmp_path.glob("*.npz"))) == 1
    assert np.array_equal(
        table.load(Layout(length=20), tmp_path).arrays.positions, data.arrays.positions
    )


def test_text_is_classes(folder: Path, tmp_path: Path) -> None:
    made = lines()
    for i, line in enumerate(made):
        line["label"] = "good" if i % 2 else "poor"
    table = read_table(own_table.table(folder / "classes.csv", made))
    assert table.kind == "classes"
    assert set(table.load(Layout(length=20), tmp_path).truth) == {"good", "poor"}
    numbers = read_table(folder / "table.csv", kind="classes")
    assert numbers.kind == "classes"


def test_a_table_without_people_is_refused(folder: Path) -> None:
    bare = [{"path": "r0.csv", "label": "1"}, {"path": "r1.csv", "label": "2"}]
    with pytest.raises(FormatError, match="a column 'subject', found path, label"):
        read_table(own_table.table(folder / "bare.csv", bare))
    with pytest.raises(FormatError, match="line 2: expected 'subject' in every line"):
        read_table(own_table.table(folder / "empty.csv", lines(subject="")))
    with pytest.raises(FormatError, match="p0 alone"):
        read_table(own_table.table(folder / "one.csv", lines(subject="p0")))


def test_other_faults_are_named(folder: Path) -> None:
    with pytest.raises(FormatError, match="a column 'pain'"):
        read_table(folder / "table.csv", label="pain")
    with pytest.raises(FormatError, match="12 that are not"):
        read_table(own_table.table(folder / "gone.csv", lines(path="gone.trc")))
    with pytest.raises(FormatError, match="a number as 'label', found 'x'"):
        read_table(own_table.table(folder / "words.csv", lines(label="x")), kind="score")
    with pytest.raises(FormatError, match="'train' or 'test', found 'both'"):
        read_table(own_table.table(folder / "sides.csv", lines(split="both")))
    with pytest.raises(FormatError, match=r"\.csv or \.parquet"):
        read_table(folder / "table.txt")
    with pytest.raises(FormatError, match="found no file"):
        read_table(folder / "nothing.csv")


def test_a_split_that_leaks_is_refused(folder: Path, tmp_path: Path) -> None:
    made = lines()
    for i, line in enumerate(made):
        line["split"] = "test" if i % 2 else "train"
    table = read_table(own_table.table(folder / "leaks.csv", made))
    data = table.load(Layout(length=20), tmp_path)
    with pytest.raises(ModelError, match=r"6 subjects are on both sides \(p0, p1"):
        splits_of(table, data, "subject-5fold", 0)


def test_a_split_by_people_is_taken(folder: Path, tmp_path: Path) -> None:
    made = lines()
    for i, line in enumerate(made):
        line["split"] = "test" if i >= 8 else "train"
    table = read_table(own_table.table(folder / "apart.csv", made))
    data = table.load(Layout(length=20), tmp_path)
    name, (split,) = splits_of(table, data, "subject-5fold", 0)
    assert name == "own-split"
    assert set(data.arrays.who.subjects[split.test]) == {"p4", "p5"}


@pytest.mark.parametrize("name", ["sample-8-1-1", "sample-70-30"])
def test_a_leaky_protocol_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    table = read_table(folder / "table.csv")
    data = table.load(Layout(length=20), tmp_path)
    with pytest.raises(ModelError, match="on both sides"):
        splits_of(table, data, name, 0)


def test_an_unknown_protocol_lists_those_of_use(folder: Path, tmp_path: Path) -> None:
    table = read_table(folder / "table.csv")
    data = table.load(Layout(length=20), tmp_path)
    with pytest.raises(ModelError, match="of use here: subject-3fold, subject-5fold"):
        splits_of(table, data, "by-luck", 0)
