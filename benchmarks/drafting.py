"""Exercises drafted from one person's recording, counting everybody else's repetitions.

Usage: python benchmarks/drafting.py [kimore ui-prmd irds] [--experts N] [--every N] [--list]

KIMORE: drafted from one expert (the first N in turn), all other people counted with it; beside it
the shipped definition on the same recordings, both against the manual counts (plain slips left
out). UI-PRMD and IRDS hold one correct repetition a file: drafted from all files of the first
person, every file of the others must count as one.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rehabkit import repetitions
from rehabkit.authoring.draft import Draft, draft
from rehabkit.authoring.example import Example, of_recording
from rehabkit.errors import RehabkitError
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.reading import read
from repetitions import (
    DATA,
    SLIPS,
    _kimore_recording,
    _marked,
    irds_files,
    ui_prmd_files,
)


@dataclass(frozen=True)
class Counted:
    """A recording with its true count."""

    person: str
    example: Example
    true: int


def count(example: Example, exercise: Exercise) -> int:
    """Repetitions that ``analyze`` would count."""
    return len(repetitions.cut(example.recording, example.kinematics, exercise).repetitions)


def kimore(experts: int, every: int, listed: bool) -> None:
    print(f"{'KIMORE':<13}{'drafted from':<14}{'drafted driver':<34}{'others':>7}"
          f"{'drafted exact':>15}{'within 1':>10}{'shipped':>10}{'within 1':>10}")  # fmt: skip
    for name in ("Es1", "Es2", "Es3", "Es4", "Es5"):
        people = _kimore_people(name, every)
        shipped = catalogue.load(f"kimore-{name.lower()}")
        plain = {p.person: count(p.example, shipped) for p in people}
        for teacher in [p for p in people if p.person.startswith("E_")][:experts]:
            drafted = _try([teacher.example], teacher.person)
            if drafted is None:
                continue
            others = [p for p in people if p is not teacher]
            found = [count(p.example, drafted.exercise) for p in others]
            known = [plain[p.person] for p in others]
            true = [p.true for p in others]
            print(f"{name:<13}{teacher.person:<14}{_driver(drafted):<34}{len(others):>7}"
                  f"{_shares(found, true)}{_shares(known, true)}", flush=True)  # fmt: skip
            for p, n in zip(others, found, strict=True) if listed else ():
                if n != p.true:
                    print(f"    {p.person}: {n}, marked {p.true}")


def _kimore_people(name: str, every: int) -> list[Counted]:
    with (DATA / "kimore" / f"{name}_repetitions.csv").open() as lines:
        rows = [[cell for cell in row if cell.strip()] for row in csv.reader(lines)]
    out = []
    for i, (person, *cells) in enumerate(rows):
        short = Path(person).name
        expert = short.startswith("E_")
        if (i % every and not expert) or (name, short) in SLIPS:
            continue
        recording = _kimore_recording(DATA / "kimore" / person / name)
        if recording is not None:
            true = len(_marked(name, [int(float(c)) for c in cells], recording))
            out.append(Counted(short, of_recording(recording, short), true))
    return out


def singles(name: str, groups: dict[tuple[str, ...], list[Path]], every: int, listed: bool) -> None:
    """Groups are (movement, person, ...) -> files of one correct repetition each."""
    print(f"{name:<13}{'drafted from':<14}{'drafted driver':<34}{'others':>7}"
          f"{'drafted one':>15}{'':>10}{'shipped one':>15}")  # fmt: skip
    movements: dict[str, list[tuple[str, list[Path]]]] = defaultdict(list)
    for (movement, person, *_), paths in sorted(groups.items()):
        movements[movement].append((person, paths))
    for movement, people in sorted(movements.items()):
        teacher, own = next((g for g in people if len(g[1]) >= 3), people[0])
        drafted = _try([of_recording(read(p), p.name) for p in own], f"{movement} {teacher}")
        if drafted is None:
            continue
        paths = [p for person, ps in people if person != teacher for p in ps][::every]
        found, known = [], []
        for path in paths:
            example = of_recording(read(path), path.name)
            shipped = catalogue.load(example.recording.exercise.id)
            found.append(count(example, drafted.exercise))
            known.append(count(example, shipped))
            if listed and found[-1] != 1:
                print(f"    {path.name}: {found[-1]}")
        print(f"{movement:<13}{f'{teacher} ({len(own)})':<14}{_driver(drafted):<34}{len(paths):>7}"
              f"{np.mean(np.array(found) == 1):>15.3f}{'':>10}"
              f"{np.mean(np.array(known) == 1):>15.3f}", flush=True)  # fmt: skip


def _try(examples: Sequence[Example], named: str) -> Draft | None:
    try:
        return draft(examples, exercise_id="drafted")
    except RehabkitError as error:
        print(f"{named}: no draft: {error}", flush=True)
        return None


def _driver(drafted: Draft) -> str:
    driver = drafted.exercise.driver
    assert driver is not None
    return f"{driver.signal} {driver.sides} {driver.direction} {driver.needed:g}"


def _shares(found: Sequence[int], true: Sequence[int]) -> str:
    off = np.abs(np.array(found) - np.array(true))
    return f"{np.mean(off == 0):>15.3f}{np.mean(off <= 1):>10.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="*", default=["kimore", "ui-prmd", "irds"])
    parser.add_argument("--experts", type=int, default=1, help="how many experts to draft from")
    parser.add_argument("--every", type=int, default=1, help="take every Nth recording only")
    parser.add_argument("--list", action="store_true", help="name every miscount")
    options = parser.parse_args()
    for name in options.sets:
        if name == "kimore":
            kimore(options.experts, options.every, options.list)
        else:
            groups = irds_files() if name == "irds" else ui_prmd_files()
            singles(name, groups, options.every, options.list)


if __name__ == "__main__":
    main()
