"""Hydra's figures: random kernels in groups compete for each frame, and wins are counted.

Dempster, Schmidt and Webb, Hydra: competing convolutional kernels for fast and accurate time
series classification, Data Mining and Knowledge Discovery 37:1779, 2023. Half of the groups look at
changes from frame to frame; of several channels a group sums a few that are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.models.course_ridge import LENGTH, taps
from rehabkit.recording.arrays import Float

KERNELS: Final = 8
"""In a group, as the paper's default."""
MOST_CHANNELS: Final = 8


@dataclass(frozen=True, eq=False)
class Group:
    """Kernels that compete.

    Parameters
    ----------
    weights
        (kernels, 9), each of mean 0, absolute values summing to 1.
    dilation
        Frames between weights.
    channels
        Those that are summed.
    changes
        Whether differences from frame to frame are looked at.
    """

    weights: Float
    dilation: int
    channels: NDArray[np.intp]
    changes: bool


def groups(
    channels: int, length: int, count: int, random: np.random.Generator
) -> tuple[Group, ...]:  # fmt: skip
    """``count`` groups at each dilation 1, 2, 4, ... that reaches no further than the course."""
    dilations = 2 ** np.arange(int(np.log2((length - 1) / (LENGTH - 1))) + 1)
    some = min(max(channels // 2, 2), MOST_CHANNELS, channels)
    found = []
    for dilation in dilations.tolist():
        for place in range(count):
            weights = random.normal(size=(KERNELS, LENGTH))
            weights -= weights.mean(axis=1, keepdims=True)
            weights /= np.abs(weights).sum(axis=1, keepdims=True)
            picked = random.integers(channels, size=some)
            found.append(Group(weights.astype(np.float32), dilation, picked, place % 2 == 1))
    return tuple(found)


def counted(courses: Float, chosen: tuple[Group, ...]) -> Float:
    """(samples, groups x 16): how much each kernel won by, and how often it was the lowest."""
    changes = np.diff(courses, axis=2)
    each = [wins(competed(changes if g.changes else courses, g)) for g in chosen]
    return np.concatenate(each, axis=1)


def competed(courses: Float, group: Group) -> Float:
    """(kernels, samples, frames) output of a group's kernels over the sum of its channels."""
    seen = np.stack(taps(courses[:, group.channels].sum(axis=1), group.dilation))
    return np.asarray(np.tensordot(group.weights, seen, axes=1))


def wins(output: Float) -> Float:
    """(samples, 2 x kernels): the outputs of the highest kernel of each frame, the lowest counted.

    The paper's soft counting of the maximum and hard counting of the minimum.
    """
    kernels, samples, _ = output.shape
    row = kernels * np.arange(samples)[:, None]
    most, high = _highest(output)
    _, low = _highest(-output)
    size = kernels * samples
    soft = np.bincount((row + high).ravel(), most.ravel(), size).reshape(samples, kernels)
    hard = np.bincount((row + low).ravel(), minlength=size).reshape(samples, kernels)
    return np.concatenate([soft, hard], axis=1)


def _highest(output: Float) -> tuple[Float, NDArray[np.int8]]:
    """The highest of the first axis and its place; much faster than ``argmax`` over few rows."""
    most, place = output[0].copy(), np.zeros(output[0].shape, dtype=np.int8)
    for k, row in enumerate(output[1:], start=1):
        place[row > most] = k
        np.maximum(most, row, out=most)
    return most, place


@dataclass(frozen=True, eq=False)
class SparseScale:
    """Roots of counts, set against their spread; a kernel that never won says nothing (0)."""

    centre: Float
    spread: Float

    @classmethod
    def learned(cls, counts: Float) -> SparseScale:
        """From training counts; figures that are mostly 0 are held back by a wider spread."""
        roots = np.sqrt(np.maximum(counts, 0))
        never = np.mean(roots == 0, axis=0)
        return cls(roots.mean(axis=0), roots.std(axis=0) + never**4 + 1e-8)

    def scaled(self, counts: Float) -> Float:
        """(samples, figures) of any counts."""
        roots = np.sqrt(np.maximum(counts, 0))
        return np.asarray((roots - self.centre) * (roots != 0) / self.spread)
