"""Rows beside tables of classes, where the shares are known by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.bench import made_task

from rehabkit.bench import class_controls
from rehabkit.bench.class_controls import CLASS_CONTROLS, bone_lengths, path_length
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TaskData
from rehabkit.signals import bones

PEOPLE = 12


@pytest.fixture
def data() -> TaskData:
    """Ten samples of each of twelve people, five an exercise; stroke's are high, others' low.

    One of every person's is the other class.
    """
    made = made_task.data("classes", people=PEOPLE)
    samples = [
        replace(s, repetition=n, group="stroke" if int(s.subject[1:]) % 3 == 0 else "expert")
        for s in made.arrays.samples for n in range(5)
    ]  # fmt: skip
    high = np.array([(s.group == "stroke") != (s.repetition == 0) for s in samples])
    positions = np.repeat(made.arrays.positions, 5, axis=0)
    arrays = replace(made.arrays, samples=tuple(samples), positions=positions)
    return TaskData(made.task, arrays, np.where(high, "high", "low"))


def test_lengths_are_measured_once_whatever_the_target(
    data: TaskData, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bone_lengths(data)
    monkeypatch.setattr(bones, "bone_lengths", lambda *_: pytest.fail("again"))
    again = bone_lengths(replace(data, truth=data.truth[::-1]))
    np.testing.assert_array_equal(again, first)


def test_shares_by_exercise_group_and_person(data: TaskData) -> None:
    stroke, expert = 0, 10  # samples of the persons s0 and s1
    apart = Split("apart", np.arange(20, len(data.truth)), np.array([stroke, expert]))
    # Of ten others three are of stroke: (3 * 4 + 7 * 1) / 50 samples are high.
    usual = np.array([19, 31]) / 50
    assert CLASS_CONTROLS["constant"](data, apart) == pytest.approx(np.tile(usual, (2, 1)))
    assert CLASS_CONTROLS["identity"](data, apart) == pytest.approx(np.tile(usual, (2, 1)))
    groups = np.array([[0.8, 0.2], [0.2, 0.8]])
    assert CLASS_CONTROLS["group"](data, apart) == pytest.approx(groups)
    leaks = Split("leaks", np.setdiff1d(np.arange(len(data.truth)), [0, 10]), np.array([0, 10]))
    own = np.array([[1.0, 0.0], [0.0, 1.0]])  # the one that is otherwise is not learned from
    assert CLASS_CONTROLS["identity"](data, leaks) == pytest.approx(own)


def test_a_person_known_from_another_exercise_alone(data: TaskData) -> None:
    here = np.arange(5)  # all that the person s0 did at the first exercise
    split = Split("here", np.setdiff1d(np.arange(len(data.truth)), here), here)
    other = np.array([0.8, 0.2])  # four of five at the other exercise are high
    assert CLASS_CONTROLS["identity"](data, split) == pytest.approx(np.tile(other, (5, 1)))


def test_of_angles_the_recordings_are_measured(data: TaskData) -> None:
    measured: Any = SimpleNamespace(body=np.ones((4, 14)), path=np.arange(4.0))
    angles = replace(data, task=replace(data.task, angles=True), source=lambda: measured)
    assert bone_lengths(angles) is measured.body
    assert path_length(angles) is measured.path


def test_lengths_and_paths_by_hand(data: TaskData) -> None:
    joints, count = data.arrays.joints, len(data.arrays)
    still = np.zeros((count, 5, len(joints), 3), dtype=np.float32)
    still[..., joints.index("wrist_left"), 0] = 0.5
    arrays = replace(data.arrays, positions=still)
    lengths = bone_lengths(replace(data, arrays=arrays))
    names = [joints[child] for _, child in arrays.skeleton.bones]
    assert lengths[:, names.index("wrist_left")] == pytest.approx(0.5)
    assert lengths.sum(axis=1) == pytest.approx(0.5)
    assert path_length(replace(data, arrays=arrays)) == pytest.approx(0)
    still[..., 1] += 0.1 * np.arange(5)[None, :, None]
    # Four steps of 0.1 in the two seconds of a sample.
    assert path_length(replace(data, arrays=arrays)) == pytest.approx(0.2)


def test_a_still_body_tells_people_that_are_known(
    data: TaskData, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn")
    monkeypatch.setattr(class_controls, "TREES", 20)
    tested = np.arange(4, len(data.truth), 5)
    leaks = Split("leaks", np.setdiff1d(np.arange(len(data.truth)), tested), tested)
    found = CLASS_CONTROLS["standing-still"](data, leaks)
    assert np.array(["high", "low"])[found.argmax(axis=1)].tolist() == data.truth[tested].tolist()
