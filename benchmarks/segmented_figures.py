"""FineRehab's comparison: figures of single repetitions against those of the whole recording.

``python benchmarks/segmented_figures.py [ROOT] [--data NAME] [--model NAME] [--protocol NAME]``.
Six classifiers with FineRehab's figures, one an exercise. Segmented: learned from repetitions, and
a recording's class is the mean of its repetitions'. KIMORE is cut by RehabKit; UI-PRMD's files are
single repetitions, and a recording is all of a person's right or all of their wrong ones joined.
By sample a repetition is tested by itself, whoever made it (leaky), as the papers do. 70/30 by
subject is drawn five times.
Each cell is a file below ``benchmarks/results``; ``--table`` prints what is there.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import cells, classes, metrics
from rehabkit.bench.cells import Cell, Fold
from rehabkit.bench.classes import TASKS, Labelled
from rehabkit.bench.protocols import protocol
from rehabkit.bench.splits import Split
from rehabkit.kinematics.finerehab_features import joined
from rehabkit.models.classical import SIX
from rehabkit.recording.arrays import Float

RESULTS = Path(__file__).parent / "results"
DATA = {"kimore": "kimore-patient", "ui-prmd": "ui-prmd-correct"}
PROTOCOLS = {"subject-5fold": 1, "subject-70-30": 5, "sample-70-30": 1}
"""How many seeds each is run with: 70/30 by subject is one draw a seed."""
CONTROLS = ("constant", "identity", "standing-still")
WAYS = ("segmented", "whole")


@dataclass(frozen=True, eq=False)
class Way:
    """Samples of one way, and (samples,) the recording each belongs to."""

    known: Labelled
    recording: NDArray[np.str_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--data", action="append", choices=DATA)
    parser.add_argument("--model", action="append", choices=(*SIX, *CONTROLS))
    parser.add_argument("--protocol", action="append", choices=PROTOCOLS)
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    for data in given.data or DATA:
        ways = {"kimore": kimore, "ui-prmd": ui_prmd}[data](given.root)
        for name in given.protocol or PROTOCOLS:
            for model in () if given.table else given.model or (*CONTROLS, *SIX):
                for way in WAYS:
                    run(data, name, model, way, ways[way])
            table(data, name, ways)


def kimore(root: Path) -> dict[str, Way]:
    """Recordings, and their repetitions; a recording that was not cut stands for itself."""
    task = TASKS[DATA["kimore"]]
    known = classes.gather(task, root, repetitions=True)
    names = known.occasions
    first = known.figures.repetition == 0
    uncut = first & ~np.isin(names, names[~first])
    return {
        "segmented": _way(known, ~first | uncut, names),
        "whole": _way(known, first, names),
    }


def ui_prmd(root: Path) -> dict[str, Way]:
    """Repetitions, and all right or all wrong ones of a person at an exercise, joined."""
    known = classes.gather(TASKS[DATA["ui-prmd"]], root)
    kind = np.where(known.wrong, "b", "a")  # right and wrong are apart, and not named
    names = np.array([" ".join(w) for w in zip(known.subjects, known.exercises, kind, strict=True)])
    _, first = np.unique(names, return_index=True)
    whole = _way(known, np.isin(np.arange(len(names)), first), names)
    figures = np.array([
        joined(known.figures.finerehab[names == n], known.figures.seconds[names == n])
        for n in whole.recording
    ])  # fmt: skip
    changed = replace(whole.known.figures, finerehab=figures)
    return {
        "segmented": _way(known, np.ones(len(names), dtype=bool), names),
        "whole": Way(replace(whole.known, figures=changed), whole.recording),
    }


def _way(known: Labelled, kept: NDArray[np.bool_], names: NDArray[np.str_]) -> Way:
    return Way(Labelled(known.figures.part(kept), known.wrong[kept]), names[kept])


def run(data: str, name: str, model: str, way: str, given: Way) -> None:
    """Its cells, one a seed."""
    known = given.known

    def learn(split: Split) -> Fold:
        return Fold({"share": classes.model(model)(known, split)})

    for cell in _cells(data, name, model, way):
        splits = protocol(name).splits(known.who, cell.seed)
        cells.run(cell, known.cell_task, splits, learn, RESULTS)


def _cells(data: str, name: str, model: str, way: str) -> list[Cell]:
    seeds = range(PROTOCOLS[name])
    return [Cell(f"{data}-figures-{way}", model, name, seed) for seed in seeds]


@dataclass(frozen=True, eq=False)
class Said:
    """What a model said: of recordings, or of samples where people are not kept apart."""

    wrong: NDArray[np.bool_]
    right: Float
    subject: NDArray[np.str_]


def said(paths: list[Path], given: Way, leaky: bool) -> Said:
    """Whether each answer was right; folds and draws one after the other."""
    subjects = given.known.subjects
    wrong, right, subject = [], [], []
    for fold in (fold for path in paths for fold in cells.read(path)["folds"]):
        places = np.array([t["sample"] for t in fold["test"]])
        share = np.array([t["share"] for t in fold["test"]])
        names = places if leaky else given.recording[places]
        _, first, own = np.unique(names, return_index=True, return_inverse=True)
        truth = given.known.wrong[places[first]]
        wrong.append(truth)
        right.append((np.bincount(own, share) / np.bincount(own) > 0.5) == truth)
        subject.append(subjects[places[first]])
    return Said(np.concatenate(wrong), np.concatenate(right).astype(float), np.concatenate(subject))


def table(data: str, name: str, ways: dict[str, Way]) -> None:
    """Accuracies of both ways, and their paired difference by person where people are apart."""
    leaky = protocol(name).leaky
    print(f"\n{data}; {protocol(name).words}{' (leaky)' if leaky else ''}; per exercise")
    print(f"{'row':22s}segmented: accuracy, balanced   whole: accuracy, balanced   difference")
    for model in (*CONTROLS, *SIX):
        paths = {w: [c.path(RESULTS) for c in _cells(data, name, model, w)] for w in WAYS}
        if not all(path.is_file() for each in paths.values() for path in each):
            continue
        one, two = (said(paths[way], ways[way], leaky) for way in WAYS)
        words = "" if leaky else _difference(one, two)
        print(f"{model:22s}{_figures(one):>29s}{_figures(two):>28s}   {words}")


def _figures(found: Said) -> str:
    return f"{found.right.mean():.3f}  {_balanced(found, np.arange(len(found.right))):.3f}"


def _balanced(found: Said, places: NDArray[np.intp]) -> float:
    wrong, right = found.wrong[places], found.right[places]
    return float(np.mean([right[wrong == c].mean() for c in np.unique(wrong)]))


def _difference(one: Said, two: Said) -> str:
    """Balanced accuracy of segmented less whole, the same people drawn for both."""
    if not np.array_equal(one.subject, two.subject):
        return "not of the same recordings"
    gap = metrics.by_people(partial(_gap, one, two), one.subject)
    return f"{gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})"


def _gap(one: Said, two: Said, places: NDArray[np.intp]) -> float:
    return _balanced(one, places) - _balanced(two, places)


if __name__ == "__main__":
    main()
