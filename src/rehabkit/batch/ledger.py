"""``run.jsonl``: what became of each recording, a line of JSON each, only ever added to.

A run that is killed leaves at most one half-written line at the end. It is dropped when the next
run opens the ledger; until then readers pass over it. A recording that was analysed anew (its
source or the options changed) has a second line; the last one counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any, Final, Literal

from rehabkit.errors import RehabkitError

NAME: Final = "run.jsonl"
Status = Literal["usable", "not usable", "refused"]
STATUSES: Final = ("usable", "not usable", "refused")
_TAIL_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class Entry:
    """What became of one recording.

    Parameters
    ----------
    name
        What the user sees, such as ``p1/squat``.
    folder
        Where its results are, below the run's folder; ``.`` for a recording analysed alone.
    source
        Path or address of the recording.
    status
        "refused": it could not be analysed, and there is no ``analysis.json``.
    reasons
        Why it is not usable or was refused; empty where it is usable.
    kinds
        A word or two for each reason, without this recording's figures: what is counted together.
    error
        Name of the error that refused it; empty otherwise.
    key
        Of the source's state, the options and the software: the same key, the same results.
    repetitions, extent, unit
        How many were counted, and the median of their range in ``unit``; None: not measured.
    finding
        Title of the first finding; empty where there is none.
    attempts
        2 where a process ended while it analysed the recording, and it was tried again.
    """

    name: str
    folder: str
    source: str
    status: Status
    reasons: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    error: str = ""
    exercise: str | None = None
    key: str = ""
    repetitions: int = 0
    extent: float | None = None
    unit: str = ""
    finding: str = ""
    attempts: int = 1

    def line(self) -> str:
        """The entry as its line of the ledger."""
        return json.dumps(asdict(self), ensure_ascii=False, allow_nan=False) + "\n"


_FIELDS: Final = frozenset(field.name for field in fields(Entry))


def read(out: str | Path) -> list[Entry]:
    """The last entry of each recording of a run, in the order in which they came first.

    Parameters
    ----------
    out
        The run's folder (``--out``), or its ledger.

    Raises
    ------
    RehabkitError
        Where there is no ledger.
    """
    path = Path(out)
    path = path / NAME if path.is_dir() else path
    if not path.is_file():
        raise RehabkitError(
            f"Expected the folder of a run, found no {NAME} in {path.parent}. "
            "'rehabkit analyze ... --out DIR' writes it."
        )
    return list({entry.folder: entry for entry in entries(path)}.values())


def entries(path: Path) -> Iterator[Entry]:
    """Every whole line of a ledger, also those that later ones replace."""
    with path.open("rb") as file:
        for line in file:
            entry = parse(line)
            if entry is not None:
                yield entry


def parse(line: bytes) -> Entry | None:
    """A line as an entry; None for a half-written one, whose recording is then looked at anew.

    Keys that this version does not know are left out.
    """
    if not line.endswith(b"\n"):
        return None
    try:
        values: Any = json.loads(line)
        kept = {name: value for name, value in values.items() if name in _FIELDS}
        lists = {name: tuple(kept[name]) for name in ("reasons", "kinds") if name in kept}
        entry = Entry(**(kept | lists))
    except (ValueError, TypeError, AttributeError):
        return None
    return entry if entry.status in STATUSES else None


class Ledger:
    """The ledger of a run, open for adding; one process writes it (see ``batch.lock``)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        drop_half_line(path)
        self._file: IO[bytes] = path.open("ab", buffering=0)

    def add(self, entry: Entry) -> None:
        """Add one line, in one call to the system."""
        self._file.write(entry.line().encode())

    def close(self) -> None:
        """No more lines are added."""
        self._file.close()


def drop_half_line(path: Path) -> None:
    """Cut off what stands after the last line's end: a killed run was writing it."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        size = end = file.seek(0, 2)
        while end:
            start = max(end - _TAIL_BYTES, 0)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            end = start + found + 1 if found >= 0 else start
            if found >= 0:
                break
        if end < size:
            file.truncate(end)
