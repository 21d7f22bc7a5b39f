"""One run: what is done already stays, the rest is done, here, in processes or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rehabkit.batch import addresses, store
from rehabkit.batch.jobs import Job
from rehabkit.batch.ledger import Entry
from rehabkit.batch.one import Progress, Setting, analyse
from rehabkit.batch.options import Options
from rehabkit.report.output import DOCUMENT

NOT_REMEMBERED: Final = frozenset({"MissingExtra", "ModelError"})
"""Refusals that say more about this machine than about the recording."""


@dataclass(frozen=True)
class Doing:
    """How a run is done."""

    workers: int = 1
    scheduler: str | None = None
    again: bool = False


class Run:
    """A run over its folder: made by :func:`opened`, which holds the folder's lock."""

    def __init__(
        self, kept: store.Store, work: Sequence[Job], setting: Setting, doing: Doing
    ) -> None:
        self._store, self._setting, self._doing = kept, setting, doing
        self.work = work
        self.todo = list(self._missing())

    def _missing(self) -> Iterator[Job]:
        known, there = self._store.known(), store.documents(self._setting.out)
        for job in self.work:
            key, status, error = known.get(job.folder, ("", "", ""))
            if key != job.key or not self._stands(job, status, error, there):
                yield job

    def _stands(self, job: Job, status: str, error: str, there: set[str] | None) -> bool:
        """Whether what the ledger says of a job still holds."""
        if status == "refused":
            alone = len(self.work) == 1
            return not (self._doing.again or alone or error in NOT_REMEMBERED)
        if there is not None:
            return job.folder in there
        return (Path(self._setting.out) / job.folder / DOCUMENT).is_file()

    def entries(self, progress: Progress | None = None) -> Iterator[Entry]:
        """Do what is missing; each entry is in the ledger when it comes."""
        for entry in self._done(progress):
            self._store.add(entry)
            yield entry

    def _done(self, progress: Progress | None) -> Iterator[Entry]:
        doing = self._doing
        if not self.todo:
            return iter(())
        if doing.scheduler is not None:
            from rehabkit.batch import cluster

            return cluster.entries(self.todo, self._setting, doing.scheduler)
        if len(self.work) == 1:
            return iter([analyse(self.todo[0], self._setting, progress)])
        from rehabkit.batch.workers import Pool

        return Pool(self.todo, self._setting, doing.workers, self._store.descriptor).entries()

    def all(self) -> list[Entry]:
        """The last entry of every recording of this run, in the order they were given."""
        found = {entry.folder: entry for entry in self._store.entries(self._folders())}
        return [found[job.folder] for job in self.work if job.folder in found]

    def _folders(self) -> set[str]:
        return {job.folder for job in self.work}


@contextmanager
def opened(
    work: Sequence[Job], out: str, options: Options, doing: Doing | None = None
) -> Iterator[Run]:
    """A run of jobs into ``out``, a folder or address.

    Raises
    ------
    RehabkitError
        Where another run writes there.
    """
    doing = doing or Doing()
    out, base = addresses.plain(out), ""
    if doing.scheduler is not None:  # workers stand in folders of their own
        base = str(Path.cwd())
        options = options.from_folder(Path.cwd())
        out = out if addresses.is_remote(out) else str(Path(out).resolve())
    with store.opened(out) as kept:
        yield Run(kept, work, Setting(options, out, base), doing)
