"""One row a recording and one a repetition: plain values under the names that the files have."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rehabkit.cohort.entries import Result
from rehabkit.comparison.readings import is_signed, telling_angles
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.report.document import MeasurePart, RepetitionPart, Summary
from rehabkit.report.output import PAGE
from rehabkit.report.tables import column_name

Row = dict[str, Any]

# Name -> type: "text", "texts" (a list), "number", "count", "truth". What follows is measures.
RECORDING: Final = {
    "recording": "text", "status": "text", "usable": "truth", "reasons": "texts",
    "reason_codes": "texts", "limit_codes": "texts", "person": "text", "subject": "text",
    "group": "text", "age_years": "number", "sex": "text", "exercise": "text",
    "exercise_name": "text", "exercise_how": "text", "sensor": "text", "angles_in": "text",
    "view": "text", "format": "text", "recorded_s": "number", "rate_hz": "number",
    "repetitions": "count", "partial_repetitions": "count", "driver": "text",
    "driver_label": "text", "extent_deg": "number", "extent_m": "number",
    "score_overall_0_to_100": "number", "score_overall_level": "text",
    "score_completeness_0_to_4": "number", "score_correction_0_to_4": "number",
    "score_smoothness_0_to_4": "number", "score_reasons": "texts",
    "clinical_score_0_to_50": "number", "clinical_score_low": "number",
    "clinical_score_high": "number", "findings": "texts", "finding_titles": "texts",
    "finding_severities": "texts", "folder": "text", "report": "text", "source": "text",
    "source_sha256": "text", "schema_version": "text", "rehabkit_version": "text",
}  # fmt: skip
REPETITION: Final = {
    "recording": "text", "status": "text", "usable": "truth", "person": "text", "subject": "text",
    "group": "text", "exercise": "text", "sensor": "text", "angles_in": "text",
    "repetition": "count", "side": "text", "start_s": "number", "end_s": "number",
    "peak_s": "number", "duration_s": "number", "confidence": "number", "driver": "text",
    "extent_deg": "number", "extent_m": "number",
}  # fmt: skip
_TIMES: Final = ("duration", "tempo", "duration_variation")
_SAID: Final = "duration"  # of a repetition: a fixed column holds it


def recording_row(result: Result, folder: str) -> Row:
    """The row of one recording; ``folder`` is its results' place, relative to the table's."""
    entry, summary = result.entry, result.summary
    row: Row = dict.fromkeys(RECORDING)
    row |= {"recording": entry.name, "status": "refused", "usable": False, "folder": folder,
            "source": entry.source or None, "reasons": list(result.reasons),
            "exercise": entry.exercise or None}  # fmt: skip
    if summary is None:
        return row
    page = entry.folder / PAGE
    return row | _who(summary, entry.name) | _what(summary) | _judged(summary) | {
        "report": f"{folder}/{PAGE}" if page.is_file() else None,
        "source": summary.source.path, "source_sha256": summary.source.sha256,
        "schema_version": summary.schema_version,
        "rehabkit_version": summary.software.version,
    } | _main(summary)  # fmt: skip


def repetition_rows(result: Result) -> Iterator[Row]:
    """The rows of its counted repetitions, with every measure and the errors of the main ones."""
    summary = result.summary
    if summary is None:
        return
    shared = _who(summary, result.entry.name) | _what(summary)
    shared = {name: shared[name] for name in REPETITION if name in shared}
    shared |= {"recording": result.entry.name, "status": status(summary),
               "usable": summary.gate.usable}  # fmt: skip
    main = main_measures(summary)
    for repetition in summary.repetitions:
        yield shared | _repetition(summary, repetition, main)


def status(summary: Summary) -> str:
    """``usable`` or ``not usable``, as the ledger calls them."""
    return "usable" if summary.gate.usable else "not usable"


def person(summary: Summary, name: str) -> str:
    """Who moved: the id within its group; a recording that names nobody is a person of its own."""
    who = summary.subject
    if not who.id:
        return f"recording {name}"
    return f"{who.group}: {who.id}" if who.group else who.id


def main_measures(summary: Summary) -> list[str]:
    """The measures that say most of the exercise: ranges, what must be reached, and times."""
    exercise = exercise_of(summary.exercise.id)
    drivers = [driver.name for driver in summary.drivers]
    bases = telling_angles(exercise, drivers, summary.angles, summary.measures)
    # Left and right are told apart by an axial angle's sign: a mean of both largest says nothing.
    reached = {
        p.angle: p.statistic for p in (exercise.primary if exercise else ())
        if p.statistic != "range" and not is_signed(p.angle)
    }  # fmt: skip
    wanted = [
        f"{base}{side}.{statistic}"
        for base in bases
        for statistic in ("range", *([reached[base]] if base in reached else []))
        for side in ("", "_left", "_right")
    ]
    return [name for name in (*wanted, *_TIMES) if name in summary.measures]


def exercise_of(exercise_id: str | None) -> Exercise | None:
    """The catalogue's definition; None for one that a person wrote, or none."""
    return catalogue.load(exercise_id) if exercise_id in catalogue.ids() else None


