"""Ctrl-C at any time leaves no half-written file: a twentieth of ``benchmarks/interrupt.py``."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from tests.sources import script


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    return script("benchmarks/interrupt.py")


def test_one_recording(benchmark: ModuleType, sample: Path, tmp_path: Path) -> None:
    _, results = benchmark.stop_at_random([str(sample), "--exercise", "squat"], tmp_path, runs=5)
    assert [fault for result in results for fault in result.faults] == []


def test_several_with_workers(benchmark: ModuleType, sample: Path, tmp_path: Path) -> None:
    arguments = [str(sample), str(sample.parent / "two.csv"), "--workers", "2"]
    (sample.parent / "two.csv").write_bytes(sample.read_bytes())
    _, results = benchmark.stop_at_random(arguments, tmp_path, runs=3, seed=1)
    assert [fault for result in results for fault in result.faults] == []
