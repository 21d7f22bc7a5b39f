"""How often the clinical scorer says nothing, where it should and where it should not.

``python benchmarks/abstention.py [ROOT] [--people N] [--workers N]``. Every recording of KIMORE, as
it is or changed, is asked of a scorer that did not learn from its person (five folds by subject);
other people's of one that learned from every fold but the first. Prints a line a condition.

``--checks`` asks limbs and direction of time alone, from the cache of prepared recordings, and the
recogniser's committed results: minutes, where the whole way takes an hour. A scorer says nothing at
least so often.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np

import rehabkit
from rehabkit import datasets, reading
from rehabkit.assessment.clinical import ClinicalScore, clinical_score
from rehabkit.assessment.recognition import SURE
from rehabkit.authoring.sets import exercises_of
from rehabkit.bench import cells, familiar, figures, prepared
from rehabkit.bench.cells import Cell
from rehabkit.bench.clinical import Labelled, fitted, gather
from rehabkit.bench.protocols import subject_folds
from rehabkit.bench.recognition import MIRRORED, SENSORS, SETS, exercise_of
from rehabkit.datasets.row import Row
from rehabkit.errors import RehabkitError
from rehabkit.models.clinical_store import Shipped, shipped
from rehabkit.models.familiar import Familiar
from rehabkit.models.recogniser import ExerciseRecogniser
from rehabkit.recording import Recording
from rehabkit.simulate import done, generate

EXERCISES: Final = exercises_of("kimore")
FOLDS: Final = 5
JITTERS_MM: Final = (5, 10, 20, 40)
LEGS: Final = ("Hip", "Knee", "Ankle", "Foot")
ARMS: Final = ("Shoulder", "Elbow", "Wrist", "Hand", "HandTip", "Thumb")
OURS: Final = {**{joint: joint.lower() for joint in (*LEGS, *ARMS)}, "Foot": "toe",
               "HandTip": "hand_tip"}  # fmt: skip
"""Canonical names, as prepared recordings have them."""


@dataclass(frozen=True)
class Asked:
    """What is asked: a recording under the name of an exercise, of a scorer."""

    recording: Recording
    exercise: str
    model: Model


@dataclass(frozen=True, eq=False)
class Model:
    """A scorer and a recogniser that never saw the person."""

    scorer: Shipped
    recogniser: ExerciseRecogniser


class Recognisers:
    """One recogniser a fold of the people of all its data sets."""

    def __init__(self, root: Path, cache_folder: Path) -> None:
        each = [(name, figures.gather(name, root, cache_folder, sensor=SENSORS.get(name, "")))
                for name in SETS]  # fmt: skip
        self.rows = [(name, row) for name, found in each for row in found.rows]
        self.figures = np.concatenate([found.movement for _, found in each])
        self.people = np.array([f"{name}/{row.subject}" for name, row in self.rows])
        groups = [f"{name}/{row.group}" for name, row in self.rows]
        self._fold = subject_folds(self.people, groups, FOLDS, seed=0)

    def without(self, person: str) -> ExerciseRecogniser:
        """The recogniser that never saw the person (``"kimore/E_ID1"``)."""
        return self._of(self._fold.get(person, 0))

    @cache  # noqa: B019 - lives as long as the command
    def _of(self, fold: int) -> ExerciseRecogniser:
        kept = [
            place for place, (_, row) in enumerate(self.rows)
            if self._fold[self.people[place]] != fold
            and row.labels.get("quality", "correct") == "correct"
        ]  # fmt: skip
        names = np.array([exercise_of(self.rows[place][1]) for place in kept])
        return ExerciseRecogniser().fit(self.figures[kept], names, self.people[kept], MIRRORED)


class Scorers:
    """One scorer a fold of people, with the settings of the shipped one."""

    def __init__(
        self, labelled: Labelled, people: familiar.People, recognisers: Recognisers
    ) -> None:
        self._labelled, self._people, self._recognisers = labelled, people, recognisers
        self._fold = subject_folds(labelled.subjects, labelled.groups, FOLDS, seed=0)

    def without(self, subject: str, data: str = "kimore") -> Model:
        """A scorer and a recogniser that never saw the person."""
        recogniser = self._recognisers.without(f"{data}/{subject}")
        return Model(self._of(self._fold.get(subject, 0)), recogniser)

    @cache  # noqa: B019 - lives as long as the command
    def _of(self, fold: int) -> Shipped:
        known = shipped()
        settings = {} if known is None else dict(known.facts["settings"])
        left_out = {s for s, f in self._fold.items() if f == fold}
        kept = np.flatnonzero(~np.isin(self._labelled.subjects, sorted(left_out)))
        scorer = fitted(self._labelled, self._labelled.figures(left_out), kept, settings)
        facts = {"name": f"without fold {fold}", "people": len(self._fold) - len(left_out)}
        usual = self._people.fitted(left_out)
        return Shipped(scorer, EXERCISES, {**facts, "data": "KIMORE"}, usual)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--people", type=int, default=8, help="of KIMORE, for changed recordings")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=Path(".cache/bench"))
    parser.add_argument("--checks", action="store_true")
    given = parser.parse_args()
    people = familiar.gather(given.root, given.cache)
    if given.checks:
        checks(given.root, given.cache, people)
        return
    labelled = gather(given.root, given.workers)
    scorers = Scorers(labelled, people, Recognisers(given.root, given.cache))
    print(f"{'condition':52s} {'asked':>5s} {'said nothing':>12s}   why")
    for name, asked in conditions(given.root, labelled, scorers, given.people):
        show(name, [answer(one) for one in asked])


def answer(asked: Asked) -> ClinicalScore:
    """The clinical score, or why there is none; a recording that is refused says nothing too."""
    try:
        found = rehabkit.analyze(asked.recording, exercise=asked.exercise)
    except RehabkitError as error:
        return ClinicalScore(None, reasons=(f"refused: {type(error).__name__}",))
    model = asked.model
    return clinical_score(
        found.case, found.exercise, found.gate, found.scores, model.scorer, model.recogniser
    )


def show(name: str, found: Sequence[ClinicalScore]) -> None:
    silent = [one for one in found if one.total is None]
    why = Counter(kind(one) for one in silent)
    far = [one.far for one in found if one.far is not None]
    median = f"; distance {np.median(far):.2f} of the limit" if far else ""
    words = ", ".join(f"{what} {n}" for what, n in why.most_common())
    share = f"{100 * len(silent) / max(len(found), 1):.0f} %"
    print(f"{name:52s} {len(found):5d} {share:>12s}   {words}{median}", flush=True)


def kind(found: ClinicalScore) -> str:
    """The reason in a word or two."""
    words = {
        "too far": "too far", "another sensor": "sensor", "repetition": "no repetition",
        "not usable": "not usable", "learned for": "other exercise",
        "more like": "another movement", "too noisy": "noise", "recognised as": "recognised",
        "as legs": "limbs", "backwards": "time",
    }  # fmt: skip
    reason = found.reasons[0]
    return next((word for part, word in words.items() if part in reason), reason)


Condition = tuple[str, Iterator[Asked]]


def conditions(
    root: Path, labelled: Labelled, scorers: Scorers, people: int
) -> Iterator[Condition]:
    rows = [one.row for one in labelled.recordings]
    few = sorted({row.subject for row in rows})
    few = few[:: max(len(few) // people, 1)][:people]
    some = [row for row in rows if row.subject in few]

    def changed(change: Callable[[Recording], Recording]) -> Iterator[Asked]:
        return (
            Asked(change(read(row)), row.exercise, scorers.without(row.subject)) for row in some
        )

    yield "KIMORE, person left out of training", as_they_are(rows, scorers)
    for name, change in CHANGES.items():
        yield f"KIMORE, {name}", changed(change)
    for other in EXERCISES:
        yield f"KIMORE's other exercises, named {other}", misnamed(some, other, scorers)
    yield from other_sets(root, scorers)
    yield from generated(scorers.without(""))


def as_they_are(rows: Sequence[Row], scorers: Scorers) -> Iterator[Asked]:
    return (Asked(read(row), row.exercise, scorers.without(row.subject)) for row in rows)


def misnamed(rows: Sequence[Row], other: str, scorers: Scorers) -> Iterator[Asked]:
    wrong = [row for row in rows if row.exercise != other]
    return (Asked(read(row), other, scorers.without(row.subject)) for row in wrong)


def other_sets(root: Path, scorers: Scorers) -> Iterator[Condition]:
    """Other sets of Kinect v2, a recording of each movement under each name, and other sensors."""
    for name in ("ui-prmd", "irds"):
        each = firsts([r for r in datasets.load(name, root).rows if r.sensor == "kinect-v2"])
        yield (
            f"{name}, each movement named as each exercise",
            (Asked(read(row), e, scorers.without(row.subject, name))
             for row, e in product(each, EXERCISES)),
        )  # fmt: skip
    squats = [r for r in datasets.load("ui-prmd", root).rows if r.exercise == "ui-prmd-m01"]
    squats = [r for r in squats if r.sensor == "kinect-v2" and r.repetition == 1]
    yield (
        "ui-prmd, deep squat named kimore-es5",
        (Asked(read(row), "kimore-es5", scorers.without(row.subject, "ui-prmd")) for row in squats),
    )
    sensors = [row for row in datasets.load("keraal", root).rows if row.exercise]
    yield (
        "keraal (five sensors), named kimore-es1",
        (Asked(read(row), "kimore-es1", scorers.without("")) for row in sensors),
    )


def firsts(rows: Sequence[Row]) -> list[Row]:
    """The first recording of each exercise."""
    return list({row.exercise: row for row in reversed(rows)}.values())


def generated(model: Model) -> Iterator[Condition]:
    """Generated movement that says it came from a Kinect v2."""

    def as_kinect(recording: Recording) -> Recording:
        return recording.replace(
            source=replace(recording.source, device="Kinect v2", format="kimore")
        )

    made = [generate("squat", seed=seed).recording for seed in range(5)]
    noisy = [generate("squat", seed=s, height_m=1.6 + 0.04 * s, noise_m=0.005) for s in range(5)]
    squats = [as_kinect(one.recording) for one in noisy]
    lunges = [as_kinect(done("lunge", seed=seed).recording) for seed in range(5)]
    for name, each in (
        ("squats, as of a generator", made),
        ("squats, as of a Kinect", squats),
        ("lunges, as of a Kinect", lunges),
    ):
        asked = (Asked(recording, "kimore-es5", model) for recording in each)
        yield f"generated {name}, named kimore-es5", asked


def read(row: Row) -> Recording:
    """The recording with its data set's options."""
    return reading.read(row.path, format=row.format, **dict(row.options))


