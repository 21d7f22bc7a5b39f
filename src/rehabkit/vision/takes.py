"""Points gathered picture by picture into arrays, without ever holding them twice."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.vision.estimators.base import PosePoints

# Pictures that room is made for at once, at most: a file may lie about its length.
_MOST_EXPECTED: Final = 1_000_000
_LEAST: Final = 1024
_GROWTH: Final = 1.5


class Rows:
    """Rows of one shape, appended one by one.

    Room for the expected number is made at once; the system gives memory only to the part that is
    written. So nothing is copied at the end, unless there are more rows than were expected.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any = np.float32, expected: int = 0) -> None:
        room = min(max(expected, _LEAST), _MOST_EXPECTED)
        self._rows: NDArray[Any] = np.empty((room, *shape), dtype=dtype)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def append(self, row: Any) -> None:
        """Add one row; None stands for "not seen" and becomes NaN."""
        if self._used == len(self._rows):
            grown = np.empty(
                (int(len(self._rows) * _GROWTH), *self._rows.shape[1:]), dtype=self._rows.dtype
            )
            grown[: self._used] = self._rows
            self._rows = grown
        self._rows[self._used] = np.nan if row is None else row
        self._used += 1

    def array(self) -> NDArray[Any]:
        """(rows, ...): all rows, read-only, not copied."""
        out = self._rows[: self._used]
        out.flags.writeable = False
        return out


class Takes:
    """What the estimator found in every picture.

    Parameters
    ----------
    joints
        Of the estimator's skeleton.
    has_world
        Whether it gives points in space.
    expected
        Number of pictures, as far as it is known.
    """

    def __init__(self, joints: int, has_world: bool, expected: int = 0) -> None:
        self.time = Rows((), np.float64, expected)
        self.image = Rows((joints, 2), expected=expected)
        self.confidence = Rows((joints,), expected=expected)
        self.world = Rows((joints, 3), expected=expected) if has_world else None
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
