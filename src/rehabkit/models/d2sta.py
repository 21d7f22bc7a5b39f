"""D2STA: two streams of graph convolution, attention over groups of joints that move alike.

Kuang et al., "Dual-stream STGCN with motion-aware grouping for rehabilitation action quality
assessment". The paper's text lost its equations and leaves parts open. How it is read here:

- A block's spatial step is ST-GCN's sum over k of A_k X W_k, which the paper cites. Its own words,
  a 1x1 convolution, would never bring two joints together.
- M, the range of motion, is the standard deviation over time of the joined features, (N, J, 512);
  ``motion="positions"`` takes it of the raw first input, (N, J, 1).
- The mask S is a softmax over groups of two linear layers, 64 hidden units (not given).
- Joints go to groups by S^T X, a sum; ``divide=True`` makes it a mean, weighted by S.
- One attention is written down: queries from groups, keys and values from joints, in every frame.
  The text claims two stages: ``stages=2`` lets every group then attend to itself over time.
- Keys have no bias, which would drop out of the softmax. No projection after the heads is named.
- One stream (``streams=1``), as for UI-PRMD's angles, has a head of 256 inputs; ``doubled=True``
  runs two blocks over the same input instead.

Its training is kept in :data:`PAPER_RECIPE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from rehabkit.errors import ModelError
from rehabkit.models import graphs
from rehabkit.models.backend import Tensor, nn, torch
from rehabkit.models.network import QUATERNION, Network, NetworkConfig
from rehabkit.models.stgcn import STGCNBlock

PAPER_RECIPE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "loss": "mse",  # its type is not given
        "optimiser": "adamw",
        "rate": 1e-4,
        "decay": 1e-4,
        "schedule": "cosine",  # to 0; "decaying by 1e-4 per epoch" would end after the first
        "epochs": 100,
        "batch": 32,
        "patience": 0,
        "seed": 3407,
    }
)
"""The paper's training on KIMORE (sections 4.2 and 6) as fields of the training loop's settings.

One network for each exercise; samples of 100 frames by cubic interpolation, z-scored; 8:1:1 by
sample.
"""

UI_PRMD_RECIPE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        **{name: value for name, value in PAPER_RECIPE.items() if name != "seed"},
        "optimiser": "sgd",
        "rate": 0.1,
        "decay": 0.0,
        "momentum": 0.0,  # none is named
        "batch": 1,
    }
)
"""The paper's training on UI-PRMD: angles alone, as they are; five runs without a fixed seed."""


WITHOUT_GROUPS: Final = (
    "Expected a D2STA with groups, found one with attention={!r}, which has no mask. Build it with "
    "attention='grouped'."
)


@dataclass(frozen=True)
class D2STAConfig(NetworkConfig):
    """What a :class:`D2STA` is built for.

    Parameters
    ----------
    streams
        2: positions and orientations. 1: the first input alone, whatever it holds.
    doubled
        With one stream, whether two towers of blocks see it, so that the head keeps its width.
    attention
        ``"grouped"``; ``"plain"``, self-attention of joints without groups; ``"none"``, the
        ablations' network without the module.
    groups
        G, 2 to 8 in the paper's ablation.
    heads
        H; they divide the joined width, 512.
    stages
        1: attention in space. 2: then over time too.
    motion
        What the range of motion is taken of, ``"features"`` or ``"positions"``.
    divide
        Whether a group's features are divided by its column sum of S.
    hidden
        Units between the mask's two layers.
    partitions
        ``"spatial"``, ST-GCN's three, or ``"one"``, the normalised A + I.
    widths, strides, temporal_kernel
        Of the blocks of each stream.
    head
        Units of the regression head's first layer.
    """

    streams: Literal[1, 2] = 2
    doubled: bool = False
    attention: Literal["grouped", "plain", "none"] = "grouped"
    groups: int = 6
    heads: int = 8
    stages: Literal[1, 2] = 2
    motion: Literal["features", "positions"] = "features"
    divide: bool = False
    hidden: int = 64
    partitions: Literal["spatial", "one"] = "spatial"
    widths: tuple[int, ...] = (64, 128, 256)
    strides: tuple[int, ...] = (1, 2, 2)
    temporal_kernel: int = 3
    head: int = 128

    def __post_init__(self) -> None:
        super().__post_init__()
        self.one_of("streams", (1, 2))
        self.one_of("attention", ("grouped", "plain", "none"))
        self.one_of("stages", (1, 2))
        self.one_of("motion", ("features", "positions"))
        self.one_of("partitions", ("spatial", "one"))
        self.matching("widths", "strides")
        self.odd("temporal_kernel")
        for name in ("hidden", "head"):
            self.at_least(name, 1)
        self.at_least("groups", 2)
        self.divides("heads", self.joined)

    @property
    def towers(self) -> tuple[int, ...]:
        """Channels that each tower of blocks takes."""
        if self.streams == 2:
            return self.channels, QUATERNION
        return (self.channels,) * (2 if self.doubled else 1)

    @property
    def joined(self) -> int:
        """D, channels of all streams together: 512, or 256 with one."""
        return self.widths[-1] * len(self.towers)


