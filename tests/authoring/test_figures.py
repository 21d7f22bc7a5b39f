"""Poses of the figure: where they come from, and when a definition says too little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rehabkit.authoring.figures import movement
from rehabkit.authoring.posing import figure
from rehabkit.errors import ExerciseError
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import FIGURE_ANGLES, Driver, Figure, Primary
from rehabkit.simulate import pose

SQUAT = catalogue.load("squat")


def test_the_schema_knows_the_angles_of_the_body() -> None:
    assert set(FIGURE_ANGLES) == {*pose.AXIAL, *pose.SIDED}


def test_a_squat_goes_down_on_standing_feet() -> None:
    moves = movement(SQUAT)
    pelvis = moves.joints["pelvis"][:, 2]
    ankle = (moves.joints["ankle_left"] + moves.joints["ankle_right"]) / 2
    assert pelvis[0] - pelvis[-1] > 0.25
    assert np.ptp(ankle[:, :2], axis=0).max() < 0.02
    assert min(p[:, 2].min() for p in moves.joints.values()) == pytest.approx(0.0)
    assert moves.side_view()
    assert not moves.one_sided


def test_one_side_moves_and_the_other_stands() -> None:
    moves = movement(catalogue.load("knee-lift"))
    assert moves.one_sided
    assert np.ptp(moves.joints["ankle_right"][:, 2]) > 0.3
    assert np.ptp(moves.joints["ankle_left"], axis=0).max() < 0.02


def test_primary_joints_are_enough_where_they_are_all_that_moves() -> None:
    bare = replace(catalogue.load("elbow-flexion"), figure=None)
    moves = movement(bare)
    assert "least poses that the definition asks for" in moves.how
    assert np.ptp(moves.joints["wrist_right"][:, 2]) > 0.2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (replace(SQUAT, figure=None), "nothing says what hips and trunk do"),
        (replace(SQUAT, figure=None, primary=(Primary("shoulder_elevation", 90.0),)),
         "in which direction the arm is raised"),
        (replace(SQUAT, figure=None, primary=(Primary("knee_flexion", 90.0, "range"),)),
         "where the joint begins and ends"),
        (replace(SQUAT, figure=None, primary=()), "names no primary joint"),
    ],
)  # fmt: skip
def test_says_when_a_definition_says_too_little(changed: object, reason: str) -> None:
    with pytest.raises(ExerciseError, match=rf"squat.toml: expected .* too little: .*{reason}"):
        movement(changed)  # type: ignore[arg-type]


def test_who_lies_stays_on_the_floor() -> None:
    lying = replace(
        SQUAT, posture="lying", driver=Driver("hip_flexion", "each", "up", 20.0),
        figure=Figure({"trunk_flexion": -90.0}, {"trunk_flexion": -90.0, "hip_flexion": 60.0}, {},
                      "one"),
    )  # fmt: skip
    moves = movement(lying)
    assert float(np.ptp(moves.joints["chest"][:, 2])) < 0.05
    assert moves.joints["head"][0, 2] < 0.3


def test_no_figure_without_angles() -> None:
    assert figure([]) is None
