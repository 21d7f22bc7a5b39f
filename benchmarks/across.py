"""Learned on one data set or sensor, asked on another: which exercise, right or wrong, what score.

``python benchmarks/across.py [ROOT] [--task NAME] [--cache FOLDER] [--table]``. Tasks: ``naming``
(which exercise), ``judging`` (incorrect, or a patient's), ``scoring`` (the shipped scorer on other
sets), ``patients`` (KIMORE's score learned on healthy people). Every pair of sources that shares a
movement is run, both ways. Each cell is a file below ``benchmarks/results`` and is not run again;
``--table`` prints what is there.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import across, across_scores, cells, clinical, metrics
from rehabkit.bench.across import JUDGED, JUDGING, NAMING, SOURCES, Source
from rehabkit.bench.across_scores import SCORED, SCORING
from rehabkit.bench.cells import Cell, Fold, Task
from rehabkit.bench.classes import Labelled, Shares
from rehabkit.bench.controls import CONTROLS
from rehabkit.bench.protocols import Who, protocol
from rehabkit.bench.recognition import is_named
from rehabkit.bench.splits import Split
from rehabkit.recording.arrays import Float

RESULTS: Final = Path(__file__).parent / "results"
PATIENTS: Final = "healthy-to-patients"
PATIENT_ROWS: Final = ("constant", "path-length", "standing-still", "extra-trees", "scorer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--task", action="append", choices=TASKS)
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"))
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    for name in given.task or TASKS:
        TASKS[name](Run(given.root, given.cache, given.table))


@dataclass(frozen=True)
class Run:
    """Where data are, and whether only to print."""

    root: Path
    cache: Path
    table: bool


def naming(run: Run) -> None:
    """Exercises of one source learned, the shared ones of another asked."""
    moves = cache(lambda source: across.moves(source, run.root, run.cache))
    print("naming: right (95 %, by person); unknown; named and wrong")
    for source, other in across.crossings(tuple(SOURCES)):
        cell = partial(Cell, "across-naming", protocol=f"{source.name}-to-{other.name}")
        known = across.Named(source, other, moves(source), moves(other))
        for name, learn in NAMING.items():
            if not run.table:
                cells.run(
                    cell(model=name), known.cell_task, known.splits, partial(learn, known), RESULTS
                )
            _naming_row(source, other, name, cells.tested(cell(model=name), RESULTS), known)


def _naming_row(
    source: Source, other: Source, name: str, tests: list[dict[str, Any]], known: across.Named
) -> None:
    if not tests:
        return
    right = np.array([t["class"] in known.right(t["movement"]) for t in tests], dtype=float)
    share = metrics.mean_by_people(right, _people(tests))
    movements = ", ".join(dict.fromkeys(t["movement"] for t in tests))
    line = f"{_ways(source, other)} {name:15s} {len(tests):4d}  {_interval(share)}"
    if "far" in tests[0]:
        named = np.array([is_named(t) for t in tests])
        line += f"  {1 - named.mean():.3f}  {(named & (right == 0)).mean():.3f}"
    print(f"{line}  {movements if name == 'constant' else ''}")


def judging(run: Run) -> None:
    """Wrong movements (patients') of one source learned, those of another asked."""
    gathered = cache(lambda source: across.gathered(source, run.root, run.cache))
    print("judging: AUC (95 %, by person); within a person's exercise; balanced accuracy; Spearman")
    for source, other in across.crossings(JUDGED):
        known, splits = across.judged(source, other, gathered(source), gathered(other))
        cell = partial(Cell, "across-judging", protocol=f"{source.name}-to-{other.name}")
        for name, learn in JUDGING.items():
            if not run.table:
                cells.run(
                    cell(model=name), known.cell_task, splits, partial(_shares, learn, known),
                    RESULTS,
                )  # fmt: skip
            _judging_row(source, other, name, cells.tested(cell(model=name), RESULTS), known)


def _shares(learn: Shares, known: Labelled, split: Split) -> Fold:
    return Fold({"share": learn(known, split)})


def _judging_row(
    source: Source, other: Source, name: str, tests: list[dict[str, Any]], known: Labelled
) -> None:
    if not tests:
        return
    places = np.array([t["sample"] for t in tests])
    asked = Judged(
        known.wrong[places], known.occasions[places], known.subjects[places],
        np.array([t["share"] for t in tests]),
    )  # fmt: skip
    rank = asked.rank(known.totals[places])
    print(f"{_ways(source, other)} {name:15s} {len(tests):4d}  {asked.line()}{rank}")


@dataclass(frozen=True, eq=False)
class Judged:
    """What was asked, and the share of wrong that a row gave."""

    wrong: NDArray[np.bool_]
    occasions: NDArray[np.str_]
    subjects: NDArray[np.str_]
    share: Float

    def part(self, kept: NDArray[np.bool_]) -> Judged:
        """The samples that a mask picks."""
        return Judged(self.wrong[kept], self.occasions[kept], self.subjects[kept], self.share[kept])

    def line(self) -> str:
        """AUC, within people, balanced accuracy."""
        return f"{self.order()}  {self._interval(self._balanced)}"

    def order(self) -> str:
        """AUC, and its mean within people's exercises that have three of both classes."""
        return f"{self._interval(self._auc)}  {self._within()}"

    def rank(self, total: Float) -> str:
        """Rank correlation with doctors' points, better for less wrong."""
        seen = np.flatnonzero(np.isfinite(total))
        if not len(seen) or np.ptp(self.share) == 0:
            return ""

        def spearman(places: NDArray[np.intp]) -> float:
            return metrics.spearman(total[seen[places]], -self.share[seen[places]])

        return f"  {_interval(metrics.by_people(spearman, self.subjects[seen]))}"

    def _interval(self, figure: Callable[[NDArray[np.intp]], float]) -> str:
        return _interval(metrics.by_people(figure, self.subjects))

    def _auc(self, places: NDArray[np.intp]) -> float:
        return metrics.auc(self.wrong[places], self.share[places])

    def _within(self) -> str:
        each = metrics.auc_by_occasion(self.wrong, self.share, self.occasions)
        people = np.array([name.split()[0] for name in each])
        if len(np.unique(people)) < 2:
            return "-"
        values = np.array(list(each.values()))
        return f"{_interval(metrics.mean_by_people(values, people))} of {len(each)}"

    def _balanced(self, places: NDArray[np.intp]) -> float:
        said = (self.share[places] > 0.5).astype(float)
        return metrics.balanced_accuracy(self.wrong[places].astype(float), said)


def scoring(run: Run) -> None:
    """The shipped scorer on other sets: correct above incorrect, and how often it says nothing."""
    print("scoring: AUC of correct (95 %, by person), within a person's exercise; said nothing")
    for name in SCORED:
        asked = across_scores.points(name, run.root, run.cache)
        cell = partial(Cell, "across-scoring", protocol=f"kimore-to-{name}")
        for row, learn in SCORING.items():
            if not run.table:
                cells.run(
                    cell(model=row), asked.cell_task, asked.splits, partial(learn, asked), RESULTS
                )
            _scoring_rows(asked, row, cells.tested(cell(model=row), RESULTS))


def _scoring_rows(
    asked: across_scores.Points, name: str, tests: list[dict[str, Any]]
) -> None:  # fmt: skip
    """All samples; where some are not scored, those that are too."""
    if not tests:
        return
    first = int(asked.learned.sum())
    exercises = np.array([asked.known.exercises[first + t["sample"]] for t in tests])
    total = np.array([t["total"] for t in tests], dtype=np.float64)
    wrong = [not asked.rows[first + t["sample"]].labels["correct"] for t in tests]
    silent = np.array([bool(t.get("why")) for t in tests])
    each = Judged(
        np.array(wrong),
        np.char.add(np.char.add(_people(tests), " "), exercises),
        _people(tests),
        -total,
    )
    print(f"{asked.name:14s} {name:15s} {_scored(each, np.isfinite(total))}  "
          f"said nothing {silent.mean():.3f}")  # fmt: skip
    if silent.any():
        print(f"{asked.name:14s} {name:15s} {_scored(each, ~silent)}  those scored")


def _scored(each: Judged, kept: NDArray[np.bool_]) -> str:
    if len(np.unique(each.subjects[kept])) < 2:
        return f"{kept.sum():4d}  too few people"
    return f"{kept.sum():4d}  {each.part(kept).order()}"


def patients(run: Run) -> None:
    """KIMORE's score learned on healthy people, asked of patients."""
    if not run.table:
        labelled = clinical.gather(run.root, 1)
        task = Task(
            [{"subject": r.row.subject, "exercise": r.row.exercise} for r in labelled.recordings],
            labelled.fingerprint,
        )
        who = Who.of(labelled.subjects, groups=labelled.groups)
        splits = protocol(PATIENTS).splits(who)
        for name in PATIENT_ROWS:
            learn: Callable[[Split], Fold] = (
                partial(clinical.tested, labelled) if name == "scorer"
                else partial(_control, labelled, name)
            )  # fmt: skip
            cells.run(Cell("across-scoring", name, PATIENTS), task, splits, learn, RESULTS)
    _patients_table(run)


def _control(labelled: clinical.Labelled, name: str, split: Split) -> Fold:
    return Fold({"total": CONTROLS[name](labelled.known, split)})


def _patients_table(run: Run) -> None:
    rows = {(r.subject, r.exercise): r for r in across.gathered(SOURCES["kimore"], run.root,
                                                                run.cache).rows}  # fmt: skip
    print("patients: MAD and Spearman (95 %, by person), means over exercises")
    for name in PATIENT_ROWS:
        tests = cells.tested(Cell("across-scoring", name, PATIENTS), RESULTS)
        if not tests:
            continue
        truth = np.array([rows[t["subject"], t["exercise"]].scores["total"] for t in tests], float)
        exercise = np.array([t["exercise"] for t in tests])
        predicted = np.array([t["total"] for t in tests])

        def figure(
            metric: metrics.Metric, places: NDArray[np.intp],
            of: tuple[Any, ...] = (truth, predicted, exercise),
        ) -> float:  # fmt: skip
            return metrics.mean_over(metric, *(a[places] for a in of))

        found = [metrics.by_people(partial(figure, m), _people(tests))
                 for m in (metrics.mad, metrics.spearman)]  # fmt: skip
        print(f"{name:15s} {len(tests):4d}  " + "  ".join(_interval(f) for f in found))


TASKS: Final[dict[str, Callable[[Run], None]]] = {
    "naming": naming,
    "judging": judging,
    "scoring": scoring,
    "patients": patients,
}


def _people(tests: Sequence[dict[str, Any]]) -> NDArray[np.str_]:
    return np.array([t["subject"] for t in tests])


def _ways(source: Source, other: Source) -> str:
    return f"{source.name:13s} to {other.name:13s}"


def _interval(found: metrics.Interval) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


if __name__ == "__main__":
    main()
