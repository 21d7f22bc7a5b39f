"""Bone lengths: a joint is lost where its bones are far from this person's own length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording.arrays import Bool, Float
from rehabkit.recording.skeleton import Skeleton
from rehabkit.signals.jumps import spikes
from rehabkit.signals.runs import chunks


def bone_lengths(points: Float, skeleton: Skeleton) -> Float:
    """(frames, bones): length of each of ``skeleton.bones`` in the unit of ``points``."""
    lengths = np.empty((len(points), len(skeleton.bones)), dtype=points.dtype)
    for bone, (parent, child) in enumerate(skeleton.bones):
        lengths[:, bone] = np.linalg.norm(points[:, child] - points[:, parent], axis=-1)
    return lengths


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
    off: Bool = np.zeros(lengths.shape, dtype=bool)
    for bone in np.flatnonzero(np.isfinite(lengths).any(axis=0)):
        usual = median[bone] = np.nanmedian(lengths[:, bone])
        with np.errstate(invalid="ignore"):
            off[:, bone] = np.abs(lengths[:, bone] - usual) > max(share * usual, least)
    return _blame(off, skeleton), median


def turning(
    time: NDArray[np.float64], points: Float, skeleton: Skeleton, limit_deg_s: float
) -> Bool:
    """(frames, joints): outer ends of bones that turn, or bend to their parent, too fast.

    Both frames of such a step are marked, because neither is known to be the right one.

    Parameters
    ----------
    time
        (frames,) s of one run.
    points
        (frames, joints, 3).
    limit_deg_s
        Largest plausible angular velocity, of a bone in space and of the angle at a joint.
    """
    marked: Bool = np.zeros(points.shape[:2], dtype=bool)
    children = [child for _, child in skeleton.bones]
    for chunk in chunks(len(points) - 1):
        frames = slice(chunk.start, chunk.stop + 1)
        fast = _fast(time[frames], points[frames], skeleton, limit_deg_s)
        marked[chunk.start + 1 : chunk.stop + 1, children] |= fast
        marked[chunk, children] |= fast
    return marked


def _fast(time: NDArray[np.float64], points: Float, skeleton: Skeleton, limit_deg_s: float) -> Bool:
    """(frames - 1, bones): steps in which a bone turns, or bends to its parent, too fast."""
    unit = _directions(points, skeleton)
    turned = _angle_from_chord(np.linalg.norm(np.diff(unit, axis=0), axis=-1))
    bone_to = {child: bone for bone, (_, child) in enumerate(skeleton.bones)}
    inner = np.array([bone_to.get(parent, -1) for parent, _ in skeleton.bones])
    bend = _angle_from_chord(np.linalg.norm(unit - unit[:, inner], axis=-1))
    bent = np.where(inner >= 0, np.abs(np.diff(bend, axis=0)), 0.0)
    with np.errstate(invalid="ignore"):
        limit = limit_deg_s * np.diff(time)[:, None]
        return np.asarray((turned > limit) | (bent > limit))


def _directions(points: Float, skeleton: Skeleton) -> Float:
    """(frames, bones, 3) unit vectors from parent to child."""
    parents, children = np.array(skeleton.bones).T
    return _unit(points[:, children] - points[:, parents])


def _unit(along: Float) -> Float:
    return np.asarray(along / np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9))


def _angle_from_chord(chord: Float) -> NDArray[np.float64]:
    """Angle in deg between two unit vectors whose difference is ``chord`` long."""
    return np.asarray(np.degrees(2 * np.arcsin(np.clip(chord / 2, 0.0, 1.0))))


def off_direction(points: Float, run: slice, skeleton: Skeleton, limit_deg: float) -> Bool:
    """(frames of the run, joints): outer ends of bones that point elsewhere for up to three frames.

    As ``jumps.spikes``, on the directions of the bones: short bones such as hand and foot can
    flip without moving far.
    """
    part = np.asarray(points[run])
    marked = np.zeros((len(part), len(skeleton)), dtype=bool)
    chord = 2 * np.sin(np.radians(limit_deg) / 2)
    for parent, child in skeleton.bones:
        unit = _unit(part[:, [child]] - part[:, [parent]])
        marked[:, [child]] = spikes(unit, slice(0, len(unit)), float(chord))
    return marked


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
