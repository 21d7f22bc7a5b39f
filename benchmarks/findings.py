"""Findings against dialled faults, and false findings on healthy movement.

``python benchmarks/findings.py [--people N] [--healthy N] [--seed S] [--only EXERCISE] [--full]``:
exercises that the generator can do with every fault at moderate strength, by the whole way of
``analyze``: in how many recordings is the fault found, and in how many of healthy movement is
anything found? People differ in height, pace, side, where they look and in the noise (4 mm a
coordinate). ``--list`` names what was missed or wrongly found.

``--kimore [ROOT]``: findings on KIMORE's experts and not-experts, each judged with healthy people
of whom the person judged is none. A repetition has a finding where one lists it as outside.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.assessment.types import Finding
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Driver, Exercise, Involved
from rehabkit.kinematics import angles
from rehabkit.pipeline import analyze
from rehabkit.recording import ExerciseLabel
from rehabkit.repetitions.cutting import cut_by
from rehabkit.report.analysis import Analysis
from rehabkit.signals.clean import clean
from rehabkit.simulate import Faults, Tempo
from rehabkit.simulate.exercises import DONE, done

REPETITIONS: Final = 6
SOME: Final = (2, 4, 5)
"""Repetitions with the fault: half of them, on both sides where sides alternate."""
ALL: Final = tuple(range(1, REPETITIONS + 1))
OF_NEEDED: Final = 0.75
"""A short range reaches this share of the way that the definition asks for."""
NOISE_M: Final = 0.004
_TRIED_DEG: Final = 20.0


EXERCISES: Final = tuple(DONE)
USUAL: Final = (
    "squat", "sit-to-stand", "lunge", "knee-lift", "shoulder-flexion", "shoulder-abduction",
    "elbow-flexion", "neck-rotation", "kimore-es1", "kimore-es2", "kimore-es3", "kimore-es5",
)  # fmt: skip
"""Unless all are asked for: every motion once, and KIMORE's."""
MODERATE: Final[Mapping[str, Faults]] = {
    "short range": Faults(short_range=SOME),
    "tries too small": Faults(short_range=ALL),
    "pause": Faults(pause=SOME, pause_s=1.0),
    "asymmetry": Faults(asymmetry=0.35),
    "shaking": Faults(tremor_deg=3.0),
    "lean": Faults(lean=SOME),
    "side lean": Faults(side_lean=SOME),
    "valgus": Faults(valgus=SOME),
}
"""Moderate strength: of ranges and of involved joints by the exercise's own figures, see
:data:`OF_NEEDED` and :data:`OF_LIMIT`. A straight arm's hand that shakes by 3 deg moves by 6 cm,
moderate in the MDS-UPDRS (3-10 cm)."""
OF_LIMIT: Final = 1.25
"""An involved joint reaches this share of its limit, from which on findings say moderate."""
SIGNALS: Final = {
    "lean": "trunk_flexion", "side lean": "trunk_lateral_flexion", "valgus": "knee_valgus",
}  # fmt: skip
"""Angle of involved joints that shows a fault; without a limit on it it is not looked for."""
UNSEEN: Final = {("sit-to-stand", "valgus")}
"""At the generator's extreme the legs are straight: thighs turned in leave the knees in line."""
NAMES: Final = {
    "short range": ("short-", "too-small-"), "tries too small": ("too-small-",),
    "pause": ("pause",), "asymmetry": ("asymmetry-",), "shaking": ("shaking-",),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2, help="for each exercise and fault")
    parser.add_argument("--healthy", type=int, default=5, help="for each exercise")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", help="one exercise")
    parser.add_argument("--full", action="store_true", help="all: 10 and 20 people")
    parser.add_argument("--list", action="store_true", dest="listed")
    parser.add_argument("--kimore", nargs="?", type=Path, const=Path(".data"))
    given = parser.parse_args()
    if given.kimore is not None:
        kimore(given.kimore, given.only, given.listed)
        return
    people, healthy = (10, 20) if given.full else (given.people, given.healthy)
    exercises = EXERCISES if given.full or given.only else USUAL
    chosen = [e for e in exercises if given.only in (None, e)]
    faults = [[found_with(e, f, people, given.seed, given.listed) for f in MODERATE]
              for e in chosen]  # fmt: skip
    false = [false_findings(e, healthy, given.seed, given.listed) for e in chosen]
    show(chosen, faults, false)


# Generated movement


def found_with(
    name: str, fault: str, people: int, seed: int, listed: bool = False
) -> tuple[int, int] | None:
    """(found, recordings), or None where the definition does not look for the fault."""
    exercise = catalogue.load(name)
    if not names(exercise, fault):
        return None
    found = 0
    for person in range(seed, seed + people):
        findings = of_person(name, dialled(name, exercise, fault), person)
        hit = any(f.id.startswith(names(exercise, fault)) for f in findings)
        if listed and not hit:
            print(f"  missed {name} {fault} {person}: {[f.id for f in findings]}")
        found += hit
    return found, people


