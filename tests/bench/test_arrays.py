"""Samples of generated movement: shape, frame, names, and what gives none."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rehabkit.bench.arrays import Layout, make, stretched
from rehabkit.bench.prepared import Prepared, Set
from rehabkit.datasets.row import Row, Span
from rehabkit.errors import RecordingError
from rehabkit.geometry import quaternions
from rehabkit.kinematics.body_places import JOINTS
from rehabkit.recording import CANONICAL
from rehabkit.signals.clean import clean
from rehabkit.simulate import generate

ROOT = Path("set")
FULL = Layout(joints=JOINTS)


@pytest.fixture(scope="module")
def squats() -> Prepared:
    """Three squats of a generated body."""
    cleaned = clean(generate("squat", repetitions=3).recording)
    assert cleaned.positions is not None
    row = Row(ROOT / "s1" / "squat.csv", "csv", subject="s1", group="expert", exercise="squat")
    return Prepared(row, cleaned.time, cleaned.positions, None, np.array(cleaned.up.vector))


def one(*prepared: Prepared) -> Set:
    return Set("made", "abc", prepared, (), ROOT)


def test_a_recording_is_one_sample(squats: Prepared) -> None:
    found = make(one(squats), FULL)
    assert found.positions.shape == (1, 100, len(JOINTS), 3)
    assert found.positions.dtype == np.float32
    assert found.orientations is None
    assert found.samples[0].names == {
        "subject": "s1", "exercise": "squat", "recording": "s1/squat.csv", "repetition": 0
    }  # fmt: skip
    assert found.fingerprint == "abc"


def test_neither_place_nor_heading_nor_size_shows(squats: Prepared) -> None:
    turn = quaternions.from_axis_angle(squats.up, 70.0)
    moved = np.asarray(quaternions.rotate(turn, squats.positions)) * 1.2 + [1.0, 0.5, 2.0]
    other = replace(squats, positions=moved.astype(np.float32))
    a, b = (make(one(p), FULL).positions for p in (squats, other))
    assert np.allclose(a, b, atol=1e-3)
    plain = Layout(joints=JOINTS, heading=False, size=False)
    a, b = (make(one(p), plain).positions for p in (squats, other))
    assert not np.allclose(a, b, atol=1e-2)


def test_the_head_is_up_and_the_right_hip_right(squats: Prepared) -> None:
    places = make(one(squats), FULL).positions[0]
    assert places[0, JOINTS.index("head"), 1] > 0.3
    assert places[0, JOINTS.index("hip_right"), 0] > places[0, JOINTS.index("hip_left"), 0]


def test_our_own_cutting_gives_repetitions(squats: Prepared) -> None:
    found = make(one(squats), Layout(sample="repetition"))
    assert [s.repetition for s in found.samples] == [1, 2, 3]
    assert len(set(found.column("recording"))) == 1
    ends = [(s.start_s, s.end_s) for s in found.samples]
    assert all(a[1] <= b[0] + 0.1 for a, b in itertools.pairwise(ends))


def test_marked_repetitions_are_taken_where_there_are_some(squats: Prepared) -> None:
    marked = replace(squats, row=replace(squats.row, spans=(Span(0, 40), Span(40, 70))))
    found = make(one(marked), Layout(sample="repetition"))
    assert [s.start_s for s in found.samples] == [squats.time[0], squats.time[40]]
    own = make(one(marked), Layout(sample="repetition", marked=False))
    assert len(own) == 3


def test_windows_are_of_one_recording(squats: Prepared) -> None:
    found = make(one(squats), Layout(sample="window", window_s=2.0, step_s=1.0))
    assert len(found) == int(squats.time[-1] - 2.0) + 1
    assert set(found.who.recordings) == {"s1/squat.csv"}


def test_a_joint_that_was_never_seen_is_named(squats: Prepared) -> None:
    hidden = squats.positions.copy()
    hidden[:, CANONICAL.index("wrist_left")] = np.nan
    found = make(one(squats, replace(squats, positions=hidden)), FULL)
    assert len(found) == 1
    assert found.refused == (
        ("s1/squat.csv", "Samples need wrist_left; never seen in this recording."),
    )
    with pytest.raises(RecordingError, match=r"None of 1 recordings gives.*wrist_left"):
        make(one(replace(squats, positions=hidden)), FULL)


def test_gaps_are_closed_in_a_straight_line(squats: Prepared) -> None:
    gap = squats.positions.copy()
    gap[10:14, CANONICAL.index("head")] = np.nan
    a, b = (
        make(one(replace(squats, positions=p)), FULL).positions for p in (squats.positions, gap)
    )
    assert np.isfinite(b).all()
    assert np.allclose(a, b, atol=0.02)


def test_a_cubic_goes_through_its_points() -> None:
    time = np.linspace(0, 2, 21)
    curve = (time**3 - time)[:, None]
    even = np.linspace(0, 2, 100)
    assert np.allclose(stretched(time, curve, 100)[:, 0], even**3 - even, atol=1e-9)
    with pytest.raises(RecordingError, match="needs 4 frames, found 3"):
        stretched(time[:3], curve[:3], 100)


def test_orientations_are_in_the_body_frame(squats: Prepared) -> None:
    """A segment turned as the body's axes are has the identity there."""
    from rehabkit.kinematics.body_places import body_axes

    hips = squats.positions[:, CANONICAL.index("hip_right")] - \
        squats.positions[:, CANONICAL.index("hip_left")]  # fmt: skip
    axes = body_axes(hips.astype(np.float64), squats.up)
    own = np.broadcast_to(quaternions.from_matrix(axes.T), (len(squats.time), 25, 4)).copy()
    own[5:9] = np.nan
    own[:, CANONICAL.index("head")] = np.nan
    found = make(one(replace(squats, orientations=own.astype(np.float32))), FULL)
    assert found.orientations is not None
    assert np.allclose(found.orientations, [1, 0, 0, 0], atol=1e-4)


