"""Paths in space: distance moved, and how well a limb stays in one plane."""

from __future__ import annotations

from math import dist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Float

STEP_M: Final = 0.01
"""A path is measured in steps of this length, so that trembling in place adds nothing, m."""
LEAST_WIDTH_M: Final = 0.05
"""A path narrower than this is a line: every plane through it fits, m."""


def path_length(path: Float, step: float = STEP_M) -> float:
    """Length of a path walked with dividers set to ``step``.

    Noise smaller than ``step`` adds no length; each turn and the end lose up to one step. Missing
    points are passed over in a straight line.

    Parameters
    ----------
    path
        (frames, dims), e.g. m.
    """
    points = path[np.isfinite(path).all(axis=-1)].tolist()
    if len(points) < 2:
        return 0.0
    total, at = 0.0, points[0]
    for point in points[1:]:
        away = dist(at, point)
        if away >= step:
            total += away
            at = point
    return total


def best_plane(path: Float) -> tuple[NDArray[np.float64], NDArray[np.float64], Float]:
    """The plane with the least squared distance to a path, by singular value decomposition.

    Returns
    -------
    tuple of array
        (3,) centre, (3,) unit normal, and (3,) root-mean-square extents of the path along its
        longest direction, across it in the plane, and off the plane.
    """
    seen = path[np.isfinite(path).all(axis=-1)].astype(np.float64)
    centre = seen.mean(axis=0)
    _, singular, axes = np.linalg.svd(seen - centre, full_matrices=False)
    return centre, axes[2], singular / np.sqrt(len(seen))


def plane_deviation(path: Float) -> float:
    """Root-mean-square distance of a path (frames, 3) from its best plane, in its unit."""
    return float(best_plane(path)[2][2])


def is_planar_enough(path: Float) -> bool:
    """Whether a path (frames, 3) m spans a plane at all, so that leaving it means something.

    It must be wide in two directions; a nearly straight path lies in every plane through it.
    """
    extents = best_plane(path)[2]
    return bool(extents[1] * np.sqrt(12) > LEAST_WIDTH_M)
