"""Tables from cells: groups, differences over several seeds, costs, and what papers print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.bench import made_task
from tests.bench.test_running import Known

from rehabkit.bench import class_controls, controls, metrics, running, tables
from rehabkit.bench.columns import Column, columns, joined
from rehabkit.bench.running import Plan
from rehabkit.bench.tasks import TaskData

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
