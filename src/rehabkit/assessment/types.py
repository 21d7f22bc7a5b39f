"""The gate's verdict and findings with their evidence."""

from __future__ import annotations

from dataclasses import dataclass
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

    ``repetition`` is its number from 1; ``value`` None where it could not be had; ``outside``
    says how it lies to the expected band: "inside", "within error", "outside".
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
