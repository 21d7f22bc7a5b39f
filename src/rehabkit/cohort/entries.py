"""What a run left in its folder: an entry a recording, with its summary where there is one.

The run's ledger (``run.jsonl``, one JSON object a line) names every recording, the refused ones
too. Where there is none, the folders that hold an ``analysis.json`` are all that is known.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from rehabkit.batch import ledger
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.files import unreadable
from rehabkit.report.document import Summary
from rehabkit.report.output import DOCUMENT


@dataclass(frozen=True)
class Entry:
    """One recording of a run.

    Parameters
    ----------
    name
        What the user sees: its folder below the run's.
    folder
        Where its results are; they are missing where it was refused.
    source
        The file that was read, as the ledger says; empty where nothing says so.
    reasons
        Why it was refused.
    """

    name: str
    folder: Path
    source: str = ""
    refused: bool = False
    reasons: tuple[str, ...] = ()
    exercise: str = ""


@dataclass(frozen=True)
class Result:
    """An entry and what was found; ``summary`` is None beside ``reasons`` where nothing was."""

    entry: Entry
    summary: Summary | None
    reasons: tuple[str, ...] = field(default=())


def entries(folder: Path, also: Iterable[Entry] = ()) -> list[Entry]:
    """Every recording of the run in ``folder``, by name.

    Parameters
    ----------
    folder
        What ``rehabkit analyze`` was given as ``--out``.
    also
        Recordings that left nothing behind; those of the ledger come before them.

    Raises
    ------
    RehabkitError
        Where there is no such folder, or no result in it.
    FormatError
        Where the ledger is damaged (a last line that was cut off is left out).
    """
    if not folder.is_dir():
        raise RehabkitError(
            f"Expected a folder of results, found no folder {folder}. Give the folder that was "
            "given to 'rehabkit analyze' as --out."
        )
    # By folder: the ledger may call a recording otherwise than its folder is called.
    given = [*also, *_walked(folder), *_ledger(folder)]
    found = {os.path.normpath(entry.folder): entry for entry in given}
    if not found:
        raise RehabkitError(
            f"Expected results in {folder}, found no {DOCUMENT} in it or its folders. Run "
            f"'rehabkit analyze ... --out {folder}' first."
        )
    return sorted(found.values(), key=lambda entry: (entry.name, str(entry.folder)))


def _walked(folder: Path) -> Iterator[Entry]:
    """Every folder with a document; ``os.walk`` keeps no list of ten thousand folders."""
    for place, _, files in os.walk(folder):
        if DOCUMENT in files:
            where = Path(place)
            name = where.relative_to(folder).as_posix()
            yield Entry(where.name if name == "." else name, where)


def _ledger(folder: Path) -> Iterator[Entry]:
    path = folder / ledger.NAME
    if not path.exists():
        return
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise _damaged(path, "text that cannot be read") from error
    for number, line in enumerate(lines, 1):
        said = ledger.parse(line)
        if said is not None:
            yield _entry(folder, said)
        elif line.endswith(b"\n"):  # else a killed run left its last line unfinished
            raise _damaged(path, f"{line[:60].decode(errors='replace').strip()!r}", number)


def _damaged(path: Path, found: str, line: int | None = None) -> FormatError:
    return FormatError(
        path, place=f"line {line}" if line else None, expected="a JSON object a line", found=found,
        fix=f"Remove the file; 'rehabkit cohort' then takes every folder with {DOCUMENT}.",
    )  # fmt: skip


def _entry(folder: Path, said: ledger.Entry) -> Entry:
    return Entry(
        name=said.name,
        folder=folder / said.folder,
        source=said.source,
        refused=said.status == "refused",
        reasons=said.reasons,
        exercise=said.exercise or "",
    )


def read(entry: Entry) -> Result:
    """The entry with its summary; a document that cannot be read is a reason, not an error."""
    if entry.refused:
        return Result(entry, None, entry.reasons or ("no reason was kept",))
    path = entry.folder / DOCUMENT
    try:
        return Result(entry, Summary.model_validate_json(path.read_bytes()))
    except OSError as error:
        return Result(entry, None, (f"its result is missing: {unreadable(path, error)}",))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        why = f"its {DOCUMENT} is not of this version ({place}: {first['msg']}): analyse it again"
        return Result(entry, None, (why,))
