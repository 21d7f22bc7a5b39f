"""What a definition may say and yet should be looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehabkit.exercises import catalogue
from rehabkit.exercises.doubts import doubts
from rehabkit.exercises.exercise import Driver, Exercise, Figure, Involved, Primary, Words

SQUAT = catalogue.load("squat")
WORDS = Words("A title", "Do this.", "{side} {measured}, expected {expected}.")
BENT = Involved("bent", "knee_flexion", "max", None, 60.0, "deg", WORDS)


def parts(exercise: Exercise) -> Exercise:
    return replace(exercise, body_parts={"knee": 1.0})


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (replace(SQUAT, second_driver=None), "names no angle to take its place"),
        (replace(SQUAT, driver=Driver("knee_flexion", "sign", "up", 30.0)), 'is for a signal with'),
        (replace(SQUAT, driver=Driver("head_shift", "each", "up", 0.1)), "has no left and right"),
        (parts(replace(SQUAT, involved=(BENT,))), r"involved[1] (bent): whoever reaches"),
        (replace(SQUAT, involved=(replace(BENT, high=170.0, words=Words("A", "B.", "C.")),)),
         "has no {measured}"),
        (replace(SQUAT, involved=(replace(BENT, high=170.0, words=replace(
            WORDS, therapist="{measured}, not {expected}.")),)), "no sentence names the {side}"),
        (replace(SQUAT, weights={"completeness": 0.9, "correction": 0.1, "smoothness": 0.0}),
         "smoothness is not scored at all"),
        (replace(SQUAT, body_parts={"knee": 0.5, "wrist": 0.5}), "body_parts.wrist: no "),
        (replace(SQUAT, body_parts={"trunk": 1.0}), "and knee has no weight"),
        (replace(SQUAT, primary=()), "says what completeness is"),
        (replace(SQUAT, figure=Figure({}, {"knee_flexion": 40.0})), "the picture shows 40 deg"),
        (replace(SQUAT, primary=(Primary("knee_flexion", 20.0, "range"),),
                 driver=Driver("knee_flexion", "both", "up", 30.0)), "a repetition counts from 30"),
    ],
)  # fmt: skip
def test_doubts(changed: Exercise, expected: str) -> None:
    assert any(expected in text for text in doubts(changed)), list(doubts(changed))


@pytest.mark.parametrize("exercise_id", catalogue.ids())
def test_the_catalogue_is_only_short_of_joints(exercise_id: str) -> None:
    # What these parts are judged by is healthy people's curves.
    left = [text for text in doubts(catalogue.load(exercise_id))
            if "rests on healthy people" not in text]  # fmt: skip
    assert left == []
