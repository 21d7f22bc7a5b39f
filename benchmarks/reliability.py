"""Reliability: verdicts on generated visits whose truth is known, and figures of real repetitions.

``python benchmarks/reliability.py`` prints how often a change is called real where there is none,
and where there is one; how much people vary between repetitions in KIMORE, IRDS and UI-PRMD;
ICCs over people in UI-PRMD; and UI-PRMD's Kinect against Vicon. ``--quick`` takes fewer.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rehabkit.comparison import compare_sensors, compare_visits
from rehabkit.comparison.readings import readings
from rehabkit.errors import RehabkitError
from rehabkit.kinematics.reliability import mdc95, pooled_within, reliability
from rehabkit.pipeline import analyze
from rehabkit.report.analysis import Analysis
from rehabkit.simulate import Faults, generate

DATA = Path(os.environ.get("REHABKIT_DATA", ".data"))
JUDGED = ("knee_flexion_left.range", "knee_flexion_left.max", "hip_flexion_left.range",
          "trunk_flexion.max", "duration")  # fmt: skip
REPETITIONS = 5
MOVED_DEG = 20.0
"""An angle that Vicon saw move by less says nothing about curves."""


def session(seed: int, knee: float, day_deg: float, repetitions: int = REPETITIONS) -> Analysis:
    """One generated visit: noise of the joints, slow wandering, and a day of the person's own."""
    own = float(np.random.default_rng(seed).normal(0, day_deg)) if day_deg else 0.0
    made = generate(
        "squat", repetitions=repetitions, seed=seed, noise_m=0.004,
        extreme={"knee_flexion": knee + own},
        faults=Faults(tremor_deg=2.0, tremor_hz=0.4),
    )  # fmt: skip
    return analyze(made.recording, exercise="squat")


def verdicts(count: int, change: float, day_deg: float = 0.0) -> dict[str, list[int]]:
    """Measure -> [called real, judged] over pairs of visits that differ by ``change`` deg."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for pair in range(count):
        first = session(2 * pair + 1, 100.0, day_deg)
        second = session(2 * pair + 2, 100.0 + change, day_deg)
        for row in compare_visits(first, second).rows:
            if row.verdict != "cannot be said":
                for name in {row.key, "all measures"} & {*JUDGED, "all measures"}:
                    found[name][0] += row.verdict == "real"
                    found[name][1] += 1
    return found


def print_verdicts(count: int) -> None:
    print(f"Generated squats, {count} pairs of visits of {REPETITIONS} repetitions, called real, %")
    cases = {
        "no change": verdicts(count, 0.0),
        "no change, days vary by 3 deg": verdicts(count, 0.0, 3.0),
        "knee 5 deg more": verdicts(count, 5.0),
        "knee 15 deg more": verdicts(count, 15.0),
    }
    names = [*JUDGED, "all measures"]
    print(f"{'':32}" + "".join(f"{n.replace('_left', ''):>22}" for n in names))
    for case, found in cases.items():
        shares = (100 * found[n][0] / found[n][1] if found[n][1] else np.nan for n in names)
        print(f"{case:32}" + "".join(f"{share:>22.1f}" for share in shares))


def recordings(name: str) -> Iterator[tuple[str, str, Path]]:
    """(exercise, person, path) of one data set; each an exercise's own way of repeating."""
    if name == "kimore":
        for folder in sorted((DATA / "kimore").glob("*/*/*/Es[15]")):
            yield folder.name, folder.parent.name, folder
        return
    if name == "ui-prmd":
        files = (DATA / "ui-prmd/Segmented Movements/Kinect/Positions").glob("m0[15]_*.txt")
        for file in sorted(files):
            movement, person, *_ = file.name.split("_")
            yield movement, person, file
        return
    for file in sorted((DATA / "irds/Simplified").glob("*.txt")):
        person, _, gesture, _, label, *_ = file.name.split("_")
        if label == "1" and gesture in ("2", "3"):
            yield f"gesture {gesture}", person, file


MEASURES = {
    "Es1": ("shoulder_elevation_left.range", "elbow_flexion_left.range", "duration"),
    "Es5": ("knee_flexion_left.range", "hip_flexion_left.range", "trunk_flexion.range", "duration"),
    "m01": ("knee_flexion_left.range", "hip_flexion_left.range", "trunk_flexion.range", "duration"),
    "m05": ("knee_flexion_left.range", "hip_flexion_left.range", "trunk_flexion.range", "duration"),
    "gesture 2": ("shoulder_flexion_right.range", "elbow_flexion_right.range", "duration"),
    "gesture 3": ("shoulder_flexion_left.range", "elbow_flexion_left.range", "duration"),
}  # fmt: skip


