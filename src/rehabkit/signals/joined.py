"""Two recordings joined in one file: where the time line or the whole body breaks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Recording
from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals.jumps import JumpLimits, off_track
from rehabkit.signals.runs import BREAK_S, runs
from rehabkit.signals.slices import cut

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
    ends = [(float(recording.time[p.start]), float(recording.time[p.stop - 1])) for p in parts]
    return [
        cut(recording, part, "split", f"part {k} of {len(parts)}, from {a:.2f} s to {b:.2f} s")
        for k, (part, (a, b)) in enumerate(zip(parts, ends, strict=True), start=1)
    ]
