"""The history's lines about further bodies that a depth sensor followed beside the person."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import History, Step
from rehabkit.recording.arrays import Bool, Float
from rehabkit.signals.runs import spans_of

# Joints as near as this, m, are within the sensor's error of a hand on the body.
_AT_BODY_M: Final = 0.25
# A body counts from so long on, over gaps as long: sensors take furniture for one for a moment.
_LEAST_S: Final = 1.0


def second_person(distance: Float, time: NDArray[np.float64]) -> History:
    """Where another body is at the person's, and where it is merely there, for a second or longer.

    Parameters
    ----------
    distance
        (frames,) least distance in m between the bodies' joints; infinite where there is one body.
    time
        (frames,) s.
    """
    close = _sustained(distance < _AT_BODY_M, time)
    anywhere = _sustained(np.isfinite(distance), time)
    beside = [s for s in anywhere if not any(s[0] <= b and a <= s[1] for a, b in close)]
    places = (("at the body", close), ("beside", beside))
    return tuple(_step(where, spans) for where, spans in places if spans)


def least_distance(followed: Float, others: Float) -> float:
    """Of (joints, dims) to any of (..., dims), m; joints at the origin or NaN were not seen."""
    points = others.reshape(-1, others.shape[-1])
    points = points[points.any(axis=1) & np.isfinite(points).all(axis=1)]
    own = followed[np.isfinite(followed).all(axis=1)]
    if len(points) == 0 or len(own) == 0:
        return float("inf")
    return float(np.linalg.norm(own[:, None] - points, axis=-1).min())


def _sustained(mask: Bool, time: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [s for s in spans_of(mask, time, _LEAST_S) if s[1] - s[0] >= _LEAST_S]


def _step(where: str, spans: list[tuple[float, float]]) -> Step:
    seconds = sum(end - start for start, end in spans)
    what = f"another body {where} for {seconds:.1f} s"
    return Step("second person", {"where": where}, what, tuple(spans))
