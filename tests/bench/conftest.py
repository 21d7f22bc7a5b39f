"""Generated samples whose scores and classes follow from the movement, and a tiny network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float

JOINTS = ("pelvis", "head", "hip_left", "hip_right", "wrist_left", "wrist_right")
FRAMES = 20


@dataclass(frozen=True, eq=False)
class Made:
    """Wrists that go up and down; the score is how high they go."""

    inputs: Float
    scores: Float
    classes: NDArray[np.str_]
    subjects: NDArray[np.str_]


@pytest.fixture
def made(rng: np.random.Generator) -> Made:
    """Twelve people with four samples each."""
    count = 48
    heights = rng.uniform(0.2, 1.0, count).astype(np.float32)
    wave = np.sin(np.linspace(0, np.pi, FRAMES)).astype(np.float32)
    inputs = rng.normal(0, 0.02, (count, FRAMES, len(JOINTS), 3)).astype(np.float32)
    inputs[:, :, 4:, 1] += heights[:, None, None] * wave[None, :, None]
    subjects = np.array([f"P{i % 12}" for i in range(count)])
    classes = np.where(heights > 0.6, "high", "low")
    return Made(inputs, 50 * heights, classes, subjects)
