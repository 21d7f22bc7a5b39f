"""A cell: one model on one data set under one protocol and seed, as a JSON file that resumes.

A cell's file is written after every fold. It holds what it takes to check it: the data's
fingerprint, who was tested, what was predicted for every sample, the settings chosen, the code's
version and the machine.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import rehabkit
from rehabkit.bench.splits import Split
from rehabkit.errors import ModelError
from rehabkit.recording.arrays import Float

VERSION: Final = 1
DIGITS: Final = 5


@dataclass(frozen=True)
class Cell:
    """What is run: ``task`` (``"kimore-score"``), ``model``, ``protocol`` and ``seed``."""

    task: str
    model: str
    protocol: str
    seed: int = 0

    def path(self, folder: Path) -> Path:
        """Where its file lies below the folder of results."""
        return folder / self.task / self.protocol / f"{self.model}-{self.seed}.json"


@dataclass(frozen=True, eq=False)
class Fold:
    """What a model said of the test part of one split.

    Parameters
    ----------
    predicted
        Name -> (test samples,) values: ``"total"``, ``"low"``, ``"high"``, ``"class"``, ...
    settings
        What was chosen within the training part.
    """

    predicted: Mapping[str, Float | NDArray[np.str_]]
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """Samples of a task as a cell's file names them.

    Parameters
    ----------
    samples
        One mapping a sample that names it: subject, exercise, repetition. Labels stay in the data.
    fingerprint
        Of the data set.
    """

    samples: Sequence[dict[str, Any]]
    fingerprint: str


def run(
    cell: Cell,
    task: Task,
    splits: Sequence[Split],
    learn: Callable[[Split], Fold],
    folder: Path,
) -> dict[str, Any]:
    """The cell's results; folds that its file holds already are not run again.

    Raises
    ------
    ModelError
        Where the file is of other data: results of two data sets are not to be mixed.
    """
    path = cell.path(folder)
    done = _begun(path, cell, task)
    known = {fold["split"] for fold in done["folds"]}
    for split in splits:
        if split.name in known:
            continue
        begun = perf_counter()
        found = learn(split)
        done["folds"].append(_fold(split, found, task, perf_counter() - begun))
        _write(path, done)
    done["complete"] = True
    _write(path, done)
    return done


def read(path: Path) -> dict[str, Any]:
    """A cell's file.

    Raises
    ------
    ModelError
        Where there is none, or it is no file of a cell.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ModelError(f"Expected the results of a cell at {path}: {error}.") from error
    if found.get("version") != VERSION:
        raise ModelError(f"{path} is of version {found.get('version')}; this is {VERSION}.")
    return found


def tested(cell: Cell, folder: Path) -> list[dict[str, Any]]:
    """What a cell's file says of every tested sample, fold after fold; empty where there is none.

    Raises
    ------
    ModelError
        As :func:`read`.
    """
    path = cell.path(folder)
    folds = read(path)["folds"] if path.is_file() else []
    return [test for fold in folds for test in fold["test"]]


def _begun(path: Path, cell: Cell, task: Task) -> dict[str, Any]:
    if not path.is_file():
        return {
            "version": VERSION,
            "cell": asdict(cell),
            "data": task.fingerprint,
            "rehabkit": rehabkit.__version__,
            "commit": _commit(),
            "machine": {"processor": platform.machine(), "system": platform.system()},
            "complete": False,
            "folds": [],
        }
    found = read(path)
    if found["data"] != task.fingerprint:
        raise ModelError(
            f"{path} holds results of other data ({found['data'][:12]}...); this data set is "
            f"{task.fingerprint[:12]}.... Move the file away, or write to another folder."
        )
    return found


def _fold(split: Split, found: Fold, task: Task, seconds: float) -> dict[str, Any]:
    values = {name: np.asarray(v).tolist() for name, v in found.predicted.items()}
    tested = [
        {**task.samples[i], **{name: _short(v[k]) for name, v in values.items()}}
        for k, i in enumerate(split.test.tolist())
    ]
    return {
        "split": split.name,
        "learned_from": sorted({task.samples[i]["subject"] for i in split.train.tolist()}),
        "settings": found.settings,
        "seconds": round(seconds, 2),
        "test": tested,
    }


def _short(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value


def _commit() -> str:
    """The code's commit where it is run from a checkout, else empty."""
    folder = Path(__file__).parent
    command = ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return ""
    return asked.stdout.strip()


def as_text(content: dict[str, Any]) -> str:
    """A cell's file: a line for each sample, so that a change shows where it is."""
    head = json.dumps({key: value for key, value in content.items() if key != "folds"})
    folds = ",\n".join(_fold_text(fold) for fold in content["folds"])
    return f'{head[:-1]}, "folds": [\n{folds}\n]}}\n'


def _fold_text(fold: dict[str, Any]) -> str:
    head = json.dumps({key: value for key, value in fold.items() if key != "test"})
    tested = ",\n".join(json.dumps(sample) for sample in fold["test"])
    return f'{head[:-1]}, "test": [\n{tested}\n]}}'


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(as_text(content))
    unfinished.replace(path)
