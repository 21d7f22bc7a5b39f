"""From readings to a finding: outside by more than the error, or no finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rehabkit.assessment.readings import Case, Reading
from rehabkit.assessment.types import Check, Evidence, Finding
from rehabkit.assessment.words import OTHER_SIDE_TOO, fill
from rehabkit.exercises.exercise import Words

Severity = Literal["mild", "moderate", "strong"]
_STEPS: Final = {"mild": 1.0, "moderate": 2.0, "strong": 3.0}
_LEAST_SCALE: Final = {"deg": 20.0, "m": 0.08, "s": 1.0, "": 0.4, "%": 20.0}


@dataclass(frozen=True)
class Band:
    """What is expected and where that comes from; None leaves an end open.

    ``size`` is what a distance outside is large or small against, where neither the limits nor
    the unit tell.
    """

    low: float | None
    high: float | None
    unit: str
    source: str
    size: float | None = None

    def outside(self, value: float) -> float:
        """How far ``value`` lies outside; 0 inside."""
        return max(self.margin(value), 0.0)

    def margin(self, value: float) -> float:
        """How far ``value`` lies outside; negative inside, from the nearer end."""
        below = self.low - value if self.low is not None else -np.inf
        above = value - self.high if self.high is not None else -np.inf
        return float(max(below, above))

    @property
    def scale(self) -> float:
        """What a distance outside is large or small against."""
        if self.size is not None:
            return self.size
        limits = [abs(v) for v in (self.low, self.high) if v is not None]
        return max([*limits, _LEAST_SCALE.get(self.unit, 1.0)])


@dataclass(frozen=True)
class Subject:
    """What a finding speaks of."""

    id: str
    side: str
    quantity: str
    words: Words
    angle: str | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Judged:
    """A finding and how much it matters: severity times weight times how often."""

    finding: Finding
    importance: float


def judge(case: Case, subject: Subject, band: Band, readings: Sequence[Reading]) -> Judged | None:
    """The finding, or None where no repetition is outside by more than its error.

    One repetition alone must lie outside by twice the error, and where the error had to be
    assumed two must agree, unless there is only one.
    """
    evidence = [_evidence(reading, band) for reading in readings]
    seen = [(r, e) for r, e in zip(readings, evidence, strict=True) if r.value is not None]
    outside = [r for r, e in seen if e.outside == "outside"]
    stands = _stands(outside, band, len(seen))
    case.checks.append(_check(subject, band, [r for r, _ in seen], found=stands))
    if not stands:
        return None
    worst = max(seen, key=lambda pair: band.outside(pair[0].value or 0.0))[0]
    assert worst.value is not None
    severity = _severity(band.outside(worst.value) / band.scale)
    repetition = case.repetitions[worst.number - 1]
    sentences = [
        fill(t, measured=worst.value, low=band.low, high=band.high, unit=band.unit,
             side=side, repetition=worst.number, quantity=subject.quantity)
        for t, side in (
            (subject.words.patient, subject.side),
            (subject.words.therapist, worst.side or subject.side),
        )
    ]  # fmt: skip
    angle = subject.angle
    if worst.side:  # both are meant, and the figure is of one
        sentences[1] += OTHER_SIDE_TOO
        angle = angle and f"{angle}_{worst.side}"
    finding = Finding(
        id=subject.id,
        title=subject.words.title,
        side=subject.side,
        start_s=repetition.start_s,
        end_s=repetition.end_s,
        measured=worst.value,
        expected=(band.low, band.high),
        expected_source=band.source,
        unit=band.unit,
        severity=severity,
        quantity=subject.quantity,
        patient=sentences[0],
        therapist=sentences[1],
        evidence=tuple(evidence),
        repetition=worst.number,
        angle=angle,
        error=worst.error,
    )
    often = 0.5 + 0.5 * len(outside) / len(seen)
    return Judged(finding, _STEPS[severity] * subject.weight * often)


def _check(subject: Subject, band: Band, seen: Sequence[Reading], *, found: bool) -> Check:
    """What was looked for: the median repetition against the band."""
    values = [r.value for r in seen if r.value is not None]
    middle = float(np.median(values)) if values else None
    return Check(
        subject.id, subject.side, subject.quantity, band.unit, (band.low, band.high), band.source,
        middle, seen[0].error if seen else None,
        band.margin(middle) / band.scale if middle is not None else None, found,
        subject.words.title,
    )  # fmt: skip


def _stands(outside: Sequence[Reading], band: Band, seen: int) -> bool:
    """An error is one standard deviation, so one repetition must lie two errors outside."""
    if len(outside) >= 2:
        return True
    alone = [r for r in outside if seen == 1 or not r.assumed]
    return any(band.outside(r.value or 0.0) > 2 * r.error for r in alone)


def _evidence(reading: Reading, band: Band) -> Evidence:
    outside: Literal["inside", "within error", "outside", "not seen"]
    if reading.value is None:
        outside = "not seen"
    elif (distance := band.outside(reading.value)) == 0:
        outside = "inside"
    else:
        outside = "outside" if distance > reading.error else "within error"
    return Evidence(reading.number, reading.value, reading.at_s, outside)


def _severity(share: float) -> Severity:
    """By the distance outside as a share of the limit: a half is strong, a quarter moderate."""
    if share >= 0.5:
        return "strong"
    return "moderate" if share >= 0.25 else "mild"