def test_a_recording_without_orientations_is_unturned_and_named(squats: Prepared) -> None:
    turned = np.zeros((len(squats.time), 25, 4), dtype=np.float32)
    turned[..., 1] = 1
    row = replace(squats.row, path=ROOT / "s2" / "squat.csv")
    found = make(one(replace(squats, orientations=turned), replace(squats, row=row)), FULL)
    assert found.unturned == ("s2/squat.csv",)
    assert found.take(np.array([1])).unturned == found.unturned
    assert found.orientations is not None
    assert np.allclose(found.orientations[1], [1, 0, 0, 0])
    assert not np.allclose(found.orientations[0], [1, 0, 0, 0])
    assert make(one(squats), FULL).unturned == ()


def test_inputs_hold_positions_exercise_and_orientations(squats: Prepared) -> None:
    turned = np.zeros((len(squats.time), 25, 4), dtype=np.float32)
    turned[..., 0] = 1
    found = make(one(replace(squats, orientations=turned)), FULL)
    inputs = found.inputs(orientations=True, exercises=("lunge", "squat"))
    assert inputs.shape == (1, 100, len(JOINTS), 3 + 2 + 4)
    assert np.allclose(inputs[..., 3:5], [0, 1])
    with pytest.raises(RecordingError, match="hold none"):
        make(one(squats), FULL).inputs(orientations=True)


def test_the_skeleton_hangs_together(squats: Prepared) -> None:
    skeleton = make(one(squats), Layout(joints=("pelvis", "head", "wrist_left"))).skeleton
    assert skeleton.parents == (-1, 0, 0)


def test_real_recordings_give_marked_repetitions(data_root: Path) -> None:
    from rehabkit import datasets
    from rehabkit.bench import prepared

    found = datasets.load("kimore", data_root)
    row = next(r for r in found.rows if r.spans)
    arrays = prepared._prepare(found, row)
    kept = Prepared(row, arrays["time"], arrays["positions"], arrays["orientations"], arrays["up"])
    made = make(Set("kimore", found.fingerprint, (kept,), (), found.root),
                Layout("repetition", joints=CANONICAL))  # fmt: skip
    assert len(made) == len(row.spans)
    assert made.orientations is not None
    assert np.allclose(np.linalg.norm(made.orientations, axis=-1), 1, atol=1e-4)
