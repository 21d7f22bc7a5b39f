"""One summary, rendered as HTML, JSON, Markdown, tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from rehabkit.report.analysis import Analysis
    from rehabkit.report.document import Summary


PARTS: Final = ("report", "tables", "figures")
"""What can be written beside ``analysis.json``."""


def write(analysis: Analysis, folder: str | Path, *, parts: Collection[str] = PARTS) -> Summary:
    """Write everything about one recording into ``folder``; see :mod:`rehabkit.report.output`."""
    from rehabkit.report.output import write as _write

    return _write(analysis, folder, parts=parts)
