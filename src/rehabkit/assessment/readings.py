"""One figure of one repetition, whichever signal it comes from: value, moment, error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from rehabkit.assessment import compensations
from rehabkit.assessment.needs import signal_needs
from rehabkit.assessment.seen import UNSURE, columns
from rehabkit.assessment.types import Check
from rehabkit.exercises.named import NAMED, is_sided, unit_of
from rehabkit.kinematics.distances import body_size
from rehabkit.kinematics.types import Kinematics, Measures
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.types import Repetition, Segmentation
from rehabkit.templates.types import Template

LEAST_SEEN: Final = 0.7
_ENDS_S: Final = 0.15
_LARGER_ERROR: Final = {"range": 2**0.5, "change": 2**0.5}
"""A difference of two readings errs by more than one."""


@dataclass(frozen=True)
class Reading:
    """A figure of one repetition; ``number`` counts from 1, ``value`` is None where unseen.

    ``assumed`` is True where no error is known and a cautious one stands in its place. ``side`` is
    said where readings of both sides stand together.
    """

    number: int
    value: float | None
    at_s: float
    error: float
    assumed: bool = False
    side: str = ""


@dataclass(frozen=True, eq=False)
class Case:
    """All that is judged.

    ``template`` are healthy people to compare with; ``checks`` fills with everything that was
    looked for, found or not.
    """

    recording: Recording
    kinematics: Kinematics
    segmentation: Segmentation
    measures: Sequence[Measures]
    template: Template | None = None
    checks: list[Check] = field(default_factory=list)

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """The counted ones."""
        return self.segmentation.repetitions

    @cached_property
    def body_size_m(self) -> float:
        """See :func:`~rehabkit.kinematics.distances.body_size`."""
        return body_size(self.recording)

    def frames(self, repetition: Repetition) -> slice:
        """Frames of [start, end)."""
        first, last = np.searchsorted(
            self.recording.time, [repetition.start_s - 1e-9, repetition.end_s - 1e-9]
        )
        return slice(int(first), int(last))


def sides_of(signal: str, repetition: Repetition) -> tuple[str, ...]:
    """Sides that a signal is judged on in a repetition; ``""`` for an unsided one."""
    if not is_sided(signal):
        return ("",)
    return (repetition.side,) if repetition.side in SIDES else SIDES


def read(case: Case, signal: str, side: str, index: int, statistic: str) -> Reading:
    """``statistic`` of ``signal`` on ``side`` in the repetition at ``index``."""
    repetition = case.repetitions[index]
    name = f"{signal}_{side}" if side else signal
    values, error = _series(case, signal, name, side, repetition)
    time = case.recording.time[case.frames(repetition)]
    assumed = error is None
    if error is None:
        angle = case.kinematics.angles.get(name)
        rough = angle is not None and bool(angle.reason)
        error = compensations.assumed_error(case.recording, unit_of(signal), rough=rough)
    error *= _LARGER_ERROR.get(statistic, 1.0)
    few = len(values) < 3 or np.isfinite(values).mean() < LEAST_SEEN
    if few or _guessed(case, signal, side, repetition):
        return Reading(index + 1, None, repetition.peak_s, error, assumed)
    value, at = _statistic(values, time, repetition, statistic)
    measure = case.measures[index].get(f"{name}.{statistic}")
    if measure is not None:
        # The report's own figure, so that it is the same wherever it stands.
        value = measure.value
    if value is not None and abs(value) > compensations.PLAUSIBLE.get(signal, np.inf):
        value = None
    return Reading(index + 1, value, at, error, assumed)


def _guessed(case: Case, signal: str, side: str, repetition: Repetition) -> bool:
    """Whether a joint of the signal was a guess of the source for most of the repetition."""
    confidence = case.recording.confidence
    if confidence is None or not (confidence > 0).any():
        return False
    joints = next(n.joints for n in signal_needs(signal) if n.side in (side, ""))
    sure = confidence[case.frames(repetition)][:, columns(joints)].min(axis=1) > UNSURE
    return float(sure.mean()) < 0.5


def _series(
    case: Case, signal: str, name: str, side: str, repetition: Repetition
) -> tuple[Float, float | None]:
    """Values over the repetition's frames, empty where the recording cannot give them; error."""
    frames = case.frames(repetition)
    if signal in NAMED:
        if compensations.why_not(case.recording, signal):
            return np.zeros(0), None
        return compensations.series(case.recording, signal, side, frames), None
    angle = case.kinematics.angles.get(name)
    if angle is None or not angle.measurable:
        return np.zeros(0), None
    return angle.values[frames], angle.error_deg


def _statistic(
    values: Float, time: Float, repetition: Repetition, statistic: str
) -> tuple[float | None, float]:
    """The value and the moment it belongs to."""
    if statistic == "mean":
        return float(np.nanmean(values)), repetition.peak_s
    if statistic == "change":
        return _change(values, time, repetition)
    if statistic == "extreme":
        return _extreme(values, time, repetition), repetition.peak_s
    at = {"max": values, "min": -values, "abs_max": np.abs(values)}.get(statistic, values)
    frame = int(np.nanargmax(at))
    if statistic == "range":
        return float(np.nanmax(values) - np.nanmin(values)), float(time[frame])
    return float(values[frame]), float(time[frame])


def _change(values: Float, time: Float, repetition: Repetition) -> tuple[float | None, float]:
    """Value near the extreme minus the mean of both ends, so that a constant offset cancels."""
    extreme = _extreme(values, time, repetition)
    ends = [time < time[0] + _ENDS_S, time > time[-1] - _ENDS_S]
    parts = [values[m & np.isfinite(values)] for m in ends]
    if extreme is None or all(len(p) == 0 for p in parts):
        return None, repetition.peak_s
    rest = float(np.mean([np.median(p) for p in parts if len(p)]))
    return extreme - rest, repetition.peak_s


def _extreme(values: Float, time: Float, repetition: Repetition) -> float | None:
    """Median between the way out and the way back; None where nothing was seen there."""
    held = (time >= repetition.hold_start_s) & (time <= repetition.hold_end_s)
    seen = values[held & np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else None
