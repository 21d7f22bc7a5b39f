"""What UI-PRMD's score says of right and wrong repetitions: nobody gave it, it is computed.

``python benchmarks/movement_score.py [ROOT] [--cache DIR]``. The score of people of the test parts
of five folds by subject, by the usual movement of the training parts. AUC is the chance that a
right repetition scores above a wrong one of the same exercise.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from rehabkit.bench import metrics
from rehabkit.bench.protocols import protocol
from rehabkit.bench.tasks import task


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"))
    given = parser.parse_args()
    one = task("ui-prmd-score")
    assert one.target is not None
    data = one.load(given.root, given.cache)
    scores = np.full(len(data.truth), np.nan)
    for split in protocol("subject-5fold").splits(data.arrays.who, 0):
        scores[split.test] = one.target.within(data, split.train).truth[split.test, 0]
    right, exercises = data.truth.astype(bool), data.arrays.column("exercise")
    found = []
    print("exercise     AUC   median right  median wrong  at 0, %")
    for exercise in data.exercises:
        own = exercises == exercise
        found.append(metrics.auc(right[own], scores[own]))
        medians = [np.median(scores[own & kind]) for kind in (right, ~right)]
        none = 100 * float(np.mean(scores[own] == 0))
        print(f"{exercise}  {found[-1]:.2f}  {medians[0]:12.1f}  {medians[1]:12.1f}  {none:7.1f}")
    print(f"mean AUC {np.mean(found):.2f}; median of all {np.median(scores):.1f}")


if __name__ == "__main__":
    main()
