"""``rehabkit datasets``: the list, a table, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from tests.cli.conftest import Ran
from tests.formats import made

from rehabkit import datasets

Run = Callable[..., Ran]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "irds" / "Simplified"
    folder.mkdir(parents=True)
    made.irds_simplified(folder)
    return tmp_path


def test_the_list_names_every_set(run: Run) -> None:
    ran = run("datasets list")
    assert ran.status == 0
    assert all(name in ran.out for name in datasets.names())


@pytest.mark.parametrize("name", ["table.parquet", "table.csv"])
def test_a_table_is_written(run: Run, root: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out" / name
    ran = run(f"datasets table irds {root} --out {out}")
    assert ran.status == 0
    assert "irds: 1 rows, 1 people written to" in ran.out
    frame = pl.read_parquet(out) if name.endswith("parquet") else pl.read_csv(out)
    assert frame["exercise"].to_list() == ["irds-2"]


def test_wrong_names_are_refused(run: Run, root: Path) -> None:
    ran = run(f"datasets table irds {root} --out table.xlsx")
    assert (ran.status, "end in .parquet or .csv" in ran.err) == (2, True)
    ran = run(f"datasets table nothing {root}")
    assert (ran.status, "No data set is called" in ran.err) == (2, True)
