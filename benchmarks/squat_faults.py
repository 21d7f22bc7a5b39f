"""Findings on KIMORE's squats against faults that were judged by eye.

``python benchmarks/squat_faults.py [ROOT]``. ``kimore/squat_faults.csv`` says of each person's
squat (Es5) whether six faults were seen; what the judge was unsure of is left out. Each fault
belongs to one check of the definition ``kimore-es5``, by the table ``FAULTS``. A check's evidence
is the margin of the median repetition: how far it lies outside the band, negative inside; of a
sided check the worse side. Bands are those of healthy people without the person judged.

Printed are the area under the curve (AUC) of that evidence with a 90 % bootstrap interval over
people, sensitivity and specificity of the finding itself, and the median measured with and without
the fault. Below the line stand other checks that speak of the same fault.

To be read with care: which signal measures a fault was chosen with these labels in sight (knees
against the shoulders' width instead of the ankles', the centre of mass for balance). No limit was.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scores import case_of, templates_of_others

from rehabkit import datasets
from rehabkit.assessment.findings import find_in
from rehabkit.assessment.types import Check
from rehabkit.authoring.sets import HEALTHY
from rehabkit.datasets.row import Row
from rehabkit.exercises import catalogue

EXERCISE: Final = "kimore-es5"
DRAWS: Final = 2000
LEVEL: Final = 0.90


@dataclass(frozen=True)
class Fault:
    """A label of the table, the check that belongs to it, and why.

    ``also`` are checks that speak of it too.
    """

    label: str
    check: str
    reason: str
    also: tuple[str, ...] = ()


FAULTS: Final = (
    Fault("too_shallow", "short-knee-flexion", "depth of a squat is how far the knees bend"),
    Fault("feet_too_close", "feet-together", "ankles against the shoulders' width"),
    Fault("knees_too_close", "knees-together",
          "knees against the shoulders' width at the lowest point", ("knee-in", "feet-together")),
    Fault("knees_too_far_forward", "knees-forward",
          "lean of the shank: the Kinect's toes are no reference for the knee"),
    Fault("torso_incorrect_or_curved", "trunk-forward",
          "lean of the trunk: the Kinect's spine is next to straight", ("trunk-side",)),
    Fault("balance_wobbly", "body-sways",
          "the centre of mass should go straight down", ("weight-shift",)),
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A recording with everything that was looked for in it."""

    row: Row
    checks: tuple[Check, ...]

    def worse(self, check: str) -> tuple[float, float]:
        """Margin and measured value of a check's worse side; NaN where nothing was seen."""
        own = [
            (c.margin, c.measured)
            for c in self.checks
            if c.id == check and c.margin is not None and c.measured is not None
        ]
        return max(own, default=(float("nan"), float("nan")))

    def found(self, check: str) -> bool:
        """Whether the finding was made, on any side."""
        return any(c.found for c in self.checks if c.id == check)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    given = parser.parse_args()
    rows = datasets.load("kimore", given.root).select(exercise=EXERCISE).rows
    judged = judged_by_others(rows)
    print(
        f"{'fault':26}{'check':20}    Y    N  unseen   AUC  {LEVEL:.0%} interval  sens.  spec."
        "  median Y, N"
    )
    for fault in FAULTS:
        show(judged, fault.label, fault.check)
    made = [j.row.labels.get(f.label) for f in FAULTS for j in judged if j.found(f.check)]
    print(
        f"findings made: {made.count(True)} where the judge saw the fault, {made.count(False)} "
        f"where not, {made.count(None)} where the judge was unsure"
    )
    healthy = [j.row for j in judged if HEALTHY["kimore"].takes(j.row)]
    shares = [np.mean([r.labels.get(f.label) is True for r in healthy]) for f in FAULTS]
    print(f"faults seen in healthy people: {' '.join(f'{s:.2f}' for s in shares)} (as above)")
    print("also speak of it:")
    for fault in FAULTS:
        for check in fault.also:
            show(judged, fault.label, check)
    print("why these checks:")
    for fault in FAULTS:
        print(f"  {fault.label}: {fault.reason}")


def judged_by_others(rows: Sequence[Row]) -> list[Judged]:
    """Each recording against the healthy people without the person judged."""
    definition = catalogue.load(EXERCISE)
    cases = [(row, case_of(row)) for row in rows]
    others = templates_of_others(HEALTHY["kimore"], EXERCISE, cases)
    return [
        Judged(row, find_in(replace(case, template=others(row.subject), checks=[]), definition)[1])
        for row, case in cases
        if case is not None
    ]


def show(judged: Sequence[Judged], label: str, check: str) -> None:
    """One line of the table."""
    said = [j for j in judged if j.row.labels.get(label) is not None]
    seen = [j for j in said if np.isfinite(j.worse(check)[0])]
    truth = np.array([bool(j.row.labels[label]) for j in seen])
    margins, measured = np.array([j.worse(check) for j in seen]).T
    found = np.array([j.found(check) for j in seen])
    low, high = interval(truth, margins)
    print(
        f"{label:26}{check:20}{truth.sum():5d}{(~truth).sum():5d}{len(said) - len(seen):8d}"
        f"{area(truth, margins):6.2f}  {low:.2f} to {high:.2f}{found[truth].mean():9.2f}"
        f"{(~found[~truth]).mean():7.2f}  {np.median(measured[truth]):8.3g}, "
        f"{np.median(measured[~truth]):.3g}"
    )


def area(truth: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    """AUC: the share of pairs in which the one with the fault has more, a tie counts half."""
    pairs = values[truth][:, None] - values[~truth][None, :]
    return float(((pairs > 0) + 0.5 * (pairs == 0)).mean())


def interval(truth: NDArray[np.bool_], values: NDArray[np.float64]) -> tuple[float, float]:
    """Percentile bootstrap over people, who have one recording each; draws need both kinds."""
    rng = np.random.default_rng(0)
    areas: list[float] = []
    while len(areas) < DRAWS:
        drawn = rng.integers(len(truth), size=len(truth))
        if 0 < truth[drawn].sum() < len(truth):
            areas.append(area(truth[drawn], values[drawn]))
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(areas, [tail, 1 - tail])
    return float(low), float(high)


if __name__ == "__main__":
    main()
