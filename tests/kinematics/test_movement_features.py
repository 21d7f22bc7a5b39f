"""Figures of a movement: each has a name, a family, and a figure of the mirrored movement."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.kinematics.body_places import RATE_HZ, BodyPlaces, body_places
from rehabkit.kinematics.movement_features import (
    STATISTICS,
    family_of,
    feature_names,
    mirrored_features,
    movement_features,
    signals,
)
from rehabkit.recording.arrays import Float
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

NAMES = feature_names()


@pytest.fixture(scope="module")
def body() -> BodyPlaces:
    """A lunge: left and right differ."""
    recording = generate("lunge", repetitions=2, seed=5, noise_m=0.003).recording
    return body_places(clean(recording))


def figure(features: Float, name: str) -> float:
    return float(features[NAMES.index(name)])


def test_names_are_there_once_and_fit(body: BodyPlaces) -> None:
    features = movement_features(body)
    assert len(set(NAMES)) == len(NAMES) == len(features)
    assert np.isfinite(features).all()
    assert {name.rsplit(".", 1)[1] for name in NAMES} == set(STATISTICS)


def test_every_figure_has_a_family() -> None:
    families = {family_of(name) for name in NAMES}
    assert {part for part, _ in families} == {"head", "pelvis' travel", "arms", "trunk", "legs"}
    assert {kind for _, kind in families} == {"posture and reach", "pace", "steadiness"}
    assert family_of("wrist_left.up.high") == ("arms", "posture and reach")
    assert family_of("knees apart.unsteadiness") == ("legs", "steadiness")
    assert family_of("pelvis sideways.speed") == ("pelvis' travel", "pace")


def test_a_mirrored_movement_needs_no_second_look(body: BodyPlaces) -> None:
    features = movement_features(body)
    mirrored = movement_features(body.mirrored())
    assert np.abs(mirrored - features).max() > 0.05
    np.testing.assert_allclose(mirrored_features(features), mirrored, atol=1e-9)
    np.testing.assert_array_equal(mirrored_features(mirrored_features(features)), features)


def test_a_stack_of_rows_is_mirrored_row_by_row(rng: np.random.Generator) -> None:
    rows = rng.normal(size=(3, len(NAMES)))
    np.testing.assert_array_equal(mirrored_features(rows)[1], mirrored_features(rows[1]))


def test_known_figures() -> None:
    """A head that goes up and down by 0.1 body sizes, once a second."""
    time = np.arange(0, 10, 1 / RATE_HZ)
    still = np.random.default_rng(0).normal(size=(1, 17, 3))
    places = np.repeat(still, len(time), axis=0)
    places[:, 4, 1] = 0.7 + 0.1 * np.sin(2 * np.pi * time)
    features = movement_features(BodyPlaces(time, places))
    assert figure(features, "head.up.middle") == pytest.approx(0.7, abs=0.01)
    assert figure(features, "head.up.spread") == pytest.approx(0.1 / np.sqrt(2), rel=0.02)
    assert figure(features, "head.up.high") == pytest.approx(0.8, abs=0.005)
    mean_speed = 0.1 * 2 * np.pi * 2 / np.pi
    assert figure(features, "head.up.speed") == pytest.approx(np.log(mean_speed), abs=0.1)
    assert figure(features, "wrist_left.up.spread") == pytest.approx(0.0, abs=1e-9)


def test_postures_are_in_right_angles() -> None:
    places = np.zeros((1, 17, 3))
    at = {"hip": (0.1, 0.0, 0.0), "knee": (0.1, 0.0, 0.3), "ankle": (0.1, -0.3, 0.3)}
    from rehabkit.kinematics.body_places import JOINTS

    for joint, place in at.items():
        for side, sign in (("left", -1), ("right", 1)):
            places[:, JOINTS.index(f"{joint}_{side}")] = np.array(place) * (sign, 1, 1)
    names = [n.removesuffix(".low") for n in NAMES if n.endswith(".low")]
    found = dict(zip(names, signals(BodyPlaces(np.zeros(1), places))[:, 0], strict=True))
    assert found["knee angle left"] == pytest.approx(1.0)
    assert found["thigh forward right"] == pytest.approx(1.0)
    assert found["feet apart"] == pytest.approx(0.2)


def test_more_noise_is_less_steady(body: BodyPlaces, rng: np.random.Generator) -> None:
    shaken = BodyPlaces(body.time, body.places + rng.normal(scale=0.01, size=body.places.shape))
    place = NAMES.index("wrist_left.forward.unsteadiness")
    assert movement_features(shaken)[place] > movement_features(body)[place]


def test_low_middle_and_high_are_percentiles(body: BodyPlaces) -> None:
    features = movement_features(body)
    for joint, axis in (("wrist_left", 1), ("knee_right", 2)):
        expected = np.percentile(body[joint][:, axis], [5, 50, 95])
        name = f"{joint}.{('right', 'up', 'forward')[axis]}"
        found = [figure(features, f"{name}.{s}") for s in STATISTICS[:3]]
        assert found == pytest.approx(expected.tolist(), abs=1e-12)
