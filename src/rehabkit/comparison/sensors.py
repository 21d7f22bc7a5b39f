"""Two sensors that saw the same movement: their curves and their measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.comparison.readings import (
    curves,
    filled,
    name_of,
    same_exercise,
    shown_angles,
    takes_part,
    unusable,
)
from rehabkit.errors import RehabkitError
from rehabkit.kinematics.angle_measures import label_of
from rehabkit.kinematics.reliability import BlandAltman, bland_altman, rmse
from rehabkit.kinematics.waveforms import cmc_protocols
from rehabkit.recording import side_of, without_side
from rehabkit.repetitions.cycles import normalised
from rehabkit.repetitions.types import Repetition
from rehabkit.report.analysis import Analysis
from rehabkit.report.words import count

NEAR_S: Final = 0.6
"""Repetitions of two sensors are the same where their peaks lie this near after shifting."""
MOST_STRETCHED: Final = 1.25
LEAST_ALIKE: Final = 0.7
_STATISTICS: Final = ("range", "max")


@dataclass(frozen=True, eq=False)
class CurveAgreement:
    """One angle over 0-100 % of the same repetitions in both sensors.

    ``curves`` is (2, repetitions, 101) deg, complete ones only; ``offset`` the mean of second
    minus first; ``measures`` Bland-Altman of range and maximum where there are three repetitions.
    """

    angle: str
    label: str
    curves: NDArray[np.float64]
    rmse: float
    rmse_without_offset: float
    correlation: float
    cmc: float
    offset: float
    measures: dict[str, BlandAltman]
    pairs: dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Agreement:
    """Two sensors; ``refused`` holds (angle in words, why) of what one of them cannot measure."""

    names: tuple[str, str]
    sensors: tuple[str, str]
    exercise: str
    rows: tuple[CurveAgreement, ...]
    shown: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    repetitions: int
    notes: tuple[str, ...]


def compare_sensors(first: Analysis, second: Analysis) -> Agreement:
    """Angles of two recordings of one movement, repetition by repetition.

    Raises
    ------
    RehabkitError
        Of different exercises, or where no repetition of one is one of the other.
    """
    same_exercise(first, second)
    matched = match(first.segmentation.repetitions, second.segmentation.repetitions)
    if not matched:
        counts = [len(a.segmentation.repetitions) for a in (first, second)]
        raise RehabkitError(
            "Expected repetitions that both sensors saw, found no match between "
            f"{counts[0]} in {name_of(first)} and {counts[1]} in {name_of(second)}."
        )
    rows, refused = [], []
    for name in first.kinematics.angles:
        why = _why_not(name, first, second)
        if why:
            refused.append((label_of(name), why))
            continue
        row = _angle(name, first, second, matched)
        if row is None:
            refused.append((label_of(name), "not seen in whole repetitions by both"))
        else:
            rows.append(row)
    exercise = next((a.exercise.name for a in (first, second) if a.exercise), "")
    return Agreement(
        (name_of(first), name_of(second)),
        (first.kinematics.sensor, second.kinematics.sensor), exercise, tuple(rows),
        tuple(_shown(rows, first, second)), tuple(refused), len(matched),
        (*_notes(first, second, len(matched)), *_doubts(rows, matched)),
    )  # fmt: skip


def match(
    first: Sequence[Repetition], second: Sequence[Repetition]
) -> list[tuple[Repetition, Repetition]]:
    """Pairs of the same repetition: after the shift of clocks that brings most of them together.

    Where no shift brings more than one together and the counts are equal, in their order: clocks
    may run at different rates.
    """
    best: list[tuple[Repetition, Repetition]] = []
    for a in first:
        for b in second:
            found = _near(first, second, b.peak_s - a.peak_s)
            if len(found) > len(best):
                best = found
    if len(first) == len(second) and len(best) < len(first):
        return list(zip(first, second, strict=True))
    return best


def _near(
    first: Sequence[Repetition], second: Sequence[Repetition], shift_s: float
) -> list[tuple[Repetition, Repetition]]:
    pairs = []
    for a in first:
        near = [b for b in second if abs(b.peak_s - shift_s - a.peak_s) < NEAR_S]
        if near:
            pairs.append((a, min(near, key=lambda b: abs(b.peak_s - shift_s - a.peak_s))))
    return pairs


def _why_not(name: str, first: Analysis, second: Analysis) -> str:
    for analysis in (first, second):
        angle = analysis.kinematics.angles.get(name)
        if angle is None or not angle.measurable:
            reason = "not measured" if angle is None else angle.reason or "not measurable"
            return f"{analysis.kinematics.sensor}: {reason}"
    return ""


def _angle(
    name: str, first: Analysis, second: Analysis, matched: Sequence[tuple[Repetition, Repetition]]
) -> CurveAgreement | None:
    mine = [(a, b) for a, b in matched if takes_part(a, side_of(name))] or matched
    both = []
    for a, b in mine:
        curve_a, curve_b = (
            filled(normalised(x.kinematics[name].values, x.kinematics.time, r))
            for x, r in ((first, a), (second, b))
        )
        if curve_a is not None and curve_b is not None:
            both.append((curve_a, curve_b))
    if not both:
        return None
    found = np.swapaxes(np.array(both), 0, 1)
    offset = float((found[1] - found[0]).mean())
    pairs = {s: _statistic(found, s) for s in _STATISTICS}
    return CurveAgreement(
        name, label_of(name), found, rmse(found[0], found[1]),
        rmse(found[0] + offset, found[1]), _correlation(found), cmc_protocols(found), offset,
        {s: bland_altman(*p.T) for s, p in pairs.items() if len(p) > 2}, pairs,
    )  # fmt: skip


def _statistic(found: NDArray[np.float64], statistic: str) -> NDArray[np.float64]:
    """(repetitions, 2) range or maximum of each curve."""
    values = np.ptp(found, axis=2) if statistic == "range" else found.max(axis=2)
    return np.asarray(values.T)


def _correlation(found: NDArray[np.float64]) -> float:
    a, b = found[0].ravel(), found[1].ravel()
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else nan


def _shown(rows: Sequence[CurveAgreement], *analyses: Analysis) -> list[str]:
    """The exercise's angles, then those that moved most, at most eight."""
    first = shown_angles(*analyses)
    moved = sorted(rows, key=lambda r: -float(np.ptp(r.curves[0], axis=1).mean()))
    names = [r.angle for base in first for r in rows if without_side(r.angle) == base]
    return list(dict.fromkeys([*names, *(r.angle for r in moved)]))[:8]


