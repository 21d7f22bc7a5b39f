"""Right or wrong, control or patient: plain models on people never seen, beside what needs none.

``python benchmarks/classification.py [ROOT] [--task NAME] [--model NAME] [--seeds N]``. Each cell
is a file below ``benchmarks/results`` and is not run again; ``--table`` prints what is there.
Settings are fixed, the same for every data set; nothing is chosen on a test part. ``stacked``
learns how to join its members, and their settings, from people left out of the training side.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import cells, classes, metrics, stacking
from rehabkit.bench.cells import Cell, Fold
from rehabkit.bench.classes import CONTROLS, DOCTORS, MODELS, TASKS, Labelled
from rehabkit.bench.members import LeftOut, log_odds
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import BenchTask
from rehabkit.recording.arrays import Float

RESULTS = Path(__file__).parent / "results"
CACHE = Path(".cache/bench")
INNER = {"subject-5fold": "subject-5fold", "leave-one-subject-out": "subject-3fold"}
"""How people of the training side are left out to learn ``stacked`` from, by the protocol."""
OWN, STACKED = "movement", "stacked"
ROWS = (*CONTROLS, OWN, STACKED, *MODELS)
SESSION = f"{OWN}, unlabelled session"
"""The row that sees all of a person's samples at an exercise, without their classes."""
FIVE = f"{OWN} with minirocket"
"""MiniRocket's shares as those of a fifth member, from both cells."""
MEMBERS = ("discriminant", "kernel", "trees", "mirrored trees")
TOGETHER = ", all exercises"
"""All of a person's samples get the mean of what they say, where a person is of one class."""
JOINED = tuple(f"{row}{TOGETHER}" for row in (OWN, "discriminant", STACKED, DOCTORS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--task", action="append", choices=TASKS)
    parser.add_argument("--model", action="append", choices=ROWS)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    for name in given.task or TASKS:
        task = TASKS[name]
        known = classes.gather(task, given.root)
        if not given.table:
            for model in given.model or _rows(task):
                for seed in range(given.seeds if protocol(task.protocols[0]).seeded else 1):
                    run(task, known, model, seed)
        table(task, known)


def _rows(task: BenchTask) -> list[str]:
    """What is run where no model is named."""
    return [row for row in ROWS if row != DOCTORS or task.data == "kimore"]


def run(task: BenchTask, known: Labelled, model: str, seed: int) -> None:
    """One cell."""
    splits = protocol(task.protocols[0]).splits(known.who, seed)
    learn: Callable[[Split], Fold] = partial(_learn, task, known, model)
    cells.run(cell(task, model, seed), known.cell_task, splits, learn, RESULTS)


def cell(task: BenchTask, model: str, seed: int) -> Cell:
    """Where results lie; samples are numbered in this table's own way, so apart from others'."""
    return Cell(f"{task.name}-figures", model, task.protocols[0], seed)


def _learn(task: BenchTask, known: Labelled, model: str, split: Split) -> Fold:
    if model == OWN:
        return Fold(classes.movement(known, split))
    if model == STACKED:
        inner = protocol(INNER[task.protocols[0]])
        return stacking.stacked(known, split, LeftOut(known, CACHE), inner)
    return Fold({"share": classes.model(model)(known, split)})


def table(task: BenchTask, known: Labelled) -> None:
    """Every model that has results, one line each."""
    print(f"\n{task.words}; {protocol(task.protocols[0]).words}; {len(known.wrong)} samples of "
          f"{len(set(known.subjects.tolist()))} people")  # fmt: skip
    print(f"{'row':22s}seeds  balanced (95 %, by person)  by exercise   AUC  within  by person")
    for row in (*ROWS, *MEMBERS, FIVE, SESSION, *JOINED):
        found = collected(task, row, known)
        if len(found):
            print(f"{row:26s}{len(found)}  " + line(known, found))


def collected(task: BenchTask, row: str, known: Labelled) -> Float:
    """(seeds, samples) shares of the second class; empty without results."""
    if row == FIVE:
        own, rocket = (collected(task, r, known) for r in (OWN, "minirocket"))
        both = min(len(own), len(rocket))
        return (len(MEMBERS) * own[:both] + rocket[:both]) / (len(MEMBERS) + 1) if both else own[:0]
    if row.endswith(TOGETHER):
        return _together(collected(task, row.removesuffix(TOGETHER), known), known)
    seeds = range(100 if protocol(task.protocols[0]).seeded else 1)
    model, key = (OWN, row) if row in MEMBERS else (row.split(",", maxsplit=1)[0], "share")
    paths = [cell(task, model, seed).path(RESULTS) for seed in seeds]
    each = [shares(cells.read(path), len(known.wrong), key) for path in paths if path.is_file()]
    if row == SESSION:
        several = [one for one in each if np.isnan(by_person(known, one))]
        each = [_centred(one, known) for one in several]  # nothing where a person is of one class
    return np.array([one for one in each if np.isfinite(one).all()])


def shares(found: dict[str, Any], count: int, key: str) -> Float:
    """(samples,) of one cell; NaN where it was not run yet."""
    values = np.full(count, np.nan)
    for fold in found["folds"]:
        for tested in fold["test"]:
            values[tested["sample"]] = tested[key]
    return values


def line(known: Labelled, found: Float) -> str:
    """Balanced accuracy with its interval, by exercise; AUC, within people, of people."""
    whole = metrics.by_people(partial(_balanced, known.wrong, found), known.subjects)
    each = [known.exercises == exercise for exercise in np.unique(known.exercises)]
    by_exercise = np.mean([_balanced(known.wrong, found, np.flatnonzero(e)) for e in each])
    auc = np.mean([metrics.auc(known.wrong, one) for one in found])
    within = np.mean([within_people(known, one) for one in found])
    person = np.mean([by_person(known, one) for one in found])
    return (
        f"{whole.value:.3f} ({whole.low:.3f} to {whole.high:.3f})  {by_exercise:15.3f}  "
        f"{auc:.3f}  {within:.3f}  {person:.3f}"
    )


def _balanced(wrong: NDArray[np.bool_], found: Float, places: NDArray[np.intp]) -> float:
    """Mean over seeds; half a chance is the border."""
    truth = wrong[places].astype(np.float64)
    each = [metrics.balanced_accuracy(truth, (one[places] > 0.5).astype(float)) for one in found]
    return float(np.mean(each))


def within_people(known: Labelled, share: Float) -> float:
    """Mean AUC over each person's exercises that have three samples of both classes."""
    found = metrics.auc_by_occasion(known.wrong, share, known.occasions)
    return float(np.mean(list(found.values()))) if found else float("nan")


def by_person(known: Labelled, share: Float) -> float:
    """Balanced accuracy of people, where all samples of each are of one class; else NaN."""
    own = [known.subjects == person for person in np.unique(known.subjects)]
    wrong = np.array([known.wrong[o].mean() for o in own])
    if not np.isin(wrong, (0, 1)).all():
        return float("nan")
    said = np.array([share[o].mean() for o in own])
    return _balanced(wrong == 1, said[None], np.arange(len(own)))


def _together(each: Float, known: Labelled) -> Float:
    """What all of a person's samples say together; empty where a person is of both classes."""
    kept = [one for one in each if np.isfinite(by_person(known, one))]
    return np.array([stacking.of_sessions(one, known.subjects) for one in kept])


def _centred(share: Float, known: Labelled) -> Float:
    """Log odds less the median of the person's own at the exercise: no label, but all samples."""
    odds = log_odds(share, stacking.SURE)
    occasions = known.occasions
    for name in np.unique(occasions):
        odds[occasions == name] -= np.median(odds[occasions == name])
    return np.asarray(1 / (1 + np.exp(-odds)))


if __name__ == "__main__":
    main()
