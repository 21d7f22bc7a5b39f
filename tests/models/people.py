"""Made-up people whose score is known: worse movement, fewer points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.models.clinical import FIGURES, MOVEMENT, ClinicalScorer
from rehabkit.recording.arrays import Float

EXERCISES = 2
WORSE = [MOVEMENT.index(f"wrist_{side}.up.high") for side in ("left", "right")]


@dataclass(frozen=True, eq=False)
class People:
    """Two exercises of each person."""

    X: Float
    y: Float
    healthy: NDArray[np.bool_]
    subjects: NDArray[np.str_]


def people(count: int, rng: np.random.Generator, *, noise: float = 2.0) -> People:
    """Half of them healthy; the others lift their hands less and our scores are lower."""
    ill = np.repeat(np.arange(count) % 2 == 1, EXERCISES)
    how_ill = np.where(ill, np.repeat(rng.uniform(0.5, 2.0, count), EXERCISES), 0.0)
    figures = rng.normal(scale=0.1, size=(len(ill), len(FIGURES)))
    figures[:, WORSE] -= 0.2 * how_ill[:, None]
    figures[:, len(MOVEMENT) :] -= 0.3 * how_ill[:, None]
    exercise = np.tile(np.arange(EXERCISES), count)
    total = 45 - 12 * how_ill - 5 * exercise + rng.normal(scale=noise, size=len(ill))
    X = np.concatenate([figures, np.eye(EXERCISES)[exercise]], axis=1)
    y = np.stack([total, 0.3 * total, 0.7 * total], axis=1)
    return People(X, y, ~ill, np.repeat([f"p{i:03d}" for i in range(count)], EXERCISES))


def learned(rng: np.random.Generator, count: int = 40) -> ClinicalScorer:
    """A scorer that learned from such people, with sessions and intervals."""
    known = people(count, rng)
    return ClinicalScorer(EXERCISES).fit(known.X, known.y, known.healthy, known.subjects)
