"""The dominant movement of a recording whose exercise nobody named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rehabkit.exercises.exercise import Driver, Sides
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.repetitions.excursions import Rules
from rehabkit.repetitions.types import Repetition, Segmentation

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Candidate:
    """A signal that may drive, and the least range at which it is a movement at all.

    ``least`` lies well above what breathing, sway and the sensor's noise give. A signal that is
    noisy all the same must repeat ``least_count`` times.
    """

    signal: str
    sides: Sides
    direction: Direction
    least: float
    least_count: int = 1


# Angles that points give well; both ways where people also start bent, as from a chair.
# Rotations of a limb about its own axis and the hands' small
# angles are left out: they are noisy, and hardly ever the movement itself.
CANDIDATES: tuple[Candidate, ...] = (
    Candidate("knee_flexion", "each", "up", 30.0),
    Candidate("knee_flexion", "each", "down", 30.0),
    Candidate("hip_flexion", "each", "up", 30.0),
    Candidate("hip_flexion", "each", "down", 30.0),
    Candidate("hip_abduction", "each", "up", 20.0),
    Candidate("shoulder_elevation", "each", "up", 35.0),
    Candidate("elbow_flexion", "each", "up", 40.0),
    Candidate("trunk_flexion", "none", "up", 25.0),
    Candidate("trunk_lateral_flexion", "sign", "up", 12.0),
    Candidate("trunk_rotation", "sign", "up", 25.0),
    Candidate("neck_flexion", "none", "up", 25.0),
    Candidate("neck_lateral_flexion", "sign", "up", 15.0),
    Candidate("neck_rotation", "sign", "up", 18.0),
)
# Small movements, looked for only where nothing larger moved at all: hands shake on everybody.
SMALL: tuple[Candidate, ...] = (Candidate("hand_opening", "each", "down", 0.02, least_count=3),)


# Beside a single repetition, over this time, a body at rest is slower than this.
_BESIDE_S = 0.4
FAST_M_S = 0.7


@dataclass(frozen=True, eq=False)
class Scored:
    """A candidate with what it would count."""

    candidate: Candidate
    segmentation: Segmentation
    score: float


def dominant_movement(
    recording: Recording, kinematics: Kinematics, rules: Rules
) -> Segmentation | None:
    """What the movement that stands out most gives, or None where nothing does."""
    for candidates in (CANDIDATES, SMALL):
        scored = list(score_candidates(recording, kinematics, rules, candidates))
        best = max(scored, key=lambda s: s.score)
        if best.score > 0:
            return replace(best.segmentation, how="the dominant movement")
        if any(_moved(s) for s in scored):
            return None
    return None


def _moved(scored: Scored) -> bool:
    """Whether anything of full size moved, counted or not."""
    found = scored.segmentation
    extents = [each.extent for each in found.repetitions] + [each.extent for each in found.partial]
    return any(extent >= scored.candidate.least for extent in extents)


def score_candidates(
    recording: Recording,
    kinematics: Kinematics,
    rules: Rules,
    candidates: Sequence[Candidate] = CANDIDATES,
) -> Iterator[Scored]:
    """Every candidate with its score, 0 where it does not stand out; see :func:`score_of`."""
    from rehabkit.repetitions.cutting import cut_by

    for candidate in candidates:
        segmentation = cut_by(recording, kinematics, driver_of(candidate), rules)
        stands_out = _stands_out(recording, segmentation, candidate)
        score = score_of(segmentation, candidate) if stands_out else 0.0
        yield Scored(candidate, segmentation, score)


def driver_of(candidate: Candidate) -> Driver:
    """The candidate as an exercise's driver."""
    return Driver(candidate.signal, candidate.sides, candidate.direction, candidate.least)


def _stands_out(recording: Recording, segmentation: Segmentation, candidate: Candidate) -> bool:
    """Whether it repeats often enough; a single movement must leave a body that was at rest."""
    repetitions = segmentation.repetitions
    if len(repetitions) < candidate.least_count:
        return False
    return len(repetitions) > 1 or not on_the_move(recording, repetitions[0])


def on_the_move(recording: Recording, repetition: Repetition) -> bool:
    """Whether the body already moved fast right before the repetition, and still does after it.

    Fast is the median of the eight fastest joints, against the pelvis. Whoever walks or catches
    his balance swings a limb out and back, too.
    """
    if recording.positions is None:
        return False
    start, end = repetition.start_s, repetition.end_s
    before = _speed(recording, start - _BESIDE_S, start)
    after = _speed(recording, end, end + _BESIDE_S)
    return before > FAST_M_S and after > FAST_M_S


def _speed(recording: Recording, start_s: float, end_s: float) -> float:
    """m/s over [start, end); 0 where nothing is seen then."""
    first, last = np.searchsorted(recording.time, [start_s, end_s])
    if recording.positions is None or last - first < 3:
        return 0.0
    points = recording.positions[first:last].astype(np.float64)
    points = points - points[:, [recording.skeleton.index("pelvis")]]
    steps = np.diff(recording.time[first:last])[:, None]
    speed = np.linalg.norm(np.diff(points, axis=0), axis=2) / steps
    joints = [float(np.median(s[np.isfinite(s)])) for s in speed.T if np.isfinite(s).any()]
    return float(np.median(sorted(joints)[-8:])) if joints else 0.0


def score_of(segmentation: Segmentation, candidate: Candidate) -> float:
    """Range in units of the candidate's least range, times how sure and how whole it is.

    The range more than the count (its square root): a limb that makes ten small turns while
    another makes three large ones is not the movement, but arms that are raised once, and held
    through five squats, are not either. A signal on which movements of full size are cut off
    tells less about them than one on which they come back to rest.
    """
    repetitions = segmentation.repetitions
    if not repetitions:
        return 0.0
    extents = np.array([r.extent for r in repetitions])
    sure = np.mean([r.confidence for r in repetitions])
    lost = sum(p.extent >= 0.5 * np.median(extents) for p in segmentation.partial)
    whole = len(repetitions) / (len(repetitions) + lost)
    often = np.sqrt(len(repetitions))
    return float(np.median(extents) / candidate.least * sure * whole * often)
