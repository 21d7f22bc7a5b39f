"""Measures of repetitions and recordings against known movements."""

from __future__ import annotations

import time as clock
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from rehabkit.errors import RehabkitError
from rehabkit.kinematics import angles
from rehabkit.kinematics.balance import (
    SEGMENTS,
    base_margin,
    centre_of_mass,
    horizontal_axes,
)
from rehabkit.kinematics.measures import recording_measures, repetition_measures
from rehabkit.kinematics.types import Angle, Kinematics, Measure
from rehabkit.recording import CANONICAL_SKELETON, Recording, Scale
from rehabkit.repetitions.types import Repetition, Side
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

UP = np.array([0.0, 1.0, 0.0])


def _repetition(start: float, end: float, side: Side = "both") -> Repetition:
    middle = (start + end) / 2
    return Repetition(start, end, middle, side, 1.0, 60.0, 0.0, 60.0, middle - 0.1, middle + 0.1)


def _still(frames: int = 300, rate: float = 30.0) -> Recording:
    """A person who stands still, 1.7 m tall, facing +z."""
    places: dict[str, tuple[float, float, float]] = {
        "pelvis": (0, 1.0, 0), "spine": (0, 1.2, 0), "chest": (0, 1.4, 0), "neck": (0, 1.5, 0),
        "head": (0, 1.65, 0),
    }  # fmt: skip
    for side, x in (("left", 0.1), ("right", -0.1)):
        places |= {
            f"shoulder_{side}": (2 * x, 1.4, 0), f"elbow_{side}": (2 * x, 1.1, 0),
            f"wrist_{side}": (2 * x, 0.85, 0), f"hand_{side}": (2 * x, 0.77, 0),
            f"hip_{side}": (x, 0.95, 0), f"knee_{side}": (x, 0.5, 0),
            f"ankle_{side}": (x, 0.08, 0), f"toe_{side}": (x, 0.02, 0.15),
        }  # fmt: skip
    frame = np.full((25, 3), np.nan)
    for joint, place in places.items():
        frame[CANONICAL_SKELETON.index(joint)] = place
    return Recording(
        time=np.arange(frames) / rate,
        skeleton=CANONICAL_SKELETON,
        positions=np.repeat(frame[None], frames, axis=0),
    )


def _positions(recording: Recording) -> np.ndarray:
    assert recording.positions is not None
    return np.array(recording.positions)


def _kinematics(time: np.ndarray, **values: np.ndarray) -> Kinematics:
    return Kinematics(time, {n: Angle(n, v, error_deg=4.0) for n, v in values.items()})


def _value(measures: Mapping[str, Measure], name: str) -> float:
    value = measures[name].value
    assert value is not None, measures[name]
    return value


@pytest.fixture(scope="module")
def sine() -> Mapping[str, Measure]:
    recording = _still()
    wave = 30 + 30 * -np.cos(2 * np.pi * recording.time / 4)
    kinematics = _kinematics(recording.time, knee_flexion_left=wave)
    return repetition_measures(recording, kinematics, _repetition(0.0, 4.0))


@pytest.mark.parametrize(
    ("statistic", "expected", "tolerance"),
    [("max", 60, 0.01), ("min", 0, 0.01), ("range", 60, 0.01), ("mean", 30, 0.1),
     ("peak_velocity", 30 * 2 * np.pi / 4, 0.2), ("time_to_peak", 2.0, 0.01)],
)  # fmt: skip
def test_statistics_of_a_sine(
    sine: Mapping[str, Measure], statistic: str, expected: float, tolerance: float
) -> None:
    assert _value(sine, f"knee_flexion_left.{statistic}") == pytest.approx(expected, abs=tolerance)


def test_errors_and_units_are_stated(sine: Mapping[str, Measure]) -> None:
    assert sine["knee_flexion_left.max"].error == 4.0
    assert sine["knee_flexion_left.range"].error == pytest.approx(4.0 * np.sqrt(2))
    assert sine["knee_flexion_left.peak_velocity"].unit == "deg/s"
    assert sine["knee_flexion_left.max"].label == "Knee flexion, left: largest"


def test_every_measure_is_a_value_or_a_reason(sine: Mapping[str, Measure]) -> None:
    for name, measure in sine.items():
        assert name == measure.name
        assert (measure.value is None) == bool(measure.reason), measure
        assert measure.label
        assert measure.unit


