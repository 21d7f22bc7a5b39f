"""Statistics of every angle over one repetition."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.phases import LEAST_FRAMES, even_movement, why_not_smooth
from rehabkit.kinematics.smoothness import log_dimensionless_jerk, sparc
from rehabkit.kinematics.timing import Cycle, frames_of
from rehabkit.kinematics.types import Angle, Kinematics, Measure
from rehabkit.recording import side_of, without_side
from rehabkit.recording.arrays import Float

LEAST_SEEN: Final = 0.8
"""Share of a repetition's frames in which an angle must be seen."""

_WORDS: Final = {
    "max": ("largest", "deg"),
    "min": ("smallest", "deg"),
    "range": ("range of movement", "deg"),
    "mean": ("mean", "deg"),
    "peak_velocity": ("peak angular velocity", "deg/s"),
    "time_to_peak": ("time to its furthest point", "s"),
    "sparc": ("smoothness (spectral arc length)", "1"),
    "ldj": ("smoothness (log dimensionless jerk)", "1"),
}


@lru_cache(maxsize=512)
def label_of(name: str) -> str:
    """An angle or joint in words: ``knee_flexion_left`` -> ``Knee flexion, left``."""
    bare, side = without_side(name), side_of(name)
    words = ANGLES[bare].label if bare in ANGLES else bare.replace("_", " ").capitalize()
    return f"{words}, {side}" if side else words


def angle_measures(kinematics: Kinematics, repetition: Cycle) -> dict[str, Measure]:
    """``<angle>.<statistic>`` for every angle over the frames of [start_s, end_s).

    Maximum, minimum, range and mean in deg; the largest angular velocity in deg/s, either way;
    the time in s from the start to the frame furthest from the angle at the start; SPARC and log
    dimensionless jerk of the angular velocity, each the mean of the way out and the way back,
    because both are defined for a single movement.

    Errors: maximum, minimum and mean carry the error of one reading (they share its systematic
    part, so averaging does not shrink it); the range its own where one is published, else sqrt(2)
    times that, as if its two ends erred independently, which overstates it where the error is a
    constant offset. Velocity, time and smoothness carry none but what a user's table gives.
    """
    frames = frames_of(kinematics.time, repetition.start_s, repetition.end_s)
    names = list(kinematics.angles)
    if not names:
        return {}
    time = kinematics.time[frames]
    values = np.stack([kinematics.angles[n].values[frames] for n in names], axis=1)
    speed = _velocity(time, values)
    out: dict[str, Measure] = {}
    for column, name in enumerate(names):
        angle = kinematics.angles[name]
        reason = _why_not(angle, values[:, column])
        if reason:
            out |= _all_missing(name, reason)
            continue
        out |= _plain(angle, time - repetition.start_s, values[:, column], speed[:, column])
        out |= _smooth(name, time, values[:, column], speed[:, column], repetition)
    return out


def _velocity(time: NDArray[np.float64], values: Float) -> NDArray[np.float64]:
    if len(time) < 2:
        return np.full(values.shape, np.nan)
    return np.asarray(np.gradient(values, time, axis=0))


def _why_not(angle: Angle, values: Float) -> str:
    """Why an angle has no statistics over these frames; empty when it has."""
    if not angle.measurable:
        return angle.reason or "not measurable from this recording"
    if len(values) < 3:
        return "the repetition is shorter than three frames"
    seen = float(np.isfinite(values).mean())
    if seen < LEAST_SEEN:
        return f"seen in only {100 * seen:.0f} % of the repetition"
    return ""


def _measure(
    name: str, statistic: str, value: float | None, error: float | None = None, reason: str = ""
) -> Measure:
    key, unit, label = _words(name, statistic)
    return Measure(key, value, unit, label, error, reason)


@lru_cache(maxsize=1024)
def _words(name: str, statistic: str) -> tuple[str, str, str]:
    """Name, unit and label, made once: every repetition has the same."""
    words, unit = _WORDS[statistic]
    return f"{name}.{statistic}", unit, f"{label_of(name)}: {words}"


def _all_missing(name: str, reason: str) -> dict[str, Measure]:
    return {f"{name}.{s}": _measure(name, s, None, reason=reason) for s in _WORDS}


def _plain(
    angle: Angle, since_start: NDArray[np.float64], values: Float, speed: Float
) -> dict[str, Measure]:
    seen = np.isfinite(values)
    v, t = values[seen], since_start[seen]
    error = angle.error_deg
    furthest = float(t[np.argmax(np.abs(v - v[0]))])
    quick = np.abs(speed[np.isfinite(speed)])
    made = [
        _measure(angle.name, "max", float(v.max()), error),
        _measure(angle.name, "min", float(v.min()), error),
        _measure(angle.name, "range", float(np.ptp(v)), angle.range_error(float(np.ptp(v)))),
        _measure(angle.name, "mean", float(v.mean()), error),
        _measure(angle.name, "time_to_peak", furthest),
        _measure(angle.name, "peak_velocity", float(quick.max()))
        if len(quick)
        else _measure(angle.name, "peak_velocity", None, reason="no two neighbouring frames seen"),
    ]
    return {m.name: m for m in made}


def _smooth(
    name: str, time: NDArray[np.float64], values: Float, speed: Float, repetition: Cycle
) -> dict[str, Measure]:
    """SPARC and LDJ: mean of the way out and the way back, or why there is none."""
    phases = (
        time <= repetition.hold_start_s,
        time >= repetition.hold_end_s,
    )
    reason = next((r for p in phases if (r := why_not_smooth(values[p]))), "")
    pieces = [] if reason else [even_movement(time[p], speed[p]) for p in phases]
    if any(len(v) < LEAST_FRAMES for v, _ in pieces):
        reason = f"the way out or back is shorter than {LEAST_FRAMES} frames"
    if reason:
        return {f"{name}.{s}": _measure(name, s, None, reason=reason) for s in ("sparc", "ldj")}
    arc = float(np.mean([sparc(np.abs(v), rate) for v, rate in pieces]))
    jerk = float(np.mean([log_dimensionless_jerk(v, rate) for v, rate in pieces]))
    return {
        f"{name}.sparc": _measure(name, "sparc", arc),
        f"{name}.ldj": _measure(name, "ldj", jerk),
    }
