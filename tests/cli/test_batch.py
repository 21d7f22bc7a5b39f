"""Which recordings there are, and the folder that each goes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabkit.cli.batch import Job, jobs
from rehabkit.errors import RehabkitError


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ``.rec`` file is a recording, and so is a folder called ``Es1``."""

    def identify(path: Path) -> str:
        if path.name == "Es1":
            return "a recording"
        raise RehabkitError("unknown")

    monkeypatch.setattr("rehabkit.reading.identify", identify)
    monkeypatch.setattr(
        "rehabkit.reading.find_recordings", lambda folder: sorted(folder.rglob("*.rec"))
    )


def made(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def test_one_recording_goes_into_the_folder_itself(tmp_path: Path) -> None:
    assert jobs([Path("a.csv")], tmp_path) == [Job(Path("a.csv"), tmp_path, "a.csv")]


def test_several_get_a_folder_each(tmp_path: Path) -> None:
    work = jobs([Path("a.csv"), Path("x/b.csv")], tmp_path)
    assert [job.folder for job in work] == [tmp_path / "a", tmp_path / "b"]


def test_files_that_differ_in_their_suffix_alone_keep_it(tmp_path: Path) -> None:
    work = jobs([Path("a.csv"), Path("a.mp4")], tmp_path)
    assert [job.folder for job in work] == [tmp_path / "a.csv", tmp_path / "a.mp4"]


def test_files_of_one_name_are_numbered(tmp_path: Path) -> None:
    work = jobs([Path("x/a.csv"), Path("y/a.csv"), Path("z/a.csv")], tmp_path)
    assert [job.folder.name for job in work] == ["a.csv", "a.csv-2", "a.csv-3"]


@pytest.mark.usefixtures("known")
def test_a_folder_is_walked_and_its_tree_is_kept(tmp_path: Path) -> None:
    source = made(tmp_path / "in", "p1/a.rec", "p2/a.rec", "p2/note.txt")
    work = jobs([source], tmp_path / "out")
    assert [job.folder for job in work] == [tmp_path / "out/p1/a", tmp_path / "out/p2/a"]
    assert [job.path for job in work] == [source / "p1/a.rec", source / "p2/a.rec"]


@pytest.mark.usefixtures("known")
def test_several_folders_keep_their_names(tmp_path: Path) -> None:
    sources = [made(tmp_path / name, "s1/a.rec") for name in ("p1", "p2")]
    work = jobs(sources, tmp_path / "out")
    assert [job.name for job in work] == ["p1/s1/a", "p2/s1/a"]


@pytest.mark.usefixtures("known")
def test_a_folder_that_is_a_recording_is_one(tmp_path: Path) -> None:
    source = made(tmp_path / "Es1", "a.rec", "b.rec")
    assert jobs([source], tmp_path / "out") == [Job(source, tmp_path / "out", "Es1")]


@pytest.mark.usefixtures("known")
def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    source = made(tmp_path / "in", "note.txt")
    with pytest.raises(RehabkitError, match="found none that RehabKit can read"):
        jobs([source], tmp_path / "out")
