"""What points are given for: figures of one repetition, each with its moment and its norm's name.

Completeness looks at the reach of the primary joints and the size of the driving movement,
correction at the whole course of every compared angle, smoothness at the initiation and the
reverse phase (FineRehab, section 3.3 and Table 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import Final, Literal

import numpy as np

from rehabkit.assessment.findings_joints import reach
from rehabkit.assessment.healthy import reach_norm
from rehabkit.assessment.readings import Case, sides_of
from rehabkit.exercises.exercise import Compared, Exercise, Primary
from rehabkit.exercises.parts import part_of
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.course import lag
from rehabkit.kinematics.phases import phase_measures
from rehabkit.recording.arrays import Float
from rehabkit.repetitions.types import DrivingSignal, Repetition
from rehabkit.templates.courses import Course, courses
from rehabkit.templates.types import Curve

Kind = Literal["completeness", "correction", "smoothness"]
LEAST_SPREAD_DEG: Final = 2.0
"""Healthy people are never taken to be more alike than this."""
BAND_WIDTH: Final = 2.0
"""Half width of a curve's band in standard deviations between people."""
DEPTH_CAMERAS: Final = ("kinect-v1", "kinect-v2", "azure-kinect")
EXACT: Final = ("marker", "generated")
"""Sensors whose own error is small beside a depth camera's."""
UNKNOWN_ERROR_DEG: Final = 10.0
"""Assumed of a sensor that no table of errors knows."""
PHASES: Final = ("initiation phase", "reverse phase")
_PHASE_WORDS: Final = {"out": PHASES[0], "back": PHASES[1]}
_OFFSET: Final = {"lag": 0.01, "course": 0.05}
_STATISTIC_WORDS: Final = {"max": "largest", "min": "smallest", "range": "range"}


@dataclass(frozen=True)
class Figure:
    """One figure of one repetition.

    Parameters
    ----------
    norm
        Name of healthy people's figure in ``Template.norms``.
    worse
        The figure on a scale on which larger is worse; skewed ones as logarithm.
    value, unit, at_s
        What was measured at which moment, as people read it.
    expected
        Healthy people's band where the curve itself gives it; None: the norm's.
    open_end
        Which end of the norm's band is open: ``"high"`` where more is better.
    """

    dimension: Kind
    norm: str
    label: str
    part: str
    side: str
    worse: float
    value: float
    unit: str
    at_s: float
    angle: str | None = None
    expected: tuple[float | None, float | None] | None = None
    open_end: Literal["low", "high"] = "low"

    @property
    def id(self) -> str:
        """Its norm with its side."""
        return f"{self.norm}.{self.side}" if self.side else self.norm


def figures(case: Case, exercise: Exercise, index: int) -> Iterator[Figure]:
    """Completeness and smoothness of the repetition at ``index``; what was not seen is left out."""
    yield from _extent(case, exercise, index)
    for primary in exercise.primary:
        yield from _reaches(case, exercise, primary, index)
    yield from _smoothness(case, case.repetitions[index])


def driving_signal(case: Case, repetition: Repetition) -> DrivingSignal | None:
    """The signal that cut a repetition: that of its side where there are several."""
    signals = case.segmentation.signals
    own = [s for s in signals if s.side in (repetition.side, "both", "none")]
    return next(iter([*own, *signals]), None)


def _extent(case: Case, exercise: Exercise, index: int) -> Iterator[Figure]:
    repetition = case.repetitions[index]
    signal = driving_signal(case, repetition)
    if signal is None or not exercise.primary or not np.isfinite(repetition.extent):
        return
    size, unit = repetition.extent, signal.unit
    if unit == "m":
        size, unit = 100 * size / case.body_size_m, "% of trunk and leg length"
    if np.isfinite(size):
        yield Figure(
            "completeness", f"extent.{signal.name}", f"{signal.label}: range",
            part_of(exercise.primary[0].angle), "", -size, size, unit, repetition.peak_s,
            open_end="high",
        )  # fmt: skip


def _reaches(case: Case, exercise: Exercise, primary: Primary, index: int) -> Iterator[Figure]:
    sided = ANGLES[primary.angle].sided
    sides = sides_of(primary.angle, case.repetitions[index])
    found = [(side, reach(case, primary, side, index)) for side in sides]
    seen = [(s, r.value, r.at_s) for s, r in found if r.value is not None]
    sign = 1.0 if primary.statistic == "min" else -1.0
    if sided and exercise.sides == "none" and seen:
        # One limb is asked for: the better one.
        seen = [min(seen, key=lambda found: sign * found[1])]
    for side, value, at_s in seen:
        label = f"{ANGLES[primary.angle].label}: {_STATISTIC_WORDS[primary.statistic]}"
        yield Figure(
            "completeness", reach_norm(primary), label,
            part_of(primary.angle), side, sign * value, value, "deg", at_s,
            f"{primary.angle}_{side}" if side else primary.angle,
            open_end="low" if sign > 0 else "high",
        )  # fmt: skip


