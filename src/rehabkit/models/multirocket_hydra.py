"""``MultiRocketHydra``: MultiRocket's and Hydra's figures joined under one ridge.

Joined as Dempster, Schmidt and Webb do (Hydra, Data Mining and Knowledge Discovery 37:1779, 2023):
each on its own scale, then one linear classifier.
"""

from __future__ import annotations

import numpy as np

from rehabkit.models.course_ridge import LENGTH, CourseRidge
from rehabkit.models.hydra import SparseScale, counted, groups
from rehabkit.models.multirocket import MultiRocket
from rehabkit.recording.arrays import Float


class MultiRocketHydra(CourseRidge):
    """Two classes or more from courses; ``X`` is (samples, channels, length).

    Parameters
    ----------
    kernels
        About how many kernels with a bias look at courses, and as many at their changes; four
        figures are taken of each. 84 at least; the paper's is 6250.
    groups
        Of Hydra's kernels at every dilation.
    seed
        Of channels, of Hydra's weights, and of the movements that biases are read from.
    """

    least = LENGTH + 1
    """Changes are one frame shorter."""

    def __init__(self, kernels: int = 6250, groups: int = 64, *, seed: int = 0) -> None:
        self.kernels = kernels
        self.groups = groups
        self.seed = seed

    def _learn_figures(self, courses: Float) -> Float:
        random = np.random.default_rng(self.seed)
        self.rocket_ = MultiRocket.drawn(courses, self.kernels, random)
        self.groups_ = groups(courses.shape[1], courses.shape[2], self.groups, random)
        pooled, counts = self.rocket_.transform(courses), counted(courses, self.groups_)
        self.centre_, self.scale_ = pooled.mean(axis=0), pooled.std(axis=0) + 1e-8
        self.sparse_ = SparseScale.learned(counts)
        return self._joined(pooled, counts)

    def _figures(self, courses: Float) -> Float:
        return self._joined(self.rocket_.transform(courses), counted(courses, self.groups_))

    def _joined(self, pooled: Float, counts: Float) -> Float:
        scaled = (pooled - self.centre_) / self.scale_
        return np.concatenate([self.sparse_.scaled(counts), scaled], axis=1)
