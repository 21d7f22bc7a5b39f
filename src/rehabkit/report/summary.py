"""``summarize``: all results of one recording as one typed document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import numpy as np

import rehabkit
from rehabkit.assessment.recognition import Recognition
from rehabkit.assessment.types import Finding, Gate, Reason
from rehabkit.kinematics.types import Angle, Measure
from rehabkit.recording import History, Recording
from rehabkit.repetitions.types import PartialRepetition, Repetition, Segmentation
from rehabkit.report import document as doc
from rehabkit.report.analysis import Analysis
from rehabkit.report.clinical import clinical_part
from rehabkit.report.courses import course_parts, distance_parts
from rehabkit.report.curves import Curves
from rehabkit.report.numbers import finite, plain
from rehabkit.report.scored import check_part, scores_part, template_part
from rehabkit.report.view import view_in_words
from rehabkit.report.words import angle_label, feedback_words

NOT_HAD = "could not be had from this recording"


def summarize(analysis: Analysis, *, made_on: date | None = None) -> doc.Summary:
    """The document that JSON, HTML, Markdown, tables and figures are made from.

    Parameters
    ----------
    analysis
        What the pipeline found.
    made_on
        Day of making; today (UTC) where it is not given.

    Returns
    -------
    Summary
        Written out, this is ``analysis.json``.
    """
    day = made_on or datetime.now(UTC).date()
    cut, curves = analysis.segmentation, Curves.of(analysis)
    summary = doc.Summary(
        schema_version=doc.SCHEMA_VERSION,
        software=doc.Software(version=rehabkit.__version__, made_on=day.isoformat()),
        source=_source(analysis),
        subject=_subject(analysis.recording),
        history=_history(analysis.recording.history),
        exercise=_exercise(analysis),
        gate=_gate(analysis.gate),
        repetitions_by=cut.how,
        drivers=_drivers(cut),
        repetitions=_repetitions(analysis),
        partial_repetitions=[_partial(p) for p in cut.partial],
        scores=scores_part(analysis.scores, _refusals(analysis.gate)),
        template=template_part(analysis.template),
        clinical_score=clinical_part(analysis.clinical, _refusals(analysis.gate)),
        findings=[_finding(f) for f in analysis.findings],
        checks=[check_part(check) for check in analysis.checks],
        feedback=_feedback(analysis),
        measures=_measures(analysis.recording_measures),
        no_band=curves.healthy.reason or None,
        distances=distance_parts(analysis),
        angles={name: _angle(angle) for name, angle in analysis.kinematics.angles.items()},
    )
    return summary.model_copy(update={"courses": course_parts(summary, curves)})


def _source(analysis: Analysis) -> doc.SourcePart:
    original, source = analysis.original, analysis.original.source
    return doc.SourcePart(
        path=source.path,
        sha256=source.sha256,
        format=source.format,
        device=source.device,
        skeleton=original.skeleton.name,
        frames=len(original),
        duration_s=round(original.duration_s, 4),
        rate_hz=finite(source.rate_hz or original.rate_hz or None),
        start_s=round(source.start_s, 6),
        clock=source.clock,
        origin=original.origin,
        mirrored=original.mirrored,
        projected=analysis.kinematics.projected,
        image_size=original.image_size,
        up_known_by=original.up.known_by,
        scale_known=original.scale.known,
        view=view_in_words(analysis.recording),
    )


def _subject(recording: Recording) -> doc.SubjectPart:
    who = recording.subject
    return doc.SubjectPart(
        id=who.id or None,
        group=who.group or None,
        age_years=finite(who.age_years),
        sex=who.sex or None,
        height_m=finite(who.height_m or recording.scale.height_m),
        side=who.side or None,
    )


def _history(history: History) -> list[doc.StepPart]:
    return [
        doc.StepPart(
            name=step.name,
            parameters=plain(step.parameters),
            touched=step.touched,
            spans=[(round(float(a), 3), round(float(b), 3)) for a, b in step.spans],
            assumed=step.is_assumption,
        )
        for step in history
    ]


def _exercise(analysis: Analysis) -> doc.ExercisePart:
    exercise, found = analysis.exercise, analysis.recognition
    likely = [
        doc.LikelyPart(id=one.exercise, probability=round(one.probability, 3))
        for one in (found.likely if found else ())
    ]
    if exercise is None:
        why = found.reason if found else None
        return doc.ExercisePart(
            id=None, name=None, how=analysis.exercise_how, likely=likely, why_unknown=why
        )
    return doc.ExercisePart(
        id=exercise.id,
        name=exercise.name,
        how=analysis.exercise_how,
        description=exercise.description,
        phases=exercise.phases,
        posture=exercise.posture,
        probability=_chance(found),
        likely=likely,
    )


def _chance(found: Recognition | None) -> float | None:
    return None if found is None or found.probability is None else round(found.probability, 3)


def _reason(reason: Reason) -> doc.ReasonPart:
    return doc.ReasonPart(
        code=reason.code,
        text=reason.text,
        start_s=finite(reason.start_s),
        end_s=finite(reason.end_s),
        advice=reason.advice,
    )


def _gate(gate: Gate) -> doc.GatePart:
    return doc.GatePart(
        usable=gate.usable,
        reasons=[_reason(r) for r in gate.reasons],
        limits=[_reason(r) for r in gate.limits],
    )


def _drivers(cut: Segmentation) -> list[doc.DriverPart]:
    return [
        doc.DriverPart(
            name=s.name,
            label=s.label,
            unit=s.unit,
            side=s.side,
            direction=s.direction,
            needed=round(s.needed, 4),
            threshold=finite(s.threshold),
        )
        for s in cut.signals
    ]


def _repetitions(analysis: Analysis) -> list[doc.RepetitionPart]:
    measured = analysis.repetition_measures
    return [
        _repetition(i + 1, rep, measured[i] if i < len(measured) else {})
        for i, rep in enumerate(analysis.segmentation.repetitions)
    ]


def _repetition(
    number: int, rep: Repetition, measures: Mapping[str, Measure]
) -> doc.RepetitionPart:
    return doc.RepetitionPart(
        number=number,
        start_s=round(rep.start_s, 4),
        end_s=round(rep.end_s, 4),
        peak_s=round(rep.peak_s, 4),
        side=rep.side,
        confidence=round(rep.confidence, 3),
        extent=finite(rep.extent),
        rest=finite(rep.rest),
        extreme=finite(rep.extreme),
        hold_start_s=round(rep.hold_start_s, 4),
        hold_end_s=round(rep.hold_end_s, 4),
        measures=_measures(measures),
    )


def _partial(part: PartialRepetition) -> doc.PartialPart:
    return doc.PartialPart(
        start_s=round(part.start_s, 4),
        end_s=round(part.end_s, 4),
        peak_s=round(part.peak_s, 4),
        side=part.side,
        extent=finite(part.extent),
        extreme=finite(part.extreme),
        why=part.why,
    )


def _measures(measures: Mapping[str, Measure]) -> dict[str, doc.MeasurePart]:
    return {name: _measure(measure) for name, measure in measures.items()}


def _measure(measure: Measure) -> doc.MeasurePart:
    value = finite(measure.value)
    return doc.MeasurePart(
        value=value,
        unit=measure.unit,
        label=measure.label,
        error=finite(measure.error),
        reason=measure.reason or (NOT_HAD if value is None else None),
    )


def _refusals(gate: Gate) -> list[str]:
    return [] if gate.usable else [reason.text for reason in gate.reasons]


def _finding(finding: Finding) -> doc.FindingPart:
    low, high = finding.expected
    return doc.FindingPart(
        id=finding.id,
        title=finding.title,
        side=finding.side,
        start_s=round(finding.start_s, 4),
        end_s=round(finding.end_s, 4),
        measured=round(finding.measured, 4),
        expected=(finite(low), finite(high)),
        expected_source=finding.expected_source,
        unit=finding.unit,
        severity=finding.severity,
        quantity=finding.quantity,
        patient=finding.patient,
        therapist=finding.therapist,
        repetition=finding.repetition,
        angle=finding.angle,
        error=finite(finding.error),
        evidence=[
            doc.EvidencePart(
                repetition=e.repetition,
                value=finite(e.value),
                at_s=round(e.at_s, 4),
                outside=e.outside,
            )
            for e in finding.evidence
        ],
    )


def _feedback(analysis: Analysis) -> doc.FeedbackPart:
    patient, therapist = feedback_words(analysis)
    return doc.FeedbackPart(patient=patient, therapist=therapist)


def _angle(angle: Angle) -> doc.AnglePart:
    seen = np.isfinite(angle.values)
    values = angle.values[seen]
    reason = angle.reason
    if not reason and not len(values):
        reason = NOT_HAD
    return doc.AnglePart(
        label=angle_label(angle.name),
        unit="deg",
        measurable=angle.measurable and bool(len(values)),
        reason=reason or None,
        error=finite(angle.error_deg),
        error_source=angle.error_source or None,
        min=finite(values.min(), 2) if len(values) else None,
        max=finite(values.max(), 2) if len(values) else None,
        seen_share=round(float(seen.mean()), 4) if len(seen) else 0.0,
    )
