"""Curves against healthy people: known answers, mirrored sides, reasons where there are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from tests.report.healthy_people import with_template

from rehabkit.assessment.criteria import LEAST_SPREAD_DEG
from rehabkit.assessment.types import Check
from rehabkit.kinematics.types import Angle
from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.document import CoursePart
from rehabkit.report.healthy import Healthy, band_of
from rehabkit.report.markdown import to_markdown
from rehabkit.report.output import to_json
from rehabkit.report.page import render
from rehabkit.report.panels import build_panels
from rehabkit.report.summary import summarize
from rehabkit.templates.types import POINTS, Curve


def page(analysis: Analysis) -> str:
    return render(summarize(analysis), Curves.of(analysis))


def courses(analysis: Analysis) -> dict[tuple[str, str | None], CoursePart]:
    return {(c.angle, c.moved): c for c in summarize(analysis).courses}


def axial(analysis: Analysis, moved: tuple[Literal["left", "right"], ...]) -> Analysis:
    """Side bends to the sides ``moved``: positive is to the person's right."""
    time = analysis.kinematics.time
    values, repetitions = np.zeros_like(time), []
    for repetition, side in zip(analysis.segmentation.repetitions, moved, strict=True):
        inside = (time >= repetition.start_s) & (time < repetition.end_s)
        phase = (time[inside] - repetition.start_s) / (repetition.end_s - repetition.start_s)
        values[inside] = (20 if side == "right" else -20) * np.sin(np.pi * phase)
        repetitions.append(replace(repetition, side=side))
    angles = dict(analysis.kinematics.angles)
    angles["trunk_lateral_flexion"] = Angle("trunk_lateral_flexion", values, error_deg=3.0)
    return replace(
        analysis,
        kinematics=replace(analysis.kinematics, angles=angles),
        segmentation=replace(analysis.segmentation, repetitions=tuple(repetitions)),
    )


def test_a_person_like_the_template_lies_in_the_band(squat: Analysis) -> None:
    found = courses(with_template(squat))
    for name in ("knee_flexion_left", "hip_flexion_right", "trunk_flexion"):
        course = found[name, None]
        assert course.mean is not None
        assert course.healthy is not None
        assert len(course.mean) == len(course.healthy.mean) == POINTS
        assert all(
            low <= value <= high
            for low, value, high in zip(
                course.healthy.low, course.mean, course.healthy.high, strict=True
            )
        )
        assert course.healthy.people == 12


def test_the_band_is_two_standard_deviations_as_scores_take_them(squat: Analysis) -> None:
    healthy = courses(with_template(squat))["trunk_flexion", None].healthy
    assert healthy is not None
    half = 2 * np.hypot(5.0, LEAST_SPREAD_DEG)
    gaps = np.array(healthy.high) - np.array(healthy.mean)
    assert gaps == pytest.approx(np.full(POINTS, half), abs=0.011)


def test_repetitions_to_the_left_are_mirrored(squat: Analysis) -> None:
    bent = axial(squat, ("right", "left", "right", "left", "right"))
    found = courses(with_template(bent))
    right, left = (found["trunk_lateral_flexion", side] for side in ("right", "left"))
    assert right.healthy is not None
    assert left.healthy is not None
    assert right.mean is not None
    assert max(right.mean) == pytest.approx(20, abs=0.2)
    assert max(right.healthy.mean) == pytest.approx(20, abs=0.2)
    assert min(left.healthy.mean) == pytest.approx(-20, abs=0.2)
    assert np.array(left.healthy.high) == pytest.approx(-np.array(right.healthy.low))
    assert (right.repetitions, left.repetitions) == (3, 2)


def test_the_side_that_moves_is_compared_with_the_one_that_moves(
    squat: Analysis, build: Callable[..., Analysis]
) -> None:
    template = with_template(build(side="left")).template
    assert template is not None
    assert {"knee_flexion:own", "knee_flexion:other"} <= template.curves.keys()
    curves = {side: Healthy(template).angle("knee_flexion_left", (side,))
              for side in ("left", "right", "both")}  # fmt: skip
    own, other = (template.curves[f"knee_flexion:{role}"].mean for role in ("own", "other"))
    for side, mean in (("left", own), ("both", own), ("right", other)):
        band = curves[side]
        assert band is not None
        assert band.mean == pytest.approx(mean)
    assert Healthy(template).angle("no_such_angle", ("left",)) is None


def test_a_mean_over_both_sides_has_no_band(squat: Analysis) -> None:
    healthy = Healthy(with_template(squat).template)
    assert healthy.angle("trunk_lateral_flexion", ("left", "right")) is None
    assert healthy.angle("trunk_flexion", ("left", "right")) is not None


