"""Packed measures read as the mapping that was packed, and share their words."""

from __future__ import annotations

import pickle

import pytest

from rehabkit.kinematics import angles
from rehabkit.kinematics.measures import MOST_COURSES, recording_measures, repetition_measures
from rehabkit.kinematics.packed import PackedMeasures
from rehabkit.kinematics.types import Measure
from rehabkit.repetitions.types import Repetition
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

MEASURES = {
    "b.max": Measure("b.max", 1.5, "deg", "B: largest", 2.0),
    "a.range": Measure("a.range", None, "m", "A: range", reason="not seen"),
    "c.ldj": Measure("c.ldj", float("inf"), "1", "C"),
}


def test_packed_reads_as_what_was_packed() -> None:
    packed = PackedMeasures(MEASURES)
    assert dict(packed) == MEASURES
    assert list(packed) == list(MEASURES)
    assert packed == MEASURES
    assert len(packed) == 3
    assert packed.get("nothing") is None
    assert "a.range" in packed
    with pytest.raises(KeyError, match="nothing"):
        packed["nothing"]


def test_packed_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(PackedMeasures(MEASURES))) == MEASURES


def test_many_courses_are_compared_by_a_stated_part() -> None:
    recording = clean(generate("squat", repetitions=2).recording)
    kinematics = angles.compute(recording)
    end = float(recording.time[-1]) / 2
    one = Repetition(0.0, end, end / 2, "both", 1.0, 90.0, 0.0, 90.0, end / 2, end / 2)
    count = MOST_COURSES + 1
    each = [repetition_measures(recording, kinematics, one)] * count
    got = recording_measures(recording, kinematics, [one] * count, each)
    few = recording_measures(recording, kinematics, [one], each[:1])
    assert got["knee_flexion.dtw_sides"].label.endswith(f"{MOST_COURSES} of {count} repetitions")
    assert "repetitions" not in few["knee_flexion.dtw_sides"].label
    assert got["knee_flexion.dtw_sides"].value == pytest.approx(few["knee_flexion.dtw_sides"].value)
