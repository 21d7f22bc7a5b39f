"""All measures of one repetition, and of a recording over its repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rehabkit.errors import RehabkitError
from rehabkit.kinematics.alignment import dtw_distances, even_samples
from rehabkit.kinematics.angle_measures import LEAST_SEEN, angle_measures, label_of
from rehabkit.kinematics.error_table import Row
from rehabkit.kinematics.joint_measures import balance_measures, joint_measures
from rehabkit.kinematics.packed import PackedMeasures
from rehabkit.kinematics.phases import LEAST_MOVED_DEG
from rehabkit.kinematics.symmetry import difference, symmetry_index
from rehabkit.kinematics.timing import Cycle, frames_of, timing_measures, variation
from rehabkit.kinematics.types import Kinematics, Measure, Measures
from rehabkit.recording import Recording, side_of, without_side
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES

_AVERAGED: Final = (
    "max", "min", "range", "mean", "peak_velocity", "time_to_peak", "sparc", "ldj", "distance",
    "plane_deviation",
)  # fmt: skip
_TIMES: Final = ("duration", "out_duration", "hold", "back_duration", "tempo")
MOST_COURSES: Final = 100
"""Courses of left and right that are compared at most; of more, this many evenly spread ones."""
NO_REPETITION: Final = "no counted repetition of that side"


def repetition_measures(
    recording: Recording, kinematics: Kinematics, repetition: Cycle
) -> Measures:
    """Every measure of one repetition, by name.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints.
    kinematics
        Its angles, on the same time line.
    repetition
        The frames of [start_s, end_s) are measured.

    Returns
    -------
    Mapping
        Name -> Measure. What cannot be had is there, with value None and its reason.

    Raises
    ------
    RehabkitError
        If the recording is not on canonical joints.
    """
    _check(recording)
    frames = frames_of(recording.time, repetition.start_s, repetition.end_s)
    found = (
        timing_measures(repetition)
        | angle_measures(kinematics, repetition)
        | joint_measures(recording, frames)
    )
    return PackedMeasures(_with_errors(found, kinematics.measure_errors))


def _with_errors(measures: dict[str, Measure], rows: Sequence[Row]) -> Measures:
    """Measures that are no angles with the error that a table gives them."""
    if not rows:
        return measures
    return {name: _with_error(measure, rows) for name, measure in measures.items()}


def _with_error(measure: Measure, rows: Sequence[Row]) -> Measure:
    subject, dot, statistic = measure.name.partition(".")
    bare = f"{without_side(subject)}{dot}{statistic}"
    fitting = (row.trust.error_deg for row in rows if row.fits_measure(bare, measure.unit))
    error = next(fitting, None)
    if error is None or measure.value is None:
        return measure
    return replace(measure, error=error)


def _check(recording: Recording) -> None:
    if recording.skeleton.name != "canonical":
        raise RehabkitError(
            f"Measures need canonical joints, found skeleton {recording.skeleton.name!r}. "
            "Clean the recording first: signals.clean.clean(recording)."
        )


def recording_measures(
    recording: Recording,
    kinematics: Kinematics,
    repetitions: Sequence[Cycle],
    per_repetition: Sequence[Measures],
) -> dict[str, Measure]:
    """Means over the counted repetitions, their variation, and left against right.

    A sided figure is averaged over the repetitions of its own side and of both; an unsided one
    over all. ``<angle>.difference``, ``.symmetry_index`` and ``.dtw_sides`` compare the range and
    the course of left and right; an axial angle compares its left with its right repetitions.
    """
    _check(recording)
    if len(repetitions) != len(per_repetition):
        raise RehabkitError(
            f"Expected measures for each of {len(repetitions)} repetitions, found "
            f"{len(per_repetition)}."
        )
    out = _times(per_repetition) | _means(repetitions, per_repetition)
    out |= _sides(kinematics, repetitions, per_repetition, out)
    return out | _whole_balance(recording, repetitions)


def _values(per_repetition: Sequence[Measures], name: str) -> list[float]:
    found = (measures.get(name) for measures in per_repetition)
    return [m.value for m in found if m is not None and m.value is not None]


def _times(per_repetition: Sequence[Measures]) -> dict[str, Measure]:
    """Mean durations and tempo, and how much duration and tempo vary (%)."""
    out = {}
    for name in _TIMES:
        values = _values(per_repetition, name)
        unit, label = ("1", "Tempo, way out to way back") if name == "tempo" else ("s", _time(name))
        mean = float(np.mean(values)) if values else None
        reason = "" if values else "no counted repetition"
        error = next((m[name].error for m in per_repetition if name in m), None)
        out[name] = Measure(name, mean, unit, f"{label}, mean", error if values else None, reason)
    for name in ("duration", "tempo"):
        spread = variation(_values(per_repetition, name))
        reason = "" if spread is not None else "fewer than three repetitions"
        key = f"{name}_variation"
        label = f"{_time(name)}: variation between repetitions"
        out[key] = Measure(key, spread, "%", label, reason=reason)
    return out


def _time(name: str) -> str:
    words = {"out_duration": "Way out", "back_duration": "Way back", "hold": "Hold"}
    return words.get(name, name.capitalize())


def _of_side(
    repetitions: Sequence[Cycle], per_repetition: Sequence[Measures], side: str | None
) -> list[Measures]:
    """Measures of the repetitions in which ``side`` took part; all of them for None."""
    return [
        measures
        for repetition, measures in zip(repetitions, per_repetition, strict=True)
        if side is None or repetition.side in (side, "both", "none")
    ]


def _means(repetitions: Sequence[Cycle], per_repetition: Sequence[Measures]) -> dict[str, Measure]:
    """Mean of each measure over its side's repetitions; standard deviation of the ranges."""
    out = {}
    for name, example in (per_repetition[0] if per_repetition else {}).items():
        subject, _, statistic = name.partition(".")
        if statistic not in _AVERAGED:
            continue
        chosen = _of_side(repetitions, per_repetition, side_of(subject))
        values = _values(chosen, name)
        label = f"{example.label}, mean of {len(values)} repetitions"
        if not values:
            reason = next((m[name].reason for m in chosen if name in m), NO_REPETITION)
            out[name] = Measure(name, None, example.unit, example.label, reason=reason)
            continue
        error = next((m[name].error for m in chosen if m[name].value is not None), None)
        out[name] = Measure(name, float(np.mean(values)), example.unit, label, error)
        if statistic == "range":
            out |= _spread(name, example, values)
    return out


