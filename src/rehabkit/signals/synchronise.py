"""Two sensors on one clock: by their time stamps, by their span, or by what both saw.

FineRehab (Li et al., CVPR workshops 2024, Eq. 1) subtracts the first stamp of each sensor, rounds
to three decimals and keeps the frames whose stamps are then identical. With ideal clocks of 30 and
96 Hz that keeps one Kinect frame in five, with jitter nearly none: ``"exact"`` does it to the
letter, ``"nearest"`` pairs frames within a tolerance, and ``"interpolate"`` (the default) takes the
faster sensor at the other one's times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError, choices
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.signals.lag import Lag, Times, find_lag
from rehabkit.signals.resample import arrays_between
from rehabkit.signals.slices import arrays_at, carried

Method = Literal["interpolate", "nearest", "exact"]
Clocks = Literal["stamps", "start", "span", "signal"]
Scalar = Callable[[Recording], Float]
Frames = NDArray[np.intp]

METHODS: Final = ("interpolate", "nearest", "exact")
CLOCKS: Final = ("stamps", "start", "span", "signal")
DECIMALS: Final = 3
TOLERANCE_S: Final = 0.02


@dataclass(frozen=True, eq=False)
class Synchronised:
    """Two recordings frame by frame on one time line.

    Parameters
    ----------
    a, b
        Of equal length and equal times; each history says what was done to it.
    offset_s, rate_ratio
        ``time in a's clock = offset_s + rate_ratio * time in b's``, both from their first frames.
    kept_a, kept_b
        Share of the frames of each that came through.
    lag
        What the correlation found; None where clocks were taken as they are.
    """

    a: Recording
    b: Recording
    offset_s: float
    rate_ratio: float
    kept_a: float
    kept_b: float
    lag: Lag | None = None


def synchronise(
    a: Recording,
    b: Recording,
    *,
    clocks: Clocks = "stamps",
    method: Method = "interpolate",
    tolerance_s: float = TOLERANCE_S,
    signal: Scalar | tuple[Scalar, Scalar] | None = None,
    max_lag_s: float | None = None,
    ratios: tuple[float, ...] = (1.0,),
    max_drift: float = 0.0,
) -> Synchronised:
    """Both recordings on one clock and one time line.

    Parameters
    ----------
    clocks
        How the clocks relate. ``"stamps"``: both files' stamps (``source.start_s`` + time) are of
        one clock. ``"start"``: both began at the same moment (FineRehab's trigger). ``"span"``:
        both cover the same trial from its first to its last frame, whatever their rates say.
        ``"signal"``: found by cross-correlating ``signal``, a function of a recording that gives
        (frames,) values (or two, one for each recording).
    method
        How frames are paired: see the module.
    tolerance_s
        For ``"nearest"``: the largest difference of two paired frames, s.
    max_lag_s, ratios, max_drift
        See :func:`~rehabkit.signals.lag.find_lag`.

    Returns
    -------
    Synchronised
        ``a``'s clock is kept. Streams and events of ``b`` move along with it.

    Raises
    ------
    RecordingError
        Where the recordings do not overlap, no frames can be paired, or no lag fits.
    """
    _check(clocks, CLOCKS, "clocks")
    _check(method, METHODS, "method")
    search = {"max_lag_s": max_lag_s, "ratios": ratios, "max_drift": max_drift}
    offset, ratio, lag = _relation(a, b, clocks, signal, search)
    moved = offset + ratio * b.time
    times, frames = _pairs(a.time, moved, method, tolerance_s)
    said: dict[str, Any] = {"clocks": clocks, "method": method}
    said |= {"offset_s": round(offset, 6), "rate_ratio": ratio}
    if lag is not None:
        said |= {"correlation": round(lag.correlation, 4), "runner_up": round(lag.runner_up, 4)}
    if method == "nearest":
        said["tolerance_s"] = tolerance_s
    doubts = () if lag is None else lag.doubts
    words = f"{len(times)} frames on one time line, from {len(a)} and {len(b)}"
    words += "; in doubt: " + ", ".join(doubts) if doubts else ""
    on_a = _on(a, times, frames and frames[0], 0.0, 1.0, words, said)
    on_b = _on(b, times, frames and frames[1], offset, ratio, words, said)
    kept_a, kept_b = _kept(a.time, moved, times, method)
    return Synchronised(on_a, on_b, offset, ratio, kept_a, kept_b, lag)


def _on(
    recording: Recording,
    times: Times,
    frames: Frames | None,
    offset_s: float,
    ratio: float,
    words: str,
    said: dict[str, Any],
) -> Recording:
    """The recording at the common ``times``: some of its own frames, or between them."""
    own = (times - offset_s) / ratio
    changes = arrays_between(recording, own) if frames is None else arrays_at(recording, frames)
    start, end = float(times[0]), float(times[-1])
    changes |= carried(recording, start, end, offset_s=offset_s, ratio=ratio)
    first = own[0] if frames is None else recording.time[frames[0]]
    changes["source"] = replace(recording.source, start_s=recording.source.start_s + float(first))
    changes["time"] = times - start
    return recording.with_step("synchronise", words, changes=changes, **said)


def exact_pairs(time_a: Times, time_b: Times, decimals: int = DECIMALS) -> tuple[Frames, Frames]:
    """Indices of frames whose stamps agree to ``decimals``.

    With times that count from each sensor's first frame (``clocks="start"``) this is FineRehab's
    Eq. 1 to the letter. Where rounding makes stamps of one sensor equal, the first is kept.
    """
    _, in_a, in_b = np.intersect1d(
        np.round(time_a, decimals), np.round(time_b, decimals),
        return_indices=True,
    )  # fmt: skip
    return in_a, in_b


def nearest_pairs(
    time_a: Times, time_b: Times, tolerance_s: float = TOLERANCE_S
) -> tuple[Frames, Frames]:
    """Indices of mutually nearest frames that lie within ``tolerance_s`` of each other, s."""
    if not tolerance_s >= 0:
        raise RecordingError(f"Expected tolerance_s of 0 s or more, found {tolerance_s}.")
    a_of_b, b_of_a = _nearest(time_a, time_b), _nearest(time_b, time_a)
    mutual = a_of_b[b_of_a] == np.arange(len(time_a))
    close = np.abs(time_b[b_of_a] - time_a) <= tolerance_s + 1e-9
    in_a = np.flatnonzero(mutual & close)
    return in_a, b_of_a[in_a]


def _nearest(grid: Times, times: Times) -> Frames:
    """Index of the time of ``grid`` that is nearest to each of ``times``."""
    after = np.clip(np.searchsorted(grid, times), 1, max(len(grid) - 1, 1))
    after = np.minimum(after, len(grid) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(grid[before] - times) <= np.abs(grid[after] - times), before, after)


def _check(value: str, allowed: tuple[str, ...], name: str) -> None:
    if value not in allowed:
        raise RecordingError(f"Expected {name} to be one of {choices(allowed)}, found {value!r}.")


def _relation(
    a: Recording,
    b: Recording,
    clocks: Clocks,
    signal: Scalar | tuple[Scalar, Scalar] | None,
    search: dict[str, Any],
) -> tuple[float, float, Lag | None]:
    """(offset_s, rate_ratio, lag) of b's times from its first frame in a's."""
    if clocks == "stamps":
        return b.source.start_s - a.source.start_s, 1.0, None
    if clocks == "start":
        return 0.0, 1.0, None
    if clocks == "span":
        if not (a.duration_s > 0 and b.duration_s > 0):
            raise RecordingError("clocks='span' needs recordings of two frames or more.")
        return 0.0, a.duration_s / b.duration_s, None
    if signal is None:
        raise RecordingError(
            "clocks='signal' needs signal=, a function that gives one value a frame, such as "
            "lambda r: r.joint('HandRight')[:, 1]."
        )
    of_a, of_b = signal if isinstance(signal, tuple) else (signal, signal)
    lag = find_lag(a.time, of_a(a), b.time, of_b(b), **search)
    return lag.offset_s, lag.rate_ratio, lag


def _pairs(
    time_a: Times, time_b: Times, method: Method, tolerance_s: float
) -> tuple[Times, tuple[Frames, Frames] | None]:
    """The common times in a's clock, and which frames lie there; None: between the frames."""
    if method == "interpolate":
        slower = time_a if _step(time_a) >= _step(time_b) else time_b
        start, end = max(time_a[0], time_b[0]), min(time_a[-1], time_b[-1])
        times = slower[(slower >= start - 1e-9) & (slower <= end + 1e-9)]
        _found(times, time_a, time_b)
        return times, None
    pair = exact_pairs if method == "exact" else partial(nearest_pairs, tolerance_s=tolerance_s)
    in_a, in_b = pair(time_a, time_b)
    _found(in_a, time_a, time_b)
    return time_a[in_a], (in_a, in_b)


def _step(time: Times) -> float:
    return float(np.median(np.diff(time))) if len(time) > 1 else np.inf


def _found(frames: Any, time_a: Times, time_b: Times) -> None:
    if len(frames) == 0:
        raise RecordingError(
            f"Expected frames that both sensors have, found none: one runs from {time_a[0]:.3f} to "
            f"{time_a[-1]:.3f} s, the other from {time_b[0]:.3f} to {time_b[-1]:.3f} s. If their "
            "clocks differ, synchronise with clocks='start' or clocks='signal'; for frames that "
            "only just miss each other take method='nearest' or 'interpolate'."
        )


def _kept(time_a: Times, time_b: Times, times: Times, method: Method) -> tuple[float, float]:
    """Share of each sensor's frames that came through, or lie in the common stretch."""
    if method != "interpolate":
        return len(times) / len(time_a), len(times) / len(time_b)
    low, high = times[0] - 1e-9, times[-1] + 1e-9
    return float(((time_a >= low) & (time_a <= high)).mean()), float(
        ((time_b >= low) & (time_b <= high)).mean()
    )
