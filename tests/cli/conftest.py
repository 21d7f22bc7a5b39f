"""The command line as a user meets it: arguments in, exit status and text out."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehabkit.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """Run a command in a fresh folder, on a terminal of ``columns``."""
    monkeypatch.chdir(tmp_path)

    def command(line: str, *, columns: int = 100) -> Ran:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr("sys.argv", ["rehabkit", *shlex.split(line)])
        try:
            status = main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return command


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated sample as a CSV file."""
    from rehabkit import reading
    from rehabkit.simulate import demo_recording

    path = tmp_path_factory.mktemp("sample") / "sample.csv"
    reading.write(demo_recording(), path)
    return path
