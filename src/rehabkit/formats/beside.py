"""What lies beside a TRC file in the folders that programs write: a MOT of the same clock."""

from __future__ import annotations

from pathlib import Path

from rehabkit.formats.build import increasing
from rehabkit.formats.opensim import streams_of
from rehabkit.formats.opensim.table import read_table
from rehabkit.recording import History, Step, Stream


def signals_beside(path: Path | None, start_s: float) -> tuple[dict[str, Stream], History]:
    """Streams of a MOT file in the clock of a recording that starts at ``start_s``.

    None where there is no such file: no streams, and a line of history.
    """
    if path is None:
        return {}, (Step("lack angles", {}, "no MOT file beside the points"),)
    table = read_table(path)
    keep = increasing(table.time)
    streams, notes = streams_of(table, keep, table.time[keep] - start_s)
    step = Step("read beside", {"file": path.name}, f"{len(table.time)} rows")
    return streams, (step, *table.history, *notes)
