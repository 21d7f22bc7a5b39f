"""Rigid alignment of point sets (Kabsch 1976; scale after Umeyama 1991), never a mirror image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehabkit.geometry.vectors import AnyArray, Array


@dataclass(frozen=True, eq=False)
class Alignment:
    """``target`` is about ``scale * rotation @ source + translation``.

    ``residual`` is the root mean square distance left, in the unit of the points.
    """

    rotation: Array  # (3, 3)
    translation: Array  # (3,)
    scale: float
    residual: float

    def apply(self, points: AnyArray) -> Array:
        """(..., 3) points carried from source to target."""
        moved = self.scale * (np.asarray(points, dtype=np.float64) @ self.rotation.T)
        return np.asarray(moved + self.translation, dtype=np.float64)


def align(source: AnyArray, target: AnyArray, *, with_scale: bool = False) -> Alignment:
    """The rotation, translation and, if wanted, scale that bring ``source`` onto ``target``.

    Parameters
    ----------
    source, target
        (..., points, 3) corresponding points; pairs with NaN in either are left out.
    with_scale
        Also find one scale (Umeyama 1991, eq. 42).

    Raises
    ------
    ValueError
        When shapes differ, or fewer than three pairs off one line remain: the turn about that
        line would be a guess.
    """
    a, b = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if a.shape != b.shape or a.shape[-1:] != (3,):
        raise ValueError(f"Expected two arrays of one shape (..., 3), found {a.shape}, {b.shape}.")
    a, b = a.reshape(-1, 3), b.reshape(-1, 3)
    seen = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
    a, b = a[seen], b[seen]
    if len(a) < 3:
        raise ValueError(f"Expected at least three pairs of finite points, found {len(a)}.")
    return _fit(a, b, with_scale)


def _fit(a: Array, b: Array, with_scale: bool) -> Alignment:
    mean_a, mean_b = a.mean(axis=0), b.mean(axis=0)
    u, sizes, vt = np.linalg.svd((b - mean_b).T @ (a - mean_a))
    if sizes[1] <= 1e-9 * max(sizes[0], 1e-300):
        raise ValueError("Expected points that do not lie on one line, found a line or one point.")
    # Without this sign a mirrored set would be fitted by a reflection.
    signs = np.array([1.0, 1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    rotation = u @ (signs[:, None] * vt)
    spread = float(((a - mean_a) ** 2).sum())
    scale = float((sizes * signs).sum()) / spread if with_scale else 1.0
    translation = mean_b - scale * rotation @ mean_a
    left = b - (scale * a @ rotation.T + translation)
    residual = float(np.sqrt((left**2).sum(axis=1).mean()))
    return Alignment(rotation, translation, scale, residual)
