"""Places in the body's frame: neither the room nor the person's size shows in them."""

from __future__ import annotations

import numpy as np
import pytest

from rehabkit.errors import RecordingError
from rehabkit.kinematics.body_places import JOINTS, RATE_HZ, body_places
from rehabkit.recording import Recording
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate


@pytest.fixture(scope="module")
def recording() -> Recording:
    return clean(generate("squat", repetitions=2, seed=5).recording)


def moved(recording: Recording, turn_deg: float, factor: float) -> Recording:
    """The same movement elsewhere in the room, turned about the vertical, by another body."""
    assert recording.positions is not None
    np.testing.assert_allclose(recording.up.vector, (0, 1, 0), atol=1e-6)
    a = np.deg2rad(turn_deg)
    turn = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    there = factor * (recording.positions @ turn.T) + np.array([0.4, 0.1, 2.0])
    return recording.replace(positions=there)


def test_axes_and_rate(recording: Recording) -> None:
    body = body_places(recording)
    assert body.places.shape == (len(body.time), len(JOINTS), 3)
    np.testing.assert_allclose(np.diff(body.time), 1 / RATE_HZ)
    assert (body["hip_right"][:, 0] > body["hip_left"][:, 0]).all()
    assert (body["head"][:, 1] > body["pelvis"][:, 1]).all()
    assert np.median(body["knee_left"][:, 2] - body["hip_left"][:, 2]) > -0.05
    bent = body["pelvis"][:, 1].argmin()
    assert body["knee_left"][bent, 2] > 0.1  # knees go forward in a squat


@pytest.mark.parametrize(("turn_deg", "factor"), [(70.0, 1.0), (-160.0, 1.0), (0.0, 1.4)])
def test_neither_room_nor_size_shows(recording: Recording, turn_deg: float, factor: float) -> None:
    there = body_places(moved(recording, turn_deg, factor))
    np.testing.assert_allclose(there.places, body_places(recording).places, atol=1e-3)


def test_a_mirror_exchanges_sides(recording: Recording) -> None:
    body = body_places(recording)
    mirrored = body.mirrored()
    np.testing.assert_array_equal(mirrored["knee_left"][:, 0], -body["knee_right"][:, 0])
    np.testing.assert_array_equal(mirrored["knee_left"][:, 1:], body["knee_right"][:, 1:])
    np.testing.assert_array_equal(mirrored.mirrored().places, body.places)


def test_a_part(recording: Recording) -> None:
    part = body_places(recording).between(1.0, 2.0)
    assert len(part.time) == RATE_HZ
    assert part.time[0] == pytest.approx(1.0)


def test_what_is_not_enough_is_refused(recording: Recording) -> None:
    assert recording.positions is not None
    with pytest.raises(RecordingError, match="need positions in space; found none"):
        body_places(recording.replace(
            positions=None, orientations=None, confidence=None,
            image_points=recording.positions[..., :2], image_size=(640, 480),
        ))  # fmt: skip
    unseen = np.array(recording.positions)
    unseen[:, recording.skeleton.joints.index("wrist_left")] = np.nan
    with pytest.raises(RecordingError, match="need wrist_left; it was never seen"):
        body_places(recording.replace(positions=unseen))
    above = np.array(recording.positions)
    right, left = (recording.skeleton.joints.index(f"hip_{s}") for s in ("right", "left"))
    above[:, right] = above[:, left] + np.array([0, 0.2, 0])
    with pytest.raises(RecordingError, match="the body has no heading"):
        body_places(recording.replace(positions=above))


def test_a_moment_is_too_short(recording: Recording) -> None:
    assert recording.positions is not None
    few = recording.time < recording.time[0] + 0.3
    short = Recording(recording.time[few], recording.skeleton, recording.positions[few])
    with pytest.raises(RecordingError, match=r"need 0\.5 s, found a recording of 0\.\d s"):
        body_places(short)


def test_a_gap_is_closed_as_interp_closes_it(recording: Recording) -> None:
    """A joint with a gap is worked out by itself, the others together: the same straight lines."""
    assert recording.positions is not None
    holed, closed = np.array(recording.positions), np.array(recording.positions)
    joint, gap = recording.skeleton.index("wrist_left"), slice(20, 31)
    holed[gap, joint] = np.nan
    there = np.isfinite(holed[:, joint, 0])
    for axis in range(3):
        values = np.asarray(holed[there, joint, axis], dtype=np.float64)
        closed[gap, joint, axis] = np.interp(recording.time[gap], recording.time[there], values)
    found = body_places(recording.replace(positions=holed)).places
    expected = body_places(recording.replace(positions=closed)).places
    np.testing.assert_allclose(found, expected, atol=1e-6)  # positions are kept in single precision
