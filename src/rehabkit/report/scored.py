"""Scores, template and checks as parts of the document."""

from __future__ import annotations

from collections.abc import Sequence

from rehabkit.assessment.levels import LEVELS, SOURCE
from rehabkit.assessment.types import Check, Criterion, Dimension, Scores
from rehabkit.report import document as doc
from rehabkit.report.numbers import finite
from rehabkit.templates.types import Template


def scores_part(scores: Scores, refusals: Sequence[str]) -> doc.ScoresPart:
    """Scores with their evidence; ``refusals`` are the gate's and stand first."""
    reasons = [*refusals, *scores.reasons]
    return doc.ScoresPart(
        overall=doc.ScorePart(
            value=finite(scores.overall, 1),
            level=scores.level,
            interval=_rounded(scores.interval),
            by_repetition=[finite(v, 1) for v in scores.by_repetition],
            reasons=[] if scores.overall is not None else reasons,
            limits=list(scores.limits),
        ),
        completeness=_dimension(scores.completeness, scores.weights.get("completeness"), reasons),
        correction=_dimension(scores.correction, scores.weights.get("correction"), reasons),
        smoothness=_dimension(scores.smoothness, scores.weights.get("smoothness"), reasons),
        levels=[doc.LevelPart(name=level.name, from_score=level.from_score) for level in LEVELS],
        levels_source=SOURCE,
    )


def _rounded(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if interval is None else (round(interval[0], 1), round(interval[1], 1))


def _dimension(found: Dimension, weight: float | None, reasons: Sequence[str]) -> doc.ScorePart:
    return doc.ScorePart(
        value=finite(found.value, 2),
        weight=finite(weight, 3),
        by_repetition=[finite(v, 2) for v in found.by_repetition],
        parts=[
            doc.PartScorePart(part=p.part, weight=round(p.weight, 3), points=round(p.points, 2))
            for p in found.parts
        ],
        evidence=[_evidence(criterion) for criterion in found.evidence],
        reasons=[] if found.value is not None else [*(found.reasons or reasons)],
    )


def _evidence(found: Criterion) -> doc.ScoreEvidencePart:
    low, high = found.expected
    return doc.ScoreEvidencePart(
        id=found.id,
        label=found.label,
        part=found.part,
        side=found.side,
        points=round(found.points, 2),
        by_repetition=[finite(v, 2) for v in found.by_repetition],
        repetition=found.repetition,
        start_s=round(found.start_s, 4),
        end_s=round(found.end_s, 4),
        at_s=round(found.at_s, 4),
        frames=found.frames,
        measured=round(found.measured, 4),
        expected=(finite(low), finite(high)),
        unit=found.unit,
        source=found.source,
        angle=found.angle,
    )


def template_part(template: Template | None) -> doc.TemplatePart | None:
    """Who was compared with; None where there was nobody."""
    if template is None:
        return None
    return doc.TemplatePart(
        exercise=template.exercise,
        source=template.source,
        sensor=template.sensor,
        people=template.people,
        repetitions=template.repetitions,
    )


def check_part(check: Check) -> doc.CheckPart:
    """One thing that was looked for."""
    low, high = check.expected
    return doc.CheckPart(
        id=check.id,
        title=check.title,
        side=check.side,
        quantity=check.quantity,
        unit=check.unit,
        expected=(finite(low), finite(high)),
        expected_source=check.expected_source,
        measured=finite(check.measured),
        error=finite(check.error),
        margin=finite(check.margin, 3),
        found=check.found,
    )
