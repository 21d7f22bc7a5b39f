"""``import rehabkit`` stays light, and every module imports without any extra."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from tests.sources import ROOT, module_name, modules

# Of the time that numpy takes: a ratio holds on a slow machine too.
MOST_OF_NUMPY = 1.0


def python(code: str, *arguments: str) -> Any:
    """Run ``code`` in a fresh interpreter and read the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def normalised(name: str) -> str:
    return name.lower().replace("_", "-")


def extra_modules() -> list[str]:
    """Top-level modules that only an extra installs: those of no package the base asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {n for name, needs in extras.items() if name != "dev" for n in map(_package, needs)}
    provided = packages_distributions()
    listed = {m for m, owners in provided.items() if {normalised(o) for o in owners} & asked}
    return sorted(listed | {"av", "cv2", "jax", "mediapipe", "onnxruntime", "torch"})


def _package(requirement: str) -> str:
    return normalised(re.split(r"[=<>~!\[; ]", requirement, maxsplit=1)[0])


LOADED = """
import json, sys
import numpy
before = set(sys.modules)
import rehabkit
new = {name.split(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(new - set(sys.stdlib_module_names))))
"""


def test_importing_the_package_loads_numpy_and_the_standard_library_only() -> None:
    assert python(LOADED) == ["rehabkit"]


TIMES = """
import json, time
start = time.perf_counter()
import numpy
between = time.perf_counter()
import rehabkit
print(json.dumps([between - start, time.perf_counter() - between]))
"""


def test_importing_the_package_takes_no_longer_than_numpy() -> None:
    python(TIMES)  # writes the compiled files, so that what is measured is loading
    numpy_s, package_s = map(min, zip(*(python(TIMES) for _ in range(5)), strict=True))
    assert package_s <= MOST_OF_NUMPY * numpy_s, f"{package_s:.3f} s against {numpy_s:.3f} s"


BLOCKED = """
import importlib, json, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

BLOCKED = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Blocked())
"""

IMPORT_ALL = """
failed = {}
for name in json.loads(sys.argv[2]):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed[name] = str(error)
print(json.dumps(failed))
"""

READ_VIDEO = """
import rehabkit as rk
from rehabkit.errors import MissingExtra
try:
    rk.read(sys.argv[2])
except MissingExtra as error:
    print(json.dumps([error.extra, str(error)]))
"""


def base_only(code: str, *arguments: str) -> Any:
    """Run ``code`` as if no extra were installed."""
    return python(BLOCKED + code, json.dumps(extra_modules()), *arguments)


def test_every_module_imports_without_extras() -> None:
    names = [module_name(path) for path in modules()]
    assert base_only(IMPORT_ALL, json.dumps(names)) == {}


def test_a_video_without_the_extra_is_answered_with_the_command(tmp_path: Path) -> None:
    video = tmp_path / "squat.mp4"
    video.write_bytes(bytes.fromhex("00000020") + b"ftypisom" + bytes(4096))
    extra, message = base_only(READ_VIDEO, str(video))
    assert extra == "video"
    assert "pip install 'rehabkit[video]'" in message


ALONE = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(1))"


@pytest.mark.parametrize("name", ["rehabkit.reading", "rehabkit.pipeline", "rehabkit.report"])
def test_a_front_door_imports_by_itself(name: str) -> None:
    assert python(ALONE, name) == 1
