"""The dominant movement of a recording whose exercise nobody named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rehabkit.exercises.exercise import Driver, Sides
from rehabkit.kinematics import driving
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.repetitions.excursions import Rules
from rehabkit.repetitions.types import Repetition, Segmentation

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Candidate:
    """A signal that may drive, and the least range at which it is a movement at all.

    ``least`` lies well above what breathing, sway and the sensor's noise give.
    """

    signal: str
    sides: Sides
    direction: Direction
    least: float


# Angles that points give well. Rotations of a limb about its own axis and the hands' small
# angles are left out: they are noisy, and hardly ever the movement itself.
CANDIDATES: tuple[Candidate, ...] = (
    Candidate("knee_flexion", "each", "up", 30.0),
    Candidate("hip_flexion", "each", "up", 30.0),
    Candidate("hip_abduction", "each", "up", 20.0),
    Candidate("shoulder_elevation", "each", "up", 35.0),
    Candidate("elbow_flexion", "each", "up", 40.0),
    Candidate("trunk_flexion", "none", "up", 25.0),
    Candidate("trunk_lateral_flexion", "sign", "up", 12.0),
    Candidate("trunk_rotation", "sign", "up", 25.0),
    Candidate("neck_flexion", "none", "up", 25.0),
    Candidate("neck_lateral_flexion", "sign", "up", 15.0),
    Candidate("neck_rotation", "sign", "up", 30.0),
)


@dataclass(frozen=True, eq=False)
class Scored:
    """A candidate with what it would count."""

    candidate: Candidate
    segmentation: Segmentation
    score: float


def dominant_driver(recording: Recording, kinematics: Kinematics, rules: Rules) -> Driver | None:
    """The driver of the movement that stands out most, or None where nothing does."""
    scored = list(score_candidates(recording, kinematics, rules))
    best = max(scored, key=lambda s: s.score, default=None)
    if best is None or best.score <= 0:
        return None
    return _driver(best.candidate)


def score_candidates(
    recording: Recording, kinematics: Kinematics, rules: Rules
) -> Iterator[Scored]:
    """Every candidate with its score; see :func:`_score`."""
    from rehabkit.repetitions.cutting import cut_by

    for candidate in CANDIDATES:
        segmentation = cut_by(recording, kinematics, _driver(candidate), rules)
        yield Scored(candidate, segmentation, _score(segmentation.repetitions, candidate))


def _driver(candidate: Candidate) -> Driver:
    return Driver(candidate.signal, candidate.sides, candidate.direction, candidate.least)


def _score(repetitions: Sequence[Repetition], candidate: Candidate) -> float:
    """Range in units of the candidate's least range, times how sure the repetitions are.

    The range, not the count: a limb that trembles through ten small turns while another makes
    three large ones is not the movement.
    """
    if not repetitions:
        return 0.0
    sizes = np.array([r.extent for r in repetitions]) / candidate.least
    sure = np.array([r.confidence for r in repetitions])
    return float(np.median(sizes) * sure.mean())


def unit(candidate: Candidate) -> str:
    """Unit of a candidate's range."""
    return driving.unit_of(candidate.signal)