def _smoothness(case: Case, repetition: Repetition) -> Iterator[Figure]:
    signal = driving_signal(case, repetition)
    if signal is None:
        return
    spans = {
        "out": (repetition.start_s, repetition.hold_start_s),
        "back": (repetition.hold_end_s, repetition.end_s),
    }
    measured = phase_measures(
        signal.time, signal.values, repetition.start_s, repetition.hold_start_s,
        repetition.hold_end_s, repetition.end_s, least_moved=0.0, unit=signal.unit,
    )  # fmt: skip
    for phase, (start, end) in spans.items():
        words, middle = _PHASE_WORDS[phase], (start + end) / 2
        off, at = lag(signal.time, signal.values, start, end)
        if off is not None:
            yield _smooth(
                f"lag.{phase}", "Departure from one smooth stroke", words, at,
                log(off + _OFFSET["lag"]), 100 * off, "% of the way",
            )  # fmt: skip
        arc = measured[phase].sparc  # type: ignore[index]
        if arc is not None:
            yield _smooth(
                f"jitter.{phase}", "Smoothness of the speed (SPARC)", words, middle, -arc, arc,
                "", "high",
            )  # fmt: skip
        pace = _pace(case, phase, end - start)
        if pace is not None:
            yield _smooth(
                f"pace.{phase}", "Length against the person's usual one", words, middle,
                abs(log(pace)), 100 * abs(pace - 1), "% off",
            )  # fmt: skip


def _smooth(
    norm: str, label: str, phase: str, at_s: float, worse: float, value: float, unit: str,
    open_end: Literal["low", "high"] = "low",
) -> Figure:  # fmt: skip
    label = f"{label}, {phase}"
    return Figure("smoothness", norm, label, phase, "", worse, value, unit, at_s, open_end=open_end)


def _pace(case: Case, phase: str, length_s: float) -> float | None:
    """Length of a phase over its median in the recording; None with fewer than three."""
    lengths = [
        r.hold_start_s - r.start_s if phase == "out" else r.end_s - r.hold_end_s
        for r in case.repetitions
    ]
    usual = float(np.median(lengths)) if len(lengths) > 2 else 0.0
    return length_s / usual if usual > 0 and length_s > 0 else None


def course_norm(course: Course, compared: Compared) -> str:
    """Name of the norm of a course's departure."""
    return f"course.{course.key}.{compared.towards}"


def compared_courses(
    case: Case, angles: Iterable[Compared], index: int
) -> Iterator[tuple[Course, Compared]]:
    """The curve of every compared angle that was seen."""
    for compared in angles:
        for course in courses(case.kinematics, case.repetitions[index], [compared.angle]):
            yield course, compared


def course_figure(
    case: Case, course: Course, compared: Compared, curve: Curve, index: int
) -> Figure:
    """How far a course is from healthy people's curve, in their standard deviations.

    ``either`` is the mean distance, ``less`` and ``more`` the mean departure to that side.
    """
    spread = np.hypot(spread_of(curve), own_error(case, course))
    z = (course.values - curve.mean) / spread
    if compared.towards == "either":
        off = float(np.nanmean(np.abs(z)))
        worse, at = log(off + _OFFSET["course"]), int(np.nanargmax(np.abs(z)))
    else:
        sign = -1.0 if compared.towards == "less" else 1.0
        worse, at = float(np.nanmean(sign * z)), int(np.nanargmax(sign * z))
    repetition = case.repetitions[index]
    share = at / (len(curve.mean) - 1)
    low, high = (curve.mean[at] + k * BAND_WIDTH * spread[at] for k in (-1, 1))
    expected = sorted((course.sign * low, course.sign * high))
    name = ANGLES[compared.angle].label
    wrong_way = {"less": -course.sign, "more": course.sign, "either": 0.0}[compared.towards]
    open_low, open_high = wrong_way > 0, wrong_way < 0
    return Figure(
        "correction", course_norm(course, compared), f"{name}: course", compared.part,
        course.side, worse, float(course.sign * course.values[at]), "deg",
        repetition.start_s + share * (repetition.end_s - repetition.start_s), course.angle,
        (None if open_low else float(expected[0]), None if open_high else float(expected[1])),
    )  # fmt: skip


def spread_of(curve: Curve) -> Float:
    """(51,) standard deviation between healthy people, never below ``LEAST_SPREAD_DEG``."""
    return np.asarray(np.hypot(curve.sd, LEAST_SPREAD_DEG))


def own_error(case: Case, course: Course) -> float:
    """Error of another kind of sensor than healthy people were recorded with, deg.

    Their spread holds a depth camera's error already; anything but markers errs differently.
    """
    if case.kinematics.sensor in (*DEPTH_CAMERAS, *EXACT):
        return 0.0
    return case.kinematics.angles[course.angle].error_deg or UNKNOWN_ERROR_DEG


def observe(
    case: Case, exercise: Exercise, index: int, curves: Mapping[str, Curve]
) -> list[Figure]:
    """All figures of one repetition; the course of an angle without a curve is left out."""
    found = list(figures(case, exercise, index))
    for course, compared in compared_courses(case, exercise.compared, index):
        curve = curves.get(course.key)
        if curve is not None:
            found.append(course_figure(case, course, compared, curve, index))
    return found
