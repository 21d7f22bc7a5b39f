"""A model from a file says what it said before it was written; ONNX says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.bench.tiny import build as tiny_network

from rehabkit.bench import model_files
from rehabkit.bench.arrays import Layout
from rehabkit.bench.learning import Settings
from rehabkit.bench.model_files import SavedModel
from rehabkit.bench.network_estimator import NetworkClassifier, NetworkRegressor
from rehabkit.errors import ModelError
from rehabkit.kinematics.body_places import JOINTS
from rehabkit.models import weights
from rehabkit.recording.arrays import Float

pytest.importorskip("torch")
pytest.importorskip("lightning_fabric")
LAYOUT = Layout(length=16)
SMALL = {"widths": [8, 16], "strides": [1, 2], "temporal_kernel": 3}
ONCE = Settings(epochs=2, batch=4, patience=0, rate=0.01)


@pytest.fixture(scope="module")
def inputs() -> Float:
    made = np.random.default_rng(0).normal(size=(8, 16, len(JOINTS), 5))
    return made.astype(np.float32)


def regressor(inputs: Float) -> SavedModel:
    model = NetworkRegressor("stgcn", JOINTS, shape=SMALL, settings=ONCE)
    model.fit(inputs, 30 + 10 * inputs[:, 0, 0, :2])
    return SavedModel(model, LAYOUT, ("squat", "lunge"), ("total", "part"), {"name": "made"})


def classifier(inputs: Float) -> SavedModel:
    model = NetworkClassifier("stgcn", JOINTS, shape=SMALL, settings=ONCE)
    model.fit(inputs, np.array(["good", "poor"] * 4))
    return SavedModel(model, LAYOUT, ("squat", "lunge"), ("good", "poor"), {})


@pytest.mark.parametrize("make", [regressor, classifier])
def test_a_file_holds_all_it_takes(make, inputs: Float, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    model = make(inputs)
    model_files.write(tmp_path / "m.safetensors", model)
    again = model_files.read(tmp_path / "m.safetensors")
    assert np.array_equal(again.estimator.outputs(inputs), model.estimator.outputs(inputs))
    assert (again.layout, again.exercises, again.outputs) == (
        model.layout, model.exercises, model.outputs
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning",
                            "ignore::UserWarning")  # fmt: skip
@pytest.mark.parametrize("make", [regressor, classifier])
def test_onnx_says_the_same(make, inputs: Float, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    pytest.importorskip("onnxscript")
    onnxruntime = pytest.importorskip("onnxruntime")
    model = make(inputs)
    model_files.export_onnx(model, tmp_path / "m.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"))
    for count in (1, 8):
        (said,) = session.run(None, {"samples": inputs[:count]})
        assert np.allclose(said, model.estimator.outputs(inputs[:count]), atol=1e-4)


def test_a_recording_is_scored(inputs: Float) -> None:
    from rehabkit.simulate import generate

    model = regressor(inputs)
    said = model.predict(generate("squat", repetitions=1).recording, "squat")
    assert said.keys() == {"total", "part"}
    assert all(np.isfinite(list(said.values())))
    with pytest.raises(ModelError, match="learned squat, lunge; found 'plank'"):
        model.predict(generate("squat", repetitions=1).recording, "plank")


def test_what_is_no_model_is_refused(inputs: Float, tmp_path: Path) -> None:
    weights.write(tmp_path / "other.safetensors", {"a": np.zeros(3)}, {"kind": "other"})
    with pytest.raises(ModelError, match="no network that 'rehabkit train' wrote"):
        model_files.read(tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="Expected a file of weights"):
        model_files.read(tmp_path / "gone.safetensors")
    unnamed = regressor(inputs)
    unnamed.estimator.network = tiny_network
    with pytest.raises(ModelError, match="have a name"):
        model_files.write(tmp_path / "m.safetensors", replace(unnamed))
