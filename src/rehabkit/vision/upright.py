"""Turning and flipping pictures as the file's display matrix says."""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Matrix = tuple[float, float, float, float]
"""a, b, c, d of ``x' = a x + c y``, ``y' = b x + d y``, x to the right and y down."""

IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0)
_ONE: Final = 65536.0


def display_matrix(picture: Any) -> Matrix:
    """The matrix that comes with a decoded PyAV picture; the identity where there is none."""
    for data in picture.side_data:
        if "DISPLAYMATRIX" in str(data.type):
            values = struct.unpack("=9i", bytes(data)[:36])
            a, b, c, d = (values[i] / _ONE for i in (0, 1, 3, 4))
            return (a, b, c, d)
    return IDENTITY


def is_sideways(matrix: Matrix) -> bool:
    """Whether width and height change places."""
    a, b, _, _ = matrix
    return abs(b) > abs(a)


def turned_size(size: tuple[int, int], matrix: Matrix) -> tuple[int, int]:
    """(width, height) once turned."""
    return (size[1], size[0]) if is_sideways(matrix) else size


def upright(rgb: NDArray[np.uint8], matrix: Matrix) -> NDArray[np.uint8]:
    """(height, width, 3) as it is to be shown: quarter turns and flips; contiguous.

    Angles between the quarters do not occur in what cameras write and go to the nearest quarter.
    """
    a, b, c, d = matrix
    if is_sideways(matrix):
        rgb, across, down = _cv2().transpose(rgb), c, b
    else:
        across, down = a, d
    if across < 0 or down < 0:
        code = -1 if across < 0 and down < 0 else int(across < 0)
        rgb = _cv2().flip(rgb, code)
    return rgb


def _cv2() -> Any:
    import cv2

    return cv2
