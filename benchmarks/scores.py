"""Scores against what is known: doctors, groups, correct and incorrect repetitions.

``python benchmarks/scores.py [ROOT] [--set NAME]``. Every person is scored with templates that
were built without that person. KIMORE: Spearman of our 0-100 with the doctors' total score, and
means by group; UI-PRMD: share of person and exercise pairs whose incorrect repetitions score below
the correct ones; IntelliRehabDS: AUC within person and gesture, for people with at least three
correct and three incorrect repetitions. A recording without a score counts as the lowest in AUC,
and the number of them is printed.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from rehabkit import datasets
from rehabkit.assessment.readings import Case
from rehabkit.assessment.scores import score
from rehabkit.assessment.types import Scores
from rehabkit.authoring.sets import HEALTHY, HealthySet, exercises_of, users_of
from rehabkit.authoring.templates import Sample, build, sample
from rehabkit.datasets.row import Row
from rehabkit.exercises import catalogue
from rehabkit.pipeline import analyze
from rehabkit.templates.types import Template

FEWEST = 3


@dataclass(frozen=True)
class Scored:
    """A recording and its scores, None where it may not be judged."""

    row: Row
    scores: Scores | None

    @property
    def overall(self) -> float | None:
        """0-100, or None."""
        return None if self.scores is None else self.scores.overall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--set", dest="sets", action="append", choices=list(HEALTHY))
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    shows = {"kimore": kimore, "ui-prmd": ui_prmd, "irds": irds}
    for name in given.sets or HEALTHY:
        chosen = HEALTHY[name]
        rows = datasets.load(name, given.root).of_sensor(chosen.sensor)
        with ProcessPoolExecutor(given.workers, get_context("spawn")) as pool:
            jobs = [(chosen, e, [r for r in rows if r.exercise == e]) for e in exercises_of(name)]
            found = list(pool.map(scored, *zip(*jobs, strict=True)))
        shows[name]([one for part in found for one in part])


def scored(chosen: HealthySet, exercise: str, rows: Sequence[Row]) -> list[Scored]:
    """Every recording of one exercise, its person left out of the template."""
    definition = catalogue.load(exercise)
    cases = [(row, case_of(row)) for row in rows]
    others = templates_of_others(chosen, exercise, cases)
    return [
        Scored(row, score(case, definition, others(row.subject)) if case is not None else None)
        for row, case in cases
    ]


def templates_of_others(
    chosen: HealthySet, exercise: str, cases: Sequence[tuple[Row, Case | None]]
) -> Callable[[str], Template]:
    """For each subject the template of all healthy people but that one."""
    definition, users = catalogue.load(exercise), users_of(exercise)
    samples = [
        sample(row.subject, case, definition, users)
        for row, case in cases
        if case is not None and case.repetitions and chosen.takes(row)
    ]
    everyone = build(exercise, samples, chosen.words, chosen.sensor)
    own = {s.subject for s in samples}
    templates = {s: without(s, exercise, samples, chosen) for s in own}
    return lambda subject: templates.get(subject, everyone)


def without(subject: str, exercise: str, samples: Sequence[Sample], chosen: HealthySet) -> Template:
    kept = [s for s in samples if s.subject != subject]
    return build(exercise, kept, chosen.words, chosen.sensor)


def case_of(row: Row) -> Case | None:
    found = analyze(row.path, exercise=row.exercise, format=row.format, **dict(row.options))
    return found.case if found.gate.usable else None


def kimore(found: Sequence[Scored]) -> None:
    from scipy.stats import spearmanr

    print("KIMORE: our 0-100 against the doctors' total score, means by group")
    print("exercise    n  none  Spearman  compl  corr  smooth  experts  not-experts  patients")
    for exercise in exercises_of("kimore"):
        own = [s for s in found if s.row.exercise == exercise]
        seen = [s for s in own if s.overall is not None]
        marked = [s for s in seen if s.row.scores.get("total") is not None]
        truth = [s.row.scores["total"] for s in marked]
        parts = [[s.overall for s in marked]] + [
            [getattr(s.scores, k).value for s in marked]
            for k in ("completeness", "correction", "smoothness")
        ]
        rho = [spearmanr(np.array(p, float), truth, nan_policy="omit")[0] for p in parts]
        groups = [("expert",), ("not expert",), ("back pain", "Parkinson", "stroke")]
        means = [np.mean([s.overall for s in seen if s.row.group in g]) for g in groups]
        print(
            f"{exercise}  {len(marked):3d}  {len(own) - len(seen):4d}  {rho[0]:8.2f}  "
            f"{rho[1]:5.2f} {rho[2]:5.2f}  {rho[3]:6.2f}  {means[0]:7.1f}  {means[1]:11.1f}  "
            f"{means[2]:8.1f}"
        )
    values = [s.overall for s in found if s.overall is not None]
    fifths = np.quantile(np.array(values), [0.2, 0.4, 0.6, 0.8])
    print("cuts between fifths:", " ".join(f"{q:.1f}" for q in fifths))


def ui_prmd(found: Sequence[Scored]) -> None:
    pairs = by_person(found, "correct")
    below = [
        np.mean([v for c, v in pair if not c and v is not None])
        < np.mean([v for c, v in pair if c and v is not None])
        for pair in pairs.values()
    ]
    none = sum(s.overall is None for s in found)
    print(
        f"UI-PRMD: incorrect below correct in {sum(below)} of {len(below)} pairs of person and "
        f"exercise ({100 * np.mean(below):.0f} %); without a score {none} of {len(found)}"
    )


def irds(found: Sequence[Scored]) -> None:
    from scipy.stats import mannwhitneyu

    kept = [s for s in found if s.row.labels.get("quality") in ("correct", "incorrect")]
    areas = []
    for pair in by_person(kept, "correct").values():
        good = [v or 0.0 for c, v in pair if c]
        bad = [v or 0.0 for c, v in pair if not c]
        if min(len(good), len(bad)) >= FEWEST:
            areas.append(mannwhitneyu(good, bad).statistic / (len(good) * len(bad)))
    none = sum(s.overall is None for s in kept)
    print(
        f"IntelliRehabDS: AUC within person and gesture {np.mean(areas):.3f} on average of "
        f"{len(areas)} pairs; without a score {none} of {len(kept)}"
    )


def by_person(
    found: Sequence[Scored], label: str
) -> dict[tuple[str, str], list[tuple[bool, float | None]]]:
    out: dict[tuple[str, str], list[tuple[bool, float | None]]] = defaultdict(list)
    for one in found:
        out[one.row.exercise, one.row.subject].append((bool(one.row.labels[label]), one.overall))
    return out


if __name__ == "__main__":
    main()
