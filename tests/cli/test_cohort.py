"""``rehabkit cohort``: a folder of results once more as a page and tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran
from tests.cohort import made

Run = Callable[..., Ran]


def test_a_folder_of_results(run: Run, tmp_path: Path) -> None:
    made.cohort(tmp_path / "out", 1)
    ran = run("cohort out")
    assert (ran.status, ran.out) == (0, "2 recordings: out/cohort.html\n")
    written = {path.name for path in (tmp_path / "out").iterdir() if path.is_file()}
    assert written == {"cohort.html", "cohort.parquet", "repetitions.parquet"}


def test_elsewhere_links_lead_back(run: Run, tmp_path: Path) -> None:
    made.cohort(tmp_path / "out", 1, visits=7)
    assert run("cohort out --out elsewhere").status == 0
    page = (tmp_path / "elsewhere" / "cohort.html").read_text(encoding="utf-8")
    assert 'href="../out/P0000/squat-7/report.html"' in page


def test_a_folder_without_results_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run("cohort empty")
    assert ran.status == 2
    assert "found no analysis.json" in ran.err
