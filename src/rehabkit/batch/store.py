"""The run's folder as its parent process sees it: lock, ledger, and which results are there."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rehabkit.batch import addresses, ledger, lock
from rehabkit.batch.ledger import Entry, Ledger
from rehabkit.report.output import DOCUMENT

PUSH_EVERY_S: Final = 30.0
STALE_S: Final = 4 * PUSH_EVERY_S
"""How long the lock at an address holds without a sign of life from its run."""


class Store:
    """The ledger of a run's folder on this machine, under its lock."""

    def __init__(self, folder: Path, descriptor: int | None) -> None:
        self.path = folder / ledger.NAME
        self.descriptor = descriptor
        self._book = Ledger(self.path)

    def known(self) -> dict[str, tuple[str, str, str]]:
        """(key, status, error) of every folder that the ledger has."""
        return {e.folder: (e.key, e.status, e.error) for e in ledger.entries(self.path)}

    def add(self, entry: Entry) -> None:
        """Put a line into the ledger."""
        self._book.add(entry)

    def entries(self, folders: set[str]) -> list[Entry]:
        """The last entry of each of these folders."""
        found = (entry for entry in ledger.entries(self.path) if entry.folder in folders)
        return list({entry.folder: entry for entry in found}.values())

    def close(self) -> None:
        """No more lines are added."""
        self._book.close()


class RemoteStore(Store):
    """The ledger of an address: written here, and put there again and again.

    A kill loses the lines since the last time; their results lie in their folders with the key
    beside them, and the next run takes them as they are.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._system, path = addresses.opened(address)
        self._ledger, self._lock = f"{path}/{ledger.NAME}", f"{path}/{lock.NAME}"
        self._claim(address)
        self._system.makedirs(path, exist_ok=True)
        self._sign_of_life()
        if self._system.exists(self._ledger):
            self._system.get_file(self._ledger, str(folder / ledger.NAME))
        super().__init__(folder, None)

    def _claim(self, address: str) -> None:
        try:
            owner = lock.parse(self._system.cat_file(self._lock))
        except FileNotFoundError:
            return
        except OSError as error:
            raise addresses.unreachable(address, error) from error
        alive = owner.pop("alive_s", 0)
        if isinstance(alive, int | float) and time.time() - alive < STALE_S:
            raise lock.taken(address, owner)

    def _sign_of_life(self) -> None:
        self._pushed = time.monotonic()
        self._system.pipe_file(self._lock, lock.describe(alive_s=time.time()))

    def add(self, entry: Entry) -> None:
        """Put a line into the ledger, and the ledger to its address where it is time."""
        super().add(entry)
        if time.monotonic() - self._pushed > PUSH_EVERY_S:
            self._sign_of_life()
            self._push()

    def _push(self) -> None:
        self._system.put_file(str(self.path), self._ledger)

    def close(self) -> None:
        """Put the ledger to its address and give the address free."""
        super().close()
        self._push()
        self._system.rm_file(self._lock)


@contextmanager
def opened(out: str) -> Iterator[Store]:
    """The store of a run's folder or address, for one run at a time."""
    if not addresses.is_remote(out):
        new = not Path(out).exists()
        held = lock.Lock(Path(out))
        store = Store(Path(out), held.descriptor)
        try:
            yield store
        finally:
            store.close()
            if new:
                _tidy(Path(out))
            held.close()
        return
    with tempfile.TemporaryDirectory() as temporary:
        remote = RemoteStore(Path(temporary), out)
        try:
            yield remote
        finally:
            remote.close()


def _tidy(folder: Path) -> None:
    """Take a new folder away again where its run left nothing but one refusal, or nothing.

    The refusal of a single recording is not remembered, so its ledger is of no use to anybody.
    """
    if not {path.name for path in folder.iterdir()} <= {lock.NAME, ledger.NAME}:
        return
    entries = list(ledger.entries(folder / ledger.NAME))
    if len(entries) > 1 or any(entry.status != "refused" for entry in entries):
        return
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def documents(out: str) -> set[str] | None:
    """Folders below an address that hold a document; None: look at each (on this machine)."""
    if not addresses.is_remote(out):
        return None
    ends = f"/{DOCUMENT}"
    names = (f"/{name}" for name in addresses.files_below(out))
    return {n.removesuffix(ends).lstrip("/") or "." for n in names if n.endswith(ends)}
