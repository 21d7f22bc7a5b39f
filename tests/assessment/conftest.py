"""Generated recordings, judged as the pipeline would."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from rehabkit import repetitions
from rehabkit.assessment.findings import find
from rehabkit.assessment.gate import gate
from rehabkit.assessment.types import Finding, Gate
from rehabkit.exercises import catalogue
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics import angles, measures
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.repetitions.types import Segmentation
from rehabkit.signals.clean import clean
from rehabkit.simulate import Faults, generate


@dataclass(frozen=True, eq=False)
class Judged:
    original: Recording
    recording: Recording
    kinematics: Kinematics
    segmentation: Segmentation
    gate: Gate
    findings: tuple[Finding, ...]

    def finding(self, name: str) -> Finding:
        return next(f for f in self.findings if f.id == name)

    @property
    def ids(self) -> list[str]:
        return [f.id for f in self.findings]


def judge(original: Recording, exercise: Exercise | None) -> Judged:
    recording = clean(original)
    kinematics = angles.compute(recording)
    cut = repetitions.cut(recording, kinematics, exercise)
    each = tuple(measures.repetition_measures(recording, kinematics, r) for r in cut.repetitions)
    return Judged(
        original, recording, kinematics, cut,
        gate(original, recording, kinematics, exercise),
        find(recording, kinematics, cut, each, exercise),
    )  # fmt: skip


@cache
def _made(motion: str, exercise: str | None, options: tuple[tuple[str, Any], ...]) -> Judged:
    named = dict(options)
    faults = Faults(**{k: named.pop(k) for k in list(named) if k in Faults.__dataclass_fields__})
    made = generate(motion, faults=faults, **named)
    return judge(made.recording, catalogue.load(exercise) if exercise else None)


def made(motion: str, exercise: str | None = "same", **options: Any) -> Judged:
    """A generated movement judged; faults and settings of ``generate`` by name."""
    exercise = motion if exercise == "same" else exercise
    return _made(motion, exercise, tuple(sorted(options.items())))