class Grouping(nn.Module):
    """The mask: how much each joint belongs to each group, from its range of motion."""

    def __init__(self, config: D2STAConfig) -> None:
        super().__init__()
        self.each = config.motion == "features"
        ranges = config.joined if self.each else 1
        self.layers = nn.Sequential(
            nn.Linear(ranges, config.hidden), nn.ReLU(), nn.Linear(config.hidden, config.groups)
        )

    def forward(self, moved: Tensor) -> Tensor:  # (N, T, J, C)
        """(N, T, J, C) -> S (N, J, G), whose rows sum to 1."""
        mask: Tensor = self.layers(spread(moved, each=self.each)).softmax(dim=-1)
        return mask


def spread(moved: Tensor, *, each: bool) -> Tensor:
    """M: the standard deviation over time, of each channel (N, J, C) or in space (N, J, 1)."""
    variance = moved.var(dim=1, unbiased=False)  # (N, J, C)
    if not each:
        variance = variance.sum(dim=-1, keepdim=True)
    return (variance + 1e-8).sqrt()  # the root of 0 has no gradient


class Attention(nn.Module):
    """Multi-head attention, scaled by the root of D / H; heads are joined and left so."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.queries = nn.Linear(width, width)
        self.keys = nn.Linear(width, width, bias=False)
        self.values = nn.Linear(width, width)

    def weights(self, asking: Tensor, asked: Tensor) -> Tensor:
        """(..., A, D) and (..., B, D) -> (..., H, A, B): what attends to what."""
        queries, keys = self._split(self.queries(asking)), self._split(self.keys(asked))
        logits: Tensor = queries @ keys.transpose(-1, -2) / queries.shape[-1] ** 0.5
        return logits.softmax(dim=-1)

    def forward(self, asking: Tensor, asked: Tensor) -> Tensor:
        """(..., A, D) and (..., B, D) -> (..., A, D)."""
        mixed = self.weights(asking, asked) @ self._split(self.values(asked))  # (..., H, A, D / H)
        joined: Tensor = mixed.transpose(-2, -3).flatten(-2)
        return joined

    def _split(self, x: Tensor) -> Tensor:
        """(..., A, D) -> (..., H, A, D / H)."""
        return x.reshape(*x.shape[:-1], self.heads, -1).transpose(-2, -3)


class GroupAttention(nn.Module):
    """SADG (section 3.3): joints to groups, attention in space and over time, and back."""

    def __init__(self, config: D2STAConfig) -> None:
        super().__init__()
        self.divide = config.divide
        self.grouping = Grouping(config) if config.attention == "grouped" else None
        self.space = Attention(config.joined, config.heads)
        self.time = Attention(config.joined, config.heads) if config.stages == 2 else None

    def forward(self, x: Tensor, moved: Tensor) -> Tensor:  # (N, T, J, D) and (N, T', J, C)
        """(N, T, J, D) -> the same."""
        if self.grouping is None:
            plain: Tensor = x + self._over_time(self.space(x, x))
            return plain
        mask, groups = self._grouped(self.grouping, x, moved)
        return x + mask @ self._over_time(self.space(groups, x))  # (N, T, J, D)

    def _grouped(self, grouping: Grouping, x: Tensor, moved: Tensor) -> tuple[Tensor, Tensor]:
        """The mask (N, 1, J, G), and joints projected to groups (N, T, G, D)."""
        mask: Tensor = grouping(moved)[:, None]
        shares = mask / mask.sum(dim=2, keepdim=True) if self.divide else mask
        return mask, shares.transpose(2, 3) @ x

    def looked_at(self, x: Tensor, moved: Tensor) -> tuple[Tensor, Tensor, Tensor | None]:
        """The mask and both stages' attention, as :meth:`D2STA.looked_at` says."""
        if self.grouping is None:
            raise ModelError(WITHOUT_GROUPS.format("plain"))
        mask, groups = self._grouped(self.grouping, x, moved)
        space = self.space.weights(groups, x).mean(dim=2)  # over heads: (N, T, G, J)
        if self.time is None:
            return mask[:, 0], space, None
        tracks = self.space(groups, x).transpose(1, 2)  # (N, G, T, D)
        return mask[:, 0], space, self.time.weights(tracks, tracks).mean(dim=2)

    def _over_time(self, x: Tensor) -> Tensor:  # (N, T, G, D)
        if self.time is None:
            return x
        tracks = x.transpose(1, 2)  # (N, G, T, D)
        attended: Tensor = self.time(tracks, tracks).transpose(1, 2)
        return attended


