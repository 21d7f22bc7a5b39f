"""Every network of the registry behind the estimators, with orientations where it takes them."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.bench.learning import Settings
from rehabkit.bench.network_estimator import NetworkClassifier, NetworkRegressor
from rehabkit.kinematics.body_places import JOINTS
from rehabkit.models import networks

pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")
ONCE = Settings(epochs=1, batch=4, patience=0)
FRAMES = 32


def inputs(name: str) -> np.ndarray:
    """Positions, an exercise's channel, and quaternions for networks of two streams."""
    random = np.random.default_rng(0)
    parts = [random.normal(size=(4, FRAMES, len(JOINTS), 3)), np.ones((4, FRAMES, len(JOINTS), 1))]
    if networks.entry(name).two_streams:
        turns = random.normal(size=(4, FRAMES, len(JOINTS), 4))
        parts.append(turns / np.linalg.norm(turns, axis=-1, keepdims=True))
    return np.concatenate(parts, axis=-1).astype(np.float32)


@pytest.mark.parametrize("name", networks.names())
def test_it_learns_scores(name: str) -> None:
    two = networks.entry(name).two_streams
    model = NetworkRegressor(name, JOINTS, orientations=two, augmentation="all", settings=ONCE)
    given, scores = inputs(name), np.arange(8.0).reshape(4, 2)
    said = model.fit(given, scores).predict(given)
    assert said.shape == (4, 2)
    assert np.isfinite(said).all()


def test_it_learns_classes() -> None:
    model = NetworkClassifier("stgcn", JOINTS, settings=ONCE)
    given = inputs("stgcn")
    assert set(model.fit(given, ["a", "b", "a", "b"]).predict(given)) <= {"a", "b"}
