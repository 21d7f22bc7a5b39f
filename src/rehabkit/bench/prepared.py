"""Recordings of a data set, cleaned once and kept: what models and tables are made from.

The cache holds canonical joints after clean-up. Its name carries the data set's fingerprint and
:data:`VERSION`, so that other data or another way of cleaning never meet an old file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rehabkit import datasets
from rehabkit.datasets.row import Dataset, Row
from rehabkit.errors import RehabkitError
from rehabkit.formats.files import atomic
from rehabkit.recording import CANONICAL_SKELETON, Recording, Source, Up
from rehabkit.recording.arrays import Float
from rehabkit.signals.clean import clean

if TYPE_CHECKING:
    from rehabkit.repetitions import Repetition

A = TypeVar("A")
B = TypeVar("B")
VERSION: Final = 1
"""Goes up whenever clean-up gives other positions for the same file."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One recording, cleaned, on canonical joints.

    Parameters
    ----------
    row
        What the data set says of it.
    time
        (frames,) s.
    positions
        (frames, 25, 3) float32, m.
    orientations
        (frames, 25, 4) float32 unit quaternions w, x, y, z, or None where the source has none.
    up
        (3,) against gravity.
    """

    row: Row
    time: NDArray[np.float64]
    positions: Float
    orientations: Float | None
    up: NDArray[np.float64]

    def recording(self) -> Recording:
        """As a recording, for angles and cutting; where it was seen from is not kept."""
        return Recording(
            self.time - self.time[0],
            CANONICAL_SKELETON,
            positions=self.positions,
            orientations=self.orientations,
            up=Up((float(self.up[0]), float(self.up[1]), float(self.up[2])), "body"),
            source=Source(format=self.row.format, device=self.row.sensor),
        )

    def repetitions(self) -> tuple[Repetition, ...]:
        """As RehabKit cuts it; the exercise is told where the catalogue has it."""
        from rehabkit.exercises import catalogue
        from rehabkit.kinematics import angles
        from rehabkit.repetitions import cut

        known = self.row.exercise in catalogue.ids()
        exercise = catalogue.load(self.row.exercise) if known else None
        recording = self.recording()
        return cut(recording, angles.compute(recording), exercise).repetitions


@dataclass(frozen=True, eq=False)
class Set:
    """All recordings of a data set that could be prepared, and the others with the reason."""

    name: str
    fingerprint: str
    recordings: tuple[Prepared, ...]
    refused: tuple[tuple[Row, str], ...]
    root: Path = Path()

    def __len__(self) -> int:
        return len(self.recordings)

    def __iter__(self) -> Iterator[Prepared]:
        return iter(self.recordings)


def load(
    name: str,
    root: Path,
    cache: Path = Path(".cache/bench"),
    *,
    sensor: str = "",
    workers: int = 1,
) -> Set:
    """A data set's recordings, from the cache where it holds them.

    Parameters
    ----------
    name, root
        As :func:`rehabkit.datasets.load` takes them.
    sensor
        Only recordings of this sensor; empty: all.

    Raises
    ------
    FormatError
        Where there is no such data set.
    """
    return load_rows(datasets.load(name, root), cache, sensor=sensor, workers=workers)


def load_rows(found: Dataset, cache: Path, *, sensor: str = "", workers: int = 1) -> Set:
    """The same of a table that is at hand already, a user's own too."""
    rows = found.of_sensor(sensor)
    kind = f"-{sensor}" if sensor else ""
    path = cache / f"{found.name}{kind}-{found.fingerprint[:16]}-{VERSION}.npz"
    if not path.is_file():
        _write(path, found, rows, workers)
    return _read(path, found, rows)


def _write(path: Path, found: Dataset, rows: Sequence[Row], workers: int) -> None:
    each = mapped(partial(_prepare, found), rows, workers)
    arrays: dict[str, Any] = {}
    for number, one in enumerate(each):
        for key, value in one.items():
            arrays[f"{number}.{key}"] = value
    with atomic(path) as unfinished:
        np.savez_compressed(unfinished, **arrays)


def mapped(function: Callable[[A], B], items: Iterable[A], workers: int) -> list[B]:
    """``function`` of every item, in this process or shared out over several."""
    if workers == 1:
        return [function(item) for item in items]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        return list(pool.map(function, items, chunksize=16))


def _prepare(found: Dataset, row: Row) -> dict[str, Any]:
    try:
        cleaned = clean(found.read(row))
    except RehabkitError as error:
        return {"refused": np.array(str(error))}
    if cleaned.positions is None:
        return {"refused": np.array("no positions in space")}
    return _arrays(cleaned)


def _arrays(cleaned: Recording) -> dict[str, Any]:
    arrays = {
        "time": cleaned.time,
        "positions": np.asarray(cleaned.positions, dtype=np.float32),
        "up": np.asarray(cleaned.up.vector, dtype=np.float64),
    }
    if cleaned.orientations is not None:
        arrays["orientations"] = np.asarray(cleaned.orientations, dtype=np.float32)
    return arrays


def _read(path: Path, found: Dataset, rows: Sequence[Row]) -> Set:
    kept, refused = [], []
    with np.load(path, allow_pickle=False) as stored:
        there = set(stored.files)
        for number, row in enumerate(rows):
            if f"{number}.refused" in there:
                refused.append((row, str(stored[f"{number}.refused"])))
                continue
            turned = f"{number}.orientations"
            orientations = stored[turned] if turned in there else None
            kept.append(
                Prepared(
                    row,
                    stored[f"{number}.time"],
                    stored[f"{number}.positions"],
                    orientations,
                    stored[f"{number}.up"],
                )
            )
    return Set(found.name, found.fingerprint, tuple(kept), tuple(refused), found.root)
