"""A clinical score as long as they get, put into an analysis."""

from __future__ import annotations

from dataclasses import replace

from rehabkit.assessment.clinical import ClinicalScore, Moved, Points
from rehabkit.report.analysis import Analysis

SCORE = ClinicalScore(
    Points(16.4, 1.2, 30.3),
    Points(6.6, 1.0, 12.2),
    Points(10.0, 0.0, 22.2),
    usual=42.0,
    moved_by=(
        Moved("RehabKit's own scores", -11.6),
        Moved("pelvis' travel: posture and reach", -6.7),
        Moved("trunk: posture and reach", 2.3),
        Moved("arms: pace", -0.5),
        Moved("legs: steadiness", 0.4),
    ),
    limits=("learned from 62 people of one data set (KIMORE)",),
    model="clinical-kimore 1",
    alone=(16.4, 6.6, 10.0),
    exercise="kimore-es5",
)


def estimated(analysis: Analysis) -> Analysis:
    """The analysis with :data:`SCORE`."""
    return replace(analysis, clinical=SCORE)
