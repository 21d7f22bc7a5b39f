"""Vectors over time: directions, angles between them, angles without jumps.

Arrays have their coordinates on the last axis; lengths broadcast. Right-handed frames.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
AnyArray = NDArray[np.floating[Any]]


def dot(a: AnyArray, b: AnyArray) -> Array:
    """(...,) scalar product over the last axis."""
    return np.asarray(np.einsum("...i,...i->...", a, b), dtype=np.float64)


def unit(vectors: AnyArray, *, min_length: float = 1e-9) -> Array:
    """(..., 3) directions of length 1; NaN where a vector is shorter than ``min_length``."""
    vectors = np.asarray(vectors, dtype=np.float64)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length < min_length, np.nan, length)


def reject(vectors: AnyArray, axis: AnyArray) -> Array:
    """(..., 3) the part of ``vectors`` perpendicular to the unit vectors ``axis``."""
    vectors = np.asarray(vectors, dtype=np.float64)
    return vectors - dot(vectors, axis)[..., None] * axis


def angle_between(a: AnyArray, b: AnyArray) -> Array:
    """(...,) unsigned angle in degrees, 0-180, exact also near 0 and 180.

    By the half-angle form of Kahan, which keeps its digits where arccos loses them.
    """
    a, b = unit(a), unit(b)
    half = np.arctan2(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))
    return np.asarray(np.degrees(2 * half), dtype=np.float64)


def signed_angle(start: AnyArray, end: AnyArray, axis: AnyArray) -> Array:
    """(...,) angle in degrees (-180, 180] that turns ``start`` to ``end`` about ``axis``.

    Both are first projected on the plane perpendicular to the unit vector ``axis``;
    counter-clockwise, seen against the axis, is positive.
    """
    sine = dot(np.cross(start, end), axis)
    cosine = dot(reject(start, axis), reject(end, axis))
    return np.asarray(np.degrees(np.arctan2(sine, cosine)), dtype=np.float64)


def arcsin_deg(values: ArrayLike) -> Array:
    """Arcus sine in degrees of values that rounding may have carried just past 1."""
    return np.asarray(np.degrees(np.arcsin(np.clip(values, -1.0, 1.0))), dtype=np.float64)


def wrap(values: ArrayLike, low: float = -180.0) -> Array:
    """The same angles in degrees on the branch [``low``, ``low`` + 360)."""
    return np.mod(np.asarray(values, dtype=np.float64) - low, 360.0) + low


def unwrap(values: ArrayLike) -> Array:
    """(frames,) degrees without 360 degree jumps, across NaN too; median on (-180, 180]."""
    values = np.asarray(values, dtype=np.float64)
    out = values.copy()
    seen = np.isfinite(values)
    if seen.any():
        smooth = np.unwrap(values[seen], period=360.0)
        out[seen] = smooth - 360.0 * np.ceil((np.median(smooth) - 180.0) / 360.0)
    return out


def rotate_about(vectors: AnyArray, axis: AnyArray, angle_deg: ArrayLike) -> Array:
    """(..., 3) ``vectors`` turned by ``angle_deg`` about the unit vectors ``axis`` (Rodrigues)."""
    angle = np.radians(np.asarray(angle_deg, dtype=np.float64))[..., None]
    along = dot(axis, vectors)[..., None] * axis
    turned = np.cos(angle) * vectors + np.sin(angle) * np.cross(axis, vectors)
    return np.asarray(turned + (1 - np.cos(angle)) * along, dtype=np.float64)
