"""The training loop: it learns, stops, goes on where it was stopped, and forgets nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.bench import tiny
from tests.bench.conftest import JOINTS, Made

from rehabkit.bench import augment, checkpoints, metrics
from rehabkit.bench.learning import D2STA, HERE, Data, Place, Settings, learn, rate_at
from rehabkit.bench.network_estimator import NetworkClassifier, NetworkRegressor
from rehabkit.errors import ModelError

torch = pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")
QUICK = Settings(rate=0.02, epochs=30, batch=8, patience=8, seed=1)


def regressor(settings: Settings = QUICK, place: Place = HERE) -> NetworkRegressor:
    return NetworkRegressor(tiny.build, JOINTS, settings=settings, place=place)


def weights_of(model: NetworkRegressor) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in model.module_.state_dict().items()}


def test_a_generated_task_is_learned_better_than_by_a_constant(made: Made) -> None:
    train, test = np.arange(32), np.arange(32, 48)
    model = regressor().fit(made.inputs[train], made.scores[train], made.subjects[train])
    off = metrics.mad(made.scores[test], model.predict(made.inputs[test]))
    constant = metrics.mad(made.scores[test], np.full(16, np.median(made.scores[train])))
    assert off < 0.5 * constant


def test_classes_are_learned(made: Made) -> None:
    train, test = np.arange(32), np.arange(32, 48)
    model = NetworkClassifier(tiny.build, JOINTS, settings=QUICK)
    model.fit(made.inputs[train], made.classes[train], made.subjects[train])
    assert list(model.classes_) == ["high", "low"]
    assert model.score(made.inputs[test], made.classes[test]) >= 0.8
    assert np.allclose(model.predict_proba(made.inputs[test]).sum(axis=1), 1, atol=1e-5)


def test_a_stopped_run_ends_with_the_same_weights(made: Made, tmp_path: Path) -> None:
    settings = replace(QUICK, epochs=6, patience=0)
    augmented = {"augmentation": "finerehab"}
    whole = regressor(settings).set_params(**augmented).fit(made.inputs, made.scores)
    stopping = Place(checkpoints=tmp_path, watch=stop_after(3))
    with pytest.raises(KeyboardInterrupt):
        regressor(settings, stopping).set_params(**augmented).fit(made.inputs, made.scores)
    again = regressor(settings, Place(checkpoints=tmp_path)).set_params(**augmented)
    again.fit(made.inputs, made.scores)
    assert len(again.course_.losses) == 6
    assert again.course_.losses == whole.course_.losses
    for name, value in weights_of(whole).items():
        assert np.array_equal(value, weights_of(again)[name]), name


def stop_after(epochs: int):  # type: ignore[no-untyped-def]
    def watch(progress: checkpoints.Progress) -> None:
        if progress.epoch == epochs:
            raise KeyboardInterrupt

    return watch


def test_a_checkpoint_of_other_data_or_settings_is_refused(made: Made, tmp_path: Path) -> None:
    settings = replace(QUICK, epochs=2, patience=0)
    place = Place(checkpoints=tmp_path)
    regressor(settings, place).fit(made.inputs, made.scores)
    with pytest.raises(ModelError, match=r"rate: 0\.02, now 0\.1"):
        regressor(replace(settings, rate=0.1), place).fit(made.inputs, made.scores)
    with pytest.raises(ModelError, match="of another training"):
        regressor(settings, place).fit(made.inputs + 1, made.scores)


@pytest.mark.parametrize("name", [checkpoints.WEIGHTS, checkpoints.OPTIMISER, checkpoints.STATE])
def test_a_damaged_checkpoint_is_refused(made: Made, tmp_path: Path, name: str) -> None:
    settings = replace(QUICK, epochs=2, patience=0)
    place = Place(checkpoints=tmp_path)
    regressor(settings, place).fit(made.inputs, made.scores)
    (checkpoints.found(tmp_path)[-1] / name).write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be used"):
        regressor(settings, place).fit(made.inputs, made.scores)


def test_only_the_last_checkpoint_stays(made: Made, tmp_path: Path) -> None:
    regressor(replace(QUICK, epochs=3, patience=0), Place(checkpoints=tmp_path)).fit(
        made.inputs, made.scores
    )
    assert [p.name for p in tmp_path.iterdir()] == ["epoch-0003"]


def test_patience_takes_the_best_weights(made: Made) -> None:
    settings = replace(QUICK, rate=0.3, schedule="constant", epochs=200, patience=3)
    course = regressor(settings).fit(made.inputs, made.scores, made.subjects).course_
    assert course.stopped == "patience"
    assert course.held_losses[course.best - 1] == min(course.held_losses)
    assert len(course.losses) == course.best + 3


def test_the_budget_stops_and_says_how_far_it_got(made: Made) -> None:
    settings = replace(QUICK, epochs=500, budget_s=1e-6)
    course = regressor(settings).fit(made.inputs, made.scores, made.subjects).course_
    facts = course.facts(settings)
    assert (facts["epochs"], facts["of"], facts["stopped_by"]) == (1, 500, "budget")


def test_nobody_is_held_out_without_names(made: Made) -> None:
    course = regressor(replace(QUICK, epochs=3)).fit(made.inputs, made.scores).course_
    assert course.held_losses == ()
    assert course.best == 3


def test_scales_are_fitted_without_the_people_held_out(made: Made) -> None:
    inputs = made.inputs.copy()
    model = regressor(replace(QUICK, epochs=1))
    who = model._sides(len(inputs), _who(made))
    assert who[1] is not None
    inputs[who[1]] += 100  # would show in the mean
    model.fit(inputs, made.scores, made.subjects)
    assert float(model.module_.mean.max()) < 10
    assert not set(made.subjects[who[0]]) & set(made.subjects[who[1]])


def _who(made: Made):  # type: ignore[no-untyped-def]
    from rehabkit.bench.protocols import Who

    return Who.of(made.subjects, made.subjects)


def test_a_loss_that_is_not_finite_is_said(made: Made) -> None:
    with pytest.raises(ModelError, match="no longer finite"):
        regressor(replace(QUICK, optimiser="sgd", rate=1e30)).fit(made.inputs, made.scores)


def test_samples_of_another_shape_are_refused(made: Made) -> None:
    with pytest.raises(ModelError, match="frames, 6, 3 or more"):
        regressor().fit(made.inputs[:, :, :4], made.scores)
    with pytest.raises(ModelError, match="not finite"):
        regressor().fit(np.full_like(made.inputs, np.nan), made.scores)


def test_settings_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ModelError, match="'huber', 'mse'"):
        Settings(loss="l3")
    with pytest.raises(ModelError, match="held_out"):
        Settings(held_out=1)


@pytest.mark.parametrize("device", ["gpu", "cpu:x", "cuda:one"])
def test_a_device_that_does_not_exist_is_refused(made: Made, device: str) -> None:
    with pytest.raises(ModelError, match="Expected a device"):
        regressor(place=Place(device)).fit(made.inputs, made.scores)


def test_a_cosine_ends_near_zero() -> None:
    assert rate_at(D2STA, 0) == pytest.approx(1e-4)
    assert rate_at(D2STA, 50) == pytest.approx(0.5e-4)
    assert rate_at(D2STA, 99) < 1e-7
    assert rate_at(replace(D2STA, schedule="constant"), 99) == 1e-4


def test_a_last_batch_of_one_joins_the_one_before(made: Made) -> None:
    seen = []

    def watch(inputs: np.ndarray, random: np.random.Generator) -> np.ndarray:
        seen.append(len(inputs))
        return inputs

    network = tiny.build(3, 20, 1)
    data = Data(made.inputs[:33], made.scores[:33, None].astype(np.float32))
    learn(network, data, replace(QUICK, epochs=1, batch=16), augment=watch)
    assert seen == [16, 17]


def test_scikit_learn_takes_them(made: Made) -> None:
    base = pytest.importorskip("sklearn.base")
    search = pytest.importorskip("sklearn.model_selection")
    model = regressor(replace(QUICK, epochs=4))
    copy = base.clone(model)
    assert copy.get_params(deep=False) == model.get_params(deep=False)
    assert base.is_regressor(model)
    assert base.is_classifier(NetworkClassifier())
    tried = search.GridSearchCV(
        model, {"settings__rate": [1e-6, 0.02]}, cv=search.GroupKFold(3), error_score="raise"
    )
    tried.fit(made.inputs, made.scores, groups=made.subjects)
    assert tried.best_params_ == {"settings__rate": 0.02}


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ModelError, match="speed"):
        regressor().set_params(settings__speed=1)
    with pytest.raises(ModelError, match="known"):
        regressor().set_params(colour=1)


def test_curves_are_written(made: Made, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    place = Place(tensorboard=tmp_path)
    regressor(replace(QUICK, epochs=2), place).fit(made.inputs, made.scores, made.subjects)
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert sorted(events.Tags()["scalars"]) == ["loss/held out", "loss/train"]
    assert [e.step for e in events.Scalars("loss/train")] == [1, 2]


def test_augmentations_have_names() -> None:
    assert augment.named("none") == augment.NONE
    with pytest.raises(ModelError, match="finerehab"):
        augment.named("more")
