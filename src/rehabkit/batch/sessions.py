"""Exercises of one person, analysed in one run, scored together: ``sessions.csv`` and ``.json``.

Nothing is analysed again: each ``analysis.json`` keeps what its recording said by itself. The
reports stay those of single recordings, since they must not depend on what else was in the run.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rehabkit.assessment.clinical import ClinicalScore, score_together
from rehabkit.batch import results
from rehabkit.batch.ledger import Entry
from rehabkit.errors import RehabkitError, choices
from rehabkit.formats.files import atomic
from rehabkit.models.clinical_store import shipped
from rehabkit.report.clinical import clinical_of

TABLE, DOCUMENT = "sessions.csv", "sessions.json"
VERSION: Final = "1.0"


@dataclass(frozen=True)
class Member:
    """One recording with a clinical score, and whom its source names; empty where nobody."""

    recording: str
    folder: str
    subject: str
    alone: ClinicalScore


@dataclass(frozen=True)
class Row:
    """One recording scored with the person's others; points of 50, 15 and 35 with 90 % intervals.

    ``alone`` is the total from this recording by itself.
    """

    person: str
    recording: str
    folder: str
    exercise: str
    recordings: int
    alone: float
    total: float
    total_low: float
    total_high: float
    primary: float
    primary_low: float
    primary_high: float
    control: float
    control_low: float
    control_high: float


@dataclass(frozen=True)
class Sessions:
    """Rows by person, and what has to be said of them."""

    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()


def members(entries: Iterable[Entry], out: str) -> tuple[list[Member], int]:
    """Recordings of a run with a clinical score, and how many another model scored.

    Parameters
    ----------
    entries
        Of the run, from its ledger.
    out
        The run's folder or address.
    """
    model = shipped()
    known = () if model is None else model.exercises
    found, others = [], 0
    for entry in entries:
        summary = results.summary(out, entry.folder) if entry.exercise in known else None
        if summary is None or summary.clinical_score.value is None or model is None:
            continue
        if summary.clinical_score.model != model.facts["name"]:
            others += 1
            continue
        score = clinical_of(summary.clinical_score, summary.exercise.id or "")
        found.append(Member(entry.name, entry.folder, summary.subject.id or "", score))
    return found, others


def together(members: Sequence[Member], person: str | None = None) -> Sessions:
    """Scores of each person with at least two recordings.

    Parameters
    ----------
    person
        Whom all recordings are of, as the user says; None: as the recordings say.

    Raises
    ------
    RehabkitError
        Where they are said to be of one person and name several.
    """
    if person is not None:
        _check_one(members)
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[member.subject if person is None else person].append(member)
    unnamed = groups.pop("", [])
    several = {name: own for name, own in sorted(groups.items()) if len(own) > 1}
    rows = tuple(row for name, own in several.items() for row in _rows(name, own))
    return Sessions(rows, (*_unnamed(unnamed), *_repeated(several)))


def _check_one(members: Sequence[Member]) -> None:
    named = sorted({member.subject for member in members} - {""})
    if len(named) > 1:
        raise RehabkitError(
            f"Expected recordings of one person (--session), found {len(named)}: {choices(named)}. "
            "Leave --session out: recordings that name their person are then put together by it."
        )


def _rows(person: str, own: Sequence[Member]) -> list[Row]:
    scores = score_together([member.alone for member in own])
    return [_row(person, m, score, len(own)) for m, score in zip(own, scores, strict=True)]


def _row(person: str, member: Member, score: ClinicalScore, count: int) -> Row:
    assert member.alone.total is not None
    assert score.total is not None
    assert score.primary is not None
    assert score.control is not None
    points = [
        round(float(value), 1)
        for part in (score.total, score.primary, score.control)
        for value in (part.value, part.low, part.high)
    ]
    return Row(
        person, member.recording, member.folder, score.exercise, count,
        round(member.alone.total.value, 1), *points,
    )  # fmt: skip


def _unnamed(unnamed: Sequence[Member]) -> list[str]:
    if not unnamed:
        return []
    which = "1 recording names" if len(unnamed) == 1 else f"{len(unnamed)} recordings name"
    return [
        f"{which} no person and could not be scored with others, such as {unnamed[0].recording}. "
        "Where all recordings of a run are of one person: --session NAME."
    ]


def _repeated(groups: dict[str, list[Member]]) -> list[str]:
    """Persons with an exercise twice: doctors' scores were of one visit."""
    twice = [
        person
        for person, own in groups.items()
        if max(Counter(member.alone.exercise for member in own).values()) > 1
    ]
    if not twice:
        return []
    return [
        f"An exercise comes more than once of {choices(twice[:3])}"
        + (f" and {len(twice) - 3} more" if len(twice) > 3 else "")
        + ". All are scored together; analyse visits of different days in runs of their own."
    ]


def write(found: Sessions, out: str | Path) -> bool:
    """``sessions.csv`` and ``sessions.json`` in the run's folder; whether there was anything.

    Those of an earlier run go where there is nothing to say.
    """
    folder = Path(out)
    if not (found.rows or found.notes):
        for name in (TABLE, DOCUMENT):
            (folder / name).unlink(missing_ok=True)
        return False
    names = list(Row.__dataclass_fields__)
    with (
        atomic(folder / TABLE) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in found.rows)
    model = shipped()
    document = {
        "schema_version": VERSION,
        "model": None if model is None else model.facts["name"],
        "recordings": [asdict(row) for row in found.rows],
        "notes": list(found.notes),
    }
    with atomic(folder / DOCUMENT) as temporary:
        temporary.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return True


def of_run(entries: Iterable[Entry], out: str, person: str | None = None) -> Sessions:
    """:func:`together` of a run's recordings, with a line on those that another model scored."""
    found, others = members(entries, out)
    sessions = together(found, person)
    if not others:
        return sessions
    which = "1 recording was" if others == 1 else f"{others} recordings were"
    note = f"{which} scored by another version of the model; analyse them anew to put them together"
    return Sessions(sessions.rows, (*sessions.notes, f"{note}."))
