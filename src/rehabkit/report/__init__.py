"""One summary, rendered as HTML, JSON, Markdown, tables and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rehabkit.report.analysis import Analysis
    from rehabkit.report.document import Summary


def write(
    analysis: Analysis, folder: str | Path, *, figures: bool = True, markdown: bool = True
) -> Summary:
    """Write everything about one recording into ``folder``; see :mod:`rehabkit.report.output`."""
    from rehabkit.report.output import write as _write

    return _write(analysis, folder, figures=figures, markdown=markdown)
