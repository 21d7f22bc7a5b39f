"""``build``: the visits of one person as one document, from which page and tables are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

import rehabkit
from rehabkit.assessment.words import listed
from rehabkit.comparison.documents import unusable_of
from rehabkit.progress import words
from rehabkit.progress.dates import how_ordered
from rehabkit.progress.document import (
    Progress,
    SectionPart,
    SeriesPart,
    SoftwarePart,
    VisitPart,
)
from rehabkit.progress.series import series
from rehabkit.progress.visits import Visit, people
from rehabkit.report.phrases import gate_words, reason_words, with_signs
from rehabkit.report.words import count

FORMULA: Final = (
    "mdc95^2 = 1.96^2 (error_first^2 + error_visit^2) + t^2 s^2 (1/n_first + 1/n_visit); s between "
    "repetitions, pooled over all visits of the series, t with their degrees of freedom"
)


def build(visits: Sequence[Visit], *, made_on: date | None = None) -> Progress:
    """Each measure over the visits, with what is more than chance.

    Parameters
    ----------
    visits
        In their order, of one person (:func:`rehabkit.progress.visits_of`).
    made_on
        Day of making; today (UTC) where it is not given.
    """
    parts = _visits(visits)
    sections = _sections(visits, parts)
    whole = [s for section in sections for s in section.series]
    day = made_on or datetime.now(UTC).date()
    return Progress(
        software=SoftwarePart(version=rehabkit.__version__, made_on=day.isoformat()),
        person=listed(people([v.summary for v in visits])) or None,
        ordered_by=how_ordered([v.dated for v in visits]),
        dated=all(v.dated.when for v in visits),
        answer=words.whole_answer([(x.name, s) for x in sections for s in x.series]),
        visits=parts,
        sections=sections,
        formula=FORMULA,
        notes=_notes(visits, whole),
    )


def _visits(visits: Sequence[Visit]) -> list[VisitPart]:
    seen: dict[str, int] = {}
    parts = []
    for number, visit in enumerate(visits, 1):
        digest = visit.summary.source.sha256
        twin = seen.get(digest) if digest else None
        seen.setdefault(digest, number)
        parts.append(_visit(number, visit, twin))
    return parts


def _visit(number: int, visit: Visit, twin: int | None) -> VisitPart:
    summary = visit.summary
    why = unusable_of(summary)
    if twin is not None:
        why = f"the same file as visit {twin}"
    bold, rest = gate_words(summary)
    reasons = " ".join(reason_words(r) for r in summary.gate.reasons)
    return VisitPart(
        number=number,
        date=_iso(visit),
        dated_by=visit.dated.by or None,
        name=visit.name,
        sha256=summary.source.sha256,
        subject=summary.subject.id,
        exercise=visit.exercise[0],
        sensor=visit.sensor,
        view=visit.view,
        repetitions=len(summary.repetitions),
        partial_repetitions=len(summary.partial_repetitions),
        usable=summary.gate.usable,
        gate=" ".join(p for p in (bold, rest, reasons) if p),
        left_out=with_signs(why) or None,
        software_version=summary.software.version,
    )


def _iso(visit: Visit) -> str | None:
    when = visit.dated.when
    if when is None:
        return None
    timed = when.hour or when.minute or when.second
    return when.isoformat(timespec="seconds") if timed else when.date().isoformat()


def _sections(visits: Sequence[Visit], parts: Sequence[VisitPart]) -> list[SectionPart]:
    """One section an exercise, one series in it for each kind of sensor and view."""
    exercises = list(dict.fromkeys(v.exercise for v in visits))
    out = []
    for exercise in exercises:
        groups: dict[tuple[str, str], list[tuple[int, Visit]]] = {}
        for part, visit in zip(parts, visits, strict=True):
            if visit.exercise == exercise and part.left_out is None:
                groups.setdefault((part.sensor, part.view), []).append((part.number, visit))
        found = [series(sensor, view, own) for (sensor, view), own in groups.items()]
        out.append(
            SectionPart(
                exercise=exercise[0],
                name=exercise[1],
                series=found,
                notes=_of_section(exercise[0], found),
            )
        )
    return out


def _of_section(exercise: str, found: Sequence[SeriesPart]) -> list[str]:
    notes = []
    if exercise.startswith("not named"):
        notes.append("No exercise was named: that all are the same one was not checked.")
    if not found:
        notes.append("No recording of it can be used; the table of visits says why.")
    if len(found) > 1:
        kinds = [words.kind(s) for s in found]
        notes.append(
            f"Recorded in {len(found)} ways ({'; '.join(kinds)}). They are kept apart and never "
            "joined by a line, since a difference may be that of sensor or view."
        )
    return notes


def _notes(visits: Sequence[Visit], found: Sequence[SeriesPart]) -> list[str]:
    """What is to be kept in mind of all of it."""
    who = people([v.summary for v in visits])
    notes = [f"{v.name}: {v.dated.note}." for v in visits if v.dated.note]
    if len(who) > 1:
        notes.append(f"The files name {listed(who)}; that they are one person was stated.")
    unnamed = sum(not v.summary.subject.id for v in visits)
    if unnamed == len(visits):
        notes.append("No file names the person: that all are of one is taken from you.")
    elif unnamed:
        notes.append(f"{count(unnamed, 'file')} of {len(visits)} name no person.")
    versions = dict.fromkeys(v.summary.software.version for v in visits)
    if len(versions) > 1:
        notes.append(
            f"Analysed with different versions of RehabKit ({listed(list(versions))}): figures may "
            "differ for that reason alone. Analyse the older recordings again."
        )
    if any(len(s.visits) > 1 for s in found):
        notes += words.KEEP_IN_MIND
    return notes
