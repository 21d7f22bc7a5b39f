"""A Dask cluster does what worker processes do, also where its workers die."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.batch.conftest import OPTIONS, documents, done, names

from rehabkit.batch import cluster, one
from rehabkit.batch import run as batch
from rehabkit.batch.jobs import Job, jobs
from rehabkit.batch.ledger import Entry
from rehabkit.batch.one import DIED, Setting
from rehabkit.batch.run import Doing
from rehabkit.errors import RehabkitError
from rehabkit.templates import store

distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
DEADLY = "b"


@pytest.fixture
def two() -> Iterator[Any]:
    """A scheduler on this machine with two workers, a process each."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


class Deadly(distributed.WorkerPlugin):  # type: ignore[misc, name-defined]
    """Every worker ends where it is given the recording ``b``."""

    def setup(self, worker: object) -> None:
        """Called on each worker that starts, also in place of one that died."""
        del worker

        def guarded(job: Job, setting: Setting) -> Entry:
            if job.name == DEADLY:
                os.kill(os.getpid(), signal.SIGKILL)
            return one.guarded(job, setting)

        vars(cluster)["guarded"] = guarded


def without_attempts(entries: list[Entry]) -> list[Entry]:
    return [replace(entry, attempts=1) for entry in entries]


def kill_one_in_mid_run(made: Any, out: Path) -> threading.Thread:
    """Kill a worker for good once a first document is there."""
    with distributed.Client(made, set_as_default=False) as client:
        processes = client.run(os.getpid)
    victim = next(iter(made.workers.values()))
    victim.close_gracefully()  # its process is not started again

    def hunt() -> None:
        while not list(out.glob("*/analysis.json")):
            time.sleep(0.005)
        os.kill(processes[victim.worker_address], signal.SIGKILL)

    hunter = threading.Thread(target=hunt, daemon=True)
    hunter.start()
    return hunter


def test_a_cluster_that_loses_a_worker_gives_the_same(
    folder: Path, tmp_path: Path, two: Any
) -> None:
    for name in "efgh":
        (folder / f"{name}.csv").write_bytes((folder / "a.csv").read_bytes())
    _, alone = done(folder, tmp_path / "one")
    _, both = done(folder, tmp_path / "two", doing=Doing(workers=2))
    hunter = kill_one_in_mid_run(two, tmp_path / "cluster")
    doing = Doing(scheduler=two.scheduler_address)
    new, every = done(folder, tmp_path / "cluster", doing=doing)
    hunter.join(10)
    with distributed.Client(two, set_as_default=False) as client:
        assert len(client.nthreads()) == 1
    assert len(new) == 8
    assert without_attempts(every) == alone == both
    assert len(documents(tmp_path / "cluster")) == 7
    assert documents(tmp_path / "cluster") == documents(tmp_path / "one")
    assert documents(tmp_path / "two") == documents(tmp_path / "one")


def test_what_is_lost_with_its_worker_is_done_again(folder: Path, tmp_path: Path, two: Any) -> None:
    def until(reached: Callable[[], bool]) -> None:
        begun = time.monotonic()
        while not reached():
            assert time.monotonic() - begun < 120, "the cluster does not go on"
            time.sleep(0.02)

    def kept() -> list[bool]:
        return [bool(task.who_has) for task in two.scheduler.tasks.values()]

    with batch.opened(
        jobs([folder], OPTIONS), str(tmp_path), OPTIONS, Doing(scheduler=two.scheduler_address)
    ) as this:
        coming = this.entries()
        first = next(coming)
        until(lambda: all(kept()))
        with distributed.Client(two, set_as_default=False) as client:
            for process in client.run(os.getpid).values():
                os.kill(process, signal.SIGKILL)
        until(lambda: True not in kept())
        assert names([first, *coming]) == ["a", "b", "c", "d"]


def test_a_scheduler_that_goes_away_is_said(folder: Path, tmp_path: Path, two: Any) -> None:
    for name in "efghijk":
        (folder / f"{name}.csv").write_bytes((folder / "a.csv").read_bytes())
    with batch.opened(
        jobs([folder], OPTIONS), str(tmp_path), OPTIONS, Doing(scheduler=two.scheduler_address)
    ) as this:
        coming = this.entries()
        next(coming)
        two.close()
        with pytest.raises(RehabkitError, match="to stay, found that it went away"):
            list(coming)


def test_a_recording_that_ends_every_worker_is_given_up(
    folder: Path, tmp_path: Path, two: Any
) -> None:
    with distributed.Client(two, set_as_default=False) as client:
        client.register_plugin(Deadly())
    _, every = done(folder, tmp_path / "out", doing=Doing(scheduler=two.scheduler_address))
    found = {entry.name: entry for entry in every}
    assert [found[name].status for name in "abcd"] == ["usable", "refused", "usable", "refused"]
    assert found[DEADLY].error == DIED
    assert "also with nothing else at work" in found[DEADLY].reasons[0]
    assert found["d"].error == "FormatError"
    assert OPTIONS.exercise == found["a"].exercise


def test_workers_that_stand_elsewhere_find_the_files_of_options(
    folder: Path, tmp_path: Path, two: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(store.FOLDER / "kimore-es5.json", tmp_path / "people.json")
    monkeypatch.chdir(tmp_path)  # the workers stay where they were started
    options = replace(OPTIONS, template="people.json", one_repetition=True)
    alone, _ = done(folder, tmp_path / "one", options)
    there, _ = done(
        folder, tmp_path / "cluster", options, doing=Doing(scheduler=two.scheduler_address)
    )
    assert [entry.status for entry in alone].count("usable") == 3
    assert sorted(map(str, there)) == sorted(map(str, alone))
    assert documents(tmp_path / "cluster") == documents(tmp_path / "one")
