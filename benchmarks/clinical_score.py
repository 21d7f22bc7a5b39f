"""KIMORE's scores for people never seen: the clinical scorer beside plain rows.

``python benchmarks/clinical_score.py [ROOT] [--seeds N] [--workers N] [--ship]``. Every seed draws
five folds by subject. Settings are chosen in inner folds, healthy templates and normal movement
from training people alone. Each cell is a file below ``benchmarks/results`` and is not run again;
``--table`` prints what is there. ``--ship`` learns from everybody and writes the package's weights;
``--ship-familiar`` those alone that say which limbs and courses of time are usual.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import rehabkit
from rehabkit import datasets
from rehabkit.authoring.sets import exercises_of
from rehabkit.bench import cells, familiar, metrics
from rehabkit.bench.cells import Cell, Fold, Task
from rehabkit.bench.clinical import DATA, Labelled, fitted, gather, settings_of, tested
from rehabkit.bench.controls import CONTROLS
from rehabkit.bench.protocols import Who, protocol
from rehabkit.bench.splits import Split
from rehabkit.datasets.row import Row
from rehabkit.models import clinical_store, weights
from rehabkit.recording.arrays import Float

TASK, PROTOCOL = "kimore-score", "subject-5fold"
RESULTS = Path(__file__).parent / "results"
PACKAGE = Path(clinical_store.__file__).parent / "data"
BASELINE = "extra-trees"
ROWS = (*CONTROLS, "scorer", "scorer-session")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--ship", action="store_true")
    parser.add_argument("--ship-familiar", action="store_true")
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"))
    given = parser.parse_args()
    if given.ship or given.ship_familiar:
        ship_familiar(familiar.gather(given.root, given.cache))
    if given.ship_familiar:
        return
    if not given.table:
        labelled = gather(given.root, given.workers)
        for row, why in labelled.refused:
            print(f"left out: {row.subject} {row.exercise}: {why}")
        if given.ship:
            ship(labelled)
            return
        with ProcessPoolExecutor(given.workers, get_context("fork")) as pool:
            list(pool.map(partial(one_seed, labelled), range(given.seeds)))
    table(given.root, given.seeds)


def one_seed(labelled: Labelled, seed: int) -> None:
    who = Who.of(labelled.subjects, groups=labelled.groups)
    splits = protocol(PROTOCOL).splits(who, seed)
    task = Task([_sample(labelled, i) for i in range(len(labelled.truth))], labelled.fingerprint)
    for name, control in CONTROLS.items():
        learn: Callable[[Split], Fold] = partial(_control, labelled, control)
        cells.run(Cell(TASK, name, PROTOCOL, seed), task, splits, learn, RESULTS)
    cells.run(
        Cell(TASK, "scorer", PROTOCOL, seed), task, splits, partial(tested, labelled), RESULTS
    )


def _sample(labelled: Labelled, index: int) -> dict[str, Any]:
    """Who and what; the doctors' scores stay in the data set."""
    row = labelled.recordings[index].row
    return {"subject": row.subject, "exercise": row.exercise}


def _control(labelled: Labelled, control: Callable[..., Float], split: Split) -> Fold:
    return Fold({"total": control(labelled.known, split)})


def ship(labelled: Labelled) -> None:
    """Learn from everybody; write weights, their checksum and what the card states."""
    figures = labelled.figures()
    everybody = np.arange(len(figures))
    settings = settings_of(
        figures, labelled.truth, labelled.healthy, labelled.subjects, labelled.groups
    )
    scorer = fitted(labelled, figures, everybody, settings)
    facts = {
        "name": "clinical-kimore 2",
        "data": DATA,
        "people": len(set(labelled.subjects.tolist())),
        "recordings": len(figures),
        "fingerprint": labelled.fingerprint,
        "exercises": list(exercises_of("kimore")),
        "settings": settings,
        "rehabkit": rehabkit.__version__,
    }
    PACKAGE.mkdir(parents=True, exist_ok=True)
    path = PACKAGE / clinical_store.SHIPPED
    weights.keep_checksum(path, clinical_store.write(path, scorer, facts))
    print(f"{path}: {facts}")


