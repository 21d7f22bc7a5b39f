"""Points gathered picture by picture into arrays, without ever holding them twice."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.vision.estimators.base import PosePoints

_BLOCK: Final = 1024


class Rows:
    """Rows of one shape, appended one by one, kept in blocks.

    A block is given back as soon as it has been copied into the final array, so the highest
    memory is that of the array and one block.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any = np.float32) -> None:
        self._shape, self._dtype = shape, dtype
        self._blocks: list[NDArray[Any]] = []
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def append(self, row: Any) -> None:
        """Add one row; None stands for "not seen" and becomes NaN."""
        place = self._used % _BLOCK
        if place == 0:
            self._blocks.append(np.full((_BLOCK, *self._shape), np.nan, dtype=self._dtype))
        if row is not None:
            self._blocks[-1][place] = row
        self._used += 1

    def take(self) -> NDArray[Any]:
        """(rows, ...) in one array; the rows are gone from here."""
        out = np.empty((self._used, *self._shape), dtype=self._dtype)
        self._blocks.reverse()
        for start in range(0, self._used, _BLOCK):
            block = self._blocks.pop()
            out[start : start + _BLOCK] = block[: self._used - start]
        self._used = 0
        return out


class Takes:
    """What the estimator found in every picture."""

    def __init__(self, joints: int, has_world: bool) -> None:
        self.time = Rows((), np.float64)
        self.image = Rows((joints, 2))
        self.confidence = Rows((joints,))
        self.world = Rows((joints, 3)) if has_world else None
        self.missed = 0

    def __len__(self) -> int:
        return len(self.time)

    def append(self, time_s: float, points: PosePoints | None) -> None:
        """One picture; None where nobody was found."""
        self.time.append(time_s)
        self.image.append(None if points is None else points.image)
        self.confidence.append(0.0 if points is None else points.confidence)
        self.missed += points is None
        if self.world is not None:
            self.world.append(None if points is None else points.world)
