"""NTU RGB+D: bodies by their id, places in the picture, and every way to be wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.formats import made
from tests.formats.samples_mocap import ntu, ntu_text

from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.recording.skeletons import KINECT_V2


def test_the_body_seen_longest_is_followed(tmp_path: Path) -> None:
    recording = reading.read(ntu(tmp_path))
    assert recording.positions is not None
    assert recording.skeleton is KINECT_V2
    truth = np.where((made.kinect_v2() == 0).all(-1, keepdims=True), np.nan, made.kinect_v2())
    np.testing.assert_allclose(recording.positions, truth, atol=1e-5)
    assert recording.time[1] == pytest.approx(1 / 30)
    names = [step.name for step in recording.history]
    assert names == ["read", "assume frame rate", "pick person", "mark unseen"]
    assert (recording.subject.id, recording.exercise.label) == ("P003", "A043")
    assert recording.exercise.extra["camera"] == 2


def test_points_states_and_turns(tmp_path: Path) -> None:
    recording = reading.read(ntu(tmp_path))
    assert recording.image_points is not None
    assert recording.orientations is not None
    assert recording.confidence is not None
    np.testing.assert_allclose(recording.image_points[0, 0], (960, 540), atol=1e-2)
    unseen = made.UNSEEN[0], KINECT_V2.index(made.UNSEEN[1])
    assert np.isnan(recording.image_points[unseen]).all()
    assert recording.confidence[unseen] == 0
    assert np.isnan(recording.orientations[:, KINECT_V2.index("Head")]).all()
    np.testing.assert_allclose(recording.orientations[0, 0], (0.6, 0, 0.8, 0), atol=1e-6)


def test_another_person_is_had_by_number(tmp_path: Path) -> None:
    path = ntu(tmp_path)
    first = reading.read(path, person=0)
    assert first.positions is not None
    assert np.isfinite(first.positions[:4]).all()
    assert np.isnan(first.positions[4:]).all()
    assert "no body in 8 frames" in str([s.touched for s in first.history])
    with pytest.raises(FormatError, match="person from 0 to 1, found person=2"):
        reading.read(path, person=2)


def test_empty_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.skeleton"
    path.write_text("2\n0\n0\n")
    with pytest.raises(FormatError, match="a body in at least one frame, found none in 2"):
        reading.read(path)
    joints = made.kinect_v2()
    joints[:3] = np.nan
    path.write_text(ntu_text({"1": joints}))
    assert np.isnan(reading.read(path).joint("Head")[:3]).all()


WRONG = {
    "cut": (slice(0, -1), "", "", "the end of the file"),
    "frames": (slice(None), "12", "13", "0 to 6 bodies, found the end of the file"),
    "more": (slice(None), "12", "11", "the end after 11 frames"),
    "huge": (slice(None), "12", "9999999999", "a count of frames"),
    "bodies": (slice(None), "2", "70", "0 to 6 bodies"),
    "joints": (slice(None), "25", "24", "25 joints"),
    "word": (slice(None), "0 0 2.5", "0 x 2.5", "12 numbers of a joint, found '0 x 2.5"),
    "state": (slice(None), "0.6 0 0.8 0 2", "0.6 0 0.8 0 7", "a tracking state"),
    "nan": (slice(None), "0 0 2.5", "0 nan 2.5", "a finite place"),
    "far": (slice(None), "0 0 2.5", "0 1e30 2.5", "numbers up to"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    part, old, new, message = WRONG[case]
    path = tmp_path / "a.skeleton"
    lines = ntu_text({"1": made.kinect_v2(), "9": made.kinect_v2() + 1}).splitlines()[part]
    matches = [i for i, line in enumerate(lines) if line.startswith(old) or f" {old}" in line]
    at = matches[0] if old else 0
    lines[at] = lines[at].replace(old, new, 1)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(FormatError, match=rf"a\.skeleton, line \d+: expected .*{message}"):
        reading.read(path, format="ntu")


@pytest.mark.data
def test_the_real_file(data_root: Path) -> None:
    recording = reading.read(data_root / "formats" / "ntu" / "S001C001P001R001A001.skeleton")
    assert len(recording) == 103
    assert recording.positions is not None
    assert np.isfinite(recording.positions).all()
    canonical = recording.canonical()
    height = canonical.joint("head")[:, 1] - canonical.joint("ankle_left")[:, 1]
    assert 1.2 < np.median(height) < 1.8