def ship_familiar(people: familiar.People) -> None:
    """Learn from everybody which limbs and courses of time are usual; write it."""
    known = people.fitted()
    facts = {
        "name": "familiar-kimore 1",
        "data": DATA,
        "people": len(set(people.subjects.tolist())),
        "recordings": len(people.X),
        "fingerprint": people.fingerprint,
        "rehabkit": rehabkit.__version__,
    }
    PACKAGE.mkdir(parents=True, exist_ok=True)
    path = PACKAGE / clinical_store.FAMILIAR
    weights.keep_checksum(path, clinical_store.write_familiar(path, known, facts))
    told = np.isfinite(known.least_)
    print(f"{path}: {facts}, arms over legs {np.exp(known.usual_):.2f}, times or over "
          f"{np.exp(known.within_):.2f}; direction told of {told}")  # fmt: skip


def table(root: Path, seeds: int) -> None:
    """Means over exercises and seeds, and paired differences to the plain row by person."""
    rows = datasets.load("kimore", root).rows
    truth = {(row.subject, row.exercise): row for row in rows}
    kinds = {row: _collected(row, seeds, truth) for row in ROWS}
    base = kinds[BASELINE]
    if not base:
        print(f"no results of {BASELINE} yet")
        return
    print(f"{'row':16s} seeds    MAD   RMSE  Spearman   MAD against {BASELINE} (95 %, by person)")
    for row, found in kinds.items():
        if not found:
            continue
        values = [_mean(metric, found) for metric in (metrics.mad, metrics.rmse, metrics.spearman)]
        shares = [
            v / _mean(m, base) for v, m in zip(values, (metrics.mad, metrics.rmse), strict=False)
        ]
        gap = _gap(found, base)
        print(
            f"{row:16s} {len(found):5d}  {values[0]:5.2f}  {values[1]:5.2f}  {values[2]:8.3f}   "
            f"{shares[0]:.3f} (RMSE {shares[1]:.3f})  {gap.value:+.2f} "
            f"({gap.low:+.2f} to {gap.high:+.2f})"
        )
    for row in ("scorer", "scorer-session"):
        _coverage(row, kinds[row])


@dataclass(frozen=True, eq=False)
class Column:
    """What one seed's cell said, sorted by person and exercise."""

    truth: Float
    predicted: Float
    half: Float
    exercise: NDArray[np.str_]
    subject: NDArray[np.str_]
    group: NDArray[np.str_]

    @property
    def off(self) -> Float:
        """Absolute errors."""
        return np.abs(self.predicted - self.truth)


def _collected(row: str, seeds: int, truth: dict[tuple[str, str], Row]) -> list[Column]:
    model = row.removesuffix("-session")
    key = "total" if model == row else "total session"
    paths = [Cell(TASK, model, PROTOCOL, seed).path(RESULTS) for seed in range(seeds)]
    return [_column(cells.read(path), key, truth) for path in paths if path.is_file()]


def _column(found: dict[str, Any], key: str, truth: dict[tuple[str, str], Row]) -> Column:
    tests = [t for fold in found["folds"] for t in fold["test"]]
    tests.sort(key=lambda t: (t["subject"], t["exercise"]))
    rows = [truth[t["subject"], t["exercise"]] for t in tests]
    return Column(
        np.array([row.scores["total"] for row in rows], dtype=np.float64),
        np.array([t[key] for t in tests]),
        np.array([t.get(f"{key} half", np.nan) for t in tests]),
        np.array([row.exercise for row in rows]),
        np.array([row.subject for row in rows]),
        np.array([row.group for row in rows]),
    )


def _mean(metric: metrics.Metric, found: Sequence[Column]) -> float:
    each = [metrics.mean_over(metric, c.truth, c.predicted, c.exercise) for c in found]
    return float(np.mean(each))


def _gap(found: Sequence[Column], base: Sequence[Column]) -> metrics.Interval:
    """Mean absolute error less the plain row's, sample by sample, people resampled."""
    gaps = np.mean([c.off for c in found], axis=0) - np.mean([c.off for c in base], axis=0)
    return metrics.mean_by_people(gaps, found[0].subject)


def _coverage(row: str, found: Sequence[Column]) -> None:
    if not found:
        return
    inside = np.mean([c.off <= c.half for c in found], axis=0)
    off = np.mean([c.off for c in found], axis=0)
    wide = np.mean([c.half.mean() for c in found])
    print(f"{row}: intervals of +-{wide:.1f} points cover {100 * inside.mean():.1f} %")
    for group in np.unique(found[0].group):
        own = found[0].group == group
        share = metrics.mean_by_people(inside[own], found[0].subject[own])
        print(
            f"  {group:12s} {100 * share.value:5.1f} % ({100 * share.low:.0f} to "
            f"{100 * share.high:.0f}), MAD {off[own].mean():.2f}"
        )


if __name__ == "__main__":
    main()
