"""A recording that was cut already is one repetition, whatever the signal does within it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Driver, Exercise
from rehabkit.kinematics import angles
from rehabkit.recording import Recording
from rehabkit.repetitions import Segmentation, cut
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate


def whole(recording: Recording, exercise: Exercise | None = None) -> Segmentation:
    cleaned = clean(recording)
    return cut(cleaned, angles.compute(cleaned), exercise, one_repetition=True)


@pytest.mark.parametrize("name", ["squat", "knee-lift", "lunge", "shoulder-abduction"])
@pytest.mark.parametrize("named", [True, False])
def test_stillness_before_and_after_is_left_out(name: str, named: bool) -> None:
    made = generate(name, repetitions=1, noise_m=0.004)
    found = whole(made.recording, catalogue.load(name) if named else None)
    (ours,), (true,) = found.repetitions, made.truth.repetitions
    assert ours.start_s == pytest.approx(true.start_s, abs=0.4)
    assert ours.end_s == pytest.approx(true.end_s, abs=0.4)
    assert ours.peak_s == pytest.approx(true.peak_s, abs=0.4)
    assert found.how.startswith("the whole recording is one repetition, as stated")


@pytest.mark.parametrize("mirror", [False, True])
def test_the_side_is_the_one_that_moved(mirror: bool) -> None:
    made = generate("knee-lift", sides="left", repetitions=1, mirror=mirror)
    (found,) = whole(made.recording, catalogue.load("knee-lift")).repetitions
    assert found.side == ("right" if mirror else "left")
    tilts = replace(
        catalogue.load("kimore-es2"), driver=Driver("trunk_lateral_flexion", "sign", "up", 15.0)
    )
    bent = generate("trunk-lateral-flexion", sides="left", repetitions=1).recording
    (tilt,) = whole(bent, tilts).repetitions
    assert tilt.side == "left"


def test_several_strokes_are_still_one() -> None:
    made = generate("squat", repetitions=3)
    (found,) = whole(made.recording, catalogue.load("squat")).repetitions
    true = made.truth.repetitions
    assert found.start_s == pytest.approx(true[0].start_s, abs=0.4)
    assert found.end_s == pytest.approx(true[-1].end_s, abs=0.4)


def test_a_clip_that_begins_at_the_bottom_is_one_and_less_sure() -> None:
    made = generate("squat", repetitions=1)
    late = made.truth.repetitions[0].peak_s
    clip = generate("squat", repetitions=1, cut_start_s=late).recording
    squat = catalogue.load("squat")
    assert whole(made.recording, squat).repetitions[0].confidence > 0.9
    (found,) = whole(clip, squat).repetitions
    assert found.start_s == pytest.approx(0.0, abs=0.4)
    assert found.extent == pytest.approx(
        whole(made.recording, squat).repetitions[0].extent, rel=0.1
    )
    assert found.confidence < 0.6


def test_a_small_movement_counts_and_none_does_not() -> None:
    squat = catalogue.load("squat")
    short = generate("squat", repetitions=0, partial=1).recording
    assert len(whole(short, squat).repetitions) == 1
    still = whole(generate("squat", repetitions=0, noise_m=0.003).recording, squat)
    assert still.repetitions == ()
    assert [part.why for part in still.partial] == ["range too short"]


def test_a_recording_that_breaks_off_is_not_one() -> None:
    made = generate("squat", repetitions=1).recording
    later = np.where(made.time > 2.5, made.time + 20.0, made.time)
    found = whole(made.replace(time=later), catalogue.load("squat"))
    assert found.repetitions == ()
    assert [part.why for part in found.partial] == ["the recording breaks off within it"]