def print_within(name: str, most: int) -> None:
    """SEM (pooled within people) and MDC95 of single repetitions, and ICCs over people."""
    values: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    people: dict[str, set[str]] = defaultdict(set)
    for exercise, person, path in recordings(name):
        people[exercise].add(person)
        if len(people[exercise]) > most:
            continue
        try:
            found = readings(analyze(path))
        except RehabkitError as error:
            print(f"  left out: {error}", file=sys.stderr)
            continue
        for measure in MEASURES[exercise]:
            if measure in found:
                values[exercise, measure][person].extend(found[measure].values)
    for (exercise, measure), by_person in values.items():
        print(line(f"{name} {exercise}", measure, by_person))


def line(what: str, measure: str, by_person: dict[str, list[float]]) -> str:
    """People, repetitions, mean, SEM, MDC95 and ICCs of the first repetitions of each person."""
    groups = [np.array(v) for v in by_person.values() if len(v) > 1]
    if not groups:
        return f"{what:18}{measure:32}{'no repeated values':>18}"
    sem, freedom = pooled_within(groups)
    mean = float(np.concatenate(groups).mean())
    text = f"{what:18}{measure:32}{len(groups):>7}{freedom + len(groups):>7}{mean:>9.1f}"
    return f"{text}{sem:>8.2f}{mdc95(sem):>8.2f}{iccs(groups)}"


def iccs(groups: Sequence[np.ndarray], readings_of_each: int = 3) -> str:
    """ICC(2,1) and ICC(3,1) of the first three repetitions of everybody who has as many."""
    table = np.array([g[:readings_of_each] for g in groups if len(g) >= readings_of_each])
    if len(table) < 3:
        return f"{'-':>22}{'-':>22}"
    found = reliability(table)
    return "".join(
        f"{f'{i.value:.2f} ({i.low:.2f} to {i.high:.2f})':>22}"
        for i in (found.icc_2_1, found.icc_3_1)
    )


def print_sensors() -> None:
    """UI-PRMD's Kinect against Vicon, the same trials."""
    folder = DATA / "ui-prmd/Segmented Movements"
    rows: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    trials = sorted((folder / "Vicon/Positions").glob("m0[17]_*.txt"))
    for vicon in trials:
        kinect = folder / "Kinect/Positions" / vicon.name
        try:
            found = compare_sensors(analyze(kinect), analyze(vicon))
        except RehabkitError as error:
            print(f"  {vicon.name} left out: {error}", file=sys.stderr)
            continue
        for row in found.rows:
            if np.ptp(row.curves[1].mean(axis=0)) < MOVED_DEG:
                continue
            rows[row.angle].append((row.rmse, row.offset, row.correlation, row.cmc))
    print(
        f"UI-PRMD, Kinect against Vicon, {len(trials)} trials of m01 and m07; medians of the "
        f"trials in which Vicon saw the angle move by {MOVED_DEG:.0f} deg"
    )
    print(f"{'angle':28}{'trials':>8}{'RMSE':>8}{'offset':>8}{'r':>8}{'CMC':>8}  CMC undefined")
    for angle, figures in rows.items():
        table = np.array(figures)
        middle = [np.median(v[np.isfinite(v)]) if np.isfinite(v).any() else np.nan for v in table.T]
        undefined = sum(np.isnan(cmc) for *_, cmc in figures)
        cells = f"{middle[0]:>8.1f}{middle[1]:>8.1f}{middle[2]:>8.2f}{middle[3]:>8.2f}"
        print(f"{angle:28}{len(figures):>8}{cells}{undefined:>15}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer pairs and people")
    quick = parser.parse_args().quick
    print_verdicts(10 if quick else 60)
    if not DATA.exists():
        print("No real recordings: set REHABKIT_DATA.")
        return 0
    print()
    head = f"{'repetitions of':18}{'measure':32}{'people':>7}{'n':>7}{'mean':>9}{'SEM':>8}"
    print(f"{head}{'MDC95':>8}{'ICC(2,1), 3 rep.':>22}{'ICC(3,1)':>22}")
    for name in ("kimore", "ui-prmd", "irds"):
        print_within(name, 8 if quick else 1000)
    print()
    print_sensors()
    return 0


if __name__ == "__main__":
    sys.exit(main())
