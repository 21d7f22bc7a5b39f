"""LITE: a small convolutional network of time series, with hand-made filters beside learned ones.

Ismail-Fawaz et al. 2023, "LITE: light Inception with boosting techniques for time series
classification" (DSAA), and its multivariate form LITEMV, 2025, "Look into the LITE in deep learning
for time series classification". Every coordinate of every joint is a channel of one series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import ModelError
from rehabkit.models.backend import Tensor, functional, nn, torch
from rehabkit.models.network import Network, NetworkConfig, glorot


@dataclass(frozen=True)
class LITEConfig(NetworkConfig):
    """What a :class:`LITE` is built for.

    Parameters
    ----------
    filters
        Learned filters of each convolution.
    kernel
        Frames of the longest filters; the others have a half and a quarter.
    multivariate
        LITEMV: learned filters of the first layer are separable, hand-made ones answer for every
        channel by itself. False is LITE, whose filters sum over channels.
    lengths
        Frames of the hand-made filters.
    """

    filters: int = 32
    kernel: int = 40
    multivariate: bool = True
    lengths: tuple[int, ...] = (2, 4, 8, 16, 32, 64)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.at_least("filters", 1)
        self.at_least("kernel", 8)
        if not self.lengths or any(length < 2 or length % 2 for length in self.lengths):
            raise ModelError(
                f"LITEConfig.lengths: expected even numbers from 2 on, found {list(self.lengths)}."
            )


def trend(length: int) -> NDArray[np.float32]:
    """A filter that answers to steps up: -1 and 1 in turn (its negative answers to steps down)."""
    return np.where(np.arange(length) % 2 == 0, -1, 1).astype(np.float32)


def peak(length: int) -> NDArray[np.float32]:
    """A filter that answers to peaks: hills of squared ramps, -1, 2, -1; 1.5 x length frames."""
    ramp = np.linspace(0, 1, length // 4 + 1)[1:] ** 2
    hill = np.concatenate([ramp, ramp[::-1]])
    return np.concatenate([-hill, 2 * hill, -hill]).astype(np.float32)


def hand_made(lengths: tuple[int, ...]) -> list[NDArray[np.float32]]:
    """All fixed filters: steps up and down for each length, peaks for those from 4 frames on."""
    steps = [trend(length) for length in lengths]
    return [*steps, *(-step for step in steps), *(peak(n) for n in lengths if n >= 4)]


def padded(x: Tensor, kernel: int, dilation: int = 1) -> Tensor:
    """Zeros around (N, C, T), so that a convolution keeps the number of frames."""
    whole = (kernel - 1) * dilation
    return functional.pad(x, (whole // 2, whole - whole // 2))


class FixedFilters(nn.Module):
    """The hand-made filters; their answers below zero are cut off."""

    def __init__(self, config: LITEConfig, channels: int) -> None:
        super().__init__()
        self.channels, self.each = channels, config.multivariate
        self.filters = hand_made(config.lengths)
        for number, weights in enumerate(self.filters):
            self.register_buffer(f"filter_{number}", torch.from_numpy(weights), persistent=False)

    @property
    def outputs(self) -> int:
        """Channels that come out."""
        return len(self.filters) * (self.channels if self.each else 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T) -> (N, outputs, T)."""
        entered = x if self.each else x.sum(dim=1, keepdim=True)
        count = entered.shape[1]
        answers = []
        for number in range(len(self.filters)):
            weights = self.get_buffer(f"filter_{number}")
            kernel = weights.expand(count, 1, -1)
            answers.append(functional.conv1d(padded(entered, len(weights)), kernel, groups=count))
        return functional.relu(torch.cat(answers, dim=1))


class Convolution(nn.Module):
    """A convolution over frames without bias: one filter a channel and then a mixture, or whole."""

    def __init__(
        self, channels: int, width: int, kernel: int, *, dilation: int = 1, separable: bool = True
    ) -> None:
        super().__init__()
        self.kernel, self.dilation = kernel, dilation
        if separable:
            self.steps = nn.Sequential(
                nn.Conv1d(
                    channels, channels, kernel, dilation=dilation, groups=channels, bias=False
                ),
                nn.Conv1d(channels, width, 1, bias=False),
            )
        else:
            self.steps = nn.Sequential(
                nn.Conv1d(channels, width, kernel, dilation=dilation, bias=False)
            )

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T) -> (N, width, T)."""
        convolved: Tensor = self.steps(padded(x, self.kernel, self.dilation))
        return convolved


class LITE(Network):
    """Fixed and learned filters side by side, two separable convolutions, the mean over time."""

    def __init__(self, config: LITEConfig) -> None:
        super().__init__(config)
        channels = len(config.joints) * config.channels
        kernels = [config.kernel, config.kernel // 2, config.kernel // 4]
        self.fixed = FixedFilters(config, channels)
        self.learned = nn.ModuleList(
            Convolution(channels, config.filters, kernel, separable=config.multivariate)
            for kernel in kernels
        )
        first = 3 * config.filters + self.fixed.outputs
        self.norm = nn.BatchNorm1d(first)
        self.second = Convolution(first, config.filters, config.kernel // 2, dilation=2)
        self.second_norm = nn.BatchNorm1d(config.filters)
        self.third = Convolution(config.filters, config.filters, config.kernel // 4, dilation=4)
        self.third_norm = nn.BatchNorm1d(config.filters)
        self.head = nn.Linear(config.filters, config.outputs)
        self.apply(glorot)

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C) -> (N, outputs)."""
        self.check(positions, orientations)
        x = positions.flatten(2).transpose(1, 2)  # (N, J C, T)
        x = torch.cat([*(one(x) for one in self.learned), self.fixed(x)], dim=1)
        x = functional.relu(self.norm(x))  # (N, 3 filters + fixed, T)
        x = functional.relu(self.second_norm(self.second(x)))  # (N, filters, T)
        x = functional.relu(self.third_norm(self.third(x)))
        scores: Tensor = self.head(x.mean(dim=2))
        return scores
