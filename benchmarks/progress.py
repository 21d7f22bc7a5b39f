"""Progress: how often a series of visits is said to have changed, with and without a change.

``python benchmarks/progress.py`` generates people who squat at eight visits, analyses every visit
and prints how often a measure of the last visit is called more than chance against the first, with
95 % intervals: Wilson's for one measure, a bootstrap over people for all shown ones together.
``--people N`` takes another number, ``--workers N`` processes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from rehabkit.pipeline import analyze
from rehabkit.progress import build, visits_of
from rehabkit.progress.document import MeasurePart
from rehabkit.report.document import Summary
from rehabkit.report.summary import summarize
from rehabkit.simulate import Faults, generate

VISITS = 8
REPETITIONS = 5
JUDGED = ("knee_flexion_left.max", "knee_flexion_left.range", "duration")


@dataclass(frozen=True)
class Case:
    """What happens to the knee's bend over the visits, in deg."""

    name: str
    gain_deg: float
    day_deg: float = 0.0


CASES = (
    Case("no change", 0.0),
    Case("no change, days vary by 3 deg", 0.0, 3.0),
    Case("12 deg over 8 visits", 12.0),
    Case("12 deg, days vary by 3 deg", 12.0, 3.0),
)


def visit(case: Case, person: int, number: int) -> Summary:
    """One visit: noise of the joints, slow wandering, and a day of the person's own."""
    seed = 1000 * person + number
    rng = np.random.default_rng([person, number, 7])
    depth = float(np.random.default_rng(person).uniform(80, 105))
    knee = depth + case.gain_deg * number / (VISITS - 1) + rng.normal(0, case.day_deg or 1e-12)
    made = generate(
        "squat", repetitions=REPETITIONS, seed=seed, noise_m=0.004,
        extreme={"knee_flexion": float(knee)}, faults=Faults(tremor_deg=2.0, tremor_hz=0.4),
    )  # fmt: skip
    return summarize(analyze(made.recording, exercise="squat"))


def person_of(task: tuple[Case, int]) -> list[MeasurePart]:
    """The shown measures of one person's series."""
    case, person = task
    summaries = [visit(case, person, number) for number in range(VISITS)]
    found = build(visits_of([(s, None) for s in summaries]))
    return [m for m in found.sections[0].series[0].measures if m.shown and m.kind == "measure"]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if not n:
        return float("nan"), float("nan")
    z, share = 1.959964, hits / n
    middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + (z / n) ** 2 / 4)
    return float((middle - half) / (1 + z * z / n)), float((middle + half) / (1 + z * z / n))


def over_people(shares: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the mean share, drawing people anew: one person's measures go together."""
    rng = np.random.default_rng(0)
    means = rng.choice(np.array(shares), (5000, len(shares))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def cell(share: float, interval: tuple[float, float]) -> str:
    """``"2.5 [0.4, 12.9]"`` in per cent."""
    return f"{100 * share:.1f} [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"


def row(case: Case, found: Sequence[Sequence[MeasurePart]]) -> str:
    """One line of the table."""
    cells = []
    for key in JUDGED:
        real = [m.verdict == "real" for own in found for m in own if m.key == key]
        cells.append(cell(float(np.mean(real)), wilson(sum(real), len(real))))
    shares = [float(np.mean([m.verdict == "real" for m in own])) for own in found]
    cells.append(cell(float(np.mean(shares)), over_people(shares)))
    return f"{case.name:32}{len(found):>7}" + "".join(f"{c:>26}" for c in cells)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    told = parser.parse_args()
    names = [*(k.replace("_left", "") for k in JUDGED), "all shown measures"]
    print(
        f"Generated squats, {VISITS} visits of {REPETITIONS} repetitions: the last visit called "
        "more than chance against the first, %"
    )
    print(f"{'':32}{'people':>7}" + "".join(f"{name:>26}" for name in names))
    with ProcessPoolExecutor(told.workers, mp_context=get_context("spawn")) as pool:
        for case in CASES:
            tasks = [(case, person) for person in range(1, told.people + 1)]
            print(row(case, list(pool.map(person_of, tasks))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
