"""The gate: every reason not to judge, every limit, and nothing for a good recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.assessment.conftest import judge, made

from rehabkit.assessment.needs import signal_needs
from rehabkit.assessment.types import Gate
from rehabkit.exercises import catalogue
from rehabkit.exercises.named import SIGNALS
from rehabkit.kinematics import driving
from rehabkit.recording import CANONICAL, Recording, Stream
from rehabkit.recording.skeletons import KINECT_V2
from rehabkit.simulate import generate

SQUAT = catalogue.load("squat")


def squat(*, rate_hz: float = 30.0, height_m: float = 1.72) -> Recording:
    made = generate("squat", repetitions=3, rate_hz=rate_hz, height_m=height_m)
    return made.recording.replace(confidence=None)


def positions_of(recording: Recording) -> np.ndarray:
    return np.array(recording.positions)


def moved(recording: Recording, positions: np.ndarray) -> Recording:
    return recording.replace(positions=positions.astype(np.float32))


def verdict(recording: Recording, exercise: str | None = "squat") -> Gate:
    return judge(recording, catalogue.load(exercise) if exercise else None).gate


def codes(gate: Gate) -> list[str]:
    return [r.code for r in gate.reasons]


@pytest.mark.parametrize("motion", ["squat", "lunge", "knee-lift", "shoulder-abduction"])
@pytest.mark.parametrize("named", [True, False])
def test_a_good_recording_has_nothing_against_it(motion: str, named: bool) -> None:
    gate = made(motion, "same" if named else None).gate
    assert gate == Gate(True)


def test_nobody() -> None:
    recording = squat()
    empty = np.full_like(positions_of(recording), np.nan)
    gate = verdict(moved(recording, empty), None)
    assert codes(gate) == ["nobody"]
    assert not gate.usable


def test_too_short() -> None:
    recording = squat()
    short = recording.replace(time=recording.time[:10], positions=positions_of(recording)[:10])
    gate = verdict(short)
    assert codes(gate) == ["too-short"]
    assert "10 frames" in gate.reasons[0].text


def test_too_few_frames_a_second() -> None:
    assert codes(verdict(squat(rate_hz=5.0))) == ["frame-rate"]
    slow = verdict(squat(rate_hz=12.0))
    assert slow.usable
    assert [r.code for r in slow.limits] == ["frame-rate"]


def test_the_legs_of_a_squat_were_not_seen() -> None:
    recording = squat()
    positions = positions_of(recording)
    legs = ("Knee", "Ankle", "Foot", "Hip", "SpineBase")
    hidden = [j for j, name in enumerate(KINECT_V2.joints) if name.startswith(legs)]
    positions[:, hidden] = np.nan
    gate = verdict(moved(recording, positions))
    assert codes(gate) == ["movement-not-seen"]
    assert "0 % of the time" in gate.reasons[0].text
    assert gate.reasons[0].advice


def test_an_angle_that_the_sensor_cannot_see_is_said_so() -> None:
    gate = made("neck-rotation").gate
    assert codes(gate) == ["movement-not-measurable"]
    assert "neck rotation cannot be measured" in gate.reasons[0].text


def test_lengths_in_millimetres() -> None:
    recording = squat()
    gate = verdict(moved(recording, positions_of(recording) * 1000.0))
    assert "implausible-size" in codes(gate)
    assert any("they look like millimetres" in r.text for r in gate.reasons)


def test_upside_down() -> None:
    recording = squat()
    turned = positions_of(recording) * np.array([1.0, -1.0, -1.0])
    assert "upside-down" in codes(verdict(moved(recording, turned)))


def test_lying_is_refused_only_where_one_stands() -> None:
    recording = squat()
    positions = positions_of(recording)
    lying = np.stack([positions[..., 0], positions[..., 2], -positions[..., 1]], axis=-1)
    assert "not-upright" in codes(verdict(moved(recording, lying)))
    assert "not-upright" not in codes(verdict(moved(recording, lying), None))


def test_a_skeleton_that_nobody_has() -> None:
    recording = squat()
    positions = positions_of(recording)
    ankle, foot = KINECT_V2.index("AnkleLeft"), KINECT_V2.index("FootLeft")
    positions[:, [ankle, foot], 1] -= 1.2
    gate = verdict(moved(recording, positions))
    assert "implausible-body" in codes(gate)
    assert "left shank" in " ".join(r.text for r in gate.reasons)


def test_bones_that_change_their_length() -> None:
    recording = squat()
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.4, positions_of(recording).shape)
    gate = verdict(moved(recording, positions_of(recording) + noise))
    assert not gate.usable


def test_only_signals_and_no_body() -> None:
    stream = Stream(np.arange(3.0), np.zeros((3, 1)), ("a",), "mV", "emg")
    recording = Recording(time=np.arange(3.0), skeleton=KINECT_V2, streams={"emg": stream})
    judged = made("squat")
    from rehabkit.assessment.gate import gate

    assert codes(gate(recording, recording, judged.kinematics, None)) == ["no-body"]


def test_a_hidden_leg_is_a_limit_with_its_time() -> None:
    recording = squat()
    positions = positions_of(recording)
    away = (recording.time >= 3.0) & (recording.time < 4.2)
    for name in ("KneeRight", "AnkleRight", "FootRight"):
        positions[away, KINECT_V2.index(name)] = np.nan
    gate = verdict(moved(recording, positions))
    assert gate.usable
    limit = next(r for r in gate.limits if r.code == "hidden")
    assert limit.text.startswith("right leg partly hidden")
    assert limit.start_s == pytest.approx(3.0, abs=0.15)
    assert limit.end_s == pytest.approx(4.2, abs=0.15)


def test_both_legs_are_one_limit() -> None:
    whole = generate("shoulder-abduction").recording
    positions = positions_of(whole)
    for name in KINECT_V2.joints:
        if name.startswith(("Knee", "Ankle", "Foot")):
            positions[:, KINECT_V2.index(name)] = np.nan
    gate = verdict(moved(whole, positions), None)
    assert [r.text for r in gate.limits] == ["both legs hidden all the time"]


def test_missing_frames_and_cuts_are_limits() -> None:
    recording = squat()
    keep = (recording.time < 3.0) | (recording.time > 6.0)
    gap = recording.replace(time=recording.time[keep], positions=positions_of(recording)[keep])
    gate = verdict(gap)
    assert gate.usable
    found = {r.code: r for r in gate.limits}
    assert found["missing-frames"].start_s == pytest.approx(3.0, abs=0.05)
    assert "two pieces" in found["cut"].text


def test_another_body_is_a_limit() -> None:
    tall, small = squat(height_m=1.9), squat(height_m=1.3)
    positions = np.concatenate([positions_of(tall), positions_of(small) + 1.5])
    time = np.concatenate([tall.time, small.time + tall.time[-1] + 1 / 30])
    gate = verdict(tall.replace(time=time, positions=positions))
    assert gate.usable
    assert [r.code for r in gate.limits if r.code == "identity"] == ["identity"]


def test_what_the_video_reader_saw_is_a_limit() -> None:
    recording = squat().with_step("identity jump", "another body", spans=((2.0, 2.6),))
    limit = next(r for r in verdict(recording).limits if r.code == "identity")
    assert (limit.start_s, limit.end_s) == (2.0, 2.6)


def test_unknown_mirroring_is_a_limit() -> None:
    recording = squat().replace(mirrored="unknown")
    assert [r.code for r in verdict(recording).limits] == ["mirrored"]


@pytest.mark.parametrize("signal", sorted({*driving.NAMES, *SIGNALS}))
def test_every_signal_says_what_it_needs(signal: str) -> None:
    needs = signal_needs(signal)
    assert needs
    assert all(set(need.joints) <= set(CANONICAL) and need.joints for need in needs)
    if signal in driving.NAMES:
        assert len(needs) == (2 if driving.is_sided(signal) else 1)


@pytest.mark.data
def test_ordinary_recordings_are_not_refused(data_root: Path) -> None:
    from rehabkit import reading

    folders = sorted(data_root.glob("kimore/*/*/*/Es[1-5]"))[::23]
    files = sorted(data_root.glob("irds/**/Simplified/**/*.txt"))[::300]
    files += sorted(data_root.glob("ui-prmd/*/Kinect/Positions/*.txt"))[::250]
    assert len(files) > 10
    refused = []
    for path in [*folders, *files]:
        recording = reading.read(path)
        for exercise in {recording.exercise.id or None, None}:
            gate = verdict(recording, exercise)
            refused += [(path.name, r.text) for r in gate.reasons]
    assert refused == []
