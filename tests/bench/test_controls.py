"""What rows that see no movement reach, on labels where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.bench.controls import CONTROLS, Known
from rehabkit.bench.splits import Split


@pytest.fixture
def known(rng: np.random.Generator) -> Known:
    """Two exercises; scores follow the path in the first, the person in both."""
    exercises = np.tile(["a", "b"], 20)
    subjects = np.array([f"s{i // 4}" for i in range(40)])
    groups = np.array(["expert" if i < 20 else "stroke" for i in range(40)])
    path = rng.uniform(0, 1, 40)
    truth = 10 + 20 * path + 5 * (groups == "expert")
    body = np.repeat(rng.normal(0, 1, (10, 14)), 4, axis=0)
    return Known(truth, exercises, groups, subjects, body, path, rng.normal(size=(40, 6)))


SPLIT = Split("by hand", np.arange(0, 32), np.arange(32, 40))


def medians(known: Known, kept: np.ndarray) -> dict[str, float]:
    train = np.arange(40) < 32
    return {e: float(np.median(known.truth[train & kept & (known.exercises == e)])) for e in "ab"}


def test_the_constant_is_the_median_of_the_exercise(known: Known) -> None:
    expected = medians(known, np.ones(40, dtype=bool))
    assert CONTROLS["constant"](known, SPLIT).tolist() == [
        expected[e] for e in known.exercises[SPLIT.test]
    ]


def test_the_group_is_the_median_of_the_group(known: Known) -> None:
    expected = medians(known, known.groups == "stroke")
    assert CONTROLS["group"](known, SPLIT).tolist() == [
        expected[e] for e in known.exercises[SPLIT.test]
    ]


def test_the_person_is_only_known_where_the_split_leaks(known: Known) -> None:
    apart = CONTROLS["identity"](known, SPLIT)
    assert apart.tolist() == CONTROLS["constant"](known, SPLIT).tolist()
    leaks = Split("leaks", np.arange(0, 38), np.array([38, 39]))
    own = CONTROLS["identity"](known, leaks)
    assert own == pytest.approx(known.truth[[36, 37]])


def test_a_known_person_is_known_at_an_exercise_that_was_not_learned(known: Known) -> None:
    """How far the person's other samples lie from what is usual there is carried over."""
    person = known.subjects == known.subjects[0]
    here = known.exercises == known.exercises[0]
    train = np.flatnonzero(~(person & here))
    split = Split("leaks", train, np.flatnonzero(person & here))
    usual = {e: np.median(known.truth[train[known.exercises[train] == e]]) for e in ("a", "b")}
    elsewhere = np.flatnonzero(person & ~here)
    above = np.median([known.truth[i] - usual[known.exercises[i]] for i in elsewhere])
    expected = usual[known.exercises[0]] + above
    assert CONTROLS["identity"](known, split) == pytest.approx(expected)
    assert abs(above) > 0


def test_a_line_through_the_path(known: Known) -> None:
    line = Known(3 + 2 * known.path, *(getattr(known, f) for f in (
        "exercises", "groups", "subjects", "body", "path", "plain")))  # fmt: skip
    assert np.allclose(CONTROLS["path-length"](line, SPLIT), line.truth[SPLIT.test])


def test_trees_fill_gaps_from_the_training_part_alone(known: Known) -> None:
    pytest.importorskip("sklearn")
    gaps = known.plain.copy()
    gaps[33, 2] = np.nan
    with_gap = Known(known.truth, known.exercises, known.groups, known.subjects, known.body,
                     known.path, gaps)  # fmt: skip
    before = CONTROLS["extra-trees"](with_gap, SPLIT)
    gaps[35:, 2] += 1000  # only the test part changes
    after = CONTROLS["extra-trees"](with_gap, SPLIT)
    assert before[1] == after[1]
    assert np.isfinite(CONTROLS["standing-still"](known, SPLIT)).all()
