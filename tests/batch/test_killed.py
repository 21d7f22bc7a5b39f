"""A run that is killed again and again loses nothing: a small ``benchmarks/batch.py killed``."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from tests.batch.conftest import done
from tests.sources import script

from rehabkit.batch import ledger

OPTIONS = ("--exercise", "squat", "--write", "nothing")


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    return script("benchmarks/batch.py")


def test_nothing_is_lost_or_done_twice(benchmark: ModuleType, tmp_path: Path) -> None:
    benchmark.generate_into(tmp_path / "in", 12)
    found = benchmark.kill_and_resume(
        tmp_path / "in", tmp_path / "out", OPTIONS, kills=3, seed=2, compare=4
    )
    assert found.faults == []
    assert found.killed == {"run": 2, "worker": 1}
    assert found.runs == 3
    assert found.statuses == {"usable": 12}
    assert found.compared == 4


def test_what_is_wrong_would_be_found(benchmark: ModuleType, folder: Path, tmp_path: Path) -> None:
    """The judge of the test above, on results that were spoilt on purpose."""
    (folder / "d.csv").write_bytes((folder / "a.csv").read_bytes())
    out = tmp_path / "out"
    done(folder, out)
    stamps = {name: benchmark.stamp(out / name) for name in "abcd"}
    book = out / ledger.NAME
    lines = book.read_bytes().splitlines(keepends=True)
    book.write_bytes(b"".join([*(x for x in lines if b'"name": "a"' not in x), lines[-1]]))
    shutil.copy(out / "b" / "analysis.json", out / "b" / "again")
    (out / "b" / "again").replace(out / "b" / "analysis.json")
    text = (out / "c" / "analysis.json").read_text()
    (out / "c" / "analysis.json").write_text(text[: len(text) // 2])
    (out / "c" / ".angles.x1y2z3.part.csv").write_text("half")
    found = benchmark.Killed()
    listed = [entry.folder for entry in ledger.entries(book)]
    benchmark.judge(found, out, ["a", "b", "c", "d", "e"], listed)
    assert found.lost == ["a", "e"]
    assert found.twice == ["d"]
    assert found.half == ["c/.angles.x1y2z3.part.csv", "c/analysis.json"]
    assert {"b", "c"} <= set(benchmark.changed(out, stamps))
    options = ("--exercise", "squat", "--write", "report,tables")
    benchmark.compare_sample(found, folder, out, options, ["b", "c"], 2, np.random.default_rng(0))
    assert found.differing == ["c"]
