"""``clean`` against movements whose truth is known, and on real recordings."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from rehabkit.recording import CANONICAL_SKELETON, Recording, Step, other_side
from rehabkit.signals import level
from rehabkit.signals.bones import off_length
from rehabkit.signals.clean import CleanOptions, clean
from rehabkit.signals.joined import runs_of
from rehabkit.signals.jumps import JumpLimits, off_track
from rehabkit.signals.sides import SWAPPED_ORDER
from rehabkit.simulate import Faults, generate
from rehabkit.simulate.timeline import Tempo


def _positions(recording: Recording) -> np.ndarray:
    assert recording.positions is not None
    return np.array(recording.positions)


def _steps(recording: Recording, name: str) -> list[Step]:
    return [step for step in recording.history if step.name == name]


def _error_m(cleaned: Recording, truth: Recording) -> float:
    away = np.linalg.norm(_positions(cleaned) - _positions(truth.canonical()), axis=-1)
    return float(np.nanmax(away))


def _turn(angle: float, plane: tuple[int, int]) -> np.ndarray:
    """Rotation by ``angle`` (rad) in the plane of two axes."""
    turn, (i, j) = np.eye(3), plane
    turn[i, i] = turn[j, j] = np.cos(angle)
    turn[i, j], turn[j, i] = -np.sin(angle), np.sin(angle)
    return turn


@pytest.fixture(scope="module")
def squat() -> Recording:
    return generate("squat").recording


@pytest.mark.parametrize("exercise", ["squat", "shoulder-abduction", "elbow-flexion", "lunge"])
def test_undisturbed_movement_is_kept(exercise: str) -> None:
    recording = generate(exercise).recording
    cleaned = clean(recording)
    assert _error_m(cleaned, recording) < 0.004
    assert not _steps(cleaned, "mark lost")
    assert not _steps(cleaned, "repair jumps")


def test_swift_shoulders_are_kept() -> None:
    recording = generate("shoulder-flexion", tempo=Tempo(0.6, 0.1, 0.6, 0.5)).recording
    cleaned = clean(recording)
    assert _error_m(cleaned, recording) < 0.01
    assert not _steps(cleaned, "mark lost")


def test_exchanged_sides_are_put_back(squat: Recording) -> None:
    cleaned = clean(generate("squat", faults=Faults(swapped=3, swapped_s=0.5)).recording)
    assert _error_m(cleaned, squat) < 0.004
    steps = _steps(cleaned, "swap sides")
    assert {step.touched.split()[0] for step in steps} == {"arms", "legs"}
    assert sum(len(step.spans) for step in steps) >= 2


def test_leaps_of_single_frames_are_repaired(squat: Recording) -> None:
    cleaned = clean(generate("squat", faults=Faults(jumps=10, jump_m=0.5)).recording)
    assert _error_m(cleaned, squat) < 0.005
    assert "10 points" in _steps(cleaned, "repair jumps")[0].touched


def test_short_drop_outs_are_filled_and_long_ones_stay(squat: Recording) -> None:
    short = clean(generate("squat", faults=Faults(drop_outs=4, drop_out_s=0.2)).recording)
    assert _error_m(short, squat) < 0.01
    assert _steps(short, "fill gaps")[0].spans
    long = clean(generate("squat", faults=Faults(drop_outs=2, drop_out_s=1.0)).recording)
    assert np.isnan(_positions(long)[:, CANONICAL_SKELETON.index("pelvis")]).sum() == 0
    assert np.isnan(_positions(long)).any()


def test_zeros_are_not_seen(squat: Recording) -> None:
    positions = _positions(squat)
    knee = squat.skeleton.index("KneeLeft")
    positions[100:160, knee] = 0.0
    cleaned = clean(squat.replace(positions=positions))
    got = _positions(cleaned)[100:160, CANONICAL_SKELETON.index("knee_left")]
    assert np.isnan(got).all()
    assert "exactly zero, 60 points of 1 joints" in _steps(cleaned, "mark lost")[0].touched


def test_a_joint_that_is_always_zero_is_not_seen(squat: Recording) -> None:
    positions = _positions(squat)
    positions[:, squat.skeleton.index("KneeLeft")] = 0.0
    got = _positions(clean(squat.replace(positions=positions)))
    assert np.isnan(got[:, CANONICAL_SKELETON.index("knee_left")]).all()


def test_a_pelvis_that_is_the_origin_is_seen(squat: Recording) -> None:
    positions = _positions(squat)
    positions -= positions[:, [squat.skeleton.index("SpineBase")]]
    cleaned = clean(squat.replace(positions=positions, origin="pelvis"))
    assert np.isfinite(_positions(cleaned)[:, 0]).all()


def test_joined_recordings_are_cut(squat: Recording) -> None:
    positions = _positions(squat)
    positions[300:] += np.array([2.0, 0.0, 0.5], np.float32)
    cleaned = clean(squat.replace(positions=positions))
    assert [r.start for r in runs_of(cleaned)] == [0, 300]
    assert _steps(cleaned, "cut time line")


def test_nothing_crosses_a_cut_in_the_film(squat: Recording) -> None:
    cut = float(squat.time[100])
    other = np.array(squat.positions)
    other[100:] += 2.0
    marked = squat.replace(positions=other).with_step("mark cut", "", spans=((cut, cut),))
    assert runs_of(marked) == [slice(0, 100), slice(100, len(squat))]
    done = clean(marked)
    assert done.positions is not None
    alone = clean(marked.replace(positions=np.where(np.arange(len(squat))[:, None, None] < 100,
                                                    other, np.nan)))  # fmt: skip
    assert alone.positions is not None
    np.testing.assert_allclose(done.positions[:100], alone.positions[:100], atol=1e-6)
    assert not any(s.name == "repair jumps" for s in done.history)


def test_frames_of_another_body_are_lost(squat: Recording) -> None:
    span = float(squat.time[60]), float(squat.time[120])
    done = clean(squat.with_step("identity jump", "", spans=(span,)))
    assert done.positions is not None
    assert np.isnan(done.positions[60:120]).all()
    assert np.isfinite(done.positions[:60]).any()
    step = next(s for s in done.history if s.touched.startswith("another body was followed"))
    assert step.name == "mark lost"
    (found,) = step.spans
    assert found == pytest.approx(span, abs=1e-3)


def test_a_short_visit_of_another_body_is_lost(squat: Recording) -> None:
    positions = _positions(squat)
    positions[300:320] += np.array([1.0, 0.0, 0.5], np.float32)
    cleaned = clean(squat.replace(positions=positions))
    assert np.isnan(_positions(cleaned)[300:320]).all()
    assert len(runs_of(cleaned)) == 1


def test_a_joint_that_stays_elsewhere_keeps_the_step_visible(squat: Recording) -> None:
    positions = _positions(squat)
    wrist = squat.skeleton.index("WristLeft")
    positions[300:, wrist : wrist + 1] += np.array([0.0, 0.0, 0.6], np.float32)
    track = positions[:, wrist]
    lost, steps = off_track(squat.time, track, np.ones(len(track)), JumpLimits())
    assert not lost.any()
    assert steps == [300]


def test_what_never_returns_is_no_excursion(squat: Recording) -> None:
    track = _positions(squat)[:, squat.skeleton.index("AnkleLeft")]
    trust = np.ones(len(track))
    landed, visited = track.copy(), track.copy()
    landed[-20:, 2] += 0.4
    visited[300:320, 2] += 0.4
    assert not off_track(squat.time, landed, trust, JumpLimits())[0].any()
    lost, steps = off_track(squat.time, visited, trust, JumpLimits())
    assert np.flatnonzero(lost).tolist() == list(range(300, 320))
    assert steps == []


def test_bones_far_off_their_length_are_lost(squat: Recording) -> None:
    positions = _positions(squat.canonical())
    ankle = CANONICAL_SKELETON.index("ankle_left")
    positions[50:60, ankle, 1] -= 0.5
    lost, _ = off_length(positions, CANONICAL_SKELETON, 0.4, 0.1)
    assert lost[50:60, ankle].all()
    assert not lost[:50].any()
    assert not lost[60:].any()


def test_mirrored_sides_become_the_persons(squat: Recording) -> None:
    plain = clean(squat)
    mirrored = _positions(squat.canonical())[:, SWAPPED_ORDER] * np.array([-1, 1, 1], np.float32)
    recording = squat.canonical().replace(positions=mirrored, mirrored="yes")
    undone = clean(recording)
    np.testing.assert_allclose(_positions(undone), _positions(plain), atol=1e-4)
    assert undone.mirrored == "no"
    assert _steps(undone, "undo mirroring")


def test_unknown_mirroring_is_an_assumption(squat: Recording) -> None:
    cleaned = clean(squat.replace(mirrored="unknown"))
    assert any(s.is_assumption and "mirrored" in s.name for s in cleaned.history)


def test_confidence_zero_is_lost(squat: Recording) -> None:
    confidence = np.ones((len(squat), len(squat.skeleton)))
    confidence[:, squat.skeleton.index("HandLeft")] = 0.0
    cleaned = clean(squat.replace(confidence=confidence))
    assert np.isnan(_positions(cleaned)[:, CANONICAL_SKELETON.index("hand_left")]).all()


def test_a_tilted_sensor_is_found(squat: Recording) -> None:
    angle = np.radians(12.0)
    turn = np.array(
        [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    )
    cleaned = clean(squat.replace(positions=_positions(squat) @ turn.T))
    assert cleaned.up.known_by == "body"
    assert level.tilt_deg(np.array(cleaned.up.vector), turn @ [0, 1, 0]) < 2.0


def test_a_small_roll_is_weight_on_one_leg_and_a_large_one_is_not(squat: Recording) -> None:
    axis = replace(squat.source, view_axis=(0.0, 0.0, 1.0))
    for roll, found in ((5.0, 0.0), (20.0, 20.0)):
        turned = (
            _positions(squat) @ (_turn(np.radians(10), (1, 2)) @ _turn(np.radians(roll), (0, 1))).T
        )
        cleaned = clean(squat.replace(positions=turned, source=axis))
        x, y, _ = cleaned.up.vector
        assert abs(np.degrees(np.arctan2(x, y))) == pytest.approx(found, abs=1.5)


def test_a_level_sensor_is_left_alone(squat: Recording) -> None:
    assert clean(squat).up == squat.up


def test_image_points_alone_are_cleaned() -> None:
    recording = generate("squat", image="only").recording
    points = np.array(recording.image_points)
    points[100, 5] += 300.0
    cleaned = clean(recording.replace(image_points=points))
    truth = recording.canonical().image_points
    assert cleaned.image_points is not None
    assert truth is not None
    assert np.nanmax(np.abs(cleaned.image_points - truth)) < 5.0


def test_the_time_line_stays_and_joints_are_canonical(squat: Recording) -> None:
    cleaned = clean(squat)
    assert cleaned.skeleton.name == "canonical"
    np.testing.assert_array_equal(cleaned.time, squat.time)


def test_without_filter(squat: Recording) -> None:
    cleaned = clean(squat, CleanOptions(cutoff_hz=None))
    assert not _steps(cleaned, "low-pass")
    np.testing.assert_allclose(_positions(cleaned), _positions(squat.canonical()))


@pytest.mark.parametrize("frames", [1, 2, 3, 5])
def test_very_short_recordings(squat: Recording, frames: int) -> None:
    arrays = {
        name: values[:frames]
        for name in ("positions", "confidence", "orientations", "image_points")
        if (values := getattr(squat, name)) is not None
    }
    short = squat.replace(time=squat.time[:frames], **arrays)
    assert len(clean(short)) == frames


def test_nothing_seen_at_all(squat: Recording) -> None:
    empty = squat.replace(positions=np.full(_positions(squat).shape, np.nan))
    assert np.isnan(_positions(clean(empty))).all()


def test_turning_and_moving_the_frame_changes_nothing(rng: np.random.Generator) -> None:
    recording = generate("lunge", noise_m=0.005, faults=Faults(jumps=5, drop_outs=3)).recording
    angle = 0.7
    turn = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    )
    shift = np.array([0.5, 0.2, -1.0])
    moved = recording.replace(positions=_positions(recording) @ turn.T + shift)
    first, second = _positions(clean(recording)), _positions(clean(moved))
    np.testing.assert_allclose(first @ turn.T + shift, second, atol=2e-3)


MOST_MEDIANS = 25.0
"""Times that a running median over the same points takes; about 6 were measured."""


def test_cleaning_takes_no_longer_than_a_few_running_medians() -> None:
    recording = generate("squat", repetitions=8, noise_m=0.005).recording
    points = _positions(recording).reshape(len(recording), -1)
    windows = sliding_window_view(points, 7, axis=0)
    pairs = [
        (_seconds(lambda: clean(recording)), _seconds(lambda: np.median(windows, axis=-1)))
        for _ in range(5)
    ]
    assert min(own / median for own, median in pairs) < MOST_MEDIANS


def _seconds(work: Callable[[], object]) -> float:
    start = clock.perf_counter()
    work()
    return clock.perf_counter() - start


def test_swapped_order_is_its_own_inverse() -> None:
    assert [CANONICAL_SKELETON.joints[k] for k in SWAPPED_ORDER] == [
        other_side(j) for j in CANONICAL_SKELETON.joints
    ]


@pytest.mark.data
@pytest.mark.parametrize(
    ("folder", "runs"),
    [("GPP/Stroke/S_ID2/Es2", 2), ("CG/NotExpert/NE_ID6/Es3", 2), ("CG/Expert/E_ID1/Es5", 1)],
)
def test_kimore_joined_recordings(data_root: Path, folder: str, runs: int) -> None:
    from rehabkit import reading

    path = next((data_root / "kimore" / folder / "Raw").glob("JointPosition*.csv"))
    cleaned = clean(reading.read(path))
    assert len(runs_of(cleaned)) == runs
    steps = np.linalg.norm(np.diff(_positions(cleaned), axis=0), axis=-1)
    pause = np.diff(cleaned.time)[:, None]
    assert np.nanmax(np.where(pause < 0.05, steps, 0.0)) < 0.5
