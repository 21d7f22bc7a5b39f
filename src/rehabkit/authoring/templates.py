"""Healthy templates from recordings of many people: person by person, then over people.

Every person counts once, however many repetitions were recorded: curves and figures are averaged
within a person first. How far a healthy person is from the others' curve is measured without that
person's own curve in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from rehabkit.assessment.criteria import (
    Figure,
    compared_courses,
    course_figure,
    course_norm,
    figures,
)
from rehabkit.assessment.healthy import involved_norm
from rehabkit.assessment.readings import Case, read, sides_of
from rehabkit.errors import RehabkitError
from rehabkit.exercises.exercise import Compared, Exercise
from rehabkit.recording.arrays import Float
from rehabkit.templates.courses import Course, courses, distance_courses
from rehabkit.templates.types import Curve, Norm, Template

FEWEST_PEOPLE: Final = 5


@dataclass(frozen=True, eq=False)
class Sample:
    """What one recording of one person gives a template, repetition by repetition.

    ``courses`` are those of every angle that an exercise compares with this template; ``drawn``
    holds curves with their unit, ``involved`` values of involved joints, each by its key.
    """

    subject: str
    case: Case
    figures: tuple[tuple[Figure, ...], ...]
    courses: tuple[tuple[tuple[Course, Compared], ...], ...]
    drawn: Mapping[str, tuple[str, list[Float]]] = field(default_factory=dict)
    involved: Mapping[str, list[float]] = field(default_factory=dict)


def sample(subject: str, case: Case, exercise: Exercise, users: Sequence[Exercise]) -> Sample:
    """Curves and figures of a recording of ``exercise``.

    Parameters
    ----------
    users
        All exercises that are compared with this one's healthy people, itself among them.
    """
    numbers = range(len(case.repetitions))
    compared = {(c.angle, c.towards): c for user in users for c in user.compared}
    return Sample(
        subject, case,
        tuple(tuple(figures(case, exercise, i)) for i in numbers),
        tuple(tuple(compared_courses(case, compared.values(), i)) for i in numbers),
        _drawn(case, users),
        _involved(case, users),
    )  # fmt: skip


def _drawn(case: Case, users: Sequence[Exercise]) -> dict[str, tuple[str, list[Float]]]:
    """Key -> unit and one curve a repetition and side: angles that reports draw, and distances."""
    names = dict.fromkeys(
        name
        for user in users
        for name in (
            *user.shown, *(p.angle for p in user.primary), *(c.angle for c in user.compared),
        )
    )  # fmt: skip
    out: dict[str, tuple[str, list[Float]]] = {}
    for repetition in case.repetitions:
        for course in courses(case.kinematics, repetition, names):
            out.setdefault(course.key, ("deg", []))[1].append(course.values)
        if case.recording.positions is None:
            continue
        frames = case.frames(repetition)
        ways = distance_courses(case.recording, frames, repetition, case.body_size_m)
        for course in ways:
            out.setdefault(course.key, ("body", []))[1].append(course.values)
    return out


def _involved(case: Case, users: Sequence[Exercise]) -> dict[str, list[float]]:
    """Norm's name -> values of every repetition and side."""
    out: dict[str, list[float]] = defaultdict(list)
    wanted = dict.fromkeys((i.signal, i.statistic) for user in users for i in user.involved)
    for signal, statistic in wanted:
        for index, repetition in enumerate(case.repetitions):
            for side in sides_of(signal, repetition):
                value = read(case, signal, side, index, statistic).value
                if value is not None:
                    out[involved_norm(signal, statistic)].append(value)
    return dict(out)


def build(exercise: str, samples: Sequence[Sample], source: str, sensor: str) -> Template:
    """One template from the samples of many people.

    Raises
    ------
    RehabkitError
        With fewer than five people.
    """
    people = sorted({s.subject for s in samples if s.figures})
    if len(people) < FEWEST_PEOPLE:
        raise RehabkitError(
            f"Expected at least {FEWEST_PEOPLE} people with repetitions of {exercise}, found "
            f"{len(people)}."
        )
    persons = _person_curves(samples)
    curves = {key: _over_people(unit, each) for key, (unit, each) in persons.items()
              if len(each) >= FEWEST_PEOPLE}  # fmt: skip
    norms = _norms(_figure_values(samples)) | _norms(_plain(_involved_values(samples)))
    norms |= _norms(_course_values(samples, persons))
    count = sum(len(s.figures) for s in samples)
    return Template(exercise, source, sensor, len(people), count, curves, norms)


