"""Two visits, or the two sides of one recording: what is a real difference and what is error.

The minimal detectable change of a difference of two means joins what averaging lessens with what
it does not::

    MDC95^2 = 1.96^2 (e_A^2 + e_B^2) + t^2 s^2 (1/n_A + 1/n_B)

``e`` is the sensor's error of one reading from the table of errors (the same in all repetitions of
a visit), ``s`` the standard deviation between repetitions within both recordings, ``t`` the 97.5 %
quantile of Student's t with n_A + n_B - 2 degrees of freedom. Where repetitions do not vary this is
1.96 sqrt(2) SEM (Weir, J Strength Cond Res 19:231, 2005).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot, isfinite, sqrt
from typing import Final, Literal

from rehabkit.comparison.readings import (
    Reading,
    is_signed,
    name_of,
    readings,
    same_exercise,
    telling,
    unusable,
)
from rehabkit.errors import RehabkitError
from rehabkit.kinematics.reliability import pooled_within
from rehabkit.recording import side_of, without_side
from rehabkit.report.analysis import Analysis

Verdict = Literal["real", "within measurement error", "cannot be said"]
NO_ERROR: Final = "no error of this measure is known for this sensor (--errors FILE can name one)"
ONE_EACH: Final = "with one repetition each, nobody knows how much repetitions vary"
_Z: Final = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """One measure here and there.

    Parameters
    ----------
    difference
        Second minus first (visits), left minus right (sides), in ``unit``.
    error
        Standard error of the difference; None where it is not known.
    mdc95
        What the difference must exceed to be real.
    because
        Why nothing can be said.
    """

    key: str
    label: str
    unit: str
    a: Reading
    b: Reading
    difference: float | None
    error: float | None
    mdc95: float | None
    verdict: Verdict
    because: str = ""
    sensor_error: float | None = None
    error_source: str = ""

    def words(self, what: str) -> str:
        """The verdict in words; ``what`` is "change" or "difference"."""
        return f"real {what}" if self.verdict == "real" else self.verdict


@dataclass(frozen=True)
class Comparison:
    """All measures of two visits or sides, and what is to be kept in mind.

    ``what`` is "change" of one person, or "difference" of two sides or two people.
    """

    by: Literal["visits", "sides"]
    names: tuple[str, str]
    exercise: str
    rows: tuple[Difference, ...]
    shown: tuple[str, ...]
    notes: tuple[str, ...] = ()
    what: Literal["change", "difference"] = "difference"


def compare_visits(first: Analysis, second: Analysis) -> Comparison:
    """Each measure of two recordings of one exercise.

    Raises
    ------
    RehabkitError
        Where they are of different exercises.
    """
    same_exercise(first, second)
    a, b = readings(first), readings(second)
    why = _unusable(first, second)
    keys = list(dict.fromkeys([*a, *b]))
    if not keys:
        raise RehabkitError(f"Expected repetitions to compare, found none: {why}.")
    rows = tuple(_row(key, a.get(key), b.get(key), why) for key in keys)
    return Comparison(
        "visits", _names(first, second), _exercise(first, second), rows,
        tuple(telling(keys, first, second)), tuple(_notes(first, second)),
        "difference" if _two_people(first, second) else "change",
    )  # fmt: skip


def compare_sides(analysis: Analysis) -> Comparison:
    """The left of one recording against its right: left minus right.

    Raises
    ------
    RehabkitError
        Where the recording has no measure of both sides.
    """
    found = readings(analysis)
    why = unusable(analysis)
    rows = []
    for key, left in found.items():
        other = _opposite(key)
        if other is None or other not in found:
            continue
        mine = _mirrored(key, left, found) if is_signed(key) and key.endswith("@left") else left
        row = _row(_bare(key), _sideless(mine), _sideless(found[other]), why)
        minus = None if row.difference is None else -row.difference
        rows.append(replace(row, difference=minus))
    if not rows:
        raise RehabkitError(
            f"Expected repetitions with a left and a right, found none in {name_of(analysis)}"
            + (f": {why}." if why else ".")
        )
    keys = [row.key for row in rows]
    notes = [
        "The sensor's errors on the two sides are taken as independent: a constant one that is the "
        "same on both would let smaller differences count."
    ]
    return Comparison(
        "sides", (name_of(analysis), "left and right"), _exercise(analysis), tuple(rows),
        tuple(telling(keys, analysis)), tuple(notes),
    )  # fmt: skip


def _opposite(key: str) -> str | None:
    """The right one's key for a left one's; None for any other."""
    if key.endswith("@left"):
        return key.removesuffix("left") + "right"
    subject, dot, statistic = key.partition(".")
    if side_of(subject) != "left" or "@" in key:
        return None
    return f"{without_side(subject)}_right{dot}{statistic}"


def _mirrored(key: str, left: Reading, found: Mapping[str, Reading]) -> Reading:
    """A left repetition's value as if done to the right: furthest left is minus the smallest."""
    name, _, _ = key.partition("@")
    subject, _, statistic = name.partition(".")
    swapped = {"max": "min", "min": "max"}.get(statistic, statistic)
    if statistic not in ("max", "min", "mean"):
        return left
    values = -found[f"{subject}.{swapped}@left"].values
    return replace(left, values=values)


