"""Verdicts: a large dialled difference is real, a small one is not, and what cannot be said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.comparison.conftest import Visit

from rehabkit.assessment.types import Gate, Reason
from rehabkit.comparison import compare_sides, compare_visits
from rehabkit.comparison.compare import NO_ERROR, ONE_EACH, Comparison, Difference, judge
from rehabkit.comparison.page import render
from rehabkit.comparison.readings import Reading, readings
from rehabkit.comparison.words import against, answer
from rehabkit.errors import RehabkitError
from rehabkit.kinematics.reliability import MDC_FACTOR
from rehabkit.pipeline import analyze
from rehabkit.recording import Source, Subject
from rehabkit.simulate import Faults, generate

KNEE = "knee_flexion_left.max"


def row(found: Comparison, key: str) -> Difference:
    return next(r for r in found.rows if r.key == key)


def reading(values: list[float], error: float | None = 0.0) -> Reading:
    return Reading("x.max", "X", "deg", np.array(values), error)


def test_a_large_difference_is_real_and_a_small_one_is_not(visit: Visit) -> None:
    small = compare_visits(visit(1), visit(2, knee_flexion=100.5))
    large = compare_visits(visit(1), visit(2, knee_flexion=118.0))
    assert row(small, KNEE).verdict == "within measurement error"
    found = row(large, KNEE)
    assert found.words(large.what) == "real change"
    assert found.difference == pytest.approx(18, abs=3)
    assert found.mdc95 is not None
    assert found.mdc95 < 6
    assert KNEE in large.shown
    assert row(large, "duration").verdict == "within measurement error"


def test_the_formula_by_hand() -> None:
    found = judge(reading([10.0, 12.0], error=3.0), reading([20.0, 24.0], error=4.0))
    spread = np.sqrt((2 + 8) / 2)
    student = 4.30265273  # two degrees of freedom
    assert found.difference == 11
    assert found.error == pytest.approx(np.sqrt(25 + spread**2))
    assert found.mdc95 == pytest.approx(np.sqrt(1.959964**2 * 25 + student**2 * spread**2))
    assert found.verdict == "within measurement error"


def test_without_spread_it_is_the_plain_minimal_detectable_change() -> None:
    same = reading([50.0, 50.0, 50.0], error=5.0)
    found = judge(same, reading([60.0, 60.0, 60.0], error=5.0))
    assert found.mdc95 == pytest.approx(MDC_FACTOR * 5)


@settings(max_examples=60, deadline=None)
@given(
    a=st.lists(st.floats(-100, 100), min_size=2, max_size=6),
    b=st.lists(st.floats(-100, 100), min_size=2, max_size=6),
    error=st.floats(0, 30),
)
def test_order_does_not_matter_and_more_error_never_makes_it_real(
    a: list[float], b: list[float], error: float
) -> None:
    one = judge(reading(a, error), reading(b, error))
    other = judge(reading(b, error), reading(a, error))
    assert one.verdict == other.verdict
    assert one.difference == pytest.approx(-(other.difference or 0.0))
    more = judge(reading(a, error + 5), reading(b, error + 5))
    assert not (more.verdict == "real" and one.verdict != "real")
    unknown = judge(reading(a, None), reading(b, error))
    assert unknown.verdict != "real"


def test_what_cannot_be_said() -> None:
    unknown = judge(reading([1.0, 2.0], None), reading([30.0, 31.0], None))
    assert (unknown.verdict, unknown.because) == ("cannot be said", NO_ERROR)
    assert judge(reading([1.0, 9.0], None), reading([2.0, 8.0])).verdict != "cannot be said"
    assert judge(reading([1.0]), reading([30.0])).because == ONE_EACH
    assert judge(reading([20.0], 8.0), reading([30.0], 8.0)).verdict == "within measurement error"
    empty = replace(reading([]), reason="not seen")
    assert judge(reading([1.0, 2.0]), empty).because == "not seen"


def test_an_unusable_recording_gives_no_verdict(visit: Visit) -> None:
    gate = Gate(False, (Reason("few", "the knees are hidden", None, None, ""),), ())
    found = compare_visits(visit(1), replace(visit(2, knee_flexion=118.0), gate=gate))
    assert {r.verdict for r in found.rows} == {"cannot be said"}
    assert "the knees are hidden" in row(found, KNEE).because


def test_sides(visit: Visit) -> None:
    weak = generate("squat", repetitions=5, noise_m=0.003, seed=4,
                    faults=Faults(asymmetry=0.25)).recording  # fmt: skip
    found = compare_sides(analyze(weak, exercise="squat"))
    knee = row(found, "knee_flexion.max")
    assert knee.words(found.what) == "real difference"
    assert knee.difference is not None
    assert knee.difference > 15  # left minus right
    assert row(compare_sides(visit(1)), "knee_flexion.max").verdict == "within measurement error"


def test_leans_to_both_sides_are_compared_towards_their_own_side(visit: Visit) -> None:
    found = compare_sides(visit(3, "trunk-lateral-flexion"))
    lean = row(found, "trunk_lateral_flexion.max")
    assert lean.a.mean > 20
    assert lean.b.mean > 20
    assert lean.verdict == "within measurement error"


def test_alternating_repetitions_are_kept_apart(visit: Visit) -> None:
    found = readings(visit(3, "knee-lift"))
    assert found["duration@left"].n == 3
    assert found["duration@right"].n == 2
    assert found["knee_flexion_left.range"].n == 3
    assert "(left)" in found["duration@left"].label


def test_different_exercises_are_refused(visit: Visit) -> None:
    with pytest.raises(RehabkitError, match="one exercise, found 'knee-lift', 'squat'"):
        compare_visits(visit(1), visit(1, "knee-lift"))


def test_no_sides_to_compare(visit: Visit) -> None:
    still = analyze(generate("squat", repetitions=0).recording, exercise="squat")
    with pytest.raises(RehabkitError, match=r"with a left and a right.*no whole repetition"):
        compare_sides(still)
    with pytest.raises(RehabkitError, match=r"repetitions to compare, found none"):
        compare_visits(still, still)


def test_what_is_to_be_kept_in_mind(visit: Visit) -> None:
    made = generate("squat", repetitions=3).recording
    kinect = made.replace(source=Source(device="Kinect v2", format="csv"), subject=Subject("p2"))
    other = made.replace(subject=Subject("p1"))
    notes = " ".join(compare_visits(*(analyze(r, exercise="squat") for r in (other, kinect))).notes)
    assert "generated, kinect-v2" in notes
    assert "different people (p1, p2)" in notes
    unnamed = made.replace(exercise=type(made.exercise)())
    notes = " ".join(compare_visits(analyze(unnamed), analyze(unnamed)).notes)
    assert "No exercise was named" in notes
    turned = compare_visits(visit(1), visit(1, heading_deg=45.0))
    assert "different directions" in " ".join(turned.notes)


def test_a_users_table_of_errors_decides(tmp_path: Path) -> None:
    table = tmp_path / "mine.toml"
    table.write_text('[[row]]\nerror_deg = 30\nsource = "a worn-out sensor"\n')
    made = [generate("squat", repetitions=4, seed=s, extreme={"knee_flexion": k}).recording
            for s, k in ((1, 100.0), (2, 118.0))]  # fmt: skip
    plain = compare_visits(*(analyze(r, exercise="squat") for r in made))
    assert row(plain, KNEE).verdict == "real"
    mine = compare_visits(*(analyze(r, exercise="squat", errors=table) for r in made))
    assert row(mine, KNEE).verdict == "within measurement error"
    assert row(mine, KNEE).error_source == "mine.toml: a worn-out sensor"


def test_the_page_and_its_answer(visit: Visit) -> None:
    found = compare_visits(visit(1), visit(2, knee_flexion=118.0))
    page = render(replace(found, names=("<b>may</b>", "july")))
    assert "<b>may" not in page
    assert "&lt;b&gt;may" in page
    assert "real change" in page
    assert "<script" not in page
    assert answer(found).startswith("A real change in ")
    same = compare_visits(visit(1), visit(1))
    assert answer(same) == "No change beyond measurement error."
    rows = tuple(replace(row, verdict="cannot be said") for row in same.rows)
    assert answer(replace(same, rows=rows)) == "Nothing can be said."


def test_figures_that_would_look_equal_get_a_digit_more() -> None:
    found = judge(reading([10.0, 10.0, 10.0], 0.7), reading([12.2, 12.2, 12.2], 0.7))
    assert found.verdict == "real"
    assert against(found) == ("+2.2°", "1.9°")
