"""Movements of several data sets for the recogniser: figures, names, and who moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.assessment.recognition import SURE
from rehabkit.bench import prepared
from rehabkit.bench.cells import Fold
from rehabkit.bench.controls import body_lengths
from rehabkit.bench.prepared import Prepared
from rehabkit.bench.splits import Split
from rehabkit.datasets.row import Row
from rehabkit.errors import RecordingError
from rehabkit.kinematics.body_places import BodyPlaces, body_places
from rehabkit.kinematics.movement_features import movement_features
from rehabkit.models.recogniser import ExerciseRecogniser
from rehabkit.recording import CANONICAL_SKELETON, Recording, Up
from rehabkit.recording.arrays import Float

SETS: Final = ("kimore", "ui-prmd", "irds")
"""Data sets whose exercises are recognised: Kinect v2, in the catalogue."""
FOREIGN: Final = ("utkinect", "utd-mhad", "msr-action3d")
"""Everyday and sports movements, Kinect v1: nothing is learned from them."""
SENSORS: Final[Mapping[str, str]] = MappingProxyType({"ui-prmd": "kinect-v2"})
MIRRORED: Final[Mapping[str, str]] = MappingProxyType({
    f"irds-{a}": f"irds-{b}"
    for pair in ((0, 1), (2, 3), (4, 5), (7, 8))
    for a, b in (pair, pair[::-1])
})  # fmt: skip
"""Exercises that are another one in a mirror: IRDS names the side."""


_MOVES: Final = {
    f"irds-{gesture}": side
    for side, gestures in (("right", (0, 2, 4, 7)), ("left", (1, 3, 5, 8)))
    for gesture in gestures
}
"""Side of the joints that a gesture of IRDS moves."""


def exercise_of(row: Row) -> str:
    """What was done, by the joints that moved where the set's word for the side is wrong."""
    usual = _MOVES.get(row.exercise, "")
    other = row.side in ("left", "right") and usual not in ("", row.side)
    if other and row.labels.get("correct") is True:
        return MIRRORED[row.exercise]
    return row.exercise or str(row.labels.get("action", ""))


@dataclass(frozen=True, eq=False)
class Moves:
    """Movements with their figures.

    Parameters
    ----------
    rows
        What the data sets say.
    sets
        (samples,) names of data sets.
    figures
        (samples, figures) :func:`~rehabkit.kinematics.movement_features.movement_features`.
    body
        (samples, bones) lengths of bones over their mean: a body that stands still.
    places
        What the figures were made from.
    refused
        Rows that gave no figures, each with the reason.
    fingerprint
        Of the data sets.
    """

    rows: tuple[Row, ...]
    sets: NDArray[np.str_]
    figures: Float
    body: Float
    places: tuple[BodyPlaces, ...]
    refused: tuple[tuple[Row, str], ...]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def exercises(self) -> NDArray[np.str_]:
        """(samples,) what was done: ids of the catalogue, else the set's action.

        A correct repetition of IRDS by the other side than the gesture's others is that of the
        other side: the joints that moved say it.
        """
        return np.array([exercise_of(row) for row in self.rows])

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """(samples,) False where the set says that the exercise was not done as it should be."""
        return np.array([row.labels.get("quality", "correct") == "correct" for row in self.rows])

    @cached_property
    def actions(self) -> NDArray[np.str_]:
        """(samples,) what was done in the set's own words."""
        return np.array([str(row.labels.get("action", row.exercise)) for row in self.rows])

    @cached_property
    def subjects(self) -> NDArray[np.str_]:
        """(samples,) who moved; names of two sets never meet."""
        pairs = zip(self.sets.tolist(), self.rows, strict=True)
        return np.array([f"{name}/{row.subject}" for name, row in pairs])

    @cached_property
    def groups(self) -> NDArray[np.str_]:
        """(samples,) set and group of people, for folds with a share of each."""
        pairs = zip(self.sets.tolist(), self.rows, strict=True)
        return np.array([f"{name}/{row.group}" for name, row in pairs])


def gather(
    names: Sequence[str],
    root: Path,
    *,
    cache: Path = Path(".cache/bench"),
    workers: int = 1,
    sensors: Mapping[str, str] = SENSORS,
) -> Moves:
    """Movements of data sets, from the cache where it holds them; of one sensor where named."""
    rows: list[Row] = []
    sets: list[str] = []
    seen: list[tuple[BodyPlaces, Float]] = []
    refused: list[tuple[Row, str]] = []
    prints = []
    for name in names:
        found = prepared.load(
            name, root, cache, sensor=sensors.get(name, ""), workers=workers
        )  # fmt: skip
        prints.append(found.fingerprint)
        refused += found.refused
        for one in found:
            try:
                seen.append(_seen(one))
            except RecordingError as error:
                refused.append((one.row, str(error)))
                continue
            rows.append(one.row)
            sets.append(name)
    return Moves(
        tuple(rows),
        np.array(sets),
        np.array([movement_features(places) for places, _ in seen]),
        np.array([body for _, body in seen]),
        tuple(places for places, _ in seen),
        tuple(refused),
        "+".join(prints),
    )


def commonest(names: NDArray[np.str_], split: Split) -> Fold:
    """The class with the most training samples; the first by name where several are."""
    each, count = np.unique(names[split.train], return_counts=True)
    return Fold({"class": np.full(len(split.test), each[count.argmax()])})


def answers(found: ExerciseRecogniser, figures: Float) -> dict[str, NDArray[Any]]:
    """What a recogniser says of (samples, figures): the class, how surely, how far in limits."""
    chances = found.predict_proba(figures)
    return {
        "class": found.classes_[chances.argmax(axis=1)],
        "probability": np.round(chances.max(axis=1), 3),
        "far": np.round(found.far(figures), 3),
    }


def is_named(answer: Mapping[str, Any]) -> bool:
    """Whether ``analyze`` would name an exercise, of one sample's :func:`answers`."""
    return bool(answer["far"] <= 1 and answer["probability"] >= SURE)


def recording_of(one: Prepared) -> Recording:
    """A prepared recording on canonical joints; the older Kinect's missing neck is put in.

    A third of the way from the chest to the head, as the body is built: without it a Kinect v1
    would be refused for its skeleton alone, and would measure nothing of foreign movements.
    """
    positions = one.positions.copy()
    chest, neck, head = (
        positions[:, CANONICAL_SKELETON.index(j)] for j in ("chest", "neck", "head")
    )  # fmt: skip
    if not np.isfinite(neck).any():
        neck[:] = chest + (head - chest) / 3
    return Recording(one.time, CANONICAL_SKELETON, positions, up=Up(tuple(one.up.tolist())))


def _seen(one: Prepared) -> tuple[BodyPlaces, Float]:
    recording = recording_of(one)
    lengths = body_lengths(recording)
    return body_places(recording, least_frames=2), lengths / np.nanmean(lengths)
