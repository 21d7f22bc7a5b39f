"""Parts of a recording: arrays at some frames, with the streams and events that belong there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording import Event, Recording, Stream

ARRAYS: Final = ("positions", "orientations", "confidence", "image_points")


def arrays_at(recording: Recording, frames: slice | NDArray[Any]) -> dict[str, Any]:
    """Name -> values of every array that the recording has, at these frames."""
    return {
        name: getattr(recording, name)[frames]
        for name in ARRAYS
        if getattr(recording, name) is not None
    }


def carried(
    recording: Recording, start_s: float, end_s: float, *, offset_s: float = 0.0, ratio: float = 1.0
) -> dict[str, Any]:
    """Streams and events of [start_s, end_s], counted from ``start_s``.

    Parameters
    ----------
    start_s, end_s
        s in the new clock, ends included: streams of several samples a frame keep the last one.
    offset_s, ratio
        New clock = ``offset_s + ratio * old``.
    """

    def moved(time: Any) -> Any:
        return offset_s + ratio * time

    def part(stream: Stream) -> Stream:
        time = moved(stream.time)
        inside = (time >= start_s) & (time <= end_s)
        return replace(stream, time=time[inside] - start_s, values=stream.values[inside])

    events: list[Event] = [
        replace(event, time_s=float(moved(event.time_s) - start_s))
        for event in recording.events
        if start_s <= moved(event.time_s) <= end_s
    ]
    streams = {name: part(stream) for name, stream in recording.streams.items()}
    return {"streams": streams, "events": tuple(events)}


def between(
    recording: Recording, start_s: float, end_s: float, *, step: str = "cut", words: str = ""
) -> Recording:
    """The frames of [start_s, end_s) as a recording of its own; ``source.start_s`` moves along.

    Raises
    ------
    RecordingError
        Where no frame lies in it.
    """
    inside = np.flatnonzero((recording.time >= start_s) & (recording.time < end_s))
    if not len(inside):
        raise RecordingError(
            f"Expected frames from {start_s:.3f} to {end_s:.3f} s, found none: the recording runs "
            f"from 0 to {recording.duration_s:.3f} s."
        )
    run = slice(int(inside[0]), int(inside[-1]) + 1)
    return cut(recording, run, step, words or f"{start_s:.3f} to {end_s:.3f} s")


def cut(recording: Recording, run: slice, step: str, words: str) -> Recording:
    """The frames of ``run`` as a recording of its own."""
    start, end = float(recording.time[run.start]), float(recording.time[run.stop - 1])
    changes = arrays_at(recording, run) | carried(recording, start, end)
    changes["time"] = recording.time[run] - start
    changes["source"] = replace(recording.source, start_s=recording.source.start_s + start)
    return recording.with_step(step, words, changes=changes)
