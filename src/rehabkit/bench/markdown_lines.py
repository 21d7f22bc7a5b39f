"""Lines of a table in Markdown, and how they write intervals and differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rehabkit.bench.metrics import Interval

NOT_PAIRED: Final = "other samples"
"""What stands in place of a difference to a row of other samples."""


def row(shown: Sequence[str]) -> str:
    """One line of cells."""
    return f"| {' | '.join(shown)} |"


def table(head: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Head, rule, lines and the empty line that ends a table."""
    return [row(head), f"|{'---|' * len(head)}", *lines, ""]


def within(found: Interval | None, digits: int = 3) -> str:
    """From where to where an interval of people goes."""
    if found is None:
        return "one person"
    return f"{found.low:.{digits}f} to {found.high:.{digits}f}"


def difference(found: Interval | None) -> str:
    """A paired difference with its interval."""
    return NOT_PAIRED if found is None else f"{found.value:+.3f} ({within(found)})"
