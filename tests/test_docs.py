"""The documents: their links lead somewhere, and what they tell a reader to run does run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.sources import ROOT, tracked_files

DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def blocks(language: str) -> list[str]:
    """The README's code blocks in one language."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    local = [
        target for target in targets if "://" not in target and not target.startswith("mailto")
    ]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_the_first_steps_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("rehabkit ") and ".mp4" not in line]
    assert len(commands) >= 5
    for command in commands:
        assert run(command, monkeypatch) == 0, capsys.readouterr().err
    for source in blocks("python"):
        exec(compile(source, "README.md", "exec"), {})
    assert " to " in capsys.readouterr().out


def run(command: str, monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    from rehabkit.cli.main import main

    monkeypatch.setattr("sys.argv", shlex.split(command, comments=True))
    try:
        return main()
    except SystemExit as stop:
        return stop.code


@pytest.mark.parametrize("target", ["demo", "test", "check"])
def test_the_makefile_has_what_the_documents_name(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_tables_are_those_of_the_package() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "docs_tables.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
