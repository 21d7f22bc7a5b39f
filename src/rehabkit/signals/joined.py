"""Two recordings joined in one file: where the time line or the whole body breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Recording, Stream
from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals.jumps import JumpLimits, off_track
from rehabkit.signals.runs import BREAK_S, runs

BODY_LIMITS: Final = JumpLimits(step_m=0.4, speed_m_s=6.0, return_s=2.0)
"""A step of half of the joints that is longer and faster than this leads elsewhere."""
CUT_STEP: Final = "cut time line"
FILM_CUT_STEP: Final = "mark cut"
"""Its spans are (t, t): t the time of the first frame after a cut in the picture, s."""
OTHER_BODY_STEP: Final = "identity jump"
"""Its spans are when another body than the main one was followed, s."""


def follow_body(
    time: NDArray[np.float64], points: Float, metre: float = 1.0
) -> tuple[Bool, list[float]]:
    """Where the whole body is somewhere else for a moment, and where it goes for good.

    A step of half of the joints is followed as that of a single joint is: see
    ``jumps.off_track``. A short excursion (a helper taken for the patient) is lost; a longer stay
    elsewhere is another recording or body, and a cut.

    Parameters
    ----------
    time
        (frames,) s of one run.
    points
        (frames, joints, dims).
    metre
        Size of a metre in the unit of ``points``.

    Returns
    -------
    tuple
        (frames,) True where lost, and the times (s) of the first frames after a cut.
    """
    lost, kept = off_track(time, points, np.ones(len(time)), BODY_LIMITS, metre)
    return lost, [float(time[frame]) for frame in kept]


def runs_of(recording: Recording, max_gap_s: float = BREAK_S) -> list[slice]:
    """Frame runs of a recording: between breaks in time and the cuts that its history states.

    Those are joined recordings and places where the film itself is cut.
    """
    cuts = [t for s in recording.history if s.name == CUT_STEP for t in s.parameters["at_s"]]
    cuts += [start for s in recording.history if s.name == FILM_CUT_STEP for start, _ in s.spans]
    return runs(recording.time, max_gap_s, cuts=cuts)


def split(recording: Recording, max_gap_s: float = BREAK_S) -> list[Recording]:
    """One recording for each run, each starting at 0 s; ``source.start_s`` says where it was.

    A recording without a break comes back alone and unchanged.
    """
    from rehabkit.signals.steps import find_cuts

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
    changes["events"] = tuple(
        replace(event, time_s=event.time_s - start)
        for event in recording.events
        if start <= event.time_s <= end
    )
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
    return replace(recording.source, start_s=recording.source.start_s + start)
