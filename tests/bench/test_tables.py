"""Tables from cells: groups, differences over several seeds, costs, and what papers print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.bench import made_task
from tests.bench.test_running import Known

from rehabkit import datasets
from rehabkit.bench import (
    class_controls,
    controls,
    cost_tables,
    costs,
    learners,
    metrics,
    running,
    tables,
)
from rehabkit.bench.columns import Column, columns, joined
from rehabkit.bench.learners import NetworkModel
from rehabkit.bench.learning import Course, Settings
from rehabkit.bench.running import Plan
from rehabkit.bench.tasks import TaskData, task
from rehabkit.datasets.row import Dataset

pytest.importorskip("sklearn")


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "TREES", 5)
    monkeypatch.setattr(class_controls, "TREES", 5)


def column(off: list[float], seed: int = 0, **changed: Any) -> Column:
    """Four samples of two people and two exercises, each off by so much."""
    fields: dict[str, Any] = {
        "truth": np.array([10.0, 20.0, 30.0, 40.0]),
        "predicted": np.array([10.0, 20.0, 30.0, 40.0]) + np.array(off),
        "names": np.array([f"{seed} fold {i} 0" for i in range(4)]),
        "exercises": np.array(["a", "b", "a", "a"]),
        "subjects": np.array(["p", "p", "q", "q"]),
        "groups": np.array(["expert", "expert", "stroke", "stroke"]),
        "seeds": (seed,), "complete": True, "settings": (), "seconds": 1.0,
    }  # fmt: skip
    return Column(**{**fields, **changed})


def test_a_difference_is_of_the_same_samples_whatever_their_order() -> None:
    one, other = column([1, 2, 3, 6]), column([0, 1, 2, 1])
    gap = one.less(other)
    assert gap is not None
    assert gap.value == pytest.approx(((1 + 1 + 5) / 3 + 1) / 2)
    turned = other.take(np.array([3, 1, 0, 2]))
    assert one.less(turned) == gap
    assert one.less(column([0, 1, 2, 1], seed=1)) is None
    assert one.less(one) == metrics.Interval(0, 0, 0)


def test_seeds_are_averaged_and_paired_seed_by_seed() -> None:
    both = joined([column([1, 2, 3, 6]), column([3, 4, 5, 8], seed=1)])
    base = joined([column([0, 0, 0, 0]), column([1, 1, 1, 1], seed=1)])
    first = both.first()
    assert first is not None
    assert first.value == pytest.approx((8 / 3 + 14 / 3) / 2)  # of two exercises in two seeds
    gap = both.less(base)
    assert gap is not None
    assert gap.value == pytest.approx(first.value - 0.5)
    assert both.seeds == (0, 1)


def test_a_person_alone_has_no_interval() -> None:
    alone = column([1, 2, 3, 6], subjects=np.array(["p"] * 4))
    assert alone.first() is None


def test_people_are_drawn_as_the_plain_bootstrap_draws_them() -> None:
    random = np.random.default_rng(0)
    subjects = np.array([f"p{i % 7}" for i in range(60)])
    parts = np.array([f"e{i % 3}" for i in range(60)])
    values = random.uniform(size=60)
    fast = metrics.people_drawn(values, parts, subjects, resamples=50)
    slow = metrics.by_people(
        lambda kept: metrics.mean_of_parts(values[kept], parts[kept]), subjects, resamples=50
    )
    assert (fast.value, fast.low, fast.high) == pytest.approx((slow.value, slow.low, slow.high))


def run(data: TaskData, models: tuple[str, ...], folder: Path, way: str = "subject-5fold") -> str:
    running.run(Plan(data.task, models, (way,)), data, folder, folder)
    return tables.markdown(data.task, Known(data), folder)


def test_every_model_has_its_error_in_every_group(tmp_path: Path) -> None:
    data = made_task.data()
    text = run(data, ("constant", "path-length"), tmp_path)
    assert "| MAD by group | expert (5) | stroke (5) |" in text
    found = columns(data.task, Known(data), tmp_path)["subject-5fold"]["constant"]
    own = found.groups == "stroke"
    off = np.abs(found.truth - found.predicted)[own]
    mad = np.mean([off[found.exercises[own] == e].mean() for e in ("a", "b")])
    (line,) = (x for x in text.splitlines() if x.startswith("| constant") and x.count("|") == 4)
    assert f"| {mad:.2f} (" in line


def test_the_best_plain_row_sees_movement(tmp_path: Path) -> None:
    near, far = column([1, 1, 1, 1]), column([9, 9, 9, 9])
    found = {"group": near, "path-length": far, "extra-trees": near, "d2sta": near}
    assert tables.best_plain(found) == "extra-trees"
    assert tables.best_plain({"constant": near, "d2sta": near}) == ""


def test_errors_stand_on_both_scales(tmp_path: Path) -> None:
    data = made_task.data()
    text = run(data, ("constant",), tmp_path)
    (line,) = (x for x in text.splitlines() if x.startswith("| constant") and x.count("|") > 5)
    cells = [cell.strip() for cell in line.split("|")]
    assert float(cells[4]) == pytest.approx(2 * float(cells[3].split()[0]), abs=2e-3)


def test_published_rows_have_the_blind_ones_beside_them(tmp_path: Path) -> None:
    data = made_task.data()
    data = replace(data, task=replace(data.task, name="kimore-score-repetition"))
    text = run(data, ("constant", "identity"), tmp_path, "sample-8-1-1")
    after = text[text.index("Published") :]
    assert "| ours: constant | `sample-8-1-1` |" in after
    assert "| ours: standing-still | `sample-8-1-1` | not run |" in after
    assert after.index("ours: identity") < after.index("| D2STA |")
    assert "| D2STA | **leaky**" in after
    assert "not run" in run(data, ("constant",), tmp_path / "none")


def test_classes_are_compared_too(tmp_path: Path) -> None:
    data = made_task.data("classes")
    data = replace(data, task=replace(data.task, name="kimore-patient"))
    text = run(data, ("constant", "standing-still"), tmp_path)
    found = columns(data.task, Known(data), tmp_path)["subject-5fold"]["standing-still"]
    balanced = metrics.balanced_accuracy(found.truth, found.predicted)
    assert f"| standing-still | 1 | {balanced:.3f} (" in text
    assert "by group" not in text
    assert "| EGCN | by subject | accuracy 80.1 % |" in text


def test_a_score_of_0_to_100_is_shown_once(tmp_path: Path) -> None:
    data = made_task.data()
    scaled = replace(data, task=replace(data.task, highest=100.0))
    assert run(scaled, ("constant",), tmp_path).count("MAD, 0-100") == 1
    half = replace(data, task=replace(data.task, highest=50.0))
    assert "MAD, 0-50" in run(half, ("constant",), tmp_path)
    row = tables._control(scaled.task, "constant", "sample-8-1-1", column([1, 2, 3, 4]))
    assert row.split(" | ")[2] == ""
    assert row.split(" | ")[3] != ""


def test_a_network_says_to_what_loss_it_got(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the lowest to the highest training, those of every exercise too."""
    known = {name: NetworkModel("lite") for name in ("whole", "each", "alone")}
    monkeypatch.setattr(learners, "network_models", lambda: known)
    one, two = training(0.5, 1.25), training(0.25, 0.75)
    rows = {
        "whole": column([1, 2, 3, 4], settings=(one, two)),
        "each": column([1, 2, 3, 4], settings=({**one, "by_exercise": {"a": one, "b": two}},)),
        "alone": column([1, 2, 3, 4], settings=(training(0.5, None),)),
        "constant": column([1, 2, 3, 4]),
    }
    head, _, *lines, _ = cost_tables.table(made_task.data().task, rows)
    assert head.endswith("| loss, learned from | loss, held out |")
    ends = [line.split(" epochs, stopped by epochs | ")[1] for line in lines]
    assert ends[:2] == ["0.250 to 0.500 | 0.750 to 1.250 |"] * 2
    assert ends[2:] == ["0.500 | - |"]


