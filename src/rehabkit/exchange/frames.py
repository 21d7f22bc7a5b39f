"""``to_pandas``: recordings, streams and angles as tables with units in their columns' names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from rehabkit.errors import RecordingError, require
from rehabkit.formats.table import TIME, to_columns
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording, Stream

if TYPE_CHECKING:
    import pandas

_PER = re.compile(r"\s*/\s*")


def to_pandas(
    source: Recording | Stream | Kinematics, *, angles: Kinematics | None = None
) -> pandas.DataFrame:
    """A table with one row a frame (or sample) and one column a quantity, its unit in the name.

    Parameters
    ----------
    source
        A Recording: ``time_s``, then of each joint what there is of ``<joint>_x_m``, ``_y_m``,
        ``_z_m``, ``<joint>_qw`` ..., ``<joint>_confidence``, ``<joint>_u_px``, ``_v_px``. A
        Stream: ``time_s`` and ``<channel>_<unit>``. Kinematics (``analysis.kinematics``):
        ``time_s`` and ``<angle>_deg`` of every angle that can be measured.
    angles
        Angles of the recording, to stand beside its joints.

    Returns
    -------
    pandas.DataFrame
        NaN where nothing was seen. Streams have clocks of their own: take each by itself,
        ``to_pandas(recording.streams["emg"])``.

    Raises
    ------
    RecordingError
        Where ``angles`` belong to other frames than the recording's.
    MissingExtra
        Without pandas.
    """
    pd = require("pandas", purpose="to_pandas", extra="interop")
    if isinstance(source, Stream):
        return pd.DataFrame(_stream(source))
    if isinstance(source, Kinematics):
        return pd.DataFrame({TIME: source.time, **_angles(source)})
    columns: dict[str, Any] = dict(to_columns(source))
    if angles is not None:
        if not np.array_equal(angles.time, source.time):
            raise RecordingError(
                f"Expected angles of the recording's {len(source)} frames, found "
                f"{len(angles.time)} at other times: compute them from this recording."
            )
        columns |= _angles(angles)
    return pd.DataFrame(columns)


def _angles(angles: Kinematics) -> dict[str, Any]:
    return {f"{a.name}_deg": a.values for a in angles.angles.values() if a.measurable}


def _stream(stream: Stream) -> dict[str, Any]:
    unit = _PER.sub("_per_", stream.unit).replace(" ", "_")
    names = [f"{channel}_{unit}" for channel in stream.channels]
    if len({TIME, *names}) != len(names) + 1:
        raise RecordingError(f"Expected channels of different names, found {', '.join(names)}.")
    return {TIME: stream.time, **dict(zip(names, stream.values.T, strict=True))}
