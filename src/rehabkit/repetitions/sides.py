"""Which side a repetition belongs to: half waves of a signed signal, left and right as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rehabkit.recording.arrays import Float
from rehabkit.repetitions.tracks import Track
from rehabkit.repetitions.types import PartialRepetition, Repetition

# Both extremes must lie this share of the range beyond zero for the signal to swing both ways.
_BOTH_WAYS = 0.25
# Left and right that overlap by this share are one movement of both sides.
TOGETHER = 0.5
_LATEST = 8


def half_waves(track: Track) -> list[Track]:
    """A signed track as one to the right (positive) and one to the left, each resting at 0.

    The neutral value is the middle between the extremes of a movement that swings both ways,
    else the extreme nearer to the anatomical zero.
    """
    neutral = _neutral(track.values)
    right = np.maximum(track.values - neutral, 0.0)
    left = np.maximum(neutral - track.values, 0.0)
    return [
        replace(track, side="right", values=right, sign=track.sign, offset=track.sign * neutral),
        replace(track, side="left", values=left, sign=-track.sign, offset=track.sign * neutral),
    ]


def _neutral(values: Float) -> float:
    low, high = np.percentile(values, [2, 98])
    least = _BOTH_WAYS * (high - low)
    if low < -least and high > least:
        return float((low + high) / 2)
    return float(low if abs(low) < abs(high) else high)


def mean_of_sides(left: Float, right: Float) -> Float:
    """(frames,) mean of two channels; the other where one is unseen."""
    both: Float = (left + right) / 2
    return np.where(np.isfinite(both), both, np.where(np.isfinite(left), left, right))


def join_sides(repetitions: Sequence[Repetition]) -> list[Repetition]:
    """Left and right that move at the same time become one repetition of both, in time order."""
    joined: list[Repetition] = []
    for repetition in sorted(repetitions, key=lambda r: (r.start_s, r.end_s)):
        # A partner overlaps, so in order of time it is one of the last few.
        late = range(len(joined) - 1, max(-1, len(joined) - 1 - _LATEST), -1)
        partner = next((i for i in late if _together(joined[i], repetition)), None)
        if partner is None:
            joined.append(repetition)
        else:
            joined[partner] = merged(joined[partner], repetition)
    return sorted(joined, key=lambda r: r.start_s)


def overlap(a: Repetition | PartialRepetition, b: Repetition | PartialRepetition) -> float:
    """Shared time as a share of the time that either takes (IoU)."""
    shared = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    total = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return max(0.0, shared) / total if total > 0 else 0.0


def _together(a: Repetition, b: Repetition) -> bool:
    return {a.side, b.side} == {"left", "right"} and overlap(a, b) >= TOGETHER


def merged(a: Repetition, b: Repetition) -> Repetition:
    """Left and right as one repetition of both, with the larger one's values."""
    larger = a if a.extent >= b.extent else b
    held = (max(a.hold_start_s, b.hold_start_s), min(a.hold_end_s, b.hold_end_s))
    if held[0] > held[1]:  # never held at the same time
        held = (larger.hold_start_s, larger.hold_end_s)
    return replace(
        larger,
        side="both",
        start_s=min(a.start_s, b.start_s),
        end_s=max(a.end_s, b.end_s),
        hold_start_s=held[0],
        hold_end_s=held[1],
        confidence=min(a.confidence, b.confidence),
    )
