"""A small part of ``benchmarks/findings.py``, with a fixed seed."""

from __future__ import annotations

from types import ModuleType

import pytest
from tests.sources import script

FAULTS = (
    "short range", "tries too small", "pause", "asymmetry", "shaking", "lean", "side lean",
    "valgus",
)  # fmt: skip


@pytest.fixture(scope="module")
def benchmark_findings() -> ModuleType:
    return script("benchmarks/findings.py")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_dialled_fault_is_found(benchmark_findings: ModuleType, fault: str) -> None:
    counted = [
        benchmark_findings.found_with(made, fault, 1, seed=7)
        for made in benchmark_findings.USUAL[FAULTS.index(fault) % 2 :: 2]
    ]
    looked_for = [pair for pair in counted if pair is not None]
    assert looked_for
    assert all(found == people for found, people in looked_for)


def test_healthy_movement_has_no_finding(benchmark_findings: ModuleType) -> None:
    for made in benchmark_findings.USUAL:
        assert benchmark_findings.false_findings(made, 1, seed=7) == (0, 1)
