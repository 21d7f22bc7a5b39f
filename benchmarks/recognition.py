"""Exercises recognised of people never seen, and what is unknown.

``python benchmarks/recognition.py [ROOT] [--table] [--ship]``. KIMORE's five, UI-PRMD's ten and
IRDS's nine exercises are learned together, ten folds by subject: UI-PRMD's ten people are left
out one by one. IRDS's repetitions that are not correct are tested, not learned from. Foreign
movements (UTKinect, UTD-MHAD, MSR Action3D), asked of the shipped weights, and every exercise by
itself, left out of training, show what is called unknown. Each cell is a file below
``benchmarks/results`` and is not run again; ``--table`` prints what is there. ``--ship`` learns
from everybody and writes the package's weights.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import rehabkit
from rehabkit import datasets
from rehabkit.bench import cells, metrics
from rehabkit.bench.cells import Cell, Fold, Task
from rehabkit.bench.protocols import Who, protocol
from rehabkit.bench.recognition import (
    FOREIGN,
    MIRRORED,
    SETS,
    Moves,
    answers,
    commonest,
    gather,
    is_named,
)
from rehabkit.bench.splits import Split, by_membership
from rehabkit.models import recogniser_store, weights
from rehabkit.models.recogniser import ExerciseRecogniser
from rehabkit.models.shrunken_discriminant import ShrunkenDiscriminant
from rehabkit.recording.arrays import Float

RESULTS: Final = Path(__file__).parent / "results"
PACKAGE: Final = Path(recogniser_store.__file__).parent / "data"
TASK, PROTOCOL = "recognition", "subject-10fold"
FOREIGN_MOVES: Final = Cell("recognition-unknown", "recogniser", "foreign-movements")
LEFT_OUT: Final = Cell("recognition-unknown", "recogniser", "exercise-left-out")
DATA: Final = "KIMORE, UI-PRMD and IntelliRehabDS (Kinect v2)"
AXES, SHRINKAGES = (100, 200, 300), (0.02, 0.05, 0.1, 0.3)
"""Settings that are compared within a training part; the shipped ones are 200 and 0.05."""
GROUPED: Final = ("kimore", "irds")
"""Data sets whose people are of several groups."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--ship", action="store_true")
    given = parser.parse_args()
    if given.table:
        table(given.root)
        return
    known = gather(SETS, given.root)
    for row, why in known.refused:
        print(f"left out: {row.format} {row.subject} {row.exercise}: {why}")
    if given.ship:
        ship(known)
        return
    by_subject(known)
    exercises_left_out(known)
    foreign_movements(gather(FOREIGN, given.root))
    table(given.root)


def by_subject(moves: Moves) -> None:
    who = Who.of(moves.subjects, groups=moves.groups)
    splits = protocol(PROTOCOL).splits(who)
    for name, learn in ROWS.items():
        cells.run(Cell(TASK, name, PROTOCOL), _task(moves), splits, partial(learn, moves), RESULTS)


def foreign_movements(moves: Moves) -> None:
    """The shipped recogniser is asked; it learned from none of them (``--ship`` goes first)."""
    everything = Split("shipped weights", np.array([], dtype=np.intp), np.arange(len(moves)))
    known = recogniser_store.read(PACKAGE / recogniser_store.SHIPPED)

    def asked(_: Split) -> Fold:
        return _said(known.recogniser, moves.figures)

    cells.run(FOREIGN_MOVES, _task(moves), [everything], asked, RESULTS)


def exercises_left_out(moves: Moves) -> None:
    """Each exercise (with the one that it is in a mirror) is left out and asked."""
    splits = list(_left_out(moves.exercises))
    cells.run(LEFT_OUT, _task(moves), splits, partial(recogniser, moves), RESULTS)


def _left_out(exercises: NDArray[np.str_]) -> Iterator[Split]:
    for name in np.unique(exercises).tolist():
        pair = sorted({name, MIRRORED.get(name, name)})
        if name == pair[0]:
            yield by_membership(f"without {' and '.join(pair)}", np.isin(exercises, pair))