def jittered(millimetres: float) -> Callable[[Recording], Recording]:
    """Independent noise of every joint, axis and frame."""

    def change(recording: Recording) -> Recording:
        rng = np.random.default_rng(len(recording))
        noise = rng.normal(scale=millimetres / 1000, size=points(recording).shape)
        return recording.replace(positions=points(recording) + noise)

    return change


def every_third(recording: Recording) -> Recording:
    """About 10 Hz."""
    kept = slice(None, None, 3)
    parts = ("positions", "orientations", "confidence", "image_points")
    arrays = {p: a[kept] for p in parts if (a := getattr(recording, p)) is not None}
    return recording.replace(time=recording.time[kept], streams={}, events=(), **arrays)


def larger(recording: Recording) -> Recording:
    """The whole body 1.3 times as large: the person's size must not matter."""
    return recording.replace(positions=1.3 * points(recording))


def longer(limb: Sequence[str], factor: float) -> Callable[[Recording], Recording]:
    """Limbs stretched from their first joint, which stays."""

    def change(recording: Recording) -> Recording:
        there = points(recording).copy()
        joints = recording.skeleton.joints
        for side in ("Left", "Right"):
            named = [(f"{joint}{side}", f"{OURS[joint]}_{side.lower()}") for joint in limb]
            at = [joints.index(a if a in joints else b) for a, b in named]
            start = there[:, at[:1]]
            there[:, at] = start + factor * (there[:, at] - start)
        return recording.replace(positions=there)

    return change


