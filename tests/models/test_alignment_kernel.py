"""The kernel on warping distances: learns, looks where it is told, refuses what it cannot learn."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import ModelError
from rehabkit.kinematics.alignment import dtw_matrix
from rehabkit.models.alignment_kernel import AlignmentKernel

CLASSES = ("down", "still", "up")


def made(rng: np.random.Generator, each: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """(samples, samples, 2) distances: the first course tells the class, the second is noise."""
    names = np.repeat(CLASSES, each)
    slope = np.repeat([-1.0, 0.0, 1.0], each)
    time = np.linspace(0, 1, 20) ** rng.uniform(0.7, 1.4, size=(len(names), 1))
    told = slope[:, None] * time + rng.normal(scale=0.05, size=time.shape)
    noise = rng.normal(size=time.shape)
    return np.stack([dtw_matrix(c[..., None], band=1.0) for c in (told, noise)], axis=-1), names


def test_classes_of_movements_never_seen_are_found(rng: np.random.Generator) -> None:
    apart, names = made(rng)
    asked = np.arange(len(names)) % 4 == 0
    machine = AlignmentKernel((0,)).fit(apart[np.ix_(~asked, ~asked)], names[~asked])
    seen = apart[np.ix_(asked, ~asked)]
    assert machine.predict(seen).tolist() == names[asked].tolist()
    assert machine.decision_function(seen).sum(axis=1) == pytest.approx(1.0)
    chances = machine.predict_proba(seen)
    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert chances.min() >= 0


def test_a_course_of_noise_tells_nothing(rng: np.random.Generator) -> None:
    apart, names = made(rng)
    asked = np.arange(len(names)) % 4 == 0
    machine = AlignmentKernel((1,)).fit(apart[np.ix_(~asked, ~asked)], names[~asked])
    assert machine.score(apart[np.ix_(asked, ~asked)], names[asked]) < 0.9


def test_a_course_in_other_units_counts_the_same(rng: np.random.Generator) -> None:
    apart, names = made(rng)
    scaled = apart * np.array([1.0, 1000.0])
    here = AlignmentKernel().fit(apart, names).decision_function(apart)
    assert AlignmentKernel().fit(scaled, names).decision_function(scaled) == pytest.approx(here)


def test_what_cannot_be_learned_is_refused(rng: np.random.Generator) -> None:
    apart, names = made(rng)
    with pytest.raises(ModelError, match="distances of 24 samples among themselves"):
        AlignmentKernel().fit(apart[:, :5], names)
    with pytest.raises(ModelError, match="at least two"):
        AlignmentKernel().fit(apart[:8, :8], names[:8])
