"""Bone lengths: a joint is lost where its bones are far from this person's own length."""

from __future__ import annotations

import numpy as np

from rehabkit.recording.arrays import Bool, Float
from rehabkit.recording.skeleton import Skeleton


def bone_lengths(points: Float, skeleton: Skeleton) -> Float:
    """(frames, bones): length of each of ``skeleton.bones`` in the unit of ``points``."""
    parents, children = np.array(skeleton.bones).T
    return np.asarray(np.linalg.norm(points[:, children] - points[:, parents], axis=-1))


def off_length(points: Float, skeleton: Skeleton, share: float, least: float) -> tuple[Bool, Float]:
    """Joints whose bones are far from their median length.

    A bone is off where it differs from its own median by more than ``share`` of it and by more
    than ``least``. Of its two ends the one is to blame that has other bones off too; else the
    outer one.

    Parameters
    ----------
    points
        (frames, joints, dims) of one body; NaN is missing.
    share
        0-1.
    least
        In the unit of ``points``.

    Returns
    -------
    tuple of array
        (frames, joints) True where lost; (bones,) median lengths, NaN where never seen.
    """
    lengths = bone_lengths(points, skeleton)
    median = np.full(lengths.shape[1], np.nan)
    seen = np.isfinite(lengths).any(axis=0)
    median[seen] = np.nanmedian(lengths[:, seen], axis=0)
    with np.errstate(invalid="ignore"):
        off = np.abs(lengths - median) > np.maximum(share * median, least)
    return _blame(off, skeleton), median


def _blame(off: Bool, skeleton: Skeleton) -> Bool:
    """(frames, joints) from (frames, bones)."""
    count = np.zeros((len(off), len(skeleton)), dtype=np.int16)
    for bone, (parent, child) in enumerate(skeleton.bones):
        count[:, parent] += off[:, bone]
        count[:, child] += off[:, bone]
    blamed = np.zeros(count.shape, dtype=bool)
    for bone, (parent, child) in enumerate(skeleton.bones):
        inner = off[:, bone] & (count[:, parent] > 1) & (count[:, child] == 1)
        blamed[:, parent] |= inner
        blamed[:, child] |= off[:, bone] & ~inner
    return blamed