def backwards(recording: Recording) -> Recording:
    return recording.replace(positions=points(recording)[::-1])


def still(recording: Recording) -> Recording:
    """The body of the first frame, with a sensor's usual noise."""
    rng = np.random.default_rng(0)
    there = points(recording)
    return recording.replace(positions=there[:1] + rng.normal(scale=0.003, size=there.shape))


def points(recording: Recording) -> np.ndarray:
    assert recording.positions is not None
    return np.asarray(recording.positions, dtype=np.float64)


CHANGES: Final[dict[str, Callable[[Recording], Recording]]] = {
    "unchanged, of the same few": lambda recording: recording,
    "whole body 1.3 times as large": larger,
    **{f"jitter of {mm} mm": jittered(mm) for mm in JITTERS_MM},
    "every third frame (about 10 Hz)": every_third,
    "legs 1.5 times as long": longer(LEGS, 1.5),
    "arms 1.5 times as long": longer(ARMS, 1.5),
    "backwards in time": backwards,
    "standing still": still,
}


def checks(root: Path, cache_folder: Path, people: familiar.People) -> None:
    """Limbs and direction of time alone, person left out; the recogniser's from its own results."""
    found = prepared.load("kimore", root, cache_folder)
    fold = subject_folds(people.subjects, [one.row.group for one in found], FOLDS, seed=0)
    usual = [people.fitted([s for s in fold if fold[s] == k]) for k in range(FOLDS)]
    print(f"{'condition':46s} {'asked':>5s}    any  limbs   time  time by exercise")
    for name in ("unchanged, of the same few", *CHECKED):
        each = np.array([
            _checked(CHANGES[name](one.recording()), one.row, usual[fold[one.row.subject]])
            for one in found
        ])  # fmt: skip
        exercise = np.array([one.row.exercise for one in found])
        shares = [each.any(axis=1).mean(), *each.mean(axis=0)]
        shares += [each[exercise == e, 1].mean() for e in EXERCISES]
        words = f"KIMORE, {name.removesuffix(', of the same few')}"
        print(f"{words:46s} {len(each):5d} " + " ".join(f"{100 * s:4.1f} %" for s in shares),
              flush=True)  # fmt: skip
    _named()


