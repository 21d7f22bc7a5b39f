"""``find``: what stands out in a recording, most important first, each with its evidence.

A finding stands only where at least one repetition lies outside what is expected by more than
its error. What is expected comes from the exercise's definition, or from the recording itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from rehabkit.assessment.findings_course import course_findings
from rehabkit.assessment.findings_flow import flow_findings
from rehabkit.assessment.findings_joints import compensations, short_ranges
from rehabkit.assessment.findings_sides import asymmetry
from rehabkit.assessment.findings_small import small_findings
from rehabkit.assessment.readings import Case
from rehabkit.assessment.types import Check, Finding
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.types import Kinematics, Measures
from rehabkit.recording import Recording
from rehabkit.repetitions.types import Segmentation
from rehabkit.templates.types import Template


def find(
    recording: Recording,
    kinematics: Kinematics,
    segmentation: Segmentation,
    repetition_measures: Sequence[Measures],
    exercise: Exercise | None = None,
    template: Template | None = None,
) -> tuple[Finding, ...]:
    """Findings of one recording.

    Parameters
    ----------
    recording, kinematics
        Cleaned, on canonical joints, and its angles.
    segmentation
        Its counted repetitions; without any, only tries that were too small are a finding.
    repetition_measures
        One mapping a counted repetition.
    exercise
        Its ranges and limits are judged; None leaves what needs no definition: left against
        right, the course over the repetitions, help.

    template
        Healthy people at this exercise; the same kind of sensor's give the limits of involved
        joints.

    Returns
    -------
    tuple of Finding
        By severity times weight times how many repetitions show it.
    """
    case = Case(recording, kinematics, segmentation, repetition_measures, template)
    return find_in(case, exercise)[0]


def find_in(case: Case, exercise: Exercise | None) -> tuple[tuple[Finding, ...], tuple[Check, ...]]:
    """:func:`find`, and everything that was looked for, found or not."""
    small = list(small_findings(case, exercise))
    judged = [*small]
    if case.repetitions:
        judged += asymmetry(case, exercise)
        judged += course_findings(case, exercise)
        judged += flow_findings(case, exercise)
        if exercise is not None:
            # Tries too small to count hold the counted ones, too.
            judged += [] if small else short_ranges(case, exercise)
            judged += compensations(case, exercise)
    judged.sort(key=lambda j: -j.importance)
    checks = {(check.id, check.side): check for check in case.checks}
    return tuple(j.finding for j in judged), tuple(checks.values())