def _person_curves(samples: Sequence[Sample]) -> dict[str, tuple[str, dict[str, Float]]]:
    """Key -> unit and subject -> that person's mean curve, where it is seen throughout."""
    found: dict[str, tuple[str, dict[str, list[Float]]]] = {}
    for one in samples:
        for key, (unit, curves) in one.drawn.items():
            found.setdefault(key, (unit, {}))[1].setdefault(one.subject, []).extend(curves)
    out: dict[str, tuple[str, dict[str, Float]]] = {}
    for key, (unit, people) in found.items():
        means = {subject: _mean(curves) for subject, curves in people.items()}
        out[key] = unit, {s: m for s, m in means.items() if np.isfinite(m).all()}
    return out


def _mean(curves: Sequence[Float]) -> Float:
    values = np.array(curves, dtype=np.float64)
    seen = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(seen, values, 0.0).sum(axis=0) / seen.sum(axis=0))


def _over_people(unit: str, people: Mapping[str, Float], without: str = "") -> Curve:
    values = np.array([curve for subject, curve in people.items() if subject != without])
    return Curve(values.mean(axis=0), values.std(axis=0, ddof=1), unit, len(values))


Values = dict[str, dict[str, list[tuple[float, float]]]]
"""Norm's name -> subject -> (value on the scale where larger is worse, value as people read it)."""


def _figure_values(samples: Sequence[Sample]) -> Values:
    out: Values = defaultdict(lambda: defaultdict(list))
    for one in samples:
        for each in one.figures:
            for figure in each:
                out[figure.norm][one.subject].append((figure.worse, figure.value))
    return out


def _involved_values(samples: Sequence[Sample]) -> dict[str, dict[str, list[float]]]:
    out: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in samples:
        for name, values in one.involved.items():
            out[name][one.subject].extend(values)
    return out


def _plain(found: Mapping[str, Mapping[str, Sequence[float]]]) -> Values:
    """Figures that have no worse side of their own."""
    return {
        name: {subject: [(v, v) for v in values] for subject, values in people.items()}
        for name, people in found.items()
    }


def _course_values(
    samples: Sequence[Sample], persons: Mapping[str, tuple[str, Mapping[str, Float]]]
) -> Values:
    """Each person's departures from the curve of all the others."""
    out: Values = defaultdict(lambda: defaultdict(list))
    others = _memory(lambda key, subject: _others(persons, key, subject))
    for one in samples:
        for index, each in enumerate(one.courses):
            for course, compared in each:
                curve = others(course.key, one.subject)
                if curve is None:
                    continue
                figure = course_figure(one.case, course, compared, curve, index)
                name = course_norm(course, compared)
                out[name][one.subject].append((figure.worse, figure.worse))
    return out


def _others(
    persons: Mapping[str, tuple[str, Mapping[str, Float]]], key: str, subject: str
) -> Curve | None:
    unit, people = persons.get(key, ("deg", {}))
    if len(people) - (subject in people) < FEWEST_PEOPLE:
        return None
    return _over_people(unit, people, without=subject)


def _memory(make: Callable[[str, str], Curve | None]) -> Callable[[str, str], Curve | None]:
    kept: dict[tuple[str, str], Curve | None] = {}

    def get(key: str, subject: str) -> Curve | None:
        if (key, subject) not in kept:
            kept[key, subject] = make(key, subject)
        return kept[key, subject]

    return get


def _norms(found: Values) -> dict[str, Norm]:
    out = {}
    for name, people in found.items():
        pairs = [np.array(values) for values in people.values() if values]
        pairs = [p[np.isfinite(p).all(axis=1)] for p in pairs]
        pairs = [p for p in pairs if len(p)]
        if len(pairs) >= FEWEST_PEOPLE:
            out[name] = _norm(pairs)
    return out


def _norm(people: Sequence[Float]) -> Norm:
    """Over people: each one's median; ``within`` pooled over people with several repetitions."""
    worse = np.array([np.median(p[:, 0]) for p in people])
    plain = np.array([np.median(p[:, 1]) for p in people])
    several = [p[:, 1] for p in people if len(p) > 1]
    free = sum(len(p) - 1 for p in several)
    squares = sum(float(((p - p.mean()) ** 2).sum()) for p in several)
    low, high = np.quantile(plain, [0.05, 0.95])
    return Norm(
        mean=float(worse.mean()),
        sd=max(float(worse.std(ddof=1)), 1e-3),
        low=float(low),
        high=float(high),
        within=float(np.sqrt(squares / free)) if free else 0.0,
        people=len(people),
    )
