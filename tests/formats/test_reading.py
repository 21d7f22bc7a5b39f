"""The table of readers: telling formats apart, options, finding, writing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from subprocess import run

import pytest
from tests.formats import made as samples
from tests.formats.samples import SAMPLES

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError


def test_names_are_given_once() -> None:
    names = reading.format_names()
    assert len(set(names)) == len(names)


def test_an_unknown_format_lists_the_known_ones(tmp_path: Path) -> None:
    path = samples.irds_simplified(tmp_path)
    with pytest.raises(RehabkitError, match=r"No format is called 'c3x'; known: .*'csv', .*'irds'"):
        reading.read(path, format="c3x")


def test_a_file_of_no_format_lists_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam\n")
    with pytest.raises(FormatError, match=r"one of the known formats.*irds: IntelliRehabDS"):
        reading.identify(path)


def test_a_file_of_two_formats_asks_which(tmp_path: Path) -> None:
    original = samples.irds_simplified(tmp_path)
    path = tmp_path / "joints_s01_e01.txt"
    shutil.copy(original, path)
    with pytest.raises(FormatError, match=r"fits several.*format=, one of 'irds', 'utkinect'"):
        reading.read(path)
    assert len(reading.read(path, format="irds")) == samples.FRAMES


def test_options_are_listed_with_the_format(tmp_path: Path) -> None:
    path = samples.irds_simplified(tmp_path)
    with pytest.raises(RehabkitError, match="no option 'person'; allowed: 'rate_hz'"):
        reading.read(path, person=1)
    assert reading.get_format("parquet").options() == ()


def test_recordings_are_found_and_what_belongs_to_them_is_not(tmp_path: Path) -> None:
    """Each sample as its file, as the folder that it fills, or as files in it; nothing else."""
    made = {}
    for name, sample in SAMPLES.items():
        (tmp_path / name).mkdir()
        made[tmp_path / name] = sample.make(tmp_path / name)
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "Es1_repetitions.csv").write_text("CG/Expert/E_ID1,0,87,236\n")
    (tmp_path / ".hidden").mkdir()
    samples.irds_simplified(tmp_path / ".hidden")
    found = reading.find_recordings(tmp_path)
    assert found == sorted(found)
    for folder, path in made.items():
        inside = [p for p in found if p.is_relative_to(folder)]
        assert any(p.is_relative_to(path) or path.is_relative_to(p) for p in inside), folder
        found = [p for p in found if p not in inside]
    assert found == []
    with pytest.raises(RehabkitError, match="Expected a folder"):
        reading.find_recordings(path)


def test_writing_an_unknown_suffix_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(
        RehabkitError, match=r"suffix '\.doc'; known: .*'\.csv', .*'\.json', .*'\.parquet'"
    ):
        reading.write(samples.full_recording(), tmp_path / "a.doc")


def test_reading_text_loads_no_heavy_package(tmp_path: Path) -> None:
    path = samples.irds_simplified(tmp_path)
    code = (
        "import sys; from rehabkit import reading; "
        f"reading.read({str(path)!r}); "
        "print(sorted({'polars', 'scipy', 'pydantic', 'av', 'cv2', 'mediapipe', 'matplotlib'} "
        "& set(sys.modules)))"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.data
@pytest.mark.parametrize(("folder", "count"), [("kimore", 322), ("irds", 2654), ("utkinect", 20)])
def test_real_folders_hold_this_many(data_root: Path, folder: str, count: int) -> None:
    assert len(reading.find_recordings(data_root / folder)) == count


SIGNATURES = {
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0",
    "quicktime": b"\0\0\0\x08wide\0\0\1\0mdat",
    "matroska": b"\x1a\x45\xdf\xa3" + bytes(20),
    "avi": b"RIFF\x10\0\0\0AVI LIST",
    "transport stream": (b"\x47" + bytes(187)) * 4,
}


@pytest.mark.parametrize("head", list(SIGNATURES.values()), ids=list(SIGNATURES))
def test_videos_are_told_by_their_container(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "clip"
    path.write_bytes(head)
    assert reading.identify(path).name == "video"


@pytest.mark.parametrize(
    "head", [b"\0\0\0\x18ftypheic\0\0\0\0", b"RIFF\x10\0\0\0WAVEfmt ", b"GGA\n" * 200],
    ids=["photo", "sound", "text"],
)  # fmt: skip
def test_photos_sounds_and_text_are_no_videos(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(head)
    with pytest.raises(FormatError, match="expected one of the known formats"):
        reading.identify(path)


@pytest.mark.data
def test_real_videos_are_found(data_root: Path) -> None:
    assert len(reading.find_recordings(data_root / "videos")) == 23
