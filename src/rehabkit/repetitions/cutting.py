"""``cut``: a recording becomes repetitions, driven by its exercise or its dominant movement."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, cast

import numpy as np

from rehabkit.exercises.exercise import Driver, Exercise
from rehabkit.kinematics import driving
from rehabkit.kinematics.driving import Channel
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.repetitions import travel
from rehabkit.repetitions.excursions import (
    Excursion,
    Rules,
    Scale,
    find_excursions,
    typical_stroke,
)
from rehabkit.repetitions.sides import half_waves, join_sides, mean_of_sides, overlap
from rehabkit.repetitions.tracks import Track, tracks
from rehabkit.repetitions.types import (
    DrivingSignal,
    PartialRepetition,
    Repetition,
    Segmentation,
    Side,
)

# Below this share of seen frames a movement is not counted: nobody saw it.
LEAST_SEEN = 0.5
RULES = Rules()
# Movements that overlap by this share are one.
_SAME = 0.3
TOO_SHORT = "range too short"
"""Why a movement that goes less far than needed is not counted."""
WHY: Final = {
    "start": "cut off by the start of the recording",
    "end": "cut off by the end of the recording",
    "short": TOO_SHORT,
    "unseen": "not seen for most of its time",
    "setup": "set-up: clearly smaller than the repetitions that follow",
    "walking": "the person walked away instead of coming back",
    "broken": "the recording breaks off within it",
}


def cut(
    recording: Recording,
    kinematics: Kinematics,
    exercise: Exercise | None = None,
    rules: Rules = RULES,
    *,
    one_repetition: bool = False,
) -> Segmentation:
    """Repetitions of one recording, each with its own start and end.

    Parameters
    ----------
    recording, kinematics
        Cleaned, on canonical joints, and its angles.
    exercise
        Its driver cuts; its second driver where the first cannot be had from this recording.
        None, or an exercise without a driver: the dominant movement drives (see
        :mod:`rehabkit.repetitions.dominant`).
    one_repetition
        The recording was cut already: all of it is one repetition (see
        :mod:`rehabkit.repetitions.whole`).

    Returns
    -------
    Segmentation
        Counted and partial repetitions in order of time, and the signals that drove.
    """
    if one_repetition:
        from rehabkit.repetitions.whole import whole

        return whole(recording, kinematics, exercise, rules)
    if exercise is None or exercise.driver is None:
        from rehabkit.repetitions.dominant import dominant_movement

        found = dominant_movement(recording, kinematics, rules)
        return found or Segmentation((), (), (), "no movement stands out from rest")
    driver, how = seen_driver(recording, kinematics, exercise)
    if driver is None:
        return Segmentation((), (), (), how)
    return cut_by(recording, kinematics, driver, rules, how)


def cut_by(
    recording: Recording,
    kinematics: Kinematics,
    driver: Driver,
    rules: Rules = RULES,
    how: str = "a chosen signal",
) -> Segmentation:
    """Repetitions by one driver."""
    channels = channels_of(recording, kinematics, driver)
    oriented = [t for c in channels for t in _oriented(recording, c, driver)]
    scale = Scale(_pooled_stroke(oriented, driver, rules), recording.rate_hz)
    counted: list[Repetition] = []
    partial: list[PartialRepetition] = []
    short: list[Repetition] = []
    for track in oriented if scale.stroke > 0 else []:
        whole, small = find_excursions(track.values, scale, rules)
        for excursion in [*whole, *small]:
            why = _why_not(recording, track, excursion, driver.needed, scale, rules)
            if why == "short":
                short.append(_repetition(recording, track, excursion, scale))
            elif why:
                movement = _repetition(recording, track, excursion, scale)
                partial.append(uncounted(movement, WHY.get(why, why)))
            elif excursion in whole:
                counted.append(_repetition(recording, track, excursion, scale))
    if driver.sides == "each":
        counted, short = join_sides(counted), join_sides(short)
    partial += [uncounted(r, WHY["short"]) for r in short]
    counted.sort(key=lambda r: r.start_s)
    first = setup_movements([r.extent for r in counted], rules)
    partial += [uncounted(r, WHY["setup"]) for r in counted[:first]]
    counted = counted[first:]
    return Segmentation(
        tuple(counted),
        tuple(_distinct(partial, counted)),
        tuple(signal_of(recording, c, driver) for c in channels),
        how,
    )


def seen_driver(
    recording: Recording, kinematics: Kinematics, exercise: Exercise
) -> tuple[Driver | None, str]:
    """The first of the exercise's drivers that this recording shows, and which it is in words."""
    for driver, which in ((exercise.driver, "first"), (exercise.second_driver, "second")):
        if driver is not None and _available(recording, kinematics, driver):
            return driver, f"the {which} driving signal of {exercise.id}"
    return None, f"no driving signal of {exercise.id} was seen"


def _available(recording: Recording, kinematics: Kinematics, driver: Driver) -> bool:
    channels = driving.channels(recording, kinematics, driver.signal)
    return any(np.isfinite(c.values).mean() >= 0.2 for c in channels)


