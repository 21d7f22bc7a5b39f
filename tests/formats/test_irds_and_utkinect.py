"""IRDS: names, both layouts, sides. UTKinect: numbers that skip, actions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.formats import made as samples

from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.recording.skeletons import KINECT_V2


def test_the_name_of_an_irds_file_is_kept(tmp_path: Path) -> None:
    label = reading.read(samples.irds_simplified(tmp_path)).exercise
    assert (label.id, label.label, label.correct) == ("irds-2", "shoulder flexion left", True)
    assert dict(label.extra) == {
        "gesture": 2, "labelled_side": "left", "repetition": 3, "date": "18",
        "quality": "correct", "position": "stand",
    }  # fmt: skip


def test_simplified_files_have_an_assumed_rate(tmp_path: Path) -> None:
    path = samples.irds_simplified(tmp_path)
    recording = reading.read(path)
    assert recording.rate_hz == pytest.approx(30)
    assert [s.name for s in recording.history] == ["read", "assume frame rate", "mark unseen"]
    assert reading.read(path, rate_hz=15).duration_s == pytest.approx(2 * recording.duration_s)
    with pytest.raises(FormatError, match="expected rate_hz above 0, found rate_hz=-1"):
        reading.read(path, rate_hz=-1)


def test_raw_files_have_times_states_and_pixels(tmp_path: Path) -> None:
    recording = reading.read(samples.irds_raw(tmp_path))
    np.testing.assert_allclose(recording.time, 0.034 * np.arange(samples.FRAMES), atol=1e-9)
    assert recording.source.start_s == pytest.approx(5.665)
    assert not any(s.is_assumption for s in recording.history)
    assert recording.confidence is not None
    assert (recording.confidence[:, KINECT_V2.index("ThumbRight")] == 0.5).all()
    assert recording.image_points is not None
    assert recording.image_size == (512, 424)
    assert recording.exercise.correct is False
    assert recording.exercise.extra["position"] == "Stand-frame"


def test_damage_in_a_tuple_is_located(tmp_path: Path) -> None:
    path = samples.irds_raw(tmp_path)
    path.write_text(path.read_text().replace("(Head,Tracked", "(Head,Lost", 1))
    with pytest.raises(FormatError, match=r"line 2: expected the 25 joints in order.*found 'Lost'"):
        reading.read(path)


def test_the_two_irds_layouts_agree(tmp_path: Path) -> None:
    simplified = reading.read(samples.irds_simplified(tmp_path))
    raw = reading.read(samples.irds_raw(tmp_path))
    assert simplified.positions is not None
    assert raw.positions is not None
    np.testing.assert_allclose(simplified.positions, raw.positions, atol=1e-4)


def test_frame_numbers_skip_and_repeat(tmp_path: Path) -> None:
    recording = reading.read(samples.utkinect(tmp_path))
    counts = (recording.source.start_s + recording.time) * 60
    expected = [252, 254, 258, 262, 264, 270, 272, 274, 280, 282, 290]
    np.testing.assert_allclose(counts, expected, atol=1e-9)
    assert "1 of 12 frames repeat a frame number" in str(recording.history)
    assert recording.exercise.extra["actions"] == "walk, sitDown, carry"


def test_an_action_is_cut_out(tmp_path: Path) -> None:
    path = samples.utkinect(tmp_path)
    recording = reading.read(path, action="walk")
    assert len(recording) == 5
    assert recording.duration_s == pytest.approx((272 - 258) / 60)
    assert recording.exercise.label == "walk"
    with pytest.raises(FormatError, match=r"'carry', found none.*'sitDown', 'walk'"):
        reading.read(path, action="carry")
    with pytest.raises(FormatError, match="'fly', found no such label"):
        reading.read(path, action="fly")


def test_another_label_file_can_be_named(tmp_path: Path) -> None:
    path = samples.utkinect(tmp_path)
    (tmp_path / "corrected.txt").write_text("s01_e01\nwalk: 252 290\n")
    assert len(reading.read(path, action="walk", labels="corrected.txt")) == 11
    (tmp_path / "wrong.txt").write_text("s01_e01\nwalk: a 290\n")
    with pytest.raises(FormatError, match=r"line 2: expected 'action: first last'"):
        reading.read(path, labels="wrong.txt")


@pytest.mark.data
def test_real_walks_have_a_walker_s_speed(data_root: Path) -> None:
    """At 30 numbers a second people would cross the room at 0.3 m/s: a crawl."""
    speeds = []
    for path in sorted((data_root / "utkinect").glob("joints_*.txt")):
        walk = reading.read(path, action="walk")
        way = walk.joint("HipCenter")[[0, -1]][:, [0, 2]]
        speeds.append(float(np.linalg.norm(way[1] - way[0])) / walk.duration_s)
    assert 0.5 < np.median(speeds) < 1.5