def _bare(key: str) -> str:
    subject, dot, statistic = key.partition(".")
    return f"{without_side(subject)}{dot}{statistic}".removesuffix("@left")


def _sideless(reading: Reading) -> Reading:
    label = reading.label
    for side in ("left", "right"):
        label = label.removesuffix(f" ({side})").replace(f", {side}:", ":")
    return replace(reading, label=label)


def judge(
    a: Reading, b: Reading, why: str = "", *, spread: tuple[float, int] | None = None
) -> Difference:
    """The difference ``b - a`` of two readings, its detectable change and the verdict.

    Parameters
    ----------
    why
        Why nothing can be said, whatever the figures.
    spread
        Standard deviation between repetitions and its degrees of freedom, where more than these
        two recordings show it; None: pooled over the two.
    """
    row = Difference(
        a.key, a.label, a.unit, a, b, None, None, None, "cannot be said",
        error_source="; ".join(s for s in dict.fromkeys([a.error_source, b.error_source]) if s),
    )  # fmt: skip
    if not a.n or not b.n:
        return replace(row, because=why or a.reason or b.reason)
    difference = b.mean - a.mean
    row = replace(row, difference=difference, because=why)
    within, freedom = spread or pooled_within([a.values, b.values])
    if not isfinite(within):
        return _one_each(row, difference, why)
    of_means = within * sqrt(1 / a.n + 1 / b.n)
    random = _t(freedom) * of_means
    if a.error is None or b.error is None:
        # Whatever the sensor's error, it can only add to what the repetitions alone allow.
        if abs(difference) <= random and not why:
            return replace(row, verdict="within measurement error")
        return replace(row, because=why or NO_ERROR)
    sensor = hypot(a.error, b.error)
    mdc = hypot(_Z * sensor, random)
    row = replace(row, error=hypot(sensor, of_means), mdc95=mdc, sensor_error=sensor)
    if why:
        return row
    return replace(row, verdict="real" if abs(difference) > mdc else "within measurement error")


def _one_each(row: Difference, difference: float, why: str) -> Difference:
    """The verdict where nobody knows how much repetitions vary: that could only add to error."""
    sensor = [row.a.error or 0.0, row.b.error or 0.0]
    if all(sensor) and abs(difference) <= _Z * hypot(*sensor) and not why:
        return replace(row, verdict="within measurement error")
    return replace(row, because=why or ONE_EACH)


def _t(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


def _row(key: str, a: Reading | None, b: Reading | None, why: str) -> Difference:
    known = a or b
    assert known is not None
    reason = "not measured in one of the recordings"
    empty = Reading(key, known.label, known.unit, reason=reason)
    return replace(judge(a or empty, b or empty, why), key=key)


def _unusable(first: Analysis, second: Analysis) -> str:
    found = [(name_of(a), unusable(a)) for a in (first, second)]
    return "; ".join(f"{name}: {why}" for name, why in found if why)


def _names(first: Analysis, second: Analysis) -> tuple[str, str]:
    a, b = name_of(first), name_of(second)
    if a != b:
        return a, b
    from pathlib import PurePath

    ways = [PurePath(x.original.source.path).parts for x in (first, second)]
    apart = next((i for i, (p, q) in enumerate(zip(*ways, strict=False)) if p != q), None)
    if apart is None:
        return f"{a} (1)", f"{b} (2)"
    return ways[0][apart], ways[1][apart]


def _exercise(*analyses: Analysis) -> str:
    return next((a.exercise.name for a in analyses if a.exercise is not None), "")


def _notes(first: Analysis, second: Analysis) -> Iterable[str]:
    if first.exercise is None and second.exercise is None:
        yield "No exercise was named: that both are the same one was not checked."
    elif first.exercise is None or second.exercise is None:
        yield "Only one of the recordings names its exercise: that both are the same is assumed."
    sensors = [first.kinematics.sensor, second.kinematics.sensor]
    if sensors[0] != sensors[1]:
        yield (
            f"Two kinds of sensor ({sensors[0]}, {sensors[1]}): a difference may be theirs. "
            "Compare them with --by sensors on one and the same movement."
        )
    elif first.kinematics.facing != second.kinematics.facing:
        views = f"{first.kinematics.facing} and {second.kinematics.facing}"
        yield f"Seen from different directions ({views}): a difference may come from the view."
    if _two_people(first, second):
        who = [a.recording.subject.id for a in (first, second)]
        yield f"The files name different people ({who[0]}, {who[1]}): this is no change of one."
    yield (
        "Repetitions of one day do not show how a person varies from day to day: where the error "
        "of the sensor is small, a real change is one between these two sessions."
    )


def _two_people(first: Analysis, second: Analysis) -> bool:
    who = [a.recording.subject.id for a in (first, second)]
    return bool(all(who) and who[0] != who[1])


def chance_note(rows: Sequence[Difference]) -> str:
    """How many of so many measures lie beyond their detectable change by chance alone."""
    judged = sum(row.verdict != "cannot be said" for row in rows)
    real = sum(row.verdict == "real" for row in rows)
    return (
        f"{real} of {judged} measures lie beyond their detectable change; of {judged} without any "
        f"change about {max(1, round(0.05 * judged))} would by chance."
    )
