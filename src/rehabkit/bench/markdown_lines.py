"""Lines of a table in Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def row(shown: Sequence[str]) -> str:
    """One line of cells."""
    return f"| {' | '.join(shown)} |"


def table(head: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Head, rule, lines and the empty line that ends a table."""
    return [row(head), f"|{'---|' * len(head)}", *lines, ""]
