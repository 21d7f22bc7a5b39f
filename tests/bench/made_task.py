"""A task of generated samples, with labels that follow from the movement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rehabkit.bench.arrays import Arrays, Sample
from rehabkit.bench.tasks import TaskData, task
from rehabkit.kinematics.body_places import JOINTS

FRAMES = 12


def data(kind: str = "score", people: int = 10) -> TaskData:
    """Two exercises a person; the right wrist's height is the score."""
    random = np.random.default_rng(0)
    count = 2 * people
    heights = random.uniform(0.2, 1, count)
    positions = random.normal(0, 0.02, (count, FRAMES, len(JOINTS), 3))
    positions[:, :, JOINTS.index("wrist_right"), 1] += heights[:, None]
    samples = tuple(
        Sample(i, f"s{i // 2}", ("expert", "stroke")[i // 2 % 2], ("a", "b")[i % 2],
               f"s{i // 2}/{i % 2}.csv", 0, 0.0, 2.0)
        for i in range(count)
    )  # fmt: skip
    arrays = Arrays(positions.astype(np.float32), None, JOINTS, samples, (), "made" * 10)
    scores = np.stack([50 * heights, 30 * heights, 20 * heights], axis=1)
    if kind == "score":
        return TaskData(replace(task("kimore-score-recording"), name="made"), arrays, scores)
    classes = np.where(heights > 0.6, "high", "low")
    return TaskData(replace(task("kimore-patient"), name="made-class"), arrays, classes)
