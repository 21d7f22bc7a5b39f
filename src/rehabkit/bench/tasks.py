"""The benchmark's tasks by name: which data, what is a sample, what is learned, which protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache as once
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import angle_samples, arrays, cells, prepared
from rehabkit.bench.arrays import Arrays, Layout, Sample
from rehabkit.bench.figures import Figures, of_samples
from rehabkit.bench.levels import LEVELS, Levels
from rehabkit.bench.movement_score import MovementScore
from rehabkit.bench.prepared import Set
from rehabkit.bench.protocols import HEALTHY
from rehabkit.bench.targets import Target
from rehabkit.datasets.row import Dataset, Row
from rehabkit.errors import ModelError, choices
from rehabkit.kinematics.body_places import JOINTS
from rehabkit.recording import CANONICAL
from rehabkit.recording.arrays import Float

Kind = Literal["score", "classes"]
Population = Literal["", "healthy", "patients"]
Label = Callable[[Row], Sequence[float] | float | str | None]


@dataclass(frozen=True)
class BenchTask:
    """What is learned from what.

    Parameters
    ----------
    data, sensor
        As :func:`rehabkit.bench.prepared.load` takes them.
    kind
        ``"score"``: numbers; ``"classes"``: one of several names.
    label
        From a row to its scores or its class; None: not labelled, left out.
    outputs
        Names of the scores; the first is the one that tables show.
    highest
        Most points of that score, of which tables also show 0-100; 0: not known.
    protocols
        Names of :data:`rehabkit.bench.protocols.PROTOCOLS`; the first is the default.
    exercise_known
        Whether the exercise is an input: one network for all, told what was done. Where the
        exercise is what is asked for, it is not.
    population
        Whose recordings are learned from and tested on: healthy people, patients; empty: all.
    exercise
        The one exercise it is of; empty: all.
    target
        What is learned where the training part decides it: levels by its quintiles. None: the
        label itself.
    angles
        Whether samples hold the data set's own joint angles (deg) in the place of positions.
    """

    name: str
    words: str
    data: str
    kind: Kind
    label: Label
    protocols: tuple[str, ...]
    layout: Layout = Layout()  # noqa: RUF009 - frozen
    outputs: tuple[str, ...] = ("class",)
    sensor: str = ""
    exercise_known: bool = True
    highest: float = 0.0
    population: Population = ""
    exercise: str = ""
    target: Target | None = None
    angles: bool = False

    @property
    def joints(self) -> tuple[str, ...]:
        """Joints of its samples."""
        return angle_samples.JOINTS if self.angles else self.layout.joints

    def wanted(self, row: Row) -> bool:
        """Whether a recording has a label and is of the people and the exercise asked for."""
        healthy = row.group in HEALTHY
        asked = {"": True, "healthy": healthy, "patients": not healthy}[self.population]
        own = self.exercise in {"", row.exercise}
        return asked and own and self.label(row) is not None

    def labels(self, found: Dataset) -> Labels:
        """Labels of every row of the task's data set, found by what a sample is called."""
        rows = found.of_sensor(self.sensor)
        numbers = arrays.part_numbers(rows)
        places = {(r.path.relative_to(found.root).as_posix(), numbers[r]): r for r in rows}
        return Labels(self, places)

    def load(self, root: Path, cache: Path, workers: int = 1) -> TaskData:
        """Samples with their labels."""
        found = prepared.load(self.data, root, cache, sensor=self.sensor, workers=workers)
        data = self.of(found)
        whole = self.layout.sample == "recording"
        source = partial(
            of_samples, self.data, root, data.arrays.samples, cache, sensor=self.sensor, whole=whole
        )
        return replace(data, source=once(source))

    def of(self, found: Set) -> TaskData:
        """Samples of a set that is prepared already; those without a label are left out.

        Raises
        ------
        ModelError
            Where nothing is labelled.
        """
        if not any(self.wanted(one.row) for one in found):
            raise ModelError(f"{self.name}: no recording of {self.data} has the label it needs.")
        samples = arrays.make(found, self.layout, self.wanted)
        truth = [self.label(found.recordings[s.row].row) for s in samples.samples]
        if self.angles:
            samples = angle_samples.in_place(samples, found)
        return TaskData(self, samples, np.array(truth))