def false_findings(
    name: str, people: int, seed: int, listed: bool = False
) -> tuple[int, int]:  # fmt: skip
    """(recordings of healthy movement with any finding, recordings)."""
    wrong = 0
    for person in range(seed + 1000, seed + 1000 + people):
        findings = of_person(name, Faults(), person)
        if listed and findings:
            print(f"  false {name} {person}: {[f.id for f in findings]}")
        wrong += bool(findings)
    return wrong, people


def names(exercise: Exercise, fault: str) -> tuple[str, ...]:
    """Beginnings of the ids of findings that name the fault; empty: it is not looked for."""
    if "short range" in fault or "too small" in fault:
        return NAMES[fault] if exercise.driver and exercise.primary else ()
    if fault in NAMES:
        one_limb = fault == "asymmetry" and exercise.sides == "none"
        return () if one_limb else NAMES[fault]
    if (exercise.id, fault) in UNSEEN:
        return ()
    return tuple(i.id for i in limits(exercise, fault))


def limits(exercise: Exercise, fault: str) -> list[Involved]:
    """Limits of the definition that the fault breaks."""
    signal = SIGNALS[fault]
    return [i for i in exercise.involved if i.signal == signal and i.high is not None]


def of_person(name: str, faults: Faults, person: int) -> tuple[Finding, ...]:
    """Findings on one person, who is always the same for one number."""
    return judged(name, faults, repetitions=REPETITIONS, **who(person)).findings


def judged(name: str, faults: Faults, **settings: Any) -> Analysis:
    """A generated movement, analysed."""
    recording = done(name, faults=faults, **settings).recording
    return analyze(recording.replace(exercise=ExerciseLabel(id=name, label=name)))


def who(person: int) -> dict[str, Any]:
    """Height, pace, side, heading, frame rate and noise of one person."""
    rng = np.random.default_rng(person)
    pace = float(rng.uniform(0.8, 1.4))
    return {
        "height_m": float(rng.uniform(1.5, 1.95)),
        "tempo": Tempo(1.3 * pace, float(rng.uniform(0.2, 0.6)), 1.4 * pace, 0.9),
        "heading_deg": float(rng.uniform(-20, 20)),
        "mirror": bool(rng.integers(2)),
        "rate_spread": 0.06,
        "set_up_s": float(rng.choice([0.0, 1.5])),
        "noise_m": NOISE_M,
        "seed": person,
    }


def dialled(name: str, exercise: Exercise, fault: str) -> Faults:
    """The fault at moderate strength for this exercise."""
    faults = MODERATE[fault]
    if fault == "short range":
        return replace(faults, short_share=share_of_primary(name))
    if fault == "tries too small":
        return replace(faults, short_share=share_of_driver(name))
    if fault in SIGNALS:
        degrees = min(dial_of(name, fault, limit.id) for limit in limits(exercise, fault))
        return with_degrees(faults, fault, degrees)
    return faults


def with_degrees(faults: Faults, fault: str, degrees: float) -> Faults:
    """The same repetitions with another strength."""
    dials: dict[str, Any] = {f"{fault.replace(' ', '_')}_deg": degrees}
    return replace(faults, **dials)


@cache
def dial_of(name: str, fault: str, limit: str) -> float:
    """Degrees on the dial at which the figure of a limit oversteps it by a quarter."""
    high = next(i.high for i in catalogue.load(name).involved if i.id == limit)
    assert high is not None
    none, some = (seen(name, fault, limit, degrees) for degrees in (0.0, _TRIED_DEG))
    return float(np.clip(_TRIED_DEG * (OF_LIMIT * high - none) / (some - none), 0.0, 60.0))


def seen(name: str, fault: str, limit: str, degrees: float) -> float:
    """The median figure of a limit where every repetition has the fault, without noise."""
    every: dict[str, Any] = {fault.replace(" ", "_"): (1, 2)}
    faults = with_degrees(Faults(**every), fault, degrees)
    checks = judged(name, faults, repetitions=2, rate_hz=15).checks
    values = [c.measured for c in checks if c.id == limit and c.measured is not None]
    return max(values)


@cache
def share_of_primary(name: str) -> float:
    """Share of the generated range at which the primary angle goes 75 % of the needed way."""
    primary = catalogue.load(name).primary[0]
    truth = done(name, repetitions=2).truth.angles
    angle = next(a for a in truth if a in (primary.angle, f"{primary.angle}_left"))
    rest, values = truth[angle][0], truth[angle]
    far = values[int(np.argmax(np.abs(values - rest)))]
    return float(OF_NEEDED * abs(primary.needed - rest) / abs(far - rest))


