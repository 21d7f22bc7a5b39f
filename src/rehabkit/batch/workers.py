"""Worker processes on this machine; one that dies costs its recording, not the run.

Each worker is handed one recording ahead of the one it is at, so that it never waits for the
parent; nothing is started or sent again for each. What comes back is a line of the ledger.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, reduction
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from rehabkit.batch.jobs import Job
from rehabkit.batch.ledger import Entry
from rehabkit.batch.one import Setting, died, guarded
from rehabkit.errors import RehabkitError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from types import FrameType

READY: Final = "ready"
_MOST_FALSE_STARTS: Final = 3
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class _Worker:
    """A process, the way to it, and the jobs that it was handed and has not answered."""

    process: SpawnProcess
    way: Connection
    handed: deque[Job] = field(default_factory=deque)
    ready: bool = False

    def hand(self, job: Job) -> None:
        self.handed.append(job)
        with suppress(OSError):  # it has died: its end of the way closes, which is seen there
            self.way.send(job)


class Pool:
    """As many processes as asked for, until every job has its entry."""

    def __init__(
        self, work: Sequence[Job], setting: Setting, workers: int, lock: int | None = None
    ) -> None:
        self._todo, self._setting, self._lock = deque(work), setting, lock
        self._count = max(min(workers, len(work)), 1)
        self._context = get_context("spawn")  # threads of the libraries do not survive a fork
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def entries(self) -> Iterator[Entry]:
        """Entries as they come."""
        try:
            while self._todo or any(worker.handed for worker in self._workers):
                self._fill()
                yield from self._answers()
            self._dismiss()
        finally:  # also on Ctrl-C, which may reach only this process
            self._stop()

    @property
    def processes(self) -> list[int]:
        """The ids of the worker processes."""
        return [w.process.pid for w in self._workers if w.process.pid is not None]

    def _fill(self) -> None:
        while len(self._workers) < self._count and self._todo:
            self._workers.append(self._start())
        # Near the end nothing waits behind another job while a worker is idle.
        ahead = 2 if len(self._todo) > 2 * self._count else 1
        for depth in range(1, ahead + 1):
            for worker in self._workers:
                if self._todo and len(worker.handed) < depth:
                    worker.hand(self._todo.popleft())

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        held = _Held(self._lock)
        process = self._context.Process(target=_serve, args=(theirs, self._setting, held))
        with _one_thread_each():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _answers(self) -> Iterator[Entry]:
        ways = {worker.way: worker for worker in self._workers}
        for way in wait(list(ways)):
            worker = ways[way]  # type: ignore[index]
            try:
                answer: Any = worker.way.recv()
            except (EOFError, OSError):
                yield from self._bury(worker)
                continue
            if answer == READY:
                worker.ready = True
            else:
                worker.handed.popleft()
                yield answer

    def _bury(self, worker: _Worker) -> Iterator[Entry]:
        """A worker has died: its recording is tried once more, the others it held go back."""
        self._workers.remove(worker)
        worker.way.close()
        worker.process.join()
        if not worker.ready:
            self._false_start(worker)
        elif worker.handed:
            job = worker.handed.popleft()
            if job.attempts > 1:
                yield died(job, f"{_ended(worker.process.exitcode)}, twice")
            else:
                worker.handed.appendleft(replace(job, attempts=2))
        self._todo.extendleft(reversed(worker.handed))

    def _false_start(self, worker: _Worker) -> None:
        self._false_starts += 1
        if self._false_starts >= _MOST_FALSE_STARTS:
            raise RehabkitError(
                f"Expected {self._count} worker processes to start, found that "
                f"{_ended(worker.process.exitcode)} before it began, most often for want of "
                "memory. Try fewer --workers."
            )

    def _dismiss(self) -> None:
        for worker in self._workers:
            try:
                worker.way.send(None)
            except OSError:
                continue  # it ended by itself, with nothing left to do
        for worker in self._workers:
            worker.process.join()

    def _stop(self) -> None:
        """Tell workers to clean up and end; those who have ended are not disturbed."""
        for worker in self._workers:
            if worker.process.is_alive():
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.way.close()
        self._workers.clear()


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the process was ended by the system (signal {signal.Signals(-code).name})"
    return f"the process ended itself (exit status {code})"


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Children start with one thread of the numerical libraries, unless the user said else.

    Several would fight for the same cores, and sums in another order differ in their last digits.
    """
    unset = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(unset, "1"))
    try:
        yield
    finally:
        for name in unset:
            del os.environ[name]


class _Held:
    """The lock's open file on its way to a worker, which keeps it open until it ends."""

    def __init__(self, descriptor: int | None) -> None:
        self.descriptor = descriptor

    def __reduce__(self) -> tuple[object, ...]:
        if self.descriptor is None or not hasattr(reduction, "DupFd"):
            return _Held, (None,)
        return _taken_over, (reduction.DupFd(self.descriptor),)


def _taken_over(duplicate: Any) -> _Held:
    return _Held(duplicate.detach())


# --- The worker's side --------------------------------------------------------------------------


def _serve(way: Connection, setting: Setting, held: _Held) -> None:
    """Analyse what comes, until nothing more does."""
    del held  # its file stays open
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    signal.signal(signal.SIGTERM, _leave)
    inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(way, inbox), daemon=True).start()
    way.send(READY)
    while (job := inbox.get()) is not None:
        way.send(guarded(job, setting))


def _listen(way: Connection, inbox: queue.SimpleQueue[Job | None]) -> None:
    """Take jobs in; where the parent was killed, end at once, since another run may begin."""
    try:
        while True:
            job = way.recv()
            inbox.put(job)
            if job is None:
                return
    except (EOFError, OSError):
        os._exit(1)


def _leave(number: int, frame: FrameType | None) -> None:
    del number, frame
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once: the clean-up must not be cut short
    raise SystemExit
