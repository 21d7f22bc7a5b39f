"""From the table of recordings to people: one value a person, by group and sensor.

A person's value is the median of the person's recordings, so that one who came ten times weighs
as much as one who came once. Sensors are never pooled: they err differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.cohort.rows import exercise_of
from rehabkit.comparison.readings import telling_angles
from rehabkit.recording import without_side
from rehabkit.report.words import angle_base_label

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]

KEYS: Final = ("group", "sensor", "angles_in", "seen_from")
SCORE: Final = "score_overall_0_to_100"
# Fewer people have no middle half worth naming.
QUARTILES: Final = 5
_RANGE: Final = re.compile(r"(.+)_range_deg")


@dataclass(frozen=True)
class Metric:
    """One quantity: its columns by side (``""``, ``left``, ``right``) and how it is shown."""

    title: str
    unit: str
    columns: dict[str, str]
    driver: str = ""
    clock: bool = False
    span: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Lane:
    """The people of a row on one side: ``values`` sorted, one a person.

    ``error`` is the sensor's standard error of one reading, the median of the recordings'; None
    where nobody knows it.
    """

    side: str
    values: Array
    error: float | None

    @property
    def median(self) -> float:
        """The middle person."""
        return float(np.median(self.values))

    @property
    def middle(self) -> tuple[float, float] | None:
        """Between which the middle half lies; None of few people."""
        if len(self.values) < QUARTILES:
            return None
        low, high = np.percentile(self.values, (25, 75))
        return float(low), float(high)


@dataclass(frozen=True)
class Group:
    """People who are shown together: of one group, and seen by one sensor in one way."""

    name: str
    sensor: str
    angles_in: str
    seen_from: str
    people: int
    lanes: list[Lane] = field(default_factory=list)


@dataclass(frozen=True)
class Panel:
    """One quantity of all groups; ``more`` are groups that are left out for want of room."""

    metric: Metric
    groups: list[Group]
    more: int = 0


def with_keys(table: pl.DataFrame) -> pl.DataFrame:
    """The table with ``seen_from``: where a picture's angles depend on it, the view."""
    import polars as pl

    seen = pl.when(pl.col("angles_in") == "picture").then(pl.col("view")).otherwise(pl.lit(""))
    return table.with_columns(seen.fill_null("").alias("seen_from"))


def metrics(table: pl.DataFrame) -> list[Metric]:
    """What is shown of the recordings of one exercise, the most telling first."""
    out = []
    if _filled(table, SCORE):
        out.append(Metric("Score", "", {"": SCORE}, span=(0.0, 100.0)))
    out += _drivers(table)
    out += _ranges(table)
    if _filled(table, "duration_s"):
        out.append(Metric("Duration of a repetition", "s", {"": "duration_s"}, clock=True))
    return out


def _filled(table: pl.DataFrame, column: str) -> bool:
    return column in table.columns and table[column].null_count() < len(table)


def _drivers(table: pl.DataFrame) -> Iterator[Metric]:
    """The signals that cut the repetitions, unless they are angles, whose ranges come anyway."""
    import polars as pl

    for driver, label in table.select("driver", "driver_label").unique().sort("driver").rows():
        if driver is None or f"{driver}_left_range_deg" in table.columns:
            continue
        if f"{driver}_range_deg" in table.columns:
            continue
        part = table.filter(pl.col("driver") == driver)
        for unit in ("deg", "m"):
            if _filled(part, f"extent_{unit}"):
                yield Metric(f"{label}, range", unit, {"": f"extent_{unit}"}, driver)


def _ranges(table: pl.DataFrame) -> Iterator[Metric]:
    names = [
        match[1] for column in table.columns
        if (match := _RANGE.fullmatch(column)) and _filled(table, column)
    ]  # fmt: skip
    bases = list(dict.fromkeys(map(without_side, names)))
    exercise = exercise_of(table["exercise"][0])
    if exercise is not None:
        first = telling_angles(exercise, [], (), {})
        bases.sort(key=lambda base: first.index(base) if base in first else len(first))
    for base in bases:
        sides = {s: f"{base}_{s}".rstrip("_") for s in ("", "left", "right")}
        columns = {s: f"{name}_range_deg" for s, name in sides.items() if name in names}
        yield Metric(f"{angle_base_label(base)}, range", "deg", columns)


def panel(table: pl.DataFrame, metric: Metric, most: int = 8) -> Panel:
    """The people of every group; the groups of most people where there are more than ``most``."""
    import polars as pl

    if metric.driver:
        table = table.filter(pl.col("driver") == metric.driver)
    groups = [
        _group(part, metric, ["" if key is None else str(key) for key in keys])
        for keys, part in table.group_by(KEYS, maintain_order=True)
    ]
    found = [group for group in groups if group.lanes]
    kept = sorted(found, key=lambda group: -group.people)[:most]
    return Panel(metric, sorted(kept, key=_order), len(found) - len(kept))


def error_column(column: str) -> str:
    """``"knee_flexion_left_range_deg"`` -> ``"knee_flexion_left_range_error_deg"``."""
    stem, _, unit = column.rpartition("_")
    return f"{stem}_error_{unit}"


def _order(group: Group) -> tuple[str, str, str]:
    return group.name.casefold(), group.sensor, group.seen_from


def _group(part: pl.DataFrame, metric: Metric, keys: Sequence[str]) -> Group:
    lanes = [lane for s, c in metric.columns.items() if (lane := _lane(part, s, c)) is not None]
    name, sensor, angles_in, seen_from = keys
    people = max((len(lane.values) for lane in lanes), default=0)
    return Group(name, sensor, angles_in, seen_from, people, lanes)


def _lane(part: pl.DataFrame, side: str, column: str) -> Lane | None:
    import polars as pl

    each = part.group_by("person").agg(pl.col(column).median()).drop_nulls(column)
    if not len(each):
        return None
    error = error_column(column)
    known = part[error].median() if error in part.columns else None
    values = np.sort(each[column].to_numpy().astype(np.float64))
    return Lane(side, values, float(known) if isinstance(known, int | float) else None)
