"""Tables of made-up cohorts: three people, sixty with two sensors, a thousand, odd names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cohort import made

from rehabkit.cohort import Entry, write

BOTH = ("squat", "shoulder-abduction")


def table(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "cohort.parquet")


def refused(folder: Path, *names: str) -> list[Entry]:
    why = "{}: expected a recording, found an empty file."
    return [Entry(n, folder / n, f"in/{n}", True, (why.format(f"in/{n}"),)) for n in names]


@pytest.fixture(scope="package")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people, two recordings each, and two that were refused."""
    folder = made.cohort(tmp_path_factory.mktemp("three"), 3)
    write(folder, also=refused(folder, "bad.csv", "worse.csv"))
    return folder


@pytest.fixture(scope="package")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty people with two exercises and scores, half of them before another sensor."""
    folder = made.cohort(
        tmp_path_factory.mktemp("sixty"), 60, visits=1, scores=True, exercises=BOTH,
        sensors=("Kinect v2", "Azure Kinect"),
    )  # fmt: skip
    write(folder)
    return folder


@pytest.fixture(scope="package")
def thousand(sixty: Path) -> pl.DataFrame:
    """A table of a thousand and twenty people: those sixty seventeen times, a little changed."""
    rng = np.random.default_rng(3)
    one, copies = table(sixty), []
    figures = [c for c in one.columns if c.endswith(("_range_deg", "_max_deg", "extent_m"))]
    for copy in range(17):
        changed = [pl.col(c) * pl.Series(rng.normal(1, 0.05, len(one))) for c in figures]
        names = [(pl.col(c) + f"-{copy}").alias(c) for c in ("person", "subject", "recording")]
        copies.append(one.with_columns(*changed, *names))
    return pl.concat(copies)
