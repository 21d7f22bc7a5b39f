"""Findings on the flow of a movement: stops on the way out or back, and shaking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.assessment.criteria import driving_signal
from rehabkit.assessment.findings_joints import each_side
from rehabkit.assessment.findings_sides import compared_angles
from rehabkit.assessment.judge import Band, Judged, Subject, judge
from rehabkit.assessment.readings import Case, Reading, sides_of
from rehabkit.assessment.words import words_for
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.phases import phase_measures
from rehabkit.kinematics.shaking import Shaking, shaking, without_movement
from rehabkit.recording import Recording
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.types import DrivingSignal
from rehabkit.signals.joined import runs_of

LONGEST_PAUSE_S: Final = 0.4
PAUSE_ERROR_S: Final = 0.15
"""Error of a stop's length, which is found to within 0.12 s (tests/kinematics/test_phases.py)."""
LARGEST_SHAKING_DEG: Final = 1.5
STRONG_SHAKING_DEG: Final = 4.5
LOUDEST_NOISE_DEG: Final = 1.2
"""Noise of a larger amplitude hides shaking of the limit's size: nothing is judged."""
_WHY_PAUSE: Final = (
    "a margin of this catalogue, no norm: healthy people of KIMORE seldom stop so long"
)
_WHY_SHAKING: Final = (
    "a margin of this catalogue, no norm: the hand of a straight arm then moves by 3 cm, from "
    "which on the MDS-UPDRS (3.15) calls tremor moderate"
)
_NEVER_SMOOTHED: Final = ("neck_rotation",)


def flow_findings(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Pauses, then shaking."""
    yield from pause(case, exercise)
    yield from shakes(case, exercise)


def pause(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """The longest stop between 10 and 90 % of the way, by the signal that cut the repetitions."""
    signals = [driving_signal(case, r) for r in case.repetitions]
    readings = [_stop(case, i, s) for i, s in enumerate(signals) if s is not None]
    if not readings:
        return
    name = case.segmentation.signals[0].name
    subject = Subject(
        "pause", "none", "Longest stop on the way", words_for("pause", exercise),
        name if name in ANGLES and not ANGLES[name].sided else None,
    )  # fmt: skip
    found = judge(case, subject, Band(None, LONGEST_PAUSE_S, "s", _WHY_PAUSE), readings)
    if found is not None:
        yield found


def _stop(case: Case, index: int, signal: DrivingSignal) -> Reading:
    repetition = case.repetitions[index]
    phases = phase_measures(
        signal.time, signal.values, repetition.start_s, repetition.hold_start_s,
        repetition.hold_end_s, repetition.end_s, least_moved=0.0, unit=signal.unit,
    )  # fmt: skip
    stops = [phase.stops for phase in phases.values() if phase.stops is not None]
    if not stops:
        return Reading(index + 1, None, repetition.peak_s, PAUSE_ERROR_S)
    longest = max((s for each in stops for s in each), key=lambda s: s.length_s, default=None)
    if longest is None:
        return Reading(index + 1, 0.0, repetition.peak_s, PAUSE_ERROR_S)
    middle = (longest.start_s + longest.end_s) / 2
    return Reading(index + 1, longest.length_s, middle, PAUSE_ERROR_S)


def shakes(case: Case, exercise: Exercise | None) -> Iterator[Judged]:
    """Shaking of the primary angles, or of those that drove, on each side that moved."""
    words = words_for("shaking", exercise)
    band = Band(
        None, LARGEST_SHAKING_DEG, "deg", _WHY_SHAKING,
        size=2 * (STRONG_SHAKING_DEG - LARGEST_SHAKING_DEG),
    )  # fmt: skip
    for angle in compared_angles(case, exercise):
        sides = SIDES if ANGLES[angle].sided else ("",)
        seen = {side: _shaken(case, angle, side) for side in sides}
        if not any(seen.values()):
            continue
        subject = Subject(
            f"shaking-{angle.replace('_', '-')}", "none", ANGLES[angle].label, words, angle
        )
        readings = partial(_reading, seen)
        for found in each_side(case, angle, subject, band, readings, range(len(case.repetitions))):
            yield _with_rate(found, seen)


_Seen = Mapping[str, Mapping[int, tuple[Reading, Shaking | None]]]


def _shaken(case: Case, angle: str, side: str) -> dict[int, tuple[Reading, Shaking | None]]:
    """Index of a repetition -> its reading and what that was made from.

    One repetition tells little of its own noise: the recording's median is the least.
    """
    known = case.kinematics.angles.get(f"{angle}_{side}" if side else angle)
    if known is None or not known.measurable or case.kinematics.projected:
        return {}
    time, smoothed = case.recording.time, _smoothed_hz(case.recording, angle)
    rest = without_movement(time, known.values, runs_of(case.recording))
    spans = {i: case.frames(r) for i, r in enumerate(case.repetitions)
             if side in sides_of(angle, r)}  # fmt: skip
    found = {i: shaking(time[f], rest[f], smoothed) for i, f in spans.items()}
    noises = [s.noise for s in found.values() if s is not None]
    typical = float(np.median(noises)) if noises else 0.0
    return {
        i: (_amplitude(i, found[i], typical, _most(time[f], rest[f])), found[i])
        for i, f in spans.items()
    }


def _amplitude(index: int, found: Shaking | None, typical: float, at_s: float) -> Reading:
    if found is None or typical > LOUDEST_NOISE_DEG:
        return Reading(index + 1, None, at_s, typical)
    return Reading(index + 1, found.amplitude, at_s, max(found.noise, typical))


def _reading(seen: _Seen, side: str, index: int) -> Reading:
    return seen[side][index][0] if index in seen[side] else Reading(index + 1, None, 0.0, 0.0)


def _most(time: NDArray[np.float64], rest: NDArray[np.float64]) -> float:
    """The moment of the largest deflection, s."""
    size = np.abs(np.nan_to_num(rest))
    return float(time[int(np.argmax(size))])


def _smoothed_hz(recording: Recording, angle: str) -> float | None:
    """Cut-off of the low-pass that the points of an angle went through; None without one.

    Orientations, of a face or of marker segments, are not smoothed.
    """
    if angle in _NEVER_SMOOTHED or recording.skeleton.markers:
        return None
    cutoffs = [s.parameters.get("cutoff_hz") for s in recording.history if s.name == "low-pass"]
    return float(cutoffs[-1]) if cutoffs and cutoffs[-1] is not None else None


def _with_rate(found: Judged, seen: _Seen) -> Judged:
    """The rate of the repetition that shook most joins the therapist's sentence."""
    index, measured = (found.finding.repetition or 0) - 1, found.finding.measured
    rates = [each[index][1] for each in seen.values() if index in each]
    most = min((s for s in rates if s), key=lambda s: abs(s.amplitude - measured))
    text = f"{found.finding.therapist} The shaking swung {most.rate_hz:.1f} times a second."
    return replace(found, finding=replace(found.finding, therapist=text))
