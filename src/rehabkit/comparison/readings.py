"""``Reading``: one measure of one recording, a value a repetition, with its sensor's error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RehabkitError, choices
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.angle_measures import LEAST_SEEN
from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.reliability import MDC_FACTOR
from rehabkit.kinematics.types import Measure
from rehabkit.recording import side_of
from rehabkit.repetitions.cycles import cycles
from rehabkit.report.analysis import Analysis
from rehabkit.report.document import MeasurePart

STEADY_CLOCK: Final = "times have no constant error: that of cutting varies and is in the spread"
_OF_READING: Final = ("max", "min", "mean")
_SHOWN_ANGLES: Final = 4


class Valued(Protocol):
    """A measure, of an analysis or of its summary."""

    @property
    def value(self) -> float | None:
        """The figure, or None."""


class Sided(Protocol):
    """A repetition, of an analysis or of its summary."""

    @property
    def side(self) -> str:
        """``left``, ``right``, ``both`` or ``none``."""


M = TypeVar("M", Measure, MeasurePart)
Errors = Callable[[str, Sequence[M]], tuple[float | None, str]]


@dataclass(frozen=True, eq=False)
class Reading:
    """One measure over the repetitions of one recording.

    Parameters
    ----------
    key
        The measure's name; ``name@left`` where the repetitions of a movement to both sides are
        kept apart, because their mean would be a movement that nobody made.
    values
        (n,) in ``unit``, of the repetitions in which it could be had.
    error
        Standard error of one reading that averaging does not lessen, from the table of errors.
        None where nothing is known.
    reason
        Why there are no values.
    missing
        Repetitions in which it could not be had.
    """

    key: str
    label: str
    unit: str
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    error: float | None = None
    error_source: str = ""
    reason: str = ""
    missing: int = 0

    @property
    def n(self) -> int:
        """Repetitions with a value."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """Mean over the repetitions; NaN without any."""
        return float(self.values.mean()) if self.n else float("nan")

    @property
    def sd(self) -> float:
        """Standard deviation (n - 1) between repetitions; NaN with fewer than two."""
        return float(self.values.std(ddof=1)) if self.n > 1 else float("nan")


def readings(analysis: Analysis) -> dict[str, Reading]:
    """Every measure of a recording by its key.

    A sided measure is taken over the repetitions of its own side and of both; one without side
    over all, or over left and right ones apart where the movement goes to both sides.
    """
    pairs = zip(analysis.segmentation.repetitions, analysis.repetition_measures, strict=True)
    return gather(list(pairs), lambda name, found: _error(analysis, name, found))


def gather(
    repetitions: Sequence[tuple[Sided, Mapping[str, M]]], error: Errors[M]
) -> dict[str, Reading]:
    """Every measure by its key, of the repetitions of an analysis or of its summary.

    Parameters
    ----------
    error
        Gives the error that is the same in all repetitions, and who says so.
    """
    if not repetitions:
        return {}
    apart = {"left", "right"} <= {r.side for r, _ in repetitions}
    out: dict[str, Reading] = {}
    for name in repetitions[0][1]:
        own = side_of(name.partition(".")[0])
        if own is None and apart:
            for side in ("left", "right"):
                found = _reading(repetitions, error, name, side, exactly=True)
                out[f"{name}@{side}"] = replace(
                    found, key=f"{name}@{side}", label=f"{found.label} ({side})"
                )
        else:
            out[name] = _reading(repetitions, error, name, own)
    return out


def takes_part(repetition: Sided, side: str | None, *, exactly: bool = False) -> bool:
    """Whether a measure of ``side`` is taken over this repetition."""
    return side is None or repetition.side in ((side,) if exactly else (side, "both", "none"))


def _reading(
    repetitions: Sequence[tuple[Sided, Mapping[str, M]]], error_of: Errors[M], name: str,
    side: str | None, *, exactly: bool = False,
) -> Reading:  # fmt: skip
    found = [m[name] for r, m in repetitions if takes_part(r, side, exactly=exactly) and name in m]
    example = found[0] if found else repetitions[0][1][name]
    values = np.array([m.value for m in found if m.value is not None], dtype=np.float64)
    error, source = error_of(name, found)
    reason = ""
    if not len(values):
        reason = next((m.reason for m in found if m.reason), "no counted repetition of that side")
    return Reading(
        name, example.label or words(name), example.unit, values, error, source, reason,
        len(found) - len(values),
    )  # fmt: skip


def words(name: str) -> str:
    """A measure's name in words where its recording gives none."""
    return name.replace(".", ": ").replace("_", " ").capitalize()


def _error(analysis: Analysis, name: str, found: Sequence[Measure]) -> tuple[float | None, str]:
    """The part of a reading's error that is the same in all repetitions, and who says so."""
    subject, _, statistic = name.partition(".")
    given = [m.error for m in found if m.error is not None]
    angle = analysis.kinematics.angles.get(subject)
    if angle is not None:
        source = angle.error_source
        if statistic in _OF_READING and angle.mdc95_deg is not None:
            return angle.mdc95_deg / MDC_FACTOR, source
        return (float(np.mean(given)) if given else None), source
    if given:
        rows = analysis.kinematics.measure_errors
        source = next((r.trust.error_source for r in rows if r.trust.error_deg in given), "")
        return float(np.mean(given)), source
    return of_times(name) if found else (None, "")


