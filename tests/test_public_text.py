"""What is in the repository speaks of the project alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.sources import ROOT, tracked_files

# Written in two parts each, so that this file does not hold what it looks for.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "conda" + ".anaconda")
MACHINE_PATH = re.compile(r"(?<![\w.~$}\])>-])/(?:home|root|Users|work|mnt|opt|srv)/\w")
LARGEST_BYTES = 2_000_000


def texts() -> list[Path]:
    def is_text(path: Path) -> bool:
        return b"\0" not in path.read_bytes()[:8192]

    return [path for path in tracked_files() if is_text(path)]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_host_of_a_package_registry() -> None:
    assert lines_with(re.compile("|".join(map(re.escape, REGISTRIES)))) == []


def test_no_large_file() -> None:
    assert [str(p) for p in tracked_files() if p.stat().st_size > LARGEST_BYTES] == []


@pytest.mark.parametrize(
    ("before", "after"), [("open ", "home/a"), ("'", "root/x"), ("(", "Users/me")]
)
def test_the_pattern_finds(before: str, after: str) -> None:
    assert MACHINE_PATH.search(f"{before}/{after}")


@pytest.mark.parametrize("text", ["/usr/bin/chromium", "tests/home/x", "a~/root/x", "$HOME/root/x"])
def test_the_pattern_leaves_alone(text: str) -> None:
    assert not MACHINE_PATH.search(text)
