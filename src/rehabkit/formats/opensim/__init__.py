"""MOT and STO: OpenSim's tables of coordinates, forces, moments and orientations over time.

Their signals are streams; a table of quaternions is a recording of orientations. Layout: OpenSim's
"Storage (.sto) and Motion (.mot) Files" and what the files hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rehabkit.errors import FormatError
from rehabkit.formats.build import drop_note, increasing, unit_quaternions
from rehabkit.formats.opensim.columns import groups, kinds_of
from rehabkit.formats.opensim.table import Table, looks_like, read_table
from rehabkit.formats.opensim.writing import OWN, write
from rehabkit.recording import History, Recording, Skeleton, Source, Step, Stream, Up

__all__ = ["identify", "read", "streams_of", "write"]


def identify(path: Path, head: bytes) -> bool:  # noqa: ARG001 - the content says it
    """A header that ends with ``endheader``, and columns that begin with ``time``."""
    return looks_like(head)


def read(path: Path) -> Recording:
    """The signals of a MOT or STO file, or the orientations of a table of quaternions.

    Angles are in degrees (radians are converted, which the history says), all else as OpenSim has
    it: metres, newtons, newton metres.

    Raises
    ------
    FormatError
        With the line of what is wrong.
    """
    table = read_table(path)
    keep = increasing(table.time)
    notes = drop_note(path, keep, "repeat a time or go back")
    start_s = float(table.time[keep][0])
    time = table.time[keep] - start_s
    read_step = Step("read", {"format": "opensim"}, f"{len(table.time)} rows")
    source = Source(
        str(path), table.sha256, "opensim", "", _rate(table), start_s, "the file's time"
    )
    if table.data_type == "quaternion":
        return _orientations(table, keep, time, source, (read_step, *table.history, *notes))
    if table.data_type not in ("double", "float"):
        raise FormatError(
            path, place="DataType", expected="double or Quaternion", found=table.data_type[:40]
        )
    streams, meaning = streams_of(table, keep, time)
    return Recording(
        time=time,
        skeleton=Skeleton("none", (), ()),
        streams=streams,
        source=source,
        history=(read_step, *table.history, *meaning, *notes),
    )


def _rate(table: Table) -> float | None:
    try:
        rate = float(table.keys.get("datarate", ""))
    except ValueError:
        return None
    return rate if 0 < rate < 1e6 else None


def streams_of(table: Table, keep: Any, time: Any) -> tuple[dict[str, Stream], History]:
    """Streams by kind, and the lines of history about their units."""
    values = table.values[keep, :, 0]
    own = _own_streams(table)
    if own is not None:
        return {n: Stream(time, values[:, at], c, u, k) for n, (at, c, u, k) in own.items()}, ()
    found, notes = groups(kinds_of(table)), []
    radians = table.keys.get("indegrees", "no").lower() != "yes"
    streams = {}
    for kind, columns in found.items():
        part = values[:, columns]
        channels = tuple(table.columns[i] for i in columns)
        if kind.angular and radians:
            part = np.degrees(part)
            notes.append(_radians(table, kind.stream))
        streams[kind.stream] = Stream(time, part, channels, kind.unit, kind.stream)
    named = ", ".join(f"{len(c)} {k.stream} ({k.unit})" for k, c in found.items())
    return streams, (Step("tell columns by name", {}, named), *notes)


def _radians(table: Table, stream: str) -> Step:
    if "indegrees" in table.keys:
        return Step("convert angles", {"from": "rad"}, f"{stream}: inDegrees=no")
    why = f"{stream}: no inDegrees in the header, which OpenSim takes for radians"
    return Step("assume unit", {"unit": "rad"}, why)


def _own_streams(table: Table) -> dict[str, tuple[list[int], tuple[str, ...], str, str]] | None:
    """Streams as RehabKit wrote them: name -> columns, channels, unit, kind; None in other files.

    A header that does not fit its table (a column was taken out) is not believed.
    """
    try:
        told = json.loads(table.keys.get(OWN, "null"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or not told:
        return None
    found: dict[str, tuple[list[int], tuple[str, ...], str, str]] = {}
    place = 0
    for entry in told:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("channels"), list):
            return None
        channels = tuple(map(str, entry["channels"]))
        columns = list(range(place, place + len(channels)))
        place += len(channels)
        unit, kind = str(entry.get("unit")), str(entry.get("kind"))
        found[str(entry.get("name"))] = (columns, channels, unit, kind)
    return found if place == len(table.columns) else None


def _orientations(
    table: Table, keep: Any, time: Any, source: Source, history: History
) -> Recording:
    """Quaternions w, x, y, z of the segments or sensors that the columns name."""
    count = len(table.columns)
    skeleton = Skeleton("segments", table.columns, (-1,) * count)
    quaternions = unit_quaternions(table.values[keep])
    lost = int(np.isnan(quaternions[..., 0]).sum())
    notes = (Step("mark unseen", {}, f"{lost} quaternions were of no length one: NaN"),)
    return Recording(
        time=time,
        skeleton=skeleton,
        orientations=quaternions,
        up=Up(),
        source=source,
        history=(
            *history,
            *(notes if lost else ()),
            Step("assume up", {"up": "y"}, "OpenSim's ground has y up; the file does not say"),
        ),
    )
