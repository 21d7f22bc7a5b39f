"""``cohort.parquet`` and ``repetitions.parquet``, in pieces: memory does not grow with the cohort.

Which measures there are is known only at the end, since each exercise has its own. Rows are
written to small files beside the tables, which are joined at the end without being loaded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from rehabkit.cohort.entries import Entry, read
from rehabkit.cohort.rows import RECORDING, REPETITION, Row, recording_row, repetition_rows
from rehabkit.formats.files import atomic

if TYPE_CHECKING:
    import polars as pl

RECORDINGS_FILE: Final = "cohort.parquet"
REPETITIONS_FILE: Final = "repetitions.parquet"
# Rows in a piece: 512 repetitions of 320 figures are about 5 MB as Python's numbers.
_PIECE: Final = 512
# Rows that the joined table keeps together, and that are in memory at a time.
_GROUP: Final = 4096


class Pieces:
    """Rows that go to disk whenever there are enough of them; used in a ``with`` block."""

    def __init__(self, columns: dict[str, str], beside: Path, most: int = _PIECE) -> None:
        self.columns, self.most = columns, most
        self._folder = tempfile.TemporaryDirectory(prefix=".cohort-", dir=beside)
        self._rows: list[Row] = []
        self._files: list[Path] = []

    def __enter__(self) -> Pieces:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self._folder.cleanup()

    def add(self, rows: Iterable[Row]) -> None:
        """Take rows; a full piece is written."""
        for row in rows:
            self._rows.append(row)
            if len(self._rows) >= self.most:
                self._flush()

    def _flush(self) -> None:
        import polars as pl

        schema = self._schema(self._rows)
        path = Path(self._folder.name) / f"{len(self._files):06d}.parquet"
        columns = {name: [row.get(name) for row in self._rows] for name in schema}
        pl.DataFrame(columns, schema=schema).write_parquet(path)
        self._files.append(path)
        self._rows = []

    def _schema(self, rows: Sequence[Row]) -> dict[str, pl.DataType]:
        import polars as pl

        kinds = {"text": pl.String(), "texts": pl.List(pl.String()), "number": pl.Float64(),
                 "count": pl.Int32(), "truth": pl.Boolean()}  # fmt: skip
        names = dict.fromkeys([*self.columns, *(name for row in rows for name in row)])
        return {name: kinds[self.columns.get(name, "number")] for name in names}

    def write(self, path: Path) -> None:
        """Join the pieces into ``path``, columns in the order in which they came up."""
        import polars as pl

        if self._rows or not self._files:
            self._flush()
        with atomic(path) as temporary:
            pieces = [pl.scan_parquet(file) for file in self._files]
            joined = pl.concat(pieces, how="diagonal")
            joined.sink_parquet(temporary, row_group_size=_GROUP)


def write_tables(
    entries: Sequence[Entry],
    out: Path,
    progress: Callable[[float, float], None] | None = None,
) -> None:
    """Write both tables into ``out``, an entry after the other."""
    out.mkdir(parents=True, exist_ok=True)
    with Pieces(RECORDING, out) as recordings, Pieces(REPETITION, out) as repetitions:
        for done, entry in enumerate(entries):
            result = read(entry)
            recordings.add([recording_row(result, relative(entry.folder, out))])
            repetitions.add(repetition_rows(result))
            if progress is not None:
                progress(done + 1, len(entries))
        recordings.write(out / RECORDINGS_FILE)
        repetitions.write(out / REPETITIONS_FILE)


def relative(folder: Path, out: Path) -> str:
    """The way from ``out`` to ``folder``, with ``/``."""
    import os

    try:
        return Path(os.path.relpath(folder, out)).as_posix()
    except ValueError:  # another drive
        return folder.resolve().as_posix()


def link(path: str) -> str:
    """A relative path as an address; what has a meaning in addresses is escaped."""
    return quote(path)
