"""KIMORE as a table: a row for each person and exercise, with the experts' scores.

``<CG|GPP>/<group>/<person>/Es<n>/{Raw,Label}``; ``EsN_repetitions.csv`` (boundaries by hand) and
``squat_faults.csv`` (faults of Es5 by eye) lie in the root where they are at hand.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.datasets.kimore_marks import Marks, read_marks
from rehabkit.datasets.kimore_workbooks import Workbooks, read_workbooks
from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.errors import FormatError
from rehabkit.formats import kimore as reader
from rehabkit.formats.files import decode, read_bytes

EXERCISES: Final = tuple(f"Es{n}" for n in range(1, 6))
GROUPS: Final = {
    "E": "expert", "NE": "not expert", "B": "back pain", "P": "Parkinson", "S": "stroke",
}  # fmt: skip
_PERSON = re.compile(r"(E|NE|B|P|S)_ID\d+")
_STAMP = re.compile(r"JointPosition(.*)\.csv", re.IGNORECASE)
_CLEARLY: Final = 1.5  # times as far apart: enough to tell which recording the boundaries mean


@dataclass(frozen=True)
class _Chosen:
    """The recording of a folder that is meant, and why where there were several."""

    path: Path
    notes: tuple[str, ...] = ()


def find(root: Path, *, scores: bool = True) -> Listing:
    """The rows of KIMORE below ``root``.

    Parameters
    ----------
    scores
        Whether the workbooks with scores, age and sex are read, which needs the extra ``bench``.
    """
    rows, notes = [], []
    marks = {es: read_marks(root / f"{es}_repetitions.csv", n) for n, es in enumerate(EXERCISES, 1)}
    faults = _read_faults(root / "squat_faults.csv")
    for person in sorted(p for p in root.glob("*/*/*") if _PERSON.fullmatch(p.name)):
        notes += [f"{person.name} {f.name}: not one of the five exercises, left out"
                  for f in sorted(person.glob("Es*")) if f.name not in EXERCISES]  # fmt: skip
        for exercise in EXERCISES:
            marked = marks[exercise].get(person.relative_to(root).as_posix(), Marks())
            chosen = _choose(person / exercise, marked)
            if chosen is None:
                notes.append(f"{person.name} {exercise}: no positions recorded")
                continue
            books = read_workbooks(person / exercise / "Label", person.name) if scores else None
            rows.append(_row(chosen, exercise, marked, books, faults.get(person.name, {})))
    return Listing(tuple(rows), tuple(notes))


def _row(
    chosen: _Chosen,
    exercise: str,
    marked: Marks,
    books: Workbooks | None,
    faults: Mapping[str, bool | None],
) -> Row:
    number = int(exercise[2:])
    person = next(p for p in reversed(chosen.path.parts) if _PERSON.fullmatch(p))
    stamp = _STAMP.fullmatch(chosen.path.name)
    labels: dict[str, Any] = {"age_years": None, "sex": ""}
    scores: dict[str, float | None] = {}
    notes = chosen.notes
    if books is not None:
        labels |= {"age_years": books.age_years, "sex": books.sex}
        scores = books.scores_of(number)
        notes += books.notes
        if all(value is None for value in scores.values()):
            notes += ("no scores",)
    if number == 5:
        labels |= faults
    names = ("JointPosition", "JointOrientation", "TimeStamp")
    files = [chosen.path.with_name(f"{n}{stamp[1]}.csv") for n in names] if stamp else []
    if stamp and not files[1].is_file():
        notes += ("no orientations of the same time stamp",)
    return Row(
        path=chosen.path,
        format="kimore",
        subject=person,
        group=GROUPS[person.partition("_")[0]],
        session=stamp[1] if stamp else "",
        exercise=f"kimore-es{number}",
        sensor="kinect-v2",
        labels=labels,
        scores=scores,
        spans=marked.spans,
        fingerprint=fingerprint_of(files),
        notes=notes,
    )


def _choose(folder: Path, marked: Marks) -> _Chosen | None:
    """The recording of a folder; of several, the one whose frames fit the boundaries."""
    places = [place for place in (folder, folder / "Raw") if place.is_dir()]
    files = sorted(f for place in places for f in place.iterdir() if _STAMP.fullmatch(f.name))
    if len(files) <= 1:
        return _Chosen(files[0]) if files else None
    spreads = {file: _spread_at_boundaries(file, marked) for file in files}
    fitting = sorted((s, f) for f, s in spreads.items() if s is not None)
    several = f"{len(files)} recordings in the folder"
    if not fitting:
        longest = max(files, key=lambda f: len(lines_of(f)))
        return _Chosen(longest, (f"{several}: none is known to be meant, the longest taken",))
    if len(fitting) == 1:
        return _Chosen(fitting[0][1], (f"{several}: the only one long enough taken",))
    if fitting[1][0] > _CLEARLY * fitting[0][0]:
        why = "the one whose poses at the boundaries are alike taken"
        return _Chosen(fitting[0][1], (f"{several}, {len(fitting)} long enough: {why}",))
    nearest = min((f for _, f in fitting), key=lambda f: len(lines_of(f)))
    why = "poses do not tell, the one that ends soonest after the last boundary taken"
    return _Chosen(nearest, (f"{several}, {len(fitting)} long enough: {why}",))


def lines_of(path: Path) -> list[str]:
    """The rows of a position file that are not blank: what the boundaries count."""
    return [line for line in decode(path, read_bytes(path)).splitlines() if line.strip(" ,")]


def _spread_at_boundaries(path: Path, marked: Marks) -> float | None:
    """How far poses at the boundaries lie apart, as a share of all poses between the first and
    the last; None where the recording is too short or there are no boundaries.
    """
    if not marked.boundaries or marked.boundaries[-1] > len(lines_of(path)):
        return None
    try:
        positions = reader.read(path).positions
    except FormatError:
        return None
    assert positions is not None
    poses = np.nan_to_num(positions - positions[:, :1])
    rows = np.minimum(np.array(marked.boundaries) - 1, len(poses) - 1)
    return float(_spread(poses[rows]) / max(_spread(poses[rows[0] : rows[-1] + 1]), 1e-9))


def _spread(poses: np.ndarray[Any, np.dtype[np.floating[Any]]]) -> float:
    return float(np.sqrt(((poses - np.median(poses, axis=0)) ** 2).sum(axis=-1).mean()))


def _read_faults(path: Path) -> dict[str, dict[str, bool | None]]:
    """Person -> fault of the squat -> whether it was seen; None where it could not be judged."""
    if not path.is_file():
        return {}
    table = list(csv.DictReader(decode(path, read_bytes(path)).splitlines()))
    meaning = {"Y": True, "N": False, "U": None}
    found: dict[str, dict[str, bool | None]] = {}
    for number, row in enumerate(table, 2):
        person = row.pop("subject", None)
        if person is None or None in row or not set(row.values()) <= meaning.keys():
            raise FormatError(
                path, place=f"line {number}", expected="a person, then Y, N or U for each fault",
                found=str(list(row.values()))[:60],
            )  # fmt: skip
        found[person] = {name: meaning[value] for name, value in row.items()}
    return found
