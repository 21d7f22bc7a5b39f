"""Unit quaternions w, x, y, z on the last axis; they turn vectors actively, local to world."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rehabkit.geometry.vectors import AnyArray, Array, dot, unit

CONJUGATE = np.array([1.0, -1.0, -1.0, -1.0])


def normalise(q: ArrayLike) -> Array:
    """(..., 4) length 1; NaN where there is no length."""
    return unit(np.asarray(q, dtype=np.float64))


def conjugate(q: AnyArray) -> Array:
    """(..., 4) the inverse rotation of unit quaternions."""
    return np.asarray(q * CONJUGATE, dtype=np.float64)


def multiply(a: AnyArray, b: AnyArray) -> Array:
    """(..., 4) Hamilton product: first ``b``, then ``a``."""
    a0, b0 = a[..., :1], b[..., :1]
    av, bv = a[..., 1:], b[..., 1:]
    scalar = a0 * b0 - dot(av, bv)[..., None]
    vector = a0 * bv + b0 * av + np.cross(av, bv)
    return np.concatenate([scalar, vector], axis=-1).astype(np.float64)


def rotate(q: AnyArray, vectors: AnyArray) -> Array:
    """(..., 3) ``vectors`` turned by unit quaternions ``q``."""
    axis = q[..., 1:]
    twice = 2 * np.cross(axis, vectors)
    return np.asarray(vectors + q[..., :1] * twice + np.cross(axis, twice), dtype=np.float64)


def from_axis_angle(axis: AnyArray, angle_deg: ArrayLike) -> Array:
    """(..., 4) rotation by ``angle_deg`` about ``axis`` (any length but 0)."""
    half = np.radians(np.asarray(angle_deg, dtype=np.float64))[..., None] / 2
    vector = np.sin(half) * unit(axis)
    scalar = np.broadcast_to(np.cos(half), (*vector.shape[:-1], 1))
    return np.concatenate([scalar, vector], axis=-1)


def to_matrix(q: AnyArray) -> Array:
    """(..., 3, 3) rotation matrices of unit quaternions; columns are the turned axes."""
    columns = [rotate(q, np.broadcast_to(e, (*q.shape[:-1], 3))) for e in np.eye(3)]
    return np.stack(columns, axis=-1)


def from_matrix(matrix: AnyArray) -> Array:
    """(..., 4) of rotation matrices (..., 3, 3), w not negative.

    Shepperd's method (1978): of the four ways the one with the largest divisor, so no angle is
    ill-conditioned.
    """
    m = np.asarray(matrix, dtype=np.float64)
    d = np.stack([m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], axis=-1)
    trace = d.sum(axis=-1, keepdims=True)
    squares = np.concatenate(
        [1 + trace, 1 + 2 * d - trace], axis=-1
    )  # 4 times each component squared
    a, b = _skew_and_sum(m)
    rows = np.stack(
        [
            np.stack([squares[..., 0], a[..., 0], a[..., 1], a[..., 2]], axis=-1),
            np.stack([a[..., 0], squares[..., 1], b[..., 2], b[..., 1]], axis=-1),
            np.stack([a[..., 1], b[..., 2], squares[..., 2], b[..., 0]], axis=-1),
            np.stack([a[..., 2], b[..., 1], b[..., 0], squares[..., 3]], axis=-1),
        ],
        axis=-2,
    )
    best = np.where(np.isnan(squares), -np.inf, squares).argmax(axis=-1)
    q = normalise(np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :])
    return np.where(q[..., :1] < 0, -q, q)


def _skew_and_sum(m: Array) -> tuple[Array, Array]:
    """Differences (for w) and sums (between axes) of the entries across the diagonal."""
    i, j = [2, 0, 1], [1, 2, 0]
    return m[..., i, j] - m[..., j, i], m[..., i, j] + m[..., j, i]


def continuous(q: AnyArray) -> Array:
    """(frames, 4) the same rotations with signs chosen so that neighbours are near.

    NaN frames are stepped over.
    """
    out = np.array(q, dtype=np.float64)
    seen = np.flatnonzero(np.isfinite(out).all(axis=-1))
    if len(seen) > 1:
        steps = dot(out[seen[1:]], out[seen[:-1]])
        flips = np.cumprod(np.where(steps < 0, -1.0, 1.0))
        out[seen[1:]] *= flips[:, None]
    return out


def slerp(a: AnyArray, b: AnyArray, share: ArrayLike) -> Array:
    """(..., 4) the way from ``a`` (share 0) to ``b`` (share 1) at constant speed, the short way."""
    t = np.asarray(share, dtype=np.float64)[..., None]
    cosine = dot(a, b)[..., None]
    b = np.where(cosine < 0, -b, b)
    angle = np.arccos(np.clip(np.abs(cosine), 0, 1))
    sine = np.sin(angle)
    near = sine < 1e-7
    safe = np.where(near, 1.0, sine)
    first = np.where(near, 1 - t, np.sin((1 - t) * angle) / safe)
    second = np.where(near, t, np.sin(t * angle) / safe)
    return normalise(first * a + second * b)
