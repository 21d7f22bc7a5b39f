"""``CleanOptions``: what clean-up may do, with units in the names."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehabkit.signals.jumps import JumpLimits
from rehabkit.signals.runs import BREAK_S


@dataclass(frozen=True)
class CleanOptions:
    """What clean-up may do; the defaults keep rehabilitation movement at Kinect and video rates.

    Parameters
    ----------
    max_gap_s
        Longest gap that is interpolated; longer ones stay missing.
    break_s
        A pause of the time line longer than this is a break that nothing crosses.
    cutoff_hz
        Of the zero-phase low-pass; None leaves the noise in. Voluntary movement in exercises lies
        below about 5 Hz (Winter, *Biomechanics and Motor Control of Human Movement*).
    bone_share, bone_least_m
        A bone is off where it differs from its median by more than this share of it and by more
        than this length.
    flip_deg
        A bone that points elsewhere than in the neighbouring frames by more than this has flipped.
    turn_deg_s
        A bone that still turns faster than this after smoothing was not tracked.
    least_confidence
        Points of lower confidence are guesses from outside the picture, and lost.
    """

    max_gap_s: float = 0.4
    break_s: float = BREAK_S
    cutoff_hz: float | None = 6.0
    bone_share: float = 0.4
    bone_least_m: float = 0.10
    flip_deg: float = 50.0
    turn_deg_s: float = 750.0
    least_confidence: float = 0.05
    jumps: JumpLimits = field(default_factory=JumpLimits)
