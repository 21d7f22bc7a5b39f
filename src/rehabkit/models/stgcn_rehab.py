"""STGCN-rehab: graph convolution whose neighbours are weighted by a recurrent attention.

Deb et al. 2022, "Graph convolutional networks for assessment of physical rehabilitation exercises"
(IEEE TNSRE 30). Three layers: a temporal convolution; for neighbours within one and within two
bones, attention from a ConvLSTM over the frames; three temporal convolutions of growing length,
joined. Then four LSTM layers over all joints, and a linear layer.

The authors' ConvLSTM has a kernel of one place, so it is one LSTM that every joint passes through
by itself: it is written as that here. PyTorch's LSTM has two biases where theirs has one: with 25
joints, 3 channels and one score this network has 1,560 parameters more than theirs.

Their preparation of data lists the right ankle twice, leaves the right foot out, and fits both
scalers before the split; nothing of that is taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models import graphs
from rehabkit.models.backend import Tensor, functional, nn, torch
from rehabkit.models.network import Network, NetworkConfig, glorot


@dataclass(frozen=True)
class STGCNRehabConfig(NetworkConfig):
    """What an :class:`STGCNRehab` is built for.

    Parameters
    ----------
    layers
        Graph-convolution layers; those after the first add their input.
    width
        Channels of the first temporal convolution and of both graph convolutions.
    kernel
        Frames of the first temporal convolution.
    scales
        Frames of the three temporal convolutions at a layer's end, one after the other.
    scale_width
        Channels of each of these.
    hops
        Bones up to which joints are neighbours, one attention for each.
    recurrent
        Units of the LSTM layers of the head.
    dropout
        After every convolution at a layer's end and every LSTM layer.
    """

    layers: int = 3
    width: int = 64
    kernel: int = 9
    scales: tuple[int, ...] = (9, 15, 20)
    scale_width: int = 16
    hops: tuple[int, ...] = (1, 2)
    recurrent: tuple[int, ...] = (80, 40, 40, 80)
    dropout: float = 0.25

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("layers", "width", "kernel", "scale_width"):
            self.at_least(name, 1)
        for name in ("scales", "hops", "recurrent"):
            values = getattr(self, name)
            if not values or min(values) < 1:
                raise ModelError(
                    f"STGCNRehabConfig.{name}: expected numbers from 1 on, found {list(values)}."
                )


class TimeConvolution(nn.Module):
    """Convolution over frames that keeps their number, also for an even kernel, and ReLU."""

    def __init__(self, channels: int, width: int, kernel: int) -> None:
        super().__init__()
        self.margin = (kernel - 1) // 2, kernel // 2
        self.convolution = nn.Conv2d(channels, width, (kernel, 1))

    def forward(self, x: Tensor) -> Tensor:  # (N, T, J, C)
        """(N, T, J, C) -> (N, T, J, width)."""
        padded = functional.pad(x.permute(0, 3, 1, 2), (0, 0, *self.margin))
        return functional.relu(self.convolution(padded)).permute(0, 2, 3, 1)


class HopAttention(nn.Module):
    """Features of joints within some bones, weighted frame by frame by a recurrent attention.

    Parameters
    ----------
    near
        (J, J) whether a joint is within reach of another.
    """

    near: Tensor

    def __init__(self, channels: int, width: int, near: NDArray[np.bool_]) -> None:
        super().__init__()
        self.register_buffer("near", torch.from_numpy(near), persistent=False)
        self.spread = nn.Linear(channels, width)
        self.lstm = nn.LSTM(width, len(near), batch_first=True)

    def weights(self, spread: Tensor) -> Tensor:  # (N, T, J, width)
        """How much each joint takes from each other: (N, T, J to, J from), 0 out of reach."""
        samples, frames, joints, width = spread.shape
        tracks = spread.transpose(1, 2).reshape(samples * joints, frames, width)
        states = self.lstm(tracks)[0]  # (N J, T, J): a logit for every other joint
        logits = states.reshape(samples, joints, frames, joints).transpose(1, 2)
        reached = functional.leaky_relu(logits, 0.2).masked_fill(~self.near, -torch.inf)
        return reached.softmax(dim=-1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, J, C) -> (N, T, J, width)."""
        spread = functional.relu(self.spread(x))
        return self.weights(spread) @ spread


class RehabLayer(nn.Module):
    """Temporal convolution, graph convolution by hops, temporal convolutions of three lengths."""

    def __init__(self, config: STGCNRehabConfig, channels: int) -> None:
        super().__init__()
        linked = graphs.adjacency(len(config.joints), config.bones)
        self.first = TimeConvolution(channels, config.width, config.kernel)
        joined = channels + config.width
        self.hops = nn.ModuleList(
            HopAttention(joined, config.width, graphs.within(linked, most)) for most in config.hops
        )
        before = [config.width * len(config.hops)]
        before += [config.scale_width] * (len(config.scales) - 1)
        self.scales = nn.ModuleList(
            TimeConvolution(width, config.scale_width, kernel)
            for width, kernel in zip(before, config.scales, strict=True)
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, J, C) -> (N, T, J, 3 x scale_width)."""
        x = torch.cat([x, self.first(x)], dim=-1)  # (N, T, J, C + width)
        x = torch.cat([hop(x) for hop in self.hops], dim=-1)  # (N, T, J, 2 x width)
        parts = []
        for scale in self.scales:
            x = self.dropout(scale(x))  # (N, T, J, scale_width)
            parts.append(x)
        return torch.cat(parts, dim=-1)


class STGCNRehab(Network):
    """Graph-convolution layers with residuals, then LSTM layers over whole frames."""

    def __init__(self, config: STGCNRehabConfig) -> None:
        super().__init__(config)
        inner = config.scale_width * len(config.scales)
        before = [config.channels] + [inner] * (config.layers - 1)
        self.layers = nn.ModuleList(RehabLayer(config, channels) for channels in before)
        sizes = (inner * len(config.joints), *config.recurrent)
        self.lstms = nn.ModuleList(
            nn.LSTM(size, units, batch_first=True) for size, units in pairwise(sizes)
        )
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.recurrent[-1], config.outputs)
        self.apply(glorot)

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C) -> (N, outputs)."""
        self.check(positions, orientations)
        x: Tensor = self.layers[0](positions)  # (N, T, J, C')
        for layer in list(self.layers)[1:]:
            x = x + layer(x)
        x = x.flatten(2)  # (N, T, J C')
        for lstm in self.lstms:
            x = self.dropout(lstm(x)[0])  # (N, T, units)
        scores: Tensor = self.head(x[:, -1])
        return scores
