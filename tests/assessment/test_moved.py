"""Distances from the start: known ways, DTW of what is alike, and reasons where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.report.conftest import build, squat_exercise
from tests.report.healthy_people import with_template

from rehabkit.assessment.moved import NO_SIZE, NOT_SEEN, joints_of, ways
from rehabkit.kinematics.joint_measures import NO_SPACE, NO_TRAVEL
from rehabkit.recording import CANONICAL
from rehabkit.report.analysis import Analysis
from rehabkit.report.courses import distance_parts
from rehabkit.report.curves import Curves
from rehabkit.report.page import render
from rehabkit.report.summary import summarize
from rehabkit.templates.types import POINTS


@pytest.fixture
def squat() -> Analysis:
    return build()


def raised(side: str, other_share: float = 0.0) -> Analysis:
    """A squat whose wrist on ``side`` also goes up by 0.6 m, the other by a share of it."""
    analysis = build(side=side, partial=None)
    recording = analysis.recording
    places = np.array(recording.positions)
    height = np.zeros(len(recording.time))
    for repetition in analysis.segmentation.repetitions:
        frames = analysis.case.frames(repetition)
        height[frames] = 0.6 * np.sin(np.linspace(0, np.pi, frames.stop - frames.start)) ** 2
    for which, share in ((side, 1.0), ("right" if side == "left" else "left", other_share)):
        rest = places[0, CANONICAL.index(f"wrist_{which}")]
        lifted = rest + np.outer(share * height, [0.0, 1.0, 0.0])
        places[:, CANONICAL.index(f"wrist_{which}")] = lifted
    moved = recording.replace(positions=places.astype(np.float32))
    return replace(analysis, recording=moved, exercise=None)


def test_a_known_way_in_percent_of_body_size() -> None:
    found = {w.joint: w for w in ways(raised("left").case, None)}
    left, right = found["wrist"].sides
    assert left.values is not None
    assert right.values is not None
    body_size = raised("left").case.body_size_m
    assert left.values.max() == pytest.approx(100 * 0.6 / body_size, rel=0.01)
    assert right.values.max() == pytest.approx(0, abs=1e-3)
    assert (left.role, right.role) == ("own", "other")
    assert left.repetitions == 5


def test_sides_that_move_alike_are_no_distance_apart(squat: Analysis) -> None:
    (knee,) = (w for w in ways(squat.case, squat_exercise()) if w.joint == "knee")
    assert knee.between_sides == pytest.approx(0, abs=1e-6)
    assert all(side.repetitions == 5 for side in knee.sides)


def test_a_person_like_the_template_has_no_distance_to_it(squat: Analysis) -> None:
    (knee,) = (w for w in ways(with_template(squat).case, squat_exercise()) if w.joint == "knee")
    assert [side.to_healthy for side in knee.sides] == pytest.approx([0, 0], abs=1e-6)
    assert knee.healthy_between_sides is None
    assert "one curve" in knee.reason


def test_left_and_right_exchange_where_the_other_side_moves() -> None:
    left, right = (
        {w.joint: w for w in ways(with_template(raised(side, 0.3)).case, None)}["wrist"]
        for side in ("left", "right")
    )
    ours, theirs = (
        dict(zip("lr", left.sides, strict=True)),
        dict(zip("lr", right.sides, strict=True)),
    )
    for one, other in (("l", "r"), ("r", "l")):
        assert ours[one].values == pytest.approx(theirs[other].values, abs=1e-3)
        assert ours[one].role == theirs[other].role
        assert ours[one].to_healthy == pytest.approx(0, abs=1e-3)
    assert left.between_sides == pytest.approx(right.between_sides, abs=1e-3)
    assert left.healthy_between_sides == pytest.approx(left.between_sides, abs=1e-3)
    assert left.between_sides is not None
    assert left.between_sides > 5


def test_a_template_of_the_right_fits_a_movement_of_the_left() -> None:
    template = with_template(raised("right", 0.3)).template
    compared = replace(raised("left", 0.3), template=template)
    wrist = {w.joint: w for w in ways(compared.case, None)}["wrist"]
    assert [side.to_healthy for side in wrist.sides] == pytest.approx([0, 0], abs=1e-3)


@pytest.mark.parametrize(
    ("origin", "positions", "reason"),
    [("pelvis", True, NO_TRAVEL), ("world", False, NO_SPACE)],
)
def test_no_places_in_space_is_said(
    squat: Analysis, origin: str, positions: bool, reason: str
) -> None:
    recording = squat.recording
    if positions:
        recording = recording.replace(origin=origin)
    else:
        recording = recording.replace(
            positions=None, image_points=np.array(recording.positions)[..., :2] * 100 + 500,
            image_size=(1000, 1000),
        )  # fmt: skip
    flat = replace(squat, recording=recording, original=recording)
    parts = distance_parts(flat)
    assert [p.joint for p in parts] == ["knee", "ankle"]
    assert all(p.reason == reason and p.left is None for p in parts)
    assert reason[1:] in render(summarize(flat), Curves.of(flat))


def test_a_joint_that_was_not_seen_is_said(squat: Analysis) -> None:
    places = np.array(squat.recording.positions)
    places[::3, CANONICAL.index("knee_left")] = np.nan
    hidden = replace(squat, recording=squat.recording.replace(positions=places))
    knee = next(w for w in ways(hidden.case, squat_exercise()) if w.joint == "knee")
    left, right = knee.sides
    assert left.values is None
    assert right.values is not None
    assert knee.reason == f"left: {NOT_SEEN}"
    assert knee.between_sides is None


def test_no_body_size_is_said(squat: Analysis) -> None:
    places = np.array(squat.recording.positions)
    places[:, CANONICAL.index("pelvis")] = np.nan
    hidden = replace(squat, recording=squat.recording.replace(positions=places))
    assert {w.reason for w in ways(hidden.case, squat_exercise())} == {NO_SIZE}


def test_joints_fit_the_exercise() -> None:
    assert joints_of(squat_exercise()) == ("knee", "ankle")
    assert joints_of(None) == ("wrist", "elbow", "knee", "ankle")


def test_curves_have_the_templates_moments(squat: Analysis) -> None:
    for way in ways(squat.case, squat_exercise()):
        assert all(s.values is not None and s.values.shape == (POINTS,) for s in way.sides)


def test_without_repetitions_there_is_nothing(squat: Analysis) -> None:
    empty = replace(squat, segmentation=replace(squat.segmentation, repetitions=()))
    assert ways(empty.case, squat_exercise()) == ()
