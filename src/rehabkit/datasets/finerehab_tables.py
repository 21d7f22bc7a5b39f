"""FineRehab's two CSV files, by tolerant columns: the experts' scores, and the subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rehabkit.errors import FormatError
from rehabkit.formats.columns import plain
from rehabkit.formats.files import decode, read_bytes
from rehabkit.formats.finerehab import naming
from rehabkit.formats.sheet import Sheet, parse_sheet

Key = tuple[str, str, str, int]
"""Subject, movement, side, repetition."""
Scores = dict[Key, dict[str, float | None]]
People = dict[str, dict[str, Any]]

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "file": ("filename", "file", "snippet", "snippetname", "name", "video"),
    "subject": ("subjectid", "subject", "subid", "id"),
    "movement": ("movementid", "movement", "exerciseid", "exercise", "actionid", "action"),
    "side": ("sideid", "side"),
    "repetition": ("repetitionno", "repetition", "repetitionid", "rep", "cut"),
    "group": ("group", "type", "category", "population", "health", "patient", "ispatient"),
    "age": ("age", "ageyears"),
    "sex": ("sex", "gender"),
    "height": ("height", "heightcm", "heightm"),
    "affected": ("affectedside", "impairedside", "affected"),
}  # fmt: skip
"""Quantity -> column names that are understood, without case and separators."""

_HIGHEST: Final = 4.0
_EMPTY: Final = ("", "na", "nan", "n/a", "-", "null", "none")
_GROUPS: Final = {
    "patient": "patient", "patients": "patient", "p": "patient", "1": "patient", "yes": "patient",
    "healthy": "healthy", "normal": "healthy", "h": "healthy", "n": "healthy", "0": "healthy",
    "no": "healthy", "control": "healthy",
}  # fmt: skip
_SEXES: Final = {"f": "female", "female": "female", "m": "male", "male": "male"}


def read_scores(tables: Sequence[Path]) -> Scores:
    """The experts' scores of each snippet; every further column of numbers is one.

    Raises
    ------
    FormatError
        With the line of a row that names no snippet, or of a score that is not from 0 to 4.
    """
    found: Scores = {}
    for path in tables:
        sheet = parse_sheet(path, decode(path, read_bytes(path)))
        at = _columns(sheet)
        if "file" in at or {"subject", "movement", "repetition"} <= at.keys():
            taken = set(at.values())
            parts = [i for i in range(len(sheet.header)) if i not in taken and _is_score(sheet, i)]
            for row in range(len(sheet.rows)):
                found[_key(sheet, row, at)] = _scores(sheet, row, parts)
    return found


def read_people(tables: Sequence[Path]) -> People:
    """Group, age, sex, height and affected side of each subject, as far as the table has them."""
    found: People = {}
    for path in tables:
        sheet = parse_sheet(path, decode(path, read_bytes(path)))
        at = _columns(sheet)
        if "subject" in at and not {"movement", "repetition", "file"} & at.keys():
            for row in range(len(sheet.rows)):
                person = _person(sheet, row, at)
                found[naming.plain_id(sheet.rows[row][at["subject"]])] = person
    return found


def _columns(sheet: Sheet) -> dict[str, int]:
    """Where each quantity stands: the likeliest of its names that the header has."""
    header = [plain(name) for name in sheet.header]
    return {
        quantity: header.index(name)
        for quantity, names in COLUMNS.items()
        for name in [next((n for n in names if n in header), None)]
        if name is not None
    }


def _key(sheet: Sheet, row: int, at: Mapping[str, int]) -> Key:
    cells = sheet.rows[row]
    if "file" in at and (named := naming.parse(Path(cells[at["file"]].strip()).stem)):
        return named.key
    if {"subject", "movement", "repetition"} <= at.keys():
        repetition = cells[at["repetition"]].strip().lower().removeprefix("cut")
        if repetition.isascii() and repetition.isdigit() and len(repetition) < 6:
            side = cells[at["side"]] if "side" in at else ""
            ids = (naming.plain_id(cells[at[name]]) for name in ("subject", "movement"))
            subject, movement = ids
            return subject, movement, naming.side_of(side), int(repetition)
    raise FormatError(
        sheet.path,
        place=f"line {sheet.lines[row]}",
        expected="a snippet: its file's name, or subject, movement, side and repetition",
        found=", ".join(cells)[:60],
    )


def _is_score(sheet: Sheet, column: int) -> bool:
    """Whether a column holds numbers, here and there none."""
    cells = [row[column].strip() for row in sheet.rows]
    filled = [cell for cell in cells if cell.lower() not in _EMPTY]
    return bool(filled) and all(_number(cell) is not None for cell in filled)


def _scores(sheet: Sheet, row: int, parts: Sequence[int]) -> dict[str, float | None]:
    scores: dict[str, float | None] = {}
    for column in parts:
        value = _number(sheet.rows[row][column])
        if value is not None and not 0 <= value <= _HIGHEST:
            raise FormatError(
                sheet.path,
                place=f"line {sheet.lines[row]}, column {sheet.header[column]!r}",
                expected=f"a score from 0 to {_HIGHEST:g}",
                found=sheet.rows[row][column].strip()[:40],
            )
        scores[sheet.header[column].strip().lower().replace(" ", "_")] = value
    return scores


def _person(sheet: Sheet, row: int, at: Mapping[str, int]) -> dict[str, Any]:
    def cell(quantity: str) -> str:
        text = sheet.rows[row][at[quantity]].strip() if quantity in at else ""
        return "" if text.lower() in _EMPTY else text

    person: dict[str, Any] = {}
    if group := cell("group"):
        person["group"] = _GROUPS.get(group.lower(), group)
    if (age := _number(cell("age"))) is not None:
        person["age_years"] = age
    if sex := cell("sex"):
        person["sex"] = _SEXES.get(sex.lower(), sex)
    if (height := _number(cell("height"))) is not None:
        person["height_m"] = height / 100 if height > 3 else height
    if affected := cell("affected"):
        person["affected_side"] = naming.side_of(affected) or affected
    return person


def _number(text: str) -> float | None:
    """A finite number, else None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None
