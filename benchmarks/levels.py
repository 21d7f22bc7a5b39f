"""KIMORE's levels that follow from scores which were predicted already, at no further training.

``python benchmarks/levels.py [ROOT] [--cache DIR] [--seeds N]``. Reads cells of
``benchmarks/clinical_score.py``: the clinical scorer's scores of people that it did not learn from.
They are cut where the training part of the same split cuts the doctors' scores. Results are cells
of ``kimore-level`` and its siblings, which ``rehabkit bench table`` shows.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.bench import cells
from rehabkit.bench.cells import Cell, Fold
from rehabkit.bench.levels import CUTS, Levels, level_of
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import SCORES, TaskData, task
from rehabkit.errors import ModelError

SCORED: Final = "kimore-score"
PROTOCOL: Final = "subject-5fold"
RESULTS: Final = Path(__file__).parent / "results"
ROWS: Final = {
    "clinical-scorer-levelled": ("scorer", ""),
    "clinical-scorer-session-levelled": ("scorer", " session"),
}
"""Name of a row -> the model of the cell that is read, and what stands behind a score's name."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"))
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    for score in SCORES:
        name = "kimore-level" if score == "total" else f"kimore-level-{score}"
        data = task(name).load(given.root, given.cache)
        for row in ROWS:
            for seed in range(given.seeds):
                run(data, score, row, seed)
        print(f"{name}: {', '.join(ROWS)} with {given.seeds} seeds each")


def run(data: TaskData, score: str, row: str, seed: int) -> None:
    """One cell from one cell."""
    model, kind = ROWS[row]
    found = cells.read(Cell(SCORED, model, PROTOCOL, seed).path(RESULTS))
    if found["data"] != data.arrays.fingerprint:
        raise ModelError(f"The scores of seed {seed} are of other data than {data.task.data}.")
    folds = {fold["split"]: fold for fold in found["folds"]}
    splits = protocol(PROTOCOL).splits(data.arrays.who, seed)
    learn = partial(_levels, data, folds, f"{score}{kind}")
    cells.run(Cell(data.task.name, row, PROTOCOL, seed), data.cell_task, splits, learn, RESULTS)


def _levels(
    data: TaskData, folds: Mapping[str, Mapping[str, Any]], column: str, split: Split
) -> Fold:
    """Levels of the test samples, whose people the fold's scorer did not learn from."""
    fold = folds[split.name]
    samples = data.arrays.samples
    tested = {samples[i].subject for i in split.test.tolist()}
    if tested & set(fold["learned_from"]):
        raise ModelError(f"{split.name}: the scores come from people who are to be tested.")
    said = {(one["subject"], one["exercise"]): one[column] for one in fold["test"]}
    scores = np.array(
        [said[samples[i].subject, samples[i].exercise] for i in split.test.tolist()]
    )  # fmt: skip
    cuts = Levels().within(data, split.train).settings[CUTS]
    return Fold({"class": level_of(scores, cuts), "score": scores}, {CUTS: cuts})


if __name__ == "__main__":
    main()