def constant(moves: Moves, split: Split) -> Fold:
    """The exercise with the most recordings."""
    return commonest(moves.exercises, split)


def standing_still(moves: Moves, split: Split) -> Fold:
    """The same discriminant on lengths of bones: no movement is seen."""
    usual = np.nanmedian(moves.body[split.train], axis=0)
    body = np.where(np.isfinite(moves.body), moves.body, usual)
    machine = ShrunkenDiscriminant().fit(body[split.train], moves.exercises[split.train])
    return Fold({"class": machine.predict(body[split.test])})


def recogniser(moves: Moves, split: Split) -> Fold:
    return _said(_fitted(moves, split.train), moves.figures[split.test])


def chosen_within(moves: Moves, split: Split) -> Fold:
    """The recogniser whose settings the training people chose, some of them left out in turn."""
    known = _learned_from(moves, split.train)
    tried = [ExerciseRecogniser(axes, shrinkage) for axes in AXES for shrinkage in SHRINKAGES]
    best = max(tried, key=lambda one: one.right_left_out(*known))
    return _said(best.fit(*known), moves.figures[split.test])


def _said(found: ExerciseRecogniser, asked: Float) -> Fold:
    return Fold(answers(found, asked), found.get_params())


def alone(moves: Moves, split: Split) -> Fold:
    """A recogniser for each data set, which knows no other."""
    found = np.empty(len(moves), dtype=moves.exercises.dtype)
    for name in np.unique(moves.sets[split.test]).tolist():
        part = split.part(np.flatnonzero(moves.sets == name))
        found[part.test] = _fitted(moves, part.train).predict(moves.figures[part.test])
    return Fold({"class": found[split.test]})


ROWS: Final[dict[str, Callable[[Moves, Split], Fold]]] = {
    "constant": constant,
    "standing-still": standing_still,
    "each-set-alone": alone,
    "recogniser": recogniser,
    "settings-chosen-within": chosen_within,
}


def _fitted(moves: Moves, kept: NDArray[np.intp]) -> ExerciseRecogniser:
    """Learned from those of ``kept`` that are correct.

    Patients' other repetitions of IRDS are often another movement, or hardly one.
    """
    return ExerciseRecogniser().fit(*_learned_from(moves, kept))


def _learned_from(
    moves: Moves, kept: NDArray[np.intp]
) -> tuple[Float, NDArray[np.str_], NDArray[np.str_], Mapping[str, str]]:
    """What a recogniser is fitted to."""
    good = kept[moves.correct[kept]]
    return moves.figures[good], moves.exercises[good], moves.subjects[good], MIRRORED


def _task(moves: Moves) -> Task:
    named = zip(moves.subjects, moves.exercises, moves.correct, strict=True)
    samples = [{"subject": str(s), "exercise": str(e), "correct": bool(c)} for s, e, c in named]
    return Task(samples, moves.fingerprint)


def ship(moves: Moves) -> None:
    """Learn from everybody; write weights, their checksum and what the card states."""
    found = _fitted(moves, np.arange(len(moves)))
    facts = {
        "name": "recogniser 2",
        "data": DATA,
        "people": len(set(moves.subjects[moves.correct].tolist())),
        "recordings": int(moves.correct.sum()),
        "fingerprint": moves.fingerprint,
        "rehabkit": rehabkit.__version__,
    }
    PACKAGE.mkdir(parents=True, exist_ok=True)
    path = PACKAGE / recogniser_store.SHIPPED
    weights.keep_checksum(path, recogniser_store.write(path, found, facts))
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB, {facts}, limits {found.limits_}, "
          f"temperature {found.temperature_:.2f}")  # fmt: skip


