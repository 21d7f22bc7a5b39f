"""KERAAL: units, sides, names, targets that were named the wrong way round, and its errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.formats import samples_keraal as made

from rehabkit import reading
from rehabkit.errors import FormatError, SkeletonError
from rehabkit.recording import CANONICAL
from rehabkit.recording.skeletons import KERAAL_TARGETS
from rehabkit.signals.clean import clean


def test_names_say_who_and_what(tmp_path: Path) -> None:
    recording = reading.read(made.kinect(tmp_path))
    assert (recording.subject.id, recording.subject.group) == ("P1", "healthy, simulating errors")
    assert (recording.exercise.id, recording.exercise.correct) == ("keraal-ctk", True)
    assert recording.exercise.extra["trial"] == "T2"
    assert recording.rate_hz == pytest.approx(30)


def test_targets_are_metres_and_no_joints(tmp_path: Path) -> None:
    recording = reading.read(made.vicon(tmp_path))
    assert recording.rate_hz == pytest.approx(60)
    assert recording.skeleton.markers
    np.testing.assert_allclose(recording.joint("chest")[0], [0.6, 0.225, 0.95], atol=1e-6)
    with pytest.raises(SkeletonError):
        recording.canonical()


def test_exchanged_targets_are_set_right_and_said(tmp_path: Path) -> None:
    points = made.targets()
    arm, forearm = KERAAL_TARGETS.index("left_arm"), KERAAL_TARGETS.index("left_forearm")
    points[:, [arm, forearm]] = points[:, [forearm, arm]]
    path = made.vicon(tmp_path, points)
    recording = reading.read(path)
    step = next(s for s in recording.history if s.name == "exchange targets")
    assert step.parameters["sides"] == "left"
    assert recording.joint("left_arm")[0, 2] == pytest.approx(0.85)
    as_named = reading.read(path, exchange=False)
    assert as_named.joint("left_arm")[0, 2] == pytest.approx(0.65)
    assert "exchange targets" not in [s.name for s in as_named.history]


def test_shares_become_pixels_of_an_assumed_picture(tmp_path: Path) -> None:
    path = made.openpose(tmp_path)
    recording = reading.read(path)
    assert recording.image_size == (960, 544)
    assert any(s.name == "assume picture size" for s in recording.history)
    points = recording.image_points
    assert points is not None
    assert np.isnan(points[4]).all()
    assert np.isnan(points[2, recording.skeleton.index("right_wrist")]).all()
    own = reading.read(path, image_size=(320, 544)).image_points
    assert own is not None
    np.testing.assert_allclose(own, points * [1 / 3, 1], rtol=1e-5)
    coached = path.rename(tmp_path / "1A-OP-CTK-S7-12.json")
    assert reading.read(coached).image_size == (480, 360)
    assert recording.time[0] == 0
    assert recording.source.start_s == pytest.approx(1 / 30)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"positions": {}}, "frames under 'positions'"),
        ({"positions": {"1.0": {"Elbow": [1, 2]}}}, "33.*18.*17"),
        ({"positions": {"1.0": {"0": [0.1]}}}, r"frame 1, joint 0: expected \[x, y\]"),
        ({"positions": {"1.0": {"0": [0.1, 1e9]}}}, "shares of the picture"),
        ({"positions": {"one": {"0": [0.1, 0.1]}}}, "frame numbers as keys, found 'one'"),
        ({"positions": {"1.0": [1, 2]}}, "joints by name"),
        ({"positions": {"1.0": {}}}, "no joints"),
    ],
)
def test_damaged_points_name_the_place(document: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=message):
        reading.read(path, format="keraal")


def test_blazepose_ran_on_mirrored_pictures(tmp_path: Path) -> None:
    path = made.blazepose(tmp_path)
    recording = reading.read(path)
    assert recording.mirrored == "yes"
    assert any(s.name == "assume mirrored picture" for s in recording.history)
    assert reading.read(path, mirrored="no").mirrored == "no"
    assert reading.read(made.alphapose(tmp_path)).mirrored == "no"


@pytest.mark.data
def test_blazepose_moves_the_arm_that_moved(data_root: Path) -> None:
    """In ELK one arm rises at a time: cleaned, BlazePose and OpenPose raise the same one."""
    heights = {}
    for system in ("BP", "OP"):
        path = data_root / f"keraal/G3-{system}-ELK-P1T1-Unknown-C-0.json"
        points = clean(reading.read(path)).image_points
        assert points is not None
        left, right = (CANONICAL.index(f"wrist_{side}") for side in ("left", "right"))
        heights[system] = (points[:, right, 1] - points[:, left, 1])[:190]
    both = np.isfinite(heights["BP"]) & np.isfinite(heights["OP"])
    assert np.corrcoef(heights["BP"][both], heights["OP"][both])[0, 1] > 0.9


def test_a_short_row_names_its_line(tmp_path: Path) -> None:
    path = made.kinect(tmp_path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:5], lines[5][:300], *lines[6:]]))
    with pytest.raises(FormatError, match=r"line 6: expected .*175 columns"):
        reading.read(path)
    with pytest.raises(FormatError, match="rate_hz above 0"):
        reading.read(path, rate_hz=0)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "frames", "exchanged"), [("CTK", 390, ""), ("ELK", 385, "left"), ("RTK", 389, "left")]
)
def test_real_targets(name: str, frames: int, exchanged: str, data_root: Path) -> None:
    recording = reading.read(data_root / f"keraal/G3-Vicon-{name}-P1T1-Unknown-C-0.txt")
    assert len(recording) == frames
    said = [s.parameters["sides"] for s in recording.history if s.name == "exchange targets"]
    assert "".join(said) == exchanged


@pytest.mark.data
def test_every_real_file_is_read(data_root: Path) -> None:
    found = reading.find_recordings(data_root / "keraal")
    recordings = [reading.read(path) for path in found]
    assert len(recordings) == 21
    assert {r.source.format for r in recordings} == {"keraal"}
    heights = [
        float(np.nanmedian((c.joint("head") - c.joint("pelvis"))[:, 1]))
        for c in (r.canonical() for r in recordings if r.source.device == "Kinect v2")
    ]
    assert len(heights) == 9
    assert min(heights) > 0.4
