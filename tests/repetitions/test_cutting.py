"""From recordings to repetitions, against the generator's truth."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import angles
from rehabkit.recording import Recording
from rehabkit.repetitions import Segmentation, cut
from rehabkit.repetitions.cutting import setup_movements
from rehabkit.repetitions.excursions import Rules
from rehabkit.signals.clean import clean
from rehabkit.simulate import Faults, Simulated, generate

NAMED = [
    "squat", "sit-to-stand", "lunge", "knee-lift", "shoulder-flexion", "shoulder-abduction",
    "elbow-flexion",
]  # fmt: skip


def segment(recording: Recording, exercise: Exercise | None = None) -> Segmentation:
    cleaned = clean(recording)
    return cut(cleaned, angles.compute(cleaned), exercise)


def assert_as_true(found: Segmentation, made: Simulated, within_s: float = 0.4) -> None:
    true = [r for r in made.truth.repetitions if r.share >= 0.5]
    assert len(found.repetitions) == len(true)
    for ours, theirs in zip(found.repetitions, true, strict=True):
        assert ours.start_s == pytest.approx(theirs.start_s, abs=within_s)
        assert ours.end_s == pytest.approx(theirs.end_s, abs=within_s)
        assert theirs.start_s < ours.peak_s < theirs.end_s


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("heading_deg", [0.0, 50.0])
def test_known_exercises(name: str, heading_deg: float) -> None:
    made = generate(name, heading_deg=heading_deg, noise_m=0.004)
    assert_as_true(segment(made.recording, catalogue.load(name)), made)


@pytest.mark.parametrize("name", NAMED)
def test_an_unnamed_exercise_is_driven_by_its_dominant_movement(name: str) -> None:
    made = generate(name, noise_m=0.004)
    found = segment(made.recording)
    assert len(found.repetitions) == len(made.truth.repetitions)
    assert found.how == "the dominant movement"


@pytest.mark.parametrize("name", ["knee-lift", "lunge", "elbow-flexion"])
@pytest.mark.parametrize("mirror", [False, True])
def test_sides_are_told_apart_in_a_mirrored_body_too(name: str, mirror: bool) -> None:
    made = generate(name, sides="alternating", mirror=mirror, repetitions=4)
    found = segment(made.recording, catalogue.load(name))
    assert [r.side for r in found.repetitions] == [r.side for r in made.truth.repetitions]


def test_both_arms_at_once_are_one_repetition() -> None:
    made = generate("shoulder-abduction", sides="both", repetitions=3)
    found = segment(made.recording, catalogue.load("shoulder-abduction"))
    assert [r.side for r in found.repetitions] == ["both"] * 3


def test_part_repetitions_are_named_and_not_counted() -> None:
    made = generate("squat", repetitions=4, partial=1)
    found = segment(made.recording, catalogue.load("squat"))
    assert len(found.repetitions) == 4
    assert [p.why for p in found.partial] == ["range too short"]


def test_a_start_that_cuts_a_movement_off_is_named() -> None:
    made = generate("squat", repetitions=4, cut_start_s=2.4)
    found = segment(made.recording, catalogue.load("squat"))
    assert len(found.repetitions) == 3
    assert found.partial[0].why == "cut off by the start of the recording"


@pytest.mark.parametrize(
    "faults",
    [
        Faults(tremor_deg=3.0),
        Faults(pause=(2, 3), pause_s=1.0),
        Faults(lean=(1, 2)),
        Faults(asymmetry=0.3),
        Faults(drop_outs=4),
        Faults(jumps=5),
    ],
    ids=["tremor", "pause", "lean", "asymmetry", "drop-outs", "jumps"],
)
def test_faults_do_not_change_the_count(faults: Faults) -> None:
    made = generate("squat", faults=faults, noise_m=0.003)
    assert len(segment(made.recording, catalogue.load("squat")).repetitions) == 5


def test_nothing_is_counted_on_a_person_who_stands() -> None:
    made = generate("squat", repetitions=0, noise_m=0.004)
    assert segment(made.recording).repetitions == ()
    assert segment(made.recording, catalogue.load("squat")).repetitions == ()


def test_nothing_is_counted_on_a_person_who_walks_through() -> None:
    made = generate("knee-lift", repetitions=4, sides="alternating")
    points = np.array(made.recording.positions)
    points[..., 0] += 0.9 * made.recording.time[:, None].astype(np.float32)
    walking = made.recording.replace(positions=points)
    assert segment(walking).repetitions == ()


def test_repetitions_do_not_span_a_break_of_the_time_line() -> None:
    made = generate("squat", repetitions=2)
    time = np.array(made.recording.time)
    frame = int(np.searchsorted(time, made.truth.repetitions[0].peak_s))
    time[frame:] += 10.0
    found = segment(made.recording.replace(time=time), catalogue.load("squat"))
    assert len(found.repetitions) == 1
    assert not any(r.start_s < time[frame] - 5 < r.end_s for r in found.repetitions)


def test_a_recording_without_travel_uses_the_second_driver() -> None:
    made = generate("squat", skeleton="blazepose", repetitions=3)
    points = np.array(made.recording.positions)
    hips = [made.recording.skeleton.index(f"{side}_hip") for side in ("left", "right")]
    points -= points[:, hips].mean(axis=1, keepdims=True)
    rooted = made.recording.replace(positions=points, origin="pelvis")
    found = segment(rooted, catalogue.load("squat"))
    assert len(found.repetitions) == 3
    assert "second" in found.how


@pytest.mark.parametrize(
    ("extents", "expected"),
    [
        ([60, 60, 100, 100, 101, 99], 2),
        ([60, 100, 100, 101, 99], 1),
        ([60, 82, 104, 97, 108], 0),
        ([100, 100, 60], 0),
        ([60, 100], 0),
    ],
)
def test_set_up_is_told_from_repetitions_that_grow(extents: list[float], expected: int) -> None:
    assert setup_movements(extents, Rules()) == expected


def test_what_is_measured_of_a_repetition() -> None:
    made = generate("squat", repetitions=3)
    found = segment(made.recording, catalogue.load("squat"))
    for repetition in found.repetitions:
        assert repetition.start_s <= repetition.hold_start_s <= repetition.peak_s
        assert repetition.peak_s <= repetition.hold_end_s <= repetition.end_s
        assert 0.9 < repetition.confidence <= 1.0
        assert repetition.extreme == pytest.approx(repetition.rest - repetition.extent, abs=0.02)
