"""Help, versions, refusals: exit status 2, a reason on stderr, no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Ran

import rehabkit
from rehabkit.cli.app import COMMANDS

Run = Callable[..., Ran]

LOADED = """
import json, sys
sys.argv = ["rehabkit", *sys.argv[1:]]
from rehabkit.cli.main import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_help_names_every_command(run: Run) -> None:
    ran = run("--help")
    assert ran.status == 0
    assert all(name in ran.out for name in COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], ["analyze", "--help"], ["version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & {"scipy", "polars", "matplotlib", "jinja2", "av", "mediapipe"}


@pytest.mark.parametrize("line", ["version", "--version"])
def test_version(run: Run, line: str) -> None:
    assert run(line).out == f"rehabkit {rehabkit.__version__}\n"


def test_a_mistyped_command_is_answered_with_the_nearest(run: Run) -> None:
    ran = run("analyse x --out y")
    assert ran.status == 2
    assert "Did you mean 'analyze'?" in ran.err


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("analyze nowhere.csv --out out", "nowhere.csv: expected a file or folder, found nothing"),
        ("analyze text.txt --out out", "text.txt: expected one of the known formats"),
        ("analyze text.txt --exercise squats --out out", "squats"),
        ("analyze text.txt --format nonsense --out out", "No format is called 'nonsense'"),
        ("analyze empty --out out", "Expected recordings in the folder empty, found none"),
        ("convert text.txt text.txt", "another file than IN"),
        ("exercises show squats", "squats"),
        ("exercises check nowhere.toml", "nowhere.toml"),
    ],
)
def test_refusals(run: Run, tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "text.txt").write_text("Nothing that was ever recorded.\n")
    (tmp_path / "empty").mkdir()
    ran = run(line)
    assert ran.status == 2
    assert ran.err.startswith("rehabkit: ")
    assert reason in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--height-m 180", "Input should be"),
        ("--mirrored perhaps", "'perhaps'"),
        ("--person 1,2,3", "expected X,Y or X,Y,W,H"),
        ("--person a,b", "expected X,Y or X,Y,W,H"),
        ("--person nan,2", "expected X,Y or X,Y,W,H"),
        ("--workers 0", "Input should be"),
    ],
)
def test_options_that_make_no_sense_are_refused(run: Run, option: str, reason: str) -> None:
    ran = run(f"analyze x.csv --out out {option}")
    assert ran.status == 2
    assert reason in " ".join(ran.err.split())


def test_out_that_cannot_be_a_folder_is_refused(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    ran = run(f"analyze {sample} --out taken")
    assert ran.status == 2
    assert "taken" in ran.err
    assert "Traceback" not in ran.err


def test_ctrl_c_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch, sample: Path) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rehabkit.pipeline.analyze", interrupt)
    ran = run(f"analyze {sample} --out out")
    assert ran.status == 130
    assert "Traceback" not in ran.err