def test_timing_by_hand(sine: Mapping[str, Measure]) -> None:
    assert _value(sine, "duration") == pytest.approx(4.0)
    assert _value(sine, "hold") == pytest.approx(0.2)
    assert _value(sine, "out_duration") == pytest.approx(1.9)
    assert _value(sine, "tempo") == pytest.approx(1.0)


def test_a_smooth_movement_beats_a_trembling_one(rng: np.random.Generator) -> None:
    recording = _still()
    wave = 30 - 30 * np.cos(2 * np.pi * recording.time / 4)
    shaking = wave + 2 * np.sin(2 * np.pi * 5 * recording.time)
    kinematics = _kinematics(recording.time, elbow_flexion_left=wave, elbow_flexion_right=shaking)
    got = repetition_measures(recording, kinematics, _repetition(0.0, 4.0))
    for statistic in ("sparc", "ldj"):
        smooth = _value(got, f"elbow_flexion_left.{statistic}")
        assert smooth > _value(got, f"elbow_flexion_right.{statistic}") + 0.5


def test_a_little_moved_angle_has_no_smoothness() -> None:
    recording = _still()
    kinematics = _kinematics(recording.time, knee_flexion_left=np.full(300, 5.0))
    got = repetition_measures(recording, kinematics, _repetition(0.0, 4.0))
    assert "less than 10 deg" in got["knee_flexion_left.sparc"].reason


def test_partly_seen_angles_say_why_not() -> None:
    recording = _still()
    wave = np.sin(recording.time)
    wave[:60] = np.nan
    unseen = Angle("hip_rotation_left", np.full(300, np.nan), False, "not from points alone")
    kinematics = Kinematics(
        recording.time,
        {"knee_flexion_left": Angle("knee_flexion_left", wave), "hip_rotation_left": unseen},
    )
    got = repetition_measures(recording, kinematics, _repetition(0.0, 4.0))
    assert got["knee_flexion_left.max"].value is None
    assert got["knee_flexion_left.max"].reason == "seen in only 50 % of the repetition"
    assert got["hip_rotation_left.range"].reason == "not from points alone"


def test_distance_of_a_wrist() -> None:
    recording = _still()
    positions = _positions(recording)
    wrist = CANONICAL_SKELETON.index("wrist_left")
    positions[:, wrist, 1] += 0.2 * np.sin(2 * np.pi * recording.time / 4)
    got = repetition_measures(
        recording.replace(positions=positions), Kinematics(recording.time), _repetition(0.0, 4.0)
    )
    assert _value(got, "wrist_left.distance") == pytest.approx(0.8, abs=0.03)
    assert _value(got, "wrist_right.distance") == 0.0
    assert "line" in got["wrist_left.plane_deviation"].reason


def test_plane_of_a_circling_arm() -> None:
    recording = _still()
    positions = _positions(recording)
    wrist = CANONICAL_SKELETON.index("wrist_left")
    turn = 2 * np.pi * recording.time / 4
    positions[:, wrist, 0] += 0.3 * np.cos(turn)
    positions[:, wrist, 1] += 0.3 * np.sin(turn)
    positions[:, wrist, 2] += 0.02 * np.where(np.arange(300) % 2, 1, -1)
    got = repetition_measures(
        recording.replace(positions=positions), Kinematics(recording.time), _repetition(0.0, 4.0)
    )
    assert _value(got, "wrist_left.plane_deviation") == pytest.approx(0.02, abs=1e-3)


def test_relative_recordings_have_no_travel() -> None:
    recording = _still().replace(origin="pelvis")
    got = repetition_measures(recording, Kinematics(recording.time), _repetition(0.0, 4.0))
    for name in ("pelvis.distance", "com.path", "com.sway_range_ap", "com.base_margin"):
        assert got[name].value is None
        assert "relative to the pelvis" in got[name].reason
    assert got["wrist_left.distance"].value == 0.0
    assert "relative to the pelvis" in got["wrist_left.distance"].label


def test_pictures_have_no_distances() -> None:
    recording = clean(generate("squat", image="only").recording)
    got = repetition_measures(recording, angles.compute(recording), _repetition(1.0, 4.0))
    assert got["wrist_left.distance"].reason.startswith("the recording holds points of a picture")
    assert got["com.path"].value is None


def test_estimated_lengths_are_named() -> None:
    recording = _still().replace(scale=Scale(known=False))
    got = repetition_measures(recording, Kinematics(recording.time), _repetition(0.0, 4.0))
    assert got["wrist_left.distance"].label.endswith("(estimated lengths)")


def test_measures_need_canonical_joints() -> None:
    recording = generate("squat").recording
    with pytest.raises(RehabkitError, match="canonical joints, found skeleton 'kinect-v2'"):
        repetition_measures(recording, Kinematics(recording.time), _repetition(0.0, 4.0))