def test_a_distance_is_never_below_zero() -> None:
    band = band_of(Curve(np.full(POINTS, 2.0), np.full(POINTS, 3.0), "body", 9))
    assert band.low.min() == 0
    assert band.high.max() == pytest.approx(8)


def test_the_axes_hold_the_band(squat: Analysis) -> None:
    compared = with_template(squat)
    assert compared.template is not None
    curves = dict(compared.template.curves)
    curves["knee_flexion:own"] = Curve(np.full(POINTS, 150.0), np.full(POINTS, 10.0), "deg", 12)
    compared = replace(compared, template=replace(compared.template, curves=curves))
    rows = build_panels(summarize(compared), Curves.of(compared))
    knee = next(panel for row in rows for panel in row if panel.name == "knee_flexion_left")
    assert knee.high >= 150 + 2 * np.hypot(10, LEAST_SPREAD_DEG)


def test_the_page_draws_the_band_and_says_whose_it_is(squat: Analysis) -> None:
    html = page(with_template(squat))
    words = "Grey: 12 healthy people of Made up (generator), their mean and two standard deviations"
    assert words in html
    assert html.count('class="healthy"') >= 6
    assert "Trunk, forward lean: range 4–40°, healthy people 4–40°" in html


def test_without_healthy_people_the_page_says_why(squat: Analysis) -> None:
    html = page(squat)
    assert 'class="healthy"' not in html
    assert "No healthy people’s band: there are no healthy people to compare" in html
    assert summarize(squat).no_band
    unknown = replace(squat, exercise=None, exercise_how="unknown")
    assert "no exercise was named" in (summarize(unknown).no_band or "")


def test_another_kind_of_sensor_has_no_band(squat: Analysis) -> None:
    other = with_template(squat, sensor="azure-kinect")
    summary = summarize(other)
    assert "another kind of sensor" in (summary.no_band or "")
    assert all(course.healthy is None for course in summary.courses)
    assert all(d.left_to_template is None for d in summary.distances)
    assert 'class="healthy"' not in page(other)


def looked_for(analysis: Analysis, *checks: Check) -> Analysis:
    return replace(analysis, checks=checks)


def check(name: str, side: str, measured: float | None, *, found: bool = False) -> Check:
    margin = None if measured is None else (measured - 38) / 38
    title = name.replace("-", " ").capitalize()
    return Check(name, side, "Trunk forward lean", "deg", (None, 38.0), "a made-up limit",
                 measured, 4.0, margin, found, title)  # fmt: skip


def test_what_was_looked_for_stands_on_the_page(squat: Analysis) -> None:
    asked = looked_for(
        squat, check("trunk-back", "none", 12.0), check("elbow-bends", "left", 50.0, found=True),
        check("elbow-bends", "right", 20.0), check("elbow-bends", "both", 35.0, found=True),
        check("heels-up", "none", None),
    )  # fmt: skip
    html = page(asked)
    table = html[html.index('aria-labelledby="h-looked"') :].split("</section>")[0]
    assert table.count("<tr>") == 1 + 3
    assert table.index("Elbow bends") < table.index("Trunk back") < table.index("Heels up")
    assert "at most 38° <sup>a</sup>" in table
    assert "<sup>a</sup> a made-up limit" in table
    assert "<b>found</b>" in table
    assert table.count("not found") >= 1
    assert table.count(">not seen<") == 2  # its value and its result
    assert "| Trunk back | Trunk forward lean | 12° | at most 38° (a) | not found |" in to_markdown(
        summarize(asked)
    )


def test_a_side_that_was_not_asked_to_move_is_not_called_unseen(
    build: Callable[..., Analysis],
) -> None:
    asked = looked_for(
        build(side="right"), check("elbow-bends", "left", None), check("elbow-bends", "right", 9.0)
    )
    html = page(asked)
    table = html[html.index('aria-labelledby="h-looked"') :].split("</section>")[0]
    assert "not seen" not in table
    assert "9°" in table


def test_the_document_holds_what_the_page_draws(squat: Analysis) -> None:
    document = json.loads(to_json(summarize(with_template(squat))))
    drawn = [panel.name for row in build_panels(summarize(squat), Curves.of(squat))
             for panel in row]  # fmt: skip
    assert [course["angle"] for course in document["courses"]] == drawn
    assert document["no_band"] is None
    knee = next(d for d in document["distances"] if d["joint"] == "knee")
    assert len(knee["left"]["curve"]) == len(knee["left"]["healthy"]["mean"]) == POINTS
