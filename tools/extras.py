"""Print the extras that this Python installs for the tests, separated by commas.

All of ``pyproject.toml``'s, but on Python 3.12 those that need PyTorch are left out: there its
wheels bring several GB of CUDA packages with them.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


def packages(extra: str, extras: dict[str, list[str]]) -> set[str]:
    """Names of the packages that ``extra`` asks for, itself or through other extras of ours."""
    found: set[str] = set()
    for requirement in extras[extra]:
        inner = re.fullmatch(r"rehabkit\[([^\]]+)\]", requirement.replace(" ", ""))
        if inner:
            found |= {p for name in inner[1].split(",") for p in packages(name, extras)}
        else:
            found.add(re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower())
    return found


def chosen(extras: dict[str, list[str]], version: tuple[int, ...]) -> list[str]:
    """Names of the extras to install on a Python of ``version``, sorted."""
    left_out = {"torch"} if version[:2] >= (3, 12) else set()
    return sorted(name for name in extras if not packages(name, extras) & left_out)


if __name__ == "__main__":
    defined = tomllib.loads(PYPROJECT.read_text())["project"]["optional-dependencies"]
    names = chosen(defined, tuple(sys.version_info[:2]))
    if sys.version_info[:2] >= (3, 12):
        skipped = ", ".join(sorted(set(defined) - set(names))) or "none of them so far"
        print(f"Python 3.12: installed without the PyTorch extras ({skipped}).", file=sys.stderr)
    print(",".join(names))
