"""Every network of the registry behind the estimators, with orientations where it takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.contracts.test_models import SMALL

from rehabkit.bench import model_files
from rehabkit.bench.arrays import Layout
from rehabkit.bench.learning import Settings
from rehabkit.bench.model_files import SavedModel
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


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning",
                            "ignore::UserWarning")  # fmt: skip
@pytest.mark.parametrize("name", networks.names())
def test_onnx_says_the_same(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    two = networks.entry(name).two_streams
    shape = SMALL[name] | ({"layers": 1} if name == "stgcn-rehab" else {})
    model = NetworkRegressor(name, JOINTS, orientations=two, shape=shape, settings=ONCE)
    given = inputs(name)
    model.fit(given, np.arange(8.0).reshape(4, 2))
    saved = SavedModel(model, Layout(length=FRAMES), ("squat",), ("total", "part"), {})
    model_files.export_onnx(saved, tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"))
    for count in (1, 4):
        (said,) = session.run(None, {"samples": given[:count]})
        np.testing.assert_allclose(said, model.outputs(given[:count]), atol=1e-4)


def test_it_learns_classes() -> None:
    model = NetworkClassifier("stgcn", JOINTS, settings=ONCE)
    given = inputs("stgcn")
    assert set(model.fit(given, ["a", "b", "a", "b"]).predict(given)) <= {"a", "b"}
