"""``convert``: one file, many, folders; what is left out and what is refused is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran
from tests.formats.round_trip import full

from rehabkit import reading
from rehabkit.cli.conversion import planned, renamed, suffix_of
from rehabkit.errors import RehabkitError

Run = Callable[..., Ran]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two people's recordings and a note, in folders."""
    folder = tmp_path / "in"
    for person in ("p1", "p2"):
        reading.write(full().replace(streams={}), folder / person / "a.csv")
    (folder / "note.md").write_text("Nothing that was ever recorded.")
    return folder


def test_one_file_says_what_is_left_out(run: Run, tree: Path) -> None:
    ran = run(f"convert {tree / 'p1' / 'a.csv'} a.trc --set-out unit=mm")
    assert ran.status == 0
    assert "12 frames" in ran.out
    assert "written to a.trc, without orientations, confidence, image points, events" in ran.out
    assert "mm" in Path("a.trc").read_text()


def test_a_folder_keeps_its_tree(run: Run, tree: Path, tmp_path: Path) -> None:
    ran = run(f"convert {tree} out --to trc")
    assert ran.status == 0, ran.err
    assert sorted(p.relative_to(tmp_path).as_posix() for p in (tmp_path / "out").rglob("*.*")) == [
        "out/p1/a.trc", "out/p2/a.trc",
    ]  # fmt: skip
    assert "p1/a.csv" in ran.out
    assert "2 written to out, 0 refused" in ran.out


def test_what_is_refused_is_told_and_the_rest_is_written(run: Run, tree: Path) -> None:
    (tree / "p3.bvh").write_text("HIERARCHY\nROOT a\nnonsense")
    ran = run(f"convert {tree} out --to .parquet")
    assert ran.status == 2
    assert ran.err.startswith("rehabkit: p3.bvh: ")
    assert "Traceback" not in ran.err
    assert "2 written to out, 1 refused" in ran.out


def test_two_recordings_never_go_to_one_file(run: Run, tree: Path) -> None:
    reading.write(full(), tree / "p1" / "a.parquet")
    ran = run(f"convert {tree} out --to trc")
    assert ran.status == 2
    assert "'p1/a.csv', 'p1/a.parquet' that would all be written to one" in ran.err
    assert not Path("out").exists()


def test_nothing_that_is_read_is_written_onto(run: Run, tree: Path) -> None:
    ran = run(f"convert {tree} {tree} --to csv")
    assert ran.status == 2
    assert "another file than IN" in ran.err


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("convert a.csv", "expected IN and OUT"),
        ("convert a.csv b.csv out", "need --to FORMAT"),
        ("convert a.csv out --to nonsense", "Expected --to as one of"),
        ("convert {} out.csv --set nonsense", "NAME=VALUE"),
        ("convert {} out.csv --set-out unit=mm", "no option 'unit'"),
        ("convert {} out.nonsense", "no format is written with the suffix"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, tree: Path, line: str, reason: str) -> None:
    ran = run(line.format(tree / "p1" / "a.csv"))
    assert ran.status == 2
    assert reason in " ".join(ran.err.split())


def test_names() -> None:
    assert renamed(Path("p1/a.b.csv"), ".trc") == Path("p1/a.b.trc")
    assert renamed(Path("folder"), ".trc") == Path("folder.trc")
    assert suffix_of("TRC") == ".trc"
    with pytest.raises(RehabkitError, match="Expected --to as one of 'bvh'"):
        suffix_of("docx")


def test_a_folder_that_is_one_recording_is_one_file(tmp_path: Path) -> None:
    from tests.formats.samples import SAMPLES

    folders = [name for name, s in SAMPLES.items() if s.make(_fresh(tmp_path / name)).is_dir()]
    assert folders
    for name in folders:
        path = SAMPLES[name].make(_fresh(tmp_path / f"{name}-again"))
        work = planned([path], tmp_path / "out", ".csv")
        assert [w.source for w in work] == [path]
        assert work[0].target == tmp_path / "out" / f"{path.name}.csv"


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
