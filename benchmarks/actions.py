"""Everyday and sports actions of people never seen: UTKinect's ten, UTD-MHAD's 27, skeletons alone.

``python benchmarks/actions.py [ROOT] [--table]``. Each cell is a file below ``benchmarks/results``
and is not run again; ``--table`` prints what is there. Which courses are looked at and the kernel's
width are chosen by leaving out the training people one by one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.bench import actions, cells, metrics
from rehabkit.bench.actions import PROTOCOLS, ROWS, Actions
from rehabkit.bench.cells import Cell
from rehabkit.bench.protocols import protocol

RESULTS: Final = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    for name in PROTOCOLS:
        known = actions.gather(name, given.root)
        for row, why in known.refused:
            print(f"left out: {name} {row.subject} {row.path.name}: {why}")
        if not given.table:
            run(name, known)
        table(name, known)


def run(name: str, known: Actions) -> None:
    """All cells of a data set."""
    for way in PROTOCOLS[name]:
        splits = protocol(way).splits(known.who)
        for row, learn in ROWS.items():
            cells.run(_cell(name, row, way), known.task, splits, partial(learn, known), RESULTS)


def table(name: str, known: Actions) -> None:
    """Shares right with intervals over people, what is exchanged most, and settings chosen."""
    for way in PROTOCOLS[name]:
        words = protocol(way).words + (", leaky" if protocol(way).leaky else "")
        print(f"\n{name}, {len(np.unique(known.truth))} actions; {words}")
        for row in ROWS:
            path = _cell(name, row, way).path(RESULTS)
            if path.is_file():
                _row(row, known, cells.read(path)["folds"])


def _row(row: str, known: Actions, folds: list[dict[str, Any]]) -> None:
    tests = [test for fold in folds for test in fold["test"]]
    truth = known.truth[[test["number"] for test in tests]]
    found = np.array([test["class"] for test in tests])
    people = np.array([test["subject"] for test in tests])
    right = (found == truth).astype(float)
    share = metrics.mean_by_people(right, people)
    print(f"{row:16s} {len(tests):4d} recordings of {len(set(people.tolist()))} people, right "
          f"{share.value:6.2%} ({share.low:.1%} to {share.high:.1%})")  # fmt: skip
    if row == "aligned-courses":
        wrong = Counter(zip(truth[right == 0].tolist(), found[right == 0].tolist(), strict=True))
        most = "; ".join(f"{a} as {b} {n}" for (a, b), n in wrong.most_common(5))
        print(f"    named wrong most: {most}")
        chosen = Counter(_settings(fold["settings"]) for fold in folds)
        print("    chosen: " + "; ".join(f"{words}, {n} of {len(folds)}"
                                         for words, n in chosen.most_common(4)))  # fmt: skip


def _settings(chosen: dict[str, Any]) -> str:
    return f"{'+'.join(chosen['courses'])} width {chosen['width']}"


def _cell(name: str, row: str, way: str) -> Cell:
    return Cell(f"{name}-actions", row, way)


if __name__ == "__main__":
    main()
