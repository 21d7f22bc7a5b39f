"""A recording that was cut already: all of it is one repetition, as whoever recorded it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np

from rehabkit.exercises.exercise import Driver, Exercise
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.repetitions import cutting
from rehabkit.repetitions.dominant import CANDIDATES, driver_of, score_of
from rehabkit.repetitions.excursions import Rules
from rehabkit.repetitions.sides import half_waves, merged
from rehabkit.repetitions.tracks import Track, whole_track
from rehabkit.repetitions.types import Repetition, Segmentation, Side
from rehabkit.signals.joined import runs_of

HOW = "the whole recording is one repetition, as stated"


def whole(
    recording: Recording, kinematics: Kinematics, exercise: Exercise | None, rules: Rules
) -> Segmentation:
    """One repetition from where the driving signal first leaves its value to where it stays.

    The signal tells the side, the extreme and the range; how often it goes out and back, and
    whether it comes back at all, does not matter. A movement of less than half of the range that
    the exercise needs is not counted, nor one that was hardly seen or breaks off.
    """
    if exercise is None or exercise.driver is None:
        return _dominant(recording, kinematics, rules)
    driver, how = cutting.seen_driver(recording, kinematics, exercise)
    if driver is None:
        return Segmentation((), (), (), how)
    return whole_by(recording, kinematics, driver, rules, f"{HOW}; measured by {how}")


def _dominant(recording: Recording, kinematics: Kinematics, rules: Rules) -> Segmentation:
    how = f"{HOW}; measured by the dominant movement"
    found = [
        (whole_by(recording, kinematics, driver_of(candidate), rules, how), candidate)
        for candidate in CANDIDATES
    ]
    best, candidate = max(found, key=lambda pair: score_of(*pair))
    if score_of(best, candidate) > 0:
        return best
    return Segmentation((), (), (), "no movement stands out from rest")


def whole_by(
    recording: Recording, kinematics: Kinematics, driver: Driver, rules: Rules, how: str
) -> Segmentation:
    """The whole recording as one repetition, by one driver."""
    channels = cutting.channels_of(recording, kinematics, driver)
    signals = tuple(cutting.signal_of(recording, c, driver) for c in channels)
    tracks = [whole_track(recording, channel, driver.direction) for channel in channels]
    seen = [track for track in tracks if track is not None]
    if driver.sides == "sign":
        seen = [half for track in seen for half in half_waves(track)]
    moved = sorted(_movements(recording, seen, rules), key=lambda m: -m.repetition.extent)
    if not moved:
        return Segmentation((), (), signals, how)
    repetition = _of_sides(moved, driver, rules)
    why = _why_not(recording, moved[0], driver)
    if why:
        return Segmentation((), (cutting.uncounted(repetition, cutting.WHY[why]),), signals, how)
    return Segmentation((repetition,), (), signals, how)


@dataclass(frozen=True)
class _Movement:
    """One side's movement, and the share of it that was seen."""

    repetition: Repetition
    seen: float


def _movements(recording: Recording, tracks: list[Track], rules: Rules) -> Iterator[_Movement]:
    for track in tracks:
        values, peak = track.values, int(np.argmax(track.values))
        out = float(values[peak] - values[: peak + 1].min())
        back = float(values[peak] - values[peak:].min())
        extent = max(out, back)
        if extent <= 0:
            continue
        start, end = _moving(values, extent, rules)
        high = np.flatnonzero(values >= values[peak] - rules.hold * extent)
        seen = float(track.seen[start : end + 1].mean())
        time = recording.time
        yield _Movement(
            Repetition(
                start_s=float(time[start]),
                end_s=float(time[end]),
                peak_s=float(time[peak]),
                side=cast(Side, track.side),
                confidence=round(seen * (0.5 + 0.5 * min(out, back) / extent), 3),
                extent=extent,
                rest=track.original(start),
                extreme=track.original(peak),
                hold_start_s=float(time[max(high[0], start)]),
                hold_end_s=float(time[min(high[-1], end)]),
            ),
            seen,
        )


def _moving(values: Float, extent: float, rules: Rules) -> tuple[int, int]:
    """First and last frame of the movement: stillness at either end is left out."""
    start = _leaves(values, extent, rules)
    end = len(values) - 1 - _leaves(values[::-1], extent, rules)
    return (start, end) if start < end else (0, len(values) - 1)


def _leaves(values: Float, extent: float, rules: Rules) -> int:
    """The last frame near the first value before the signal goes away from it for good."""
    away = np.abs(values - values[0]) / extent
    gone = np.flatnonzero(away > rules.hold)
    if len(gone) == 0:
        return 0
    return int(np.flatnonzero(away[: gone[0]] <= rules.onset)[-1])


def _of_sides(moved: list[_Movement], driver: Driver, rules: Rules) -> Repetition:
    """The side that moved most, or both where the other went far enough, too."""
    largest = moved[0].repetition
    if driver.sides != "each" or len(moved) < 2:
        return largest
    other = moved[1].repetition
    both = other.extent >= max(driver.needed, rules.full * largest.extent)
    return merged(largest, other) if both else largest


def _why_not(recording: Recording, largest: _Movement, driver: Driver) -> str:
    """Why the recording is no repetition; empty when it is."""
    if len(runs_of(recording)) > 1:
        return "broken"
    if largest.repetition.extent < 0.5 * driver.needed:
        return "short"
    return "unseen" if largest.seen < cutting.LEAST_SEEN else ""
