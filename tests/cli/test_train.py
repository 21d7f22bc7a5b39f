"""``rehabkit train``: a table in, a model with its card out; run again, it goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.bench import own_table
from tests.cli.conftest import Ran

from rehabkit.bench import class_controls, controls

pytest.importorskip("lightning_fabric")
Run = Callable[..., Ran]
QUICK = "--epochs 1 --protocol subject-70-30 --network stgcn"


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "TREES", 5)
    monkeypatch.setattr(class_controls, "TREES", 5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning",
                            "ignore::UserWarning")  # fmt: skip
def test_from_a_table_to_a_model(run: Run, tmp_path: Path) -> None:
    own_table.write(tmp_path / "data")
    ran = run(f"train data/table.csv --out model {QUICK} --use 'a trial' --tensorboard")
    assert ran.status == 0, ran.err
    assert "# table: label" in ran.out
    out = tmp_path / "model"
    card = json.loads((out / "card.json").read_text())
    assert card["figures"].keys() == {"stgcn", "constant", "identity", "standing-still"}
    assert card["data"]["people"] == 6
    assert card["by_group"].keys() == {"healthy", "stroke"}
    assert "a trial" in (out / "card.md").read_text()
    assert any("6 people are few" in limit for limit in card["limits"])
    lines = (out / "predictions.csv").read_text().splitlines()
    assert lines[0] == "subject,exercise,recording,repetition,label,split"
    assert list((out / "tensorboard" / "model").glob("events*"))
    before = (out / "model.safetensors").read_bytes()
    again = run(f"train data/table.csv --out model {QUICK} --use 'a trial'")
    assert again.status == 0, again.err
    assert (out / "model.safetensors").read_bytes() == before
    other = run(f"train data/table.csv --out model {QUICK} --rate 0.5")
    assert other.status == 2
    assert "a training with other model" in other.err
    exported = run("train --out model --export onnx")
    assert exported.status == 0, exported.err
    assert (out / "model.onnx").is_file()


def test_a_split_that_leaks_is_refused(run: Run, tmp_path: Path) -> None:
    own_table.write(tmp_path / "data", split=["train", "test"] * 6)
    ran = run(f"train data/table.csv --out model {QUICK}")
    assert ran.status == 2
    assert "6 subjects are on both sides" in ran.err
    assert not (tmp_path / "model" / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("train --out model", "expected a table"),
        ("train data/table.csv --out model --network magic", "no network 'magic'"),
        ("train gone.csv --out model", "found no file"),
        ("train --out nowhere --export onnx", "Expected a file of weights"),
        ("train data/table.csv --out model --device gpu --epochs 1", "Expected a device"),
    ],
)
def test_what_cannot_be_done_is_said(line: str, words: str, run: Run, tmp_path: Path) -> None:
    own_table.write(tmp_path / "data")
    ran = run(line)
    assert ran.status == 2
    assert words in ran.err
