"""MultiRocket's figures: four ways of pooling MiniRocket's kernels, over courses and their changes.

Tan, Dempster, Bergmeir and Webb, MultiRocket: multiple pooling operators and transformations for
fast and effective time series classification, Data Mining and Knowledge Discovery 36:1623, 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.models.minirocket import Look, convolved, looks
from rehabkit.recording.arrays import Float

POOLED: Final = ("share", "mean", "place", "stretch")
"""Of the frames above a bias: how many, how far, where on average, the longest run of them."""


@dataclass(frozen=True, eq=False)
class MultiRocket:
    """Kernels with their biases: ``courses`` look at positions, ``changes`` at differences."""

    courses: tuple[Look, ...]
    changes: tuple[Look, ...]

    @classmethod
    def drawn(cls, courses: Float, kernels: int, random: np.random.Generator) -> MultiRocket:
        """About ``kernels`` biases for each of both, read from training courses."""
        return cls(
            looks(courses, kernels, random), looks(np.diff(courses, axis=2), kernels, random)
        )

    def transform(self, courses: Float) -> Float:
        """(samples, 4 x biases) figures of (samples, channels, frames)."""
        changes = np.diff(courses, axis=2)
        each = [pooled(convolved(courses, look), look.biases) for look in self.courses]
        each += [pooled(convolved(changes, look), look.biases) for look in self.changes]
        return np.concatenate(each, axis=1)


def pooled(output: Float, biases: Float) -> Float:
    """(samples, 4 x biases) what lies above each bias, as ``POOLED`` lists it.

    The paper's PPV, MPV, MIPV and LSPV. Without a frame above the bias the mean is 0, the place -1.
    """
    rest = output[:, None] - biases.astype(output.dtype)[:, None]
    above = rest > 0
    frames = np.arange(output.shape[1], dtype=np.float32)
    sums = above.astype(np.float32) @ np.stack([np.ones_like(frames), frames], axis=1)
    count, some = sums[..., 0], np.maximum(sums[..., 0], 1)
    mean = np.maximum(rest, 0, out=rest).sum(axis=2) / some
    place = np.where(count > 0, sums[..., 1] / some, -1)
    found = [count / len(frames), mean, place, longest_run(above)]
    return np.asarray(np.stack(found, axis=2).reshape(len(output), -1))


def longest_run(holds: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The longest run of frames on the last axis."""
    frames = np.arange(holds.shape[-1], dtype=np.int16)
    broken = np.where(holds, np.int16(-1), frames)
    np.maximum.accumulate(broken, axis=-1, out=broken)
    return np.asarray(np.subtract(frames, broken, out=broken).max(axis=-1))
