"""Tasks x models x protocols as cells, and the tables from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.bench import made_task, tiny

from rehabkit import datasets
from rehabkit.bench import cells, class_controls, controls, learners, running, tables
from rehabkit.bench.cells import Cell
from rehabkit.bench.class_controls import CLASS_CONTROLS
from rehabkit.bench.columns import columns
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.learning import Settings
from rehabkit.bench.protocols import PROTOCOLS
from rehabkit.bench.running import Plan, Watch
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TASKS, Labels, TaskData, task
from rehabkit.errors import ModelError

pytest.importorskip("sklearn")


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "TREES", 5)
    monkeypatch.setattr(class_controls, "TREES", 5)


CONTROLS = {"score": learners.WITHOUT_FIGURES, "classes": tuple(CLASS_CONTROLS)}


class Known(Labels):
    """The truth of a generated task."""

    def __init__(self, data: TaskData) -> None:
        super().__init__(data.task, {})
        truth = zip(data.arrays.samples, data.truth.tolist(), strict=True)
        object.__setattr__(self, "known", {s.recording: t for s, t in truth})
        groups = {s.recording: s.group for s in data.arrays.samples}
        object.__setattr__(self, "groups", groups)

    def of(self, name: Mapping[str, Any]) -> Any:
        return self.known[name["recording"]]  # type: ignore[attr-defined]

    def group(self, name: Mapping[str, Any]) -> str:
        return str(self.groups[name["recording"]])  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["score", "classes"])
def test_controls_are_run_and_shown(kind: str, tmp_path: Path) -> None:
    data = made_task.data(kind)
    rows = CONTROLS[kind]
    protocols = ("subject-5fold", "sample-70-30")
    plan = Plan(data.task, tuple(rows), protocols, seeds=2)
    assert len(plan.cells) == len(rows) * 4
    done = running.run(plan, data, tmp_path, tmp_path)
    assert all(cell["complete"] for cell in done)
    text = tables.markdown(data.task, Known(data), tmp_path)
    assert text.index("`subject-5fold`") < text.index("`sample-70-30`")
    assert text.count("**leaky**") == 1
    for model in rows:
        assert text.count(f"| {model} | 2 |") == 2
    again = running.run(plan, data, tmp_path, tmp_path, Watch(fold=_never))
    assert again == done


def _never(*_: object) -> None:
    raise AssertionError("a fold was run again")


def test_a_leaky_table_shows_which_rows_it_lacks(tmp_path: Path) -> None:
    data = made_task.data()
    running.run(Plan(data.task, ("constant",), ("sample-8-1-1",)), data, tmp_path, tmp_path)
    text = tables.markdown(data.task, Known(data), tmp_path)
    assert "| identity | not run |" in text
    assert "| standing-still | not run |" in text


def test_figures_of_a_table(tmp_path: Path) -> None:
    """The constant's figure, worked out by hand from the cell's file."""
    data = made_task.data()
    running.run(Plan(data.task, ("constant",)), data, tmp_path, tmp_path)
    found = columns(data.task, Known(data), tmp_path)["subject-5fold"]["constant"]
    off = np.abs(found.truth - found.predicted)
    by_exercise = np.mean([off[found.exercises == e].mean() for e in ("a", "b")])
    assert f"| constant | 1 | {by_exercise:.3f} (" in tables.markdown(
        data.task, Known(data), tmp_path
    )
    assert len(off) == len(data.truth)


def test_differences_to_the_constant_are_paired(tmp_path: Path) -> None:
    data = made_task.data()
    running.run(Plan(data.task, ("constant", "path-length")), data, tmp_path, tmp_path)
    found = columns(data.task, Known(data), tmp_path)["subject-5fold"]
    mads = {
        name: np.mean([
            np.abs(c.truth - c.predicted)[c.exercises == e].mean() for e in ("a", "b")
        ])
        for name, c in found.items()
    }  # fmt: skip
    text = tables.markdown(data.task, Known(data), tmp_path)
    assert f"| {mads['path-length'] - mads['constant']:+.3f} (" in text
    line = next(one for one in text.splitlines() if one.startswith("| constant"))
    assert line.split(" | ")[-2] == ""  # nothing is paired with itself


def test_nothing_run_is_said(tmp_path: Path) -> None:
    data = made_task.data()
    assert "nothing was run yet" in tables.markdown(data.task, Known(data), tmp_path)


def test_a_network_says_how_far_it_got(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lightning_fabric")
    _with_tiny(monkeypatch)
    data = made_task.data()
    plan = Plan(data.task, ("tiny",), budget_min=1e-6)
    (done,) = running.run(plan, data, tmp_path / "results", tmp_path / "cache")
    settings = done["folds"][0]["settings"]
    assert (settings["epochs"], settings["of"], settings["stopped_by"]) == (1, 7, "budget")
    text = tables.markdown(data.task, Known(data), tmp_path / "results")
    assert "1 to 1 of 7 epochs, stopped by budget" in text


def test_one_network_an_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is what its own exercise alone gives, in the place of its samples."""
    pytest.importorskip("lightning_fabric")
    _with_tiny(monkeypatch)
    each = replace(learners.network_models()["tiny"], each=True)
    for kind in ("score", "classes"):
        data = made_task.data(kind)
        split = Split("by hand", np.arange(14), np.arange(14, 20))
        found = learners.network_learner(each, data)(split)
        assert found.settings["networks"] == 2
        for exercise in ("a", "b"):
            own = np.flatnonzero(data.arrays.column("exercise") == exercise)
            alone = data.of_exercise(exercise)
            inside = Split("by hand", np.arange(7), np.arange(7, 10))
            expected = learners.network_learner(replace(each, each=False), alone)(inside)
            for name, values in expected.predicted.items():
                assert np.array_equal(found.predicted[name][np.isin(split.test, own)], values)


