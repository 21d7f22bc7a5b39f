"""UI-PRMD's score: by hand, from the training part alone, and kept beside what was said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.bench import made_task

from rehabkit.bench import angle_samples, learners, running, tables
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.learning import Settings
from rehabkit.bench.movement_score import MovementScore, deviation, usual
from rehabkit.bench.running import Plan
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import Labels, TaskData, task
from rehabkit.errors import ModelError

pytest.importorskip("sklearn")
SPLIT = Split("by hand", np.arange(14), np.arange(14, 20))


@pytest.fixture
def data(rng: np.random.Generator) -> TaskData:
    """Angles about a course; every fourth repetition is wrong and farther from it."""
    made = made_task.data()
    count, frames, joints, _ = made.arrays.positions.shape
    wrong = np.arange(count) // 2 % 2 == 1
    course = rng.uniform(-170, 170, (frames, joints, 3))
    off = rng.uniform(1, 5, count) + 20 * wrong
    angles = course + off[:, None, None, None] * rng.choice([-1, 1], (count, 1, joints, 3))
    arrays = replace(made.arrays, positions=((angles + 180) % 360 - 180).astype(np.float32))
    chosen = replace(task("ui-prmd-score"), name="made", angles=False)
    return TaskData(chosen, arrays, ~wrong)


def test_the_formula_by_hand() -> None:
    """Two angles at 179 and -179 deg have their mean at 180; a third at 170 is 10 from it."""
    angles = np.array([179.0, -179.0, 170.0]).reshape(3, 1, 1, 1) * np.ones((3, 4, 2, 3))
    mean = usual(angles[:2])
    assert np.allclose(np.abs(mean), 180)
    assert np.allclose(deviation(angles, mean), [1, 1, 100])


def test_scores_of_the_training_part_span_the_scale(data: TaskData) -> None:
    found = MovementScore().within(data, SPLIT.train).truth[:, 0]
    for exercise in ("a", "b"):
        own = (data.arrays.column("exercise") == exercise) & (np.arange(20) < 14)
        assert (found[own].min(), found[own].max()) == (0, 100)
    assert found[data.truth].min() > found[~data.truth].max()
    assert ((found >= 0) & (found <= 100)).all()


def test_the_test_part_decides_nothing(data: TaskData) -> None:
    before = MovementScore().within(data, SPLIT.train).truth
    moved = data.arrays.positions.copy()
    moved[SPLIT.test[:3]] += 40
    arrays = replace(data.arrays, positions=moved)
    after = MovementScore().within(replace(data, arrays=arrays), SPLIT.train).truth
    unmoved = np.setdiff1d(np.arange(20), SPLIT.test[:3])
    assert np.array_equal(before[unmoved], after[unmoved])
    assert (before[SPLIT.test[:3]] != after[SPLIT.test[:3]]).any()


def test_without_a_right_repetition_it_is_refused(data: TaskData) -> None:
    with pytest.raises(ModelError, match="no right repetition"):
        MovementScore().within(replace(data, truth=np.zeros(20, bool)), SPLIT.train)


def test_no_model_sees_scores_of_the_test_part(data: TaskData) -> None:
    """Whether a tested repetition is right is no matter to what is said of it."""
    other = data.truth.copy()
    other[SPLIT.test] = ~other[SPLIT.test]
    for model in ("constant", "channel-ridge", "channel-trees-each"):
        before = learners.learner(model, data)(SPLIT)
        after = learners.learner(model, replace(data, truth=other))(SPLIT)
        assert np.array_equal(before.predicted["nearness"], after.predicted["nearness"])
        assert np.array_equal(before.predicted["score"], after.predicted["score"])


def test_the_table_reads_what_the_cell_holds(data: TaskData, tmp_path: Path) -> None:
    (cell,) = running.run(Plan(data.task, ("constant",)), data, tmp_path, tmp_path)
    tested = [t for fold in cell["folds"] for t in fold["test"]]
    off = [abs(t["nearness"] - t["score"]) for t in tested]
    each = [np.mean([o for o, t in zip(off, tested, strict=True) if t["exercise"] == e])
            for e in ("a", "b")]  # fmt: skip
    rows = {(s.recording, 0): _row(s.group) for s in data.arrays.samples}
    text = tables.markdown(data.task, Labels(data.task, rows), tmp_path)
    assert f"| constant | 1 | {np.mean(each):.3f} (" in text


def _row(group: str):  # type: ignore[no-untyped-def]
    from rehabkit.datasets.row import Row

    return Row(Path("a.txt"), "ui-prmd", group=group)


def test_networks_take_angles_alone(data: TaskData) -> None:
    """D2STA with one stream; nothing turns or mirrors angles."""
    pytest.importorskip("lightning_fabric")
    joints = angle_samples.JOINTS
    random = np.random.default_rng(0)
    angles = random.uniform(-90, 90, (20, 12, len(joints), 3)).astype(np.float32)
    arrays = replace(data.arrays, positions=angles, joints=joints)
    asked = replace(data, arrays=arrays, task=replace(data.task, angles=True))
    shape = {"widths": (8, 8, 8), "heads": 2, "groups": 2, "hidden": 4}
    model = NetworkModel("d2sta", Settings(epochs=1, patience=0), shape=shape, standardise=False)
    learned = replace(asked, truth=random.uniform(0, 100, (20, 1)))
    found = learners.network_learner(model, learned)(SPLIT)
    assert np.isfinite(np.asarray(found.predicted["nearness"])).all()
    with pytest.raises(ModelError, match="as if they were places"):
        learners.network_learner(replace(model, augmentation="all"), learned)(SPLIT)


def test_even_times_without_steps_of_a_turn() -> None:
    turning = (np.linspace(0, 720, 50) + 180) % 360 - 180
    found = angle_samples.even(turning.reshape(-1, 1, 1) * np.ones((1, 2, 3)), 100)
    assert np.allclose(np.diff(found[:, 0, 0]), 720 / 99)


@pytest.mark.data
def test_angles_are_the_data_sets_own(data_root: Path) -> None:
    from rehabkit import datasets
    from rehabkit.formats.ui_prmd import read_angles

    row = datasets.load("ui-prmd", data_root).of_sensor("kinect-v2")[0]
    angles = read_angles(row.path)
    file = row.path.parent.parent / "Angles" / row.path.name.replace("_positions", "_angles")
    first = [float(v) for v in file.read_text().splitlines()[0].split(",")]
    assert angles.shape[1:] == (22, 3)
    assert np.allclose(angles[0].ravel(), first)