def table(root: Path) -> None:
    """Shares right, and shares called unknown, by data set and group."""
    for name in ROWS:
        tests = cells.tested(Cell(TASK, name, PROTOCOL), RESULTS)
        for part in SETS:
            own = [t for t in tests if t["subject"].startswith(f"{part}/")]
            for words, kept in (("all", own), ("correct", [t for t in own if t["correct"]])):
                if own and (words == "all" or len(kept) < len(own)):
                    _row(name, f"{part}, {words}", kept)
    _chosen()
    _missed()
    _by_group(root)
    for cell in (FOREIGN_MOVES, LEFT_OUT):
        _unknown(cell)


def _chosen() -> None:
    """Which settings the training people of the folds chose."""
    path = Cell(TASK, "settings-chosen-within", PROTOCOL).path(RESULTS)
    each = [fold["settings"] for fold in cells.read(path)["folds"]] if path.is_file() else []
    for name in ("axes", "shrinkage") if each else ():
        print(f"chosen within, {name}: {', '.join(f'{s[name]:g}' for s in each)}")


def _missed() -> None:
    """Of IRDS's repetitions that are not correct: how many, whose, and what they are named."""
    own = [t for t in cells.tested(Cell(TASK, "recogniser", PROTOCOL), RESULTS)
           if t["subject"].startswith("irds/") and not t["correct"]]  # fmt: skip
    wrong = [t for t in own if t["class"] != t["exercise"]]
    people = Counter(t["subject"] for t in wrong).most_common(5)
    print(f"irds, not correct: {len(own)}, right {1 - len(wrong) / len(own):.1%}; of {len(wrong)} "
          f"missed {sum(n for _, n in people)} are those of {len(people)} people")  # fmt: skip
    for (done, named), count in Counter((t["exercise"], t["class"]) for t in wrong).most_common(5):
        print(f"  {done} named {named}: {count}")


def _by_group(root: Path) -> None:
    """The recogniser's row of each group of people; in IRDS of correct repetitions."""
    tests = [t for t in cells.tested(Cell(TASK, "recogniser", PROTOCOL), RESULTS) if t["correct"]]
    for name in GROUPED:
        rows = datasets.load(name, root).rows
        group_of = {f"{name}/{row.subject}": row.group for row in rows}
        for group in sorted(set(group_of.values())):
            own = [t for t in tests if group_of.get(t["subject"]) == group]
            _row("recogniser", f"{name}, {group}", own)


def _row(name: str, part: str, tests: list[dict[str, Any]]) -> None:
    right = np.array([t["class"] == t["exercise"] for t in tests], dtype=float)
    people = np.array([t["subject"] for t in tests])
    share = metrics.mean_by_people(right, people)
    print(f"{name:22s} {part:18s} {len(tests):5d} recordings, right {_percent(share)}", end="")
    if "far" in tests[0]:
        named = np.array([is_named(t) for t in tests])
        print(f"; unknown {1 - named.mean():6.1%}, named and wrong "
              f"{(named & (right == 0)).mean():6.1%}", end="")  # fmt: skip
    print()


def _unknown(cell: Cell) -> None:
    tests = cells.tested(cell, RESULTS)
    print(f"{cell.protocol}:")
    kinds = [t["exercise"] if cell is LEFT_OUT else t["subject"].split("/")[0] for t in tests]
    shares = []
    for kind in sorted(set(kinds)):
        own = [t for t, k in zip(tests, kinds, strict=True) if k == kind]
        named = Counter(t["class"] for t in own if is_named(t))
        most = sorted(name for name, n in named.items() if n == max(named.values()))
        words = f", named most: {', '.join(most)}" if most else ""
        shares.append(1 - named.total() / len(own))
        print(f"  {kind:14s} {len(own):5d}, unknown {shares[-1]:6.1%}{words}")
    print(f"  mean of these, unknown {np.mean(shares):6.1%}")


def _percent(share: metrics.Interval) -> str:
    return f"{share.value:6.1%} ({share.low:.1%} to {share.high:.1%})"


if __name__ == "__main__":
    main()
