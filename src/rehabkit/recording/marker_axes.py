"""The axes of segments that markers show and joint centres alone do not: pelvis, thighs, head.

Each is right, forward, up of the person's own, both sides alike.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rehabkit.geometry.quaternions import continuous, from_matrix
from rehabkit.geometry.vectors import Array, dot, reject, unit
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import CANONICAL


def pelvis_axes(left_asis: Array, right_asis: Array, psis: Array) -> Array:
    """(frames, 3, 3), columns right, forward, up.

    Right along the ASIS, forward from the PSIS in the plane of all of them (Davis et al., Hum Mov
    Sci 10:575, 1991). In upright standing that plane leans forward by some 10 deg.
    """
    right = unit(right_asis - left_asis)
    forward = unit(reject((left_asis + right_asis) / 2 - psis, right))
    return np.stack([right, forward, np.cross(right, forward)], axis=-1)


def thigh_axes(hip: Array, knee: Array, hinge: Array, across: Array) -> Array:
    """(frames, 3, 3), columns right, forward, up.

    Up from knee to hip, right along the axis about which the knee bends, which runs through the
    epicondyles (Kadaba et al., J Orthop Res 8:383, 1990). ``across`` points from the left hip to
    the right and says which end of ``hinge`` is right, for all frames alike.
    """
    up = unit(hip - knee)
    side = dot(hinge, across)
    seen = np.isfinite(side)
    sign = -1.0 if seen.any() and np.median(side[seen]) < 0 else 1.0
    right = unit(reject(sign * hinge, up))
    return np.stack([right, np.cross(up, right), up], axis=-1)


def head_axes(front: Array, back: Array, left: Array, right: Array) -> Array:
    """(frames, 3, 3), columns right, forward, up: from the middles of the head's four sides."""
    forward = unit(front - back)
    across = unit(reject(right - left, forward))
    return np.stack([across, forward, np.cross(across, forward)], axis=-1)


def as_orientations(axes: Mapping[str, Array], frames: int) -> Float | None:
    """(frames, 25, 4) quaternions at the canonical joints that have axes, else NaN; None: none."""
    if not axes:
        return None
    out = np.full((frames, len(CANONICAL), 4), np.nan, np.float32)
    for joint, matrix in axes.items():
        out[:, CANONICAL.index(joint)] = continuous(from_matrix(matrix))
    return out
