"""MiniRocket in plain numpy: shares of positive values of 84 fixed kernels, then a ridge.

Dempster, Schmidt and Webb, MiniRocket: a very fast (almost) deterministic transform for time series
classification, KDD 2021; several channels as its authors' multivariate version: each kernel and
dilation sums a few channels that are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.models.course_ridge import LENGTH, CourseRidge, drawn_channels, taps
from rehabkit.recording.arrays import Float

KERNELS: Final = tuple(combinations(range(LENGTH), 3))
"""Places of the weight 2 in each kernel; the other six weights are -1."""
MOST_DILATIONS: Final = 32
_GOLDEN: Final = (np.sqrt(5) + 1) / 2


@dataclass(frozen=True, eq=False)
class Look:
    """One kernel at one dilation.

    Parameters
    ----------
    kernel
        Place in :data:`KERNELS`.
    dilation
        Frames between its weights.
    padded
        Whether the ends are filled with zeros, so that the output is as long as the input.
    channels
        Those that are summed.
    biases
        (features,) what the output is held against.
    """

    kernel: int
    dilation: int
    padded: bool
    channels: NDArray[np.intp]
    biases: Float


class MiniRocket(CourseRidge):
    """Two classes or more from courses; ``X`` is (samples, channels, length).

    Parameters
    ----------
    features
        About how many shares are taken; 84 at least.
    seed
        Of channels, and of the training movements that biases are read from.
    """

    def __init__(self, features: int = 10_000, *, seed: int = 0) -> None:
        self.features = features
        self.seed = seed

    def _learn_figures(self, courses: Float) -> Float:
        self.looks_ = looks(courses, self.features, np.random.default_rng(self.seed))
        shares = transform(courses, self.looks_)
        self.centre_, self.scale_ = shares.mean(axis=0), shares.std(axis=0) + 1e-8
        return self._scaled(shares)

    def _figures(self, courses: Float) -> Float:
        return self._scaled(transform(courses, self.looks_))

    def _scaled(self, shares: Float) -> Float:
        return np.asarray((shares - self.centre_) / self.scale_)


def dilations(length: int, per_kernel: int) -> dict[int, int]:
    """Dilation -> how many features a kernel has at it; exponential up to the course's length."""
    most = min(per_kernel, MOST_DILATIONS)
    longest = np.log2((length - 1) / (LENGTH - 1))
    found, counts = np.unique(np.logspace(0, longest, most, base=2).astype(int), return_counts=True)
    shared = (counts * per_kernel / most).astype(int)
    for k in range(per_kernel - int(shared.sum())):
        shared[k % len(shared)] += 1
    return dict(zip(found.tolist(), shared.tolist(), strict=True))


def looks(courses: Float, features: int, random: np.random.Generator) -> tuple[Look, ...]:
    """Every kernel at every dilation, with its channels and biases from training courses."""
    count, channels, length = courses.shape
    per_kernel = max(features // len(KERNELS), 1)
    found: list[Look] = []
    used = 0
    for place, (dilation, wanted) in enumerate(dilations(length, per_kernel).items()):
        for kernel in range(len(KERNELS)):
            some = drawn_channels(random, channels)
            padded = (place + kernel) % 2 == 0
            bare = Look(kernel, dilation, padded, some, np.empty(0))
            one = convolved(courses[[random.integers(count)]], bare)[0]
            at = (np.arange(used + 1, used + wanted + 1) * _GOLDEN) % 1
            used += wanted
            found.append(Look(kernel, dilation, padded, some, np.quantile(one, at)))
    return tuple(found)


def transform(courses: Float, chosen: tuple[Look, ...]) -> Float:
    """(samples, features) shares of the outputs that lie above each bias."""
    columns = []
    for look in chosen:
        output = convolved(courses, look)
        columns += [(output > bias).mean(axis=1) for bias in look.biases.tolist()]
    return np.stack(columns, axis=1)


def convolved(courses: Float, look: Look) -> Float:
    """(samples, frames) output of one kernel over the sum of its channels."""
    seen = taps(courses[:, look.channels].sum(axis=1), look.dilation)
    every = seen[0].copy()
    for tap in seen[1:]:
        every += tap
    first, second, third = KERNELS[look.kernel]
    output = 3 * (seen[first] + seen[second] + seen[third]) - every
    reach = (LENGTH // 2) * look.dilation
    whole = look.padded or output.shape[1] <= 2 * reach
    return np.asarray(output if whole else output[:, reach:-reach])