@cache
def share_of_driver(name: str) -> float:
    """Share of the generated range at which the driving signal goes 75 % of what is counted."""
    driver = catalogue.load(name).driver
    assert driver is not None
    low, high = 0.02, 1.0
    for _ in range(10):
        middle = (low + high) / 2
        reached = extent(name, driver, middle)
        low, high = (middle, high) if reached < OF_NEEDED * driver.needed else (low, middle)
    return high


def extent(name: str, driver: Driver, share: float) -> float:
    """Range of the driving signal in a movement of that share, seen without noise."""
    faults = Faults(short_range=(1, 2), short_share=share)
    recording = clean(done(name, repetitions=2, rate_hz=15, faults=faults).recording)
    eager = replace(driver, needed=0.2 * driver.needed)
    cut = cut_by(recording, angles.compute(recording), eager)
    return max((r.extent for r in cut.repetitions), default=0.0)


def show(
    chosen: Sequence[str],
    faults: Sequence[Sequence[tuple[int, int] | None]],
    false: Sequence[tuple[int, int]],
) -> None:
    """The table, and its sums."""
    print("found / recordings; - where the exercise's definition does not look for the fault")
    print(" ".join([f"{'exercise':18s}", *(f"{f:>15s}" for f in MODERATE), "false/healthy"]))
    for name, row, wrong in zip(chosen, faults, false, strict=True):
        cells = ["-" if c is None else f"{c[0]}/{c[1]}" for c in row]
        print(" ".join([f"{name:18s}", *(f"{c:>15s}" for c in cells),
                        f"{wrong[0]}/{wrong[1]}"]))  # fmt: skip
    sums = [[c for row in faults for c in (row[i],) if c is not None] for i in range(len(MODERATE))]
    shares = [(sum(a for a, _ in s), sum(b for _, b in s)) for s in sums]
    cells = [f"{a}/{b} {100 * a / b:.0f}%" if b else "-" for a, b in shares]
    false_all, count = sum(a for a, _ in false), sum(b for _, b in false)
    print(" ".join([f"{'all':18s}", *(f"{c:>15s}" for c in cells),
                    f"{false_all}/{count} {100 * false_all / max(count, 1):.1f}%"]))  # fmt: skip


# KIMORE


def kimore(root: Path, only: str | None, listed: bool) -> None:
    """Findings on healthy people, by group: recordings and repetitions that have any."""
    from rehabkit import datasets
    from rehabkit.authoring.sets import HEALTHY, exercises_of

    rows = [r for r in datasets.load("kimore", root).rows if HEALTHY["kimore"].takes(r)]
    print("findings without the person's own curves in the healthy people compared with")
    total: Counter[tuple[str, str]] = Counter()
    for exercise in exercises_of("kimore"):
        if only not in (None, exercise):
            continue
        counts: Counter[tuple[str, str]] = Counter()
        ids: Counter[str] = Counter()
        for group, subject, findings, repetitions in _judged_healthy(exercise, rows):
            marked = {e.repetition for f in findings for e in f.evidence if e.outside == "outside"}
            counts += Counter({
                (group, "recordings"): 1, (group, "with findings"): int(bool(findings)),
                (group, "repetitions"): repetitions, (group, "outside"): len(marked - {0}),
            })  # fmt: skip
            ids.update(f.id for f in findings)
            if listed and findings:
                print(f"  {exercise} {group} {subject}: {[f.id for f in findings]}")
        total += counts
        _print(exercise, counts, ids)
    _print("all", total, Counter())


def _judged_healthy(
    exercise: str, rows: Sequence[Any]
) -> Iterator[tuple[str, str, tuple[Finding, ...], int]]:
    from scores import case_of, without

    from rehabkit.assessment.findings import find_in
    from rehabkit.authoring.sets import HEALTHY, users_of
    from rehabkit.authoring.templates import sample

    chosen, definition = HEALTHY["kimore"], catalogue.load(exercise)
    cases = [(row, case_of(row)) for row in rows if row.exercise == exercise]
    known = [(row, case) for row, case in cases if case is not None]
    samples = [sample(row.subject, case, definition, users_of(exercise)) for row, case in known]
    for row, case in known:
        template = without(row.subject, exercise, samples, chosen)
        own = replace(case, template=template, checks=[])
        yield row.group, row.subject, find_in(own, definition)[0], len(case.repetitions)


def _print(exercise: str, counts: Counter[tuple[str, str]], ids: Counter[str]) -> None:
    for group in sorted({g for g, _ in counts}):
        seen, found = counts[group, "recordings"], counts[group, "with findings"]
        reps, outside = counts[group, "repetitions"], counts[group, "outside"]
        print(f"{exercise:12s} {group:11s} {found:3d} of {seen:3d} recordings, {outside:4d} of "
              f"{reps:4d} repetitions ({100 * outside / max(reps, 1):.1f} %)")  # fmt: skip
    if ids:
        print(f"             {dict(ids.most_common())}")


if __name__ == "__main__":
    main()