def _notes(first: Analysis, second: Analysis, matched: int) -> list[str]:
    notes = []
    counts = [len(a.segmentation.repetitions) for a in (first, second)]
    if matched < max(counts):
        notes.append(
            f"In both: {count(matched, 'repetition')}, of {counts[0]} and {counts[1]} counted."
        )
    if first.kinematics.sensor == second.kinematics.sensor:
        notes.append(f"Both recordings are of the same kind of sensor ({first.kinematics.sensor}).")
    for analysis in (first, second):
        why = unusable(analysis)
        if why:
            notes.append(f"{name_of(analysis)} is not usable: {why}.")
    return notes


def _doubts(
    rows: Sequence[CurveAgreement], matched: Sequence[tuple[Repetition, Repetition]]
) -> list[str]:
    """Signs that the two recordings are not of one movement, or were cut differently."""
    notes = []
    lengths = [(a.end_s - a.start_s) / (b.end_s - b.start_s) for a, b in matched]
    if not 1 / MOST_STRETCHED < float(np.median(lengths)) < MOST_STRETCHED:
        notes.append(
            f"The repetitions last {float(np.median(lengths)):.1f} times as long in the first: "
            "they may not be the same, or one sensor's clock is not known. Name the exercise, or "
            "put both on one clock first (rehabkit sync)."
        )
    known = [r.correlation for r in rows if np.isfinite(r.correlation)]
    if known and max(known) < LEAST_ALIKE:
        notes.append("No curve of the one resembles the other's: this is hardly one movement.")
    return notes


__all__ = ["Agreement", "CurveAgreement", "compare_sensors", "curves", "match"]
