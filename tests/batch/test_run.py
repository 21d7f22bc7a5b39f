"""A run does what is missing and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.batch.conftest import OPTIONS, documents, done, names, stamps

from rehabkit.batch import ledger, lock, one, results
from rehabkit.batch import run as batch
from rehabkit.batch.jobs import Job, jobs
from rehabkit.batch.one import Setting
from rehabkit.batch.run import Doing
from rehabkit.errors import MissingExtra, RehabkitError


def test_a_run_is_resumed_and_nothing_is_done_twice(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, every = done(folder, out)
    assert names(first) == names(every) == ["a", "b", "c", "d"]
    assert [e.status for e in every] == ["usable", "usable", "usable", "refused"]
    before = stamps(out)
    (out / "b" / "analysis.json").unlink()
    second, every = done(folder, out)
    assert names(second) == ["b"]
    assert names(every) == ["a", "b", "c", "d"]
    after = stamps(out)
    assert {name for name in before if after[name] != before[name]} == {"b"}


def test_results_that_the_ledger_lacks_are_taken_as_they_are(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _, every = done(folder, out)
    before = stamps(out)
    (out / ledger.NAME).unlink()
    _, again = done(folder, out)
    assert again == every
    assert stamps(out) == before


def test_a_changed_source_and_other_options_are_done_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done(folder, out)
    os.utime(folder / "a.csv", ns=(1, 1))
    assert names(done(folder, out)[0]) == ["a"]
    assert names(done(folder, out, replace(OPTIONS, height_m=1.8))[0]) == ["a", "b", "c", "d"]


def test_refusals_are_remembered_until_asked_for(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _, every = done(folder, out)
    refused = every[-1]
    assert refused.error == "FormatError"
    assert str(folder / "d.csv") in refused.reasons[0]
    assert "d.csv" not in refused.kinds[0]
    assert names(done(folder, out)[0]) == []
    assert names(done(folder, out, doing=Doing(again=True))[0]) == ["d"]


def test_a_missing_extra_is_not_held_against_the_recording(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*arguments: Any, **options: Any) -> None:
        raise MissingExtra("Reading it", "av", "video")

    work = jobs([folder / "a.csv"], OPTIONS)
    setting = Setting(OPTIONS, str(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr("rehabkit.pipeline.analyze", missing)
        entry = one.analyse(work[0], setting)
    assert entry.error in batch.NOT_REMEMBERED


def test_stale_results_go_where_the_source_is_refused_now(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done(folder, out)
    (folder / "a.csv").write_bytes((folder / "d.csv").read_bytes())
    _, every = done(folder, out)
    assert every[0].status == "refused"
    assert not (out / "a" / "analysis.json").exists()


def test_what_a_killed_run_left_half_is_cleared(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "a").mkdir(parents=True)
    (out / "a" / ".report.ab12cd34.part.html").write_text("half")
    (out / "a" / "analysis.json").write_text("{}")
    done(folder, out)
    assert not list((out / "a").glob(".*.part*"))
    assert results.summary(str(out), "a") is not None


def test_a_fault_of_our_own_costs_one_recording(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any, **options: Any) -> None:
        raise IndexError("7")

    monkeypatch.setattr("rehabkit.pipeline.analyze", broken)
    entry = one.guarded(Job(str(folder / "a.csv"), "a", "a"), Setting(OPTIONS, str(tmp_path)))
    assert entry.status == "refused"
    assert "IndexError: 7" in entry.reasons[0]
    assert entry.kinds == ("a fault of RehabKit's own, IndexError: #",)


def test_a_second_run_into_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    held = lock.Lock(tmp_path / "out")
    with pytest.raises(RehabkitError, match="found another run that writes to it"):
        done(folder, tmp_path / "out")
    held.close()
    assert names(done(folder, tmp_path / "out")[0]) == ["a", "b", "c", "d"]


def test_a_lock_does_not_outlive_a_killed_run(tmp_path: Path) -> None:
    held = "from rehabkit.batch import lock; import sys, time; from pathlib import Path\n"
    held += "lock.Lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    # The name keeps the object, and with it the file, alive.
    held = held.replace("lock.Lock(", "mine = lock.Lock(")
    other = subprocess.Popen([sys.executable, "-c", held, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(RehabkitError, match=f"process {other.pid}"):
        lock.Lock(tmp_path)
    other.kill()
    other.wait()
    other.stdout.close()
    lock.Lock(tmp_path).close()


def test_one_and_two_workers_give_the_same(folder: Path, tmp_path: Path) -> None:
    _, alone = done(folder, tmp_path / "one")
    _, two = done(folder, tmp_path / "two", doing=Doing(workers=2))
    assert two == alone
    assert documents(tmp_path / "two") == documents(tmp_path / "one")
    assert len(documents(tmp_path / "one")) == 3
