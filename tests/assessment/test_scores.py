"""Scores: known answers from generated movement, evidence, reasons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rehabkit.assessment.levels import LEVELS, level_of
from rehabkit.assessment.scores import NO_TEMPLATE, points
from rehabkit.errors import RehabkitError
from rehabkit.pipeline import analyze
from rehabkit.repetitions.cutting import TOO_SHORT
from rehabkit.report.analysis import Analysis
from rehabkit.simulate import Faults, generate
from rehabkit.templates import store


def squat(**changes: object) -> Analysis:
    return analyze(generate("squat", repetitions=4, noise_m=0.003, seed=3, **changes).recording)  # type: ignore[arg-type]


def test_points_fall_with_the_deviation() -> None:
    assert points(-20) == pytest.approx(4)
    assert points(0) == pytest.approx(4 * 2**-0.3466, abs=1e-3)
    values = [points(z) for z in range(-3, 9)]
    assert values == sorted(values, reverse=True)
    assert 0 < points(30) < 0.01


def test_levels_have_every_score() -> None:
    assert level_of(0) == "poor"
    assert level_of(100) == "good"
    assert [level_of(level.from_score) for level in LEVELS] == [level.name for level in LEVELS]


@pytest.mark.parametrize(
    ("fault", "dimension"),
    [
        (Faults(short_range=(1, 2, 3, 4), short_share=0.6), "completeness"),
        (Faults(lean=(1, 2, 3, 4), lean_deg=25), "correction"),
        (Faults(side_lean=(1, 2, 3, 4), side_lean_deg=20), "correction"),
        (Faults(pause=(1, 2, 3, 4), pause_s=1.5), "smoothness"),
    ],
)
def test_a_fault_lowers_its_dimension(fault: Faults, dimension: str) -> None:
    healthy, faulty = squat().scores, squat(faults=fault).scores
    assert healthy.overall is not None
    assert faulty.overall is not None
    before, after = getattr(healthy, dimension), getattr(faulty, dimension)
    assert after.value < before.value - 0.15
    assert faulty.overall < healthy.overall


def test_the_overall_is_the_weighted_sum_of_equation_2() -> None:
    scores = squat().scores
    dimensions = {"completeness", "correction", "smoothness"}
    assert scores.weights.keys() == dimensions
    assert sum(scores.weights.values()) == pytest.approx(1)
    summed = sum(getattr(scores, k).value * w for k, w in scores.weights.items())
    assert scores.overall == pytest.approx(25 * summed)
    for name in dimensions:
        assert sum(p.weight for p in getattr(scores, name).parts) == pytest.approx(1)


def test_every_score_has_its_evidence() -> None:
    found = squat(faults=Faults(lean=(2,), lean_deg=30))
    for dimension in (found.scores.completeness, found.scores.correction, found.scores.smoothness):
        assert dimension.evidence
        for criterion in dimension.evidence:
            repetition = found.segmentation.repetitions[criterion.repetition - 1]
            assert criterion.start_s == repetition.start_s
            assert criterion.start_s <= criterion.at_s <= criterion.end_s
            assert criterion.frames[0] < criterion.frames[1]
            assert len(criterion.by_repetition) == len(found.segmentation.repetitions)
            assert 0 <= criterion.points <= 4
            assert "healthy people of KIMORE" in criterion.source
            assert any(end is not None for end in criterion.expected)
    trunk = next(c for c in found.scores.correction.evidence if c.angle == "trunk_flexion")
    assert trunk.repetition == 2


def test_a_mirrored_body_scores_alike() -> None:
    lifted = [
        analyze(
            generate("shoulder-abduction", sides=side, seed=5, mirror=mirror).recording  # type: ignore[arg-type]
        ).scores.overall
        for side, mirror in (("left", False), ("left", True))
    ]
    assert lifted[0] is not None
    assert lifted[0] == pytest.approx(lifted[1], abs=1e-6)


def test_body_size_does_not_count() -> None:
    small, tall = (squat(height_m=h).scores.overall for h in (1.45, 1.95))
    assert small == pytest.approx(tall, abs=1.0)


def test_reasons_where_there_is_no_score() -> None:
    unnamed = generate("squat").recording
    unnamed = replace(unnamed, exercise=replace(unnamed.exercise, id=""))
    assert "no exercise was named" in analyze(unnamed).scores.reasons[0]
    lifts = generate("knee-lift").recording
    assert analyze(lifts, exercise="knee-lift").scores.reasons == (NO_TEMPLATE,)
    assert analyze(generate("squat", repetitions=0).recording).scores.overall is None


def test_movements_too_small_to_count_are_said() -> None:
    found = analyze(generate("squat", repetitions=3, partial=1, noise_m=0.003, seed=2).recording)
    assert [part.why for part in found.segmentation.partial] == [TOO_SHORT]
    assert "1 movement too small to count is not in the score" in found.scores.limits


def test_a_picture_alone_is_not_scored() -> None:
    picture = generate("squat", image="only").recording
    scores = analyze(picture).scores
    assert scores.overall is None
    assert scores.reasons


def test_another_sensor_is_said() -> None:
    assert any("another kind of sensor" in limit for limit in squat().scores.limits)


def test_templates_are_kept_and_read_back(tmp_path: Path) -> None:
    template = store.load("kimore-es5")
    store.write(template, tmp_path / "mine.json")
    again = store.read(tmp_path / "mine.json")
    assert again.norms == template.norms
    assert again.curves.keys() == template.curves.keys()
    assert (
        squat().scores.overall
        == analyze(
            generate("squat", repetitions=4, noise_m=0.003, seed=3).recording,
            template=tmp_path / "mine.json",
        ).scores.overall
    )


def test_healthy_people_of_ones_own_are_in_the_history(tmp_path: Path) -> None:
    store.write(store.load("kimore-es5"), tmp_path / "mine.json")
    analysed = analyze(generate("squat").recording, template=tmp_path / "mine.json")
    (step,) = [s for s in analysed.recording.history if "of your own" in s.name]
    assert step.parameters["file"] == "mine.json"
    assert len(step.parameters["sha256"]) == 12
    assert "healthy people of KIMORE" in step.touched


def test_healthy_people_at_another_exercise_are_refused() -> None:
    lifts, squats = generate("knee-lift").recording, store.load("kimore-es5")
    with pytest.raises(RehabkitError, match=r"healthy people at 'knee-lift'.*at 'kimore-es5'"):
        analyze(lifts, exercise="knee-lift", template=squats)
    unnamed = replace(lifts, exercise=replace(lifts.exercise, id=""))
    with pytest.raises(RehabkitError, match="Expected an exercise"):
        analyze(unnamed, template=squats)


def test_a_wrong_template_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.json").write_text('{"exercise": 1}')
    with pytest.raises(RehabkitError, match="expected a template"):
        store.read(tmp_path / "wrong.json")
    with pytest.raises(RehabkitError, match="no healthy people's curves for 'knee-lift'"):
        store.load("knee-lift")


def test_templates_hold_enough_people() -> None:
    for name in store.ids():
        template = store.load(name)
        assert template.people >= 5
        assert all(curve.people >= 5 for curve in template.curves.values())
        assert all(norm.people >= 5 for norm in template.norms.values())
