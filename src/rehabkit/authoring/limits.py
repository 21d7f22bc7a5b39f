"""Limits of involved joints: the example's own spread, and a margin."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rehabkit.assessment.readings import read, sides_of
from rehabkit.authoring.choosing import Chosen
from rehabkit.authoring.example import Example
from rehabkit.authoring.watched import AREAS, WATCHES, Watch
from rehabkit.exercises.exercise import Involved
from rehabkit.exercises.named import is_sided, unit_of
from rehabkit.kinematics import driving
from rehabkit.recording.arrays import Float

_LEAST_READ: Final = 0.6
# Limits beyond these say nothing: the example's sensor could not see the signal.
_WIDEST: Final = {"deg": 75.0, "m": 0.45, "": 3.0}
# Where one reading errs by more than this many margins the sensor cannot watch the signal.
_ROUGH: Final = 1.5
_LIFTED_M: Final = 0.12
_STANCE: Final = ("knee_valgus", "shank_lean", "heel_lift", "feet_width", "pelvis_shift")
_STEP: Final = {"deg": 1.0, "m": 0.01, "": 0.05}


@dataclass(frozen=True)
class Spread:
    """A signal of compensation in the examples: all values read, and the error of one."""

    watch: Watch
    values: tuple[float, ...]
    error: float

    @property
    def margin(self) -> float:
        """Added at each end. The sensor's error is not: findings ask for more than it anyway."""
        return self.watch.margin


def area_of(signals: Sequence[str]) -> set[str]:
    """Parts of the body that signals are of: arm, leg, trunk or neck."""
    return {AREAS[s.partition("_")[0]] for s in signals}


def limits(
    examples: Sequence[tuple[Example, Chosen]], primary: Sequence[str]
) -> tuple[Involved, ...]:
    """Involved joints for movements like the examples'.

    Signals that a sensor could not give, that are primary themselves, or whose limits would be so
    wide that nothing lies outside, are left out.
    """
    signal = examples[0][1].driver.signal
    # The second and third joint only move along: arms held out in a squat make it no arm exercise.
    areas = area_of([signal, *primary[:1]])
    taken = {*primary, signal}
    lifted = _foot_lifted(examples)
    out = []
    for watch in WATCHES:
        if watch.signal in taken or not areas & set(watch.areas):
            continue
        if lifted and watch.signal in _STANCE:
            continue
        spread = _spread(examples, watch)
        if spread is None or spread.error > _ROUGH * spread.margin:
            continue
        if (found := _involved(spread, examples)) is not None:
            out.append(found)
    return tuple(out)


def _foot_lifted(examples: Sequence[tuple[Example, Chosen]]) -> bool:
    """Whether a moving foot leaves the floor, so that limits of a standing leg mean nothing."""
    example, chosen = examples[0]
    if chosen.driver.signal == "pelvis_height":
        return False  # down and up on both feet; a depth camera's ankles jump by as much
    channels = driving.channels(example.recording, example.kinematics, "ankle_height")
    time = example.recording.time
    lifts = [
        float(np.ptp(seen))
        for r in chosen.segmentation.repetitions
        for c in channels
        if c.side in sides_of("heel_lift", r)
        and len(seen := _seen(c.values[(time >= r.start_s) & (time <= r.end_s)]))
    ]
    return bool(lifts) and float(np.median(lifts)) > _LIFTED_M


def _seen(values: Float) -> Float:
    return values[np.isfinite(values)]


def _spread(examples: Sequence[tuple[Example, Chosen]], watch: Watch) -> Spread | None:
    values: list[float] = []
    errors: list[float] = []
    wanted = 0
    for example, chosen in examples:
        case = example.case(chosen.segmentation)
        for i, repetition in enumerate(chosen.segmentation.repetitions):
            for side in sides_of(watch.signal, repetition):
                wanted += 1
                found = read(case, watch.signal, side, i, watch.statistic)
                if found.value is not None and math.isfinite(found.value):
                    values.append(found.value)
                    errors.append(found.error)
    if len(values) < max(1.0, _LEAST_READ * wanted):
        return None
    return Spread(watch, tuple(values), max(errors))


def _involved(spread: Spread, examples: Sequence[tuple[Example, Chosen]]) -> Involved | None:
    watch, unit = spread.watch, unit_of(spread.watch.signal)
    low: float | None = min(spread.values) - spread.margin
    high: float | None = max(spread.values) + spread.margin
    if watch.ends == "mirrored":
        # A side's sign: whoever showed one side only may do the other as well.
        far = max(abs(v) for v in spread.values) + spread.margin
        low, high = -far, far
    if watch.ends == "high":  # an example on the far side of neutral forbids nothing neutral
        high = max(high or 0.0, watch.margin)
    low = None if watch.ends == "high" else _outward(low, unit, down=True)
    high = None if watch.ends == "low" else _outward(high, unit, down=False)
    if max(abs(v) for v in (low, high) if v is not None) > _WIDEST[unit]:
        return None
    if unit == "" and low is not None and low <= 0:
        low = None  # a ratio below 0 is none
    return replace(
        Involved(watch.id, watch.signal, watch.statistic, low, high, unit, watch.words),
        source=_source(spread, unit, examples),
    )


def _outward(value: float | None, unit: str, *, down: bool) -> float | None:
    if value is None:
        return None
    steps = value / _STEP[unit]
    return round((math.floor(steps) if down else math.ceil(steps)) * _STEP[unit], 2)


def _source(spread: Spread, unit: str, examples: Sequence[tuple[Example, Chosen]]) -> str:
    low, high = (_figure(v, unit) for v in (min(spread.values), max(spread.values)))
    own = low if low == high else f"{low} to {high}"
    what = "the example's" if len(examples) == 1 else f"{len(examples)} examples'"
    sided = ", both sides" if is_sided(spread.watch.signal) else ""
    mirrored = ", the same to either side" if spread.watch.ends == "mirrored" else ""
    if spread.watch.ends == "high" and max(spread.values) < 0:
        return f"drafted: {_figure(spread.margin, unit)} past neutral, which is a choice; the " \
            f"example's own {own}{sided}; not a norm"  # fmt: skip
    return (
        f"drafted: {what} own {own}{sided}, and a margin of {_figure(spread.margin, unit)} "
        f"(a choice){mirrored}; not a norm"
    )


def _figure(value: float, unit: str) -> str:
    value = round(value, 0 if unit == "deg" else 2) + 0.0  # no minus before 0
    return f"{value:.0f} deg" if unit == "deg" else f"{value:.2f} {unit}".strip()
