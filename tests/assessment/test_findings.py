"""Findings: dialled faults are found with their evidence, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.assessment.conftest import Judged, judge, made

from rehabkit.assessment.findings import find
from rehabkit.assessment.gate import gate
from rehabkit.assessment.types import Finding, Gate
from rehabkit.exercises import catalogue
from rehabkit.repetitions.types import Segmentation

MOTIONS = (
    "squat", "sit-to-stand", "lunge", "knee-lift", "shoulder-flexion", "shoulder-abduction",
    "elbow-flexion",
)  # fmt: skip


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("exercise", ["same", None])
@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_found_in_good_movement(motion: str, exercise: str | None, seed: int) -> None:
    judged = made(motion, exercise, repetitions=6, noise_m=0.005, seed=seed)
    assert judged.segmentation.repetitions
    assert judged.findings == ()


def test_a_lean_is_found_where_it_was() -> None:
    judged = made("squat", repetitions=5, lean=(2,), lean_deg=35.0)
    finding = judged.finding("trunk-forward")
    repetition = judged.segmentation.repetitions[1]
    assert finding.repetition == 2
    assert (finding.start_s, finding.end_s) == (repetition.start_s, repetition.end_s)
    assert [e.outside for e in finding.evidence] == ["inside", "outside", *["inside"] * 3]
    assert finding.evidence[1].value == finding.measured
    assert repetition.start_s <= finding.evidence[1].at_s < repetition.end_s
    assert finding.expected == (None, 45.0)
    assert finding.expected_source.startswith("the exercise's definition squat.toml")
    assert "healthy" not in finding.expected_source
    assert finding.angle == "trunk_flexion"
    assert finding.unit == "deg"
    assert "repetition 2" in finding.therapist
    assert f"{finding.measured:.0f}°" in finding.therapist


def test_figures_agree_with_the_measures() -> None:
    from rehabkit.kinematics.measures import repetition_measures

    judged = made("squat", repetitions=5, lean=(2,), lean_deg=35.0)
    finding = judged.finding("trunk-forward")
    repetition = judged.segmentation.repetitions[1]
    measures = repetition_measures(judged.recording, judged.kinematics, repetition)
    assert finding.measured == measures["trunk_flexion.max"].value


def test_knees_that_fall_inward() -> None:
    judged = made("squat", repetitions=5, valgus=(1, 4), valgus_deg=35.0)
    finding = judged.finding("knee-in")
    assert finding.side == "both"
    assert [e.outside == "outside" for e in finding.evidence] == [True, False, False, True, False]
    assert "both" not in finding.patient
    assert "knees-together" in judged.ids


def test_asymmetry_names_the_weaker_side() -> None:
    judged = made("squat", repetitions=5, asymmetry=0.35)
    finding = judged.finding("asymmetry-knee-flexion")
    assert finding.side == "right"
    assert finding.angle == "knee_flexion_right"
    assert 20.0 < finding.measured < 40.0
    assert "right side moved" in finding.therapist


def test_asymmetry_of_alternating_sides() -> None:
    judged = made("knee-lift", repetitions=8, asymmetry=0.35)
    assert judged.finding("asymmetry-hip-flexion").side == "right"


def test_asymmetry_needs_no_exercise() -> None:
    judged = made("shoulder-abduction", None, repetitions=5, asymmetry=0.35)
    finding = judged.finding("asymmetry-shoulder-elevation")
    assert finding.side == "right"
    assert not any(name.startswith("short") for name in judged.ids)


def test_a_short_range() -> None:
    judged = made("shoulder-flexion", repetitions=5, short_range=(2, 4), short_share=0.55)
    finding = judged.finding("short-shoulder-elevation")
    assert finding.expected == (120.0, None)
    assert [e.outside for e in finding.evidence] == [
        "inside", "outside", "inside", "outside", "inside",
    ]  # fmt: skip
    assert finding.side == "both"


def test_both_sides_are_meant_and_the_figure_is_of_one() -> None:
    both = made("elbow-flexion", repetitions=6, sides="alternating", short_range=(1, 4))
    finding = both.finding("short-elbow-flexion")
    worst = both.segmentation.repetitions[(finding.repetition or 0) - 1].side
    assert finding.side == "both"
    assert finding.angle == f"elbow_flexion_{worst}"
    assert finding.therapist.startswith(f"{worst.capitalize()} elbow flexion reached")
    assert finding.therapist.endswith("The other side is outside too.")
    assert "left and right" in finding.patient


def test_fatigue() -> None:
    judged = made("shoulder-abduction", None, repetitions=7, short_range=(5, 6, 7),
                  short_share=0.6)  # fmt: skip
    finding = judged.finding("fatigue")
    assert finding.repetition in (5, 6, 7)
    assert [e.outside for e in finding.evidence[-2:]] == ["outside", "outside"]


def with_second_person(where: str) -> tuple[Judged, tuple[Finding, ...], Gate]:
    judged = made("squat", repetitions=4)
    second = judged.segmentation.repetitions[1]
    recording = judged.recording.with_step(
        "second person", "another face", spans=((second.start_s, second.end_s),), where=where
    )
    squat = catalogue.load("squat")
    found = find(recording, judged.kinematics, judged.segmentation, [{}] * 4, squat)
    return judged, found, gate(judged.original, recording, judged.kinematics, squat)


def test_somebody_at_the_body_may_have_helped() -> None:
    _, found, limits = with_second_person("at the body")
    finding = next(f for f in found if f.id == "assisted")
    assert finding.repetition == 2
    assert finding.measured == pytest.approx(100.0)
    assert finding.title == "Somebody may have helped"
    (limit,) = (r for r in limits.limits if r.code == "second-person")
    assert "at the body" in limit.text


def test_somebody_beside_or_a_reflection_is_a_limit_and_no_finding() -> None:
    judged, found, limits = with_second_person("beside")
    assert "assisted" not in [f.id for f in found]
    assert limits.usable
    (limit,) = (r for r in limits.limits if r.code == "second-person")
    assert "or a reflection" in limit.text
    assert limit.start_s == judged.segmentation.repetitions[1].start_s


def test_most_important_first() -> None:
    judged = made("squat", repetitions=5, valgus=(1, 2, 3, 4, 5), valgus_deg=40.0, lean=(2,),
                  lean_deg=22.0)  # fmt: skip
    strength = {"mild": 1, "moderate": 2, "strong": 3}
    assert judged.findings[0].severity == "strong"
    assert strength[judged.findings[-1].severity] <= strength[judged.findings[0].severity]


def test_without_repetitions_nothing_is_found() -> None:
    judged = made("squat")
    empty = Segmentation((), (), (), "nothing")
    assert find(judged.recording, judged.kinematics, empty, [], catalogue.load("squat")) == ()


def test_no_definition_no_range() -> None:
    judged = made("squat", None, repetitions=5, lean=(2,), lean_deg=35.0)
    assert "trunk-forward" not in judged.ids


@pytest.mark.data
def test_healthy_experts_hardly_get_findings(data_root: Path) -> None:
    """KIMORE's experts: they move as the exercise is meant."""
    from rehabkit import reading

    folders = sorted(data_root.glob("kimore/CG/Expert/*/Es[1-5]"))[::3]
    with_findings, judged = [], 0
    for folder in folders:
        if not (folder / "Raw").is_dir() or not list((folder / "Raw").glob("JointPosition*")):
            continue
        recording = reading.read(folder)
        found = judge(recording, catalogue.load(recording.exercise.id)).findings
        judged += 1
        with_findings += [(folder.parent.name, folder.name, [f.id for f in found])] if found else []
    assert judged >= 15
    assert len(with_findings) <= 0.15 * judged, with_findings


def test_evidence_covers_every_repetition() -> None:
    judged = made("squat", repetitions=5, lean=(2,), lean_deg=35.0)
    numbers = [e.repetition for e in judged.finding("trunk-forward").evidence]
    assert numbers == list(np.arange(1, 6))
