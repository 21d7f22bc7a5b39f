"""``rehabkit bench``: listing, and refusals; the runs themselves are tested in ``tests/bench``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran

from rehabkit.bench import skeleton_pickle
from rehabkit.bench.tasks import TASKS

Run = Callable[..., Ran]


def test_tasks_and_models_are_listed(run: Run) -> None:
    ran = run("bench list", columns=200)
    assert ran.status == 0
    for name in TASKS:
        assert name in ran.out
    assert "sample-8-1-1 (leaky)" in ran.out
    assert "models of scores: constant, group, identity" in ran.out
    assert "stgcn" in ran.out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("bench run kimore", "No task is called 'kimore'"),
        ("bench run kimore-score-recording --model magic", "No model of score is called magic"),
        ("bench run kimore-score-recording --protocol magic", "No protocol is called 'magic'"),
        ("bench run kimore-score-recording --root gone", "no folder"),
        ("bench table kimore", "No task is called 'kimore'"),
        ("bench export kimore --to a.pkl", "No task is called 'kimore'"),
    ],
)
def test_what_is_not_known_is_said(line: str, words: str, run: Run) -> None:
    ran = run(line)
    assert ran.status == 2
    assert words in ran.err


def test_no_results_make_an_empty_table(run: Run) -> None:
    ran = run("bench table --out tables.md")
    assert ran.status == 0
    assert "tables of nothing" in ran.out


def test_published_figures_are_printed(run: Run) -> None:
    ran = run("bench published", columns=400)
    assert "| D2STA | **leaky**, by sample" in ran.out
    assert "Lost in the papers' texts" in ran.out


@pytest.mark.data
def test_a_cell_is_run_and_shown(run: Run, data_root: Path) -> None:
    """UTKinect's twenty files are read in seconds."""
    given = f"--root {data_root.resolve()} --results results"
    ran = run(f"bench run utkinect-action --model constant --cache cache {given}")
    assert ran.status == 0, ran.err
    assert "1 cells of utkinect-action" in ran.out
    written = run(
        f"bench export utkinect-action --to a.pkl --cache cache --root {data_root.resolve()}"
    )
    assert "samples of utkinect-action with the splits of leave-one-subject-out" in written.out
    found = skeleton_pickle.read(Path("a.pkl"))
    found.check()
    assert len(found.splits) == 10
    table = run(f"bench table {given}", columns=300)
    assert "| constant | 1 | 0." in table.out
