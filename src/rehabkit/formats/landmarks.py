"""The plain record that MediaPipe's JSON and CSV layouts both become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import History
from rehabkit.recording.skeletons import BLAZEPOSE

COUNT = len(BLAZEPOSE)
NAMES = BLAZEPOSE.joints


@dataclass(frozen=True, eq=False)
class Raw:
    """Landmarks as they stand in the file.

    Parameters
    ----------
    stamps
        (frames,) s of the file's own clock.
    world, image
        (frames, 33, 3), NaN where not found; ``image`` also holds landmarks of no stated kind.
    image_stated
        Whether the file says that ``image`` are image landmarks.
    visibility
        (frames, 33) 0-1 or None.
    zeros
        How many landmarks stood as (0, 0, 0).
    """

    stamps: NDArray[np.float64]
    clock: str
    world: NDArray[np.float64] | None
    image: NDArray[np.float64] | None
    visibility: NDArray[np.float64] | None
    image_stated: bool = False
    image_size: tuple[int, int] | None = None
    rate_hz: float | None = None
    zeros: int = 0
    history: History = ()


def blank_zeros(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Landmarks at exactly (0, 0, 0) as NaN, and how many; programs write them where none is."""
    zero = (points == 0).all(axis=-1)
    return np.where(zero[..., None], np.nan, points), int(zero.sum())
