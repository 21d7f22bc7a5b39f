"""The generator: its truth, its faults, its reproducibility."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import ExerciseError, SkeletonError
from rehabkit.recording import build_skeleton
from rehabkit.simulate import MOTIONS, Faults, demo_recording, generate, placeable


@pytest.mark.parametrize("skeleton", placeable())
def test_every_skeleton_has_constant_bones(skeleton: str) -> None:
    recording = generate("lunge", skeleton=skeleton, repetitions=2).recording
    assert recording.positions is not None
    canonical = recording.canonical()
    for joint in ("knee", "elbow"):
        child = "ankle" if joint == "knee" else "wrist"
        length = np.linalg.norm(
            canonical.joint(f"{child}_left") - canonical.joint(f"{joint}_left"), axis=1
        )
        assert np.ptp(length) < 1e-5


@pytest.mark.parametrize("exercise", ["squat", "sit-to-stand"])
def test_feet_stay_on_the_floor(exercise: str) -> None:
    recording = generate(exercise, repetitions=2).recording
    feet = recording.canonical().joint("ankle_left")
    assert np.ptp(feet, axis=0).max() < 0.08


@pytest.mark.parametrize("exercise", MOTIONS)
def test_repetitions_are_where_the_truth_says(exercise: str) -> None:
    made = generate(exercise, repetitions=3, seed=4)
    assert len(made.truth.repetitions) == 3
    for one, after in zip(made.truth.repetitions, made.truth.repetitions[1:], strict=False):
        assert 0 < one.start_s < one.peak_s < one.end_s < after.start_s
    assert made.truth.repetitions[-1].end_s < made.recording.duration_s


def test_the_same_seed_gives_the_same_recording() -> None:
    a, b = demo_recording(), demo_recording()
    assert a.positions is not None
    assert b.positions is not None
    np.testing.assert_array_equal(a.positions, b.positions)
    one, other = (generate("squat", noise_m=0.01, seed=s).recording.joint("Head") for s in (1, 2))
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_sides_and_mirror() -> None:
    made = generate("knee-lift", repetitions=4, seed=1)
    assert [r.side for r in made.truth.repetitions] == ["left", "right", "left", "right"]
    mirrored = generate("knee-lift", repetitions=4, seed=1, mirror=True)
    assert [r.side for r in mirrored.truth.repetitions] == ["right", "left", "right", "left"]
    np.testing.assert_allclose(
        made.truth.angles["hip_flexion_left"], mirrored.truth.angles["hip_flexion_right"]
    )


def test_partial_and_cut_off_movements_are_not_repetitions() -> None:
    made = generate("squat", repetitions=3, partial=1)
    assert (len(made.truth.repetitions), len(made.truth.partial)) == (3, 1)
    first = made.truth.repetitions[0]
    cut = generate("squat", repetitions=3, partial=1, cut_start_s=first.peak_s)
    assert (len(cut.truth.repetitions), len(cut.truth.partial)) == (2, 2)
    assert cut.recording.time[0] == 0


def test_faults_show_in_the_truth() -> None:
    faults = Faults(short_range=(2,), lean=(1,), pause=(3,), asymmetry=0.2, valgus=(3,))
    made = generate("squat", repetitions=3, faults=faults)
    assert {f.name for f in made.truth.faults} == {
        "short range", "trunk lean", "pause", "knee valgus",
    }  # fmt: skip
    time, knee = made.recording.time, made.truth.angles["knee_flexion_left"]
    peaks = [knee[(time >= r.start_s) & (time < r.end_s)].max() for r in made.truth.repetitions]
    assert peaks[1] < 0.7 * peaks[0]
    assert made.truth.angles["knee_flexion_right"].max() < 0.85 * max(peaks)
    longest = max(made.truth.repetitions, key=lambda r: r.end_s - r.start_s)
    assert longest == made.truth.repetitions[2]


def test_sensor_faults_leave_their_marks() -> None:
    faults = Faults(drop_outs=2, jumps=3, swapped=1)
    made = generate("squat", faults=faults, rate_spread=0.3)
    clean = generate("squat", rate_spread=0.3)
    got, whole = made.recording.positions, clean.recording.positions
    assert got is not None
    assert whole is not None
    assert np.isnan(got).any()
    assert sorted(f.name for f in made.truth.faults) == (
        ["drop-out"] * 2 + ["jump"] * 3 + ["swapped sides"]
    )
    assert (np.linalg.norm(got - whole, axis=-1) > 0.5).any()
    assert np.diff(made.recording.time).std() > 0.001


def test_errors_say_what_is_known() -> None:
    with pytest.raises(ExerciseError, match=r"it knows: .*'squat'"):
        generate("cartwheel")
    with pytest.raises(SkeletonError, match="cannot place 'tail'"):
        generate("squat", skeleton=build_skeleton("cat", {"tail": None}, {}))
