"""The benchmark's tasks by name: which data, what is a sample, what is learned, which protocols."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit import datasets
from rehabkit.bench import arrays, cells, prepared
from rehabkit.bench.arrays import Arrays, Layout, Sample
from rehabkit.bench.prepared import Set
from rehabkit.bench.protocols import HEALTHY
from rehabkit.datasets.row import Row
from rehabkit.errors import ModelError, choices
from rehabkit.kinematics.body_places import JOINTS
from rehabkit.recording import CANONICAL
from rehabkit.recording.arrays import Float

Kind = Literal["score", "classes"]
Label = Callable[[Row], Sequence[float] | str | None]


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

    def labels(self, root: Path) -> Labels:
        """Labels of every row, found by what a sample is called."""
        found = datasets.load(self.data, root)
        rows = found.of_sensor(self.sensor)
        numbers = arrays.part_numbers(rows)
        places = {(r.path.relative_to(found.root).as_posix(), numbers[r]): r for r in rows}
        return Labels(self, places)

    def load(self, root: Path, cache: Path, workers: int = 1) -> TaskData:
        """Samples with their labels."""
        found = prepared.load(self.data, root, cache, sensor=self.sensor, workers=workers)
        return self.of(found)

    def of(self, found: Set) -> TaskData:
        """Samples of a set that is prepared already; those without a label are left out.

        Raises
        ------
        ModelError
            Where nothing is labelled.
        """
        if not any(self.label(one.row) is not None for one in found):
            raise ModelError(f"{self.name}: no recording of {self.data} has the label it needs.")
        samples = arrays.make(found, self.layout, lambda row: self.label(row) is not None)
        truth = [self.label(found.recordings[s.row].row) for s in samples.samples]
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


@dataclass(frozen=True, eq=False)
class TaskData:
    """Samples of a task with their labels.

    Parameters
    ----------
    truth
        (samples, scores) or (samples,) names of classes.
    """

    task: BenchTask
    arrays: Arrays
    truth: NDArray[Any]

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
        return TaskData(self.task, self.arrays.take(kept), self.truth[kept])

    def of_exercise(self, name: str) -> TaskData:
        """Samples of one exercise."""
        return self.part(lambda sample: sample.exercise == name)


def _kimore_scores(row: Row) -> Sequence[float] | None:
    found = [row.scores.get(name) for name in ("total", "primary", "control")]
    given = [value for value in found if value is not None]
    return given if len(given) == len(found) else None


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
KINECT1: Final = Layout(joints=tuple(joint for joint in JOINTS if joint != "neck"))
"""The first Kinect sees no neck."""
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
        BenchTask("kimore-patient", "KIMORE: control or patient", "kimore", "classes", _patient,
                  ("subject-5fold", *SAMPLE), WHOLE),
        BenchTask("kimore-exercise", "KIMORE's five exercises told apart", "kimore", "classes",
                  _exercise, SUBJECT, exercise_known=False),
        BenchTask("ui-prmd-correct", "UI-PRMD: correct or incorrect", "ui-prmd", "classes",
                  _correct, ("leave-one-subject-out", "subject-70-30", *SAMPLE), sensor=KINECT2),
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
