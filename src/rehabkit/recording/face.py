"""The head's orientation from the points of a face."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.geometry.quaternions import from_matrix
from rehabkit.geometry.vectors import reject, unit
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeleton import Skeleton

POINTS: Final = ("left_ear", "right_ear", "nose")


def head_orientation(positions: Float, skeleton: Skeleton) -> Float | None:
    """(frames, 4) unit quaternions w, x, y, z with the head's right, forward and up as axes.

    Right is the line of the ears, forward from their middle to the nose, as far as it is
    perpendicular. None where the skeleton has no such points; NaN where they are not seen.

    Parameters
    ----------
    positions
        (frames, joints, 3) m, right-handed.
    """
    if not set(POINTS) <= set(skeleton.joints):
        return None
    left, right, nose = (positions[:, skeleton.index(p)].astype(np.float64) for p in POINTS)
    across = unit(right - left, min_length=0.02)
    ahead = unit(reject(nose - (left + right) / 2, across), min_length=0.01)
    matrix = np.stack([across, ahead, np.cross(across, ahead)], axis=-1)
    orientation: Float = from_matrix(matrix).astype(np.float32)
    return orientation