def test_segment_masses_sum_to_one() -> None:
    for sex in (0, 1):
        assert sum(s.mass[sex] for s in SEGMENTS.values()) == pytest.approx(1.0, abs=2e-4)


def test_centre_of_mass_of_a_standing_person() -> None:
    points = _positions(_still(2))
    for sex in ("female", "male", ""):
        centre = centre_of_mass(points, sex)[0]
        assert centre[0] == pytest.approx(0.0, abs=1e-6)
        assert 0.54 < centre[1] / 1.77 < 0.58  # the head's top lies 0.12 m above its middle


def test_centre_of_mass_of_one_point_is_that_point() -> None:
    points = np.ones((3, 25, 3)) * [1.0, 2.0, 3.0]
    np.testing.assert_allclose(centre_of_mass(points), [[1.0, 2.0, 3.0]] * 3)


def test_without_the_trunk_there_is_no_centre_of_mass() -> None:
    points = _positions(_still(2))
    points[:, CANONICAL_SKELETON.index("hip_left")] = np.nan
    assert np.isnan(centre_of_mass(points)).all()


def test_axes_follow_the_person() -> None:
    axes = horizontal_axes(_positions(_still(2)), UP)
    assert axes is not None
    np.testing.assert_allclose(axes, [[0, 0, 1], [-1, 0, 0]], atol=1e-6)


def test_distance_to_the_base_by_hand() -> None:
    points = _positions(_still(2))
    axes = horizontal_axes(points, UP)
    assert axes is not None
    # The base reaches from x = -0.1 to 0.1; half way the edge is 0.1 m away, or the heels' line.
    inside = base_margin(np.array([[0.0, 1.0, 0.05]] * 2), points, UP, axes)
    np.testing.assert_allclose(inside, 0.1, atol=2e-3)
    outside = base_margin(np.array([[0.3, 1.0, 0.05]] * 2), points, UP, axes)
    np.testing.assert_allclose(outside, -0.2, atol=2e-3)


def test_a_lifted_foot_carries_nothing() -> None:
    points = _positions(_still(2))
    for joint in ("ankle_left", "toe_left"):
        points[:, CANONICAL_SKELETON.index(joint), 1] += 0.3
    axes = horizontal_axes(points, UP)
    assert axes is not None
    margin = base_margin(np.array([[0.05, 1.0, 0.0]] * 2), points, UP, axes)
    np.testing.assert_allclose(margin, -0.15, atol=2e-3)


def test_sway_by_hand() -> None:
    recording = _still()
    positions = _positions(recording)
    positions[..., 2] += (0.03 * np.sin(2 * np.pi * recording.time / 2))[:, None]
    positions[..., 0] += (0.01 * np.sin(2 * np.pi * recording.time / 2))[:, None]
    got = repetition_measures(
        recording.replace(positions=positions), Kinematics(recording.time), _repetition(0.0, 4.0)
    )
    assert _value(got, "com.sway_range_ap") == pytest.approx(0.06, abs=1e-3)
    assert _value(got, "com.sway_range_ml") == pytest.approx(0.02, abs=1e-3)


def _both(left_scale: float = 1.0) -> tuple[Recording, Kinematics]:
    recording = _still(400)
    wave = 40 - 40 * np.cos(2 * np.pi * recording.time / 4)
    kinematics = _kinematics(
        recording.time, knee_flexion_left=left_scale * wave, knee_flexion_right=wave
    )
    return recording, kinematics


def test_left_against_right() -> None:
    recording, kinematics = _both(0.9)
    repetitions = [_repetition(4.0 * k, 4.0 * k + 4) for k in range(3)]
    each = [repetition_measures(recording, kinematics, r) for r in repetitions]
    got = recording_measures(recording, kinematics, repetitions, each)
    assert _value(got, "knee_flexion.difference") == pytest.approx(-8.0, abs=0.05)
    assert _value(got, "knee_flexion.symmetry_index") == pytest.approx(-10.5, abs=0.1)
    assert got["knee_flexion.difference"].error == pytest.approx(8.0)
    assert 1.0 < _value(got, "knee_flexion.dtw_sides") < 4.0
    assert _value(got, "knee_flexion_left.range") == pytest.approx(72.0, abs=0.05)
    assert _value(got, "duration_variation") == pytest.approx(0.0, abs=1e-9)


