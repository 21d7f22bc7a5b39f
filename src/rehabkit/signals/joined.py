"""Two recordings joined in one file: where the time line or the whole body breaks."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rehabkit.recording import Recording, Stream
from rehabkit.recording.arrays import Float
from rehabkit.signals.runs import BREAK_S, runs

BODY_JUMP_M: Final = 0.5
"""Least displacement of half of the joints in one step that counts as another place or body, m."""
BODY_SPEED: Final = 6.0
"""Least speed of half of the joints in such a step, m/s: faster than anyone moves here."""
CUT_STEP: Final = "cut time line"


def body_jumps(recording: Recording, points: Float, units_per_metre: float = 1.0) -> list[float]:
    """Times (s) of the frames to which the whole body jumps, from the last frame seen before.

    ``points`` are (frames, joints, dims). A jump is a step in which the median joint moves more
    than ``BODY_JUMP_M`` and faster than ``BODY_SPEED``.
    """
    seen = np.isfinite(points).all(axis=-1)
    frames = np.flatnonzero(seen.sum(axis=1) >= max(3, seen.shape[1] // 4))
    if len(frames) < 2:
        return []
    moved = np.linalg.norm(np.diff(points[frames], axis=0), axis=-1) / units_per_metre
    both = np.isfinite(moved)
    counted = both.sum(axis=1) >= 3
    step = np.where(both, moved, 0.0)
    step[~both] = np.inf
    half = np.sort(step, axis=1)[np.arange(len(step)), (both.sum(axis=1) - 1).clip(0) // 2]
    pause = np.diff(recording.time[frames])
    jump = counted & (half > BODY_JUMP_M) & (half > BODY_SPEED * pause)
    return [float(t) for t in recording.time[frames[1:][jump]]]


def runs_of(recording: Recording, max_gap_s: float = BREAK_S) -> list[slice]:
    """Frame runs of a recording: between breaks in time and the cuts that its history states."""
    cuts = [t for s in recording.history if s.name == CUT_STEP for t in s.parameters["at_s"]]
    return runs(recording.time, max_gap_s, cuts=cuts)


def split(recording: Recording, max_gap_s: float = BREAK_S) -> list[Recording]:
    """One recording for each run, each starting at 0 s; ``source.start_s`` says where it was.

    A recording without a break comes back alone and unchanged.
    """
    from rehabkit.signals.clean import find_cuts

    cuts = find_cuts(recording)
    parts = runs(recording.time, max_gap_s, cuts=cuts)
    if len(parts) == 1:
        return [recording]
    return [_part(recording, p, k, len(parts)) for k, p in enumerate(parts, start=1)]


def _part(recording: Recording, run: slice, number: int, count: int) -> Recording:
    start = float(recording.time[run.start])
    end = float(recording.time[run.stop - 1])
    arrays = ("positions", "orientations", "confidence", "image_points")
    changes: dict[str, Any] = {
        name: getattr(recording, name)[run]
        for name in arrays
        if getattr(recording, name) is not None
    }
    changes["time"] = recording.time[run] - start
    changes["streams"] = {k: _stream_part(s, start, end) for k, s in recording.streams.items()}
    changes["source"] = _shifted(recording, start)
    return recording.with_step(
        "split", f"part {number} of {count}, from {start:.2f} s to {end:.2f} s", changes=changes
    )


def _stream_part(stream: Stream, start: float, end: float) -> Stream:
    inside = (stream.time >= start) & (stream.time <= end)
    return Stream(
        stream.time[inside] - start, stream.values[inside],
        stream.channels, stream.unit, stream.kind,
    )  # fmt: skip


def _shifted(recording: Recording, start: float) -> Any:
    from dataclasses import replace

    return replace(recording.source, start_s=recording.source.start_s + start)
