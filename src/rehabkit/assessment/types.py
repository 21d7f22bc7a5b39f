"""The gate's verdict, scores and findings, with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Reason:
    """One thing the gate says, with its evidence and, where it has one, its time."""

    code: str
    text: str
    start_s: float | None = None
    end_s: float | None = None
    advice: str = ""


@dataclass(frozen=True)
class Gate:
    """Whether a recording may be judged. ``reasons`` forbid it; ``limits`` only restrict it."""

    usable: bool
    reasons: tuple[Reason, ...] = ()
    limits: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The measured value of one repetition that a finding rests on.

    ``repetition`` is its number from 1, or 0 of a movement that was not counted; ``value`` None
    where it could not be had; ``outside`` says how it lies to the expected band: "inside",
    "within error", "outside".
    """

    repetition: int
    value: float | None
    at_s: float
    outside: Literal["inside", "within error", "outside", "not seen"]


@dataclass(frozen=True)
class Finding:
    """Something outside what is expected, most telling repetition first in ``measured``.

    ``expected`` is (low, high), None for an open end; ``expected_source`` says where that band
    comes from; ``angle`` names the angle to draw, where there is one; ``error`` is in ``unit``.
    """

    id: str
    title: str
    side: str
    start_s: float
    end_s: float
    measured: float
    expected: tuple[float | None, float | None]
    expected_source: str
    unit: str
    severity: Literal["mild", "moderate", "strong"]
    quantity: str
    patient: str
    therapist: str
    evidence: tuple[Evidence, ...]
    repetition: int | None = None
    angle: str | None = None
    error: float | None = None


@dataclass(frozen=True)
class Criterion:
    """One thing that points were given for, over all repetitions, with its evidence.

    Parameters
    ----------
    id, label
        ``"reach.knee_flexion.left"`` and ``"Knee flexion, left: largest"``.
    part
        Body part, or of smoothness the phase ("initiation phase", "reverse phase").
    side
        "left", "right", or "" where it has none.
    points
        0-4, mean over the repetitions that show it.
    by_repetition
        Points of each counted repetition, None where it could not be had.
    repetition
        The number, from 1, of the one with the fewest points; the evidence is of this one.
    start_s, end_s, at_s, frames
        When that repetition, and the moment in it; rows [first, last) of the recording.
    measured, expected, unit
        What was measured at that moment and healthy people's band (low, high), None is open.
    source
        Where the band comes from.
    angle
        Name of the angle to draw, where there is one.
    """

    id: str
    label: str
    part: str
    side: str
    points: float
    by_repetition: tuple[float | None, ...]
    repetition: int
    start_s: float
    end_s: float
    at_s: float
    frames: tuple[int, int]
    measured: float
    expected: tuple[float | None, float | None]
    unit: str
    source: str
    angle: str | None = None


@dataclass(frozen=True)
class PartScore:
    """Points of one body part (or phase) and its weight in the dimension; the weights sum to 1."""

    part: str
    weight: float
    points: float


@dataclass(frozen=True)
class Dimension:
    """Completeness, correction or smoothness: 0-4, or None with the reasons."""

    value: float | None
    parts: tuple[PartScore, ...] = ()
    evidence: tuple[Criterion, ...] = ()
    by_repetition: tuple[float | None, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scores:
    """FineRehab's three dimensions and their weighted sum (its Eq. 2), shown as 0-100.

    Parameters
    ----------
    overall, level
        0-100 and its word, or None.
    interval
        95 % interval of the mean over the repetitions: their spread alone.
    weights
        Of the dimensions, as used: those that could not be had are left out and said.
    by_repetition
        0-100 for each counted repetition.
    reasons
        Why there is no score.
    limits
        What to keep in mind where there is one.
    """

    overall: float | None
    level: str | None = None
    interval: tuple[float, float] | None = None
    completeness: Dimension = Dimension(None)
    correction: Dimension = Dimension(None)
    smoothness: Dimension = Dimension(None)
    weights: Mapping[str, float] = field(default_factory=dict)
    by_repetition: tuple[float | None, ...] = ()
    reasons: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One thing that was looked for, found or not: every repetition against its band.

    ``title`` is the finding's. ``margin`` is how far the median repetition lies outside the band
    (negative: inside), as a share of the band's own scale; None where nothing was seen.
    """

    id: str
    side: str
    quantity: str
    unit: str
    expected: tuple[float | None, float | None]
    expected_source: str
    measured: float | None
    error: float | None
    margin: float | None
    found: bool
    title: str = ""
