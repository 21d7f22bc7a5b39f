"""Five levels of a score: cut by the training part alone, told by figures of counts by person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.bench import made_task, tiny
from tests.bench.test_running import Known
from tests.sources import script

from rehabkit import datasets
from rehabkit.bench import class_controls, learners, level_tables, metrics, running, tables
from rehabkit.bench.columns import Column, columns
from rehabkit.bench.levels import CUTS, LEVELS, Levels, level_of, quintiles
from rehabkit.bench.running import Plan
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import TASKS, TaskData, task
from rehabkit.errors import ModelError

pytest.importorskip("sklearn")
Names = NDArray[np.str_]
SPLIT = Split("by hand", np.arange(14), np.arange(14, 20))


@pytest.fixture
def data() -> TaskData:
    """The made score in levels."""
    made = made_task.data()
    return replace(made, task=replace(task("kimore-level"), name="made"), truth=made.truth[:, 0])


def test_levels_by_hand() -> None:
    cuts = quintiles(np.arange(0.0, 101.0))
    assert cuts.tolist() == [20, 40, 60, 80]
    assert level_of(np.array([0, 19.9, 20, 59, 80, 200]), cuts).tolist() == [
        "poor", "poor", "below average", "average", "good", "good"
    ]  # fmt: skip


def test_only_the_training_part_cuts(data: TaskData) -> None:
    before = Levels().within(data, SPLIT.train)
    moved = data.truth.copy()
    moved[SPLIT.test] += 1000
    after = Levels().within(replace(data, truth=moved), SPLIT.train)
    assert before.settings == after.settings
    assert np.array_equal(before.truth[SPLIT.train], after.truth[SPLIT.train])
    assert set(after.truth[SPLIT.test]) == {"good"}
    counts = np.unique(before.truth[SPLIT.train], return_counts=True)[1]
    assert len(counts) == len(LEVELS)
    assert counts.max() - counts.min() <= 1


def test_a_cell_has_cuts_and_the_table_has_levels(
    data: TaskData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_controls, "TREES", 5)
    plan = Plan(data.task, ("constant", "standing-still"), seeds=2)
    done = running.run(plan, data, tmp_path, tmp_path)
    assert all(len(fold["settings"][CUTS]) == 4 for cell in done for fold in cell["folds"])
    labels = Known(data)
    found = columns(data.task, labels, tmp_path)["subject-5fold"]["constant"]
    right = np.mean(found.truth == found.predicted)
    text = tables.markdown(data.task, labels, tmp_path)
    assert "Cuts of the training parts: " in text
    line = next(one for one in text.splitlines() if one.startswith("| constant | 2 |"))
    assert line.startswith(f"| constant | 2 | {right:.3f} (")
    assert "| standing-still | 2 |" in text


def test_labels_are_not_in_the_file(data: TaskData, tmp_path: Path) -> None:
    (cell,) = running.run(Plan(data.task, ("constant",)), data, tmp_path, tmp_path)
    for tested in (t for fold in cell["folds"] for t in fold["test"]):
        assert set(tested) == {"subject", "exercise", "recording", "repetition", "class"}


def test_a_model_of_the_score_is_cut_alike(data: TaskData) -> None:
    """A regressor that is told apart from a classifier by what it hands back."""
    found = learners.learner("channel-ridge-levelled", data)(SPLIT)
    cuts = found.settings[CUTS]
    score = np.asarray(found.predicted["score"], dtype=np.float64)
    assert np.array_equal(found.predicted["class"], level_of(score, cuts))
    plain = replace(data.task, kind="score", outputs=("score",), target=None)
    alone = learners.learner("channel-ridge", replace(data, task=plain, truth=data.truth[:, None]))
    assert np.array_equal(alone(SPLIT).predicted["score"], found.predicted["score"])
    with pytest.raises(ModelError, match="No model of score"):
        learners.learner("channel-ridge-levelled", made_task.data())


def test_no_model_sees_scores_of_the_test_part(data: TaskData) -> None:
    truth = data.truth.copy()
    truth[SPLIT.test] = truth[SPLIT.test][::-1] + 3
    for model in ("constant", "identity", "channel-ridge-levelled", "channel-ridge-each-levelled"):
        before = learners.learner(model, data)(SPLIT).predicted["class"]
        after = learners.learner(model, replace(data, truth=truth))(SPLIT).predicted["class"]
        assert np.array_equal(before, after)


def test_a_network_takes_levels(data: TaskData, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("lightning_fabric")
    from rehabkit.bench.learners import NetworkModel
    from rehabkit.bench.learning import Settings
    from rehabkit.models import networks

    settings = Settings(epochs=2, batch=8, patience=0)
    made = {"tiny": NetworkModel("tiny", settings)}
    monkeypatch.setattr(learners, "network_models", lambda: made)
    monkeypatch.setattr(networks, "entry", lambda _: networks.Entry("", "", "", ""))
    monkeypatch.setattr(
        networks, "build",
        lambda _, skeleton, channels, outputs, **__: tiny.Tiny(len(skeleton) * channels, outputs),
    )  # fmt: skip
    for model in ("tiny", "tiny-levelled"):
        found = learners.learner(model, data)(SPLIT)
        assert set(np.asarray(found.predicted["class"])) <= set(LEVELS)
        assert found.settings["epochs"] == 2
        assert len(found.settings[CUTS]) == 4


def _column(truth: Names, said: Names, who: Names) -> Column:
    return Column(truth, said, who, who, who, who, (0,), True, (), 0.0)


def test_figures_of_counts_are_those_of_samples(rng: np.random.Generator) -> None:
    truth = np.array(LEVELS)[rng.integers(0, 5, 200)]
    said = np.array(LEVELS)[rng.integers(0, 5, 200)]
    who = np.array([f"p{i % 20}" for i in range(200)])
    counts = level_tables.Counts.of(_column(truth, said, who)).each.sum(axis=0)
    one, two = (np.array([LEVELS.index(n) for n in names]) for names in (truth, said))
    assert np.isclose(level_tables.accuracy(counts), metrics.accuracy(truth, said))
    balanced = metrics.balanced_accuracy(truth, said)
    assert np.isclose(level_tables.balanced_accuracy(counts), balanced)
    assert np.isclose(metrics.kappa_of(counts), metrics.quadratic_kappa(one, two, 5))


def test_intervals_draw_people() -> None:
    """One person all right, one all wrong: a mean that swings from 0 to 1."""
    levels, said = (np.repeat([LEVELS[0], LEVELS[k]], 5) for k in (1, 2))
    counts = level_tables.Counts.of(_column(levels, said, np.repeat(["a", "b"], 5)))
    assert set(np.unique(level_tables.accuracy(counts.drawn()))) == {0.0, 0.5, 1.0}


def test_differences_are_of_the_same_samples() -> None:
    """One an exercise is right in all, one for all in none; other seeds are not compared."""
    names, who = np.array([f"0 {i}" for i in range(4)]), np.array(["a", "a", "b", "b"])
    truth, wrong = np.repeat(LEVELS[0], 4), np.repeat(LEVELS[1], 4)
    settings = ({CUTS: [1, 2, 3, 4]},)
    right, all_wrong = (
        Column(truth, said, names, who, who, who, (0,), True, settings, 0.0)
        for said in (truth, wrong)
    )
    other = replace(all_wrong, names=np.array([f"1 {i}" for i in range(4)]), seeds=(1,))
    rows = {"constant": other, "forest": all_wrong, "forest-each": right}
    lines = level_tables.table(rows, ["identity"], "not run")
    (each,) = (line for line in lines if line.startswith("| forest-each"))
    assert each.endswith("| other samples | +1.000 (+1.000 to +1.000) |")
    assert "| identity | not run |" in "".join(lines)


def test_there_is_a_task_for_every_score() -> None:
    names = {n for n, one in TASKS.items() if isinstance(one.target, Levels)}
    parts = ("", "-primary", "-control")
    assert names == {f"kimore-level{p}{s}" for p in parts for s in ("", "-repetition")}


@pytest.mark.data
def test_tasks_differ_in_the_score_alone(data_root: Path) -> None:
    rows = datasets.load("kimore", data_root).rows
    row = next(r for r in rows if r.scores.get("control") is not None)
    every = task("kimore-score-recording").label(row)
    names = ("kimore-level", "kimore-level-primary", "kimore-level-control")
    assert [task(name).label(row) for name in names] == list(every)  # type: ignore[arg-type]


def test_levels_of_scores_that_knew_the_person_are_refused(data: TaskData) -> None:
    """Of the command that cuts what the clinical scorer said."""
    samples = [data.arrays.samples[i] for i in SPLIT.test.tolist()]
    test = [{"subject": s.subject, "exercise": s.exercise, "total": 10.0} for s in samples]
    fold = {"learned_from": ["s0", "s1"], "test": test}
    levels = script("benchmarks/levels.py")
    found = levels._levels(data, {SPLIT.name: fold}, "total", SPLIT)
    assert found.predicted["class"].tolist() == ["poor"] * len(samples)
    assert found.settings == Levels().within(data, SPLIT.train).settings
    fold["learned_from"] = ["s0", samples[0].subject]
    with pytest.raises(ModelError, match="are to be tested"):
        levels._levels(data, {SPLIT.name: fold}, "total", SPLIT)
