"""One signal that goes out and comes back, cut into excursions.

The signal is oriented so that the movement goes up: rest is low, the extreme is high.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rehabkit.recording.arrays import Float
from rehabkit.repetitions.zigzag import Indices, strokes, turning_points

Cut = Literal["", "start", "end"]


@dataclass(frozen=True)
class Rules:
    """Shares of the typical stroke that decide; one set for every exercise and sensor.

    Parameters
    ----------
    scan
        Share of the signal's range that the first look for strokes takes as least.
    turn
        A way back must cover this share of the typical stroke to end a repetition.
    full
        Range below this share of the typical stroke is "short range".
    partial
        Below this share nothing is reported at all.
    rest_still, rest_moving, rest_alone
        How far from rest (share of the typical stroke) a recording may start or end without
        having cut the movement off: while still, while already moving, and where a single
        movement does not tell what rest is.
    missing_s, missing_end_s
        A moving edge further than ``rest_moving`` is still whole if at its speed it was at rest
        this short a time before the start, or will be after the end. More is allowed at the end:
        whoever records stops when the movement is over.
    still_per_s
        Slower than this share of the typical stroke a second is still.
    onset
        The movement begins and ends where it leaves, or comes within, this share of rest.
    near, slow
        Within the share ``near`` of rest and slower than the share ``slow`` of its own greatest
        speed, the movement has ended as well.
    hold
        Within this share of the extreme the position counts as held.
    setup, alike
        Movements before the first repetition whose range is below the share ``setup`` of the
        others' median, while the others differ by no more than the share ``alike`` from it, are
        set-up: whoever repeats so evenly was trying out, not tiring.
    """

    scan: float = 0.3
    turn: float = 0.4
    full: float = 0.42
    partial: float = 0.2
    rest_still: float = 0.24
    rest_alone: float = 0.33
    missing_s: float = 0.17
    missing_end_s: float = 0.35
    rest_moving: float = 0.07
    still_per_s: float = 0.27
    onset: float = 0.03
    near: float = 0.25
    slow: float = 0.15
    hold: float = 0.1
    setup: float = 0.72
    alike: float = 0.07


@dataclass(frozen=True)
class Scale:
    """What "large" and "fast" are measured by: the typical stroke and the frame rate."""

    stroke: float
    rate_hz: float


@dataclass(frozen=True)
class Excursion:
    """Frames and levels of one movement out and back, on one signal.

    ``start``, ``peak``, ``end`` are frames; ``out`` and ``back`` the two strokes; ``cut`` names
    the edge of the recording that cut it off.
    """

    start: int
    peak: int
    end: int
    hold_start: int
    hold_end: int
    out: float
    back: float
    cut: Cut = ""

    @property
    def extent(self) -> float:
        """The smaller of the two strokes; where an edge cut one off, the other."""
        return max(self.out, self.back) if self.cut else min(self.out, self.back)


def typical_stroke(values: Float, least: float, rules: Rules) -> float:
    """Median of the large strokes, or 0 where nothing moves by ``least``.

    Large are those of at least half the 90th percentile, so that one artefact does not set the
    scale and many small set-up movements do not either.
    """
    spread = float(np.subtract(*np.percentile(values, [98, 2])))
    if spread < least:
        return 0.0
    sizes = strokes(values, turning_points(values, max(rules.scan * spread, 0.5 * least)))
    if len(sizes) == 0:
        return 0.0
    return float(np.median(sizes[sizes >= 0.5 * np.percentile(sizes, 90)]))


def find_excursions(
    values: Float, scale: Scale, rules: Rules
) -> tuple[list[Excursion], list[Excursion]]:
    """Whole-stroke excursions, and the smaller ones that lie between them.

    Parameters
    ----------
    values
        (frames,), finite, oriented upwards.
    scale
        Size of a typical stroke, and the frame rate.
    """
    turns = turning_points(values, rules.turn * scale.stroke)
    whole = _peaks_to_excursions(values, turns, scale, rules)
    fine = turning_points(values, rules.partial * scale.stroke)
    covered = np.zeros(len(values) + 1, dtype=bool)
    for excursion in whole:
        covered[excursion.start + 1 : excursion.end] = True
    found = _peaks_to_excursions(values, fine, scale, rules)
    return whole, [e for e in found if not covered[e.start + 1 : max(e.end, e.start + 2)].any()]


def _peaks_to_excursions(
    values: Float, turns: Indices, scale: Scale, rules: Rules
) -> list[Excursion]:
    """Every maximum among ``turns`` with the minima beside it, or the edge where there is none."""
    if len(turns) < 2:
        return []
    first_is_peak = int(values[turns[0]] > values[turns[1]])
    minima = turns[first_is_peak::2]
    # One movement alone does not tell what this person's rest is like.
    rest = float(np.median(values[minima])) if len(minima) > 2 else None
    found = []
    for k in range(1 - first_is_peak, len(turns), 2):
        before = int(turns[k - 1]) if k > 0 else 0
        after = int(turns[k + 1]) if k + 1 < len(turns) else len(values) - 1
        excursion = _excursion(values, (before, int(turns[k]), after), rules)
        cut = _cut_by(values, excursion, (before, after), rest, scale, rules)
        found.append(replace(excursion, cut=cut))
    return found


def _excursion(values: Float, frames: tuple[int, int, int], rules: Rules) -> Excursion:
    """The excursion between the minima ``before`` and ``after`` around ``peak``."""
    before, peak, after = frames
    top = values[peak]
    out, back = float(top - values[before]), float(top - values[after])
    start = peak - _way_to_rest(values[before : peak + 1][::-1], rules)
    end = peak + _way_to_rest(values[peak : after + 1], rules)
    high = start + np.flatnonzero(values[start : end + 1] >= top - rules.hold * max(out, back))
    return Excursion(start, peak, end, int(high[0]), int(high[-1]), out, back)


def _way_to_rest(stroke: Float, rules: Rules) -> int:
    """Frames from the extreme, ``stroke[0]``, to where the movement has come to rest.

    It has where it is within ``onset`` of the stroke's lowest value, or, close to it already,
    has become slow: a body that then shifts its weight is not on its way back any more.
    """
    if len(stroke) < 2 or stroke[0] <= stroke[-1]:
        return len(stroke) - 1
    left = (stroke - stroke[-1]) / (stroke[0] - stroke[-1])
    speed = np.abs(np.gradient(left))
    done = left <= rules.onset
    slow = (left <= rules.near) & (speed <= rules.slow * speed.max())
    return int(np.flatnonzero(done | slow)[0])


def _cut_by(
    values: Float,
    excursion: Excursion,
    minima: tuple[int, int],
    rest: float | None,
    scale: Scale,
    rules: Rules,
) -> Cut:
    """The edge of the recording that cut the movement off, if one did.

    An edge is at rest where it is about as low as the other minimum of this movement, or as the
    others of the recording (``rest``, None where there are none). More is allowed to a body that
    holds still there, and where no other minimum tells what rest is.
    """
    before, after = minima
    floor = min(values[before], values[after])
    floor = floor if rest is None else max(rest, floor)
    window = max(1, round(0.1 * scale.rate_hz))
    last = len(values) - 1

    def away(edge: int, inner: int) -> bool:
        """Whether the edge is so far from rest that some of the movement is missing."""
        off = (values[edge] - floor) / scale.stroke
        speed = abs(values[inner] - values[edge]) / abs(inner - edge) * scale.rate_hz / scale.stroke
        if rest is None:
            return bool(off > rules.rest_alone)
        if speed < rules.still_per_s or off < rules.rest_moving:
            return bool(off > rules.rest_still)
        missing_s = rules.missing_s if edge == 0 else rules.missing_end_s
        return bool(off > missing_s * speed or off > rules.rest_still)

    if before == 0 and excursion.out < excursion.back and away(0, min(window, last)):
        return "start"
    if after == last and excursion.back < excursion.out and away(last, max(last - window, 0)):
        return "end"
    return ""
