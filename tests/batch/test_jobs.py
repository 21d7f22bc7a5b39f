"""Which recordings there are, and the folder that each goes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehabkit.batch.jobs import jobs
from rehabkit.batch.options import Options
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


def planned(*paths: Path) -> list[tuple[str, str, str]]:
    return [(job.source, job.folder, job.name) for job in jobs(list(paths), Options())]


def folders(*paths: Path) -> list[str]:
    return [folder for _, folder, _ in planned(*paths)]


def test_one_recording_goes_into_the_folder_itself() -> None:
    assert planned(Path("a.csv")) == [("a.csv", ".", "a.csv")]


def test_several_get_a_folder_each() -> None:
    assert folders(Path("a.csv"), Path("x/b.csv")) == ["a", "b"]


def test_files_that_differ_in_their_suffix_alone_keep_it() -> None:
    assert folders(Path("a.csv"), Path("a.mp4")) == ["a.csv", "a.mp4"]


def test_files_of_one_name_are_numbered() -> None:
    found = folders(Path("x/a.csv"), Path("y/a.csv"), Path("z/a.csv"))
    assert found == ["a.csv", "a.csv-2", "a.csv-3"]


@pytest.mark.usefixtures("known")
def test_a_folder_is_walked_and_its_tree_is_kept(tmp_path: Path) -> None:
    source = made(tmp_path / "in", "p1/a.rec", "p2/a.rec", "p2/note.txt")
    assert folders(source) == ["p1/a", "p2/a"]
    assert [found for found, _, _ in planned(source)] == [
        str(source / "p1/a.rec"), str(source / "p2/a.rec"),
    ]  # fmt: skip


@pytest.mark.usefixtures("known")
def test_several_folders_keep_their_names(tmp_path: Path) -> None:
    sources = [made(tmp_path / name, "s1/a.rec") for name in ("p1", "p2")]
    assert folders(*sources) == ["p1/s1/a", "p2/s1/a"]


@pytest.mark.usefixtures("known")
def test_a_folder_that_is_a_recording_is_one(tmp_path: Path) -> None:
    source = made(tmp_path / "Es1", "a.rec", "b.rec")
    assert planned(source) == [(str(source), ".", "Es1")]


@pytest.mark.usefixtures("known")
def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    source = made(tmp_path / "in", "note.txt")
    with pytest.raises(RehabkitError, match="found none that RehabKit can read"):
        jobs([source], Options())


def test_a_file_address_of_this_machine_is_a_path(tmp_path: Path) -> None:
    assert jobs([(tmp_path / "a b.csv").as_uri()], Options())[0].source == str(tmp_path / "a b.csv")


def key(path: Path, options: Options | None = None) -> str:
    return jobs([path], options or Options())[0].key


def test_the_key_tells_a_changed_source_its_companion_and_options(tmp_path: Path) -> None:
    names = ("m01_s01_e01_positions", "m01_s01_e02_positions", "m01_s01_e02_angles")
    folder = made(tmp_path, *(f"{name}.txt" for name in names))
    source = folder / "m01_s01_e01_positions.txt"
    first = key(source)
    assert key(source) == first
    assert key(source, Options(height_m=1.7)) != first
    (folder / "m01_s01_e02_angles.txt").write_text("another recording's")
    assert key(source) == first
    (folder / "m01_s01_e01_angles.txt").write_text("its own")
    beside = key(source)
    assert beside != first
    source.write_text("changed")
    assert key(source) not in (first, beside)


def test_the_key_holds_what_stands_in_a_named_definition(tmp_path: Path) -> None:
    definition = tmp_path / "mine.toml"
    definition.write_text("a = 1")
    before = key(tmp_path / "a.csv", Options(exercise=str(definition)))
    definition.write_text("a = 2")
    assert key(tmp_path / "a.csv", Options(exercise=str(definition))) != before


@pytest.mark.parametrize("name", ["errors", "template"])
def test_the_key_holds_what_stands_in_a_file_of_ones_own(tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text("1")
    options = Options(**{name: file})  # type: ignore[arg-type]
    before = key(tmp_path / "a.csv", options)
    assert before != key(tmp_path / "a.csv")
    file.write_text("2")
    assert key(tmp_path / "a.csv", options) != before
    assert key(tmp_path / "a.csv", Options(one_repetition=True)) != key(tmp_path / "a.csv")


def test_files_of_options_are_found_from_anywhere(tmp_path: Path) -> None:
    for name in ("mine.toml", "errors.toml", "people.json", "set.toml"):
        (tmp_path / name).touch()
    told = Options(
        "mine.toml", errors=Path("errors.toml"), template="people.json",
        reading=(("markers", "set.toml"), ("trial", "a.b"), ("rate_hz", 30)),
    ).from_folder(tmp_path)  # fmt: skip
    assert (told.exercise, told.errors) == (
        str(tmp_path / "mine.toml"), str(tmp_path / "errors.toml"),
    )  # fmt: skip
    assert told.template == str(tmp_path / "people.json")
    assert told.reading == (
        ("markers", str(tmp_path / "set.toml")), ("trial", "a.b"), ("rate_hz", 30),
    )  # fmt: skip
    assert Options("squat").from_folder(tmp_path).exercise == "squat"


def test_an_address_is_no_file_of_an_option(tmp_path: Path) -> None:
    with pytest.raises(RehabkitError, match="--template: expected a file of this machine"):
        jobs([tmp_path / "a.csv"], Options(template="s3://bucket/people.json"))
