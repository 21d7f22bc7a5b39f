"""What a D2STA attends to adds up to 1, and its pictures show what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.bench import made_task

from rehabkit.bench import ablations, d2sta_figures, learners
from rehabkit.bench.attention import Attended, attended
from rehabkit.bench.cells import Cell
from rehabkit.bench.d2sta_figures import FIGURES, LEAST_IN_BIN, Trained
from rehabkit.bench.d2sta_trained import trained
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.learning import Course, Settings
from rehabkit.bench.network_estimator import NetworkRegressor
from rehabkit.errors import ModelError
from rehabkit.kinematics.body_places import JOINTS

pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")
SMALL = {"widths": [8, 8], "strides": [1, 2], "head": 4, "hidden": 4, "groups": 3, "streams": 1,
         "heads": 2}  # fmt: skip
ONCE = Settings(epochs=2, batch=8, patience=1)


def estimator(**shape: object) -> NetworkRegressor:
    model = NetworkRegressor("d2sta", JOINTS, shape={**SMALL, **shape}, settings=ONCE)
    data = made_task.data()
    return model.fit(data.inputs(), data.truth)


def test_attention_adds_up_to_one_and_the_mask_is_the_networks() -> None:
    import torch

    data, model = made_task.data(), estimator()
    found = attended(model, data.inputs(), data.arrays.column("exercise"))
    assert found.mask.shape == (len(JOINTS), 3)
    assert found.exercises == ("a", "b")
    assert found.over_joints.shape == (2, len(JOINTS))
    assert found.over_time is not None
    assert found.over_time.shape == (2, made_task.FRAMES // 2)
    for shares in (found.mask, found.over_time, found.over_joints):
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    with torch.no_grad():
        (positions,) = model.module_.parts(torch.from_numpy(data.inputs()))
        mask = model.module_.network.mask(positions).numpy()
    np.testing.assert_allclose(found.mask, mask.mean(axis=0), atol=1e-6)


def test_attention_of_each_exercise_is_of_its_own_samples() -> None:
    data, model = made_task.data(), estimator()
    exercises = data.arrays.column("exercise")
    both = attended(model, data.inputs(), exercises)
    alone = attended(model, data.inputs()[exercises == "b"], exercises[exercises == "b"])
    np.testing.assert_allclose(both.over_joints[1], alone.over_joints[0], atol=1e-6)


def test_one_stage_has_no_attention_over_time() -> None:
    data = made_task.data()
    model = estimator(stages=1)
    assert attended(model, data.inputs(), data.arrays.column("exercise")).over_time is None


def test_what_has_no_groups_is_refused() -> None:
    data = made_task.data()
    for attention in ("plain", "none"):
        with pytest.raises(ModelError, match=f"found one with attention='{attention}"):
            attended(estimator(attention=attention), data.inputs(), data.arrays.column("exercise"))


def made(count: int = 60) -> Trained:
    random = np.random.default_rng(0)
    mask = random.dirichlet(np.ones(6), size=len(JOINTS))
    time, joints = random.dirichlet(np.ones(25), 2), random.dirichlet(np.ones(len(JOINTS)), 2)
    truth = random.uniform(0, 50, count)
    return Trained(
        "made", Attended(JOINTS, ("a", "b"), mask, time, joints),
        Course((1.0, 0.5), (1.1, 0.9), 2, "epochs", 1.0), truth, truth + random.normal(size=count),
    )  # fmt: skip


def test_every_picture_is_written(tmp_path: Path) -> None:
    paths = d2sta_figures.write(made(), tmp_path)
    assert [p.stem for p in paths] == list(FIGURES)
    for path in paths:
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_table_holds_every_share() -> None:
    given = made()
    shown = [text.get_text() for text in d2sta_figures.draw_table(given).axes[0].texts]
    assert shown == [f"{share:.2f}" for share in given.attended.mask.ravel()]


def test_nobody_is_drawn_alone() -> None:
    given = made(LEAST_IN_BIN - 1)
    assert not d2sta_figures.draw_predicted(given).axes[0].texts
    many = made(400)
    shown = [int(t.get_text()) for t in d2sta_figures.draw_predicted(many).axes[0].texts]
    assert sum(shown) == 400
    assert min(shown) >= LEAST_IN_BIN


def test_a_cell_is_trained_and_then_taken_from_its_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        learners, "network_models", lambda: {"d2sta-made": NetworkModel("d2sta", ONCE, shape=SMALL)}
    )
    data = made_task.data()
    cell = Cell("made", "d2sta-made", "subject-5fold")
    seen: list[int] = []
    first = trained(data, cell, tmp_path, folds=2, watch=lambda p: seen.append(p.epoch))
    assert seen
    assert len(first.truth) == len(first.predicted) == 8  # two folds of two people
    again = trained(data, cell, tmp_path, folds=2, watch=lambda _: pytest.fail("trained again"))
    np.testing.assert_allclose(again.predicted, first.predicted)
    assert np.array_equal(again.attended.mask, first.attended.mask)
    with pytest.raises(ModelError, match="Figures are of a D2STA"):
        trained(data, Cell("made", "stgcn", "subject-5fold"), tmp_path)


def test_ablations_are_models_with_every_training_of_d2sta() -> None:
    known = learners.network_models()
    plain = known["d2sta-plain-short"]
    assert plain.settings == known["d2sta-short"].settings
    assert plain.shape == {"attention": "plain"}
    assert known["d2sta-groups-2-recipe"].each
    assert known["d2sta-heads-2-brief"].settings == known["d2sta-brief"].settings
    assert known["d2sta-heads-1"].shape == {"heads": 1}
    assert set(ablations.SHAPES) == {
        "none", "plain", "one-stage", "one-stream", "doubled",
        *(f"groups-{n}" for n in (2, 3, 4, 5, 7, 8)), *(f"heads-{n}" for n in (1, 2, 4)),
    }  # fmt: skip


@pytest.mark.parametrize("part", list(ablations.SHAPES))
def test_every_ablation_can_be_built(part: str) -> None:
    from rehabkit.models import networks

    fields: dict[str, Any] = {"widths": [8, 8], "strides": [1, 2], **ablations.SHAPES[part]}
    networks.build("d2sta", length=20, **fields)


def test_augmentations_are_named_with_both_trainings() -> None:
    known = learners.network_models()
    for word, how in (("augmented", "all"), ("finerehab", "finerehab")):
        assert known[f"unik-{word}"].augmentation == how
        assert known[f"unik-{word}-short"].augmentation == how
        assert known[f"unik-{word}-short"].settings == known["unik-short"].settings


def test_ablations_are_run_where_they_are_named() -> None:
    from rehabkit.bench.running import Plan

    data = made_task.data()
    assert not [c for c in Plan(data.task).cells if "plain" in c.model]
    named = Plan(data.task, ("d2sta-plain", "d2sta-groups-8-short")).cells
    assert {c.model for c in named} == {"d2sta-plain", "d2sta-groups-8-short"}
