"""Angles against the generator's truth; singular poses; what is said where nothing can be seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehabkit.kinematics.angles import compute, without_leaps
from rehabkit.kinematics.catalogue import ANGLES, all_names
from rehabkit.reading import find_recordings, read
from rehabkit.recording import Recording, other_side
from rehabkit.recording.skeletons import SKELETONS
from rehabkit.signals.clean import clean
from rehabkit.simulate import MOTIONS, Faults, Simulated, generate, placeable

FAULTS = Faults(lean=(1,), asymmetry=0.1, valgus=(2,), side_lean=(2,), side_lean_deg=8)


def worst(made: Simulated) -> dict[str, float]:
    """Largest difference from the truth of every angle claimed measurable."""
    kinematics = compute(made.recording)
    return {
        name: float(np.nanmax(np.abs(angle.values - made.truth.angles[name])))
        for name, angle in kinematics.angles.items()
        if angle.measurable
    }


@pytest.mark.parametrize("skeleton", placeable())
@pytest.mark.parametrize("exercise", MOTIONS)
def test_every_measurable_angle_is_the_truth(exercise: str, skeleton: str) -> None:
    made = generate(exercise, skeleton=skeleton, repetitions=2, faults=FAULTS, rate_hz=20)
    assert {n: off for n, off in worst(made).items() if off > 0.5} == {}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(MOTIONS)), st.booleans(), st.floats(-180, 180), st.integers(0, 1000))
def test_mirrored_and_turned_bodies_have_the_same_truth(
    exercise: str, mirror: bool, heading: float, seed: int
) -> None:
    made = generate(
        exercise, repetitions=2, mirror=mirror, heading_deg=heading, faults=FAULTS, seed=seed,
        rate_hz=15,
    )  # fmt: skip
    assert max(worst(made).values()) < 0.5


@settings(max_examples=25, deadline=None)
@given(st.floats(-40, 175), st.floats(-8, 8), st.floats(0, 140), st.booleans())
def test_arms_raised_a_little_out_of_a_plane(
    large: float, small: float, elbow: float, sagittal: bool
) -> None:
    names = ("shoulder_flexion", "shoulder_abduction")
    first, second = names if sagittal else names[::-1]
    pose = {first: large, second: small, "elbow_flexion": elbow}
    # Flexion and abduction are told apart within 10 deg of a plane.
    if abs(np.sin(np.radians(large))) * np.tan(np.radians(10)) < abs(np.tan(np.radians(small))):
        return
    made = generate("shoulder-flexion", repetitions=1, extreme=pose, rate_hz=15)
    frame = int(np.argmin(np.abs(made.recording.time - made.truth.repetitions[0].peak_s)))
    kinematics = compute(made.recording)
    for name in ("shoulder_elevation_left", "elbow_flexion_right"):
        assert kinematics[name].values[frame] == pytest.approx(
            made.truth.angles[name][frame], abs=0.5
        )
    if abs(large) < 100:
        assert kinematics[f"{first}_left"].values[frame] == pytest.approx(large, abs=0.5)
        assert kinematics[f"{second}_left"].values[frame] == pytest.approx(small, abs=0.5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(-180, 180))
def test_noise_turned_or_mirrored_changes_nothing(seed: int, heading: float) -> None:
    """Also a body that is no ideal one gives the same angles, turned or mirrored."""
    made = generate("lunge", repetitions=1, noise_m=0.02, seed=seed, rate_hz=15).recording
    plain = compute(made)
    angle = np.radians(heading)
    turn = np.array(
        [[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]]
    )
    assert made.positions is not None
    turned = compute(made.replace(positions=made.positions @ turn.T + [3, 1, -2]))
    order = [made.skeleton.index(_kinect_other(j)) for j in made.skeleton.joints]
    mirrored = compute(made.replace(positions=made.positions[:, order] * [-1, 1, 1]))
    for name in all_names():
        _same(plain[name].values, turned[name].values)
        signed = other_side(name) == name and not name.endswith(("k_flexion", "tilt"))
        sign = 1.0 if name in ("neck_flexion", "trunk_flexion") or not signed else -1.0
        _same(plain[name].values, sign * np.asarray(mirrored[other_side(name)].values))


def _kinect_other(joint: str) -> str:
    swapped = joint.replace("Left", "#").replace("Right", "Left")
    return swapped.replace("#", "Right")


def _same(a: Any, b: Any) -> None:
    both = np.isfinite(a) & np.isfinite(b)
    assert both.mean() >= np.isfinite(a).mean() - 0.1  # a threshold may round the other way
    np.testing.assert_allclose(np.asarray(a)[both], np.asarray(b)[both], atol=0.05)


def test_the_straight_knee_reads_zero_and_never_negative() -> None:
    made = generate("hip-abduction", repetitions=1, noise_m=0.005)
    knee = compute(made.recording)["knee_flexion_left"].values
    assert np.nanmin(knee) >= 0
    assert np.nanmedian(knee) < 6


@pytest.mark.parametrize("exercise", ["shoulder-flexion", "shoulder-abduction"])
def test_arms_that_pass_overhead_stay_continuous(exercise: str) -> None:
    name = exercise.replace("-", "_")
    made = generate(exercise, repetitions=2, extreme={name: 190.0})
    values = compute(made.recording)[f"{name}_left"].values
    assert np.nanmax(values) == pytest.approx(190, abs=0.5)
    assert np.abs(np.diff(values)).max() < 15


def test_a_trunk_bent_past_level_does_not_wrap() -> None:
    made = generate("squat", repetitions=1, extreme={"trunk_flexion": 125.0, "hip_flexion": 120.0})
    assert np.nanmax(compute(made.recording)["trunk_flexion"].values) == pytest.approx(125, abs=0.5)


def test_a_person_on_the_side_has_no_lean_but_has_knees() -> None:
    made = generate("squat", repetitions=1).recording
    assert made.positions is not None
    lying = made.positions @ np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]]).T
    kinematics = compute(made.replace(positions=lying))
    assert not kinematics["trunk_flexion"].measurable
    np.testing.assert_allclose(
        kinematics["knee_flexion_left"].values,
        compute(made)["knee_flexion_left"].values,
        atol=0.01,
    )


def test_leaps_are_blanked_on_both_sides() -> None:
    values = np.array([0.0, 1, 2, 50, 3, 4])
    fast = without_leaps(values, np.arange(6.0) / 30)
    assert np.isnan(fast).tolist() == [False, False, True, True, True, False]
    slow = without_leaps(values, np.arange(6.0) * 0.1)
    assert np.isfinite(slow).all()


def _like(made: Recording, kind: str, device: str) -> Recording:
    return made.replace(source=replace(made.source, format=kind, device=device))


def test_every_angle_is_there_and_says_why_it_is_not() -> None:
    made = generate("squat", skeleton="coco-17", repetitions=1).recording
    kinematics = compute(made)
    assert list(kinematics.angles) == list(all_names())
    ankle = kinematics["ankle_dorsiflexion_left"]
    assert not ankle.measurable
    assert ankle.reason == "the recording has no left toes"
    assert np.isnan(ankle.values).all()
    for angle in kinematics.angles.values():
        assert angle.measurable or angle.reason
        assert angle.measurable == bool(np.isfinite(angle.values).any())


def test_an_elbow_that_stays_straight_shows_no_rotation() -> None:
    made = generate("squat", repetitions=1)
    angle = compute(made.recording)["shoulder_rotation_left"]
    assert not angle.measurable
    assert "never bent enough" in angle.reason


def test_one_camera_from_the_side_does_not_see_valgus() -> None:
    made = generate("squat", skeleton="blazepose", repetitions=1, heading_deg=90).recording
    kinematics = compute(_like(made, "video", "phone"))
    assert not kinematics["knee_valgus_left"].measurable
    assert "film from the front" in kinematics["knee_valgus_left"].reason
    assert kinematics["knee_flexion_left"].error_deg == 6.8
    assert "Cosoli" in kinematics["knee_flexion_left"].error_source


def test_an_unknown_error_is_none_with_words() -> None:
    made = generate("squat", repetitions=1).recording
    angle = compute(_like(made, "csv", ""))["knee_flexion_left"]
    assert angle.error_deg is None
    assert angle.error_source


@pytest.mark.parametrize(("heading", "exercise"), [(90, "squat"), (-90, "knee-lift")])
def test_the_picture_from_the_side_gives_flexions(heading: float, exercise: str) -> None:
    made = generate(exercise, heading_deg=heading, image="only", repetitions=1)
    kinematics = compute(made.recording)
    assert kinematics.projected
    for name in ("knee_flexion_left", "trunk_flexion", "hip_flexion_right"):
        off = np.abs(kinematics[name].values - made.truth.angles[name])
        assert np.nanmedian(off) < 4  # perspective
    assert not kinematics["knee_valgus_left"].measurable
    assert "view from the front" in kinematics["knee_valgus_left"].reason


@pytest.mark.parametrize("heading", [0, 180])
def test_the_picture_from_the_front_gives_leans(heading: float) -> None:
    made = generate("trunk-lateral-flexion", heading_deg=heading, image="only", repetitions=2)
    kinematics = compute(made.recording)
    off = kinematics["trunk_lateral_flexion"].values - made.truth.angles["trunk_lateral_flexion"]
    assert np.abs(off).max() < 2
    assert not kinematics["hip_rotation_left"].measurable


def test_the_catalogue_names_only_canonical_joints() -> None:
    for angle in ANGLES.values():
        for side in ("left", "right") if angle.sided else ("",):
            assert set(angle.needed(side)) <= set(SKELETONS["canonical"].joints)


@pytest.mark.data
@pytest.mark.parametrize(("name", "every"), [("kimore", 40), ("irds", 150)])
def test_real_recordings_have_no_leaps(data_root: Path, name: str, every: int) -> None:
    for path in find_recordings(data_root / name)[::every]:
        recording = clean(read(path))
        dense = np.diff(recording.time) <= 1 / 25
        for angle in compute(recording).angles.values():
            step = np.abs(np.diff(angle.values))[dense]
            assert not (step > 30).any(), (path, angle.name)
