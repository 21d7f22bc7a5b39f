"""Shaking of an angle: an oscillation of one rate that stands out from the noise beside it.

Tremor is rhythmic (Bhatia and others, *Consensus statement on the classification of tremors*,
Mov Disord 33:75, 2018); a sensor's noise has no rate of its own. So the spectrum of one movement
is its own control: the power around its highest peak against the power of the other rates. No
figure of a sensor's noise is needed, and one that grows where a limb is hidden does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float
from rehabkit.signals.filters import gain, low_pass

BAND_HZ: Final = (3.5, 10.0)
"""Rates looked at: below is voluntary movement, above 12 Hz are hardly tremors, and 30 frames a
second show little above 10."""
LOWEST_HZ: Final = 2.5
"""Noise of depth cameras falls with the rate; a line through it begins here."""
MOVEMENT_HZ: Final = 2.0
"""What passes a low-pass of this cut-off is the movement itself."""
HALF_WIDTH_HZ: Final = 0.75
"""Half the width of a peak: a tremor that comes and goes with a movement is so wide."""
BESIDE_HZ: Final = 1.25
"""Rates further from the peak than this are noise."""
LEAST_S: Final = 1.2
LEAST_BESIDE: Final = 5
_LEAST_GAIN: Final = 0.1


@dataclass(frozen=True)
class Shaking:
    """The oscillation of one movement.

    Parameters
    ----------
    amplitude
        Of a sine of the same power, noise taken off, in the unit of the angle: half of what lies
        between the turning points.
    rate_hz
        Of its peak, weighted by power.
    noise
        Amplitude that the noise of the other rates has in as wide a band.
    """

    amplitude: float
    rate_hz: float
    noise: float


def without_movement(
    time: NDArray[np.float64], values: Float, runs: list[slice]
) -> NDArray[np.float64]:  # fmt: skip
    """(frames,) what is left of an angle when the slow movement is taken off; NaN stays."""
    slow = low_pass(time, values, MOVEMENT_HZ, runs)
    return np.asarray(values - slow, dtype=np.float64)


def shaking(
    time: NDArray[np.float64], rest: Float, smoothed_hz: float | None = None
) -> Shaking | None:
    """The oscillation in ``rest``, or None where the stretch is too short, unseen or too slow.

    Parameters
    ----------
    time, rest
        (frames,) s, and :func:`without_movement` over one movement.
    smoothed_hz
        Cut-off of the low-pass that the angle's points went through; what it took is given back.
    """
    if len(time) < 8 or not np.isfinite(rest).all() or time[-1] - time[0] < LEAST_S:
        return None
    rate_hz = (len(time) - 1) / float(time[-1] - time[0])
    even = np.interp(np.linspace(time[0], time[-1], len(time)), time, rest)
    hz, power = _spectrum(even, rate_hz)
    kept = gain(hz, smoothed_hz, rate_hz) * (1.0 - gain(hz, MOVEMENT_HZ, rate_hz))
    looked = (hz >= LOWEST_HZ) & (hz <= BAND_HZ[1] + BESIDE_HZ) & (kept > _LEAST_GAIN)
    return _peak(hz[looked], power[looked] / kept[looked] ** 2) if looked.any() else None


def _spectrum(values: Float, rate_hz: float) -> tuple[Float, Float]:
    """Rates in Hz, and power in unit² in each bin: a sine of amplitude A has A²/2 in its peak."""
    window = np.hanning(len(values) + 2)[1:-1]
    bins = np.abs(np.fft.rfft((values - values.mean()) * window)) ** 2
    power = 2.0 * bins / (len(values) * float((window**2).sum()))
    return np.fft.rfftfreq(len(values), 1.0 / rate_hz), power


def _peak(hz: Float, power: Float) -> Shaking | None:
    inside = np.flatnonzero((hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1]))
    if not len(inside):
        return None
    around = [power[np.abs(hz - hz[i]) <= HALF_WIDTH_HZ].sum() for i in inside]
    best = float(hz[inside[int(np.argmax(around))]])
    peak, beside = np.abs(hz - best) <= HALF_WIDTH_HZ, np.abs(hz - best) > BESIDE_HZ
    if beside.sum() < LEAST_BESIDE:
        return None
    noise = _noise(hz[beside], power[beside], hz[peak])
    left = max(max(around) - noise, 0.0)
    rate = float(np.sum(hz[peak] * power[peak]) / np.sum(power[peak]))
    return Shaking(float(np.sqrt(2.0 * left)), rate, float(np.sqrt(2.0 * noise)))


def _noise(hz: Float, power: Float, under: Float) -> float:
    """Power of the noise at the rates ``under``: a line through logarithms, level or falling."""
    x, y = np.log(hz), np.log(np.maximum(power, 1e-12))
    slope = min(float(np.polyfit(x, y, 1)[0]), 0.0)
    # The mean of an exponential distribution's logarithm lies at Euler's constant below.
    level = float(np.mean(y - slope * x)) + float(np.euler_gamma)
    return float(np.exp(level + slope * np.log(under)).sum())
