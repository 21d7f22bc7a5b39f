"""The rule of evidence, and severity, on readings made by hand."""

from __future__ import annotations

import pytest
from tests.assessment.conftest import made

from rehabkit.assessment.judge import Band, Subject, judge
from rehabkit.assessment.readings import Case, Reading
from rehabkit.assessment.words import GENERAL, band, figure, fill
from rehabkit.exercises.exercise import Words
from rehabkit.kinematics.types import Measures

BAND = Band(None, 40.0, "deg", "here")
SUBJECT = Subject("x", "none", "Trunk lean", Words("T", "Do it.", "{measured}, {expected}."))


def case() -> Case:
    judged = made("squat")
    empty: list[Measures] = [{} for _ in judged.segmentation.repetitions]
    return Case(judged.recording, judged.kinematics, judged.segmentation, empty)


def readings(*values: float | None, error: float = 5.0, assumed: bool = False) -> list[Reading]:
    return [Reading(i + 1, v, float(i), error, assumed) for i, v in enumerate(values)]


def stands(*values: float | None, assumed: bool = False) -> bool:
    return judge(case(), SUBJECT, BAND, readings(*values, assumed=assumed)) is not None


def test_outside_within_the_error_is_no_finding() -> None:
    assert not stands(44.0, 44.9, 45.0)


def test_two_repetitions_outside_by_more_than_the_error() -> None:
    assert stands(45.1, 45.1)


def test_one_repetition_needs_two_errors() -> None:
    assert not stands(49.0, 30.0)
    assert stands(50.1, 30.0)


def test_an_assumed_error_needs_two_that_agree() -> None:
    assert not stands(90.0, 30.0, assumed=True)
    assert stands(46.0, 46.0, assumed=True)
    assert stands(50.1, None, assumed=True)


def test_not_seen_is_said() -> None:
    found = judge(case(), SUBJECT, BAND, readings(60.0, None, 44.0, 10.0))
    assert found is not None
    marks = [e.outside for e in found.finding.evidence]
    assert marks == ["outside", "not seen", "within error", "inside"]
    assert found.finding.measured == 60.0
    assert found.finding.therapist == "60°, at most 40°."


@pytest.mark.parametrize(
    ("value", "severity"), [(46.0, "mild"), (51.0, "moderate"), (61.0, "strong")]
)
def test_severity(value: float, severity: str) -> None:
    found = judge(case(), SUBJECT, BAND, readings(value, value, error=1.0))
    assert found is not None
    assert found.finding.severity == severity


def test_oftener_is_more_important() -> None:
    once = judge(case(), SUBJECT, BAND, readings(60.0, 10.0, 10.0))
    often = judge(case(), SUBJECT, BAND, readings(60.0, 60.0, 60.0))
    assert once is not None
    assert often is not None
    assert often.importance > once.importance


def test_below_a_low_limit() -> None:
    low = Band(70.0, None, "deg", "here")
    assert judge(case(), SUBJECT, low, readings(50.0, 50.0)) is not None
    assert judge(case(), SUBJECT, low, readings(80.0, 90.0)) is None


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(47.4, "deg", "47°"), (-3.2, "deg", "\u22123°"), (0.062, "m", "6 cm"), (2.36, "s", "2.4 s"),
     (0.6, "", "0.60"), (-0.2, "deg", "0°"), (33.0, "%", "33 %")],
)  # fmt: skip
def test_figures(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_bands() -> None:
    assert band(None, 38.0, "deg") == "at most 38°"
    assert band(0.06, None, "m") == "at least 6 cm"
    assert band(-12.0, 12.0, "deg") == "between \u221212° and 12°"


@pytest.mark.parametrize("key", sorted(GENERAL))
@pytest.mark.parametrize("side", ["left", "both", "none"])
def test_general_words_are_sentences(key: str, side: str) -> None:
    for template in (GENERAL[key].patient, GENERAL[key].therapist):
        text = fill(template, measured=10.0, low=20.0, high=None, unit="deg", side=side,
                    repetition=3, quantity="Knee flexion")  # fmt: skip
        assert text[0].isupper()
        assert text.endswith(".")
        assert "  " not in text
