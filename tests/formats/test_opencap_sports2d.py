"""Folders of OpenCap and Sports2D: which trial or person, joints, and the angles beside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.formats.samples_biomechanics import opencap, shortened, sports2d, write_trc

import rehabkit as rk
from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.recording import Subject
from rehabkit.recording.skeletons import HALPE_26


def test_an_opencap_trial(tmp_path: Path) -> None:
    recording = rk.read(opencap(tmp_path))
    assert recording.source.start_s == 0.5
    assert recording.source.device == "OpenCap"
    assert recording.subject == Subject("subject7", sex="female", height_m=1.65)
    assert recording.scale.height_m == 1.65
    assert recording.up.vector == (0, 1, 0)
    angles = recording.streams["angles"]
    assert angles.channels == ("pelvis_tilt", "hip_flexion_r", "knee_angle_r")
    np.testing.assert_allclose(angles.time[0], 1.06, atol=1e-9)  # 1.56 s in the session's clock
    canonical = recording.canonical()
    np.testing.assert_allclose(canonical.joint("knee_left")[0], (-0.11, -0.45, 2.5), atol=1e-5)


def test_several_opencap_trials(tmp_path: Path) -> None:
    session = opencap(tmp_path, ("neutral", "squats1", "walk"))
    with pytest.raises(FormatError, match=r"found 3: neutral, squats1, walk\. Say which"):
        rk.read(session)
    recording = rk.read(session, trial="walk")
    assert recording.source.path.endswith("walk.trc")
    with pytest.raises(FormatError, match=r"expected a trial of the session: 'neutral', .* 'run'"):
        rk.read(session, trial="run")
    assert reading.find_recordings(tmp_path) == [session]


def test_opencaps_processing_keeps_earlier_points_in_folders(tmp_path: Path) -> None:
    session = opencap(tmp_path)
    (session / "MarkerData" / "squats1.trc").unlink()
    labels, values = shortened(("Neck", "midHip"))
    for stage in ("PreAugmentation", "PostAugmentation_v0.3"):
        write_trc(session / "MarkerData" / "OpenPose" / stage / "squats1.trc", labels, values, 1.0)
    assert "PostAugmentation" in rk.read(session).source.path


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("", Subject()),
        ("subjectID: a\nheight_m: 170\n", Subject("a")),
        ("subjectID: !!python/object/apply:os.system ['x']\nheight_m: [1]\n",
         Subject("!!python/object/apply:os.system ['x']")),
        ("sex: m\n  height_m: 1.7\n", Subject(sex="male")),
    ],
)  # fmt: skip
def test_metadata_are_read_line_by_line(tmp_path: Path, text: str, subject: Subject) -> None:
    session = opencap(tmp_path)
    (session / "sessionMetadata.yaml").write_text(text or "a:\n")
    read = rk.read(session)
    assert read.subject == subject
    assert any(s.name == "leave out height" for s in read.history) == ("170" in text)


def test_a_trial_without_angles_says_so(tmp_path: Path) -> None:
    session = opencap(tmp_path)
    (session / "OpenSimData" / "Kinematics" / "squats1.mot").unlink()
    recording = rk.read(session)
    assert not recording.streams
    assert any(s.name == "lack angles" for s in recording.history)


def test_a_person_of_sports2d_in_metres(tmp_path: Path) -> None:
    recording = rk.read(sports2d(tmp_path))
    assert recording.skeleton is HALPE_26
    assert recording.joint("left_knee")[0, 1] == pytest.approx(-0.45)
    assert "angles" in recording.streams
    assert any(s.name == "assume plane" for s in recording.history)
    labels, values = shortened(("Hip", "Neck", "Head", "Nose"))
    values[3:, 2, 2] += 0.1  # a depth that moves was measured
    write_trc(Path(recording.source.path), labels, values, 0.0)
    assert not any(s.name == "assume plane" for s in rk.read(tmp_path / "squat_Sports2D").history)
    assert recording.up.vector == (0, 1, 0)


def test_a_person_of_sports2d_in_pixels(tmp_path: Path) -> None:
    folder = sports2d(tmp_path)
    recording = rk.read(folder, points="px")
    assert recording.positions is None
    assert recording.image_points is not None
    assert recording.image_size == (1920, 1080)
    knee = HALPE_26.index("left_knee")
    np.testing.assert_allclose(recording.image_points[0, knee], (927, 675), atol=1e-3)
    (folder / "squat_Sports2D_calib.toml").write_text("[")
    assert any(s.name == "assume picture" for s in rk.read(folder, points="px").history)
    assert rk.read(folder, points="px", image_size=(1280, 720)).image_size == (1280, 720)
    (folder / "squat_Sports2D_m_person00.trc").unlink()
    assert rk.read(folder).positions is None
    with pytest.raises(FormatError, match=r"expected a file \*_m_person00\.trc"):
        rk.read(folder, points="m")
    with pytest.raises(RehabkitError, match="Expected points 'm' or 'px', found 'cm'"):
        rk.read(folder, points="cm")


def test_several_people_of_sports2d(tmp_path: Path) -> None:
    folder = sports2d(tmp_path, people=3)
    with pytest.raises(FormatError, match=r"found 3: 0, 1, 2\. Say which with person=0"):
        rk.read(folder)
    assert rk.read(folder, person=2).source.path.endswith("person02.trc")
    with pytest.raises(FormatError, match="expected person 0, 1, 2, found person=7"):
        rk.read(folder, person=7)


def test_folders_of_neither_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="the folder of an OpenCap session with MarkerData"):
        rk.read(tmp_path, format="opencap")
    with pytest.raises(FormatError, match="a folder of Sports2D with"):
        rk.read(tmp_path, format="sports2d")