CHECKED: Final = ("legs 1.5 times as long", "arms 1.5 times as long", "backwards in time")


def _checked(recording: Recording, row: Row, usual: Familiar) -> list[bool]:
    """Whether limbs, and the direction of time, are not people's."""
    known = familiar.figures_of(recording, row.exercise)[None]
    return [not float(usual.proportions(known)[0]) <= 1, bool(usual.backwards(known)[0])]


def _named() -> None:
    """How often movements are recognised as another exercise than one of KIMORE's names."""
    results = Path(__file__).parent / "results"
    tests = cells.tested(Cell("recognition", "recogniser", "subject-10fold"), results)
    own = [t for t in tests if t["exercise"] in EXERCISES]
    other = [_another(t, t["exercise"]) for t in own]
    print(f"{'KIMORE, recognised as another':46s} {len(own):5d} {100 * np.mean(other):4.1f} %")
    for exercise, names in (("ui-prmd-m01", ("kimore-es5",)), ("irds-6", ("kimore-es1",)),
                            ("ui-prmd", EXERCISES), ("irds", EXERCISES)):  # fmt: skip
        each = [_another(t, n) for t in tests for n in names if t["exercise"].startswith(exercise)]
        words = f"{exercise}, named {names[0] if len(names) == 1 else 'as each'}, recognised"
        print(f"{words:46s} {len(each):5d} {100 * np.mean(each):4.1f} %")


def _another(test: dict[str, Any], name: str) -> bool:
    return bool(test["class"] != name and test["probability"] >= SURE)


if __name__ == "__main__":
    main()
