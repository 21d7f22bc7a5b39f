"""UNIK: every joint may depend on every other, as learned matrices and attention say.

Yang et al. 2021, "UNIK: a unified framework for real-world skeleton-based action recognition". Its
spatial units (S-LSU) need no skeleton: a matrix for each head is learned from a uniform start and
corrected by attention of the sample; its temporal units (T-LSU) are convolutions. With 25 joints,
3 channels, 60 classes and one person it has 3,469,610 parameters with 3 heads and 3,802,883 with 4,
as the authors' has (150 more for the two people of NTU, whose coordinates its first norm takes
together). The biases of its queries drop out of the softmax; they are theirs, and kept.

The authors' S-LSU declares a bias for each joint and leaves it out of what it computes. Here it is
added, starting from zero: the network starts as theirs does, and every parameter has a use.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rehabkit.errors import ModelError
from rehabkit.models.backend import Tensor, functional, nn, torch
from rehabkit.models.network import Network, NetworkConfig
from rehabkit.models.stgcn import JointNorm, TemporalConvolution, shortcut


@dataclass(frozen=True)
class UNIKConfig(NetworkConfig):
    """What a :class:`UNIK` is built for.

    Parameters
    ----------
    widths, strides
        Channels of each block's output, and the strides of its temporal convolution.
    heads
        Dependency matrices of a block.
    first_heads
        Those of the first block; the authors leave it at 3 whatever ``heads`` is.
    temporal_kernel
        Frames that a temporal convolution sees; odd.
    reduction
        Width of a block's output over the width of its queries and keys.
    joint_bias
        Whether the bias of each joint is added; False is the authors' function, with 10 J
        parameters fewer.
    """

    widths: tuple[int, ...] = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
    strides: tuple[int, ...] = (1, 1, 1, 1, 2, 1, 1, 2, 1, 1)
    heads: int = 3
    first_heads: int = 3
    temporal_kernel: int = 9
    reduction: int = 4
    joint_bias: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self.matching("widths", "strides")
        self.odd("temporal_kernel")
        for name in ("heads", "first_heads", "reduction"):
            self.at_least(name, 1)
        if min(self.widths) < self.reduction:
            raise ModelError(
                f"UNIKConfig.widths: expected at least the reduction, {self.reduction}, found "
                f"{min(self.widths)}. Queries and keys would have no channels."
            )


class SpatialUnit(nn.Module):
    """S-LSU: sum over heads of (W_h + attention_h) X E_h, norm, residual, ReLU (section 3.2)."""

    def __init__(self, config: UNIKConfig, channels: int, width: int, heads: int) -> None:
        super().__init__()
        joints, inner = len(config.joints), width // config.reduction
        self.heads = heads
        self.dependencies = nn.Parameter(torch.empty(heads, joints, joints))
        self.joint_bias = nn.Parameter(torch.zeros(joints)) if config.joint_bias else None
        self.queries = nn.Linear(channels, heads * inner)
        self.keys = nn.Linear(channels, heads * inner)
        self.weight = nn.Parameter(torch.empty(heads, channels, width))
        self.bias = nn.Parameter(torch.zeros(heads, width))
        self.norm = nn.BatchNorm2d(width)
        self.shortcut = shortcut(channels, width, 1)
        self._reset(channels, width, inner)

    def _reset(self, channels: int, width: int, inner: int) -> None:
        """The authors' start: near-uniform matrices, small heads, a norm that lets little in."""
        nn.init.kaiming_uniform_(self.dependencies, a=math.sqrt(5))
        nn.init.normal_(self.weight, 0, math.sqrt(2 / (width * channels * self.heads)))
        for linear in (self.queries, self.keys):
            nn.init.normal_(linear.weight, 0, math.sqrt(2 / inner))
            nn.init.zeros_(linear.bias)
        nn.init.constant_(self.norm.weight, 1e-6)

    def attention(self, x: Tensor) -> Tensor:  # (N, T, J, C)
        """How much each joint takes from each other in a sample: (N, H, J from, J to)."""
        samples, frames, joints, _ = x.shape
        shape = (samples, frames, joints, self.heads, -1)
        queries = self.queries(x).reshape(shape).permute(0, 3, 2, 1, 4).flatten(3)  # (N, H, J, T I)
        keys = self.keys(x).reshape(shape).permute(0, 3, 2, 1, 4).flatten(3)
        alike: Tensor = queries @ keys.transpose(2, 3) / queries.shape[-1]  # (N, H, J, J)
        return alike.softmax(dim=2)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, J, C) -> (N, T, J, width)."""
        edges = self.dependencies + self.attention(x)  # (N, H, J, J)
        gather = edges.permute(0, 3, 1, 2).flatten(1, 2)  # (N, J H, J)
        gathered = gather[:, None] @ x  # (N, T, J H, C)
        gathered = gathered.reshape(*x.shape[:3], -1)  # (N, T, J, H C)
        mixed = gathered @ self.weight.flatten(0, 1) + self.bias.sum(dim=0)
        if self.joint_bias is not None:
            mixed = mixed + self.joint_bias[:, None]
        inner = self.norm(mixed.permute(0, 3, 1, 2))  # (N, width, T, J)
        entered = x.permute(0, 3, 1, 2)
        inner = inner.add_(entered if self.shortcut is None else self.shortcut(entered))
        return functional.relu(inner, inplace=True).permute(0, 2, 3, 1)


class UNIKBlock(nn.Module):
    """S-LSU, T-LSU and residual."""

    def __init__(
        self,
        config: UNIKConfig,
        channels: int,
        width: int,
        *,
        stride: int,
        heads: int,
        residual: bool,
    ) -> None:
        super().__init__()
        self.spatial = SpatialUnit(config, channels, width, heads)
        self.temporal = TemporalConvolution(width, config.temporal_kernel, stride)
        self.residual = residual
        self.shortcut = shortcut(channels, width, stride) if residual else None

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, J, C) -> (N, T / stride, J, width)."""
        inner = self.temporal(self.spatial(x).permute(0, 3, 1, 2))  # (N, width, T / s, J)
        if self.residual:
            entered = x.permute(0, 3, 1, 2)
            inner = inner.add_(entered if self.shortcut is None else self.shortcut(entered))
        return functional.relu(inner, inplace=True).permute(0, 2, 3, 1)


class UNIK(Network):
    """Ten blocks, the mean over time and joints, a linear layer (section 3.1)."""

    def __init__(self, config: UNIKConfig) -> None:
        super().__init__(config)
        self.norm = JointNorm(len(config.joints), config.channels)
        before = (config.channels, *config.widths[:-1])
        self.blocks = nn.Sequential(
            *(
                UNIKBlock(
                    config,
                    channels,
                    width,
                    stride=stride,
                    heads=config.heads if number else config.first_heads,
                    residual=number > 0,
                )
                for number, (channels, width, stride) in enumerate(
                    zip(before, config.widths, config.strides, strict=True)
                )
            )
        )
        self.head = nn.Linear(config.widths[-1], config.outputs)
        if config.task == "classes":  # the authors' start, which suits many classes alone
            nn.init.normal_(self.head.weight, 0, math.sqrt(2 / config.outputs))

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C) -> (N, outputs)."""
        self.check(positions, orientations)
        x: Tensor = self.blocks(self.norm(positions))  # (N, T', J, width)
        scores: Tensor = self.head(x.mean(dim=(1, 2)))
        return scores
