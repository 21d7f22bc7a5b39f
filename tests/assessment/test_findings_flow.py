"""Pauses and shaking: found where they were dialled, and not in healthy movement."""

from __future__ import annotations

import pytest
from tests.assessment.conftest import made

PAUSED = (2, 5)


@pytest.mark.parametrize("motion", ["squat", "knee-lift", "neck-rotation"])
def test_a_pause_is_found_where_it_was(motion: str) -> None:
    skeleton = "blazepose" if motion == "neck-rotation" else "kinect-v2"
    judged = made(motion, repetitions=6, pause=PAUSED, noise_m=0.004, skeleton=skeleton)
    finding = judged.finding("pause")
    assert [e.repetition for e in finding.evidence if e.outside == "outside"] == list(PAUSED)
    assert finding.repetition in PAUSED
    assert finding.measured == pytest.approx(1.0, abs=0.25)
    repetition = judged.segmentation.repetitions[finding.repetition - 1]
    at = next(e.at_s for e in finding.evidence if e.repetition == finding.repetition)
    assert repetition.start_s < at < repetition.peak_s
    assert "without stopping" in finding.patient


@pytest.mark.parametrize("pause_s", [0.2, 0.3])
def test_a_short_stay_is_no_pause(pause_s: float) -> None:
    judged = made("squat", repetitions=6, pause=PAUSED, pause_s=pause_s, noise_m=0.004)
    assert "pause" not in judged.ids


@pytest.mark.parametrize("tremor_hz", [4.0, 5.5, 8.0])
@pytest.mark.parametrize("motion", ["knee-lift", "shoulder-abduction"])
def test_shaking_is_found_with_its_rate(motion: str, tremor_hz: float) -> None:
    judged = made(motion, repetitions=6, tremor_deg=3.0, tremor_hz=tremor_hz, noise_m=0.004)
    finding = next(f for f in judged.findings if f.id.startswith("shaking"))
    assert finding.measured == pytest.approx(2.6, abs=0.8)
    assert finding.error is not None
    assert finding.measured - 1.5 > finding.error
    rate = float(finding.therapist.split(" swung ")[1].split()[0])
    assert rate == pytest.approx(tremor_hz, abs=0.4)
    assert "1.5°" in finding.therapist


@pytest.mark.parametrize("noise_m", [0.004, 0.02])
def test_noise_is_no_shaking(noise_m: float) -> None:
    for motion in ("squat", "elbow-flexion"):
        judged = made(motion, repetitions=6, noise_m=noise_m, seed=2)
        assert not any(i.startswith("shaking") for i in judged.ids)


def test_without_an_exercise_too() -> None:
    judged = made("elbow-flexion", None, repetitions=5, tremor_deg=3.0, pause=PAUSED)
    assert {"pause", "shaking-elbow-flexion"} <= set(judged.ids)


def test_a_picture_alone_tells_no_shaking() -> None:
    judged = made("squat", repetitions=4, tremor_deg=4.0, image="only")
    assert not any(i.startswith("shaking") for i in judged.ids)
