"""A trained network as a file: safetensors with all it takes to use it, and ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import arrays
from rehabkit.bench.arrays import POSITIONS, TURNS, Layout
from rehabkit.bench.network_estimator import NetworkClassifier, NetworkEstimator, NetworkRegressor
from rehabkit.bench.prepared import Prepared, Set
from rehabkit.datasets.row import Row
from rehabkit.errors import ModelError, require
from rehabkit.models import weights
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float

KIND: Final = "network"


@dataclass(frozen=True, eq=False)
class SavedModel:
    """A trained network with what it takes to use it.

    Parameters
    ----------
    layout
        How recordings become samples.
    exercises
        Those that are told to it, in the order of its channels; empty: none is.
    outputs
        Names of the scores, or of the classes.
    facts
        All that the file says.
    """

    estimator: NetworkEstimator
    layout: Layout
    exercises: tuple[str, ...]
    outputs: tuple[str, ...]
    facts: Mapping[str, Any]

    def predict(self, recording: Recording, exercise: str = "") -> dict[str, float]:
        """What it says of a recording: every score in its unit, or the chance of each class.

        Of several samples of one recording (repetitions, windows) the mean is given.

        Raises
        ------
        ModelError
            Where the exercise must be told and is none that it learned.
        """
        if self.exercises and exercise not in self.exercises:
            raise ModelError(
                f"This model learned {', '.join(self.exercises)}; found {exercise!r}. Say which "
                "of them was done."
            )
        samples = arrays.make(_one(recording, exercise), self.layout)
        turned = self.estimator.orientations
        inputs = samples.inputs(orientations=turned, exercises=self.exercises)
        found = self.estimator.outputs(inputs).mean(axis=0)
        return dict(zip(self.outputs, found.tolist(), strict=True))


def _one(recording: Recording, exercise: str) -> Set:
    """A set of one recording, cleaned."""
    from rehabkit.signals.clean import clean

    cleaned = clean(recording)
    if cleaned.positions is None:
        raise ModelError("The model needs positions in space; this recording has none.")
    row = Row(Path("recording"), "", exercise=exercise)
    up = np.asarray(cleaned.up.vector, dtype=np.float64)
    one = Prepared(row, cleaned.time, cleaned.positions, cleaned.orientations, up)
    return Set("one", "", (one,), (), Path())


def write(path: Path, model: SavedModel) -> str:
    """Write a model; gives the SHA-256 of the file.

    Raises
    ------
    ModelError
        Where its network is none of :mod:`rehabkit.models.networks`: it could not be built again.
    """
    estimator = model.estimator
    if not isinstance(estimator.network, str):
        raise ModelError("Only networks that have a name can be written; this one is a function.")
    state = estimator.module_.state_dict()
    facts = {
        **model.facts,
        "kind": KIND,
        "task": estimator.task,
        "network": estimator.network,
        "shape": dict(estimator.shape or {}),
        "orientations": estimator.orientations,
        "layout": asdict(model.layout),
        "exercises": list(model.exercises),
        "outputs": list(model.outputs),
    }
    return weights.write(path, {name: value.numpy() for name, value in state.items()}, facts)


def read(path: Path) -> SavedModel:
    """A model that :func:`write` wrote.

    Raises
    ------
    ModelError
        Where the file is missing, damaged or of another kind.
    """
    state, facts = weights.read(path)
    if facts.get("kind") != KIND:
        raise ModelError(f"{path} holds no network that 'rehabkit train' wrote.")
    layout = Layout(**{**facts["layout"], "joints": tuple(facts["layout"]["joints"])})
    estimator = _estimator(facts, layout)
    exercises, outputs = tuple(facts["exercises"]), tuple(facts["outputs"])
    _restore(estimator, state, layout, len(exercises), len(outputs))
    if isinstance(estimator, NetworkClassifier):
        estimator.classes_ = np.array(outputs)
    return SavedModel(estimator, layout, exercises, outputs, facts)


def _estimator(facts: Mapping[str, Any], layout: Layout) -> NetworkEstimator:
    kind = NetworkRegressor if facts["task"] == "score" else NetworkClassifier
    return kind(
        facts["network"], layout.joints, orientations=facts["orientations"], shape=facts["shape"]
    )


def _restore(
    estimator: NetworkEstimator, state: Mapping[str, NDArray[Any]], layout: Layout,
    exercises: int, outputs: int,
) -> None:  # fmt: skip
    torch = require("torch", purpose="A network", extra="learn")
    from rehabkit.bench.fitted_network import FittedNetwork

    channels = POSITIONS + exercises + (TURNS if estimator.orientations else 0)
    network = estimator.built(channels, layout.length, outputs)
    turned = estimator.orientations
    module = FittedNetwork(network, (len(layout.joints), channels), outputs, orientations=turned)
    module.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    estimator.module_ = module.eval()
    if isinstance(estimator, NetworkRegressor):
        estimator.flat_ = outputs == 1


def example(model: SavedModel, samples: int = 2) -> Float:
    """(samples, frames, joints, channels) zeros of the shape that the model takes."""
    shape = model.estimator.module_.mean.shape
    return np.zeros((samples, model.layout.length, *shape), dtype=np.float32)


def export_onnx(model: SavedModel, path: Path) -> None:
    """Write ONNX: from ``samples`` (any number, frames, joints, channels) to ``outputs``.

    Standardising and the scale of scores are part of it; outputs are scores in their unit, or
    chances of classes.

    Raises
    ------
    MissingExtra
        Without the packages ``onnx`` and ``onnxscript``.
    """
    torch = require("torch", purpose="Export to ONNX", extra="learn")
    for package in ("onnx", "onnxscript"):
        require(package, purpose="Export to ONNX", extra="learn")
    from rehabkit.bench.fitted_network import Ending
    from rehabkit.formats.files import atomic

    ending = Ending(model.estimator.module_, model.estimator.task).eval()
    given = torch.from_numpy(example(model))
    with atomic(path) as unfinished:
        torch.onnx.export(
            ending, (given,), str(unfinished), input_names=["samples"], output_names=["outputs"],
            dynamic_shapes={"inputs": {0: torch.export.Dim("samples", min=1)}}, dynamo=True,
            external_data=False, verbose=False,
        )  # fmt: skip
