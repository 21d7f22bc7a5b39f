"""The summary: what it says, what it leaves null, and that it stays what others rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from pydantic import ValidationError

from rehabkit.assessment.types import Finding
from rehabkit.kinematics.types import Measure
from rehabkit.report.analysis import Analysis
from rehabkit.report.contract import ANALYSIS
from rehabkit.report.document import SCHEMA_VERSION, MeasurePart, Summary
from rehabkit.report.numbers import finite, plain
from rehabkit.report.output import to_json
from rehabkit.report.summary import summarize

CONTRACT = {
    "schema_version", "source", "subject", "history", "exercise", "gate", "repetitions",
    "partial_repetitions", "scores", "clinical_score", "findings", "feedback",
}  # fmt: skip
SAMPLES = sorted((Path(__file__).parent / "samples").glob("analysis-*.json"))


def document(analysis: Analysis) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(to_json(summarize(analysis)))
    return loaded


def test_keys_of_the_outer_contract(squat: Analysis) -> None:
    found = document(squat)
    assert found.keys() >= CONTRACT
    assert found["schema_version"] == "1.3"


def test_known_answers(squat: Analysis) -> None:
    summary = summarize(squat, made_on=date(2026, 11, 21))
    assert [r.number for r in summary.repetitions] == [1, 2, 3, 4, 5]
    assert summary.repetitions[2].start_s == pytest.approx(1.3 + 2 * 3.3)
    assert summary.repetitions[0].measures["knee_flexion_left.max"].value == 98
    assert summary.exercise.how == "named"
    assert summary.source.view == "from the front"
    assert summary.feedback.patient.startswith("Keep your chest up")
    assert summary.partial_repetitions[0].why.startswith("short range")
    assert summary.software.made_on == "2026-11-21"
    assert [step.assumed for step in summary.history] == [False, False, False, True]


def test_scores_are_null_beside_reasons(squat: Analysis) -> None:
    summary = summarize(squat)
    scores = summary.scores
    for part in (scores.overall, scores.completeness, scores.correction, scores.smoothness):
        assert part.value is None
        assert part.reasons
    assert summary.clinical_score.value is None
    assert summary.clinical_score.interval is None
    assert summary.clinical_score.reasons


def test_a_refused_recording_says_why(refused: Analysis) -> None:
    summary = summarize(refused)
    assert not summary.gate.usable
    assert "the legs were not in the picture" in summary.scores.overall.reasons
    assert summary.feedback.patient == "Film from the side, the whole body in the picture."
    assert summary.feedback.therapist.startswith("Cannot be scored, because")


def test_nothing_found_is_said_truly(squat: Analysis) -> None:
    summary = summarize(replace(squat, findings=()))
    assert (
        summary.feedback.patient
        == "You did 5 repetitions, and nothing stood out. Keep going like this."
    )
    poor = replace(squat.scores, overall=41.0, level="poor", reasons=())
    low = summarize(replace(squat, findings=(), scores=poor)).feedback
    assert "Keep going" not in low.patient
    assert "therapist" in low.patient
    assert "41 of 100 (poor)" in low.therapist
    unknown = summarize(replace(squat, findings=(), exercise=None, exercise_how="unknown"))
    assert unknown.exercise.id is None
    assert "Name the exercise" in unknown.feedback.patient


def test_missing_values_are_null_with_a_reason_and_never_nan(squat: Analysis) -> None:
    broken = {"x.max": Measure("x.max", float("nan"), "deg", "X")}
    summary = summarize(replace(squat, recording_measures=broken))
    assert summary.measures["x.max"].value is None
    assert summary.measures["x.max"].reason
    assert summary.angles["knee_valgus_left"].min is None
    assert summary.angles["knee_valgus_left"].reason == "needs a view from the front"
    text = to_json(summary)
    assert "NaN" not in text
    assert "Infinity" not in text
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))


def test_a_value_without_reason_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs a reason"):
        MeasurePart(value=None, unit="deg", label="", error=None, reason=None)
    with pytest.raises(ValidationError, match="finite number"):
        MeasurePart(value=float("nan"), unit="deg", label="", error=None, reason=None)


def test_the_same_input_gives_the_same_text(squat: Analysis) -> None:
    day = date(2026, 11, 21)
    assert to_json(summarize(squat, made_on=day)) == to_json(summarize(squat, made_on=day))


def test_plain_values() -> None:
    odd = {"a": np.float32(0.5), "b": (np.int64(3), Path("/x/y.csv")), "c": float("inf")}
    assert plain(odd) == {"a": 0.5, "b": [3, "y.csv"], "c": None}
    assert plain(np.bool_(True)) is True
    assert str(finite(-0.00000001)) == "0.0"


def test_schema_file_is_up_to_date() -> None:
    assert ANALYSIS.path().read_text(encoding="utf-8") == ANALYSIS.as_text(), (
        "run: python -m rehabkit.report.contract"
    )


def test_documents_follow_the_schema(squat: Analysis, refused: Analysis) -> None:
    validator = jsonschema.Draft202012Validator(ANALYSIS.current())
    for analysis in (squat, refused, replace(squat, exercise=None, exercise_how="unknown")):
        assert not list(validator.iter_errors(document(analysis)))


def _without_new_keys(written: object, old: object) -> object:
    """What is written, without the keys that the older document did not have."""
    if isinstance(written, dict) and isinstance(old, dict):
        return {k: _without_new_keys(v, old[k]) for k, v in written.items() if k in old}
    if isinstance(written, list) and isinstance(old, list) and len(written) == len(old):
        return [_without_new_keys(a, b) for a, b in zip(written, old, strict=True)]
    return written


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.name)
def test_older_documents_stay_readable(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    summary = Summary.model_validate_json(text)
    assert _without_new_keys(json.loads(to_json(summary)), json.loads(text)) == json.loads(text)
    version = sample.stem.removeprefix("analysis-")
    kept = ANALYSIS.path(version)
    found = json.loads(kept.read_text(encoding="utf-8"))
    assert not list(jsonschema.Draft202012Validator(found).iter_errors(json.loads(text)))


def test_there_is_a_sample_of_this_version() -> None:
    assert f"analysis-{SCHEMA_VERSION}.json" in [p.name for p in SAMPLES]


def test_findings_keep_their_evidence(squat: Analysis) -> None:
    finding: Finding = squat.findings[0]
    found = summarize(squat).findings[0]
    assert [e.outside for e in found.evidence] == [e.outside for e in finding.evidence]
    assert found.expected == (None, 38.0)
    assert found.patient
    assert found.therapist
