"""From one data set or sensor to another: what is learned here, asked there, people kept apart.

Two tasks cross: which exercise a movement is, and whether it is wrong (or a patient's). What the
sets share says :mod:`rehabkit.bench.shared_movements`. Where the same people stand in front of two
sensors, a person who is asked is never learned from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.bench import cells, classes, figures, recognition
from rehabkit.bench.cells import Fold
from rehabkit.bench.classes import Labelled
from rehabkit.bench.figures import ARRAYS, Figures
from rehabkit.bench.protocols import HEALTHY
from rehabkit.bench.recognition import MIRRORED, Moves
from rehabkit.bench.shared_movements import movement_of, names_of, shared_by
from rehabkit.bench.splits import Split, check
from rehabkit.datasets.row import Row
from rehabkit.kinematics.body_places import RATE_HZ
from rehabkit.kinematics.movement_features import mirrored_features
from rehabkit.models.left_out import INNER_FOLDS
from rehabkit.models.recogniser import ExerciseRecogniser
from rehabkit.models.shrunken_discriminant import ShrunkenDiscriminant
from rehabkit.recording.arrays import Float


@dataclass(frozen=True)
class Source:
    """Recordings of one data set by one sensor."""

    name: str
    data: str
    sensor: str
    words: str


SOURCES: Final[Mapping[str, Source]] = MappingProxyType({
    source.name: source
    for source in (
        Source("kimore", "kimore", "", "KIMORE, Kinect v2"),
        Source("ui-prmd", "ui-prmd", "kinect-v2", "UI-PRMD, Kinect v2"),
        Source("ui-prmd-vicon", "ui-prmd", "vicon", "UI-PRMD, Vicon"),
        Source("irds", "irds", "", "IRDS, Kinect v2"),
        Source("utd-mhad", "utd-mhad", "", "UTD-MHAD, Kinect v1"),
        Source("utkinect", "utkinect", "", "UTKinect, Kinect v1"),
        Source("msr-action3d", "msr-action3d", "", "MSR Action3D, depth camera"),
    )
})  # fmt: skip
JUDGED: Final = ("kimore", "ui-prmd", "ui-prmd-vicon", "irds")
"""Sources that say which movements are wrong, or a patient's (:func:`wrong_of`)."""


def crossings(names: Sequence[str]) -> list[tuple[Source, Source]]:
    """Every ordered pair of sources, by name, that shares a movement."""
    return [
        (SOURCES[a], SOURCES[b])
        for a in names
        for b in names
        if a != b and shared_by(SOURCES[a].data, SOURCES[b].data)
    ]


def crossing(
    name: str, learned: NDArray[np.bool_], asked: NDArray[np.bool_], subjects: NDArray[np.str_]
) -> list[Split]:
    """One split from the samples ``learned`` to those ``asked``; a split a person where they meet.

    Raises
    ------
    ModelError
        Where a side is empty.
    """
    met = np.intersect1d(subjects[learned], subjects[asked])
    if len(met):
        people = np.unique(subjects[asked]).tolist()
        parts = [(f"{name}, {p}", learned & (subjects != p), asked & (subjects == p))
                 for p in people]  # fmt: skip
    else:
        parts = [(name, learned, asked)]
    splits = [Split(n, np.flatnonzero(a), np.flatnonzero(b)) for n, a, b in parts]
    own = np.array([f"{s} {i}" for i, s in enumerate(subjects.tolist())])
    for split in splits:
        check(split, subjects, own, apart=("subject",))
    return splits


