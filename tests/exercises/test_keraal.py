"""KERAAL's three exercises on every Kinect recording of the set that is at hand.

The right counts were read from the curves of shoulders, trunk and wrists: the arms open twice
(CTK), each arm is raised once with a bend to the other side (ELK, also in the markers of the same
trial), the trunk turns once to each side (RTK, also in the markers).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabkit import datasets
from rehabkit.datasets import Row
from rehabkit.exercises import catalogue
from rehabkit.kinematics import angles
from rehabkit.recording import Recording
from rehabkit.repetitions import Segmentation, cut
from rehabkit.signals.clean import clean

# The helpers' sequences name no exercise; these were told by their curves.
HELPERS = {"Assis1Maxime": "keraal-rtk", "Assis3Maxime": "keraal-ctk"}
SIDES = {
    "keraal-ctk": ["both", "both"],
    "keraal-elk": ["right", "left"],
    "keraal-rtk": ["left", "right"],
}


def segment(recording: Recording, exercise_id: str) -> Segmentation:
    cleaned = clean(recording)
    return cut(cleaned, angles.compute(cleaned), catalogue.load(exercise_id))


def exercise_of(row: Row) -> str:
    return row.exercise or HELPERS[row.subject]


@pytest.mark.data
def test_every_kinect_recording_is_counted_right(data_root: Path) -> None:
    rows = datasets.load("keraal", data_root).select(sensor="kinect-v2")
    assert len(rows) == 9
    for row, recording in rows.recordings():
        found = segment(recording, exercise_of(row))
        assert [r.side for r in found.repetitions] == SIDES[exercise_of(row)], row.path
        assert found.partial == (), row.path


@pytest.mark.data
@pytest.mark.parametrize("sensor", ["blazepose", "openpose", "alphapose"])
def test_the_flank_stretch_is_counted_in_pictures_too(data_root: Path, sensor: str) -> None:
    rows = datasets.load("keraal", data_root).select(sensor=sensor, exercise="keraal-elk")
    for _, recording in rows.recordings():
        found = segment(recording, "keraal-elk")
        assert [r.side for r in found.repetitions] == SIDES["keraal-elk"]


@pytest.mark.data
def test_rows_name_exercises_of_the_catalogue(data_root: Path) -> None:
    rows = datasets.load("keraal", data_root)
    named = {row.exercise for row in rows if row.labels["label"]}
    assert named == set(SIDES) <= set(catalogue.ids())
    assert all(row.exercise == "" for row in rows if row.subject in HELPERS)
