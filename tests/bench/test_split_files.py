"""Shipped split files: nobody is on both sides, and they are what the protocols draw."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.sources import ROOT

from rehabkit.bench import split_files
from rehabkit.bench.splits import check
from rehabkit.bench.tasks import task
from rehabkit.errors import ModelError

FILES = sorted((ROOT / "benchmarks" / "splits").glob("*.json"))


def test_some_are_shipped() -> None:
    assert {p.stem for p in FILES} >= {"kimore-score-recording-subject-5fold"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_nobody_is_on_both_sides(path: Path) -> None:
    content = json.loads(path.read_text())
    subjects = np.repeat(content["people"], 3)
    for split in split_files.splits(content, subjects):
        check(split, subjects, subjects, apart=("subject", "recording"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
@pytest.mark.data
def test_they_are_drawn_again(path: Path, data_root: Path) -> None:
    content = json.loads(path.read_text())
    seeds = len({s["name"].partition(",")[0] for s in content["splits"]})
    one = task(content["task"])
    assert split_files.content(one, data_root, content["protocol"], seeds) == content


def test_a_person_who_is_not_in_the_file_is_named() -> None:
    content = {"people": ["a", "b"], "splits": [{"name": "x", "test": ["a"]}]}
    with pytest.raises(ModelError, match="does not know c"):
        split_files.splits(content, ["a", "c"])


def test_a_leaky_protocol_has_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="people on both sides"):
        split_files.content(task("kimore-score-recording"), tmp_path, "sample-8-1-1", 1)
