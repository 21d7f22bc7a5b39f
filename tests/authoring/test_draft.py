"""Drafted from one generated person, a definition counts another one's repetitions rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabkit import analyze
from rehabkit.authoring.draft import Draft, draft
from rehabkit.authoring.example import of_recording
from rehabkit.authoring.writing import to_toml, write
from rehabkit.errors import ExerciseError
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import WEIGHTS, Driver
from rehabkit.simulate import Faults, generate

# motion -> driver, its sides, direction, the first primary joint.
EXPECTED = {
    "squat": ("pelvis_height", "both", "down", "knee_flexion"),
    "shoulder-abduction": ("shoulder_elevation", "both", "up", "shoulder_elevation"),
    "knee-lift": ("hip_flexion", "each", "up", "hip_flexion"),
    "elbow-flexion": ("elbow_flexion", "both", "up", "elbow_flexion"),
    "trunk-lateral-flexion": ("trunk_lateral_flexion", "sign", "up", "trunk_lateral_flexion"),
    "neck-rotation": ("neck_rotation", "sign", "up", "neck_rotation"),
    "lunge": ("hip_flexion", "each", "up", "hip_flexion"),
}


def driver_of(found: Draft) -> Driver:
    assert found.exercise.driver is not None
    return found.exercise.driver


def skeleton(motion: str) -> str:
    # Only a face shows how the head is turned.
    return "blazepose" if motion == "neck-rotation" else "kinect-v2"


def drafted(motion: str, **more: object) -> Draft:
    made = generate(motion, skeleton=skeleton(motion), noise_m=0.004, seed=3, **more)  # type: ignore[arg-type]
    return draft([of_recording(made.recording, f"{motion}.csv")], exercise_id="mine")


@pytest.mark.parametrize("motion", EXPECTED)
def test_counts_another_person(motion: str, tmp_path: Path) -> None:
    found = drafted(motion)
    driver = driver_of(found)
    assert (driver.signal, driver.sides, driver.direction) == EXPECTED[motion][:3]
    assert found.exercise.primary[0].angle == EXPECTED[motion][3]
    path = tmp_path / "mine.toml"
    write(found, path)
    other = generate(motion, skeleton=skeleton(motion), noise_m=0.006, seed=9, height_m=1.55,
                     repetitions=4)  # fmt: skip
    analysis = analyze(other.recording, exercise=str(path))
    counted = analysis.segmentation.repetitions
    assert len(counted) == 4
    if driver.signal != "pelvis_height":  # a height has no side
        assert [r.side for r in counted] == [r.side for r in other.truth.repetitions]
    assert [f.id for f in analysis.findings if not f.id.startswith("short")] == []


def test_the_file_says_what_was_drafted(tmp_path: Path) -> None:
    found = drafted("squat")
    write(found, tmp_path / "mine.toml")
    read = catalogue.load_file(tmp_path / "mine.toml")
    for name in ("driver", "second_driver", "primary", "involved", "figure", "body_parts",
                 "phases", "shown", "weights", "words"):  # fmt: skip
        assert getattr(read, name) == getattr(found.exercise, name)
    assert read.weights == WEIGHTS
    text = to_toml(found)
    assert text.startswith("# An exercise drafted by RehabKit")
    assert text.count("source = ") == 1 + len(read.primary) + len(read.involved)
    assert "margin of" in text


def test_a_fault_of_another_person_is_found(tmp_path: Path) -> None:
    write(drafted("shoulder-abduction"), tmp_path / "mine.toml")
    leaning = generate("shoulder-abduction", noise_m=0.004, height_m=1.9,
                       faults=Faults(side_lean=(2, 3), side_lean_deg=25.0))  # fmt: skip
    analysis = analyze(leaning.recording, exercise=str(tmp_path / "mine.toml"))
    assert "trunk-side" in [f.id for f in analysis.findings]


def test_several_examples_widen() -> None:
    low, high = (
        generate("shoulder-abduction", noise_m=0.002, extreme={"shoulder_abduction": deg}).recording
        for deg in (110.0, 160.0)
    )
    alone = draft([of_recording(high, "high")], exercise_id="mine")
    both = draft([of_recording(high, "high"), of_recording(low, "low")], exercise_id="mine")
    assert both.exercise.primary[0].needed < alone.exercise.primary[0].needed - 30
    assert driver_of(both).needed < driver_of(alone).needed
    assert both.repetitions == 10


def test_says_what_to_look_at() -> None:
    made = generate("elbow-flexion", repetitions=2, sides="left")
    look = " ".join(draft([of_recording(made.recording, "a")], exercise_id="mine").look)
    assert "a shows 2 repetitions" in look
    assert "Only the left side was shown" in look


def test_refuses_where_nothing_repeats() -> None:
    still = of_recording(generate("squat", repetitions=0).recording, "still.csv")
    with pytest.raises(ExerciseError, match=r"still.csv: expected a movement that goes out and co"):
        draft([still], exercise_id="mine")


def test_refuses_another_number() -> None:
    made = of_recording(generate("squat").recording, "squat.csv")
    with pytest.raises(ExerciseError, match=r"expected 4 repetitions, found .*5 by"):
        draft([made], exercise_id="mine", count=4)
    assert draft([made], exercise_id="mine", count=5).repetitions == 5


def test_refuses_unknown_driver_and_id() -> None:
    made = of_recording(generate("squat").recording)
    with pytest.raises(ExerciseError, match=r"driven by 'wings'; expected one of 'ankle_height'"):
        draft([made], exercise_id="mine", signal="wings")
    with pytest.raises(ExerciseError, match=r"Expected an id of small letters.*found 'My one'"):
        draft([made], exercise_id="My one")
    with pytest.raises(ExerciseError, match="Expected one or more examples"):
        draft([], exercise_id="mine")


def test_refuses_an_example_of_another_movement() -> None:
    made = [of_recording(generate(m).recording, m) for m in ("elbow-flexion", "squat")]
    with pytest.raises(ExerciseError, match=r"squat: expected the first example's movement"):
        draft(made, exercise_id="mine")


def test_a_chosen_driver_drives() -> None:
    made = of_recording(generate("squat").recording)
    driver = driver_of(draft([made], exercise_id="mine", signal="knee_flexion"))
    assert (driver.signal, driver.sides) == ("knee_flexion", "both")
