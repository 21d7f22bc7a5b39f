"""The visits that may be compared: each measure, score and finding over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Final, Literal

import numpy as np

from rehabkit.comparison.compare import NO_ERROR, ONE_EACH, judge
from rehabkit.comparison.documents import readings_of, telling_of
from rehabkit.comparison.readings import Reading
from rehabkit.kinematics.reliability import pooled_within
from rehabkit.progress import words
from rehabkit.progress.document import Course, FindingPart, MeasurePart, PointPart, SeriesPart
from rehabkit.progress.visits import Visit
from rehabkit.report.document import ScorePart
from rehabkit.report.numbers import finite

Kind = Literal["measure", "score"]
ONE_VISIT: Final = "one visit only: nothing to compare it with"
NO_SCORE_ERROR: Final = "how much this score differs from day to day without a change is not known"
SCORES: Final = {
    "overall": "Score (0 to 100)",
    "completeness": "Completeness (0 to 4)",
    "correction": "Correction (0 to 4)",
    "smoothness": "Smoothness (0 to 4)",
}


def series(sensor: str, view: str, visits: Sequence[tuple[int, Visit]]) -> SeriesPart:
    """All measures over numbered visits of one exercise, sensor and view."""
    found = [(number, readings_of(visit.summary)) for number, visit in visits]
    keys = list(dict.fromkeys(key for _, own in found for key in own))
    telling = telling_of(keys, visits[0][1].summary)
    measures = [
        measure(key, [(n, own[key]) for n, own in found if key in own], shown=key in telling)
        for key in [*telling, *(k for k in keys if k not in telling)]
    ]
    scored = [_score(name, visits) for name in SCORES]
    whole = [*(s for s in scored if s is not None), *measures]
    findings = _findings(visits)
    return SeriesPart(
        sensor=sensor, view=view, visits=[number for number, _ in visits], measures=whole,
        findings=findings, answer=words.answer(whole, len(visits)),
        notes=_notes(visits),
    )  # fmt: skip


def measure(
    key: str, found: Sequence[tuple[int, Reading]], *, shown: bool, kind: Kind = "measure"
) -> MeasurePart:
    """One measure: each visit against the first that has it; the last one's verdict is its own.

    Parameters
    ----------
    found
        Each visit's number and reading, in their order.
    """
    known = [(number, reading) for number, reading in found if reading.n]
    spread = pooled_within([reading.values for _, reading in known])
    points = [_point(number, r, known[0] if known else None, spread, kind) for number, r in found]
    example = (known or list(found))[0][1]
    last = next((p for p in reversed(points) if p.mean is not None), None)
    one = len(known) < 2
    return MeasurePart(
        key=key,
        label=example.label,
        unit=example.unit,
        kind=kind,
        shown=shown,
        first_visit=known[0][0] if known else None,
        last_visit=last.visit if last else None,
        first=finite(known[0][1].mean) if known else None,
        last=last.mean if last else None,
        change=None if one or last is None else last.difference,
        mdc95=None if one or last is None else last.mdc95,
        verdict="cannot be said" if one or last is None else (last.verdict or "cannot be said"),
        because=_why(known, found, last),
        error_source=example.error_source or None,
        points=points,
    )


def _why(
    known: Sequence[tuple[int, Reading]], found: Sequence[tuple[int, Reading]],
    last: PointPart | None,
) -> str | None:  # fmt: skip
    if not known:
        return found[0][1].reason or "not measured"
    if len(known) < 2:
        return ONE_VISIT if len(found) < 2 else f"measured at visit {known[0][0]} only"
    return last.because if last else None


def _point(
    number: int, own: Reading, first: tuple[int, Reading] | None, spread: tuple[float, int],
    kind: Kind,
) -> PointPart:  # fmt: skip
    """One visit's value against the first one's."""
    values = [round(float(v), 4) for v in own.values]
    at = PointPart(
        visit=number, mean=finite(own.mean), sd=finite(own.sd), values=values, difference=None,
        mdc95=None, verdict=None, because=own.reason or None,
    )  # fmt: skip
    if not own.n or first is None or first[0] == number:
        return at
    row = judge(first[1], own, spread=spread)
    because = row.because
    if kind == "score" and because in (NO_ERROR, ONE_EACH):
        because = NO_SCORE_ERROR
    return at.model_copy(
        update={
            "difference": finite(row.difference),
            "mdc95": finite(row.mdc95),
            "verdict": row.verdict,
            "because": because or None,
        }
    )


def _score(name: str, visits: Sequence[tuple[int, Visit]]) -> MeasurePart | None:
    """A score over the visits; None where no visit has it."""
    parts = [(number, getattr(visit.summary.scores, name)) for number, visit in visits]
    if all(part.value is None for _, part in parts):
        return None
    found = [(number, _of_score(name, part)) for number, part in parts]
    return measure(f"scores.{name}", found, shown=True, kind="score")


def _of_score(name: str, part: ScorePart) -> Reading:
    """A score as a reading: the spread of its repetitions around its value."""
    unit = "of 100" if name == "overall" else "of 4"
    empty = Reading(f"scores.{name}", SCORES[name], unit)
    if part.value is None:
        return replace(empty, reason="; ".join(part.reasons) or "not scored")
    each = np.array([v for v in part.by_repetition if v is not None], dtype=np.float64)
    if len(each) < 2 or not isfinite(each.mean()):
        return replace(empty, values=np.array([part.value]))
    return replace(empty, values=each - each.mean() + part.value)


def _findings(visits: Sequence[tuple[int, Visit]]) -> list[FindingPart]:
    """Every finding with the visits that have it, those of the last visit first."""
    where: dict[tuple[str, str], list[int]] = {}
    titles: dict[tuple[str, str], str] = {}
    for number, visit in visits:
        for found in visit.summary.findings:
            key = (found.id, found.side)
            titles.setdefault(key, found.title)
            numbers = where.setdefault(key, [])
            if number not in numbers:
                numbers.append(number)
    ends = visits[0][0], visits[-1][0]
    parts = [
        FindingPart(
            id=key[0],
            side=key[1],
            title=titles[key],
            visits=numbers,
            course=_course(numbers, *ends),
        )
        for key, numbers in where.items()
    ]
    return sorted(parts, key=lambda p: (ends[1] not in p.visits, -len(p.visits), p.id, p.side))


def _course(numbers: Sequence[int], first: int, last: int) -> Course:
    if first in numbers:
        return "stayed" if last in numbers else "went"
    return "came" if last in numbers else "came and went"


def _notes(visits: Sequence[tuple[int, Visit]]) -> list[str]:
    """What differs between the visits and is no change of the person."""
    templates = dict.fromkeys(
        (t.source, t.sensor) for _, v in visits if (t := v.summary.template) is not None
    )
    notes = []
    if len(templates) > 1:
        notes.append(
            "Scores of different visits were made against different healthy people: compare them "
            "with care."
        )
    tables = {
        step.touched
        for _, v in visits
        for step in v.summary.history
        if step.name == "use a table of errors"
    }
    if tables:
        notes.append(f"Errors from a table of your own: {'; '.join(sorted(tables))}.")
    return notes
