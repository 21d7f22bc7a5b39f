"""Everyday and sports actions recognised by warping: how far the toolkit's courses carry.

UTKinect's ten and UTD-MHAD's 27 actions are the field's own tables for a Kinect v1. Recordings are
taken as the sensor gave them. Distances between movements know no classes, so they are had once;
which courses are looked at and the kernel's width are chosen within each training part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit import datasets
from rehabkit.bench.cells import Fold, Task
from rehabkit.bench.controls import body_lengths
from rehabkit.bench.protocols import Who
from rehabkit.bench.recognition import commonest
from rehabkit.bench.splits import Split
from rehabkit.datasets.row import Row
from rehabkit.errors import RehabkitError
from rehabkit.kinematics.alignment import dtw_matrix
from rehabkit.kinematics.body_courses import COURSES, FRAMES, RATE_HZ, body_courses
from rehabkit.models.alignment_kernel import AlignmentKernel
from rehabkit.models.shrunken_discriminant import ShrunkenDiscriminant
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float

PROTOCOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "utkinect": ("leave-one-subject-out", "leave-one-sequence-out"),
    "utd-mhad": ("odd-even",),
}
"""Data sets with the protocols that papers use."""
ANY_WARP: Final = 1.0
"""No band: actions begin and end anywhere in their recordings."""


@dataclass(frozen=True)
class Settings:
    """What inner folds choose between, as ``AlignmentKernel`` takes it."""

    courses: tuple[int, ...]
    width: float


_SETS: Final = (("places",), ("velocities",), ("places", "velocities"),
                ("places", "velocities", "paths"), ("places", "velocities", "distances"),
                COURSES)  # fmt: skip
GRID: Final = tuple(
    Settings(tuple(COURSES.index(name) for name in names), width)
    for names, width in product(_SETS, (0.35, 0.7))
)


@dataclass(frozen=True, eq=False)
class Actions:
    """Movements of one data set.

    Parameters
    ----------
    rows
        What the data set says; the action is what is recognised.
    courses
        Name -> (samples, 32, dims) :func:`~rehabkit.kinematics.body_courses.body_courses`.
    body
        (samples, bones) lengths of bones over their mean: a body that stands still.
    path
        (samples,) logarithm of how fast all joints moved on average, body sizes a second.
    refused
        Rows without courses, each with the reason.
    fingerprint
        Of the data set.
    """

    rows: tuple[Row, ...]
    courses: Mapping[str, Float]
    body: Float
    path: Float
    refused: tuple[tuple[Row, str], ...]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def truth(self) -> NDArray[np.str_]:
        """(samples,) names of actions."""
        return np.array([str(row.labels["action"]) for row in self.rows])

    @cached_property
    def subjects(self) -> NDArray[np.str_]:
        """(samples,) who moved."""
        return np.array([row.subject for row in self.rows])

    @cached_property
    def who(self) -> Who:
        """What protocols split by; actions of one file are of one recording and sequence."""
        files = np.array([row.path.stem for row in self.rows])
        return Who.of(self.subjects, files, sequences=files)

    @cached_property
    def distances(self) -> Float:
        """(samples, samples, courses) how far every movement is from every other, warped."""
        each = [dtw_matrix(self.courses[name], band=ANY_WARP) for name in COURSES]
        return np.stack(each, axis=-1)

    @property
    def task(self) -> Task:
        """As a cell's file names the samples; actions are joined from the data."""
        named = [{"subject": row.subject, "number": k} for k, row in enumerate(self.rows)]
        return Task(named, self.fingerprint)


def gather(name: str, root: Path) -> Actions:
    """A data set's actions, as the sensor gave them."""
    found = datasets.load(name, root)
    rows, seen, refused = [], [], []
    for row in found:
        try:
            seen.append(_seen(found.read(row).canonical()))
        except RehabkitError as error:
            refused.append((row, str(error)))
            continue
        rows.append(row)
    courses = {n: np.array([one[n] for one, _, _ in seen]) for n in COURSES}
    body = np.array([lengths for _, lengths, _ in seen])
    path = np.array([speed for _, _, speed in seen])
    return Actions(tuple(rows), courses, body, path, tuple(refused), found.fingerprint)


def _seen(recording: Recording) -> tuple[dict[str, Float], Float, float]:
    courses = body_courses(recording)
    lengths = body_lengths(recording)
    velocities = courses["velocities"].reshape(FRAMES, -1, 3)
    speed = float(np.linalg.norm(velocities, axis=-1).mean())
    return courses, lengths / np.nanmean(lengths), float(np.log(speed + 1 / RATE_HZ))


def constant(actions: Actions, split: Split) -> Fold:
    """The commonest action; the first by name where several are."""
    return commonest(actions.truth, split)


def standing_still(actions: Actions, split: Split) -> Fold:
    """A discriminant on lengths of bones."""
    seen = actions.body[:, np.isfinite(actions.body[split.train]).any(axis=0)]
    usual = np.nanmedian(seen[split.train], axis=0)
    return _discriminant(actions, split, np.where(np.isfinite(seen), seen, usual))


def path_length(actions: Actions, split: Split) -> Fold:
    """A discriminant on how fast the body moved."""
    return _discriminant(actions, split, actions.path[:, None])


def nearest(actions: Actions, split: Split) -> Fold:
    """The action of the movement that warps onto it best, all courses together: nothing to set."""
    scale = np.median(actions.distances[np.ix_(split.train, split.train)], axis=(0, 1))
    apart = (actions.distances[np.ix_(split.test, split.train)] / scale).sum(axis=-1)
    return _fold(actions.truth[split.train][apart.argmin(axis=1)])


def aligned(actions: Actions, split: Split) -> Fold:
    """The kernel on warping distances, its settings chosen among the training people."""
    chosen = choose(actions, split.train)
    machine = _fitted(actions, split.train, chosen)
    asked = actions.distances[np.ix_(split.test, split.train)]
    named = {**asdict(chosen), "courses": [COURSES[k] for k in chosen.courses]}
    chances = machine.predict_proba(asked)
    best = machine.classes_[chances.argmax(axis=1)]
    return Fold({"class": best, "share": np.round(chances.max(axis=1), 3)}, named)


ROWS: Final[dict[str, Callable[[Actions, Split], Fold]]] = {
    "constant": constant,
    "standing-still": standing_still,
    "path-length": path_length,
    "nearest-course": nearest,
    "aligned-courses": aligned,
}


def choose(actions: Actions, train: NDArray[np.intp]) -> Settings:
    """The settings of ``GRID`` that are right most often of people left out, one after another."""
    people = actions.subjects[train]
    right = np.zeros(len(GRID))
    for person in np.unique(people).tolist():
        kept, asked = train[people != person], train[people == person]
        apart = actions.distances[np.ix_(asked, kept)]
        for place, settings in enumerate(GRID):
            found = _fitted(actions, kept, settings).predict(apart)
            right[place] += np.sum(found == actions.truth[asked])
    return GRID[int(right.argmax())]


def _fitted(actions: Actions, train: NDArray[np.intp], settings: Settings) -> AlignmentKernel:
    machine = AlignmentKernel(settings.courses, width=settings.width)
    return machine.fit(actions.distances[np.ix_(train, train)], actions.truth[train])


def _discriminant(actions: Actions, split: Split, figures: Float) -> Fold:
    machine = ShrunkenDiscriminant().fit(figures[split.train], actions.truth[split.train])
    return _fold(machine.predict(figures[split.test]))


def _fold(found: NDArray[Any]) -> Fold:
    return Fold({"class": found})