def training(loss: float, held_out: float | None) -> dict[str, Any]:
    """A training's facts as a cell has them; of a number of parameters that nothing built has."""
    course = Course((9.0, loss), () if held_out is None else (held_out, 9.0), 1, "epochs", 1.0)
    return {**course.facts(Settings(epochs=2)), "parameters": 1}


def test_what_is_not_the_cells_network_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    made = {
        True: (torch.nn.Linear(3, 3), [torch.zeros(1, 5)]),  # no sample of its own: cannot be run
        False: (torch.nn.Linear(3, 2), [torch.zeros(1, 3)]),
    }
    monkeypatch.setattr(costs, "network_of", lambda *_, orientations: made[orientations])
    monkeypatch.setattr(learners, "network_models", lambda: {"two": NetworkModel("d2sta")})
    settings = ({**training(0.5, None), "parameters": 8},)
    found = {"two": column([1, 2, 3, 4], settings=settings)}
    (line,) = cost_tables.table(made_task.data().task, found)[2:-1]
    assert line.startswith("| two | 8 | 0 | ")
    assert line.split(" | ")[3] != ""


def test_a_data_set_is_read_once_for_all_its_tasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def load(name: str, root: Path) -> Dataset:
        read.append(name)
        return Dataset(name, root, ())

    monkeypatch.setattr(datasets, "load", load)
    names = ("kimore-score-recording", "ui-prmd-correct", "kimore-patient", "kimore-level")
    text = tables.of_tasks([task(name) for name in names], tmp_path, tmp_path)
    assert read == ["kimore", "ui-prmd"]
    places = [text.index(f"### {name}\n") for name in names]
    assert places == sorted(places)
