"""``find``: what stands out in a recording, most important first, each with its evidence.

A finding stands only where at least one repetition lies outside what is expected by more than
its error. What is expected comes from the exercise's definition, or from the recording itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from rehabkit.assessment.findings_course import course_findings
from rehabkit.assessment.findings_joints import joint_findings
from rehabkit.assessment.readings import Case
from rehabkit.assessment.types import Finding
from rehabkit.exercises.exercise import Exercise
from rehabkit.kinematics.types import Kinematics, Measures
from rehabkit.recording import Recording
from rehabkit.repetitions.types import Segmentation


def find(
    recording: Recording,
    kinematics: Kinematics,
    segmentation: Segmentation,
    repetition_measures: Sequence[Measures],
    exercise: Exercise | None = None,
) -> tuple[Finding, ...]:
    """Findings of one recording.

    Parameters
    ----------
    recording, kinematics
        Cleaned, on canonical joints, and its angles.
    segmentation
        Its counted repetitions; without any there is no finding.
    repetition_measures
        One mapping a counted repetition.
    exercise
        Its ranges and limits are judged; None leaves what needs no definition: left against
        right, the course over the repetitions, help.

    Returns
    -------
    tuple of Finding
        By severity times weight times how many repetitions show it.
    """
    if not segmentation.repetitions:
        return ()
    case = Case(recording, kinematics, segmentation, repetition_measures)
    judged = list(course_findings(case, exercise))
    if exercise is not None:
        judged += joint_findings(case, exercise)
    judged.sort(key=lambda j: -j.importance)
    return tuple(j.finding for j in judged)
