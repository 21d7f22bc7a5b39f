"""UI-PRMD's Vicon part: markers and Vicon's own angles; our angles against those."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.formats.samples_ui_prmd import markers_mm, text, ui_prmd_vicon

from rehabkit import reading
from rehabkit.errors import FormatError
from rehabkit.formats.ui_prmd_vicon import CHANNELS
from rehabkit.kinematics.angles import compute
from rehabkit.recording import Recording
from rehabkit.recording.joints import SIDES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return ui_prmd_vicon(tmp_path)


def angles_of(path: Path) -> Path:
    return path.parent.parent / "Angles" / path.name.replace("positions", "angles")


def test_markers_are_metres_and_lost_ones_nan(path: Path) -> None:
    recording = reading.read(path)
    np.testing.assert_allclose(recording.joint("LKNE")[0], (0, 0.15, 0.48), atol=1e-6)
    assert np.isnan(recording.joint("LFHD")[4]).all()
    assert recording.rate_hz == pytest.approx(100)
    assert recording.up.vector == (0, 0, 1)
    assert (recording.subject.id, recording.exercise.id) == ("s02", "ui-prmd-m05")
    assert recording.exercise.correct is True
    assert recording.canonical().skeleton.markers


def test_angles_are_a_stream_with_the_names_that_are_known(path: Path) -> None:
    stream = reading.read(path).streams["vicon-angles"]
    assert (stream.kind, stream.unit, len(stream.channels)) == ("angles", "deg", 117)
    column = stream.channels.index("LKneeAngles.x")
    assert stream.values[0, column] == pytest.approx(0.57)
    assert "block05.y" in stream.channels


def test_the_angles_file_names_the_same_recording(path: Path) -> None:
    other = reading.read(angles_of(path))
    np.testing.assert_array_equal(other.positions, reading.read(path).positions)
    assert reading.find_recordings(path.parent.parent) == [path]


def test_markers_alone_are_read_and_say_so(path: Path) -> None:
    moved = angles_of(path).rename(path.parent.parent / "elsewhere.txt")
    recording = reading.read(path)
    assert not recording.streams
    assert any(step.name == "no angles" for step in recording.history)
    assert reading.read(path, angles=moved).streams


def test_what_does_not_fit_is_refused(path: Path) -> None:
    with pytest.raises(FormatError, match="expected body as 'adult', 'laboratory', found 'giant'"):
        reading.read(path, body="giant")
    with pytest.raises(FormatError, match="rate_hz above 0"):
        reading.read(path, rate_hz=0)
    angles_of(path).write_text(text(markers_mm()[:5]))
    with pytest.raises(FormatError, match="expected 12 rows as there are of positions, found 5"):
        reading.read(path)
    path.write_text("1,2,3\n")
    with pytest.raises(FormatError, match=r"line 1: expected 117 columns \(39 markers or angles"):
        reading.read(path, format="ui-prmd-vicon")


def test_angles_without_positions_are_refused(path: Path) -> None:
    angles = angles_of(path)
    path.unlink()
    with pytest.raises(FormatError, match="expected its positions file"):
        reading.read(angles)


def test_the_laboratorys_shoulder_is_an_assumption(path: Path) -> None:
    recording = reading.read(path)
    step = recording.history[-1]
    assert step.is_assumption
    assert step.parameters["shoulder_offset_m"] == 0.105
    assert all("shoulder_offset_m" not in s.parameters for s in recording.canonical().history[-1:])
    usual = reading.read(path, body="adult").canonical().joint("shoulder_left")
    lower = recording.canonical().joint("shoulder_left") - usual
    assert (lower[:, 2] < -0.03).all()


def vicon(data_root: Path, name: str, **options: str) -> Recording:
    part = "Incorrect Segmented Movements" if "_inc" in name else "Segmented Movements"
    return reading.read(data_root / "ui-prmd" / part / "Vicon" / "Positions" / name, **options)


def off_deg(recording: Recording, joint: str) -> NDArray[np.float64]:
    """(2,) median absolute difference of both sides from Vicon's own flexion."""
    found, stream = compute(recording).angles, recording.streams["vicon-angles"]
    out = []
    for side in SIDES:
        column = CHANNELS.index(f"{side[0].upper()}{joint.capitalize()}Angles.x")
        ours = found[f"{joint}_flexion_{side}"].values
        out.append(np.nanmedian(np.abs(ours - stream.values[:, column])))
    return np.array(out)


NAMES = [
    "m01_s02_e02_positions.txt", "m05_s01_e01_positions_inc.txt", "m07_s04_e02_positions.txt",
]  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_knees_and_hips_are_vicons_own(name: str, data_root: Path) -> None:
    """Squat, sit to stand with a deep lean, and standing with the knees bent back."""
    recording = vicon(data_root, name)
    assert (off_deg(recording, "knee") < 3).all()
    assert (off_deg(recording, "hip") < 3).all()


@pytest.mark.data
@pytest.mark.parametrize("name", NAMES)
def test_elbows_are_vicons_own_with_its_shoulder(name: str, data_root: Path) -> None:
    assert (off_deg(vicon(data_root, name), "elbow") < 5).all()


@pytest.mark.data
def test_the_order_of_the_markers_is_plug_in_gaits(data_root: Path) -> None:
    """Left is left of one who walks towards the toes; heights and neighbours are a body's."""
    recording = vicon(data_root, "m07_s01_e02_positions.txt")
    place = {name: recording.joint(name)[0] for name in recording.skeleton.joints}
    forward = place["LTOE"] + place["RTOE"] - place["LHEE"] - place["RHEE"]
    left = np.cross((0, 0, 1), forward)
    for name in recording.skeleton.joints:
        if name.startswith("L"):
            assert (place[name] - place["R" + name[1:]]) @ left > 0, name
    heights = [place[n][2] for n in ("LFHD", "C7", "LELB", "LWRA", "LTHI", "LKNE", "LTIB", "LANK")]
    assert (np.diff(heights) < 0).all()
    raised = np.nanmax(recording.joint("RFIN")[:, 2]) - np.nanmin(recording.joint("RFIN")[:, 2])
    assert raised > 1.0, "the right arm is the one that abducts"
