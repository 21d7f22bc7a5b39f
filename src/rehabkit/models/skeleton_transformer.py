"""The skeleton Transformer of 3D-PoseFormer: frames as tokens, attention over time.

Ashraf et al., "Deep multimodal biomechanical analysis for lower back pain rehabilitation to improve
patients stability", Eq. 30-38 and Table 12: 4 layers, 8 heads, 512 dimensions. Its frames hold key
points of colour images, part labels and mesh parameters; here they hold the joints' coordinates,
and orientations where they are asked for.

The paper's text lost its equations. Read as: (31) linear; (32) sinusoidal positions added; (33-36)
attention and feed-forward layers as in Vaswani et al. 2017; (37) the norm after each residual;
then the mean over frames; (38) linear, its softmax left to the loss. Not given, and chosen here:
feed-forward width 2048, dropout 0.1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rehabkit.models.backend import Tensor, functional, nn, torch
from rehabkit.models.network import QUATERNION, Network, NetworkConfig


@dataclass(frozen=True)
class SkeletonTransformerConfig(NetworkConfig):
    """What a :class:`SkeletonTransformer` is built for.

    Parameters
    ----------
    width
        Of a frame's embedding.
    layers, heads
        Encoder layers, and attention heads in each; heads divide the width.
    feed_forward
        Width of the hidden layer between attentions.
    dropout
        After attention, feed-forward layers and the embedding.
    orientations
        Whether a frame holds the joints' orientations too.
    """

    width: int = 512
    layers: int = 4
    heads: int = 8
    feed_forward: int = 2048
    dropout: float = 0.1
    orientations: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("width", "layers", "feed_forward"):
            self.at_least(name, 1)
        self.divides("heads", self.width)


def sinusoids(length: int, width: int) -> Tensor:
    """Sines and cosines of growing wavelength, (length, width): Eq. 32, after Vaswani et al."""
    place = torch.arange(length, dtype=torch.float32)[:, None]
    rate = torch.exp(-math.log(1e4) / width * torch.arange(0, width, 2, dtype=torch.float32))
    waves = torch.stack([torch.sin(place * rate), torch.cos(place * rate)], dim=-1)
    return waves.flatten(1)[:, :width]


class SelfAttention(nn.Module):
    """Multi-head attention of frames to frames (Eq. 33-35)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:  # (N, T, D)
        """(N, T, D) -> (N, T, D)."""
        samples, frames, width = x.shape
        split = self.project(x).reshape(samples, frames, 3, self.heads, width // self.heads)
        queries, keys, values = split.permute(2, 0, 3, 1, 4)  # each (N, H, T, D / H)
        mixed = functional.scaled_dot_product_attention(queries, keys, values)
        joined: Tensor = self.out(mixed.transpose(1, 2).flatten(2))  # (N, T, D)
        return joined


class EncoderLayer(nn.Module):
    """Attention and feed-forward layer, a norm after each residual (Eq. 36-37)."""

    def __init__(self, config: SkeletonTransformerConfig) -> None:
        super().__init__()
        self.attention = SelfAttention(config.width, config.heads)
        self.attention_norm = nn.LayerNorm(config.width)
        self.feed_forward = nn.Sequential(
            nn.Linear(config.width, config.feed_forward),
            nn.ReLU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.feed_forward, config.width),
        )
        self.feed_forward_norm = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, D) -> (N, T, D)."""
        x = self.attention_norm(x + self.dropout(self.attention(x)))
        fed: Tensor = self.feed_forward_norm(x + self.dropout(self.feed_forward(x)))
        return fed


class SkeletonTransformer(Network):
    """Embedded frames with their places, encoder layers, the mean over frames, a linear layer."""

    places: Tensor

    def __init__(self, config: SkeletonTransformerConfig) -> None:
        super().__init__(config)
        each = config.channels + QUATERNION * config.orientations
        self.embed = nn.Linear(len(config.joints) * each, config.width)
        places = sinusoids(config.length, config.width)
        self.register_buffer("places", places, persistent=False)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.Sequential(*(EncoderLayer(config) for _ in range(config.layers)))
        self.head = nn.Linear(config.width, config.outputs)

    @property
    def takes_orientations(self) -> bool:
        """Whether its configuration asks for orientations."""
        return bool(getattr(self.config, "orientations", False))

    def forward(self, positions: Tensor, orientations: Tensor | None = None) -> Tensor:
        """(N, T, J, C), and (N, T, J, 4) where asked for -> (N, outputs)."""
        self.check(positions, orientations)
        frames = positions.flatten(2)  # (N, T, J C)
        if self.takes_orientations and orientations is not None:
            frames = torch.cat([frames, orientations.flatten(2)], dim=-1)  # Eq. 30
        x = self.dropout(self.embed(frames) + self.places)  # (N, T, D)
        x = self.layers(x).mean(dim=1)  # (N, D)
        scores: Tensor = self.head(x)
        return scores
