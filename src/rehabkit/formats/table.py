"""A recording as the columns of one table and back: the layout that CSV and Parquet share.

``time_s``, then for each joint what there is of ``<joint>_x_m``, ``_y_m``, ``_z_m``,
``<joint>_qw``, ``_qx``, ``_qy``, ``_qz``, ``<joint>_confidence``, ``<joint>_u_px``, ``_v_px``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RecordingError
from rehabkit.formats.metadata import Metadata
from rehabkit.recording import Recording, Step, Stream

TIME: Final = "time_s"
SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "positions": ("x_m", "y_m", "z_m"),
    "orientations": ("qw", "qx", "qy", "qz"),
    "confidence": ("confidence",),
    "image_points": ("u_px", "v_px"),
}

Columns = dict[str, NDArray[Any]]


def to_columns(recording: Recording) -> Columns:
    """Column name -> values; time as float64, all else as float32."""
    columns: Columns = {TIME: recording.time}
    for index, joint in enumerate(recording.skeleton.joints):
        for name, suffixes in SUFFIXES.items():
            values = getattr(recording, name)
            if values is None:
                continue
            parts = values[:, index].reshape(len(recording), len(suffixes))
            columns |= {f"{joint}_{s}": parts[:, i] for i, s in enumerate(suffixes)}
    return columns


def to_recording(
    path: Path,
    columns: Mapping[str, NDArray[Any]],
    metadata: Metadata,
    *,
    digest: str,
    name: str,
    streams: Mapping[str, Stream] | None = None,
) -> Recording:
    """The recording in the columns; ``name`` is the format's, ``digest`` the file's hash.

    Raises
    ------
    FormatError
        Where columns that the skeleton asks for are missing, or the times do not increase.
    """
    if TIME not in columns:
        raise FormatError(path, expected=f"a column {TIME}", found=", ".join(list(columns)[:5]))
    changes: dict[str, Any] = {f: _array(path, columns, metadata, f) for f in SUFFIXES}
    origin = metadata.changes["source"]
    source = replace(origin, path=str(path), sha256=digest, format=name)
    before = {"written_from": origin.path, "written_from_sha256": origin.sha256}
    known = {key: value for key, value in before.items() if value}
    step = Step("read", {"format": name, **known}, f"{len(columns[TIME])} frames")
    changes |= metadata.changes
    changes |= {"source": source, "history": (*metadata.history, step), "streams": streams or {}}
    try:
        return Recording(columns[TIME], metadata.skeleton, **changes)
    except RecordingError as error:
        raise FormatError(
            path,
            expected="a recording as RehabKit writes it",
            found=f"a contradiction: {str(error)[:300]}",
        ) from error


def _array(
    path: Path, columns: Mapping[str, NDArray[Any]], metadata: Metadata, field: str
) -> NDArray[np.float32] | None:
    suffixes = SUFFIXES[field]
    joints = metadata.skeleton.joints
    names = [f"{joint}_{suffix}" for joint in joints for suffix in suffixes]
    present = [name for name in names if name in columns]
    if not present:
        return None
    missing = next((name for name in names if name not in columns), None)
    if missing is not None:
        raise FormatError(
            path,
            expected=f"a column {missing} (the other columns of its kind are there)",
            found="none",
            fix="Columns were taken out; write the file again.",
        )
    stacked = np.stack([columns[name] for name in names], axis=1).astype(np.float32)
    shape = (len(stacked), len(joints))
    return stacked.reshape(shape if field == "confidence" else (*shape, len(suffixes)))
