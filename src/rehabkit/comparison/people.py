"""ICCs over several people in several sessions, by a table of who was recorded when."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.comparison.readings import readings, same_exercise, telling, unusable
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats.files import decode, read_bytes
from rehabkit.kinematics.reliability import BlandAltman, Reliability, bland_altman, reliability
from rehabkit.report.analysis import Analysis

COLUMNS = ("path", "subject", "session")


@dataclass(frozen=True)
class Entry:
    """One line of the table."""

    path: Path
    subject: str
    session: str


@dataclass(frozen=True, eq=False)
class PeopleRow:
    """One measure over people: ``values`` (people, sessions) means over repetitions, NaN missing.

    ``found`` is None beside ``reason`` where it cannot be had.
    """

    key: str
    label: str
    unit: str
    values: NDArray[np.float64]
    found: Reliability | None
    agreement: BlandAltman | None = None
    reason: str = ""


@dataclass(frozen=True)
class PeopleTable:
    """Reliability over people."""

    subjects: tuple[str, ...]
    sessions: tuple[str, ...]
    exercise: str
    rows: tuple[PeopleRow, ...]
    shown: tuple[str, ...]
    notes: tuple[str, ...]


def read_table(path: Path) -> list[Entry]:
    """The table ``path,subject,session``; paths are relative to its folder.

    Raises
    ------
    FormatError
        With the line: columns that lack, an empty cell, a session twice, a path that is none.
    """
    text = decode(path, read_bytes(path))
    separator = (
        ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    )
    lines = csv.DictReader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    names = [name.strip().lower() for name in lines.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise FormatError(
            path, place="line 1", expected="the columns path, subject, session",
            found=", ".join(names) or "nothing",
        )  # fmt: skip
    lines.fieldnames = names
    entries = [_entry(path, lines.line_num, line) for line in lines]
    _once(path, entries)
    return entries


def _entry(path: Path, number: int, line: Mapping[str, str | None]) -> Entry:
    cells = {name: (line.get(name) or "").strip() for name in COLUMNS}
    empty = [name for name, cell in cells.items() if not cell]
    if empty:
        raise FormatError(
            path, place=f"line {number}", expected=f"a {empty[0]}", found="an empty cell"
        )
    file = path.parent / cells["path"]
    if not file.exists():
        raise FormatError(
            path, place=f"line {number}, path", expected="a recording", found=f"no file {file}",
            fix="Paths are relative to the table's folder.",
        )  # fmt: skip
    return Entry(file, cells["subject"], cells["session"])


def _once(path: Path, entries: Sequence[Entry]) -> None:
    seen = [(e.subject, e.session) for e in entries]
    for pair in seen:
        if seen.count(pair) > 1:
            raise FormatError(
                path, place=f"subject {pair[0]}, session {pair[1]}", expected="one recording",
                found=f"{seen.count(pair)}",
            )  # fmt: skip


def over_people(entries: Sequence[Entry], analyse: Callable[[Path], Analysis]) -> PeopleTable:
    """ICC(2,1), ICC(3,1), SEM and MDC95 of each measure's mean over the repetitions.

    Parameters
    ----------
    entries
        Who was recorded in which session.
    analyse
        Gives the analysis of a path.

    Raises
    ------
    RehabkitError
        With one person or one session, or recordings of different exercises.
    """
    subjects = tuple(dict.fromkeys(e.subject for e in entries))
    sessions = tuple(dict.fromkeys(e.session for e in entries))
    if len(subjects) < 2 or len(sessions) < 2:
        raise RehabkitError(
            f"Expected at least two people with two sessions each, found {len(subjects)} and "
            f"{len(sessions)}. Without --table, recordings of one person give SEM and MDC."
        )
    done = [analyse(entry.path) for entry in entries]
    same_exercise(*done)
    usable = [(e, a) for e, a in zip(entries, done, strict=True) if not unusable(a)]
    notes = [
        f"{e.path.name} was left out: {why}."
        for e, a in zip(entries, done, strict=True)
        if (why := unusable(a))
    ]
    table = {(e.subject, e.session): readings(a) for e, a in usable}
    keys = list(dict.fromkeys(key for found in table.values() for key in found))
    rows = tuple(_row(key, subjects, sessions, table) for key in keys)
    notes.append(
        f"Of {len(subjects)} people and {len(sessions)} sessions; people with a missing session "
        "are left out measure by measure (n)."
    )
    if len(subjects) < 30:
        notes.append("Fewer than 30 people: read the interval, not the figure (Koo and Li 2016).")
    exercise = next((a.exercise.name for a in done if a.exercise), "")
    return PeopleTable(
        subjects, sessions, exercise, rows, tuple(telling(keys, *done)), tuple(notes)
    )


def _row(
    key: str, subjects: Sequence[str], sessions: Sequence[str],
    table: Mapping[tuple[str, str], Mapping[str, object]],
) -> PeopleRow:  # fmt: skip
    from rehabkit.comparison.readings import Reading

    example = next(f[key] for f in table.values() if key in f)
    assert isinstance(example, Reading)
    values = np.full((len(subjects), len(sessions)), nan)
    for i, subject in enumerate(subjects):
        for j, session in enumerate(sessions):
            reading = table.get((subject, session), {}).get(key)
            if isinstance(reading, Reading) and reading.n:
                values[i, j] = reading.mean
    try:
        found = reliability(values)
    except RehabkitError as error:
        return PeopleRow(key, example.label, example.unit, values, None, reason=str(error))
    pairs = values[np.isfinite(values).all(axis=1)]
    agreement = bland_altman(*pairs.T) if values.shape[1] == 2 and len(pairs) > 2 else None
    return PeopleRow(key, example.label, example.unit, values, found, agreement)