def test_one_sided_repetitions_measure_their_own_side() -> None:
    recording, kinematics = _both(0.9)
    repetitions = [
        _repetition(0, 4, "left"),
        _repetition(4, 8, "right"),
        _repetition(8, 12, "left"),
    ]
    each = [repetition_measures(recording, kinematics, r) for r in repetitions]
    got = recording_measures(recording, kinematics, repetitions, each)
    assert got["knee_flexion_left.range"].label.endswith("mean of 2 repetitions")
    assert got["knee_flexion_right.range"].label.endswith("mean of 1 repetitions")
    assert _value(got, "knee_flexion.difference") == pytest.approx(-8.0, abs=0.05)
    assert got["knee_flexion_left.range_sd"].reason == "fewer than three repetitions"


def test_a_side_that_never_moved_has_a_reason() -> None:
    recording, kinematics = _both()
    repetitions = [_repetition(0, 4, "left")]
    each = [repetition_measures(recording, kinematics, r) for r in repetitions]
    got = recording_measures(recording, kinematics, repetitions, each)
    assert got["knee_flexion_right.range"].reason == "no counted repetition of that side"
    assert got["knee_flexion.difference"].value is None
    assert got["knee_flexion.difference"].reason.startswith("right side")
    assert got["knee_flexion.dtw_sides"].value is None


def test_axial_angles_compare_their_sides() -> None:
    recording = _still(300)
    wave = np.where(recording.time < 4, -20, 30) * np.sin(np.pi * recording.time / 4) ** 2
    kinematics = _kinematics(recording.time, trunk_lateral_flexion=wave)
    repetitions = [_repetition(0, 4, "left"), _repetition(4, 8, "right")]
    each = [repetition_measures(recording, kinematics, r) for r in repetitions]
    got = recording_measures(recording, kinematics, repetitions, each)
    assert _value(got, "trunk_lateral_flexion.difference") == pytest.approx(-10.0, abs=0.1)


def test_no_repetition_gives_reasons_not_errors() -> None:
    recording, kinematics = _both()
    got = recording_measures(recording, kinematics, [], [])
    assert got["duration"].value is None
    assert got["duration"].reason == "no counted repetition"


def test_as_many_measures_as_repetitions() -> None:
    recording, kinematics = _both()
    with pytest.raises(RehabkitError, match="each of 1 repetitions, found 0"):
        recording_measures(recording, kinematics, [_repetition(0, 4)], [])


def test_the_truth_of_a_generated_squat() -> None:
    made = generate("squat")
    recording = clean(made.recording)
    kinematics = angles.compute(recording)
    first = made.truth.repetitions[0]
    repetition = _repetition(first.start_s, first.end_s)
    got = repetition_measures(recording, kinematics, repetition)
    frames = (recording.time >= first.start_s) & (recording.time < first.end_s)
    truth = made.truth.angles["knee_flexion_left"][frames]
    assert _value(got, "knee_flexion_left.range") == pytest.approx(np.ptp(truth), abs=1.0)


def test_turning_the_person_changes_nothing() -> None:
    made = [clean(generate("shoulder-abduction", heading_deg=h).recording) for h in (0.0, 35.0)]
    repetition = _repetition(1.2, 4.2)
    first, second = (repetition_measures(r, angles.compute(r), repetition) for r in made)
    for name in ("wrist_left.distance", "wrist_left.plane_deviation", "com.sway_range_ap",
                 "com.base_margin", "shoulder_abduction_left.range"):  # fmt: skip
        a, b = first[name].value, second[name].value
        assert a is not None
        assert b is not None
        assert a == pytest.approx(b, rel=0.03, abs=0.003)


def test_measures_take_little_against_clean_up_and_angles() -> None:
    made = generate("squat", repetitions=8)
    before, after = [], []
    for _ in range(3):
        start = clock.perf_counter()
        recording = clean(made.recording)
        kinematics = angles.compute(recording)
        before.append(clock.perf_counter() - start)
        repetitions = [_repetition(r.start_s, r.end_s) for r in made.truth.repetitions]
        start = clock.perf_counter()
        each = [repetition_measures(recording, kinematics, r) for r in repetitions]
        recording_measures(recording, kinematics, repetitions, each)
        after.append(clock.perf_counter() - start)
    assert min(after) < 6 * min(before)  # about 2 on a quiet machine


def test_repetition_has_what_a_cycle_needs() -> None:
    shifted = replace(_repetition(0.0, 4.0), start_s=1.0)
    got = repetition_measures(_still(), Kinematics(_still().time), shifted)
    assert _value(got, "duration") == pytest.approx(3.0)
