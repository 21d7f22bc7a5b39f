"""KIMORE's bodies and courses of time, for :class:`rehabkit.models.familiar.Familiar`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehabkit.authoring.sets import exercises_of
from rehabkit.bench import prepared
from rehabkit.kinematics.body_places import body_places
from rehabkit.kinematics.familiarity import familiarity_features
from rehabkit.kinematics.movement_features import signals
from rehabkit.models.familiar import Familiar
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float


@dataclass(frozen=True, eq=False)
class People:
    """Recordings of people at KIMORE's exercises.

    Parameters
    ----------
    X
        (recordings, 1 + signals + exercises) as ``Familiar`` takes them.
    subjects
        (recordings,) who moved.
    fingerprint
        Of the data set.
    """

    X: Float
    subjects: NDArray[np.str_]
    fingerprint: str

    def fitted(self, left_out: Collection[str] = ()) -> Familiar:
        """What is familiar to somebody who saw everybody but those left out."""
        kept = ~np.isin(self.subjects, sorted(left_out))
        return Familiar(self.exercises).fit(self.X[kept], self.subjects[kept])

    @property
    def exercises(self) -> int:
        """How many exercises there are."""
        return len(exercises_of("kimore"))


def gather(root: Path, cache: Path = Path(".cache/bench"), workers: int = 1) -> People:
    """Every recording of KIMORE in which the body was seen."""
    found = prepared.load("kimore", root, cache, workers=workers)
    rows = [figures_of(one.recording(), one.row.exercise) for one in found]
    subjects = [one.row.subject for one in found]
    return People(np.array(rows), np.array(subjects), found.fingerprint)


def figures_of(recording: Recording, exercise: str) -> Float:
    """(1 + signals + exercises,) of a recording of one of KIMORE's exercises."""
    features = familiarity_features(recording, signals(body_places(recording)))
    marks = np.array([exercise == known for known in exercises_of("kimore")], dtype=np.float64)
    return np.concatenate([features, marks])
