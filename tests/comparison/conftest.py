"""Generated visits of one person, analysed once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from rehabkit.pipeline import analyze
from rehabkit.report.analysis import Analysis
from rehabkit.simulate import Faults, generate

Visit = Callable[..., Analysis]


@cache
def _visit(exercise: str, seed: int, extreme: tuple[tuple[str, float], ...],
           options: tuple[tuple[str, Any], ...]) -> Analysis:  # fmt: skip
    made = generate(
        exercise, repetitions=5, noise_m=0.003, seed=seed, extreme=dict(extreme),
        faults=Faults(tremor_deg=1.5, tremor_hz=0.4), **dict(options),
    )  # fmt: skip
    named = None if exercise.startswith("trunk") else exercise
    return analyze(made.recording, exercise=named)


@pytest.fixture(scope="session")
def visit() -> Visit:
    """``visit(seed, exercise=..., knee_flexion=...)``: five repetitions that reach so far."""

    def make(seed: int, exercise: str = "squat", **extreme: Any) -> Analysis:
        options = {k: extreme.pop(k) for k in ("heading_deg", "image", "sides") if k in extreme}
        return _visit(exercise, seed, tuple(extreme.items()), tuple(options.items()))

    return make
