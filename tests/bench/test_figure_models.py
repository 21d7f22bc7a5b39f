"""Plain models of the benchmark: one for all told the exercise, or one an exercise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.bench import made_task

from rehabkit.bench import figure_models, figures, learners, prepared
from rehabkit.bench.arrays import Layout, make
from rehabkit.bench.figures import Figures
from rehabkit.bench.prepared import Prepared, Set
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import SCORES, TASKS, TaskData, task
from rehabkit.datasets.row import Row, Span
from rehabkit.errors import ModelError
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

pytest.importorskip("sklearn")
SPLIT = Split("by hand", np.arange(14), np.arange(14, 20))


def _with_figures(kind: str) -> TaskData:
    """Figures of which the first follows the truth; gaps in the second."""
    data = made_task.data(kind)
    random = np.random.default_rng(1)
    count = len(data.arrays)
    high = data.truth[:, 0] / 50 if kind == "score" else (data.truth == "high").astype(float)
    seen = random.normal(size=(count, 30))
    seen[:, 0] = high
    seen[3, 1] = np.nan
    rows = tuple(Row(Path(s.recording), "csv", exercise=s.exercise) for s in data.arrays.samples)
    made = Figures(
        rows, np.zeros(count, int), seen, seen[:, :20], random.normal(size=(count, 4, 100)),
        seen[:, :5], np.ones(count), np.ones(count), (), "made",
    )  # fmt: skip
    return replace(data, source=lambda: made)


@pytest.mark.parametrize("kind", ["score", "classes"])
def test_every_model_answers_and_sees_no_test_labels(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_models, "TREES", 5)
    data = _with_figures(kind)
    truth = data.truth.copy()
    truth[SPLIT.test] = truth[SPLIT.test][::-1]
    for model in figure_models.models(kind):
        before = learners.learner(model, data)(SPLIT).predicted
        after = learners.learner(model, replace(data, truth=truth))(SPLIT).predicted
        for name, values in before.items():
            assert len(values) == len(SPLIT.test)
            assert np.array_equal(values, after[name])


def test_one_an_exercise_is_what_its_exercise_alone_gives() -> None:
    data = _with_figures("score")
    model = figure_models.models("score")["movement-ridge-each"]
    found = figure_models.answers(model, data, 0, SPLIT)
    for exercise in ("a", "b"):
        own = np.flatnonzero(data.arrays.column("exercise") == exercise)
        alone = data.of_exercise(exercise)
        inside = Split("", np.arange(7), np.arange(7, 10))
        expected = figure_models.answers(replace(model, each=False), alone, 0, inside)
        assert np.array_equal(found[np.isin(SPLIT.test, own)], expected)


def test_one_for_all_is_told_the_exercise() -> None:
    """Scores that are the exercise's alone: only who is told can say them."""
    data = _with_figures("score")
    marks = (data.arrays.column("exercise") == "b").astype(float)
    own = replace(data, truth=50 * marks[:, None] * [1, 1, 1])
    model = figure_models.models("score")["movement-kernel"]
    found = figure_models.answers(model, own, 0, SPLIT)[:, 0]
    assert np.allclose(found, 50 * marks[SPLIT.test], atol=5)


def test_a_model_an_exercise_does_not_tell_exercises() -> None:
    data = _with_figures("classes")
    asked = replace(data, task=replace(data.task, exercise_known=False))
    with pytest.raises(ModelError, match="no answer"):
        learners.learner("random-forest-each", asked)(SPLIT)


def test_without_recordings_it_is_said() -> None:
    with pytest.raises(ModelError, match="need recordings"):
        learners.learner("random-forest", made_task.data("classes"))(SPLIT)


def test_figures_of_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of marked repetitions those of their frames; of whole recordings those of the file."""
    cleaned = clean(generate("squat", repetitions=2).recording)
    assert cleaned.positions is not None
    half = len(cleaned.time) // 2
    row = Row(tmp_path / "squat.csv", "csv", subject="s1", exercise="squat",
              spans=(Span(0, half), Span(half, len(cleaned.time))))  # fmt: skip
    up = np.array(cleaned.up.vector)
    one = Prepared(row, cleaned.time, np.asarray(cleaned.positions, np.float32), None, up)
    found = Set("made", "abc", (one,), (), tmp_path)
    monkeypatch.setattr(prepared, "load", lambda *_, **__: found)
    whole, parts = (make(found, Layout(sample=s)).samples for s in ("recording", "repetition"))
    of_whole = figures.of_samples("made", tmp_path, whole, tmp_path)
    of_parts = figures.of_samples("made", tmp_path, parts[::-1], tmp_path, whole=False)
    assert of_parts.repetition.tolist() == [2, 1]
    assert np.allclose(of_parts.seconds.sum(), of_whole.seconds[0], atol=0.1)
    assert len({p.name for p in tmp_path.glob("figures-*")}) == 2
    short = replace(parts[0], end_s=parts[0].start_s)
    with_short = figures.of_samples("made", tmp_path, (short, parts[1]), tmp_path, whole=False)
    assert np.isnan(with_short.movement[0]).all()
    assert np.allclose(with_short.movement[1], of_parts.movement[0], equal_nan=True)
    with pytest.raises(ModelError, match="None of 1 parts"):
        figures.of_samples("made", tmp_path, (short,), tmp_path, whole=False)


def test_populations_are_those_of_their_groups() -> None:
    groups = ("expert", "not expert", "healthy", "stroke", "Parkinson")
    rows = [Row(Path("a"), "csv", exercise="squat", group=g) for g in groups]
    for name, expected in (("", 5), ("-healthy", 3), ("-patients", 2)):
        one = task(f"kimore-exercise{name}")
        assert sum(one.wanted(row) for row in rows) == expected
    assert {one.population for one in TASKS.values()} == {"", "healthy", "patients"}


def test_a_task_may_be_of_one_exercise() -> None:
    rows = [
        Row(Path("a"), "csv", exercise=f"kimore-es{n}", scores=dict.fromkeys(SCORES, 1.0))
        for n in range(1, 6)
    ]
    one, every = task("kimore-score-repetition-es1"), task("kimore-score-repetition")
    assert [one.wanted(row) for row in rows] == [True, False, False, False, False]
    assert all(every.wanted(row) for row in rows)
