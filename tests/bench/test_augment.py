"""What augmentation may change, and what it leaves."""

from __future__ import annotations

import numpy as np
import pytest
from tests.bench.conftest import JOINTS, Made

from rehabkit.bench.augment import ALL, FINEREHAB, NONE, Augmentation, augmented
from rehabkit.geometry import quaternions


def draw(made: Made, how: Augmentation, seed: int = 0, inputs: np.ndarray | None = None,
         **kept: bool) -> np.ndarray:  # fmt: skip
    given = made.inputs if inputs is None else inputs
    return augmented(given, how, np.random.default_rng(seed), JOINTS, **kept)


def test_nothing_is_nothing(made: Made) -> None:
    assert np.allclose(draw(made, NONE), made.inputs, atol=1e-6)


def test_a_seed_gives_the_same_batch(made: Made) -> None:
    assert np.array_equal(draw(made, ALL), draw(made, ALL))
    assert not np.array_equal(draw(made, ALL), draw(made, ALL, seed=1))


def test_the_samples_given_stay(made: Made) -> None:
    before = made.inputs.copy()
    draw(made, ALL)
    assert np.array_equal(before, made.inputs)


def test_a_turn_keeps_lengths_and_heights(made: Made) -> None:
    turned = draw(made, Augmentation(turn_deg=30))
    assert np.allclose(turned[..., 1], made.inputs[..., 1], atol=1e-5)
    assert np.allclose(
        np.linalg.norm(turned, axis=-1), np.linalg.norm(made.inputs, axis=-1), atol=1e-5
    )
    assert not np.allclose(turned, made.inputs, atol=1e-3)


def test_mirroring_twice_gives_the_same(made: Made) -> None:
    once = draw(made, Augmentation(mirror=1.0))
    left, right = JOINTS.index("wrist_left"), JOINTS.index("wrist_right")
    assert np.allclose(once[:, :, left, 1:], made.inputs[:, :, right, 1:])
    assert np.allclose(once[:, :, left, 0], -made.inputs[:, :, right, 0])
    assert np.allclose(draw(made, Augmentation(mirror=1.0), inputs=once), made.inputs)


def test_speed_keeps_the_ends(made: Made) -> None:
    bent = draw(made, Augmentation(speed=0.5))
    assert np.allclose(bent[:, [0, -1]], made.inputs[:, [0, -1]], atol=1e-5)
    assert not np.allclose(bent, made.inputs, atol=1e-2)


def test_scale_and_shift_and_noise_are_of_their_size(made: Made) -> None:
    scaled = draw(made, Augmentation(scale=0.1))
    ratio = scaled / made.inputs
    assert np.allclose(ratio, ratio[:, :1, :1, :1], atol=1e-4)
    assert np.all((ratio > 0.9) & (ratio < 1.1))
    moved = draw(made, Augmentation(shift=0.05)) - made.inputs
    assert np.abs(moved).max() <= 0.05 + 1e-6
    noise = draw(made, Augmentation(noise=0.01)) - made.inputs
    assert noise.std() == pytest.approx(0.01, rel=0.05)


def test_quaternions_turn_and_mirror_with_the_body(made: Made, rng: np.random.Generator) -> None:
    turns = quaternions.normalise(rng.normal(size=(*made.inputs.shape[:3], 4)))
    arms = np.array([0.0, 1.0, 0.0])
    tips = quaternions.rotate(turns, arms)
    both = np.concatenate([tips, turns], axis=-1).astype(np.float32)
    for how in (Augmentation(turn_deg=40, tilt_deg=20), Augmentation(mirror=1.0)):
        changed = draw(made, how, inputs=both, orientations=True)
        again = quaternions.rotate(changed[..., 3:], arms)
        assert np.allclose(again, changed[..., :3], atol=1e-4)


def test_the_exercise_channels_stay(made: Made) -> None:
    marked = np.concatenate([made.inputs, np.ones((*made.inputs.shape[:3], 2))], axis=-1)
    assert np.allclose(draw(made, FINEREHAB, inputs=marked)[..., 3:], 1)
