"""``Analysis``: all results of one recording, as the pipeline hands them to the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rehabkit.assessment.clinical import ClinicalScore
from rehabkit.assessment.readings import Case
from rehabkit.assessment.recognition import Recognition
from rehabkit.assessment.types import Check, Finding, Gate, Scores
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.types import Kinematics, Measures
from rehabkit.recording import Recording
from rehabkit.repetitions.types import Segmentation
from rehabkit.templates.types import Template
from rehabkit.vision.stills import Stills

__all__ = ["Analysis", "Stills"]

NO_SCORES = Scores(None, reasons=("not scored",))
NO_CLINICAL_SCORE = ClinicalScore(None, reasons=("not scored",))


@dataclass(frozen=True, eq=False)
class Analysis:
    """One recording analysed.

    Parameters
    ----------
    original, recording
        As read, and after clean-up (canonical joints, its history complete).
    exercise, exercise_how
        None with "unknown" where no exercise was named or recognised.
    segmentation
        Repetitions, partial ones and the driving signals.
    repetition_measures
        One mapping a counted repetition, in the same order.
    recording_measures
        Figures over the whole recording (tempo variation, symmetry, sway, ...).
    scores
        Points with their evidence, or why there are none.
    clinical
        What experts would give, with its interval, or why that cannot be said.
    template
        Healthy people at this exercise, where there are any to compare with.
    checks
        Everything that findings looked for, found or not.
    recognition
        What the movement was recognised as, or why not; None where the exercise was named, or
        nobody asked.
    """

    original: Recording
    recording: Recording
    exercise: Exercise | None
    exercise_how: Literal["named", "recognised", "unknown"]
    gate: Gate
    segmentation: Segmentation
    kinematics: Kinematics
    repetition_measures: tuple[Measures, ...] = ()
    recording_measures: Measures = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stills: Stills | None = None
    scores: Scores = NO_SCORES
    clinical: ClinicalScore = NO_CLINICAL_SCORE
    template: Template | None = None
    checks: tuple[Check, ...] = ()
    recognition: Recognition | None = None

    @property
    def case(self) -> Case:
        """What is judged, as ``assessment`` takes it."""
        return Case(
            self.recording, self.kinematics, self.segmentation, self.repetition_measures,
            self.template,
        )  # fmt: skip
