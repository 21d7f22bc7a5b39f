"""Classes of movement: which tasks there are, what is learned from, and what controls reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import cells, figures
from rehabkit.bench.figures import Figures
from rehabkit.bench.protocols import Who
from rehabkit.bench.splits import Split
from rehabkit.bench.tasks import BenchTask, task
from rehabkit.errors import ModelError, choices
from rehabkit.models.classical import KINDS, ClassicalClassifier, FcbfExtraTrees
from rehabkit.models.estimator import Classifier
from rehabkit.models.minirocket import MiniRocket
from rehabkit.models.movement_classifier import MovementClassifier
from rehabkit.models.multirocket_hydra import MultiRocketHydra
from rehabkit.models.nearest_course import NearestCourse
from rehabkit.recording.arrays import Float

TASKS: Final[Mapping[str, BenchTask]] = {
    name: task(name) for name in ("kimore-patient", "ui-prmd-correct", "irds-correct")
}
"""Tasks of two classes; their first protocol is the one that their figure is asked under."""
DOCTORS: Final = "doctors-score"
"""The row that needs KIMORE's scores."""
SECOND: Final = ("patient", "incorrect")
"""The class of each whose share is given."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Samples of a task that have a class.

    Parameters
    ----------
    figures
        What models look at.
    wrong
        (samples,) whether each is of the second class: a patient's, or incorrect.
    """

    figures: Figures
    wrong: NDArray[np.bool_]

    @property
    def subjects(self) -> NDArray[np.str_]:
        """(samples,) who moved."""
        return self.figures.of_rows("subject")

    @property
    def exercises(self) -> NDArray[np.str_]:
        """(samples,) ids of exercises."""
        return self.figures.of_rows("exercise")

    @property
    def groups(self) -> NDArray[np.str_]:
        """(samples,) group of people."""
        return self.figures.of_rows("group")

    @property
    def totals(self) -> Float:
        """(samples,) total scores that doctors gave; NaN where they gave none."""
        return np.array([row.scores.get("total") for row in self.figures.rows], dtype=np.float64)

    @property
    def occasions(self) -> NDArray[np.str_]:
        """(samples,) who moved at which exercise."""
        return np.char.add(np.char.add(self.subjects, " "), self.exercises)

    @property
    def who(self) -> Who:
        """What protocols look at; each sample is a recording of its own."""
        return Who.of(self.subjects, groups=self.groups)

    @property
    def cell_task(self) -> cells.Task:
        """A person, and the sample's place among those with a class, as a cell's file has it.

        The class stays in the data.
        """
        samples = [{"subject": s, "sample": i} for i, s in enumerate(self.subjects.tolist())]
        return cells.Task(samples, self.figures.fingerprint)


def labelled(task: BenchTask, found: Figures) -> Labelled:
    """The samples whose class the data set says."""
    said = [task.label(row) for row in found.rows]
    kept = np.array([one is not None for one in said])
    return Labelled(found.part(kept), np.array([one in SECOND for one in said])[kept])


def gather(task: BenchTask, root: Path, **options: Any) -> Labelled:
    """Recordings of a task; ``options`` as :func:`rehabkit.bench.figures.gather` takes them."""
    return labelled(task, figures.gather(task.data, root, sensor=task.sensor, **options))


Shares = Callable[[Labelled, Split], Float]
"""From samples and a split to (test,) shares of the second class."""


def constant(known: Labelled, split: Split) -> Float:
    """How often the second class occurs at the exercise among training samples."""
    return _by_names(known, split, (known.exercises,))


def group(known: Labelled, split: Split) -> Float:
    """How often it occurs in the person's group at the exercise: no movement is seen."""
    return _by_names(known, split, (known.groups, known.exercises))


def identity(known: Labelled, split: Split) -> Float:
    """How often it occurs in the person's own training samples, else at the exercise."""
    return _by_names(known, split, (known.subjects,), (known.exercises,))


def standing_still(known: Labelled, split: Split) -> Float:
    """Extra trees on lengths of bones: a body that does not move."""
    return by_exercise(known, split, known.figures.body, lambda: ClassicalClassifier("extra-trees"))


def length_and_path(known: Labelled, split: Split) -> Float:
    """A logistic curve on how long it took and how fast the body moved."""
    seen = np.log(np.stack([known.figures.seconds, known.figures.path], axis=1) + 1e-6)
    return by_exercise(known, split, seen, lambda: ClassicalClassifier("logistic-regression"))


