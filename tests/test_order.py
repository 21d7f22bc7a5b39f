"""A folder imports only from folders before it: imports are read, not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sources import PACKAGE, module_name, modules, tree

# Lowest first; docs/architecture.md says what each is the home of.
ORDER = (
    "errors", "guard", "geometry", "recording", "signals", "formats", "datasets", "kinematics",
    "exercises", "repetitions", "templates", "simulate", "vision", "reading", "exchange", "body",
    "models", "assessment", "authoring", "report", "comparison", "progress", "pipeline",
    "live", "device", "bench", "server", "batch", "cohort", "cli",
)  # fmt: skip
RANK = {name: rank for rank, name in enumerate(ORDER)}
MODULE_IN_STRING = re.compile(r"rehabkit\.([a-z_][a-z_0-9]*)(\.[a-z_0-9.]*)?")


def home(name: str) -> str:
    """``rehabkit.signals.clean`` -> ``signals``; the package itself is ``""``."""
    return [*name.split("."), ""][1]


def docstrings(module: ast.Module) -> set[ast.Constant]:
    """The constants that are docstrings: text, not names to be imported."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = (node.body for node in ast.walk(module) if isinstance(node, owners))
    first = (body[0] for body in bodies if body)
    return {
        statement.value
        for statement in first
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }


def imported(node: ast.AST, package: str) -> Iterator[str]:
    """Names of our modules that one node imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name != "rehabkit")
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        if node.value.id == "rehabkit" and node.attr != "__version__":
            yield f"rehabkit.{node.attr}"
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*parents, base] if base else parents)
        if base == "rehabkit":
            yield from (f"rehabkit.{a.name}" for a in node.names if a.name != "__version__")
        else:
            yield base


def names_used(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of everything of ours that a file imports or names in a string."""
    module = tree(path)
    package = module_name(path if path.name == "__init__.py" else path.parent / "__init__.py")
    texts = docstrings(module)
    for node in ast.walk(module):
        for name in imported(node, package):
            if name.split(".")[0] == "rehabkit":
                yield getattr(node, "lineno", 0), name
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in texts:
            named = MODULE_IN_STRING.fullmatch(node.value)
            if named and (PACKAGE / named[1]).exists() | (PACKAGE / f"{named[1]}.py").exists():
                yield node.lineno, node.value


def wrong_way(path: Path) -> list[str]:
    """What ``path`` imports from a folder that stands after its own."""
    own = home(module_name(path))
    if not own:
        return []  # rehabkit/__init__.py is the front door: it stands after everything
    return [
        f"{path.relative_to(PACKAGE)}:{line} ({own}) uses {name}"
        for line, name in names_used(path)
        if RANK.get(home(name), len(ORDER)) > RANK[own]
    ]


def test_every_folder_has_its_place_in_the_order() -> None:
    homes = {home(module_name(path)) for path in modules()} - {""}
    assert homes <= set(ORDER), f"not in the order of folders: {sorted(homes - set(ORDER))}"


def test_folders_import_only_from_folders_before_them() -> None:
    assert [text for path in modules() for text in wrong_way(path)] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    from rehabkit.report import html\n", ["rehabkit.report"]),
        ("TABLE = {'a': 'rehabkit.report.html'}\n", ["rehabkit.report.html"]),
        ("from ..report import html\n", ["rehabkit.report"]),
        ("from rehabkit import pipeline\n", ["rehabkit.pipeline"]),
        ("'''Text about rehabkit.report.'''\nimport rehabkit.cli\n", ["rehabkit.cli"]),
        ("from rehabkit import __version__\n", []),
        ("import rehabkit\nprint(rehabkit.__version__)\n", []),
        ("import rehabkit\nrehabkit.analyze('x')\n", ["rehabkit.analyze"]),
    ],
)
def test_the_reader_of_imports_sees(source: str, expected: list[str], tmp_path: Path,
                                    monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    for folder in ("signals", "report", "cli"):
        (tmp_path / "rehabkit" / folder).mkdir(parents=True)
    file = tmp_path / "rehabkit" / "signals" / "made_up.py"
    file.write_text(source)
    monkeypatch.setattr("tests.sources.PACKAGE", tmp_path / "rehabkit")
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path / "rehabkit")
    assert [name for _, name in names_used(file)] == expected
