"""Poses of segments (the group ROTATION, as Theia writes it) as orientations beside the points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from rehabkit.formats.point_labels import Named, unique
from rehabkit.geometry.quaternions import from_matrix
from rehabkit.recording import History, Skeleton, Step
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons.theia import THEIA

_ENDING: Final = "_4X4"
_LEAST: Final = 1e-3  # how far R R^T may be from the identity


def add_poses(
    raw: Mapping[str, Any], named: Named, positions: Float, metres: float
) -> tuple[Named, Float, Float | None, History]:
    """Points and segments as one skeleton, its positions, its orientations, and lines of history.

    A segment that no point bears the name of has its origin as position.

    Parameters
    ----------
    positions
        (frames, joints, 3) m of the points.
    metres
        Metres a unit of the poses' origins.
    """
    poses = np.asarray(raw["rotations"])
    if not poses.shape[1]:
        return named, positions, None, ()
    poses, thinned = _at_frames(poses, len(positions))
    given = [_segment(label) for label in raw["rotation_labels"]]
    labels, renamed = unique((given + [""] * poses.shape[1])[: poses.shape[1]])
    skeleton = _joined(named.skeleton, labels)
    joints = np.full((len(positions), len(skeleton), 3), np.nan, np.float32)
    joints[:, : positions.shape[1]] = positions
    orientations = np.full((*joints.shape[:2], 4), np.nan, np.float32)
    at = [skeleton.index(label) for label in labels]
    orientations[:, at] = _quaternions(poses[..., :3, :3])
    origins = (poses[..., :3, 3] * metres).astype(np.float32)
    seen = np.isfinite(orientations[:, at]).all(axis=-1, keepdims=True)
    alone = np.array([label not in named.skeleton.joints for label in labels])[:, None]
    if origins[np.isfinite(origins)].any():
        joints[:, at] = np.where(alone & seen, origins, joints[:, at])
        note = f"{len(labels)} segments; origins of those without a point are their positions"
    else:
        note = f"{len(labels)} segments whose origins are all 0: they have no position"
    step = Step("read poses", {"segments": len(labels)}, note)
    merged = Named(skeleton, named.at, named.history)
    return merged, joints, orientations, (step, *thinned, *renamed)


def _segment(label: str) -> str:
    """A segment's name: Theia writes ``pelvis_4X4``."""
    return label[: -len(_ENDING)] if label.upper().endswith(_ENDING) else label


def _at_frames(poses: Float, frames: int) -> tuple[Float, History]:
    """One pose a frame: where there are more, every n-th; where there are fewer, NaN at the end."""
    step = max(1, len(poses) // max(frames, 1))
    taken = poses[::step][:frames]
    if len(taken) < frames:
        lacking = np.full((frames - len(taken), *poses.shape[1:]), np.nan)
        taken = np.concatenate([taken, lacking])
    if step == 1:
        return taken, ()
    why = f"{step} poses a frame: the first of each was taken"
    return taken, (Step("thin poses", {"every": step}, why),)


def _joined(skeleton: Skeleton, segments: tuple[str, ...]) -> Skeleton:
    """A skeleton with the segments as further joints."""
    further = tuple(s for s in segments if s not in skeleton.joints)
    if not further:
        return skeleton
    if not len(skeleton) and set(THEIA.joints) <= set(further):
        return THEIA if further == THEIA.joints else _reordered(further)
    parents = skeleton.parents + (-1,) * len(further)
    name = "segments" if not len(skeleton) else f"{skeleton.name}-and-segments"
    return Skeleton(
        name, skeleton.joints + further, parents, skeleton.canonical, skeleton.markers,
        skeleton.marker_set,
    )  # fmt: skip


def _reordered(joints: tuple[str, ...]) -> Skeleton:
    """Theia's skeleton with its joints, and others besides, in the file's order."""
    above = {j: THEIA.joints[p] if p >= 0 else None
             for j, p in zip(THEIA.joints, THEIA.parents, strict=True)}  # fmt: skip
    tree = [above.get(joint) for joint in joints]
    parents = tuple(joints.index(p) if p else -1 for p in tree)
    return Skeleton(THEIA.name, joints, parents, THEIA.canonical)


def _quaternions(matrices: Float) -> Float:
    """(..., 4) of rotation matrices; NaN where there is none."""
    filled = np.nan_to_num(matrices, nan=0.0, posinf=0.0, neginf=0.0)
    filled = np.where(np.abs(filled) > 2, 0.0, filled)  # a rotation's entries are at most 1
    identity = filled @ np.swapaxes(filled, -1, -2)
    off = np.abs(identity - np.eye(3)).max(axis=(-1, -2))
    proper = (off < _LEAST) & (np.linalg.det(filled) > 0)
    safe = np.where(proper[..., None, None], filled, np.eye(3))
    quaternions: Float = np.where(proper[..., None], from_matrix(safe), np.nan).astype(np.float32)
    return quaternions
