"""A network of a few hundred weights, with dropout, so that resuming has draws to repeat."""

from __future__ import annotations

from rehabkit.models.backend import Tensor, nn


class Tiny(nn.Module):
    """Means over time of every joint's channels, then two layers."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(width, 16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, outputs)
        )

    def forward(self, inputs: Tensor) -> Tensor:
        found: Tensor = self.layers(inputs.mean(dim=1).flatten(1))
        return found


def build(channels: int, length: int, outputs: int) -> Tiny:
    """As the estimators ask for it; six joints."""
    del length
    return Tiny(6 * channels, outputs)
