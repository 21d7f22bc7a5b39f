"""Low-pass filters: zero-phase Butterworth for recordings, One-Euro for live use."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rehabkit.errors import RecordingError
from rehabkit.recording.arrays import Float
from rehabkit.signals.resample import resample
from rehabkit.signals.runs import true_runs

COLUMNS: Final = 8
"""Columns that are filtered at once: long recordings need no large temporary arrays."""
UNEVEN: Final = 0.2
"""Steps that differ from the median by more than this share make a run uneven."""


def low_pass(
    time: NDArray[np.float64],
    values: Float,
    cutoff_hz: float,
    runs: list[slice],
    order: int = 2,
    dtype: DTypeLike = np.float64,
) -> Float:
    """Zero-phase Butterworth low-pass along the first axis, run by run, around missing values.

    The filter of ``order`` runs forward and backward, so its slope is that of twice the order and
    its cut-off is corrected for the two passes: the amplitude at ``cutoff_hz`` is 0.71 (Winter,
    *Biomechanics and Motor Control of Human Movement*, 4th ed., section 3.4.4.2). Runs of uneven
    rate are filtered on a uniform grid and read back at their own times.

    Parameters
    ----------
    time
        (frames,) s.
    values
        (frames, ...); NaN is missing and stays so. Stretches shorter than three frames, and all
        of them where the rate is below 2.2 times the cut-off, are returned as they are.
    cutoff_hz
        Frequency at which the amplitude has fallen to 0.71.
    runs
        Frame runs that nothing is smoothed across.
    dtype
        Type of the result; float64 unless stated. The filter itself works in float64.
    """
    if not cutoff_hz > 0:
        raise RecordingError(f"Expected cutoff_hz above 0 Hz, found {cutoff_hz}.")
    given = np.asarray(values).reshape(len(values), -1)
    flat = np.array(given, dtype=dtype)
    seen = ~np.isnan(given)
    for run in runs:
        for columns in _same_columns(seen[run]):
            for first, stop in true_runs(seen[run][:, columns[0]]) + run.start:
                part = slice(first, stop)
                for few in np.array_split(columns, -(-len(columns) // COLUMNS)):
                    before = given[part, few].astype(np.float64)
                    flat[part, few] = _smooth(time[part], before, cutoff_hz, order)
    return flat.reshape(np.shape(values))


def _same_columns(seen: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Groups of columns that are seen in exactly the same frames."""
    groups: dict[bytes, list[int]] = {}
    for column, key in enumerate(np.packbits(seen, axis=0).T):
        groups.setdefault(key.tobytes(), []).append(column)
    return [np.array(columns) for columns in groups.values()]


def _smooth(
    time: NDArray[np.float64], values: Float, cutoff_hz: float, order: int
) -> NDArray[np.float64]:
    if len(time) < 3:
        return np.asarray(values)
    step = np.diff(time)
    median = float(np.median(step))
    if np.abs(step - median).max() <= UNEVEN * median:
        return _butterworth(values, 1.0 / median, cutoff_hz, order)
    length = float(time[-1] - time[0])
    grid = np.linspace(time[0], time[-1], round(length / median) + 1)
    rate_hz = (len(grid) - 1) / length
    even = _butterworth(resample(time, values, grid), rate_hz, cutoff_hz, order)
    return resample(grid, even, time)


def _butterworth(
    values: Float, rate_hz: float, cutoff_hz: float, order: int
) -> NDArray[np.float64]:
    from scipy.signal import butter, sosfiltfilt

    widened = _widened(cutoff_hz, rate_hz, order)
    if widened is None:
        return np.asarray(values)
    sos = butter(order, widened, fs=rate_hz, output="sos")
    pad = min(len(values) - 1, int(np.ceil(1.5 * rate_hz / cutoff_hz)))
    smoothed: NDArray[np.float64] = sosfiltfilt(sos, values, axis=0, padlen=pad)
    return smoothed


