"""How repeatable each measure is: within one recording, and over sessions of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.comparison.readings import (
    Reading,
    curves,
    name_of,
    readings,
    same_exercise,
    telling,
    unusable,
    words,
)
from rehabkit.errors import RehabkitError, choices
from rehabkit.kinematics.reliability import (
    BlandAltman,
    Interval,
    bland_altman,
    mdc95,
    pooled_within,
    within,
)
from rehabkit.kinematics.waveforms import cmc_between, cmc_within
from rehabkit.report.analysis import Analysis

FEWEST: Final = 3
"""Repetitions below which a spread says nothing."""
NO_ICC: Final = (
    "An ICC compares the differences between people with those within them: it needs several "
    "people (--table subjects.csv) and cannot be had from one."
)


@dataclass(frozen=True)
class Repeatability:
    """One measure, a row of the table; figures that cannot be had are NaN beside ``reason``.

    Parameters
    ----------
    n, mean, sd
        Repetitions, and their mean and standard deviation (of several sessions: pooled within).
    sem
        Standard error of measurement: of one repetition (within), or of a session's mean.
    mdc95
        1.96 sqrt(2) SEM.
    sem_of_mean
        SEM of the mean of all repetitions, sd / sqrt(n); within one recording only.
    variation_percent
        sd over the mean.
    cmc
        Of the angle's curves (Kadaba 1989; within one session, or between sessions).
    sensor_error
        From the table of errors, with ``error_source``: what repetitions cannot show.
    sessions
        Mean of each session; one for a single recording.
    agreement
        Bland-Altman of two sessions, repetition by repetition in their order.
    """

    key: str
    label: str
    unit: str
    n: int
    mean: float
    sd: float
    sem: Interval
    mdc95: float
    sem_of_mean: float
    variation_percent: float
    cmc: float
    sensor_error: float | None
    error_source: str
    sessions: tuple[float, ...]
    agreement: BlandAltman | None = None
    pairs: tuple[tuple[float, float], ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class ReliabilityTable:
    """What ``rehabkit reliability`` says of the repetitions of one person."""

    kind: str
    names: tuple[str, ...]
    exercise: str
    rows: tuple[Repeatability, ...]
    shown: tuple[str, ...]
    notes: tuple[str, ...]


def within_session(analysis: Analysis) -> ReliabilityTable:
    """SEM, MDC95 and CMC from the repetitions of one recording.

    What varies between repetitions is the movement and the sensor's noise together; what a sensor
    gets wrong in the same way every time does not show.
    """
    rows = tuple(_within(analysis, reading) for reading in readings(analysis).values())
    _some(rows, [analysis])
    notes = [
        NO_ICC,
        "From the repetitions of one recording: how a person differs from day to day, and what the "
        "sensor gets wrong every time, is not in these figures.",
    ]
    why = unusable(analysis)
    if why:
        notes.insert(0, f"The recording is not usable: {why}.")
    exercise = analysis.exercise.name if analysis.exercise else ""
    keys = telling([row.key for row in rows], analysis)
    return ReliabilityTable("within", (name_of(analysis),), exercise, rows, tuple(keys),
                            tuple(notes))  # fmt: skip


def _some(rows: Sequence[Repeatability], analyses: Sequence[Analysis]) -> None:
    if not rows:
        why = "; ".join(f"{name_of(a)}: {unusable(a)}" for a in analyses)
        raise RehabkitError(f"Expected repetitions, found none: {why}.")


def _within(analysis: Analysis, reading: Reading) -> Repeatability:
    sd, n = within(reading.values)
    enough = n >= FEWEST
    reason = reading.reason
    if n and not enough:
        reason = f"{n} of at least {FEWEST} repetitions"
    sem = _interval(sd, n - 1) if enough else Interval(nan, nan, nan)
    return Repeatability(
        reading.key, reading.label, reading.unit, n, reading.mean, sd if enough else nan, sem,
        mdc95(sem.value), sem.value / sqrt(n) if n else nan,
        _share(sd if enough else nan, reading.mean), _cmc(analysis, reading),
        reading.error, reading.error_source, (reading.mean,), reason=reason,
    )  # fmt: skip


def _interval(sem: float, freedom: int) -> Interval:
    """A standard deviation with its 95 % interval (chi-square, normal readings)."""
    from scipy.stats import chi2

    if freedom < 1 or not isfinite(sem):
        return Interval(nan, nan, nan)
    low, high = (sem * sqrt(freedom / float(chi2.ppf(p, freedom))) for p in (0.975, 0.025))
    return Interval(sem, low, high)


def _share(sd: float, mean: float) -> float:
    return 100 * sd / abs(mean) if mean else nan


def _angle_of(reading: Reading) -> tuple[str, str | None]:
    name, _, side = reading.key.partition("@")
    return name.partition(".")[0], side or None


def _cmc(analysis: Analysis, reading: Reading) -> float:
    """Of the curves of the angle whose range or extreme this is."""
    angle, side = _angle_of(reading)
    if angle not in analysis.kinematics.angles or not analysis.kinematics[angle].measurable:
        return nan
    found = curves(analysis, angle, side)
    return cmc_within(found) if len(found) > 1 else nan


def over_sessions(analyses: Sequence[Analysis]) -> ReliabilityTable:
    """SEM, MDC95, CMC and Bland-Altman of two or more recordings of one person.

    The SEM of a session is the standard deviation of the sessions' means, with its interval: with
    two sessions it rests on a single difference. Bland-Altman pairs repetitions in their order.

    Raises
    ------
    RehabkitError
        With fewer than two recordings, of different exercises, or of people that the files name
        differently.
    """
    _check(analyses)
    tables = [readings(a) for a in analyses]
    keys = list(dict.fromkeys(key for table in tables for key in table))
    rows = tuple(_between(key, [t.get(key) for t in tables], analyses) for key in keys)
    _some(rows, analyses)
    exercise = next((a.exercise.name for a in analyses if a.exercise), "")
    return ReliabilityTable(
        "sessions", _names(analyses), exercise, rows, tuple(telling(keys, *analyses)),
        tuple(_session_notes(analyses)),
    )  # fmt: skip


def _check(analyses: Sequence[Analysis]) -> None:
    if len(analyses) < 2:
        raise RehabkitError(f"Expected two recordings or more, found {len(analyses)}.")
    same_exercise(*analyses)
    people = {a.recording.subject.id for a in analyses} - {""}
    if len(people) > 1:
        raise RehabkitError(
            f"Expected recordings of one person, found {choices(people)} in the files. For several "
            "people give --table subjects.csv with the columns path, subject, session."
        )


def _names(analyses: Sequence[Analysis]) -> tuple[str, ...]:
    names = [name_of(a) for a in analyses]
    return tuple(f"{n} ({i})" if names.count(n) > 1 else n for i, n in enumerate(names, 1))


def _session_notes(analyses: Sequence[Analysis]) -> list[str]:
    notes = [NO_ICC]
    count = len(analyses)
    if count == 2:
        notes.append("Two sessions give one difference: the interval of the SEM is wide.")
        notes.append(
            "Bland-Altman pairs repetitions in their order: of two sensors these are the same "
            "movements, of two days they are not, and the limits then hold their spread too."
        )
    sensors = sorted({a.kinematics.sensor for a in analyses})
    if len(sensors) > 1:
        notes.append(f"Different sensors ({', '.join(sensors)}): their offset is in the SEM.")
    for analysis in analyses:
        why = unusable(analysis)
        if why:
            notes.append(f"{name_of(analysis)} is not usable: {why}.")
    return notes


def _between(
    key: str, found: Sequence[Reading | None], analyses: Sequence[Analysis]
) -> Repeatability:
    known = [r for r in found if r is not None and r.n]
    example = next(r for r in found if r is not None)
    means = tuple(r.mean if r is not None else nan for r in found)
    sd, freedom = pooled_within([r.values for r in known])
    some = np.array([m for m in means if isfinite(m)])
    sem = _interval(float(some.std(ddof=1)) if len(some) > 1 else nan, len(some) - 1)
    reason = "" if len(some) == len(means) else _missing(found, analyses)
    pairs = _pairs(found)
    return Repeatability(
        key, example.label or words(key), example.unit, freedom + len(known),
        float(some.mean()) if len(some) else nan, sd, sem, mdc95(sem.value), nan,
        _share(sem.value, float(some.mean()) if len(some) else nan),
        _cmc_between(example, analyses), example.error, example.error_source, means,
        bland_altman(*pairs.T) if len(pairs) >= FEWEST else None,
        tuple((float(a), float(b)) for a, b in pairs), reason,
    )  # fmt: skip


def _missing(found: Sequence[Reading | None], analyses: Sequence[Analysis]) -> str:
    names = [name_of(a) for r, a in zip(found, analyses, strict=True) if r is None or not r.n]
    reason = next((r.reason for r in found if r is not None and r.reason), "not measured")
    return f"{', '.join(names)}: {reason}"


def _pairs(found: Sequence[Reading | None]) -> NDArray[np.float64]:
    """(pairs, 2) repetitions of two sessions in their order; none for more sessions."""
    if len(found) != 2 or found[0] is None or found[1] is None:
        return np.empty((0, 2))
    least = min(found[0].n, found[1].n)
    return np.stack([found[0].values[:least], found[1].values[:least]], axis=1)


def _cmc_between(reading: Reading, analyses: Sequence[Analysis]) -> float:
    """Kadaba's between-session CMC over as many repetitions as every session has."""
    angle, side = _angle_of(reading)
    if any(angle not in a.kinematics or not a.kinematics[angle].measurable for a in analyses):
        return nan
    each = [curves(a, angle, side) for a in analyses]
    least = min(len(c) for c in each)
    return cmc_between(np.stack([c[:least] for c in each])) if least > 1 else nan
