"""Write the cohort's files into a folder: every file whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from rehabkit.cohort.entries import Entry, entries
from rehabkit.cohort.tables import RECORDINGS_FILE, write_tables
from rehabkit.formats.files import atomic

PAGE_FILE: Final = "cohort.html"
Progress = Callable[[float, float], None]


def write(
    folder: str | Path,
    out: str | Path | None = None,
    *,
    also: Iterable[Entry] = (),
    progress: Progress | None = None,
) -> int:
    """Write ``cohort.html``, ``cohort.parquet`` and ``repetitions.parquet`` over a folder.

    Parameters
    ----------
    folder
        Results of ``rehabkit analyze``: folders with ``analysis.json``, and ``run.jsonl``.
    out
        Where the files go; the folder itself where it is not given.
    also
        Recordings that left nothing in the folder, because they were refused.
    progress
        Called with recordings done and recordings in all.

    Returns
    -------
    int
        How many recordings there are.

    Raises
    ------
    RehabkitError
        Where the folder has no results, or its ledger is damaged.
    """
    import polars as pl

    from rehabkit.cohort.page import render

    folder = Path(folder)
    out = folder if out is None else Path(out)
    found = entries(folder, also)
    write_tables(found, out, progress)
    table = pl.read_parquet(out / RECORDINGS_FILE)
    with atomic(out / PAGE_FILE) as temporary:
        temporary.write_text(render(table), encoding="utf-8")
    return len(found)