@dataclass(frozen=True, eq=False)
class Labels:
    """Labels of a data set at hand, for results that hold names alone."""

    task: BenchTask
    rows: Mapping[tuple[str, int], Row]

    def row(self, name: Mapping[str, Any]) -> Row:
        """The row of a sample as a cell's file names it.

        Raises
        ------
        ModelError
            Where the data set at hand has no such recording.
        """
        place = name["recording"]
        found = self.rows.get((place, 0)) or self.rows.get((place, name["repetition"]))
        if found is None:
            raise ModelError(
                f"The results speak of {place}, which this {self.task.data} has not. "
                "Give the folder of the data they were made from."
            )
        return found

    def of(self, name: Mapping[str, Any]) -> Any:
        """Scores or class of a sample as a cell's file names it."""
        return self.task.label(self.row(name))

    def group(self, name: Mapping[str, Any]) -> str:
        """Group of the sample's person; empty where the data set has none."""
        return self.row(name).group

    def truths(self, fold: Mapping[str, Any]) -> list[Any]:
        """What was to be said of every test sample of a cell's fold."""
        if self.task.target is not None:
            return self.task.target.truths([self.of(t) for t in fold["test"]], fold)
        return [self.of(t) for t in fold["test"]]


@dataclass(frozen=True, eq=False)
class TaskData:
    """Samples of a task with their labels.

    Parameters
    ----------
    truth
        (samples, scores) or (samples,) names of classes. Of a task with a target: (samples,) of
        what it is made from.
    source
        Gives :attr:`figures`; None where there are no recordings behind the samples.
    """

    task: BenchTask
    arrays: Arrays
    truth: NDArray[Any]
    source: Callable[[], Figures] | None = None

    @cached_property
    def figures(self) -> Figures:
        """What plain models look at, a row a sample.

        Raises
        ------
        ModelError
            Of samples without recordings.
        """
        if self.source is None:
            raise ModelError(f"{self.task.name}: plain models need recordings, found arrays alone.")
        return self.source()

    @cached_property
    def exercises(self) -> tuple[str, ...]:
        """Exercises that occur, sorted."""
        return tuple(sorted(set(self.arrays.column("exercise").tolist())))

    @property
    def cell_task(self) -> cells.Task:
        """Samples as a cell's file names them."""
        return cells.Task([s.names for s in self.arrays.samples], self.arrays.fingerprint)

    @property
    def told(self) -> tuple[str, ...]:
        """Exercises that networks are told: where they are known and there are several."""
        return self.exercises if self.task.exercise_known and len(self.exercises) > 1 else ()

    def inputs(self, *, orientations: bool = False) -> Float:
        """What networks take; with the exercise where it is told."""
        return self.arrays.inputs(orientations=orientations, exercises=self.told)

    def part(self, wanted: Callable[[Sample], bool]) -> TaskData:
        """Those samples that are wanted: of some people, of one exercise."""
        kept = np.array([i for i, s in enumerate(self.arrays.samples) if wanted(s)], dtype=np.intp)
        of_kept = partial(_part_of, self, kept) if self.source is not None else None
        return TaskData(self.task, self.arrays.take(kept), self.truth[kept], of_kept)

    def of_exercise(self, name: str) -> TaskData:
        """Samples of one exercise."""
        return self.part(lambda sample: sample.exercise == name)


def _part_of(whole: TaskData, kept: NDArray[np.intp]) -> Figures:
    return whole.figures.part(kept)


def _kimore_scores(row: Row) -> Sequence[float] | None:
    found = [row.scores.get(name) for name in ("total", "primary", "control")]
    given = [value for value in found if value is not None]
    return given if len(given) == len(found) else None


def _kimore_score(name: str, row: Row) -> float | None:
    found = _kimore_scores(row)
    return None if found is None else found[SCORES.index(name)]


def _any_movement(row: Row) -> bool:
    """Whether a repetition is right: what the movement's score is made from."""
    return bool(row.labels.get("correct"))


def _patient(row: Row) -> str | None:
    return "control" if row.group in HEALTHY else "patient"


def _correct(row: Row) -> str | None:
    return {True: "correct", False: "incorrect"}.get(row.labels.get("correct"))  # type: ignore[arg-type]


def _exercise(row: Row) -> str | None:
    return row.exercise or None


def _correct_exercise(row: Row) -> str | None:
    return row.exercise if row.labels.get("correct") else None


def _action(row: Row) -> str | None:
    found = row.labels.get("action")
    return str(found) if found is not None else None


SUBJECT: Final = ("subject-5fold", "leave-one-subject-out", "subject-70-30")
SAMPLE: Final = ("sample-8-1-1", "sample-70-30")
SCORES: Final = ("total", "primary", "control")
KINECT2: Final = "kinect-v2"
WHOLE: Final = Layout(joints=CANONICAL)
SCORES_WORDS: Final = {"total": "total score", "primary": "primary outcome",
                       "control": "control factors"}  # fmt: skip
KINECT1: Final = Layout(joints=tuple(joint for joint in JOINTS if joint != "neck"))
"""The first Kinect sees no neck."""


