"""Splits by person as a file, so that others test on the very same people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit import datasets
from rehabkit.bench.protocols import Who, protocol
from rehabkit.bench.splits import Split, by_membership
from rehabkit.bench.tasks import BenchTask
from rehabkit.errors import ModelError

VERSION: Final = 1


def content(task: BenchTask, root: Path, way: str, seeds: int) -> dict[str, Any]:
    """Who is tested in each split, by name; nothing else of them.

    Raises
    ------
    ModelError
        For a protocol that does not keep people apart: its splits are of samples.
    """
    chosen = protocol(way)
    if chosen.leaky:
        raise ModelError(f"{way} has people on both sides: its splits cannot be told by person.")
    found = datasets.load(task.data, root)
    rows = [row for row in found.of_sensor(task.sensor) if task.wanted(row)]
    subjects = [row.subject for row in rows]
    who = Who.of(subjects, [row.path.as_posix() for row in rows], [row.group for row in rows])
    drawn = [s for seed in range(seeds if chosen.seeded else 1) for s in chosen.splits(who, seed)]
    return {
        "version": VERSION,
        "task": task.name,
        "protocol": way,
        "people": sorted(set(subjects)),
        "splits": [
            {"name": s.name, "test": sorted(set(who.subjects[s.test].tolist()))} for s in drawn
        ],
    }  # fmt: skip


def splits(content: dict[str, Any], subjects: Sequence[str] | NDArray[np.str_]) -> list[Split]:
    """A file's splits of samples whose people are ``subjects``.

    Raises
    ------
    ModelError
        Where a person is in none of the file's lists: nobody said on which side they belong.
    """
    unknown = sorted(set(np.asarray(subjects).tolist()) - set(content["people"]))
    if unknown:
        raise ModelError(f"The split file does not know {', '.join(unknown[:5])}.")
    return [
        by_membership(one["name"], np.isin(np.asarray(subjects), one["test"]))
        for one in content["splits"]
    ]
