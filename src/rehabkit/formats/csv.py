"""CSV: RehabKit's own tidy tables, and plain ones with columns for each joint.

RehabKit's own begin with ``# rehabkit: 1``, more lines ``# key: JSON``, then a header with units
(:mod:`rehabkit.formats.table`). Plain ones have a header of ``<joint>_x``, ``<joint>_y``,
``<joint>_z`` (any case, ``x (mm)``, ``.x`` too), perhaps ``<joint>_confidence``, and a column
``time`` or ``frame``.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import numpy as np

from rehabkit.errors import RecordingError
from rehabkit.formats import mediapipe
from rehabkit.formats.columns import body_joints, find_layout
from rehabkit.formats.files import atomic, decode, read_bytes, sha256
from rehabkit.formats.metadata import from_texts, to_texts
from rehabkit.formats.numbers import LARGEST
from rehabkit.formats.plain import FEWEST_JOINTS, read_plain
from rehabkit.formats.sheet import Sheet, header_of, parse_sheet
from rehabkit.formats.table import TIME, to_columns, to_recording
from rehabkit.formats.times import LARGEST_TIME
from rehabkit.recording import Recording

_FIRST: Final = b"# rehabkit:"


def identify(path: Path, head: bytes) -> bool:
    """RehabKit's first line, or a header with x, y, z of at least three parts of the body."""
    if path.is_dir() or b"\0" in head:
        return False
    if head.removeprefix(b"\xef\xbb\xbf").startswith(_FIRST):
        return True
    joints = body_joints(find_layout(header_of(head)))
    return joints >= FEWEST_JOINTS and not mediapipe.identify(path, head)


def read(
    path: Path,
    *,
    unit: str | None = None,
    rate_hz: float | None = None,
    up: str | None = None,
) -> Recording:
    """A recording from a CSV file, RehabKit's own or a plain one.

    Parameters
    ----------
    unit
        ``"m"``, ``"cm"`` or ``"mm"`` where a plain header does not say; else told by body size.
    rate_hz
        Frames a second where there is no time column.
    up
        ``"x"``, ``"-y"``, ...: the axis against gravity; else told by where the head is.

    Raises
    ------
    FormatError
        With line and column of what is wrong.
    """
    content = read_bytes(path)
    sheet = parse_sheet(path, decode(path, content))
    if sheet.comments and sheet.comments[0].startswith(_FIRST.decode()):
        return _read_own(sheet, sha256(content))
    return read_plain(sheet, sha256(content), unit, rate_hz, up)


def write(recording: Recording, path: Path) -> None:
    """Write RehabKit's own CSV; float32 values come back bit for bit.

    Raises
    ------
    RecordingError
        Where the recording holds streams, for which one table has no place.
    """
    import polars as pl

    if recording.streams:
        raise RecordingError(
            f"CSV has no place for the streams {', '.join(recording.streams)}: write Parquet, or "
            "leave them out with recording.replace(streams={})."
        )
    texts = to_texts(recording)
    table = pl.DataFrame({k: np.ascontiguousarray(v) for k, v in to_columns(recording).items()})
    buffer = io.BytesIO()
    buffer.write("".join(f"# {key}: {text}\n" for key, text in texts.items()).encode())
    table.write_csv(buffer)
    with atomic(path) as temporary:
        temporary.write_bytes(buffer.getvalue())


def _read_own(sheet: Sheet, digest: str) -> Recording:
    texts = dict(line[1:].strip().split(": ", 1) for line in sheet.comments if ": " in line)
    metadata = from_texts(sheet.path, texts)
    columns = {
        name: sheet.column(i, LARGEST_TIME if name == TIME else LARGEST)
        for i, name in enumerate(sheet.header)
    }
    return to_recording(sheet.path, columns, metadata, digest=digest, name="csv")
