"""Classification tasks: controls known by hand, and nothing of the test side is learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rehabkit.bench import classes
from rehabkit.bench.classes import TASKS, Labelled
from rehabkit.bench.figures import ARRAYS, Figures
from rehabkit.bench.protocols import Who, protocol
from rehabkit.bench.splits import Split, by_membership
from rehabkit.datasets.row import Row
from rehabkit.errors import ModelError
from rehabkit.kinematics.movement_features import feature_names


def made(rng: np.random.Generator, people: int = 8, each: int = 6) -> Labelled:
    """Half of each person's samples are wrong; a wrong one reaches higher, at both exercises."""
    rows, wrong = [], []
    for person in range(people):
        for number in range(2 * each):
            rows.append(Row(Path("a"), "irds", subject=f"p{person}", group=f"g{person % 2}",
                            exercise=f"e{number % 2}"))  # fmt: skip
            wrong.append(number % 4 > 1)
    count, bad = len(rows), np.array(wrong)
    movement = rng.normal(size=(count, len(feature_names())))
    movement[:, :40] += 2 * bad[:, None]
    figures = Figures(
        tuple(rows), np.zeros(count, dtype=np.intp), movement, rng.normal(size=(count, 124)),
        rng.normal(size=(count, 3, 40)), rng.normal(size=(count, 14)), np.full(count, 3.0),
        np.ones(count), (), "",
    )  # fmt: skip
    return Labelled(figures, bad)


def without(known: Labelled, person: str) -> Split:
    return by_membership(person, known.subjects == person)


def test_the_own_model_learns_people_never_seen(rng: np.random.Generator) -> None:
    known = made(rng)
    split = without(known, "p3")
    found = classes.movement(known, split)
    assert np.mean((found["share"] > 0.5) == known.wrong[split.test]) > 0.9
    each = [found[name] for name in ("discriminant", "kernel", "trees", "mirrored trees")]
    np.testing.assert_allclose(found["share"], np.mean(each, axis=0))


@pytest.mark.parametrize("name", ["movement", "logistic-regression", "minirocket", "identity"])
def test_labels_of_the_test_side_change_nothing(name: str, rng: np.random.Generator) -> None:
    known = made(rng)
    split = without(known, "p3")
    other = known.wrong.copy()
    other[split.test] = ~other[split.test]

    def said(of: Labelled) -> np.ndarray:
        if name == "movement":
            return classes.movement(of, split)["share"]
        return classes.model(name)(of, split)

    np.testing.assert_array_equal(said(known), said(Labelled(known.figures, other)))


def test_controls_say_what_they_know(rng: np.random.Generator) -> None:
    known = made(rng)
    wrong = known.groups == "g1"
    known = Labelled(known.figures, wrong)
    split = without(known, "p3")  # of g1; three of the seven others are
    np.testing.assert_allclose(classes.constant(known, split), 0.5)
    np.testing.assert_allclose(classes.group(known, split), 1)
    np.testing.assert_allclose(classes.identity(known, split), 0.5)
    known_person = by_membership("by sample", np.arange(len(wrong)) % 6 == 0)
    share = classes.identity(known, known_person)
    np.testing.assert_array_equal(share, wrong[known_person.test])


def test_an_exercise_without_a_class_is_refused(rng: np.random.Generator) -> None:
    known = made(rng)
    wrong = known.wrong & (known.exercises == "e0")
    with pytest.raises(ModelError, match="at least two, found"):
        classes.model("random-forest")(Labelled(known.figures, wrong), without(known, "p3"))
    with pytest.raises(ModelError, match=r"Exercise 1 has \d+ and 0 samples"):
        classes.movement(Labelled(known.figures, wrong), without(known, "p3"))


def test_what_doctors_gave_is_read_from_their_score(rng: np.random.Generator) -> None:
    known = made(rng)
    split = without(known, "p3")
    with pytest.raises(ModelError, match="no total scores of doctors"):
        classes.doctors_score(known, split)
    scored = tuple(
        replace(row, scores={"total": 20.0 if bad else 40.0})
        for row, bad in zip(known.figures.rows, known.wrong, strict=True)
    )
    judged = Labelled(replace(known.figures, rows=scored), known.wrong)
    share = classes.doctors_score(judged, split)
    np.testing.assert_array_equal(share > 0.5, known.wrong[split.test])


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ModelError, match="No model is called 'svm'"):
        classes.model("svm")


def test_samples_without_a_class_are_left_out() -> None:
    rows = tuple(
        Row(Path("a"), "irds", subject="p", labels={"correct": said})
        for said in (True, None, False)
    )
    seen = {name: np.arange(3.0)[:, None] for name in ARRAYS}
    figures = Figures(
        rows, np.zeros(3, dtype=np.intp), **seen, refused=(), fingerprint=""
    )  # fmt: skip
    known = classes.labelled(TASKS["irds-correct"], figures)
    assert known.wrong.tolist() == [False, True]
    assert known.figures.movement.ravel().tolist() == [0, 2]


@pytest.mark.parametrize("task", list(TASKS))
def test_every_task_keeps_people_apart(task: str) -> None:
    asked = protocol(TASKS[task].protocols[0])
    assert not asked.leaky
    who = Who.of([f"p{i % 7}" for i in range(70)])
    for split in asked.splits(who, 1):
        assert not set(who.subjects[split.train]) & set(who.subjects[split.test])
