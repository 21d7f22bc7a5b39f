"""What the generator is told, and the truth it gives beside its recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Recording
from rehabkit.repetitions.types import Side


@dataclass(frozen=True)
class Faults:
    """Dials of what can be wrong; all off by default. Repetitions are numbered from 1.

    Parameters
    ----------
    short_range, short_share
        Repetitions that reach only ``short_share`` of the range (below half they count as
        partial in the truth).
    lean, lean_deg
        Repetitions with the trunk leaning further forward by ``lean_deg`` at the extreme.
    side_lean, side_lean_deg
        The same to the person's right.
    valgus, valgus_deg
        Repetitions with the thighs turned in by ``valgus_deg`` at the extreme.
    pause, pause_s
        Repetitions that stop half way out for ``pause_s``.
    asymmetry
        Share of its range that the right side lacks (0-1).
    tremor_deg, tremor_hz
        Size (one standard deviation is 0.7 of it) and rate of a shaking in the moved angles.
    drop_outs, drop_out_s, drop_out_joints
        Number of stretches in which joints are not seen (NaN), their length, which joints
        (canonical names; empty: one limb at a time).
    swapped, swapped_s
        Number and length of stretches in which left and right are exchanged.
    jumps, jump_m
        Single frames in which one joint leaps away.
    """

    short_range: tuple[int, ...] = ()
    short_share: float = 0.6
    lean: tuple[int, ...] = ()
    lean_deg: float = 20.0
    side_lean: tuple[int, ...] = ()
    side_lean_deg: float = 15.0
    valgus: tuple[int, ...] = ()
    valgus_deg: float = 15.0
    pause: tuple[int, ...] = ()
    pause_s: float = 1.0
    asymmetry: float = 0.0
    tremor_deg: float = 0.0
    tremor_hz: float = 6.0
    drop_outs: int = 0
    drop_out_s: float = 0.3
    drop_out_joints: tuple[str, ...] = ()
    swapped: int = 0
    swapped_s: float = 0.4
    jumps: int = 0
    jump_m: float = 0.8


@dataclass(frozen=True)
class TrueRepetition:
    """One generated movement, half-open [start_s, end_s); ``share`` of the full range."""

    start_s: float
    end_s: float
    peak_s: float
    side: Side
    share: float = 1.0


@dataclass(frozen=True)
class TrueFault:
    """A fault that was put in, with its span; ``repetition`` is None outside repetitions."""

    name: str
    start_s: float
    end_s: float
    repetition: int | None = None


@dataclass(frozen=True, eq=False)
class Truth:
    """What really happened.

    Parameters
    ----------
    repetitions, partial
        Whole movements; those too short in range, or cut off by the recording.
    angles
        Name -> (frames,) deg as in ``Kinematics``, before noise and drop-outs.
    faults
        Everything that was dialled, with its spans.
    """

    repetitions: tuple[TrueRepetition, ...]
    partial: tuple[TrueRepetition, ...]
    angles: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    faults: tuple[TrueFault, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "angles", MappingProxyType(dict(self.angles)))


@dataclass(frozen=True, eq=False)
class Simulated:
    """A generated recording and its truth."""

    recording: Recording
    truth: Truth
