"""Cells go on where they were stopped, hold no labels, and refuse other data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rehabkit.bench import cells
from rehabkit.bench.cells import Cell, Fold, Task
from rehabkit.bench.protocols import Who, protocol
from rehabkit.bench.splits import Split
from rehabkit.errors import ModelError

CELL = Cell("score", "made", "subject-5fold", 0)
NAMES = [{"subject": f"s{i % 10}", "exercise": "squat"} for i in range(20)]
TASK = Task(NAMES, "abc" * 10)


def splits() -> list[Split]:
    return protocol("subject-5fold").splits(Who.of([n["subject"] for n in NAMES]))


class Learner:
    """Says 1/3 of everything; stops before the fold ``stop``."""

    def __init__(self, stop: int = 99) -> None:
        self.calls, self.stop = 0, stop

    def __call__(self, split: Split) -> Fold:
        if self.calls == self.stop:
            raise KeyboardInterrupt
        self.calls += 1
        return Fold({"total": np.full(len(split.test), 1 / 3)}, {"rate": 0.1})


def test_a_stopped_cell_goes_on(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        cells.run(CELL, TASK, splits(), Learner(stop=2), tmp_path)
    begun = cells.read(CELL.path(tmp_path))
    assert (len(begun["folds"]), begun["complete"]) == (2, False)
    rest = Learner()
    done = cells.run(CELL, TASK, splits(), rest, tmp_path)
    assert rest.calls == 3
    assert done["complete"]
    assert done["folds"][:2] == begun["folds"]
    again = Learner()
    assert cells.run(CELL, TASK, splits(), again, tmp_path) == done
    assert again.calls == 0


def test_a_file_says_who_and_what_alone(tmp_path: Path) -> None:
    cells.run(CELL, TASK, splits(), Learner(), tmp_path)
    found = cells.read(tmp_path / "score" / "subject-5fold" / "made-0.json")
    tested = cells.tested(CELL, tmp_path)
    assert tested == [t for fold in found["folds"] for t in fold["test"]]
    assert len(tested) == 20
    assert tested[0].keys() == {"subject", "exercise", "total"}
    assert tested[0]["total"] == 0.33333
    for fold in found["folds"]:
        assert not {t["subject"] for t in fold["test"]} & set(fold["learned_from"])
    assert list(tmp_path.rglob("*.tmp")) == []


def test_a_cell_that_was_not_run_tested_nothing(tmp_path: Path) -> None:
    assert cells.tested(CELL, tmp_path) == []


def test_other_data_is_refused(tmp_path: Path) -> None:
    cells.run(CELL, TASK, splits(), Learner(), tmp_path)
    with pytest.raises(ModelError, match="results of other data"):
        cells.run(CELL, Task(NAMES, "xyz" * 10), splits(), Learner(), tmp_path)


@pytest.mark.parametrize(
    ("content", "words"), [("{", "Expected the results of a cell"), ('{"version": 9}', "version 9")]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "cell.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=words):
        cells.read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.json"):
        cells.read(tmp_path / "gone.json")


def test_the_same_run_writes_the_same_file(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        cells.run(CELL, TASK, splits(), Learner(), tmp_path / folder)
    both = [json.loads(CELL.path(tmp_path / f).read_text()) for f in ("a", "b")]
    for found in both:
        for fold in found["folds"]:
            del fold["seconds"]
    assert both[0] == both[1]
