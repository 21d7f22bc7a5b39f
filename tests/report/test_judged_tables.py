"""``scores.csv`` and ``checks.csv``: every score with its evidence, every check with its band."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from rehabkit.assessment.types import Check, Criterion, Dimension, PartScore, Scores
from rehabkit.report.analysis import Analysis
from rehabkit.report.judged_tables import write_checks, write_scores
from rehabkit.report.summary import summarize


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def scored(squat: Analysis) -> Analysis:
    reach = Criterion(
        "reach.knee_flexion.max.left", "Knee flexion, left: largest", "knee", "left", 2.5,
        (3.0, 3.0, None, 2.5, 1.5), 5, 14.5, 17.3, 15.9, (435, 519), 78.0, (83.0, None), "deg",
        "12 healthy people of Made up (generator)", "knee_flexion_left",
    )  # fmt: skip
    completeness = Dimension(
        2.5, (PartScore("knee", 1.0, 2.5),), (reach,), (3.0, 3.0, None, 2.5, 1.5)
    )
    scores = Scores(
        64.0, "below average", (57.0, 71.0), completeness, Dimension(3.0), Dimension(2.0),
        weights={"completeness": 0.3, "correction": 0.5, "smoothness": 0.2},
        by_repetition=(70.0, 66.0, 64.0, 62.0, 58.0),
    )  # fmt: skip
    return replace(squat, scores=scores)


def test_scores_with_their_evidence(scored: Analysis, tmp_path: Path) -> None:
    write_scores(summarize(scored), tmp_path / "scores.csv")
    found = rows(tmp_path / "scores.csv")
    assert [row["of"] for row in found] == [
        "overall", "dimension", "part", "criterion", "dimension", "dimension",
    ]  # fmt: skip
    overall, completeness, part, criterion = found[:4]
    assert (overall["points"], overall["most"], overall["low"], overall["high"]) == (
        "64.0", "100", "57.0", "71.0",
    )  # fmt: skip
    assert overall["by_repetition"] == "70 66 64 62 58"
    assert (completeness["points"], completeness["weight"]) == ("2.5", "0.3")
    assert (part["name"], part["points"], part["most"]) == ("knee", "2.5", "4")
    assert criterion["name"] == "Knee flexion, left: largest"
    assert (criterion["repetition"], criterion["at_s"]) == ("5", "15.9")
    assert (criterion["first_frame"], criterion["end_frame"]) == ("435", "519")
    assert (criterion["measured"], criterion["expected_low"], criterion["expected_high"]) == (
        "78.0", "83.0", "",
    )  # fmt: skip
    assert criterion["by_repetition"] == "3 3 - 2.5 1.5"
    assert criterion["source"].startswith("12 healthy people")


def test_without_a_score_the_reason_stands_there(squat: Analysis, tmp_path: Path) -> None:
    write_scores(summarize(squat), tmp_path / "scores.csv")
    overall = rows(tmp_path / "scores.csv")[0]
    assert overall["points"] == ""
    assert overall["reason"] == "not scored"


def test_checks_found_and_not(squat: Analysis, tmp_path: Path) -> None:
    checks = (
        Check("lean-forward", "none", "Lean", "deg", (None, 38.0), "a rule", 40.0, 4.0, 0.05,
              True, "The trunk leans"),
        Check("heels-up", "left", "Heel lift", "m", (None, 0.06), "a rule", None, None, None,
              False, "The heel leaves the floor"),
    )  # fmt: skip
    write_checks(summarize(replace(squat, checks=checks)), tmp_path / "checks.csv")
    lean, heel = rows(tmp_path / "checks.csv")
    assert (lean["median"], lean["expected_low"], lean["expected_high"]) == ("40.0", "", "38.0")
    assert (lean["found"], heel["found"]) == ("yes", "no")
    assert (heel["title"], heel["median"]) == ("The heel leaves the floor", "")
