"""Smoothness of the two phases of a repetition: way out (initiation) and way back (reverse).

FineRehab judges smoothness on the initiation and the reverse phase: without lag, without abnormal
jitter. Each phase gets its spectral arc length, log dimensionless jerk, number of speed peaks and
stops on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit.kinematics.smoothness import log_dimensionless_jerk, moving_part, sparc
from rehabkit.kinematics.timing import frames_of
from rehabkit.recording.arrays import Float

Phase = Literal["out", "back"]

LEAST_MOVED_DEG: Final = 10.0
"""Smoothness of a smaller movement would be the smoothness of noise, deg."""
LEAST_FRAMES: Final = 5
"""Frames of a way out or back that smoothness needs."""
SLOPE_S: Final = 0.35
"""Speed, where it counts stops and peaks, is the slope of a line through so long a stretch."""
STOP_SHARE: Final = 0.15
"""Slower than this share of the phase's peak speed is a stop."""
LEAST_STOP_S: Final = 0.2
UNDER_WAY: Final = (0.1, 0.9)
"""Shares of the way between which a stop is a stop, and not the rest before or the hold after."""
PEAK_SHARE: Final = 0.2
"""A peak of speed rises above the dips beside it by this share of the largest speed."""


@dataclass(frozen=True)
class Stop:
    """A stop on the way: half-open [start_s, end_s), ``share`` of the way done (0-1)."""

    start_s: float
    end_s: float
    share: float

    @property
    def length_s(self) -> float:
        """How long, s."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class PhaseMeasures:
    """Figures of one phase; all of them None, and ``reason`` says why, where it has none.

    Parameters
    ----------
    start_s, end_s
        The phase, s from the recording's first frame.
    moved
        From the phase's first value to its last, in the unit of the values.
    sparc, ldj
        Spectral arc length and log dimensionless jerk of the speed; more negative is less smooth.
    speed_peaks
        Number of peaks of the speed: one in a movement in one go.
    stops
        Stays of at least ``LEAST_STOP_S`` between 10 and 90 % of the way.
    """

    phase: Phase
    start_s: float
    end_s: float
    moved: float | None = None
    sparc: float | None = None
    ldj: float | None = None
    speed_peaks: int | None = None
    stops: tuple[Stop, ...] | None = None
    reason: str = ""

    @property
    def stopped_s(self) -> float | None:
        """Time in stops, s."""
        return None if self.stops is None else sum(stop.length_s for stop in self.stops)

    @property
    def stopped_share(self) -> float | None:
        """Share of the phase's time that was spent in stops, 0-1."""
        stopped, length = self.stopped_s, self.end_s - self.start_s
        return None if stopped is None or length <= 0 else stopped / length


def phase_measures(
    time: NDArray[np.float64],
    values: Float,
    start_s: float,
    hold_start_s: float,
    hold_end_s: float,
    end_s: float,
    *,
    least_moved: float = LEAST_MOVED_DEG,
    unit: str = "deg",
) -> dict[Phase, PhaseMeasures]:
    """Smoothness of the way out and of the way back, each a single movement.

    Parameters
    ----------
    time
        (frames,) s; of the repetition or of the whole recording.
    values
        (frames,) an angle or a height over that time, NaN where not seen.
    start_s, hold_start_s, hold_end_s, end_s
        The repetition's, s: out lasts from its start to the stay near the extreme, back from the
        end of that stay.
    least_moved, unit
        Least range in a phase that has figures, in the unit of ``values``.

    Returns
    -------
    dict
        ``"out"`` and ``"back"``. A phase that is too short, too small or not seen throughout has
        None in every figure, and its reason.
    """
    phases: tuple[tuple[Phase, float, float], ...] = (
        ("out", start_s, hold_start_s), ("back", hold_end_s, end_s),
    )  # fmt: skip
    made: dict[Phase, PhaseMeasures] = {}
    for phase, first_s, last_s in phases:
        frames = frames_of(time, first_s, last_s)
        # The extreme's edge belongs to both: the movement ends on it.
        frames = slice(frames.start, frames.stop + 1) if phase == "out" else frames
        part, course = time[frames], np.asarray(values[frames], dtype=np.float64)
        reason = why_not_smooth(course, least_moved, unit)
        made[phase] = (
            PhaseMeasures(phase, first_s, last_s, reason=reason)
            if reason
            else _measured(phase, (first_s, last_s), part, course)
        )
    return made


