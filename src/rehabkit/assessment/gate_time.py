"""The gate's checks of the time line: length, frame rate, gaps, joined recordings."""

from __future__ import annotations

import numpy as np

from rehabkit.assessment.seen import Seen
from rehabkit.assessment.verdict import Verdict
from rehabkit.recording import Recording
from rehabkit.signals.runs import BREAK_S

LEAST_S, LEAST_FRAMES = 0.4, 8
"""Below the quickest whole movements among 2,589 of IntelliRehabDS (0.43 s)."""
LEAST_HZ, GOOD_HZ = 8.0, 15.0
"""Voluntary movement reaches about 5 Hz (Winter): below 8 Hz its extremes are missed."""
_CUT_STEPS = ("mark cut", "cut time line")


def check_length(seen: Seen) -> Verdict:
    """Whether a person was there long enough for one movement."""
    verdict, frames = Verdict(), int(seen.present.sum())
    advice = "Record at least one whole repetition, with a second of rest before and after."
    if frames == 0:
        verdict.forbid(
            "nobody", "nobody was seen in it",
            advice="Stand so that the whole body is in the picture, in good light.",
        )  # fmt: skip
        return verdict
    length = _seconds(seen)
    if length < LEAST_S or frames < LEAST_FRAMES:
        verdict.forbid(
            "too-short", f"a person was seen for only {length:.1f} s ({frames} frames)",
            advice=advice,
        )  # fmt: skip
    return verdict


def _seconds(seen: Seen) -> float:
    """Time with a person: each frame lasts until the next, but no break."""
    steps = np.diff(seen.time, append=seen.time[-1])
    return float(steps[seen.present & (steps <= BREAK_S)].sum())


def check_rate(recording: Recording) -> Verdict:
    """Whether frames follow each other closely and evenly enough."""
    verdict, rate = Verdict(), recording.rate_hz
    if len(recording) < LEAST_FRAMES:
        return verdict
    advice = "Record with at least 25 pictures a second."
    if rate < LEAST_HZ:
        verdict.forbid(
            "frame-rate", f"it holds only {rate:.1f} frames a second, {LEAST_HZ:g} are needed",
            advice=advice,
        )  # fmt: skip
    elif rate < GOOD_HZ:
        verdict.restrict(
            "frame-rate", f"{rate:.0f} frames a second: speeds and smoothness are rough",
            advice=advice,
        )  # fmt: skip
    _check_even(recording, verdict)
    return verdict


def _check_even(recording: Recording, verdict: Verdict) -> None:
    """Missing frames: the longest pause, and their share of the time."""
    steps = np.diff(recording.time)
    usual = float(np.median(steps))
    missing = steps > np.maximum(3 * usual, 0.25)
    if not missing.any():
        return
    longest = int(np.argmax(steps))
    lost = float((steps[missing] - usual).sum())
    times = "once" if missing.sum() == 1 else f"{int(missing.sum())} times"
    verdict.restrict(
        "missing-frames",
        f"frames are missing {times}, {lost:.1f} s together, at most {steps[longest]:.1f} s",
        span=(float(recording.time[longest]), float(recording.time[longest + 1])),
        advice="Close other programs while recording.",
    )


def check_cuts(cleaned: Recording) -> Verdict:
    """Cuts that reading or clean-up found: nothing is measured across them."""
    verdict = Verdict()
    times = sorted(_cut_times(cleaned))
    if times:
        at = ", ".join(f"{t:.1f} s" for t in times[:4]) + (" ..." if len(times) > 4 else "")
        parts = "two pieces" if len(times) == 1 else f"{len(times) + 1} pieces"
        verdict.restrict(
            "cut", f"the recording is joined from {parts} (cut at {at}); nothing is measured "
            "across a cut", advice="Record in one piece.",
        )  # fmt: skip
    return verdict


def _cut_times(cleaned: Recording) -> set[float]:
    steps = [s for s in cleaned.history if s.name in _CUT_STEPS]
    stated = {round(float(t), 2) for s in steps for t in s.parameters.get("at_s", ())}
    return stated | {round(start, 2) for s in steps if not stated for start, _ in s.spans}
