"""One run at a time writes to a folder; a run that was killed leaves no lock behind."""

from __future__ import annotations

import json
import os
import socket
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from rehabkit.errors import RehabkitError

NAME: Final = "run.lock"
WAIT_S: Final = 10.0
"""How long the worker processes of a killed run may take to notice it and end."""


class Lock:
    """Held on ``run.lock`` by the system until this process, and its workers, have ended."""

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self._file = (out / NAME).open("a+b")
        deadline = time.monotonic() + WAIT_S
        while not _take(self._file.fileno()):
            owner = self._owner()
            if _runs(owner) or time.monotonic() > deadline:
                self._file.close()
                raise taken(str(out), owner)
            time.sleep(0.1)
        self._file.truncate(0)
        self._file.write(describe())
        self._file.flush()

    def _owner(self) -> dict[str, object]:
        self._file.seek(0)
        return parse(self._file.read())

    @property
    def descriptor(self) -> int:
        """The open file that workers inherit, so that the lock holds for as long as they live."""
        return self._file.fileno()

    def close(self) -> None:
        """Give the folder free."""
        self._file.close()


def describe(**more: object) -> bytes:
    """Who holds a lock, for the message to others."""
    now = datetime.now().astimezone().strftime("%H:%M on %Y-%m-%d")
    who = {"process": os.getpid(), "machine": socket.gethostname(), "since": now}
    return json.dumps(who | more).encode()


def parse(content: bytes) -> dict[str, object]:
    """What :func:`describe` wrote; nothing where it was not finished."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def taken(out: str, owner: dict[str, object]) -> RehabkitError:
    """The error for a folder that another run writes to."""
    who = ", ".join(f"{name} {value}" for name, value in owner.items()) or "not named"
    return RehabkitError(
        f"Expected {out} to be free, found another run that writes to it ({who}). "
        "Wait until it ends, or choose another --out."
    )


def _take(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: the file is held open there, which is not checked
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _runs(owner: dict[str, object]) -> bool:
    """Whether the process that took the lock still runs; another machine's is believed to."""
    process = owner.get("process")
    if not isinstance(process, int):
        return False
    if owner.get("machine") != socket.gethostname():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
