"""Modules and functions stay of a size that a person reads in one sitting."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import numpy as np
from tests.sources import ROOT, functions, modules, tracked_files, tree

LONGEST_MODULE = 800
MEDIAN_MODULE = 250
FUNCTION_P90 = 45
CODE = {".py", ".ts", ".js", ".css", ".html", ".sh"}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def is_data(path: Path) -> bool:
    """A table of values: nothing but a docstring, imports and assignments."""
    kinds = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    return all(isinstance(statement, kinds) for statement in tree(path).body)


def is_built(path: Path) -> bool:
    """The script of the report as it was built from ``web/``: nobody reads it."""
    return path.suffix == ".js" and "static" in path.parts


def test_no_module_is_too_long() -> None:
    sources = [p for p in tracked_files() if p.suffix in CODE and not is_built(p)]
    long = {str(p.relative_to(ROOT)): lines(p) for p in sources if lines(p) > LONGEST_MODULE}
    assert long == {}


def test_the_median_module_is_short() -> None:
    assert statistics.median(lines(p) for p in modules() if not is_data(p)) <= MEDIAN_MODULE


def test_nine_of_ten_functions_are_short() -> None:
    found = [(f.end_lineno or 0) - f.lineno + 1 for path in modules() for f in functions(path)]
    assert np.percentile(found, 90) <= FUNCTION_P90
