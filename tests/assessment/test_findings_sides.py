"""Left against right of angles about the body's axis, and of bodies that are mirrored or turned."""

from __future__ import annotations

import pytest
from tests.assessment.conftest import Judged, made

AXIAL = {
    "neck-rotation": ("neck-rotation", "blazepose", 62.0),
    "trunk-rotation": ("kimore-es3", "kinect-v2", 38.0),
    "arms-up-tilt": ("kimore-es2", "kinect-v2", 32.0),
}


def turned(motion: str, **options: object) -> Judged:
    exercise, skeleton, _ = AXIAL[motion]
    return made(motion, exercise, skeleton=skeleton, repetitions=6, noise_m=0.003, **options)


@pytest.mark.parametrize("motion", AXIAL)
@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("heading_deg", [0.0, 20.0])
def test_the_side_that_turns_less(motion: str, mirror: bool, heading_deg: float) -> None:
    judged = turned(motion, asymmetry=0.35, mirror=mirror, heading_deg=heading_deg, seed=1)
    finding = next(f for f in judged.findings if f.id.startswith("asymmetry"))
    assert finding.side == ("left" if mirror else "right")
    assert finding.measured == pytest.approx(0.35 * AXIAL[motion][2], abs=4.0)


@pytest.mark.parametrize("motion", AXIAL)
@pytest.mark.parametrize("mirror", [False, True])
def test_alike_sides_are_no_finding(motion: str, mirror: bool) -> None:
    assert turned(motion, mirror=mirror, seed=3).findings == ()


@pytest.mark.parametrize("mirror", [False, True])
def test_shaking_and_pause_of_a_mirrored_body(mirror: bool) -> None:
    judged = made("knee-lift", repetitions=6, sides="right", tremor_deg=3.0, pause=(2, 3),
                  mirror=mirror, noise_m=0.003)  # fmt: skip
    side = "left" if mirror else "right"
    assert judged.finding("shaking-hip-flexion").side == side
    assert judged.finding("pause").measured == pytest.approx(1.0, abs=0.25)
