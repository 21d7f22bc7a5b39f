"""From a recording to a data set in FineRehab's layout, by the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

from rehabkit import datasets

Run = Callable[..., Ran]


def test_snippets_are_a_data_set(run: Run, sample: Path, tmp_path: Path) -> None:
    options = "--exercise squat --subject 24 --movement 12 --to .finerehab.json"
    assert run(f"snippets {sample} {options} --out {tmp_path / 'out'}").status == 0
    dataset = datasets.load("finerehab", tmp_path / "out")
    assert [row.repetition for row in dataset] == list(range(1, len(dataset) + 1))
    assert len(dataset) >= 4
    for row, recording in dataset.recordings():
        assert (recording.subject.id, row.subject) == ("24", "24")
        assert recording.exercise.extra["side"] == row.side == "both"
        assert recording.exercise.extra["repetition"] == row.repetition