def test_epochs_are_those_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lightning_fabric")
    _with_tiny(monkeypatch)
    data = made_task.data()
    plan = Plan(data.task, ("tiny",), epochs=3)
    (done,) = running.run(plan, data, tmp_path / "results", tmp_path / "cache")
    assert {(f["settings"]["epochs"], f["settings"]["of"]) for f in done["folds"]} == {(3, 3)}


def test_a_cell_says_nothing_of_labels(tmp_path: Path) -> None:
    data = made_task.data()
    running.run(Plan(data.task, ("constant",)), data, tmp_path, tmp_path)
    found = cells.read(Cell("made", "constant", "subject-5fold").path(tmp_path))
    assert found["folds"][0]["test"][0].keys() == {
        "subject", "exercise", "recording", "repetition", "total", "primary", "control"
    }  # fmt: skip


@pytest.mark.parametrize("model", ["tiny", "constant", "standing-still"])
def test_no_learner_sees_labels_of_the_test_part(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("lightning_fabric")
    _with_tiny(monkeypatch)
    for kind in ("score", "classes"):
        data = made_task.data(kind)
        split = Split("by hand", np.arange(16), np.arange(16, 20))
        before = learners.learner(model, data)(split).predicted
        truth = data.truth.copy()
        truth[split.test] = truth[split.test][::-1]
        assert (truth != data.truth).any()
        after = learners.learner(model, replace(data, truth=truth))(split).predicted
        for name, values in before.items():
            assert np.array_equal(values, after[name])


def _with_tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry with one small network; the builder stands in for networks.build."""
    from rehabkit.models import networks

    settings = Settings(epochs=7, batch=8, rate=0.01, patience=0)
    monkeypatch.setattr(
        learners, "network_models", lambda: {"tiny": NetworkModel("tiny", settings)}
    )
    monkeypatch.setattr(networks, "entry", lambda _: networks.Entry("", "", "", ""))
    monkeypatch.setattr(
        networks, "build",
        lambda _, skeleton, channels, outputs, **__: tiny.Tiny(len(skeleton) * channels, outputs),
    )  # fmt: skip


def test_class_controls_know_what_they_say() -> None:
    data = made_task.data("classes")
    split = Split("leaks", np.arange(19), np.array([19]))
    own = CLASS_CONTROLS["identity"](data, split)[0]
    assert np.allclose(own.sum(), 1)
    # Of the person's two samples the other is of the other exercise: it is what is known.
    classes = np.unique(data.truth).tolist()
    assert own.argmax() == classes.index(data.truth[18])
    assert own.max() == 1


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ModelError, match="known: 'irds-correct'"):
        task("kimore")
    with pytest.raises(ModelError, match="No model of score is called magic"):
        Plan(task("kimore-score-recording"), ("magic",))
    with pytest.raises(ModelError, match="No protocol"):
        Plan(task("kimore-score-recording"), protocols=("magic",))
    with pytest.raises(ModelError, match="No model"):
        learners.learner("magic", made_task.data())


def test_every_task_names_protocols_that_exist() -> None:
    for one in TASKS.values():
        assert set(one.protocols) <= set(PROTOCOLS)
        assert not PROTOCOLS[one.protocols[0]].leaky or "repetition" in one.name


@pytest.mark.data
def test_labels_are_found_by_name(data_root: Path) -> None:
    one = task("kimore-score-recording")
    labels = one.labels(datasets.load(one.data, data_root))
    row = next(r for r in labels.rows.values() if r.scores.get("total") is not None)
    name = next(n for n, r in labels.rows.items() if r is row)
    found = labels.of({"recording": name[0], "repetition": 0})
    assert found[0] == row.scores["total"]
    with pytest.raises(ModelError, match="has not"):
        labels.of({"recording": "nobody", "repetition": 0})
