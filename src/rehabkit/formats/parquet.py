"""Parquet with RehabKit's columns: an exact copy of a recording, streams and history included.

Columns as in :mod:`rehabkit.formats.table`; a stream's are ``<stream>.time_s`` and
``<stream>.<channel>``, padded with nulls to the length of the table. What is not an array is JSON
in the file's key-value metadata, under ``rehabkit.<key>``.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RecordingError
from rehabkit.formats.files import atomic, read_bytes, sha256
from rehabkit.formats.metadata import StreamInfo, from_texts, to_texts
from rehabkit.formats.table import TIME, Columns, to_columns, to_recording
from rehabkit.recording import Recording, Stream

_PREFIX: Final = "rehabkit."
_MAGIC: Final = b"PAR1"


def identify(path: Path, head: bytes) -> bool:
    """Parquet's magic bytes, or its suffix."""
    return not path.is_dir() and (head.startswith(_MAGIC) or path.suffix.lower() == ".parquet")


def read(path: Path) -> Recording:
    """The recording in a Parquet file that RehabKit wrote.

    Raises
    ------
    FormatError
        On a damaged file, or one without RehabKit's metadata.
    """
    content = read_bytes(path)
    columns, texts = _read_raw(path, content)
    metadata = from_texts(path, texts)
    try:
        streams = {name: _stream(columns, name, info) for name, info in metadata.streams.items()}
    except (KeyError, ValueError, RecordingError) as error:
        raise FormatError(
            path, expected="the columns of the streams that it names", found=f"damage: {error}"
        ) from error
    frames = int((~np.isnan(columns.get(TIME, np.zeros(0)))).sum())
    kept = {name: values[:frames] for name, values in columns.items()}
    digest = sha256(content)
    return to_recording(path, kept, metadata, digest=digest, name="parquet", streams=streams)


def _read_raw(path: Path, content: bytes) -> tuple[Columns, dict[str, str]]:
    """Columns as arrays, nulls as NaN, and the texts of RehabKit's metadata."""
    import polars as pl

    try:
        found = pl.read_parquet_metadata(io.BytesIO(content))
        texts = {k[len(_PREFIX) :]: v for k, v in found.items() if k.startswith(_PREFIX)}
        table = pl.read_parquet(io.BytesIO(content)) if texts else pl.DataFrame()
    # A panic of the reader (damaged sizes) is no Exception, and polars wraps some system errors.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise FormatError(
            path,
            expected="a Parquet file",
            found=f"damage ({str(error).splitlines()[0][:80] if str(error) else 'unreadable'})",
            fix="The file was cut off or changed; write it again.",
        ) from error
    if not texts:
        raise FormatError(
            path,
            expected="a Parquet file that RehabKit wrote",
            found="one without its metadata",
            fix="Give the table as CSV with joint columns and units instead.",
        )
    wrong = next((name for name, kind in table.schema.items() if not kind.is_numeric()), None)
    if wrong is not None:
        raise FormatError(
            path, place=f"column {wrong!r}", expected="numbers", found=str(table.schema[wrong])
        )
    return {name: table[name].to_numpy() for name in table.columns}, texts


def _stream(columns: Columns, name: str, info: StreamInfo) -> Stream:
    time = columns[f"{name}.time_s"][: info.samples].astype(np.float64)
    channels = [columns[f"{name}.{channel}"][: info.samples] for channel in info.channels]
    values = np.stack(channels, axis=1) if channels else np.zeros((len(time), 0))
    return Stream(time, values, info.channels, info.unit, info.kind)


def write(recording: Recording, path: Path) -> None:
    """Write every field; reading it gives the same values, bit for bit."""
    import polars as pl

    columns = to_columns(recording) | _stream_columns(recording)
    rows = max(len(values) for values in columns.values())
    table = pl.DataFrame({name: _padded(values, rows) for name, values in columns.items()})
    texts = {_PREFIX + key: text for key, text in to_texts(recording).items()}
    with atomic(path) as temporary:
        table.write_parquet(temporary, metadata=texts)


def _stream_columns(recording: Recording) -> Columns:
    columns: Columns = {}
    for name, stream in recording.streams.items():
        columns[f"{name}.time_s"] = stream.time
        columns |= {f"{name}.{c}": stream.values[:, i] for i, c in enumerate(stream.channels)}
    return columns


def _padded(values: NDArray[Any], rows: int) -> Any:
    """A polars Series of ``rows`` values, nulls after the given ones; NaN stays NaN."""
    import polars as pl

    return pl.Series(np.ascontiguousarray(values)).extend_constant(None, rows - len(values))
