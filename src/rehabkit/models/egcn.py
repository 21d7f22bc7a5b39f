"""EGCN: ST-GCN over positions and ST-GCN over orientations, together.

Yu et al. 2022, "EGCN: an ensemble-based learning framework for exploring effective skeleton-based
rehabilitation exercise assessment" (IJCAI). Of the paper's four levels, three are one network:
model (the scores of both are added, and both are trained by the sum: its best), feature (their
features are joined under a head of two layers) and data (joined channels into one ST-GCN). The
fourth, decision, adds the scores of two networks that were trained apart: train two of
:class:`rehabkit.models.stgcn.STGCN`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

from rehabkit.models.backend import Tensor, nn, torch
from rehabkit.models.network import QUATERNION, Network
from rehabkit.models.stgcn import STGCN, STGCNConfig


@dataclass(frozen=True)
class EGCNConfig(STGCNConfig):
    """What an :class:`EGCN` is built for; its other fields are those of both ST-GCNs.

    Parameters
    ----------
    ensemble
        ``"model"``, ``"feature"`` or ``"data"``: where both are brought together.
    hidden
        Units of the head's first layer, where features are joined.
    head_dropout
        In that head.
    """

    ensemble: Literal["model", "feature", "data"] = "model"
    hidden: int = 512
    head_dropout: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        self.one_of("ensemble", ("model", "feature", "data"))
        self.at_least("hidden", 1)

    def stream(self, channels: int) -> STGCNConfig:
        """The configuration of one ST-GCN over so many channels."""
        shared = {field.name: getattr(self, field.name) for field in fields(STGCNConfig)}
        return replace(STGCNConfig(**shared), channels=channels)


class EGCN(Network):
    """Two streams of ST-GCN and their ensemble."""

    def __init__(self, config: EGCNConfig) -> None:
        super().__init__(config)
        self.level = config.ensemble
        if config.ensemble == "data":
            self.both = STGCN(config.stream(config.channels + QUATERNION))
            return
        self.positions = STGCN(config.stream(config.channels))
        self.orientations = STGCN(config.stream(QUATERNION))
        if config.ensemble == "feature":
            # The ST-GCNs' own heads would have no part in what comes out.
            del self.positions.head, self.orientations.head
            self.head = nn.Sequential(
                nn.Linear(2 * config.widths[-1], config.hidden),
                nn.ReLU(),
                nn.Dropout(config.head_dropout),
                nn.Linear(config.hidden, config.outputs),
            )

    @property
    def takes_orientations(self) -> bool:
        """Always: that is what it is for."""
        return True

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C) and (N, T, J, 4) -> (N, outputs)."""
        self.check(positions, orientations)
        assert orientations is not None
        scores: Tensor
        if self.level == "data":
            scores = self.both(torch.cat([positions, orientations], dim=-1))
        elif self.level == "feature":
            each = self.positions.features(positions), self.orientations.features(orientations)
            scores = self.head(torch.cat(each, dim=-1))  # from (N, 2 x width)
        else:
            scores = self.positions(positions) + self.orientations(orientations)
        return scores
