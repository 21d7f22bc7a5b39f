"""The shipped recogniser: recognised or unknown, never surely wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import rehabkit as rk
from rehabkit import datasets
from rehabkit.assessment.recognition import SURE, recognise
from rehabkit.assessment.words import sure
from rehabkit.exercises import catalogue
from rehabkit.models import recogniser_store, weights
from rehabkit.recording import ExerciseLabel, Recording
from rehabkit.report.summary import summarize
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

GENERATED = (
    "squat",
    "shoulder-abduction",
    "elbow-flexion",
    "lunge",
    "sit-to-stand",
    "neck-rotation",
)


def unlabelled(recording: Recording) -> Recording:
    return recording.replace(exercise=ExerciseLabel())


def test_the_shipped_weights_are_there_small_and_of_exercises_of_the_catalogue() -> None:
    arrays, facts = weights.shipped(recogniser_store.SHIPPED)
    assert set(facts["learned"]["classes"]) <= set(catalogue.ids())
    assert len(facts["learned"]["classes"]) == 24
    assert sum(a.nbytes for a in arrays.values()) < 3e6


@pytest.mark.parametrize("exercise", GENERATED)
def test_what_no_kinect_saw_is_unknown_or_right(exercise: str) -> None:
    found = recognise(clean(generate(exercise, repetitions=3).recording))
    assert found.exercise is None
    assert found.far is not None
    assert found.far > 1
    assert "unlike those that were learned from" in found.reason


def test_image_points_alone_are_unknown_with_the_reason() -> None:
    made = clean(generate("squat", repetitions=2).recording)
    flat = made.replace(
        positions=None,
        orientations=None,
        origin="image",
        image_points=np.asarray(made.positions)[..., :2],
        image_size=(640, 480),
    )
    found = recognise(flat)
    assert (found.exercise, found.likely) == (None, ())
    assert "positions in space" in found.reason


def kinect(data_root: Path, name: str, people: tuple[str, ...]) -> list[tuple[str, Recording]]:
    """A few correct recordings of some people, without their labels."""
    found = datasets.load(name, data_root, **({"sides": False} if name == "irds" else {}))
    rows = [
        row
        for row in found.rows
        if row.subject in people
        and row.sensor in ("", "kinect-v2")
        and row.labels.get("quality", "correct") == "correct"
        and row.repetition in (None, 1)
    ]
    return [(row.exercise, clean(unlabelled(found.read(row)))) for row in rows]


@pytest.mark.parametrize(
    ("name", "people"),
    [("kimore", ("E_ID1", "B_ID1")), ("ui-prmd", ("s03",)), ("irds", ("102",))],
)
def test_real_recordings_are_recognised_and_their_mirror_images_too(
    data_root: Path, name: str, people: tuple[str, ...]
) -> None:
    seen = kinect(data_root, name, people)
    assert len(seen) >= 5
    said = [(exercise, recognise(recording)) for exercise, recording in seen]
    right = [found.exercise == exercise for exercise, found in said]
    wrong = [found.exercise for exercise, found in said if found.exercise not in (None, exercise)]
    assert wrong == []
    assert np.mean(right) >= 0.8
    for _, found in said:
        assert found.exercise is None or (found.probability or 0.0) >= SURE


def test_nothing_is_wholly_sure() -> None:
    assert [sure(p) for p in (0.8, 0.97, 0.9996, 1.0)] == [
        "80 %", "97 %", "over 99 %", "over 99 %",
    ]  # fmt: skip


def test_the_summary_says_how_sure_and_unknown_can_be_asked_for(data_root: Path) -> None:
    recording = kinect(data_root, "ui-prmd", ("s03",))[0][1]
    found = rk.analyze(recording)
    assert found.exercise_how == "recognised"
    part = summarize(found).exercise
    assert part.id == part.likely[0].id == "ui-prmd-m01"
    assert part.probability is not None
    assert part.probability >= SURE
    assert any("recognised as" in step.touched for step in found.recording.history)
    forbidden = rk.analyze(recording, exercise="unknown")
    assert (forbidden.exercise_how, forbidden.recognition) == ("unknown", None)
