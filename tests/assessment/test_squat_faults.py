"""Squats: each fault has a check of its own, and the checks tell apart what was seen by eye."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from rehabkit import datasets
from rehabkit.assessment.readings import read
from rehabkit.exercises import catalogue
from rehabkit.pipeline import analyze
from rehabkit.report.analysis import Analysis
from rehabkit.simulate import Faults, generate

SQUATS = ("squat", "kimore-es5", "ui-prmd-m01")
SIGNALS = {
    "feet-together": "feet_width",
    "knees-together": "knees_apart",
    "knees-forward": "shank_lean",
    "trunk-forward": "trunk_flexion",
    "body-sways": "com_travel",
}


@cache
def squat(valgus_deg: float = 0.0) -> Analysis:
    faults = Faults(valgus=(1, 2, 3) if valgus_deg else (), valgus_deg=valgus_deg)
    made = generate("squat", repetitions=3, faults=faults)
    return analyze(made.recording, exercise="squat")


@pytest.mark.parametrize("exercise", SQUATS)
def test_every_fault_has_a_check(exercise: str) -> None:
    definition = catalogue.load(exercise)
    assert definition.primary[0].angle == "knee_flexion"
    assert {i.id: i.signal for i in definition.involved}.items() >= SIGNALS.items()


def test_extreme_is_the_value_where_the_movement_turns() -> None:
    case = squat().case
    knees = case.recording.joint("knee_left") - case.recording.joint("knee_right")
    across = case.recording.joint("shoulder_left") - case.recording.joint("shoulder_right")
    for i, repetition in enumerate(case.repetitions):
        frame = int(np.searchsorted(case.recording.time, repetition.peak_s))
        expected = np.linalg.norm(knees[frame]) / np.linalg.norm(across[frame])
        standing = case.frames(repetition).start
        reading = read(case, "knees_apart", "", i, "extreme")
        assert reading.value == pytest.approx(expected, abs=0.01)
        assert reading.at_s == repetition.peak_s
        # Both ends last 0.15 s, in which the knees have begun to go apart.
        assert read(case, "knees_apart", "", i, "change").value == pytest.approx(
            expected - np.linalg.norm(knees[standing]) / np.linalg.norm(across[standing]), abs=0.05
        )


def test_knees_that_fall_together_are_found() -> None:
    straight = {c.id: c for c in squat().checks}["knees-together"]
    fallen = {c.id: c for c in squat(valgus_deg=30.0).checks}["knees-together"]
    assert not straight.found
    assert fallen.found
    assert fallen.measured is not None
    assert straight.measured is not None
    assert fallen.measured < 0.5 < straight.measured


def test_a_steady_squat_goes_straight_down() -> None:
    sways = {c.id: c for c in squat().checks}["body-sways"]
    assert not sways.found
    assert sways.measured is not None
    assert sways.measured < 0.08


def area(values: list[tuple[bool, float]]) -> float:
    """Share of pairs in which the one with the fault has the larger margin."""
    pairs = [(a, b) for fault, a in values if fault for other, b in values if not other]
    return float(np.mean([(a > b) + 0.5 * (a == b) for a, b in pairs]))


@pytest.mark.data
def test_checks_tell_apart_what_was_seen_by_eye(data_root: Path) -> None:
    """Every third person of KIMORE; all of them are in ``benchmarks/squat_faults.py``."""
    wanted = {"too_shallow": "short-knee-flexion", "knees_too_close": "knees-together"}
    found: dict[str, list[tuple[bool, float]]] = {label: [] for label in wanted}
    for row in datasets.load("kimore", data_root).select(exercise="kimore-es5").rows[::3]:
        checks = analyze(row.path, exercise=row.exercise, format=row.format, **row.options).checks
        for label, check in wanted.items():
            margins = [c.margin for c in checks if c.id == check and c.margin is not None]
            if row.labels.get(label) is not None and margins:
                found[label].append((bool(row.labels[label]), max(margins)))
    for label, values in found.items():
        assert len(values) >= 18, label
        assert area(values) > 0.6, label
