"""When what moves: repetitions laid out in time, and how far each side is at every frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rehabkit.geometry.vectors import Array
from rehabkit.kinematics.course import minimum_jerk
from rehabkit.recording.joints import SIDES
from rehabkit.repetitions.types import Side
from rehabkit.simulate.motions import SideChoice
from rehabkit.simulate.types import Faults, TrueRepetition


@dataclass(frozen=True)
class Tempo:
    """Durations of one repetition's parts in s."""

    out_s: float = 1.3
    hold_s: float = 0.3
    back_s: float = 1.4
    rest_s: float = 0.9


@dataclass(frozen=True)
class Planned:
    """One repetition of the plan; ``number`` from 1, ``pause_s`` half way out."""

    number: int
    start_s: float
    tempo: Tempo
    side: Side
    share: float
    pause_s: float = 0.0

    @property
    def peak_s(self) -> float:
        """The middle of the hold."""
        return self.start_s + self.tempo.out_s + self.pause_s + self.tempo.hold_s / 2

    @property
    def end_s(self) -> float:
        """Back at rest."""
        return self.peak_s + self.tempo.hold_s / 2 + self.tempo.back_s

    def course(self, time: Array) -> Array:
        """(frames,) 0-1: the way out (minimum jerk), the hold and the way back."""
        t, half = time - self.start_s, self.tempo.out_s / 2
        back = t - (self.end_s - self.tempo.back_s - self.start_s)
        if self.pause_s:
            second = t - half - self.pause_s
            out = 0.5 * minimum_jerk(t / half) + 0.5 * minimum_jerk(second / half)
        else:
            out = minimum_jerk(t / self.tempo.out_s)
        return out - minimum_jerk(back / self.tempo.back_s)

    def truth(self, shift_s: float) -> TrueRepetition:
        """As the truth states it, from the recording's first frame."""
        return TrueRepetition(
            self.start_s - shift_s, self.end_s - shift_s, self.peak_s - shift_s,
            self.side, self.share,
        )  # fmt: skip


def plan(
    count: int, partial: int, sides: SideChoice, faults: Faults, tempo: Tempo,
    first_s: float, rng: np.random.Generator,
) -> tuple[Planned, ...]:  # fmt: skip
    """Repetitions one after the other, each with a tempo of its own (5 % spread)."""
    planned: list[Planned] = []
    start = first_s
    for number in range(1, count + partial + 1):
        factor = 1 + 0.05 * float(np.clip(rng.normal(), -2, 2))
        own = replace(tempo, out_s=tempo.out_s * factor, back_s=tempo.back_s * factor)
        short = number in faults.short_range
        share = 0.42 if number > count else faults.short_share if short else 1.0
        pause = faults.pause_s if number in faults.pause else 0.0
        planned.append(Planned(number, start, own, _side(number, sides), share, pause))
        start = planned[-1].end_s + own.rest_s
    return tuple(planned)


def _side(number: int, sides: SideChoice) -> Side:
    if sides == "alternating":
        return "left" if number % 2 else "right"
    return sides


def activity(planned: tuple[Planned, ...], time: Array, asymmetry: float) -> dict[str, Array]:
    """Side -> (frames,) how far that side is on its way, 0-1."""
    out = {side: np.zeros(len(time)) for side in SIDES}
    for repetition in planned:
        for side in SIDES:
            if repetition.side in (side, "both"):
                out[side] += repetition.share * repetition.course(time)
    out["right"] *= 1 - asymmetry
    return out


def frame_times(
    duration_s: float, rate_hz: float, spread: float, rng: np.random.Generator
) -> Array:
    """(frames,) s, with steps that vary by up to ``spread`` of the usual one."""
    steps = np.full(int(duration_s * rate_hz), 1 / rate_hz)
    steps *= 1 + spread * rng.uniform(-1, 1, len(steps))
    return np.concatenate([[0.0], np.cumsum(steps)])
