"""Recordings and results at addresses, here in memory, give what a folder gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.batch.conftest import OPTIONS, documents, done, names

from rehabkit.batch import ledger, workers
from rehabkit.batch.jobs import Job
from rehabkit.batch.ledger import Entry
from rehabkit.batch.one import Setting, guarded

fsspec = pytest.importorskip("fsspec", reason="the extra 'cluster' is not installed")


class Here:
    """A pool of this process alone: what is in its memory no worker sees."""

    def __init__(self, work: Sequence[Job], setting: Setting, *_: object) -> None:
        self.work, self.setting = work, setting

    def entries(self) -> Iterator[Entry]:
        return (guarded(job, self.setting) for job in self.work)


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A file system in memory, empty before and after."""
    monkeypatch.setattr(workers, "Pool", Here)
    system = fsspec.filesystem("memory")
    yield system
    system.rm("/", recursive=True)


def test_an_address_as_source_and_as_out(folder: Path, tmp_path: Path, memory: Any) -> None:
    memory.put(str(folder), "/in", recursive=True)
    _, here = done(folder, tmp_path / "out")
    new, there = done("memory://in", "memory://out")
    assert [(e.name, e.status, e.repetitions) for e in there] == [
        (e.name, e.status, e.repetitions) for e in here
    ]
    kept = tmp_path / "kept"
    memory.get("/out", str(kept), recursive=True)
    assert set(documents(kept)) == set(documents(tmp_path / "out")) == {"a", "b", "c"}
    for name, content in documents(kept).items():
        mine = documents(tmp_path / "out")[name].replace(str(folder).encode(), b"memory://in")
        assert content == mine
    assert names(new) == ["a", "b", "c", "d"]
    assert ledger.read(kept) == there
    assert not memory.exists("/out/run.lock")


def test_a_run_at_an_address_is_resumed(folder: Path, memory: Any) -> None:
    done(folder, "memory://out")
    memory.rm_file("/out/b/analysis.json")
    assert names(done(folder, "memory://out")[0]) == ["b"]
    assert memory.exists("/out/b/report.html")
    less = replace(OPTIONS, parts=())
    assert names(done(folder, "memory://out", less)[0]) == ["a", "b", "c", "d"]
    assert sorted(Path(p).name for p in memory.ls("/out/b", detail=False)) == [
        ".run-key", "analysis.json",
    ]  # fmt: skip


def test_results_that_a_killed_run_did_not_list_are_taken(folder: Path, memory: Any) -> None:
    """A kill loses the lines since they were last put to the address, never results."""
    done(folder, "memory://out")
    before = memory.created("/out/a/analysis.json")
    memory.rm_file("/out/run.jsonl")
    _, every = done(folder, "memory://out")
    assert names(every) == ["a", "b", "c", "d"]
    assert memory.created("/out/a/analysis.json") == before
