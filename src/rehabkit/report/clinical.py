"""The clinical score as a part of the document."""

from __future__ import annotations

from collections.abc import Sequence

from rehabkit.assessment.clinical import HIGHEST, ClinicalScore, Moved, Points
from rehabkit.report import document as doc
from rehabkit.report.numbers import finite

DIGITS = 4


def clinical_part(found: ClinicalScore, refusals: Sequence[str] = ()) -> doc.ClinicalPart:
    """What experts would give; ``refusals`` are the gate's and stand before other reasons."""
    total = found.total
    return doc.ClinicalPart(
        value=None if total is None else round(total.value, 1),
        interval=None if total is None else (round(total.low, 1), round(total.high, 1)),
        primary=_points(found.primary, "primary"),
        control=_points(found.control, "control"),
        usual=finite(found.usual, 1),
        moved_by=[doc.MovedPart(what=m.what, points=round(m.points, 1)) for m in found.moved_by],
        together_with=found.together_with,
        alone=[round(value, DIGITS) for value in found.alone],
        model=found.model or None,
        reasons=[] if total is not None else [*(refusals or found.reasons)],
        limits=list(found.limits),
    )


def clinical_of(part: doc.ClinicalPart, exercise: str) -> ClinicalScore:
    """A document's part as a score again, for what is scored together with others.

    Parameters
    ----------
    exercise
        Id of the catalogue.
    """
    total = None
    if part.value is not None and part.interval is not None:
        total = Points(part.value, *part.interval)
    return ClinicalScore(
        total,
        _given(part.primary),
        _given(part.control),
        usual=part.usual,
        moved_by=tuple(Moved(m.what, m.points) for m in part.moved_by),
        together_with=part.together_with,
        reasons=tuple(part.reasons),
        limits=tuple(part.limits),
        model=part.model or "",
        alone=tuple(part.alone),
        exercise=exercise,
    )


def _given(part: doc.PointsPart | None) -> Points | None:
    return None if part is None else Points(part.value, *part.interval)


def _points(found: Points | None, name: str) -> doc.PointsPart | None:
    if found is None:
        return None
    interval = (round(found.low, 1), round(found.high, 1))
    return doc.PointsPart(value=round(found.value, 1), interval=interval, of=HIGHEST[name])
