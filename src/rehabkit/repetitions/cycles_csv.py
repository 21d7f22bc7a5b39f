"""``cycles.csv``: each repetition's curves from 0 to 100 %, mean and spread, raw and filtered.

Lines ``# key: JSON`` say the source, the exercise, the repetitions, the filter and its cut-off;
then there is one row for each percent of each angle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.formats.files import atomic
from rehabkit.kinematics import angles
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording, Step
from rehabkit.recording.joints import side_of
from rehabkit.repetitions import cycles as curves
from rehabkit.repetitions.cutting import cut
from rehabkit.repetitions.types import Repetition
from rehabkit.signals import steps
from rehabkit.signals.clean import clean

VERSION: Final = 1
_AT_ONCE: Final = 8
"""Angles whose curves are held at a time."""
COLUMNS: Final = (
    "data",
    "angle",
    "side",
    "repetitions_of",
    "percent",
    "count",
    "mean_deg",
    "sd_deg",
)
_MEANING: Final = {
    "raw": "angles of the recording's canonical joints as they were read",
    "filtered": "angles after clean-up and filter, which all other results are made of",
    "mean_deg, sd_deg": "over the repetitions that have a value there; sd with n - 1",
    "repetitions_of": "the side that moved: repetitions of different sides are not mixed",
    "percent": "0 at the start of a repetition, 100 at its end",
}


@dataclass(frozen=True, eq=False)
class Cycles:
    """What the table is made of.

    Parameters
    ----------
    original, cleaned
        The recording as read and after clean-up, on one time line.
    filtered
        Angles of ``cleaned``.
    repetitions
        Those that count, in order of time.
    """

    original: Recording
    cleaned: Recording
    filtered: Kinematics
    repetitions: Sequence[Repetition]
    exercise: Exercise | None = None


def write(recording: Recording, path: Path, *, exercise: str | None = None) -> None:
    """Clean, measure and cut a recording, and write the curves of its repetitions.

    Parameters
    ----------
    exercise
        An id of the catalogue or a ``.toml`` file; else what the recording's label says, else the
        dominant movement is cut.

    Raises
    ------
    RecordingError
        Where no repetition is found.
    SkeletonError
        Where the joints have no map to the canonical ones.
    """
    definition = _exercise(recording, exercise)
    cleaned = clean(recording)
    filtered = angles.compute(cleaned)
    found = cut(cleaned, filtered, definition).repetitions
    if not found:
        raise RecordingError(
            f"Cannot write {path}: expected repetitions, found none "
            f"({definition.id if definition else 'no exercise named'}). Give exercise=, or write "
            "the joints as CSV."
        )
    write_table(Cycles(recording, cleaned, filtered, found, definition), path)


def _exercise(recording: Recording, named: str | None) -> Exercise | None:
    if named is not None:
        is_file = named.endswith(".toml")
        return catalogue.load_file(named) if is_file else catalogue.load(named)
    known = recording.exercise.id in catalogue.ids()
    return catalogue.load(recording.exercise.id) if known else None


def write_table(found: Cycles, path: Path) -> None:
    """Write the table; its rows are made a few angles at a time, whatever its length."""
    raw = raw_angles(found.original, found.cleaned)
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_header(found))
        names = [f"repetition_{i + 1}_deg" for i in range(len(found.repetitions))]
        file.write(",".join([*COLUMNS, *names]) + "\n")
        shown = [name for name, angle in found.filtered.angles.items() if angle.measurable]
        for first in range(0, len(shown), _AT_ONCE):
            some = shown[first : first + _AT_ONCE]
            both = [
                (data, _cycles(source, some, found.repetitions))
                for data, source in (("raw", raw), ("filtered", found.filtered))
            ]
            for i, name in enumerate(some):
                for data, values in both:
                    file.writelines(_rows(f"{data},{name}", values[..., i], found.repetitions))


def _cycles(
    source: Kinematics, names: Sequence[str], repetitions: Sequence[Repetition]
) -> NDArray[np.float64]:
    """(repetitions, points, names) the angles of each repetition, deg."""
    together = np.stack([source.angles[name].values for name in names], axis=1)
    return curves.cycles(together, source.time, repetitions)


def raw_angles(original: Recording, cleaned: Recording) -> Kinematics:
    """Angles before any clean-up: canonical joints of the person's own sides, the same up."""
    plain = steps.drop_zeros(original).canonical()
    return angles.compute(steps.unmirror(plain).replace(up=cleaned.up))


def _header(found: Cycles) -> Iterator[str]:
    source, exercise = found.original.source, found.exercise
    values: dict[str, Any] = {
        "rehabkit-cycles": VERSION,
        "source": {"path": source.path, "sha256": source.sha256, "format": source.format},
        "subject": found.original.subject.id,
        "exercise": exercise.id if exercise else None,
        "unit": "deg",
        "filter": filter_of(found.cleaned.history),
        "repetitions": [
            {"number": i, "start_s": round(r.start_s, 4), "end_s": round(r.end_s, 4),
             "side": r.side}
            for i, r in enumerate(found.repetitions, 1)
        ],
        "columns": _MEANING,
        "not_measurable": {
            a.name: a.reason for a in found.filtered.angles.values() if not a.measurable
        },
    }  # fmt: skip
    yield from (f"# {key}: {json.dumps(value)}\n" for key, value in values.items())


def filter_of(history: Sequence[Step]) -> dict[str, Any]:
    """Kind and cut-off of the low-pass in a history; kind "none" where there was none."""
    passed = next((step for step in reversed(history) if step.name == "low-pass"), None)
    if passed is None:
        return {"kind": "none", "cutoff_hz": None}
    return {"kind": f"{passed.touched} low-pass", "cutoff_hz": passed.parameters["cutoff_hz"]}


def _rows(
    first: str, values: NDArray[np.float64], repetitions: Sequence[Repetition]
) -> Iterator[str]:
    """The rows of one angle, (repetitions, points), a block for each side that moved."""
    side, percent = side_of(first) or "", curves.percent().tolist()
    form = ",%g,%d" + ",%.4f" * (2 + len(repetitions)) + "\n"
    for moved in dict.fromkeys(r.side for r in repetitions):
        own = np.array([r.side == moved for r in repetitions])
        count, mean, spread = _summary(values[own])
        shown = np.where(own[:, None], values, np.nan)
        before = f"{first},{side},{moved}"
        for cells in zip(
            percent, count.tolist(), mean.tolist(), spread.tolist(), *shown.tolist(), strict=True
        ):
            yield before + (form % cells).replace("nan", "")  # empty: not seen


def _summary(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.int_], NDArray[np.float64], NDArray[np.float64]]:
    """Count, mean and standard deviation (n - 1) at each percent; NaN where there are too few."""
    seen = np.isfinite(values)
    count = seen.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(seen, values, 0).sum(axis=0) / count
        squares = np.where(seen, (values - mean) ** 2, 0).sum(axis=0)
        spread = np.sqrt(squares / (count - 1))
    return count, np.where(count > 0, mean, np.nan), np.where(count > 1, spread, np.nan)
