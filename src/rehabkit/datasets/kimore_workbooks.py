"""KIMORE's workbooks: scores of the experts, and age and sex of the person.

``ClinicalAssessment_<ID>.xlsx`` has one row: total score (0-50), primary outcome (0-15) and control
factors (0-35) of each exercise. ``SuppInfo_<ID>.xlsx`` has group, age and sex.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rehabkit import guard
from rehabkit.errors import FormatError, require

_PARTS: Final = {"total": ("TS", 50.0), "primary": ("PO", 15.0), "control": ("CF", 35.0)}
_MOST_CELLS: Final = 200
_OLDEST_YEARS: Final = 130.0
_MEMORY_BYTES: Final = 1 << 30


@dataclass(frozen=True)
class Workbooks:
    """What both workbooks of a folder say; ``cells`` by heading."""

    cells: Mapping[str, Any] = field(default_factory=dict)
    age_years: float | None = None
    sex: str = ""
    notes: tuple[str, ...] = ()

    def scores_of(self, exercise: int) -> dict[str, float | None]:
        """Total, primary outcome and control factors of one exercise; None where not given."""
        return {
            part: self.cells.get(f"clinical {short} Ex#{exercise}")
            for part, (short, _) in _PARTS.items()
        }


def read_workbooks(folder: Path, person: str) -> Workbooks:
    """Both workbooks of a folder ``Label``, chosen by the person's id in their names.

    Raises
    ------
    MissingExtra
        Without openpyxl.
    FormatError
        Where a workbook is damaged or a score is not within its limits.
    """
    scores = _table(folder / f"ClinicalAssessment_{person}.xlsx")
    about = _table(folder / f"SuppInfo_{person}.xlsx")
    notes = tuple(_oddities(folder, person, scores))
    _check_scores(folder / f"ClinicalAssessment_{person}.xlsx", scores)
    age = about.get("Age")
    usable = isinstance(age, int | float) and 0 < age < _OLDEST_YEARS
    sex = {"F": "female", "M": "male"}.get(str(about.get("Gender", "")).strip().upper(), "")
    return Workbooks(scores, float(age) if usable else None, sex, notes)  # type: ignore[arg-type]


def _oddities(folder: Path, person: str, scores: Mapping[str, Any]) -> list[str]:
    notes = []
    named = str(scores.get("Subject ID", person)).strip()
    if named != person:
        notes.append(f"the workbook's cell names {named}; the scores are {person}'s, by file name")
    others = [f.name for f in sorted(folder.glob("ClinicalAssessment_*.xlsx"))
              if f.stem != f"ClinicalAssessment_{person}"]  # fmt: skip
    if others:
        notes.append(f"a further workbook in the folder was left out: {', '.join(others)}")
    return notes


def _check_scores(path: Path, scores: Mapping[str, Any]) -> None:
    for name, value in scores.items():
        words = name.split()
        most = next((m for short, m in _PARTS.values() if len(words) == 3 and words[1] == short), 0)
        if not most or value is None:
            continue
        if not isinstance(value, int | float) or not 0 <= value <= most:
            raise FormatError(
                path, place=name, expected=f"a score from 0 to {most:g}, or nothing",
                found=repr(value)[:40],
            )  # fmt: skip


def _table(path: Path) -> dict[str, Any]:
    """Heading -> value of a workbook with one row; empty where there is none."""
    if not path.is_file():
        return {}
    require("openpyxl", purpose="Reading KIMORE's workbooks", extra="bench")
    call = "rehabkit.datasets.kimore_workbooks:parse"
    cells: dict[str, Any] = guard.call(call, path, memory_bytes=_MEMORY_BYTES)["cells"]
    return cells


def parse(path: Path) -> dict[str, Any]:
    """The first sheet's heading and first row; runs in the guarded child."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # extensions of spreadsheet programs that hold no cells
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=2, max_col=_MOST_CELLS, values_only=True))
    if len(rows) < 2:
        raise FormatError(path, expected="a heading and a row", found=f"{len(rows)} rows")
    heading, values = rows
    cells = {
        str(name).strip(): value if isinstance(value, int | float | str) else None
        for name, value in zip(heading, values, strict=True)
        if name is not None
    }
    return {"cells": cells}