def doctors_score(known: Labelled, split: Split) -> Float:
    """A logistic curve on the total that doctors gave, which no model sees: a ceiling.

    Raises
    ------
    ModelError
        Where doctors gave no scores.
    """
    total = known.totals
    if not np.isfinite(total).any():
        raise ModelError("The data set holds no total scores of doctors; KIMORE's does.")
    return by_exercise(
        known, split, total[:, None], lambda: ClassicalClassifier("logistic-regression")
    )


CONTROLS: Final[dict[str, Shares]] = {
    "constant": constant,
    "group": group,
    "identity": identity,
    "length-and-path": length_and_path,
    "standing-still": standing_still,
}


def movement(known: Labelled, split: Split) -> dict[str, Float]:
    """:class:`MovementClassifier`, all exercises together: its shares, and its members'."""
    X = all_figures(known)
    model = MovementClassifier(len(np.unique(known.exercises)))
    model.fit(X[split.train], known.wrong[split.train])
    members = {name: shares[:, 1] for name, shares in model.members(X[split.test]).items()}
    return {"share": np.mean(list(members.values()), axis=0), **members}


def all_figures(known: Labelled) -> Float:
    """(samples, figures + exercises) as :class:`MovementClassifier` takes them."""
    marks = known.exercises[:, None] == np.unique(known.exercises)
    length = np.log(known.figures.seconds)[:, None]
    return np.concatenate(
        [known.figures.movement, length, known.figures.finerehab, marks], axis=1
    )  # fmt: skip


def by_exercise(
    known: Labelled, split: Split, seen: Float, make: Callable[[], Classifier]
) -> Float:
    """(test,) shares of one model an exercise; ``seen`` is what it looks at."""
    found = np.full(len(known.wrong), np.nan)
    exercises = known.exercises
    for exercise in np.unique(exercises[split.test]).tolist():
        part = split.part(np.flatnonzero(exercises == exercise))
        model: Any = make()
        model.fit(seen[part.train], known.wrong[part.train])
        found[part.test] = model.predict_proba(seen[part.test])[:, 1]
    return found[split.test]


def _on(name: str, make: Callable[[], Classifier]) -> Shares:
    def shares(known: Labelled, split: Split) -> Float:
        return by_exercise(known, split, getattr(known.figures, name), make)

    return shares


MODELS: Final[dict[str, Shares]] = {
    **{kind: _on("finerehab", partial(ClassicalClassifier, kind)) for kind in KINDS},
    "fcbf-extra-trees": _on("finerehab", FcbfExtraTrees),
    "dtw": _on("curves", NearestCourse),
    "minirocket": _on("curves", partial(MiniRocket, 672)),
    "multirocket-hydra": _on("curves", partial(MultiRocketHydra, 672)),
    DOCTORS: doctors_score,
}
"""One model an exercise; figures are FineRehab's unless courses are looked at."""


def model(name: str) -> Shares:
    """A control or model by its name.

    Raises
    ------
    ModelError
        Lists the known ones.
    """
    found = {**CONTROLS, **MODELS}
    if name not in found:
        raise ModelError(f"No model is called {name!r}; known: {choices((*found, 'movement'))}.")
    return found[name]


def _by_names(known: Labelled, split: Split, *keys: Sequence[NDArray[np.str_]]) -> Float:
    """(test,) how often the second class occurs among training samples of the same names.

    The first of ``keys`` whose names the training side has is taken. Rates count against the usual
    one of the exercise, so that one half is as often as usual: classes weigh the same.
    """
    usual = _rates(known, split, (known.exercises,))
    found = usual
    for names in reversed(keys):
        found = _rates(known, split, names, found)
    odds = found * (1 - usual), usual * (1 - found)
    return np.asarray(odds[0] / np.maximum(odds[0] + odds[1], 1e-12))


def _rates(
    known: Labelled,
    split: Split,
    names: Sequence[NDArray[np.str_]],
    otherwise: Float | None = None,
) -> Float:
    """(test,) how often the second class occurs among training samples of the same names."""
    wrong = known.wrong[split.train]
    else_ = np.full(len(split.test), wrong.mean()) if otherwise is None else otherwise
    joined = np.array([" ".join(parts) for parts in zip(*names, strict=True)])
    train, test = joined[split.train], joined[split.test].tolist()
    rates = {name: wrong[train == name].mean() for name in np.unique(train).tolist()}
    return np.array([rates.get(name, other) for name, other in zip(test, else_, strict=True)])
