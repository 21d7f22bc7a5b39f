"""The same jobs on a Dask cluster."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from rehabkit.batch.jobs import Job
from rehabkit.batch.ledger import Entry
from rehabkit.batch.one import Setting, died, guarded
from rehabkit.batch.sources import software
from rehabkit.errors import RehabkitError, require

TIMEOUT_S: Final = 10.0
WORKERS_WAIT_S: Final = 30.0
AHEAD: Final = 3
"""Jobs in flight for each thread of the cluster: enough that no worker waits."""
PURPOSE: Final = "Running on a Dask cluster (--scheduler)"
_ONE_AT_A_TIME: Final = threading.Lock()


def entries(work: Sequence[Job], setting: Setting, address: str) -> Iterator[Entry]:
    """Entries as they come from the workers of a scheduler.

    Raises
    ------
    MissingExtra
        Where Dask is not installed.
    RehabkitError
        Where no scheduler answers, it has no workers, its workers have another version of
        RehabKit, or it went away.
    """
    client = _client(address)
    try:
        _check_workers(client, address)
        yield from _entries(client, work, setting, address)
    finally:
        client.close()


def _client(address: str) -> Any:
    distributed = require("distributed", purpose=PURPOSE, extra="cluster")
    try:
        return distributed.Client(address, timeout=TIMEOUT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise RehabkitError(
            f"Expected a Dask scheduler at {address}, found none that answers within "
            f"{TIMEOUT_S:g} s ({str(error) or type(error).__name__}). Start one with "
            "'dask scheduler' and give the address that it prints, such as tcp://127.0.0.1:8786."
        ) from error


def _check_workers(client: Any, address: str) -> None:
    """There are workers, and they have this very RehabKit: else results would differ."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_WAIT_S)
        found = client.run(software)
    except TimeoutError as error:
        raise RehabkitError(
            f"Expected workers at the scheduler {address}, found none within "
            f"{WORKERS_WAIT_S:g} s. Start some with 'dask worker {address} --nthreads 1'."
        ) from error
    except (ModuleNotFoundError, AttributeError) as error:
        raise RehabkitError(
            f"Expected RehabKit on the workers of {address}, found: {error}. Install the version "
            f"that is used here ({software()}) there too."
        ) from error
    others = sorted({str(version) for version in found.values()} - {software()})
    if others:
        raise RehabkitError(
            f"Expected workers with RehabKit {software()}, found {', '.join(others)}. "
            "Install the same version everywhere: another one may give other results."
        )


def _entries(client: Any, work: Sequence[Job], setting: Setting, address: str) -> Iterator[Entry]:
    distributed = require("distributed", purpose=PURPOSE, extra="cluster")
    waiting = iter(work)
    jobs: dict[str, Job] = {}
    suspects: list[Job] = []

    def submitted(count: int) -> list[Any]:
        futures = []
        for job in islice(waiting, count):
            future = client.submit(on_worker, job, setting, pure=False)
            jobs[future.key] = job
            futures.append(future)
        return futures

    ahead = AHEAD * max(sum(client.nthreads().values()), 1)
    coming = distributed.as_completed(submitted(ahead), loop=client.loop)
    for future in coming:
        job = jobs.pop(future.key)
        entry = _entry(future, job, address)
        if entry is None:
            suspects.append(job)
        else:
            yield entry
        future.release()
        for another in submitted(1):
            coming.add(another)
    yield from _one_by_one(client, suspects, setting, address)


def _one_by_one(
    client: Any, suspects: Sequence[Job], setting: Setting, address: str
) -> Iterator[Entry]:
    """Try again, with nothing else at work, what was at workers that died.

    A scheduler suspects every job that a dead worker had been handed, not only the one it was at.
    """
    for job in suspects:
        again = replace(job, attempts=2)
        future = client.submit(on_worker, again, setting, pure=False)
        entry = _entry(future, again, address)
        yield entry or died(again, "its workers were ended, also with nothing else at work")
        future.release()


def _entry(future: Any, job: Job, address: str) -> Entry | None:
    """What came of a job; None where the scheduler gave it up, since worker after worker died.

    A result that was lost with its worker is waited for: the scheduler has the job done again.
    """
    distributed = require("distributed", purpose=PURPOSE, extra="cluster")
    try:
        entry: Entry = future.result()
    except distributed.KilledWorker:
        return None
    except CancelledError as error:
        raise RehabkitError(
            f"Expected the scheduler {address} to stay, found that it went away. Start it again; "
            "the same command then does what is missing."
        ) from error
    except Exception as error:
        raise RehabkitError(
            f"Expected the workers of {address} to analyse {job.source}, found {error!r}. "
            "The same command does what is missing."
        ) from error
    return entry


def on_worker(job: Job, setting: Setting) -> Entry:
    """One job on a worker; a worker with several threads takes one recording at a time."""
    with _ONE_AT_A_TIME:
        return guarded(job, setting)
