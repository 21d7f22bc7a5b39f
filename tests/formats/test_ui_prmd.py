"""UI-PRMD: offsets become positions only when chained with the angles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.formats import made as samples

from rehabkit import reading
from rehabkit.errors import FormatError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return samples.ui_prmd(tmp_path)


def test_offsets_are_turned_by_the_angles_above_them(path: Path) -> None:
    """The thigh's frame is the world's; a shin turned by 90 degrees about x points to -z."""
    recording = reading.read(path)
    knee, foot = recording.joint("right_lower_leg"), recording.joint("right_foot")
    np.testing.assert_allclose(knee[0], (-0.08, 0.5, -2.4), atol=1e-6)
    np.testing.assert_allclose((foot - knee)[0], (0, -0.38, 0), atol=1e-6)
    np.testing.assert_allclose((foot - knee)[-1], (0, 0, -0.38), atol=1e-6)
    np.testing.assert_allclose(recording.joint("left_foot")[-1], (0.08, 0.12, -2.4), atol=1e-6)


def test_bones_keep_their_length(path: Path) -> None:
    recording = reading.read(path)
    shin = recording.joint("right_foot") - recording.joint("right_lower_leg")
    np.testing.assert_allclose(np.linalg.norm(shin, axis=1), 0.38, atol=1e-6)


def test_the_name_says_who_and_what(path: Path) -> None:
    recording = reading.read(path)
    assert recording.exercise.id == "ui-prmd-m01"
    assert recording.exercise.correct is False
    assert recording.subject.id == "s03"
    assert recording.rate_hz == pytest.approx(30)
    assert any(s.is_assumption and s.parameters == {"rate_hz": 30.0} for s in recording.history)


def test_the_angles_file_gives_the_same_recording(path: Path) -> None:
    angles = path.parent.parent / "Angles" / path.name.replace("positions", "angles")
    np.testing.assert_array_equal(reading.read(angles).positions, reading.read(path).positions)
    assert reading.find_recordings(path.parent.parent) == [path]


def test_a_missing_angles_file_is_named(path: Path) -> None:
    angles = path.parent.parent / "Angles" / path.name.replace("positions", "angles")
    moved = angles.rename(path.parent.parent / "elsewhere.txt")
    with pytest.raises(
        FormatError, match=r"its angles file m01_s03_e04_angles_inc\.txt.*angles=PATH"
    ):
        reading.read(path)
    assert len(reading.read(path, angles=moved)) == samples.FRAMES


def test_files_of_different_length_are_refused(path: Path) -> None:
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-2]))
    with pytest.raises(FormatError, match=r"expected 10 rows as in .*, found 12"):
        reading.read(path)


def test_vicon_markers_are_refused(tmp_path: Path) -> None:
    for kind in ("positions", "angles"):
        (tmp_path / f"m01_s01_e01_{kind}.txt").write_text(",".join(["1"] * 117) + "\n")
    with pytest.raises(FormatError, match="found its Vicon markers"):
        reading.read(tmp_path / "m01_s01_e01_positions.txt", format="ui-prmd")


@pytest.mark.data
def test_real_feet_stay_put(data_root: Path) -> None:
    """Sit to stand and shoulder abduction are done with still feet: offsets unchained are not."""
    folder = data_root / "ui-prmd" / "Segmented Movements" / "Kinect" / "Positions"
    for movement, limit_cm in (("m05", 4.0), ("m07", 1.5)):
        spreads = [
            spread_cm(folder / f"{movement}_s{s:02d}_e03_positions.txt") for s in range(1, 11)
        ]
        assert np.mean(spreads) < limit_cm


def spread_cm(path: Path) -> float:
    """Mean over both feet of the distance that a foot lies from its mean place, cm."""
    recording = reading.read(path)
    feet = np.stack([recording.joint("left_foot"), recording.joint("right_foot")])
    return float(100 * np.linalg.norm(feet - feet.mean(axis=1, keepdims=True), axis=-1).mean())
