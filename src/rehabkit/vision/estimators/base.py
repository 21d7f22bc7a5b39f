"""What every pose estimator is: pictures in, points of one person out."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Skeleton

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PosePoints:
    """One person in one picture.

    Parameters
    ----------
    image
        (joints, 2) float32, px, origin top left.
    confidence
        (joints,) float32, 0-1.
    world
        (joints, 3) float32, m: x to the right of the picture, y down, z away from the camera,
        counted from the middle of the hips. None where the estimator gives no depth.
    """

    image: NDArray[np.float32]
    confidence: NDArray[np.float32]
    world: NDArray[np.float32] | None = None


@runtime_checkable
class PoseEstimator(Protocol):
    """One network, opened once and used for a whole video; a context manager.

    ``name`` is what the report calls it, ``has_world`` whether it gives points in space.
    """

    name: str
    skeleton: Skeleton
    has_world: bool

    def estimate(self, rgb: Picture, time_s: float) -> PosePoints | None:
        """The person in a picture of (height, width, 3) uint8 RGB; None where none is found.

        Pictures of one video come in order; the estimator may use the ones before.
        """
        ...

    def reset(self) -> None:
        """Forget the pictures so far: another video, or another part of it, begins."""
        ...

    def close(self) -> None:
        """Give back what is held; called once."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class ClosesOnExit:
    """The context manager that estimators share."""

    def close(self) -> None:
        """Give back what is held."""

    def reset(self) -> None:
        """Forget the pictures so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
