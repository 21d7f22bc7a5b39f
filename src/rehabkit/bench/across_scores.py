"""The shipped clinical scorer asked of other data sets: does it put correct above incorrect?

No doctor gave points to UI-PRMD's or IRDS's people, but those sets say which repetitions are
correct. A score that means something is higher for them than for the same person's others. Lines
through path length, learned from KIMORE, stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.assessment.clinical import figures_of
from rehabkit.bench import cells, controls
from rehabkit.bench.across import SOURCES, crossing, gathered
from rehabkit.bench.cells import Fold
from rehabkit.bench.controls import Known
from rehabkit.bench.figures import Figures
from rehabkit.bench.shared_movements import movement_of, names_of, shared_by
from rehabkit.bench.splits import Split
from rehabkit.datasets.row import Row
from rehabkit.errors import ModelError, RehabkitError
from rehabkit.models import clinical_store
from rehabkit.models.clinical_store import Shipped

KIMORE: Final = SOURCES["kimore"]
UNSEEN: Final = float("nan")


@dataclass(frozen=True, eq=False)
class Points:
    """KIMORE's recordings with points, then another source's at the movements that it shares.

    Parameters
    ----------
    rows
        What the data sets say.
    known
        What controls look at; ``truth`` is NaN in the other source, ``exercises`` are KIMORE's.
    learned
        (samples,) which are KIMORE's.
    """

    name: str
    rows: tuple[Row, ...]
    known: Known
    learned: NDArray[np.bool_]
    fingerprint: str

    @property
    def splits(self) -> list[Split]:
        """From KIMORE to the other source."""
        return crossing(f"kimore to {self.name}", self.learned, ~self.learned, self.known.subjects)

    @property
    def cell_task(self) -> cells.Task:
        """Samples as a cell's file names them; ``sample`` counts in the other source alone."""
        samples = [
            {"subject": s, "sample": i - int(self.learned.sum())}
            for i, s in enumerate(self.known.subjects.tolist())
        ]
        return cells.Task(samples, self.fingerprint)


def points(name: str, root: Path, cache: Path) -> Points:
    """KIMORE and the source ``name``.

    Raises
    ------
    ModelError
        Where the two share no movement.
    """
    source = SOURCES[name]
    movements = shared_by("kimore", source.data)
    if not movements:
        raise ModelError(f"KIMORE and {source.words} share no movement.")
    first, second = gathered(KIMORE, root, cache), gathered(source, root, cache)
    given = np.array([row.scores.get("total") is not None for row in first.rows])
    shared = np.array([movement_of("kimore", row.exercise) in movements for row in first.rows])
    judged = [
        movement_of(source.data, r.exercise) in movements and r.labels.get("correct") is not None
        for r in second.rows
    ]
    first, second = first.part(given & shared), second.part(np.array(judged))
    learned = np.arange(len(first.rows) + len(second.rows)) < len(first.rows)
    prints = f"{first.fingerprint}+{second.fingerprint}"
    return Points(name, (*first.rows, *second.rows), _known(first, second, source.data), learned,
                  prints)  # fmt: skip


def _known(first: Figures, second: Figures, data: str) -> Known:
    truth = np.array([row.scores["total"] for row in first.rows], dtype=np.float64)
    asked = [kimore_name(data, row.exercise) for row in second.rows]
    subjects = [f"{d}/{s}" for d, f in (("kimore", first), (data, second))
                for s in f.of_rows("subject").tolist()]  # fmt: skip

    def both(name: str) -> NDArray[np.float64]:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    return Known(
        np.array([*truth, *[UNSEEN] * len(asked)]),
        np.array([*first.of_rows("exercise").tolist(), *asked]),
        np.concatenate([first.of_rows("group"), second.of_rows("group")]),
        np.array(subjects),
        both("body"),
        both("path"),
        both("movement"),
    )


def kimore_name(data: str, exercise: str) -> str:
    """KIMORE's exercise that is the same movement as another set's."""
    return names_of(movement_of(data, exercise), "kimore")[0]


def control(name: str) -> Callable[[Points, Split], Fold]:
    """A row of :data:`rehabkit.bench.controls.CONTROLS`."""
    return lambda asked, split: Fold({"total": controls.CONTROLS[name](asked.known, split)})


def scorer(asked: Points, split: Split) -> Fold:
    """The shipped scorer: what it says, why it says nothing, and what it would have said."""
    model = clinical_store.shipped()
    if model is None:
        raise ModelError("This RehabKit was installed without the weights of the clinical scorer.")
    exercises = asked.known.exercises
    each = [said(asked.rows[i], str(exercises[i]), model) for i in split.test.tolist()]
    return Fold({
        "total": np.array([one.total for one in each]),
        "why": np.array([one.why for one in each]),
    }, {"weights": model.facts["name"]})  # fmt: skip


@dataclass(frozen=True)
class Said:
    """Points that were said, or that would have been: then ``why`` they were not."""

    total: float
    why: str


def said(row: Row, exercise: str, model: Shipped) -> Said:
    """What ``analyze`` says of a recording under an exercise's name."""
    from rehabkit.pipeline import analyze

    try:
        found = analyze(row.path, exercise=exercise, format=row.format, **dict(row.options))
        place = model.exercises.index(exercise)
        figures = figures_of(found.case, found.scores, place, len(model.exercises))
    except RehabkitError as error:
        return Said(UNSEEN, str(error))
    predicted = float(model.scorer.predict(figures)[0, 0])
    return Said(predicted, next(iter(found.clinical.reasons), ""))


SCORING: Final[Mapping[str, Callable[[Points, Split], Fold]]] = MappingProxyType(
    {
        **{name: control(name) for name in ("constant", "path-length", "standing-still")},
        "scorer": scorer,
    }
)
SCORED: Final[Sequence[str]] = ("ui-prmd", "ui-prmd-vicon", "irds")
"""Sources that share a movement with KIMORE and say what is correct."""
