"""Members joined: nothing of the test side is learned or chosen by, and answers known by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.bench.test_classes import made, without

from rehabkit.bench import members, stacking
from rehabkit.bench.classes import Labelled
from rehabkit.bench.members import LeftOut
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split

LOSO = protocol("leave-one-subject-out")


def told(known: Labelled, split: Split) -> dict[str, np.ndarray]:
    """One member that mostly knows, one that guesses; both say by whom they were taught."""
    random = np.random.default_rng(split.test)
    right = np.where(known.wrong[split.test], 1.0, -1.0)
    return {
        "good": right + 0.8 * random.normal(size=len(right)),
        "poor 1": random.normal(size=len(right)),
        "poor 2": right + 4 * random.normal(size=len(right)),
    }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Split]:
    """Splits that members were asked for."""
    splits: list[Split] = []

    def evidence(known: Labelled, split: Split) -> dict[str, np.ndarray]:
        splits.append(split)
        return told(known, split)

    monkeypatch.setattr(members, "evidence", evidence)
    return splits


def test_the_member_that_knows_counts(
    rng: np.random.Generator, tmp_path: Path, asked: list[Split]
) -> None:
    known = made(rng)
    split = without(known, "p3")
    found = stacking.stacked(known, split, LeftOut(known, tmp_path), LOSO)
    said = np.asarray(found.predicted["share"], dtype=np.float64) > 0.5
    assert np.mean(said == known.wrong[split.test]) > 0.7
    weights = found.settings["weights"]
    assert list(weights) == ["good", "poor 2"]
    assert weights["good"] > 2 * abs(weights["poor 2"])


def test_the_tested_person_is_never_learned_from(
    rng: np.random.Generator, tmp_path: Path, asked: list[Split]
) -> None:
    known = made(rng, people=5)
    stacking.stacked(known, without(known, "p3"), LeftOut(known, tmp_path), LOSO)
    assert len(asked) == 5  # the test side, and each of the four others with it
    for split in asked:
        assert "p3" not in set(known.subjects[split.train])
    assert {len(set(known.subjects[split.test])) for split in asked} == {1, 2}


def test_each_pair_is_asked_once(
    rng: np.random.Generator, tmp_path: Path, asked: list[Split]
) -> None:
    known = made(rng, people=5)
    for person in np.unique(known.subjects):
        stacking.stacked(known, without(known, person), LeftOut(known, tmp_path), LOSO)
    assert len(asked) == 5 + 5 * 4 / 2


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members that are quickly fitted."""
    monkeypatch.setattr(members, "TREES", 4)
    monkeypatch.setattr(members, "SHARES", 84)


@pytest.mark.usefixtures("small")
def test_labels_of_the_test_side_change_nothing(rng: np.random.Generator, tmp_path: Path) -> None:
    known = made(rng, people=4, each=4)
    split = without(known, "p3")
    other = known.wrong.copy()
    other[split.test] = ~other[split.test]
    one, two = (
        stacking.stacked(of, split, LeftOut(of, tmp_path / name), LOSO).predicted["share"]
        for name, of in (("a", known), ("b", Labelled(known.figures, other)))
    )
    np.testing.assert_array_equal(one, two)


@pytest.mark.usefixtures("small")
def test_scores_speak_where_doctors_gave_some(rng: np.random.Generator) -> None:
    known = made(rng, people=6)
    split = without(known, "p3")
    assert "score" not in members.evidence(known, split)
    scored = tuple(
        replace(row, scores={"total": 20.0 if bad else 40.0})
        for row, bad in zip(known.figures.rows, known.wrong, strict=True)
    )
    judged = Labelled(replace(known.figures, rows=scored), known.wrong)
    score = members.evidence(judged, split)["score"]
    wrong = known.wrong[split.test]
    assert score[wrong].mean() > score[~wrong].mean() + 0.5


def test_all_of_a_person_s_samples_get_one_answer() -> None:
    share = np.array([0.9, 0.5, 0.2, 0.2])
    found = stacking.of_sessions(share, np.array(["a", "a", "b", "b"]))
    np.testing.assert_allclose(found, [0.75, 0.75, 0.2, 0.2])  # odds of 9 and 1: their root is 3


def test_the_best_setting_of_each_family() -> None:
    wrong = np.array([False, False, True, True])
    said = {
        "line 0.1": np.array([0.0, 3, 2, 1]),
        "line 1.0": np.array([0.0, 1, 2, 3]),
        "mirrored trees": np.array([0.0, 0, 0, 0]),
    }
    assert stacking.best_settings(said, wrong, np.full(4, "e")) == ("line 1.0", "mirrored trees")
