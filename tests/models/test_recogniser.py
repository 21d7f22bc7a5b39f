"""The recogniser learns, is symmetric, says how sure it is, and comes back from its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rehabkit.errors import ModelError
from rehabkit.kinematics.body_places import BodyPlaces, body_places
from rehabkit.kinematics.movement_features import movement_features
from rehabkit.models import recogniser_store
from rehabkit.models.recogniser import KNOWN_OWN, ExerciseRecogniser, own_limits
from rehabkit.models.shrunken_discriminant import ShrunkenDiscriminant
from rehabkit.recording.arrays import Float
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

EXERCISES = ("squat", "shoulder-abduction", "irds-0")
PEOPLE = 6
MIRROR = {"irds-0": "irds-1", "irds-1": "irds-0"}


def places_of(exercise: str, person: int) -> BodyPlaces:
    left = exercise == "irds-0"
    made = generate(
        "elbow-flexion" if left else exercise,
        repetitions=2,
        sides="left" if left else None,
        noise_m=0.004,
        seed=person,
        height_m=1.6 + 0.03 * person,
    )
    return body_places(clean(made.recording))


@pytest.fixture(scope="module")
def learned() -> tuple[ExerciseRecogniser, Float, list[str]]:
    """Learned from generated people; figures and names of what was learned."""
    named = [(e, p) for e in EXERCISES for p in range(PEOPLE)]
    X = np.array([movement_features(places_of(e, p)) for e, p in named])
    y = [e for e, _ in named]
    found = ExerciseRecogniser(axes=20).fit(X, y, [str(p) for _, p in named], MIRROR)
    return found, X, y


def test_other_people_are_recognised(
    learned: tuple[ExerciseRecogniser, Float, list[str]],
) -> None:
    found, _, _ = learned
    X = np.array([movement_features(places_of(e, PEOPLE + 3)) for e in EXERCISES])
    assert found.predict(X).tolist() == list(EXERCISES)
    assert found.predict_proba(X).max(axis=1).min() > 0.5
    assert found.predict_proba(X).sum(axis=1) == pytest.approx(1.0)


def test_the_mirrored_movement_is_the_mirrored_exercise_and_as_likely(
    learned: tuple[ExerciseRecogniser, Float, list[str]],
) -> None:
    found, _, _ = learned
    body = places_of("irds-0", PEOPLE + 1)
    as_it_is, turned = (movement_features(b)[None] for b in (body, body.mirrored()))
    assert found.predict(as_it_is).tolist() == ["irds-0"]
    assert found.predict(turned).tolist() == ["irds-1"]
    assert found.predict_proba(turned).max() == pytest.approx(
        found.predict_proba(as_it_is).max(), abs=1e-6
    )


def test_settings_are_compared_by_people_left_out(
    learned: tuple[ExerciseRecogniser, Float, list[str]], rng: np.random.Generator
) -> None:
    found, X, y = learned
    people = [str(p) for _ in EXERCISES for p in range(PEOPLE)]
    assert found.right_left_out(X, y, people, MIRROR) == 1.0
    noise = rng.normal(size=X.shape)
    assert found.right_left_out(noise, y, people, MIRROR) < 0.7
    half = X.copy()
    half[[p == "0" for p in people]] = noise[0]  # one person is never named right but by chance
    assert 1 - 1 / PEOPLE <= found.right_left_out(half, y, people, MIRROR) < 1


def test_another_movement_is_far(
    learned: tuple[ExerciseRecogniser, Float, list[str]],
) -> None:
    found, X, _ = learned
    other = movement_features(places_of("lunge", 0))[None]
    assert np.median(found.far(X)) <= 1 < found.far(other)[0]


def test_the_same_people_give_the_same_recogniser(
    learned: tuple[ExerciseRecogniser, Float, list[str]],
) -> None:
    found, X, y = learned
    people = [str(k % PEOPLE) for k in range(len(y))]
    again = ExerciseRecogniser(axes=20).fit(X, y, people, MIRROR)
    assert again.predict_proba(X) == pytest.approx(found.predict_proba(X), abs=1e-9)
    assert again.limits_ == found.limits_


def test_it_comes_back_from_its_file(
    learned: tuple[ExerciseRecogniser, Float, list[str]], tmp_path: Path
) -> None:
    found, X, _ = learned
    recogniser_store.write(tmp_path / "r.safetensors", found, {"name": "made"})
    back = recogniser_store.read(tmp_path / "r.safetensors")
    assert back.facts["name"] == "made"
    assert back.recogniser.predict(X).tolist() == found.predict(X).tolist()
    assert back.recogniser.predict_proba(X) == pytest.approx(found.predict_proba(X), abs=1e-3)
    assert back.recogniser.far(X) == pytest.approx(found.far(X), rel=1e-2)


def test_too_few_people_and_too_few_exercises_are_refused() -> None:
    with pytest.raises(ModelError, match="5 folds of people, found 2"):
        ExerciseRecogniser().fit(np.zeros((4, 468)), ["a", "b", "a", "b"], ["p", "p", "q", "q"])
    with pytest.raises(ModelError, match="found 1 of them"):
        ShrunkenDiscriminant().fit(np.zeros((4, 3)), ["a"] * 4)


def test_what_differs_where_no_class_does_is_no_other_class(rng: np.random.Generator) -> None:
    X = rng.normal(size=(400, 8))
    X[:, 0] += np.repeat([0.0, 4.0], 200)
    machine = ShrunkenDiscriminant(8, 0.0).fit(X, np.repeat(["a", "b"], 200))
    usual, between, aside = np.zeros((3, 8))
    between[0], aside[1] = 2.0, 2.0
    along = machine.own_distances(np.stack([usual, between, aside]))[:, 0]
    assert along[1] > 3
    assert along[[0, 2]].max() < 0.5
    everywhere = machine.distances(np.stack([usual, between, aside]))[:, 0]
    assert everywhere[2] > 0.5 * everywhere[1] > 5 * everywhere[0]


def test_an_exercise_seldom_named_takes_the_limit_of_all() -> None:
    named = np.repeat([0, 1], [100, 5])
    own = np.column_stack([np.linspace(0, 1, 105), np.full(105, 9.0)])
    first, second = own_limits(named, own)
    assert first == pytest.approx(np.quantile(own[:100, 0], KNOWN_OWN))
    assert second == pytest.approx(np.quantile(np.r_[own[:100, 0], own[100:, 1]], KNOWN_OWN))


def test_a_sample_counts_by_its_weight(rng: np.random.Generator) -> None:
    X = rng.normal(size=(40, 6)) + np.repeat([[0.0], [3.0]], 20, axis=0)
    y = ["a"] * 20 + ["b"] * 20
    weight = np.r_[np.full(20, 2.0), np.ones(20)]
    twice = ShrunkenDiscriminant(6).fit(np.r_[X[:20], X], y[:20] + y)
    weighted = ShrunkenDiscriminant(6).fit(X, y, weight)
    assert weighted.distances(X) == pytest.approx(twice.distances(X), rel=1e-6)