@dataclass(frozen=True, eq=False)
class Named:
    """Movements of two sources, those learned first; every exercise of the first has a name.

    Parameters
    ----------
    learned, asked
        Correct movements of either source.
    """

    source: Source
    other: Source
    learned: Moves
    asked: Moves

    @cached_property
    def subjects(self) -> NDArray[np.str_]:
        """(samples,) who moved."""
        return np.concatenate([self.learned.subjects, self.asked.subjects])

    @cached_property
    def exercises(self) -> NDArray[np.str_]:
        """(samples,) each in its own set's words."""
        return np.concatenate([self.learned.exercises, self.asked.exercises])

    @cached_property
    def movement(self) -> NDArray[np.str_]:
        """(samples,) the movement that both sources hold; empty where it is none."""
        data = [self.source.data] * len(self.learned) + [self.other.data] * len(self.asked)
        found = [
            _common(self.source, self.other, d, e)
            for d, e in zip(data, self.exercises.tolist(), strict=True)
        ]
        there = set(found[: len(self.learned)])
        return np.array([name if name in there else "" for name in found])

    def both(self, of: Callable[[Moves], Float]) -> Float:
        """(samples, ...) something of all samples."""
        return np.concatenate([of(self.learned), of(self.asked)])

    @cached_property
    def splits(self) -> list[Split]:
        """From all correct movements of the one to the shared ones of the other."""
        first = np.arange(len(self.learned) + len(self.asked)) < len(self.learned)
        correct = np.concatenate([self.learned.correct, self.asked.correct])
        asked = ~first & correct & (self.movement != "")
        return crossing(f"{self.source.name} to {self.other.name}", first & correct, asked,
                        self.subjects)  # fmt: skip

    @property
    def cell_task(self) -> cells.Task:
        """Samples as a cell's file names them."""
        named = zip(self.subjects.tolist(), self.movement.tolist(), strict=True)
        samples = [{"subject": s, "movement": m} for s, m in named]
        prints = f"{self.learned.fingerprint}+{self.asked.fingerprint}"
        return cells.Task(samples, prints)

    def right(self, movement: str) -> tuple[str, ...]:
        """What the learned set calls a shared movement."""
        alike = self.source.data == self.other.data
        return (movement,) if alike else names_of(movement, self.source.data)


def _common(source: Source, other: Source, data: str, exercise: str) -> str:
    """The movement of ``data``'s exercise that both sets hold, else empty.

    Two sensors of one data set share all of its exercises, by their own names.
    """
    if source.data == other.data:
        return exercise
    movement = movement_of(data, exercise)
    return movement if movement in shared_by(source.data, other.data) else ""


def moves(source: Source, root: Path, cache: Path) -> Moves:
    """Movements of a source."""
    sensors = {source.data: source.sensor}
    return recognition.gather((source.data,), root, cache=cache, sensors=sensors)


def constant(known: Named, split: Split) -> Fold:
    """The exercise with the most recordings."""
    return recognition.commonest(known.exercises, split)


def path_length(known: Named, split: Split) -> Fold:
    """The exercise whose recordings move the body about as fast."""
    return _nearest_mean(known, split, known.both(_path)[:, None])


def standing_still(known: Named, split: Split) -> Fold:
    """The exercise whose people are built alike: lengths of bones over their mean."""
    body = known.both(lambda m: m.body)
    usual = np.nan_to_num(np.nanmedian(body[split.train], axis=0))
    return _nearest_mean(known, split, np.where(np.isfinite(body), body, usual))


def recogniser(known: Named, split: Split) -> Fold:
    """What ``analyze`` uses, learned from this source alone; far and unsure where it can tell.

    With fewer than five people there are no limits to learn: the discriminant then answers alone.
    """
    seen, train = known.both(lambda m: m.figures), split.train
    X = seen[train]
    y, people = known.exercises[train], known.subjects[train]
    if len(np.unique(people)) < INNER_FOLDS:
        machine = ShrunkenDiscriminant().fit(
            np.concatenate([X, mirrored_features(X)]), np.tile(y, 2)
        )
        return Fold({"class": machine.predict(seen[split.test])})
    found = ExerciseRecogniser().fit(X, y, people, MIRRORED)
    return Fold(recognition.answers(found, seen[split.test]))