def _spread(name: str, example: Measure, values: list[float]) -> dict[str, Measure]:
    key = f"{name}_sd"
    label = f"{example.label}, standard deviation between repetitions"
    few = len(values) < 3
    value = None if few else float(np.std(values, ddof=1))
    return {
        key: Measure(key, value, example.unit, label,
                     reason="fewer than three repetitions" if few else "")
    }  # fmt: skip


def _sides(
    kinematics: Kinematics,
    repetitions: Sequence[Cycle],
    per_repetition: Sequence[Measures],
    means: Measures,
) -> dict[str, Measure]:
    """Left against right for every sided angle and joint, and for axial angles by side."""
    out: dict[str, Measure] = {}
    for name in means:
        subject, _, statistic = name.partition(".")
        if statistic in ("range", "distance") and side_of(subject) == "left":
            bare = without_side(subject)
            out |= _compare(bare, means[name], means.get(f"{bare}_right.{statistic}"))
            if statistic == "range":
                out |= _courses(kinematics, repetitions, bare, means)
        elif statistic == "range" and side_of(subject) is None:
            pair = [_axial(name, repetitions, per_repetition, s) for s in ("left", "right")]
            if pair[0] is not None and pair[1] is not None:
                out |= _compare(subject, pair[0], pair[1])
    return out


def _axial(
    name: str, repetitions: Sequence[Cycle], per_repetition: Sequence[Measures], side: str
) -> Measure | None:
    """Mean of an axial angle's range over the repetitions to one side."""
    chosen = [
        m for r, m in zip(repetitions, per_repetition, strict=True) if r.side == side and name in m
    ]
    values = _values(chosen, name)
    if not values:
        return None
    return Measure(name, float(np.mean(values)), chosen[0][name].unit, error=chosen[0][name].error)


