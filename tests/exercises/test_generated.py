"""Definitions on generated healthy movement: counted right, sides right, and nothing found."""

from __future__ import annotations

import numpy as np
import pytest

import rehabkit as rk
from rehabkit.errors import ExerciseError
from rehabkit.exercises import catalogue
from rehabkit.kinematics import angles
from rehabkit.recording import Recording
from rehabkit.repetitions import cut
from rehabkit.report.analysis import Analysis
from rehabkit.signals.clean import clean
from rehabkit.simulate.exercises import DONE, done
from rehabkit.simulate.motions import SideChoice
from rehabkit.simulate.types import Simulated

EVERY = [(name, sides) for name, doing in DONE.items() for sides in doing.sides]
OTHER = {"left": "right", "right": "left"}
ROOT_RELATIVE = [name for name in DONE if catalogue.load(name).second_driver is not None]


def made(name: str, sides: SideChoice, *, mirror: bool = False) -> Simulated:
    return done(name, sides, mirror=mirror, noise_m=0.003, rate_hz=20, seed=1)


def sides_of(analysis: Analysis) -> list[str]:
    return [repetition.side for repetition in analysis.segmentation.repetitions]


@pytest.mark.parametrize(("name", "sides"), EVERY)
def test_healthy_movement_is_counted_and_nothing_is_found(name: str, sides: SideChoice) -> None:
    movement, mirrored = made(name, sides), made(name, sides, mirror=True)
    analysis, image = (rk.analyze(m.recording, exercise=name) for m in (movement, mirrored))
    for found, truth in ((analysis, movement.truth), (image, mirrored.truth)):
        assert found.gate.usable
        assert found.segmentation.partial == ()
        assert found.findings == ()
        true = [repetition.side for repetition in truth.repetitions]
        assert len(true) == 5
        assert sides_of(found) == (true if _tells_sides(name) else sides_of(found)[:1] * 5)
        for ours, theirs in zip(found.segmentation.repetitions, truth.repetitions, strict=True):
            assert theirs.start_s < ours.peak_s < theirs.end_s
    assert sides_of(image) == [OTHER.get(side, side) for side in sides_of(analysis)]
    extents = [[r.extent for r in a.segmentation.repetitions] for a in (analysis, image)]
    assert extents[0] == pytest.approx(extents[1], rel=0.1)


def _tells_sides(name: str) -> bool:
    driver = catalogue.load(name).driver
    return driver is not None and driver.sides in ("each", "sign")


def root_relative(recording: Recording) -> Recording:
    """As one camera gives it: counted from the pelvis, so that nothing travels."""
    assert recording.positions is not None
    pelvis = recording.canonical().joint("pelvis")
    positions = np.asarray(recording.positions) - pelvis[:, None]
    return recording.replace(positions=positions, origin="pelvis")


@pytest.mark.parametrize("name", ROOT_RELATIVE)
def test_a_recording_without_travel_is_counted_by_the_second_driver(name: str) -> None:
    exercise = catalogue.load(name)
    movement = made(name, DONE[name].sides[0])
    recording = clean(root_relative(movement.recording))
    found = cut(recording, angles.compute(recording), exercise)
    assert len(found.repetitions) == 5
    driver = exercise.driver
    if driver is not None and driver.signal.startswith("pelvis_height"):
        assert found.how == f"the second driving signal of {name}"


def test_what_the_generator_cannot_do_is_refused() -> None:
    with pytest.raises(ExerciseError, match=r"cannot do 'kimore-es4'; it does: .*'bridge'"):
        done("kimore-es4")
