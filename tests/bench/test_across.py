"""From one data set to another: people apart, nothing learned of the side that is asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rehabkit.bench import across, across_scores
from rehabkit.bench.across import JUDGING, NAMING, SOURCES, Named, crossing, crossings, judged
from rehabkit.bench.across_scores import Points
from rehabkit.bench.controls import Known
from rehabkit.bench.figures import Figures
from rehabkit.bench.recognition import Moves
from rehabkit.bench.splits import shared
from rehabkit.datasets.row import Row
from rehabkit.errors import ModelError
from rehabkit.kinematics.body_places import JOINTS, BodyPlaces
from rehabkit.kinematics.movement_features import feature_names
from rehabkit.models import clinical_store

KIMORE, UI_PRMD, VICON, IRDS = (
    SOURCES[name] for name in ("kimore", "ui-prmd", "ui-prmd-vicon", "irds")
)  # fmt: skip
FIGURES = len(feature_names())


def rows(data: str, exercises: list[str], people: int, each: int = 2) -> list[Row]:
    """Correct and incorrect repetitions of people, all exercises by everybody."""
    return [
        Row(Path("a"), data, subject=f"s{p}", exercise=exercise, repetition=n,
            group="expert" if p % 2 else "stroke",
            labels={"correct": n % 2 == 0, "quality": "incorrect" if n % 2 else "correct"})
        for p in range(people) for exercise in exercises for n in range(each)
    ]  # fmt: skip


def moves(data: str, known: list[Row], kind: dict[str, int], rng: np.random.Generator) -> Moves:
    """Exercises of one kind look alike, whatever set they are of."""
    figures = 0.3 * rng.normal(size=(len(known), FIGURES))
    for place, row in enumerate(known):
        figures[place, 30 * kind[row.exercise] : 30 * (kind[row.exercise] + 1)] += 2.0
    still = BodyPlaces(np.arange(9) / 15, rng.normal(size=(9, len(JOINTS), 3)))
    return Moves(
        tuple(known), np.array([data] * len(known)), figures, rng.normal(size=(len(known), 14)),
        (still,) * len(known), (), f"{data}'s",
    )  # fmt: skip


@pytest.fixture
def named(rng: np.random.Generator) -> Named:
    kind = {"ui-prmd-m01": 0, "ui-prmd-m07": 1, "ui-prmd-m02": 2, "irds-4": 1, "irds-0": 3}
    learned = rows("ui-prmd", ["ui-prmd-m01", "ui-prmd-m07", "ui-prmd-m02"], 8)
    asked = rows("irds", ["irds-4", "irds-0"], 4)
    return Named(UI_PRMD, IRDS, moves("ui-prmd", learned, kind, rng),
                 moves("irds", asked, kind, rng))  # fmt: skip


def test_only_shared_correct_movements_are_asked(named: Named) -> None:
    (split,) = named.splits
    assert set(named.exercises[split.test]) == {"irds-4"}
    assert len(split.test) == 4  # people; half of the repetitions are correct
    assert set(named.exercises[split.train]) == {"ui-prmd-m01", "ui-prmd-m07", "ui-prmd-m02"}
    assert len(split.train) == 24
    assert named.right("arm sideways") == ("ui-prmd-m07",)


def test_the_recogniser_goes_across(named: Named) -> None:
    (split,) = named.splits
    found = NAMING["recogniser"](named, split).predicted
    assert set(found["class"]) == {"ui-prmd-m07"}
    assert np.asarray(found["probability"], dtype=float).min() > 0.8
    assert NAMING["constant"](named, split).predicted["class"][0] == "ui-prmd-m01"


@pytest.mark.parametrize("name", NAMING)
def test_names_of_the_asked_side_change_nothing(name: str, named: Named) -> None:
    (split,) = named.splits
    other = tuple(replace(row, exercise="irds-0") for row in named.asked.rows)
    changed = replace(named, asked=replace(named.asked, rows=other))
    first, second = (NAMING[name](one, split).predicted["class"] for one in (named, changed))
    np.testing.assert_array_equal(first, second)


def test_too_few_people_have_no_limits(rng: np.random.Generator) -> None:
    kind = {"ui-prmd-m01": 0, "ui-prmd-m07": 1}
    three = moves("ui-prmd", rows("ui-prmd", list(kind), 3), kind, rng)
    ten = moves("ui-prmd", rows("ui-prmd", list(kind), 10), kind, rng)
    known = Named(VICON, UI_PRMD, three, ten)
    assert len(known.splits) == 10  # the same people: one is asked at a time
    split = known.splits[0]
    found = NAMING["recogniser"](known, split).predicted
    assert list(found) == ["class"]
    np.testing.assert_array_equal(found["class"], known.exercises[split.test])


def test_people_who_meet_are_kept_apart() -> None:
    subjects = np.array(["a", "b", "c", "a", "b", "d"])
    learned = np.arange(6) < 3
    splits = crossing("x", learned, ~learned, subjects)
    assert [s.name for s in splits] == ["x, a", "x, b", "x, d"]
    for split in splits:
        assert shared(split, subjects) == ()
    assert [s.train.tolist() for s in splits] == [[1, 2], [0, 2], [0, 1, 2]]
    assert sorted(np.concatenate([s.test for s in splits]).tolist()) == [3, 4, 5]
    with pytest.raises(ModelError, match="both sides need some"):
        crossing("x", learned, np.zeros(6, bool), subjects)


def test_every_pair_that_shares_a_movement_both_ways() -> None:
    pairs = {(a.name, b.name) for a, b in crossings(tuple(SOURCES))}
    assert ("kimore", "ui-prmd") in pairs
    assert ("ui-prmd", "ui-prmd-vicon") in pairs
    assert ("irds", "utkinect") not in pairs
    assert {(b, a) for a, b in pairs} == pairs


def figures(known: list[Row], wrong_at: int, rng: np.random.Generator) -> Figures:
    count = len(known)
    movement = 0.5 * rng.normal(size=(count, FIGURES))
    bad = np.array([across.wrong_of(row, row.format) for row in known], dtype=float)
    movement[:, wrong_at : wrong_at + 40] += 2 * bad[:, None]
    return Figures(
        tuple(known), np.zeros(count, dtype=np.intp), movement, rng.normal(size=(count, 124)),
        rng.normal(size=(count, 3, 40)), rng.normal(size=(count, 14)), np.full(count, 3.0),
        np.ones(count), (), "",
    )  # fmt: skip


def test_what_is_wrong_here_is_wrong_there(rng: np.random.Generator) -> None:
    first = figures(rows("ui-prmd", ["ui-prmd-m07", "ui-prmd-m01"], 6, 6), 0, rng)
    second = figures(rows("irds", ["irds-4", "irds-5", "irds-8"], 4, 6), 0, rng)
    known, (split,) = judged(UI_PRMD, IRDS, first, second)
    assert set(known.exercises) == {"arm sideways"}
    assert set(known.subjects[split.test]) == {f"irds/s{p}" for p in range(4)}
    assert len(split.test) == 4 * 2 * 6
    share = JUDGING["movement"](known, split)
    assert np.mean((share > 0.5) == known.wrong[split.test]) > 0.9
    np.testing.assert_allclose(JUDGING["constant"](known, split), 0.5)


@pytest.mark.parametrize("name", JUDGING)
def test_labels_of_the_asked_side_change_nothing(name: str, rng: np.random.Generator) -> None:
    first = figures(rows("ui-prmd", ["ui-prmd-m07"], 6, 6), 0, rng)
    second = figures(rows("irds", ["irds-4"], 4, 6), 0, rng)
    known, (split,) = judged(UI_PRMD, IRDS, first, second)
    other = known.wrong.copy()
    other[split.test] = ~other[split.test]
    here, there = (JUDGING[name](one, split) for one in (known, replace(known, wrong=other)))
    np.testing.assert_array_equal(here, there)


def test_patients_are_what_is_wrong_in_kimore() -> None:
    patient, expert = rows("kimore", ["kimore-es5"], 2, 1)
    assert across.wrong_of(patient, "kimore") is True
    assert across.wrong_of(expert, "kimore") is False
    unsaid = Row(Path("a"), "irds", labels={"correct": None})
    assert across.wrong_of(unsaid, "irds") is None


def test_a_line_through_path_length_goes_across() -> None:
    path = np.array([1.0, 2.0, 3.0, 4.0, 2.5])
    truth = np.array([10.0, 20.0, 30.0, np.nan, np.nan])
    names = np.array(["kimore/a", "kimore/b", "kimore/c", "irds/d", "irds/d"])
    known = Known(truth, np.full(5, "kimore-es1"), names, names, np.zeros((5, 14)), path,
                  np.zeros((5, 2)))  # fmt: skip
    asked = Points("irds", (), known, np.arange(5) < 3, "")
    (split,) = asked.splits
    assert asked.cell_task.samples[3] == {"subject": "irds/d", "sample": 0}
    found = across_scores.SCORING["path-length"](asked, split).predicted["total"]
    assert found.tolist() == pytest.approx([40.0, 25.0])


def test_sources_without_a_shared_movement_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="KIMORE and UTKinect, Kinect v1 share no movement"):
        across_scores.points("utkinect", tmp_path, tmp_path)


def test_what_the_shipped_scorer_says_of_another_set(data_root: Path) -> None:
    model = clinical_store.shipped()
    if model is None:
        pytest.skip("the weights of the clinical scorer were left out")
    path = data_root / "ui-prmd/Segmented Movements/Kinect/Positions/m01_s01_e01_positions.txt"
    found = across_scores.said(Row(path, "ui-prmd"), "kimore-es5", model)
    assert 0 < found.total < 60
    other = across_scores.said(Row(path, "ui-prmd"), "kimore-es4", model)
    assert other.why