def why_not_smooth(
    values: Float, least_moved: float = LEAST_MOVED_DEG, unit: str = "deg"
) -> str:  # fmt: skip
    """Why a way out or back has no figures of smoothness; empty where it has."""
    if len(values) < LEAST_FRAMES:
        return f"the way out or back is shorter than {LEAST_FRAMES} frames"
    if not np.isfinite(values).all():
        return "not seen throughout the way out and back"
    if float(np.ptp(values)) < least_moved:
        return f"moved less than {least_moved:g} {unit} on the way out or back"
    return ""


def even_movement(
    time: NDArray[np.float64], speed: Float
) -> tuple[NDArray[np.float64], float]:  # fmt: skip
    """The moving part of a velocity at an even rate, and that rate in Hz."""
    rate = 1.0 / float(np.median(np.diff(time)))
    count = round((time[-1] - time[0]) * rate) + 1
    even = np.interp(time[0] + np.arange(count) / rate, time, speed)
    return even[moving_part(even)], rate


def _measured(
    phase: Phase, span: tuple[float, float], time: NDArray[np.float64], values: Float
) -> PhaseMeasures:
    velocity, rate = even_movement(time, np.gradient(values, time))
    if len(velocity) < LEAST_FRAMES:
        return PhaseMeasures(
            phase, *span, reason=f"the way out or back is shorter than {LEAST_FRAMES} frames"
        )
    steady = slopes(time, values)
    return PhaseMeasures(
        phase,
        *span,
        moved=float(values[-1] - values[0]),
        sparc=sparc(np.abs(velocity), rate),
        ldj=log_dimensionless_jerk(velocity, rate),
        speed_peaks=_peaks(np.abs(steady)),
        stops=stops_in(time, values, steady),
    )


def slopes(time: NDArray[np.float64], values: Float, window_s: float = SLOPE_S) -> Float:
    """(frames,) unit/s: slope of the least-squares line through each frame's neighbourhood.

    A plain difference of neighbouring frames is mostly noise; the slope over a third of a
    second is not. At the ends the neighbourhood is one-sided. Without missing values.
    """
    t = np.asarray(time, dtype=np.float64) - float(np.mean(time))
    v = np.asarray(values, dtype=np.float64)
    sums = np.cumsum(np.pad(np.stack([np.ones_like(t), t, v, t * t, t * v]), ((0, 0), (1, 0))), 1)
    first = np.searchsorted(t, t - window_s / 2 - 1e-9)
    stop = np.searchsorted(t, t + window_s / 2 + 1e-9)
    # A line needs two frames, at any rate.
    first = np.maximum(np.minimum(first, stop - 2), 0)
    stop = np.minimum(np.maximum(stop, first + 2), len(t))
    count, t1, v1, tt, tv = sums[:, stop] - sums[:, first]
    return np.asarray((count * tv - t1 * v1) / np.maximum(count * tt - t1 * t1, 1e-12))


def stops_in(time: NDArray[np.float64], values: Float, speed: Float) -> tuple[Stop, ...]:
    """Stretches on the way that are slower than ``STOP_SHARE`` of the largest speed.

    ``share`` is how much of the way from the first value to the last was done.
    """
    way = float(values[-1] - values[0])
    if way == 0:
        return ()
    done = (values - values[0]) / way
    still = (np.abs(speed) < STOP_SHARE * np.abs(speed).max()) & (done > UNDER_WAY[0])
    edges = np.flatnonzero(np.diff(np.pad(still & (done < UNDER_WAY[1]), 1).astype(int)))
    found = []
    for first, stop in edges.reshape(-1, 2):
        end = float(time[min(stop, len(time) - 1)])
        if end - time[first] >= LEAST_STOP_S:
            found.append(Stop(float(time[first]), end, float(np.median(done[first:stop]))))
    return tuple(found)


def _peaks(speed: Float) -> int:
    """Peaks that rise by ``PEAK_SHARE`` of the largest speed above the dips around them."""
    least = PEAK_SHARE * float(speed.max())
    peaks, rising, low, high = 0, False, 0.0, 0.0
    for value in speed.tolist():
        if rising:
            high = max(high, value)
            if value < high - least:
                peaks, rising, low = peaks + 1, False, value
        else:
            low = min(low, value)
            if value > low + least:
                rising, high = True, value
    return max(1, peaks + int(rising))
