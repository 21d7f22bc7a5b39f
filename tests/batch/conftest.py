"""Small generated recordings, and runs over them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rehabkit.batch import run as batch
from rehabkit.batch.jobs import jobs
from rehabkit.batch.ledger import Entry
from rehabkit.batch.options import Options
from rehabkit.batch.run import Doing

OPTIONS = Options("squat", parts=("report", "tables"))


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short generated recording as a CSV file."""
    from rehabkit import reading
    from rehabkit.simulate import generate

    path = tmp_path_factory.mktemp("short") / "short.csv"
    reading.write(generate("squat", repetitions=2, seed=1).recording, path)
    return path


@pytest.fixture
def folder(short: Path, tmp_path: Path) -> Path:
    """Four recordings, one of which is refused."""
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a", "b", "c"):
        shutil.copy(short, source / f"{name}.csv")
    broken = short.read_text().replace("0.", "x.")
    (source / "d.csv").write_text(broken)
    return source


def done(
    source: Path | str, out: Path | str, options: Options = OPTIONS, doing: Doing | None = None
) -> tuple[list[Entry], list[Entry]]:
    """(entries of what was done, entries of all) of one run."""
    with batch.opened(jobs([source], options), str(out), options, doing) as this:
        return list(this.entries()), this.all()


def names(entries: list[Entry]) -> list[str]:
    return sorted(entry.name for entry in entries)


def documents(out: Path) -> dict[str, bytes]:
    return {p.parent.name: p.read_bytes() for p in sorted(out.rglob("analysis.json"))}


def stamps(out: Path) -> dict[str, int]:
    """When each document was written: unchanged where nothing was done twice."""
    return {p.parent.name: p.stat().st_mtime_ns for p in sorted(out.rglob("analysis.json"))}
