"""A user's own table of recordings, labels and people, checked before anything is learned.

Columns: ``path`` (from the table's folder), ``subject`` and a label; of use besides: ``exercise``,
``group``, ``split`` (``train`` or ``test``). Without a subject nothing is learned: nobody could say
what a figure of such a model means.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from rehabkit.bench import prepared
from rehabkit.bench.arrays import Layout
from rehabkit.bench.protocols import PROTOCOLS, Protocol
from rehabkit.bench.splits import Split, by_membership, check
from rehabkit.bench.tasks import BenchTask, Kind, TaskData
from rehabkit.datasets.row import Dataset, Row, fingerprint_of
from rehabkit.errors import FormatError, ModelError
from rehabkit.recording import Recording

Asked = Literal["auto", "score", "classes"]
APART: Final = ("subject", "recording")
OWN_SPLIT: Final = "own-split"
SIDES: Final = ("train", "test")
LEAST_PEOPLE: Final = 2


class OwnDataset(Dataset):
    """Recordings in any format that :func:`rehabkit.read` knows."""

    def read(self, row: Row) -> Recording:
        """The recording of one row."""
        from rehabkit import reading

        return reading.read(row.path, format=row.format or None, **row.options)


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table that was read and checked.

    Parameters
    ----------
    sides
        Path below the root -> ``"train"`` or ``"test"``; empty where the table has no such column.
    """

    path: Path
    dataset: OwnDataset
    kind: Kind
    label: str
    sides: Mapping[str, str]

    def load(self, layout: Layout, cache: Path, workers: int = 1) -> TaskData:
        """Samples with their labels; cleaned recordings are kept in ``cache``."""
        found = prepared.load_rows(self.dataset, cache, workers=workers)
        return self.task(layout).of(found)

    def task(self, layout: Layout) -> BenchTask:
        """What is learned from it."""
        return BenchTask(
            "train", self.label, self.dataset.name, self.kind, _label, ("subject-5fold",), layout,
            (self.label,) if self.kind == "score" else ("class",),
        )  # fmt: skip


def read_table(path: Path, label: str = "label", kind: Asked = "auto") -> OwnTable:
    """Read and check a table (.csv or .parquet).

    Parameters
    ----------
    label
        Name of the column to learn.
    kind
        ``"auto"``: scores where every label is a number, else classes.

    Raises
    ------
    FormatError
        Where columns or cells are missing, or a recording is not there.
    """
    rows = _rows(path)
    for needed in ("path", "subject", label):
        _check_column(path, rows, needed)
    numbers = kind == "score" or (kind == "auto" and all(_is_number(r[label]) for r in rows))
    files = [(path.parent / r["path"]).resolve() for r in rows]
    absent = [r["path"] for r, file in zip(rows, files, strict=True) if not file.exists()]
    if absent:
        raise FormatError(
            path, expected="recordings that are there", found=f"{len(absent)} that are not",
            place=f"path {absent[0]}", fix="Paths count from the table's folder.",
        )  # fmt: skip
    root = Path(os.path.commonpath([file.parent for file in files]))
    made = [_row(path, r, file, label, numbers) for r, file in zip(rows, files, strict=True)]
    if len({row.subject for row in made}) < LEAST_PEOPLE:
        raise FormatError(
            path, expected="recordings of several people", found=f"{made[0].subject} alone",
            place="column subject", fix="One person cannot be both learned from and tested on.",
        )  # fmt: skip
    sides = _sides(path, rows, [file.relative_to(root).as_posix() for file in files])
    dataset = OwnDataset(path.stem, root, tuple(made))
    return OwnTable(path, dataset, "score" if numbers else "classes", label, sides)


def splits_of(table: OwnTable, data: TaskData, protocol: str, seed: int
              ) -> tuple[str, list[Split]]:  # fmt: skip
    """The table's own split where it has one, else those of a protocol, with the name.

    Raises
    ------
    ModelError
        Where people or recordings are on both sides: says who.
    """
    who = data.arrays.who
    if table.sides:
        test = np.array([table.sides[name] == "test" for name in who.recordings.tolist()])
        splits = [by_membership(f"the column 'split' of {table.path.name}", test)]
        name = OWN_SPLIT
    else:
        splits, name = _protocol(protocol).splits(who, seed), protocol
    for split in splits:
        check(split, who.subjects, who.recordings, apart=APART)
    return name, splits


def _protocol(name: str) -> Protocol:
    if name not in PROTOCOLS:
        honest = [n for n, p in PROTOCOLS.items() if not p.leaky]
        raise ModelError(f"No protocol is called {name!r}; of use here: {', '.join(honest)}.")
    return PROTOCOLS[name]


def _label(row: Row) -> Sequence[float] | str | None:
    score = row.scores.get("label")
    return [score] if score is not None else row.labels.get("label")


def _rows(path: Path) -> list[dict[str, str]]:
    """Cells as text."""
    import polars as pl

    if path.suffix.lower() not in (".csv", ".parquet"):
        found = path.suffix or "no suffix"
        raise FormatError(path, expected="a table (.csv or .parquet)", found=found)
    if not path.is_file():
        raise FormatError(path, expected="a table", found="no file", fix="Check the path.")
    try:
        if path.suffix.lower() == ".csv":
            frame = pl.read_csv(path, infer_schema_length=0)
        else:
            frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise FormatError(path, expected="a table", found=str(error).splitlines()[0]) from error
    text = frame.cast(pl.String).with_columns(pl.all().fill_null("").str.strip_chars())
    if not len(text):
        raise FormatError(path, expected="a recording in each line", found="no line")
    return text.to_dicts()


def _check_column(path: Path, rows: Sequence[Mapping[str, str]], name: str) -> None:
    if name not in rows[0]:
        why = {
            "subject": "Without it nobody can say whether a person was learned from and tested "
            "on: add who moved, one name a person.",
        }.get(name, "Add it." if name == "path" else "Add it, or name another with --label.")
        raise FormatError(path, expected=f"a column {name!r}", found=", ".join(rows[0]), fix=why)
    empty = [number for number, row in enumerate(rows, start=2) if not row[name]]
    if empty:
        raise FormatError(
            path, expected=f"{name!r} in every line", found="an empty cell",
            place=f"line {empty[0]}", fix="Fill it in, or leave the line out.",
        )  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _row(path: Path, cells: Mapping[str, str], file: Path, label: str, numbers: bool) -> Row:
    if numbers and not _is_number(cells[label]):
        raise FormatError(
            path, expected=f"a number as {label!r}", found=repr(cells[label]),
            place=f"path {cells['path']}", fix="Correct it, or learn classes (--task classes).",
        )  # fmt: skip
    inside = [file] if file.is_file() else [p for p in file.rglob("*") if p.is_file()]
    return Row(
        path=file,
        format=cells.get("format", ""),
        subject=cells["subject"],
        group=cells.get("group", ""),
        exercise=cells.get("exercise", ""),
        labels={} if numbers else {"label": cells[label]},
        scores={"label": float(cells[label])} if numbers else {},
        fingerprint=fingerprint_of(inside),
    )


def _sides(path: Path, rows: Sequence[Mapping[str, str]], names: Sequence[str]) -> dict[str, str]:
    if "split" not in rows[0]:
        return {}
    wrong = [r["split"] for r in rows if r["split"] not in SIDES]
    if wrong:
        raise FormatError(
            path, expected="'train' or 'test'", found=repr(wrong[0]), place="column split"
        )
    return {name: row["split"] for name, row in zip(names, rows, strict=True)}