def _widened(cutoff_hz: float, rate_hz: float, order: int) -> float | None:
    """Cut-off of one pass, so that two have theirs where asked; None: the rate is too low."""
    # Two passes halve the power at the cut-off once more; widen so that it stays there.
    widened = float(cutoff_hz / (np.sqrt(2.0) - 1.0) ** (1.0 / (2 * order)))
    return None if widened >= 0.95 * rate_hz / 2 else widened


def gain(
    frequency_hz: Float, cutoff_hz: float | None, rate_hz: float, order: int = 2
) -> NDArray[np.float64]:
    """What :func:`low_pass` leaves of an amplitude at each frequency, 0-1; 1 without a cut-off."""
    f = np.asarray(frequency_hz, dtype=np.float64)
    widened = None if cutoff_hz is None else _widened(cutoff_hz, rate_hz, order)
    if widened is None:
        return np.ones_like(f)
    below = np.minimum(f, 0.499 * rate_hz)
    warped = np.tan(np.pi * below / rate_hz) / np.tan(np.pi * widened / rate_hz)
    return np.asarray(1.0 / (1.0 + warped ** (2 * order)))


class OneEuro:
    """The One-Euro filter: causal, slow when still, quick when moving, for live use.

    Casiez, Roussel and Vogel, *1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy
    Input in Interactive Systems*, CHI 2012, Algorithm 1.

    Parameters
    ----------
    min_cutoff_hz
        Cut-off at rest: lower is smoother and slower.
    beta
        Hz gained for each unit/s of speed: higher follows fast movement sooner.
    speed_cutoff_hz
        Cut-off of the speed that steers the filter.
    max_gap_s
        After a longer pause the filter starts anew.
    """

    def __init__(
        self,
        min_cutoff_hz: float = 1.0,
        beta: float = 0.5,
        speed_cutoff_hz: float = 1.0,
        max_gap_s: float = 0.5,
    ) -> None:
        if min(min_cutoff_hz, speed_cutoff_hz, max_gap_s) <= 0 or beta < 0:
            raise RecordingError(
                "Expected min_cutoff_hz, speed_cutoff_hz and max_gap_s above 0 and beta of 0 or "
                f"more, found {min_cutoff_hz}, {speed_cutoff_hz}, {max_gap_s} and {beta}."
            )
        self.min_cutoff_hz, self.beta = min_cutoff_hz, beta
        self.speed_cutoff_hz, self.max_gap_s = speed_cutoff_hz, max_gap_s
        self.reset()

    def reset(self) -> None:
        """Forget everything seen so far."""
        self._time = -np.inf
        self._value: NDArray[np.float64] | None = None
        self._speed: NDArray[np.float64] | None = None

    def __call__(self, time_s: float, value: Float) -> NDArray[np.float64]:
        """Filter one frame; missing values (NaN) give NaN and are passed over.

        Parameters
        ----------
        time_s
            s, later than the call before.
        value
            Array of any shape, the same at every call.
        """
        x = np.array(value, dtype=np.float64)
        step = float(time_s - self._time)
        if step <= 0:
            raise RecordingError(
                f"Expected a time after {self._time} s, found {time_s} s; call reset() to restart."
            )
        if self._value is None or self._speed is None or step > self.max_gap_s:
            self._value, self._speed = np.array(x), np.zeros_like(x)
        else:
            self._advance(x, step)
        self._time = time_s
        return np.where(np.isnan(x), np.nan, self._value)

    def _advance(self, x: NDArray[np.float64], step: float) -> None:
        assert self._value is not None and self._speed is not None  # noqa: PT018
        last = np.where(np.isnan(self._value), x, self._value)
        speed = np.nan_to_num((x - last) / step)
        self._speed = self._speed + _weight(self.speed_cutoff_hz, step) * (speed - self._speed)
        cutoff = self.min_cutoff_hz + self.beta * np.abs(self._speed)
        moved = last + _weight(cutoff, step) * (x - last)
        self._value = np.where(np.isnan(x), last, moved)


def _weight(cutoff_hz: float | NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Weight of the new sample in exponential smoothing (Casiez 2012, Eq. 5 and 6)."""
    return np.asarray(1.0 / (1.0 + 1.0 / (2 * np.pi * np.asarray(cutoff_hz) * step)))
