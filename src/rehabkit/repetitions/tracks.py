"""Tracks: a driving signal oriented upwards, without holes, one for each run of frames.

Repetitions never span a break of the time line, a cut in the picture, or a long loss of
tracking; each track lies between two of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rehabkit.kinematics.driving import Channel
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Bool, Float
from rehabkit.repetitions.zigzag import smooth
from rehabkit.signals.joined import runs_of

# Holes up to this length are bridged for counting (never for measuring).
BRIDGED_S = 1.0
SHORTEST_S = 0.5


@dataclass(frozen=True, eq=False)
class Track:
    """One side's oriented signal over one run.

    ``first`` is the frame of the recording where it begins; ``values`` rise with the movement;
    ``seen`` is False where the value was bridged; ``sign`` undoes the orientation:
    ``original = sign * values + offset``.
    """

    side: str
    first: int
    values: Float
    seen: Bool
    sign: float = 1.0
    offset: float = 0.0

    def original(self, frame: int) -> float:
        """The signal's own value at a frame of the track."""
        return float(self.sign * self.values[frame] + self.offset)


def tracks(recording: Recording, channel: Channel, direction: Literal["up", "down"]) -> list[Track]:
    """The channel's tracks in order of time."""
    sign = 1.0 if direction == "up" else -1.0
    found = []
    for part in runs_of(recording):
        for stretch in _seen_stretches(channel.values[part], recording.rate_hz):
            first = part.start + stretch.start
            raw = sign * channel.values[part][stretch]
            if len(raw) < max(3, SHORTEST_S * recording.rate_hz):
                continue
            found.append(_track(channel.side, first, raw, sign, recording.rate_hz))
    return found


def whole_track(
    recording: Recording, channel: Channel, direction: Literal["up", "down"]
) -> Track | None:
    """One track over all frames, however long its holes; None where nothing was seen."""
    if not np.isfinite(channel.values).any():
        return None
    sign = 1.0 if direction == "up" else -1.0
    return _track(channel.side, 0, sign * channel.values, sign, recording.rate_hz)


def _track(side: str, first: int, raw: Float, sign: float, rate_hz: float) -> Track:
    seen = np.isfinite(raw)
    return Track(side, first, smooth(_bridge(raw, seen), rate_hz), seen, sign)


def _seen_stretches(values: Float, rate_hz: float) -> list[slice]:
    """Stretches whose holes are all short enough to bridge."""
    seen = np.flatnonzero(np.isfinite(values))
    if len(seen) == 0:
        return []
    breaks = np.flatnonzero(np.diff(seen) > BRIDGED_S * rate_hz) + 1
    return [slice(int(g[0]), int(g[-1]) + 1) for g in np.split(seen, breaks)]


def _bridge(values: Float, seen: Bool) -> Float:
    frames = np.arange(len(values))
    bridged: Float = np.interp(frames, frames[seen], values[seen])
    return bridged