NAMING: Final[Mapping[str, Callable[[Named, Split], Fold]]] = MappingProxyType(
    {
        "constant": constant,
        "path-length": path_length,
        "standing-still": standing_still,
        "recogniser": recogniser,
    }
)


def _path(known: Moves) -> Float:
    """(samples,) logarithm of the mean speed of joints, body sizes a second."""
    steps = [np.linalg.norm(np.diff(p.places, axis=0), axis=-1).mean() for p in known.places]
    return np.asarray(np.log(np.array(steps) * RATE_HZ + 1e-6))


def _nearest_mean(known: Named, split: Split, seen: Float) -> Fold:
    """The exercise with the nearest mean, each figure in its spread over training samples."""
    spread = seen[split.train].std(axis=0) + 1e-9
    names = np.unique(known.exercises[split.train])
    means = np.array([
        seen[split.train[known.exercises[split.train] == name]].mean(axis=0) for name in names
    ])  # fmt: skip
    apart = (seen[split.test][:, None] - means) / spread
    return Fold({"class": names[(apart**2).sum(axis=-1).argmin(axis=1)]})


def wrong_of(row: Row, name: str) -> bool | None:
    """Whether a source says that a movement is wrong, or a patient's; None: it does not say."""
    if name == "kimore":
        return row.group not in HEALTHY
    correct = row.labels.get("correct")
    return None if correct is None else not correct


def judged(
    source: Source, other: Source, first: Figures, second: Figures
) -> tuple[Labelled, list[Split]]:
    """Samples of two sources at the movements that both hold, and the splits from one to the other.

    ``exercise`` of every row is the shared movement, ``subject`` carries the data set's name.
    """
    parts = [_named(s, o, f) for s, o, f in ((source, other, first), (other, source, second))]
    both = set(parts[0].of_rows("exercise")) & set(parts[1].of_rows("exercise"))
    parts = [part.part(np.isin(part.of_rows("exercise"), sorted(both))) for part in parts]
    names = [source.name] * len(parts[0].rows) + [other.name] * len(parts[1].rows)
    joined = _joined(parts)
    wrong = [wrong_of(row, name) for row, name in zip(joined.rows, names, strict=True)]
    known = Labelled(joined, np.array(wrong, dtype=bool))
    learned = np.arange(len(wrong)) < len(parts[0].rows)
    splits = crossing(f"{source.name} to {other.name}", learned, ~learned, known.subjects)
    return known, splits


def _named(source: Source, other: Source, known: Figures) -> Figures:
    """Those that say whether they are wrong, at a movement that both sets hold, by its name."""
    names = [_common(source, other, source.data, row.exercise) for row in known.rows]
    kept = [
        place for place, row in enumerate(known.rows)
        if names[place] and wrong_of(row, source.name) is not None
    ]  # fmt: skip
    part = known.part(np.array(kept, dtype=np.intp))
    rows = tuple(
        replace(known.rows[place], exercise=names[place],
                subject=f"{source.data}/{known.rows[place].subject}")
        for place in kept
    )  # fmt: skip
    return replace(part, rows=rows)


def _joined(parts: Sequence[Figures]) -> Figures:
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("repetition", *ARRAYS)
    }
    rows = tuple(row for part in parts for row in part.rows)
    refused = tuple(one for part in parts for one in part.refused)
    return Figures(
        rows, **arrays, refused=refused, fingerprint="+".join(p.fingerprint for p in parts)
    )


def gathered(source: Source, root: Path, cache: Path) -> Figures:
    """Figures of a source's recordings."""
    return figures.gather(source.data, root, cache, sensor=source.sensor)


JUDGING: Final[Mapping[str, classes.Shares]] = MappingProxyType(
    {
        "constant": classes.constant,
        "length-and-path": classes.length_and_path,
        "standing-still": classes.standing_still,
        "movement": lambda known, split: classes.movement(known, split)["share"],
    }
)