def _who(summary: Summary, name: str) -> Row:
    who = summary.subject
    return {"person": person(summary, name), "subject": who.id, "group": who.group,
            "age_years": who.age_years, "sex": who.sex}  # fmt: skip


def _what(summary: Summary) -> Row:
    source, exercise = summary.source, summary.exercise
    driver = summary.drivers[0] if summary.drivers else None
    return {
        "exercise": exercise.id, "exercise_name": exercise.name, "exercise_how": exercise.how,
        "sensor": source.device or source.skeleton, "view": source.view,
        "angles_in": "picture" if source.projected else "space", "format": source.format,
        "recorded_s": source.duration_s, "rate_hz": source.rate_hz,
        "driver": driver.name if driver else None, "driver_label": driver.label if driver else None,
    }  # fmt: skip


def _judged(summary: Summary) -> Row:
    gate, scores, clinical = summary.gate, summary.scores, summary.clinical_score
    low, high = clinical.interval or (None, None)
    return {
        "status": status(summary), "usable": gate.usable,
        "reasons": [reason.text for reason in gate.reasons],
        "reason_codes": [reason.code for reason in gate.reasons],
        "limit_codes": list(dict.fromkeys(limit.code for limit in gate.limits)),
        "repetitions": len(summary.repetitions),
        "partial_repetitions": len(summary.partial_repetitions),
        "score_overall_0_to_100": scores.overall.value, "score_overall_level": scores.overall.level,
        **{f"score_{name}_0_to_4": part.value for name, part in scores.dimensions.items()},
        "score_reasons": scores.overall.reasons,
        "clinical_score_0_to_50": clinical.value, "clinical_score_low": low,
        "clinical_score_high": high, "findings": [f.id for f in summary.findings],
        "finding_titles": [f.title for f in summary.findings],
        "finding_severities": [f.severity for f in summary.findings],
    }  # fmt: skip


def _main(summary: Summary) -> Row:
    row = _extent(summary, [r.extent for r in summary.repetitions])
    for name in main_measures(summary):
        row |= _valued(name, summary.measures[name], error=name not in _TIMES)
    return row


def _repetition(summary: Summary, repetition: RepetitionPart, main: Sequence[str]) -> Row:
    row: Row = {
        "repetition": repetition.number, "side": repetition.side, "start_s": repetition.start_s,
        "end_s": repetition.end_s, "peak_s": repetition.peak_s,
        "duration_s": round(repetition.end_s - repetition.start_s, 4),
        "confidence": repetition.confidence,
    }  # fmt: skip
    row |= _extent(summary, [repetition.extent])
    for name, measure in repetition.measures.items():
        if name != _SAID:
            row |= _valued(name, measure, error=name in main and name not in _TIMES)
    return row


def _extent(summary: Summary, extents: Sequence[float | None]) -> Row:
    """The range of the signal that cut the repetitions, the median of several, in its unit."""
    known = [extent for extent in extents if extent is not None]
    unit = summary.drivers[0].unit if summary.drivers else ""
    if not known or f"extent_{unit}" not in RECORDING:
        return {}
    return {f"extent_{unit}": round(statistics.median(known), 4)}


def _valued(name: str, measure: MeasurePart, *, error: bool) -> Row:
    row: Row = {column_name(name, measure.unit): measure.value}
    if error:
        row[column_name(f"{name}_error", measure.unit)] = measure.error
    return row
