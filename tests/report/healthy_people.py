"""Templates made from an analysis, so that what the report draws against them is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from rehabkit.recording.arrays import Float
from rehabkit.report.analysis import Analysis
from rehabkit.templates.courses import courses, distance_courses
from rehabkit.templates.types import Curve, Template

ANGLES = ("knee_flexion", "hip_flexion", "trunk_flexion", "trunk_lateral_flexion")
SPREAD = {"deg": 5.0, "body": 3.0}


def template_of(analysis: Analysis, *, sensor: str | None = None, people: int = 12) -> Template:
    """Healthy people whose mean is this person's own mean course."""
    case = analysis.case
    found: dict[str, list[Float]] = defaultdict(list)
    for repetition in case.repetitions:
        for course in courses(case.kinematics, repetition, ANGLES):
            found[course.key].append(course.values)
        frames = case.frames(repetition)
        if case.recording.positions is not None:
            for way in distance_courses(case.recording, frames, repetition, case.body_size_m):
                found[way.key].append(way.values)
    curves = {}
    for key, values in found.items():
        unit = "body" if key.startswith("distance.") else "deg"
        mean = np.mean(values, axis=0)
        curves[key] = Curve(mean, np.full(len(mean), SPREAD[unit]), unit, people)
    return Template(
        "squat", "Made up (generator)", sensor or case.kinematics.sensor, people, 60, curves
    )


def with_template(analysis: Analysis, **changes: object) -> Analysis:
    """The analysis compared with :func:`template_of` itself."""
    return replace(analysis, template=template_of(analysis, **changes))  # type: ignore[arg-type]
