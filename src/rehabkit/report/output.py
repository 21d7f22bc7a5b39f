"""Write the report of one recording: every file whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from rehabkit.formats.files import atomic
from rehabkit.report import PARTS
from rehabkit.report.analysis import Analysis
from rehabkit.report.curves import Curves
from rehabkit.report.document import RepetitionPart, Summary
from rehabkit.report.summary import summarize

DOCUMENT: Final = "analysis.json"
"""The name of the document in a folder of results."""
PAGE: Final = "report.html"
FILES: Final = {
    "report": (PAGE, "report.md"),
    "tables": ("repetitions.csv", "angles.csv", "cycles.csv", "scores.csv", "checks.csv"),
    "figures": ("driver.png", "angles.png"),
}
"""The files of each part that is written beside the document."""
_UNFOLDED = 4
_value = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_key = lru_cache(maxsize=8192)(json.JSONEncoder().encode)  # the same thousand words again


def write(analysis: Analysis, folder: str | Path, *, parts: Collection[str] = PARTS) -> Summary:
    """Write what is asked for, and ``analysis.json``, always and last.

    Parameters
    ----------
    analysis
        What the pipeline found.
    folder
        Made where it does not exist; files of the same names are replaced.
    parts
        Any of "report" (HTML and Markdown), "tables" (CSV) and "figures" (PNG).

    Returns
    -------
    Summary
        The document in ``analysis.json``.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    summary, curves = summarize(analysis), Curves.of(analysis)
    if "report" in parts:
        _write_report(summary, curves, folder, figures="figures" in parts)
    if "tables" in parts:
        from rehabkit.report import judged_tables, tables

        tables.write_repetitions(summary, folder / "repetitions.csv")
        tables.write_angles(summary, curves, folder / "angles.csv")
        tables.write_cycles(analysis, folder / "cycles.csv")
        judged_tables.write_scores(summary, folder / "scores.csv")
        judged_tables.write_checks(summary, folder / "checks.csv")
    if "figures" in parts:
        from rehabkit.report import figures

        figures.write(summary, curves, folder)
    _text(folder / DOCUMENT, _json_pieces(summary))  # last: with it, the folder is whole
    return summary


def _write_report(summary: Summary, curves: Curves, folder: Path, *, figures: bool) -> None:
    from rehabkit.report.markdown import to_markdown
    from rehabkit.report.page import render

    _text(folder / PAGE, [render(summary, curves)])
    _text(folder / "report.md", [to_markdown(summary, figures=figures)])


def to_json(summary: Summary) -> str:
    """The document as text: a line for each thing down to the third level, not for each figure."""
    return "".join(_json_pieces(summary))


def _json_pieces(summary: Summary) -> Iterator[str]:
    """The document piece by piece: hundreds of repetitions are never text all at once."""
    before = "{\n "
    for name in type(summary).model_fields:
        yield f"{before}{_key(name)}: "
        before = ",\n "
        if name == "repetitions" and summary.repetitions:
            yield from _repetition_pieces(summary.repetitions)
        else:
            yield _lines(summary.model_dump(mode="json", include={name})[name], 1)
    yield "\n}\n"


def _repetition_pieces(repetitions: Sequence[RepetitionPart]) -> Iterator[str]:
    before = "[\n  "
    for repetition in repetitions:
        yield before + _lines(repetition.model_dump(mode="json"), 2)
        before = ",\n  "
    yield "\n ]"


def _lines(value: object, level: int) -> str:
    if level >= _UNFOLDED or not value or not isinstance(value, dict | list):
        return _value(value)
    pad = " " * (level + 1)
    if isinstance(value, dict):
        parts = [f"{_key(k)}: {_lines(v, level + 1)}" for k, v in value.items()]
        first, last = "{", "}"
    else:
        parts = [_lines(v, level + 1) for v in value]
        first, last = "[", "]"
    return f"{first}\n{pad}" + f",\n{pad}".join(parts) + f"\n{pad[1:]}{last}"


def _text(path: Path, pieces: Iterable[str]) -> None:
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