def of_times(name: str) -> tuple[float | None, str]:
    """The error of a duration or tempo, which is none, and why; None for any other measure."""
    timed = name in ("duration", "out_duration", "hold", "back_duration", "tempo")
    return (0.0, STEADY_CLOCK) if timed else (None, "")


def curves(analysis: Analysis, angle: str, side: str | None = None) -> NDArray[np.float64]:
    """(repetitions, 101) deg: an angle over the repetitions of a side, complete ones only.

    A repetition of which the angle was seen for less than ``LEAST_SEEN`` is left out; short gaps
    in the others are interpolated.
    """
    mine = [r for r in analysis.segmentation.repetitions if takes_part(r, side or side_of(angle))]
    found = cycles(analysis.kinematics[angle].values, analysis.kinematics.time, mine)
    return np.array([whole for curve in found if (whole := filled(curve)) is not None]).reshape(
        -1, found.shape[1]
    )


def filled(curve: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """A curve with its gaps interpolated; None where too little of it was seen."""
    seen = np.isfinite(curve)
    if seen.mean() < LEAST_SEEN:
        return None
    at = np.arange(len(curve))
    return np.interp(at, at[seen], curve[seen])


def shown_angles(*analyses: Analysis) -> list[str]:
    """Angles without side that say most: the exercise's, else those that moved most."""
    exercise = next((a.exercise for a in analyses if a.exercise is not None), None)
    drivers = [s.name for a in analyses for s in a.segmentation.signals]
    first = analyses[0]
    return telling_angles(exercise, drivers, first.kinematics.angles, first.recording_measures)


def telling_angles(
    exercise: Exercise | None,
    drivers: Sequence[str],
    angles: Iterable[str],
    measures: Mapping[str, Valued],
) -> list[str]:
    """The few angles without side that say most of an exercise, of an analysis or a summary.

    Parameters
    ----------
    exercise
        Its primary joints and the angles it shows come first; None: the drivers, and then the
        ``angles`` that moved most by their range in ``measures``.
    """
    if exercise is not None:
        named = [*(p.angle for p in exercise.primary), *exercise.shown, *drivers]
    else:
        named = [*drivers, *_moved(angles, measures)]
    return [n for n in dict.fromkeys(named) if n in ANGLES][:_SHOWN_ANGLES]


def _moved(angles: Iterable[str], measures: Mapping[str, Valued]) -> list[str]:
    """Angles without side, the one that moved most first."""
    from rehabkit.recording import without_side

    ranges: dict[str, float] = {}
    for name in angles:
        measure = measures.get(f"{name}.range")
        if measure is not None and measure.value is not None:
            base = without_side(name)
            ranges[base] = max(ranges.get(base, 0.0), measure.value)
    return sorted(ranges, key=lambda base: -ranges[base])


def telling(keys: Sequence[str], *analyses: Analysis) -> list[str]:
    """The few measures, out of ``keys``, that a therapist looks at first."""
    return telling_keys(keys, shown_angles(*analyses))


def telling_keys(keys: Sequence[str], bases: Sequence[str]) -> list[str]:
    """The same for the angles ``bases`` (without side), the most telling first."""
    wanted = [
        f"{base}{side}.{statistic}{end}"
        for base in bases
        for side in ("", "_left", "_right")
        for statistic in ("range", "max")
        for end in ("", "@left", "@right")
    ]
    # To the left, the furthest is the smallest.
    wanted = [k.replace(".max@left", ".min@left") if is_signed(k) else k for k in wanted]
    wanted += [f"{base}.max" for base in bases]
    wanted += [f"{name}{end}" for name in ("duration", "tempo") for end in ("", "@left", "@right")]
    known = set(keys)
    return [key for key in dict.fromkeys(wanted) if key in known]


def is_signed(key: str) -> bool:
    """Whether a measure is of an angle whose sign is the side: positive to the right."""
    subject = key.partition(".")[0]
    return subject in ANGLES and ANGLES[subject].signed


def same_exercise(*analyses: Analysis) -> None:
    """Refuse recordings of different exercises: their measures mean different things."""
    named = {a.exercise.id for a in analyses if a.exercise is not None}
    if len(named) > 1:
        raise RehabkitError(
            f"Expected recordings of one exercise, found {choices(named)}. A range of movement of "
            "one says nothing about that of another; name the exercise with --exercise if the "
            "files name it wrongly."
        )


def name_of(analysis: Analysis) -> str:
    """The recording's file name, or what it is, with the person where the name lacks them."""
    from pathlib import PurePath

    name = PurePath(analysis.original.source.path).name or "recording in memory"
    who = analysis.recording.subject.id
    return f"{who}, {name}" if who and who != "generated" and who not in name else name


def unusable(analysis: Analysis) -> str:
    """Why nothing can be said from a recording; empty where it can."""
    if not analysis.gate.usable:
        return "; ".join(reason.text for reason in analysis.gate.reasons)
    if not analysis.segmentation.repetitions:
        return "no whole repetition was counted"
    return ""
