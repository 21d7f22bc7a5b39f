"""A small part of ``benchmarks/findings.py``, with a fixed seed."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "findings.py"
FAULTS = (
    "short range", "tries too small", "pause", "asymmetry", "shaking", "lean", "side lean",
    "valgus",
)  # fmt: skip


@pytest.fixture(scope="module")
def benchmark_findings() -> ModuleType:
    spec = spec_from_file_location("benchmark_findings", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


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
