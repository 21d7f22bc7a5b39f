"""A worker process that dies costs its recording at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.batch.conftest import OPTIONS

from rehabkit.batch import ledger, workers
from rehabkit.batch.jobs import jobs
from rehabkit.batch.one import DIED, Setting
from rehabkit.batch.workers import Pool
from rehabkit.errors import RehabkitError


def kill_whoever_has(pool: Pool, name: str, times: int) -> threading.Thread:
    """Kill the process that is at the recording ``name``, so many times."""

    def hunt() -> None:
        killed: set[int | None] = set()
        while len(killed) < times:
            for worker in list(pool._workers):
                at_it = worker.ready and worker.handed and worker.handed[0].name == name
                if at_it and worker.process.pid not in killed:
                    killed.add(worker.process.pid)
                    worker.process.kill()
            time.sleep(0.005)

    hunter = threading.Thread(target=hunt, daemon=True)
    hunter.start()
    return hunter


@pytest.mark.parametrize(("times", "status"), [(1, "usable"), (2, "refused")])
def test_a_recording_is_tried_twice(folder: Path, tmp_path: Path, times: int, status: str) -> None:
    work = jobs([folder], OPTIONS)
    pool = Pool(work, Setting(OPTIONS, str(tmp_path / "out")), 2)
    hunter = kill_whoever_has(pool, "b", times)
    found = {entry.name: entry for entry in pool.entries()}
    hunter.join(5)
    assert sorted(found) == ["a", "b", "c", "d"]
    assert found["b"].status == status
    assert found["b"].attempts == 2
    assert [found[name].status for name in ("a", "c", "d")] == ["usable", "usable", "refused"]
    if times == 2:
        assert found["b"].error == DIED
        assert "signal SIGKILL), twice" in found["b"].reasons[0]


def test_workers_that_never_start(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_serve", os._exit)  # is called with no status: it ends
    pool = Pool(jobs([folder], OPTIONS), Setting(OPTIONS, str(tmp_path / "out")), 1)
    with pytest.raises(RehabkitError, match="before it began"):
        list(pool.entries())


def test_workers_end_with_a_killed_parent_and_the_run_goes_on(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "rehabkit.cli.main", "analyze", str(folder), "--exercise", "squat",
        "--no-figures", "--workers", "2", "--out", str(out),
    ]  # fmt: skip
    killed = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not list(out.glob("*/analysis.json")):
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2, ran.stderr
    assert "3 recordings analysed; 1 refused" in ran.stdout
    lines = list(ledger.entries(out / ledger.NAME))
    assert sorted(entry.name for entry in lines) == ["a", "b", "c", "d"]
