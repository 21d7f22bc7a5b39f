"""Actions: settings and controls come from the training part alone, and warping finds the class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rehabkit.bench import actions
from rehabkit.bench.actions import PROTOCOLS, Actions
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split
from rehabkit.datasets.row import Row
from rehabkit.kinematics.body_courses import COURSES

PEOPLE, TAKES = 6, 2
NAMES = ("down", "still", "up")


def row(person: int, take: int, action: str) -> Row:
    path = Path(f"s{person:02d}_e{take:02d}.txt")
    return Row(path, "utkinect", subject=f"s{person:02d}", labels={"action": action})


@pytest.fixture
def made(rng: np.random.Generator) -> Actions:
    """Velocities tell the action, all else is noise; two files of three actions a person."""
    rows = tuple(row(p, t, a) for p in range(PEOPLE) for t in range(TAKES) for a in NAMES)
    slope = np.array([NAMES.index(str(r.labels["action"])) - 1.0 for r in rows])
    time = np.linspace(0, 1, 12) ** rng.uniform(0.7, 1.4, size=(len(rows), 1))
    courses = {name: rng.normal(size=(len(rows), 12, 1)) for name in COURSES}
    noise = rng.normal(scale=0.05, size=time.shape)
    courses["velocities"] = (slope[:, None] * time + noise)[..., None]
    body = rng.normal(size=(len(rows), 4))
    return Actions(rows, courses, body, rng.normal(size=len(rows)), (), "f" * 32)


def first_split(made: Actions, way: str = "leave-one-subject-out") -> Split:
    return protocol(way).splits(made.who)[0]


def test_what_is_chosen_knows_nothing_of_the_test_part(made: Actions) -> None:
    split = first_split(made)
    chosen = actions.choose(made, split.train)
    assert COURSES.index("velocities") in chosen.courses
    spoiled = np.array(made.rows, dtype=object)
    spoiled[split.test] = [row(0, 1, "up") for _ in split.test]
    other = replace(made, rows=tuple(spoiled))
    other.__dict__["distances"] = np.array(made.distances)
    other.__dict__["distances"][split.test] = 1e3
    other.__dict__["distances"][:, split.test] = 1e3
    assert actions.choose(other, split.train) == chosen


def test_the_action_of_a_person_never_seen_is_found(made: Actions) -> None:
    split = first_split(made)
    found = actions.aligned(made, split)
    assert found.predicted["class"].tolist() == made.truth[split.test].tolist()
    assert "velocities" in found.settings["courses"]


@pytest.mark.parametrize("name", ["constant", "standing-still", "path-length"])
def test_controls_see_no_course(made: Actions, name: str) -> None:
    split = first_split(made)
    blind = replace(made, courses={n: np.zeros_like(c) for n, c in made.courses.items()})
    here, there = actions.ROWS[name](made, split), actions.ROWS[name](blind, split)
    assert here.predicted["class"].tolist() == there.predicted["class"].tolist()


def test_actions_of_one_file_stay_together(made: Actions) -> None:
    splits = protocol("leave-one-sequence-out").splits(made.who)
    assert len(splits) == PEOPLE * TAKES
    assert all(len(np.unique(made.who.recordings[s.test])) == 1 for s in splits)
    assert not protocol(PROTOCOLS["utkinect"][0]).leaky


def test_the_data_sets_are_gathered_whole(data_root: Path) -> None:
    if not (data_root / "utkinect").is_dir():
        pytest.skip("no UTKinect")
    found = actions.gather("utkinect", data_root)
    assert (len(found), len(found.refused)) == (199, 0)
    assert len(np.unique(found.truth)) == 10
    assert len(np.unique(found.who.sequences)) == 20
