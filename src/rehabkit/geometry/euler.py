"""Rotation matrices from and to sequences of turns about axes (Cardan and proper Euler).

A sequence such as ``"xyz"`` is intrinsic: each turn is about the axes already turned, so the
matrix is Rx Ry Rz. Angles in degrees on the last axis, in the order of the sequence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rehabkit.geometry.vectors import AnyArray, Array

AXES = "xyz"


def axis_matrix(axis: str, angle_deg: ArrayLike) -> Array:
    """(..., 3, 3) rotation about one coordinate axis."""
    angle = np.radians(np.asarray(angle_deg, dtype=np.float64))
    c, s, i = np.cos(angle), np.sin(angle), _axis(axis)
    j, k = (i + 1) % 3, (i + 2) % 3
    out = np.zeros((*angle.shape, 3, 3))
    out[..., i, i] = 1.0
    out[..., j, j] = out[..., k, k] = c
    out[..., k, j], out[..., j, k] = s, -s
    return out


def to_matrix(sequence: str, angles_deg: ArrayLike) -> Array:
    """(..., 3, 3) of ``angles_deg`` (..., n), one for each letter of ``sequence``."""
    angles = np.asarray(angles_deg, dtype=np.float64)
    if angles.shape[-1] != len(sequence):
        raise ValueError(
            f"Sequence {sequence!r} needs {len(sequence)} angles on the last axis, "
            f"found {angles.shape[-1]}."
        )
    out = axis_matrix(sequence[0], angles[..., 0])
    for n, axis in enumerate(sequence[1:], start=1):
        out = out @ axis_matrix(axis, angles[..., n])
    return out


def from_matrix(sequence: str, matrix: AnyArray) -> Array:
    """(..., 3) deg of rotation matrices (..., 3, 3) in a sequence of three axes.

    The middle angle lies in [-90, 90] (Cardan, three different axes) or [0, 180] (proper Euler,
    first axis = last). At its ends the first and last turn about one line: the last is then 0.
    """
    i, j, k = _three(sequence)
    m = np.asarray(matrix, dtype=np.float64)
    if i == k:
        return _proper(m, i, j)
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    middle = np.arcsin(np.clip(sign * m[..., i, k], -1, 1))
    lost = np.abs(m[..., i, k]) > 1 - 1e-10
    first = np.arctan2(-sign * m[..., j, k], m[..., k, k])
    last = np.arctan2(-sign * m[..., i, j], m[..., i, i])
    alone = np.arctan2(sign * m[..., k, j], m[..., j, j])
    parts = [np.where(lost, alone, first), middle, np.where(lost, 0.0, last)]
    return np.asarray(np.degrees(np.stack(parts, axis=-1)), dtype=np.float64)


def _proper(m: Array, i: int, j: int) -> Array:
    k = 3 - i - j
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    middle = np.arccos(np.clip(m[..., i, i], -1, 1))
    lost = np.abs(m[..., i, i]) > 1 - 1e-10
    first = np.arctan2(m[..., j, i], -sign * m[..., k, i])
    last = np.arctan2(m[..., i, j], sign * m[..., i, k])
    alone = np.arctan2(sign * m[..., k, j], m[..., j, j])
    parts = [np.where(lost, alone, first), middle, np.where(lost, 0.0, last)]
    return np.asarray(np.degrees(np.stack(parts, axis=-1)), dtype=np.float64)


def _axis(letter: str) -> int:
    if letter not in AXES:
        raise ValueError(f"Expected axes among 'x', 'y', 'z', found {letter!r}.")
    return AXES.index(letter)


def _three(sequence: str) -> tuple[int, int, int]:
    if len(sequence) != 3 or sequence[0] == sequence[1] or sequence[1] == sequence[2]:
        raise ValueError(
            f"Expected three axes, neighbours different (such as 'xyz' or 'yxy'), "
            f"found {sequence!r}."
        )
    i, j, k = (_axis(letter) for letter in sequence)
    return i, j, k
