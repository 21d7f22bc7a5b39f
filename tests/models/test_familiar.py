"""Limbs and direction of time: people pass, made-up bodies and films run backwards do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.sources import ROOT

from rehabkit.errors import ModelError
from rehabkit.kinematics.body_places import body_places
from rehabkit.kinematics.familiarity import arms_over_legs, velocity_skewness
from rehabkit.kinematics.movement_features import signals
from rehabkit.models import clinical_store, weights
from rehabkit.models.familiar import Familiar
from rehabkit.recording.arrays import Float
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

EXERCISES, SIGNALS = 2, 6


def people(count: int, rng: np.random.Generator) -> tuple[Float, np.ndarray]:
    """The first exercise is quicker one way, the second looks alike both ways."""
    exercise = np.tile(np.arange(EXERCISES), count)
    limbs = rng.normal(-0.4, 0.05, size=(len(exercise), 1))
    forward = np.where(exercise == 0, 1.0, 0.0)[:, None]
    signals = forward + rng.normal(scale=0.3, size=(len(exercise), SIGNALS))
    X = np.concatenate([limbs, signals, np.eye(EXERCISES)[exercise]], axis=1)
    return X, np.repeat([f"p{i:03d}" for i in range(count)], EXERCISES)


@pytest.fixture
def known(rng: np.random.Generator) -> Familiar:
    return Familiar(EXERCISES).fit(*people(60, rng))


def reversed_(X: Float) -> Float:
    changed = X.copy()
    changed[:, 1:-EXERCISES] *= -1
    return changed


def test_people_never_seen_pass(known: Familiar, rng: np.random.Generator) -> None:
    X, _ = people(200, rng)
    assert (known.proportions(X) > 1).mean() < 0.05
    assert known.backwards(X).mean() < 0.05


def test_long_arms_and_long_legs_do_not(known: Familiar, rng: np.random.Generator) -> None:
    X, _ = people(20, rng)
    for longer in (np.log(1.5), -np.log(1.5)):
        changed = X.copy()
        changed[:, 0] += longer
        assert (known.proportions(changed) > 1).all()


def test_backwards_is_told_where_it_can_be(known: Familiar, rng: np.random.Generator) -> None:
    X, _ = people(50, rng)
    found = known.backwards(reversed_(X))
    assert found[0::EXERCISES].all()
    assert not found[1::EXERCISES].any()
    assert np.isneginf(known.least_[1])


def test_a_limb_never_seen_is_no_number(known: Familiar, rng: np.random.Generator) -> None:
    X, _ = people(5, rng)
    X[0, 0] = np.nan
    assert np.isnan(known.proportions(X)[0])
    assert np.isfinite(known.proportions(X)[1:]).all()


def test_limits_need_people(rng: np.random.Generator) -> None:
    X, subjects = people(4, rng)
    with pytest.raises(ModelError, match="found 4 people"):
        Familiar(EXERCISES).fit(X, subjects)


def test_time_run_backwards_changes_signs() -> None:
    body = body_places(clean(generate("squat", repetitions=2).recording))
    there, back = signals(body), signals(replace(body, places=body.places[::-1]))
    np.testing.assert_allclose(velocity_skewness(back), -velocity_skewness(there), atol=1e-9)


def test_arms_beside_legs_do_not_depend_on_size() -> None:
    small, tall = (
        arms_over_legs(clean(generate("squat", repetitions=1, height_m=h).recording))
        for h in (1.5, 1.9)
    )  # fmt: skip
    assert small == pytest.approx(tall, abs=0.01)
    assert 0.5 < np.exp(small) < 0.9


def test_it_comes_back_from_its_file(known: Familiar, tmp_path: Path) -> None:
    path = tmp_path / "made-up.safetensors"
    clinical_store.write_familiar(path, known, {"name": "made up"})
    again = clinical_store.read_familiar(path)
    X, _ = people(10, np.random.default_rng(5))
    np.testing.assert_allclose(again.proportions(X), known.proportions(X))
    np.testing.assert_array_equal(again.backwards(reversed_(X)), known.backwards(reversed_(X)))


def test_the_shipped_one_is_beside_the_scorer() -> None:
    model = clinical_store.shipped()
    if model is None:
        pytest.skip("the weights of the clinical scorer were left out")
    assert model.familiar is not None
    assert model.familiar.exercises == len(model.exercises)
    arrays, _ = weights.shipped(clinical_store.FAMILIAR)
    assert sum(a.nbytes for a in arrays.values()) < 20_000
    assert clinical_store.FAMILIAR in (ROOT / "DATA-LICENCES.md").read_text()
