"""ST-GCN: convolution over the skeleton's graph, then over time, block after block.

Yan, Xiong and Lin 2018, "Spatial temporal graph convolutional networks for skeleton-based action
recognition". The layout is that of the authors' code: their paper counts nine blocks (three each of
64, 128 and 256 channels), their code puts a first one of 64 channels without a residual before
them. With 25 joints, 3 channels and 60 classes it has 3,098,832 parameters, as the authors' has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rehabkit.models import graphs
from rehabkit.models.backend import Tensor, functional, nn, torch
from rehabkit.models.network import Network, NetworkConfig


@dataclass(frozen=True)
class STGCNConfig(NetworkConfig):
    """What an :class:`STGCN` is built for.

    Parameters
    ----------
    widths
        Channels of each block's output.
    strides
        Of each block's temporal convolution: 2 halves the frames.
    temporal_kernel
        Frames that a temporal convolution sees; odd.
    dropout
        Share of features dropped at the end of a block; the authors' 0 for NTU, 0.5 for Kinetics.
    importance
        Whether each block learns a weight for every edge (section 3.4, the mask M).
    centre
        The joint that stands for the body's centre of gravity; None: see
        :func:`rehabkit.models.graphs.spatial_partitions`.
    """

    widths: tuple[int, ...] = (64, 64, 64, 64, 128, 128, 128, 256, 256, 256)
    strides: tuple[int, ...] = (1, 1, 1, 1, 2, 1, 1, 2, 1, 1)
    temporal_kernel: int = 9
    dropout: float = 0.0
    importance: bool = True
    centre: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.matching("widths", "strides")
        self.odd("temporal_kernel")


class GraphConvolution(nn.Module):
    """Features of neighbouring joints, summed by partition: sum over k of A_k X W_k (Eq. 10).

    Parameters
    ----------
    partitions
        (K, J, J), indexed [partition, from, to].
    importance
        Whether every edge has a learned weight M_k, so that A_k becomes A_k * M_k.
    """

    partitions: Tensor

    def __init__(
        self, channels: int, width: int, partitions: graphs.Matrix, *, importance: bool
    ) -> None:
        super().__init__()
        count = len(partitions)
        self.register_buffer("partitions", torch.from_numpy(partitions), persistent=False)
        self.importance = nn.Parameter(torch.ones(partitions.shape)) if importance else None
        self.weight = nn.Parameter(torch.empty(count, channels, width))
        self.bias = nn.Parameter(torch.empty(count, width))
        bound = 1 / math.sqrt(channels)
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:  # (N, T, J, C)
        """(N, T, J, C) -> (N, T, J, width)."""
        edges = self.partitions
        if self.importance is not None:
            edges = edges * self.importance  # (K, J, J)
        count, joints, _ = edges.shape
        # Gathering before the product with W needs no reordering: its rows are (to, partition).
        gather = edges.permute(2, 0, 1).reshape(joints * count, joints)
        gathered = gather @ x  # (N, T, J K, C)
        gathered = gathered.reshape(*x.shape[:3], -1)  # (N, T, J, K C)
        offset = edges.sum(dim=1).T @ self.bias  # (J, width)
        return gathered @ self.weight.flatten(0, 1) + offset  # (N, T, J, width)


class TemporalConvolution(nn.Module):
    """Convolution over the frames of each joint, and its norm."""

    def __init__(self, width: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(width, width, (kernel, 1), (stride, 1), (kernel // 2, 0))
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, J) -> (N, C, T / stride, J)."""
        convolved: Tensor = self.norm(self.convolution(x))
        return convolved


def shortcut(channels: int, width: int, stride: int) -> nn.Module | None:
    """What brings a block's input to its output's shape: a 1x1 convolution, or nothing."""
    if channels == width and stride == 1:
        return None
    return nn.Sequential(nn.Conv2d(channels, width, 1, (stride, 1)), nn.BatchNorm2d(width))


class STGCNBlock(nn.Module):
    """Graph convolution, temporal convolution and residual (section 3.4).

    Parameters
    ----------
    partitions
        As :class:`GraphConvolution` takes them.
    residual
        Whether the block's input is added, through a 1x1 convolution where its shape differs.
    """

    def __init__(
        self,
        channels: int,
        width: int,
        partitions: graphs.Matrix,
        *,
        stride: int = 1,
        kernel: int = 9,
        dropout: float = 0.0,
        importance: bool = True,
        residual: bool = True,
    ) -> None:
        super().__init__()
        self.graph = GraphConvolution(channels, width, partitions, importance=importance)
        self.graph_norm = nn.BatchNorm2d(width)
        self.temporal = TemporalConvolution(width, kernel, stride)
        self.dropout = nn.Dropout(dropout)
        self.residual = residual
        self.shortcut = shortcut(channels, width, stride) if residual else None

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, J, C) -> (N, T / stride, J, width)."""
        inner = self.graph(x).permute(0, 3, 1, 2)  # (N, width, T, J), channels last in memory
        inner = functional.relu(self.graph_norm(inner), inplace=True)
        inner = self.dropout(self.temporal(inner))  # (N, width, T / stride, J)
        if self.residual:
            entered = x.permute(0, 3, 1, 2)
            inner = inner.add_(entered if self.shortcut is None else self.shortcut(entered))
        return functional.relu(inner, inplace=True).permute(0, 2, 3, 1)


class JointNorm(nn.Module):
    """Batch normalisation of the input: each coordinate of each joint over samples and frames."""

    def __init__(self, joints: int, channels: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(joints * channels)

    def forward(self, x: Tensor) -> Tensor:  # (N, T, J, C)
        """(N, T, J, C) -> the same."""
        flat: Tensor = self.norm(x.flatten(2).flatten(0, 1))  # (N T, J C)
        return flat.reshape(x.shape)


class STGCN(Network):
    """Blocks of graph and temporal convolution, the mean over time and joints, a linear layer."""

    def __init__(self, config: STGCNConfig) -> None:
        super().__init__(config)
        partitions = graphs.spatial_partitions(config.joints, config.bones, config.centre)
        self.norm = JointNorm(len(config.joints), config.channels)
        before = (config.channels, *config.widths[:-1])
        self.blocks = nn.Sequential(
            *(
                STGCNBlock(
                    channels,
                    width,
                    partitions,
                    stride=stride,
                    kernel=config.temporal_kernel,
                    dropout=config.dropout if number else 0.0,
                    importance=config.importance,
                    residual=number > 0,
                )
                for number, (channels, width, stride) in enumerate(
                    zip(before, config.widths, config.strides, strict=True)
                )
            )
        )
        self.head = nn.Linear(config.widths[-1], config.outputs)

    def features(self, positions: Tensor) -> Tensor:  # (N, T, J, C)
        """What the head sees: (N, width of the last block)."""
        x: Tensor = self.blocks(self.norm(positions))  # (N, T', J, width)
        return x.mean(dim=(1, 2))

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C) -> (N, outputs)."""
        self.check(positions, orientations)
        scores: Tensor = self.head(self.features(positions))
        return scores
