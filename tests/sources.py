"""The project's own source files, as the tests of its shape read them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "rehabkit"


def modules() -> list[Path]:
    """Every Python file of the package, sorted."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """``src/rehabkit/signals/clean.py`` -> ``rehabkit.signals.clean``."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def script(place: str) -> ModuleType:
    """A file outside the package as a module: ``"benchmarks/batch.py"``."""
    path = ROOT / place
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[path.stem] = module_from_spec(spec)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def tracked_files() -> list[Path]:
    """Files that belong to the project: git's list, or all but ignored ones where git is not."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return [path for path in sorted(ROOT.rglob("*")) if path.is_file() and not _ignored(path)]
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def _ignored(path: Path) -> bool:
    ignored = (ROOT / ".gitignore").read_text().split()
    parts = path.relative_to(ROOT).parts
    patterns = [line.rstrip("/") for line in ignored if not line.startswith("#")]
    return parts[0] == ".git" or any(Path(part).match(p) for part in parts for p in patterns)
