"""``FittedNetwork``: a network with the scales of its inputs and scores, one module to export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from rehabkit.bench.arrays import POSITIONS, TURNS
from rehabkit.models.backend import Tensor, nn, torch
from rehabkit.recording.arrays import Float

LEAST_SPREAD: Final = 1e-4
"""Of a position that never moves (body sizes): it is centred and not blown up."""


class FittedNetwork(nn.Module):
    """Standardises positions, and knows the scale of scores.

    Parameters
    ----------
    shape
        (joints, channels) of the inputs.
    orientations
        Whether the last four channels go to the network as a second argument.
    """

    mean: Tensor
    spread: Tensor
    score_mean: Tensor
    score_spread: Tensor

    def __init__(
        self, network: nn.Module, shape: Sequence[int], outputs: int, *, orientations: bool
    ) -> None:
        super().__init__()
        self.network = network
        self.orientations = orientations
        self.register_buffer("mean", torch.zeros(*shape))
        self.register_buffer("spread", torch.ones(*shape))
        self.register_buffer("score_mean", torch.zeros(outputs))
        self.register_buffer("score_spread", torch.ones(outputs))

    def fit_inputs(self, inputs: Float | None) -> None:
        """Mean and spread of positions over samples and frames; None leaves them as they are."""
        if inputs is None:
            return
        positions = inputs[..., :POSITIONS].astype(np.float64)
        spread = np.maximum(positions.std(axis=(0, 1)), LEAST_SPREAD)
        self.mean[..., :POSITIONS] = torch.from_numpy(positions.mean(axis=(0, 1))).float()
        self.spread[..., :POSITIONS] = torch.from_numpy(spread).float()

    def fit_scores(self, scores: Float) -> None:
        """Mean and spread of (samples, outputs) scores."""
        spread = scores.std(axis=0)
        self.score_mean.copy_(torch.from_numpy(scores.mean(axis=0)))
        self.score_spread.copy_(torch.from_numpy(np.where(spread > 0, spread, 1.0)))

    def scaled(self, targets: Any) -> Any:
        """Scores as the network learns them; classes (integers) as they are."""
        if targets.dtype.kind != "f":
            return targets
        scaled = (targets - self.score_mean.numpy()) / self.score_spread.numpy()
        return scaled.astype(np.float32)

    def forward(self, inputs: Tensor) -> Tensor:
        """(samples, outputs) of the network, from (samples, frames, joints, channels)."""
        found: Tensor = self.network(*self.parts(inputs))
        return found

    def parts(self, inputs: Tensor) -> tuple[Tensor, ...]:
        """What the network is given: standardised positions, and orientations where it has them."""
        even = (inputs - self.mean) / self.spread
        return (even[..., :-TURNS], even[..., -TURNS:]) if self.orientations else (even,)

    def final(self, inputs: Tensor, task: str) -> Tensor:
        """(samples, outputs) scores in their unit, or chances of classes."""
        found: Tensor = self(inputs)
        scores = found * self.score_spread + self.score_mean
        return found.softmax(dim=-1) if task == "classes" else scores


class Ending(nn.Module):
    """Only what it says in the end: what is exported."""

    def __init__(self, fitted: FittedNetwork, task: str) -> None:
        super().__init__()
        self.fitted, self.task = fitted, task

    def forward(self, inputs: Tensor) -> Tensor:
        """(samples, outputs) scores in their unit, or chances of classes."""
        return self.fitted.final(inputs, self.task)
