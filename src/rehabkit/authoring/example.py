"""A recorded example: what is read from it, and the figures of each of its repetitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.assessment.readings import Case
from rehabkit.assessment.types import Gate
from rehabkit.exercises.exercise import Driver
from rehabkit.kinematics.types import Kinematics
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.types import Repetition, Segmentation

# Rest is read this long before the start and after the end, where the driving signal has settled.
_ENDS_S: Final = 0.2
_LEAST_SEEN: Final = 0.5


@dataclass(frozen=True, eq=False)
class Example:
    """One recording that shows the exercise as it should be done.

    Parameters
    ----------
    name
        The file's name, for the words of the draft.
    recording, kinematics
        Cleaned, on canonical joints, and its angles.
    gate
        Whether RehabKit would judge this recording, without any exercise named.
    """

    name: str
    recording: Recording
    kinematics: Kinematics
    gate: Gate = field(default_factory=lambda: Gate(True))

    def cut(self, driver: Driver) -> Segmentation:
        """Its repetitions by one driver."""
        from rehabkit.repetitions import cut_by

        return cut_by(self.recording, self.kinematics, driver)

    def case(self, segmentation: Segmentation) -> Case:
        """What ``assessment.readings.read`` takes, so that a draft reads as findings do."""
        return Case(
            self.recording, self.kinematics, segmentation, [{} for _ in segmentation.repetitions]
        )


@dataclass(frozen=True)
class Turn:
    """An angle in one repetition, deg: at rest, at the extreme, and how far it went in between."""

    rest: float
    extreme: float
    lowest: float
    highest: float


def read_example(path: str | Path, **options: Any) -> Example:
    """Read, clean and measure one file or folder, with its reader's ``options``.

    Raises
    ------
    RehabkitError
        Where the file cannot be read.
    """
    from rehabkit import reading

    return of_recording(reading.read(path, **options), Path(path).name)


def of_recording(recording: Recording, name: str = "recording") -> Example:
    """The example that a recording in memory is."""
    from rehabkit.assessment.gate import gate
    from rehabkit.kinematics import angles
    from rehabkit.signals.clean import clean

    cleaned = clean(recording)
    kinematics = angles.compute(cleaned)
    return Example(name, cleaned, kinematics, gate(recording, cleaned, kinematics, None))


def turns(example: Example, repetition: Repetition, angle: str, side: str) -> Turn | None:
    """What ``angle`` does on ``side`` (``""`` for one without) in a repetition.

    None where it cannot be had or is not seen for half of the time. The extreme is the median
    while the driving signal is held near its own.
    """
    found = example.kinematics.angles.get(f"{angle}_{side}" if side else angle)
    if found is None or not found.measurable:
        return None
    time = example.recording.time
    start, end = repetition.start_s, repetition.end_s
    values = found.values[(time >= start) & (time <= end)]
    if len(values) < 3 or np.isfinite(values).mean() < _LEAST_SEEN:
        return None
    held = (time >= repetition.hold_start_s) & (time <= repetition.hold_end_s)
    before = (time >= start - _ENDS_S) & (time <= start)
    after = (time >= end) & (time <= end + _ENDS_S)
    rest, extreme = _median(found.values[before | after]), _median(found.values[held])
    if not (np.isfinite(rest) and np.isfinite(extreme)):
        return None
    return Turn(rest, extreme, float(np.nanmin(values)), float(np.nanmax(values)))


def _median(values: Float) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else float("nan")


def own_sides(repetition: Repetition, sided: bool) -> tuple[str, ...]:
    """Sides of a sided angle that the repetition moves; ``("",)`` for an angle without."""
    if not sided:
        return ("",)
    return (repetition.side,) if repetition.side in SIDES else SIDES


def towards(repetition: Repetition, turn: Turn) -> Turn:
    """A signed axial angle turned so that the repetition's own side is positive."""
    if repetition.side != "left":
        return turn
    return Turn(-turn.rest, -turn.extreme, -turn.highest, -turn.lowest)