class D2STA(Network):
    """Towers of STGCN blocks, joined; SADG; the mean over time and joints; two linear layers."""

    def __init__(self, config: D2STAConfig) -> None:
        super().__init__(config)
        self.chosen = config
        self.towers = nn.ModuleList(tower(config, channels) for channels in config.towers)
        self.groups = GroupAttention(config) if config.attention != "none" else None
        self.head = nn.Sequential(
            nn.Linear(config.joined, config.head),
            nn.ReLU(),
            nn.Linear(config.head, config.outputs),
        )

    @property
    def takes_orientations(self) -> bool:
        """Whether there are two streams."""
        return self.chosen.streams == 2

    def features(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """The joined streams: (N, T', J, 512), T' = 25 of 100 frames."""
        inputs = [positions, positions if orientations is None else orientations]
        if not self.takes_orientations:
            inputs = [positions] * len(self.towers)
        each = [blocks(x) for blocks, x in zip(self.towers, inputs, strict=True)]
        return torch.cat(each, dim=-1)

    def mask(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """How much each joint belongs to each group, (N, J, G): the paper's Table 1."""
        self.check(positions, orientations)
        if self.groups is None or self.groups.grouping is None:
            raise ModelError(WITHOUT_GROUPS.format(self.chosen.attention))
        x = self.features(positions, orientations)
        mask: Tensor = self.groups.grouping(self._moved(x, positions))
        return mask

    def looked_at(
        self, positions: Tensor, orientations: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Where attention goes, mean over heads.

        Returns
        -------
        tuple
            The mask (N, J, G); how much groups attend to joints (N, T', G, J); how much each group
            attends at each step to each other (N, G, T', T'), None with one stage.
        """
        self.check(positions, orientations)
        if self.groups is None:
            raise ModelError(WITHOUT_GROUPS.format(self.chosen.attention))
        x = self.features(positions, orientations)
        return self.groups.looked_at(x, self._moved(x, positions))

    def _moved(self, x: Tensor, positions: Tensor) -> Tensor:
        return x if self.chosen.motion == "features" else positions

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C) and (N, T, J, 4) -> (N, outputs)."""
        self.check(positions, orientations)
        x = self.features(positions, orientations)  # (N, T', J, D)
        if self.groups is not None:
            x = self.groups(x, self._moved(x, positions))
        scores: Tensor = self.head(x.mean(dim=(1, 2)))
        return scores


def tower(config: D2STAConfig, channels: int) -> nn.Module:
    """The blocks of one stream (section 3.2): (N, T, J, C) -> (N, T', J, 256)."""
    partitions = graphs.spatial_partitions(config.joints, config.bones)
    if config.partitions == "one":
        partitions = partitions.sum(axis=0, keepdims=True)  # the normalised A + I
    before = (channels, *config.widths[:-1])
    return nn.Sequential(
        *(
            STGCNBlock(
                entering,
                width,
                partitions,
                stride=stride,
                kernel=config.temporal_kernel,
                importance=False,
            )
            for entering, width, stride in zip(before, config.widths, config.strides, strict=True)
        )
    )
