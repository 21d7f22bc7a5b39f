"""The table of shared movements names exercises that are there, each once."""

from __future__ import annotations

from collections import Counter

import pytest

from rehabkit.bench.shared_movements import (
    NOT_SHARED,
    SHARED_MOVEMENTS,
    movement_of,
    names_of,
    shared_by,
)
from rehabkit.errors import ModelError
from rehabkit.exercises import catalogue
from rehabkit.formats import msr_action3d, utd_mhad

UTKINECT = {"walk", "sitDown", "standUp", "pickUp", "carry", "throw", "push", "pull", "waveHands",
            "clapHands"}  # fmt: skip
KNOWN = {
    **{data: set(catalogue.ids()) for data in ("kimore", "ui-prmd", "irds")},
    "utd-mhad": {*utd_mhad.ACTIONS, *utd_mhad.OURS.values()},
    "msr-action3d": set(msr_action3d.ACTIONS),
    "utkinect": UTKINECT,
}


@pytest.mark.parametrize("name", SHARED_MOVEMENTS)
def test_a_movement_is_in_several_sets_by_names_that_exist(name: str) -> None:
    movement = SHARED_MOVEMENTS[name]
    assert len(movement.exercises) > 1
    assert movement.why
    for data, exercises in movement.exercises.items():
        assert set(exercises) <= KNOWN[data]


def test_an_exercise_is_one_movement() -> None:
    named = Counter(
        (data, exercise)
        for movement in SHARED_MOVEMENTS.values()
        for data, exercises in movement.exercises.items()
        for exercise in exercises
    )
    assert set(named.values()) == {1}


def test_what_is_left_out_has_a_reason() -> None:
    assert all(NOT_SHARED.values())


def test_movements_are_found_by_set_and_exercise() -> None:
    assert movement_of("kimore", "kimore-es5") == "squat"
    assert movement_of("kimore", "kimore-es4") == ""
    assert movement_of("msr-action3d", "squat") == ""
    assert shared_by("ui-prmd", "irds") == ("arm sideways",)
    assert names_of("arm sideways", "irds") == ("irds-4", "irds-5")
    assert names_of("squat", "irds") == ()
    with pytest.raises(ModelError, match="No shared movement is called 'dancing'"):
        names_of("dancing", "irds")