def _level_tasks() -> Iterator[BenchTask]:
    """FineRehab's five levels, of each of KIMORE's scores, from recordings and from repetitions."""
    cuts = f"five levels, {LEVELS[0]} to {LEVELS[-1]}, cut at the quintiles of the training part"
    for score in SCORES:
        for sample in ("recording", "repetition"):
            own = "" if score == "total" else f"-{score}"
            part = "one recording" if sample == "recording" else "one marked repetition"
            yield BenchTask(
                f"kimore-level{own}" + ("" if sample == "recording" else "-repetition"),
                f"KIMORE's {SCORES_WORDS[score]} in {cuts}; from {part}", "kimore", "classes",
                partial(_kimore_score, score),
                ("subject-5fold", "subject-3-1", *(SAMPLE if sample == "repetition" else ())),
                Layout(sample, joints=CANONICAL), target=Levels(),
            )  # fmt: skip


def _cells_of_finerehab() -> Iterator[BenchTask]:
    """Recognition among healthy people, among patients, and among both (``kimore-exercise``)."""
    people: tuple[Population, ...] = ("healthy", "patients")
    for population in people:
        yield BenchTask(
            f"kimore-exercise-{population}", f"KIMORE's five exercises told apart, {population} "
            "alone", "kimore", "classes", _exercise, ("subject-3-1", *SUBJECT),
            exercise_known=False, population=population,
        )  # fmt: skip


TASKS: Final[Mapping[str, BenchTask]] = {
    task.name: task
    for task in (
        BenchTask("kimore-score-recording", "KIMORE's total score (0-50) from one recording",
                  "kimore", "score", _kimore_scores, ("subject-5fold", "subject-10fold",
                  "healthy-to-patients", *SAMPLE), WHOLE, SCORES, highest=50.0),
        BenchTask("kimore-score-repetition", "KIMORE's total score from one marked repetition, as "
                  "D2STA learns it", "kimore", "score", _kimore_scores, ("sample-8-1-1",
                  "sample-70-30", "subject-5fold"), Layout("repetition", joints=CANONICAL), SCORES,
                  highest=50.0),
        BenchTask("kimore-score-repetition-es1", "KIMORE's total score from one marked repetition "
                  "of its first exercise: what D2STA's ablations have time for", "kimore", "score",
                  _kimore_scores, ("sample-8-1-1", "subject-5fold"),
                  Layout("repetition", joints=CANONICAL), SCORES, highest=50.0,
                  exercise="kimore-es1"),
        BenchTask("kimore-patient", "KIMORE: control or patient", "kimore", "classes", _patient,
                  ("subject-5fold", *SAMPLE), WHOLE),
        *_level_tasks(),
        BenchTask("kimore-exercise", "KIMORE's five exercises told apart", "kimore", "classes",
                  _exercise, (*SUBJECT, "subject-3-1"), exercise_known=False),
        *_cells_of_finerehab(),
        BenchTask("ui-prmd-correct", "UI-PRMD: correct or incorrect", "ui-prmd", "classes",
                  _correct, ("leave-one-subject-out", "subject-70-30", *SAMPLE), sensor=KINECT2),
        BenchTask("ui-prmd-score", "UI-PRMD: how far the joint angles of a repetition are from the "
                  "usual right ones, 0 to 100, 100 nearest", "ui-prmd", "score", _any_movement,
                  ("subject-5fold", "leave-one-subject-out", *SAMPLE), outputs=("nearness",),
                  sensor=KINECT2, target=MovementScore(), angles=True, highest=100.0),
        BenchTask("ui-prmd-exercise", "UI-PRMD's ten movements told apart", "ui-prmd", "classes",
                  _exercise, SUBJECT, sensor=KINECT2, exercise_known=False),
        BenchTask("irds-correct", "IntelliRehabDS: correct or incorrect", "irds", "classes",
                  _correct, ("subject-5fold", "leave-one-subject-out", *SAMPLE)),
        BenchTask("irds-exercise", "IntelliRehabDS: nine gestures told apart, correct ones",
                  "irds", "classes", _correct_exercise, SUBJECT, exercise_known=False),
        BenchTask("utkinect-action", "UTKinect's ten actions told apart", "utkinect", "classes",
                  _action, ("leave-one-subject-out", "leave-one-sequence-out"), KINECT1,
                  exercise_known=False),
        BenchTask("utd-mhad-action", "UTD-MHAD's 27 actions told apart", "utd-mhad", "classes",
                  _action, ("odd-even", "leave-one-subject-out"), KINECT1,
                  exercise_known=False),
    )
}  # fmt: skip


def task(name: str) -> BenchTask:
    """A task by its name.

    Raises
    ------
    ModelError
        Lists the known ones.
    """
    if name not in TASKS:
        raise ModelError(f"No task is called {name!r}; known: {choices(TASKS)}.")
    return TASKS[name]