def channels_of(recording: Recording, kinematics: Kinematics, driver: Driver) -> list[Channel]:
    """The driver's signal of each side, or the mean of both where they are one."""
    found = driving.channels(recording, kinematics, driver.signal)
    if driver.sides == "both" and len(found) == 2:
        left, right = found
        return [Channel("both", mean_of_sides(left.values, right.values))]
    return list(found)


def _oriented(recording: Recording, channel: Channel, driver: Driver) -> list[Track]:
    found = tracks(recording, channel, driver.direction)
    if driver.sides == "sign":
        return [half for track in found for half in half_waves(track)]
    return found


def _pooled_stroke(oriented: Sequence[Track], driver: Driver, rules: Rules) -> float:
    """Typical stroke of the side that moves most, so that the idle side's sway counts nothing."""
    strokes = [typical_stroke(t.values, 0.5 * driver.needed, rules) for t in oriented]
    return max(strokes, default=0.0)


def _why_not(
    recording: Recording,
    track: Track,
    excursion: Excursion,
    needed: float,
    scale: Scale,
    rules: Rules,
) -> str:
    """Why the movement is not counted; empty when it is."""
    if excursion.extent < max(rules.partial * scale.stroke, 0.5 * needed):
        return "noise"
    if excursion.cut:
        return excursion.cut
    if excursion.extent < max(needed, rules.full * scale.stroke):
        return "short"
    if track.seen[excursion.start : excursion.end + 1].mean() < LEAST_SEEN:
        return "unseen"
    frames = (track.first + excursion.start, track.first + excursion.end)
    return "walking" if travel.walked(recording, *frames) else ""


def _time(recording: Recording, track: Track, frame: int) -> float:
    return float(recording.time[track.first + frame])


def _repetition(
    recording: Recording, track: Track, excursion: Excursion, scale: Scale
) -> Repetition:
    return Repetition(
        start_s=_time(recording, track, excursion.start),
        end_s=_time(recording, track, excursion.end),
        peak_s=_time(recording, track, excursion.peak),
        side=cast(Side, track.side),
        confidence=_confidence(track, excursion, scale),
        extent=excursion.extent,
        rest=track.original(excursion.start),
        extreme=track.original(excursion.peak),
        hold_start_s=_time(recording, track, excursion.hold_start),
        hold_end_s=_time(recording, track, excursion.hold_end),
    )


def _confidence(track: Track, excursion: Excursion, scale: Scale) -> float:
    """Product of: share of frames seen, size against the typical stroke, and coming back."""
    seen = float(track.seen[excursion.start : excursion.end + 1].mean())
    size = min(1.0, excursion.extent / (0.8 * scale.stroke))
    closed = min(excursion.out, excursion.back) / max(excursion.out, excursion.back)
    return round(seen * size * (0.5 + 0.5 * closed), 3)


def setup_movements(extents: Sequence[float], rules: Rules) -> int:
    """How many movements at the beginning were set-up; see :class:`Rules`."""
    sizes = np.asarray(extents)
    for first in range(len(sizes) // 2, 0, -1):
        rest = sizes[first:]
        typical = np.median(rest)
        even = np.abs(rest - typical).max() <= rules.alike * typical
        if len(rest) >= 3 and even and sizes[:first].max() < rules.setup * typical:
            return first
    return 0


def uncounted(repetition: Repetition, why: str) -> PartialRepetition:
    """The movement as one that is not counted."""
    return PartialRepetition(
        start_s=repetition.start_s,
        end_s=repetition.end_s,
        peak_s=repetition.peak_s,
        side=repetition.side,
        extent=repetition.extent,
        extreme=repetition.extreme,
        why=why,
    )


def _distinct(
    partial: Iterable[PartialRepetition], counted: Sequence[Repetition]
) -> list[PartialRepetition]:
    """Partial movements of a size worth naming that no counted repetition covers."""
    starts, ends = [r.start_s for r in counted], [r.end_s for r in counted]
    kept: list[PartialRepetition] = []
    for candidate in sorted(partial, key=lambda p: p.start_s):
        if candidate.why == "noise" or candidate.end_s <= candidate.start_s:
            continue
        first = bisect_left(ends, candidate.start_s)
        last = bisect_left(starts, candidate.end_s)
        if any(overlap(candidate, r) > _SAME for r in counted[first:last]):
            continue
        if any(overlap(candidate, p) > _SAME for p in kept[-8:]):
            continue
        kept.append(candidate)
    return kept


def signal_of(recording: Recording, channel: Channel, driver: Driver) -> DrivingSignal:
    """The channel as the report draws it."""
    return DrivingSignal(
        name=driver.signal,
        label=driving.label_of(driver.signal),
        unit=driving.unit_of(driver.signal),
        time=recording.time,
        values=channel.values,
        side=cast(Side, channel.side),
        direction=driver.direction,
        needed=driver.needed,
    )
