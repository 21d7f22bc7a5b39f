"""A twentieth of ``benchmarks/bad_files.py``, and that it would notice a fault."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from tests.formats.mutations import MUTATIONS, Mutation
from tests.sources import script


@pytest.fixture(scope="module")
def bad_files() -> ModuleType:
    return script("benchmarks/bad_files.py")


def test_a_twentieth_ends_well(bad_files: ModuleType, tmp_path: Path,
                               capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    arguments = ["--count", str(bad_files.COUNT // 20), "--keep", str(tmp_path), "--workers", "1"]
    assert bad_files.main(arguments) == 0, capsys.readouterr().out
    assert "250 files" in capsys.readouterr().out


def test_a_case_is_the_same_every_time(bad_files: ModuleType, tmp_path: Path) -> None:
    victims = bad_files.gather(tmp_path / "whole", None, "irds")
    case = bad_files.cases(victims, 50)[37]
    places = tmp_path / "first", tmp_path / "second"
    first, second = (bad_files.make_bad(case, 3, tmp_path / "whole", p) for p in places)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != (tmp_path / "whole" / case.victim.path).read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_a_hang_and_a_death_are_noticed(bad_files: ModuleType, tmp_path: Path) -> None:
    pipe = tmp_path / "endless.csv"
    os.mkfifo(pipe)
    worker = bad_files.Worker([])
    assert worker.ask(pipe, "csv", 1.0)["end"] == "slow"
    assert not worker.alive
    worker = bad_files.Worker([])
    worker.process.kill()
    assert worker.ask(pipe, "csv", 1.0)["end"] == "died"


@pytest.mark.parametrize("mutate", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_mutation_changes_what_it_is_given(mutate: Mutation) -> None:
    rng = np.random.default_rng(1)
    content = b"a_x,b_x,c_x\n" + b"".join(b"1,2.5,%d,4\n" % i for i in range(9))
    assert any(mutate(content, rng) != content for _ in range(20))
    for other in (b"[1]", bytes(90), b"x"):
        assert isinstance(mutate(other, rng), bytes)