def _compare(bare: str, left: Measure, right: Measure | None) -> dict[str, Measure]:
    """Difference and symmetry index of one figure on the two sides."""
    what = "distance moved" if left.unit == "m" else "range of movement"
    title = f"{label_of(bare)}: {what}, left minus right"
    index_title = f"{label_of(bare)}: symmetry index of the {what}"
    names = (f"{bare}.difference", f"{bare}.symmetry_index")
    if left.value is None or right is None or right.value is None:
        missing = "left" if left.value is None else "right"
        why = (left if left.value is None else right or left).reason or NO_REPETITION
        reason = f"{missing} side: {why}"
        return {
            names[0]: Measure(names[0], None, left.unit, title, reason=reason),
            names[1]: Measure(names[1], None, "%", index_title, reason=reason),
        }
    error = None
    if left.error is not None and right.error is not None:
        error = float(np.hypot(left.error, right.error))
    index = symmetry_index(left.value, right.value)
    reason = "" if index is not None else "neither side moved"
    gap = difference(left.value, right.value)
    return {
        names[0]: Measure(names[0], gap, left.unit, title, error),
        names[1]: Measure(names[1], index, "%", index_title, reason=reason),
    }


def _courses(
    kinematics: Kinematics, repetitions: Sequence[Cycle], bare: str, means: Measures
) -> dict[str, Measure]:
    """Mean DTW distance between the courses of left and right, deg, where either side moved.

    Repetitions of both sides compare the two sides at the same time; one-sided ones are paired
    in their order, first left with first right. Of more than ``MOST_COURSES`` pairs so many are
    compared, evenly spread over the recording, and the label says so.
    """
    name = f"{bare}.dtw_sides"
    label = f"{label_of(bare)}: course of left against right (DTW)"
    ranges = [m.value for s in SIDES if (m := means.get(f"{bare}_{s}.range")) is not None]
    if max((r for r in ranges if r is not None), default=0.0) < LEAST_MOVED_DEG:
        reason = f"neither side moved by {LEAST_MOVED_DEG:.0f} deg"
        return {name: Measure(name, None, "deg", label, reason=reason)}
    pairs = _side_pairs(repetitions)
    if len(pairs) > MOST_COURSES:
        label += f", {MOST_COURSES} of {len(pairs)} repetitions"
        pairs = [pairs[k] for k in np.linspace(0, len(pairs) - 1, MOST_COURSES).round().astype(int)]
    curves = [
        (_curve(kinematics, f"{bare}_left", a), _curve(kinematics, f"{bare}_right", b))
        for a, b in pairs
    ]
    seen = [(a, b) for a, b in curves if a is not None and b is not None]
    if seen:
        distances = dtw_distances(np.array([a for a, _ in seen]), np.array([b for _, b in seen]))
        return {name: Measure(name, float(distances.mean()), "deg", label)}
    reason = "not seen throughout on both sides" if pairs else "no repetitions of both sides"
    return {name: Measure(name, None, "deg", label, reason=reason)}


def _side_pairs(repetitions: Sequence[Cycle]) -> list[tuple[Cycle, Cycle]]:
    together = [(r, r) for r in repetitions if r.side in ("both", "none")]
    left = [r for r in repetitions if r.side == "left"]
    right = [r for r in repetitions if r.side == "right"]
    return together + list(zip(left, right, strict=False))


def _curve(kinematics: Kinematics, name: str, repetition: Cycle) -> Float | None:
    """(100,) deg: the angle over a repetition; None where it is not seen well enough."""
    angle = kinematics.angles.get(name)
    if angle is None or not angle.measurable:
        return None
    values = angle.values[frames_of(kinematics.time, repetition.start_s, repetition.end_s)]
    seen = np.isfinite(values)
    if len(values) < 3 or seen.mean() < LEAST_SEEN:
        return None
    at = np.arange(len(values))
    return even_samples(np.interp(at, at[seen], values[seen]))


def _whole_balance(recording: Recording, repetitions: Sequence[Cycle]) -> dict[str, Measure]:
    """Balance from the first repetition's start to the last one's end."""
    if not repetitions:
        return {}
    start, end = min(r.start_s for r in repetitions), max(r.end_s for r in repetitions)
    return balance_measures(recording, frames_of(recording.time, start, end))
