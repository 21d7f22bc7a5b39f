"""Generated visits of one person as summaries, analysed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from rehabkit.pipeline import analyze
from rehabkit.progress.visits import Visit, visits_of
from rehabkit.report.document import Summary
from rehabkit.report.summary import summarize
from rehabkit.simulate import Faults, generate

Make = Callable[..., Summary]


@cache
def _summary(exercise: str, seed: int, knee: float | None, options: tuple[Any, ...]) -> Summary:
    made = generate(
        exercise, repetitions=4, noise_m=0.003, seed=seed,
        extreme=None if knee is None else {"knee_flexion": knee},
        faults=Faults(tremor_deg=1.5, tremor_hz=0.4), **dict(options),
    )  # fmt: skip
    return summarize(analyze(made.recording, exercise=exercise))


@pytest.fixture(scope="session")
def made() -> Make:
    """``made(seed, knee, exercise="squat", **generate's options)``."""

    def make(
        seed: int, knee: float | None = None, exercise: str = "squat", **options: Any
    ) -> Summary:
        return _summary(exercise, seed, knee, tuple(options.items()))

    return make


@pytest.fixture(scope="session")
def gain(made: Make) -> list[Summary]:
    """Four squats whose knee goes from 90 to 108 deg."""
    return [made(seed, 90.0 + 6 * seed) for seed in range(4)]


def visits(summaries: list[Summary], dates: str | None = None, **more: Any) -> list[Visit]:
    """Visits in memory."""
    return visits_of([(s, None) for s in summaries], told_dates=dates, **more)


def with_source(summary: Summary, **changes: Any) -> Summary:
    """A summary whose source says something else."""
    return summary.model_copy(update={"source": summary.source.model_copy(update=changes)})


def with_person(summary: Summary, id_: str | None) -> Summary:
    """A summary of somebody else."""
    return summary.model_copy(update={"subject": summary.subject.model_copy(update={"id": id_})})
