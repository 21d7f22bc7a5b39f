"""``Curves``: the arrays that pictures are drawn from, beside the summary's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rehabkit.exercises.exercise import Exercise
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.repetitions.types import DrivingSignal
from rehabkit.report.analysis import Analysis, Stills
from rehabkit.report.healthy import Healthy

Array = Float


@dataclass(frozen=True, eq=False)
class Curves:
    """Arrays on the recording's time line, for the pictures only.

    Parameters
    ----------
    time
        (frames,) s.
    angles
        Name -> (frames,) deg, NaN where not measured.
    drivers
        The signals that cut the repetitions, in the summary's order.
    recording
        The cleaned recording: poses and replay.
    exercise
        Its definition, for the order of what is shown.
    healthy
        Whom the curves are drawn against.
    """

    time: Array
    angles: Mapping[str, Array]
    drivers: tuple[DrivingSignal, ...]
    recording: Recording
    exercise: Exercise | None = None
    stills: Stills | None = None
    healthy: Healthy = field(default_factory=Healthy)

    @classmethod
    def of(cls, analysis: Analysis) -> Curves:
        """The arrays of ``analysis``; none is copied."""
        kinematics = analysis.kinematics
        return cls(
            time=kinematics.time,
            angles={name: angle.values for name, angle in kinematics.angles.items()},
            drivers=analysis.segmentation.signals,
            recording=analysis.recording,
            exercise=analysis.exercise,
            stills=analysis.stills,
            healthy=Healthy.of(analysis),
        )
