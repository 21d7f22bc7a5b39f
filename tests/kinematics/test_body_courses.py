"""Courses of a movement: of one length, blind to the sensor's place, to turns and to size."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import RecordingError
from rehabkit.kinematics.alignment import dtw_matrix
from rehabkit.kinematics.body_courses import APART, COURSES, FRAMES, JOINTS, body_courses
from rehabkit.recording import Recording
from rehabkit.simulate import generate

DIMS = {
    "places": 3 * (len(JOINTS) - 1) + 4,
    "velocities": 3 * len(JOINTS),
    "paths": 12,
    "distances": len(APART) * (len(APART) - 1) // 2,
}


def made(exercise: str = "squat", seed: int = 0) -> Recording:
    made = generate(exercise, repetitions=1, noise_m=0.002, seed=seed)
    return made.recording.canonical()


def moved(recording: Recording, degrees: float, metres: float, scale: float) -> Recording:
    """Another sensor: turned about the vertical, further away, and a person of another size."""
    up = np.asarray(recording.up.vector)
    angle = np.radians(degrees)
    cross = np.cross(np.eye(3), up)
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    places = np.asarray(recording.positions, dtype=np.float64) @ turn * scale + metres
    return recording.replace(positions=places)


def test_every_course_has_its_shape() -> None:
    found = body_courses(made())
    assert set(found) == set(COURSES)
    assert {name: course.shape for name, course in found.items()} == {
        name: (FRAMES, DIMS[name]) for name in COURSES
    }
    assert all(np.isfinite(course).all() for course in found.values())


def test_where_the_sensor_stood_and_how_tall_the_person_is_do_not_show() -> None:
    recording = made()
    here, there = body_courses(recording), body_courses(moved(recording, 70.0, 1.5, 1.2))
    for name in COURSES:
        assert there[name] == pytest.approx(here[name], abs=2e-3), name


def test_a_squat_lowers_the_pelvis_and_its_fastest_frames_are_not_its_still_ones() -> None:
    found = body_courses(made())
    height = found["places"][:, -1]
    assert height.argmin() not in (0, FRAMES - 1)
    assert np.ptp(height) > 0.1
    speed = np.linalg.norm(found["velocities"], axis=1)
    assert speed[[0, -1]].max() < 0.5 * speed.max()


def test_the_same_exercise_warps_better_than_another() -> None:
    named = [("squat", 0), ("squat", 1), ("shoulder-abduction", 0), ("shoulder-abduction", 1)]
    seen = [body_courses(made(exercise, seed)) for exercise, seed in named]
    for name in COURSES:
        apart = dtw_matrix(np.array([one[name] for one in seen]), band=1.0)
        assert max(apart[0, 1], apart[2, 3]) < 0.7 * apart[:2, 2:].min(), name


def test_what_cannot_be_had_is_refused() -> None:
    recording = made()
    unseen = np.array(recording.positions)
    unseen[:, recording.skeleton.index("hand_left")] = np.nan
    with pytest.raises(RecordingError, match="need hand_left; it was never seen"):
        body_courses(recording.replace(positions=unseen))
    with pytest.raises(RecordingError, match="need positions in space"):
        body_courses(
            recording.replace(
                positions=None,
                orientations=None,
                origin="image",
                image_points=np.asarray(recording.positions)[..., :2],
                image_size=(640, 480),
            )
        )
