"""How often the clinical scorer says nothing, where it should and where it should not.

``python benchmarks/abstention.py [ROOT] [--people N] [--workers N]``. Every recording of KIMORE, as
it is or changed, is asked of a scorer that did not learn from its person (five folds by subject);
other people's of one that learned from every fold but the first. Prints a line a condition.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

import rehabkit
from rehabkit import datasets, reading
from rehabkit.assessment.clinical import ClinicalScore, clinical_score
from rehabkit.authoring.sets import exercises_of
from rehabkit.bench.clinical import Labelled, fitted, gather
from rehabkit.bench.protocols import subject_folds
from rehabkit.datasets.row import Row
from rehabkit.errors import RehabkitError
from rehabkit.models.clinical_store import Shipped, shipped
from rehabkit.recording import Recording
from rehabkit.simulate import done, generate

EXERCISES: Final = exercises_of("kimore")
FOLDS: Final = 5
JITTERS_MM: Final = (5, 10, 20, 40)
LEGS: Final = ("Hip", "Knee", "Ankle", "Foot")
ARMS: Final = ("Shoulder", "Elbow", "Wrist", "Hand", "HandTip", "Thumb")


@dataclass(frozen=True)
class Asked:
    """What is asked: a recording under the name of an exercise, of a scorer."""

    recording: Recording
    exercise: str
    model: Shipped


class Scorers:
    """One scorer a fold of people, with the settings of the shipped one."""

    def __init__(self, labelled: Labelled) -> None:
        self._labelled = labelled
        self._fold = subject_folds(labelled.subjects, labelled.groups, FOLDS, seed=0)

    def without(self, subject: str) -> Shipped:
        """The scorer that never saw the person."""
        return self._of(self._fold.get(subject, 0))

    @cache  # noqa: B019 - lives as long as the command
    def _of(self, fold: int) -> Shipped:
        known = shipped()
        settings = {} if known is None else dict(known.facts["settings"])
        left_out = {s for s, f in self._fold.items() if f == fold}
        kept = np.flatnonzero(~np.isin(self._labelled.subjects, sorted(left_out)))
        scorer = fitted(self._labelled, self._labelled.figures(left_out), kept, settings)
        facts = {"name": f"without fold {fold}", "people": len(self._fold) - len(left_out)}
        return Shipped(scorer, EXERCISES, {**facts, "data": "KIMORE"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--people", type=int, default=8, help="of KIMORE, for changed recordings")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    labelled = gather(given.root, given.workers)
    scorers = Scorers(labelled)
    print(f"{'condition':52s} {'asked':>5s} {'said nothing':>12s}   why")
    for name, asked in conditions(given.root, labelled, scorers, given.people):
        show(name, [answer(one) for one in asked])


def answer(asked: Asked) -> ClinicalScore:
    """The clinical score, or why there is none; a recording that is refused says nothing too."""
    try:
        found = rehabkit.analyze(asked.recording, exercise=asked.exercise)
    except RehabkitError as error:
        return ClinicalScore(None, reasons=(f"refused: {type(error).__name__}",))
    return clinical_score(found.case, found.exercise, found.gate, found.scores, asked.model)


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
        "more like": "another movement", "too noisy": "noise",
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
    yield from other_sets(root, scorers.without(""))
    yield from generated(scorers.without(""))


def as_they_are(rows: Sequence[Row], scorers: Scorers) -> Iterator[Asked]:
    return (Asked(read(row), row.exercise, scorers.without(row.subject)) for row in rows)


def misnamed(rows: Sequence[Row], other: str, scorers: Scorers) -> Iterator[Asked]:
    wrong = [row for row in rows if row.exercise != other]
    return (Asked(read(row), other, scorers.without(row.subject)) for row in wrong)


def other_sets(root: Path, model: Shipped) -> Iterator[Condition]:
    """Other sets of Kinect v2, a recording of each movement under each name, and other sensors."""
    for name in ("ui-prmd", "irds"):
        each = firsts([r for r in datasets.load(name, root).rows if r.sensor == "kinect-v2"])
        yield (
            f"{name}, each movement named as each exercise",
            (Asked(read(row), e, model) for row in each for e in EXERCISES),
        )
    squats = [r for r in datasets.load("ui-prmd", root).rows if r.exercise == "ui-prmd-m01"]
    squats = [r for r in squats if r.sensor == "kinect-v2" and r.repetition == 1]
    yield (
        "ui-prmd, deep squat named kimore-es5",
        (Asked(read(row), "kimore-es5", model) for row in squats),
    )
    sensors = [row for row in datasets.load("keraal", root).rows if row.exercise]
    yield (
        "keraal (five sensors), named kimore-es1",
        (Asked(read(row), "kimore-es1", model) for row in sensors),
    )


def firsts(rows: Sequence[Row]) -> list[Row]:
    """The first recording of each exercise."""
    return list({row.exercise: row for row in reversed(rows)}.values())


def generated(model: Shipped) -> Iterator[Condition]:
    """Generated movement that says it came from a Kinect v2."""

    def as_kinect(recording: Recording) -> Recording:
        return recording.replace(
            source=replace(recording.source, device="Kinect v2", format="kimore")
        )

    yield (
        "generated squats, as of a generator, named kimore-es5",
        iter(
            [
                Asked(generate("squat", seed=seed).recording, "kimore-es5", model)
                for seed in range(5)
            ]
        ),
    )
    yield "generated squats, as of a Kinect, named kimore-es5", iter(
        [
            Asked(as_kinect(generate("squat", seed=s, height_m=1.6 + 0.04 * s,
                                     noise_m=0.005).recording), "kimore-es5", model)
            for s in range(5)
        ]
    )  # fmt: skip
    yield "generated lunges, as of a Kinect, named kimore-es5", iter(
        [Asked(as_kinect(done("lunge", seed=seed).recording), "kimore-es5", model)
         for seed in range(5)]
    )  # fmt: skip


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
        for side in ("Left", "Right"):
            at = [recording.skeleton.joints.index(f"{joint}{side}") for joint in limb]
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


if __name__ == "__main__":
    main()
