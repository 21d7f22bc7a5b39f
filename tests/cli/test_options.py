"""Options of readers on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from tests.formats import made
from typer.testing import CliRunner

from rehabkit.cli import options
from rehabkit.cli.app import app


def test_values_become_what_they_look_like() -> None:
    texts = [
        "person=1",
        "rate_hz=59.94",
        "image_size=1280,720",
        "exchange=false",
        "markers=a,b.toml",
    ]
    assert options.parse(texts) == {
        "person": 1,
        "rate_hz": 59.94,
        "image_size": (1280, 720),
        "exchange": False,
        "markers": "a,b.toml",
    }


@pytest.mark.parametrize("text", ["person", "=3", "two words=1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="expected NAME=VALUE"):
        options.parse([text])


def test_analyze_hands_them_to_the_reader(tmp_path: Path) -> None:
    path, out = made.irds_simplified(tmp_path), tmp_path / "out"
    done = CliRunner().invoke(app, ["analyze", str(path), "--out", str(out), "--set", "rate_hz=60"])
    assert done.exit_code == 0, done.output
    assert '"rate_hz": 60' in (out / "analysis.json").read_text()
    wrong = CliRunner().invoke(app, ["analyze", str(path), "--out", str(out), "--set", "fps=60"])
    assert wrong.exit_code == 2


@pytest.mark.parametrize("command", ["compare", "reliability", "progress"])
def test_commands_on_several_recordings_share_their_options(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120"}).output
    for option in (
        "--exercise",
        "--height-m",
        "--mirrored",
        "--errors",
        "--format",
        "--set",
        "--one-repetition",
    ):
        assert option in told
    wrong = CliRunner().invoke(app, [command, "a.csv", "--out", "o", "--set", "nonsense"])
    assert wrong.exit_code == 2
    assert "expected NAME=VALUE" in wrong.output
