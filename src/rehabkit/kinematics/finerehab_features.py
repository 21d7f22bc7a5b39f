"""FineRehab's figures of a movement: angles' extremes and means, distances, left less right.

The paper names them without a table: maximum, minimum and mean of angles, distances that joints
move, and the differences of both sides. Angles here are our own, distances are over body size.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.kinematics.angles import values_from_positions
from rehabkit.kinematics.distances import body_size
from rehabkit.kinematics.frames import Points
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES

SIDED: Final = (
    "shoulder_flexion", "shoulder_abduction", "shoulder_elevation", "elbow_flexion",
    "hip_flexion", "hip_abduction", "knee_flexion", "knee_valgus",
)  # fmt: skip
AXIAL: Final = ("trunk_flexion", "trunk_lateral_flexion", "trunk_rotation", "pelvis_obliquity")
JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
CENTRES: Final = ("head", "chest")
ANGLES: Final = (*(f"{a}_{s}" for s in SIDES for a in SIDED), *AXIAL)
_MOVED: Final = (*(f"{j}_{s}" for s in SIDES for j in JOINTS), *CENTRES)
_KINDS: Final = ("max", "min", "mean")
_WAYS: Final = ("path", "farthest")


def feature_names() -> tuple[str, ...]:
    """Names in the order of :func:`finerehab_features`: ``"knee_flexion_left max"``."""
    own = [f"{a} {k}" for k in _KINDS for a in ANGLES] + [f"{j} {w}" for w in _WAYS for j in _MOVED]
    apart = [f"{a} {k} left-right" for k in _KINDS for a in SIDED]
    return (*own, *apart, *(f"{j} {w} left-right" for w in _WAYS for j in JOINTS))


def finerehab_features(recording: Recording) -> Float:
    """(124,) figures; angles in deg, distances in body sizes; NaN for what was never seen.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints, with positions: one repetition, or several.
    """
    found = values_from_positions(Points(recording))
    angles = np.stack([found[name] for name in ANGLES], axis=1)
    size = body_size(recording)
    ways = np.array([_distances(recording.joint(joint)) for joint in _MOVED]).T / size
    return with_differences(np.concatenate([_extremes(angles).ravel(), ways.ravel()]))


def joined(features: Float, frames: Float) -> Float:
    """(124,) of repetitions one after the other, from those of each.

    Parameters
    ----------
    features
        (repetitions, 124).
    frames
        (repetitions,) how long each is: what a mean over all counts it by.
    """
    angles = features[:, : 3 * len(ANGLES)].reshape(len(features), 3, len(ANGLES))
    ways = features[:, 3 * len(ANGLES) : _OWN].reshape(len(features), 2, len(_MOVED))
    own = [
        np.fmax.reduce(angles[:, 0]), np.fmin.reduce(angles[:, 1]),
        _mean(angles[:, 2], frames), ways[:, 0].sum(axis=0), ways[:, 1].max(axis=0),
    ]  # fmt: skip
    return with_differences(np.concatenate(own))


def with_differences(own: Float) -> Float:
    """Figures of both sides, followed by left less right."""
    angles = own[: 3 * len(ANGLES)].reshape(3, len(ANGLES))
    ways = own[3 * len(ANGLES) :].reshape(2, len(_MOVED))
    apart = [
        values[:, :count] - values[:, count : 2 * count]
        for values, count in ((angles, len(SIDED)), (ways, len(JOINTS)))
    ]
    return np.concatenate([own, *(a.ravel() for a in apart)])


_OWN: Final = 3 * len(ANGLES) + 2 * len(_MOVED)


def _extremes(angles: Float) -> Float:
    """(3, angles) maximum, minimum and mean over the frames that show each."""
    seen = np.isfinite(angles)
    high = np.where(seen, angles, -np.inf).max(axis=0)
    low = np.where(seen, angles, np.inf).min(axis=0)
    count = seen.sum(axis=0)
    mean = np.where(seen, angles, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(count > 0, [high, low, mean], np.nan)


def _distances(track: Float) -> tuple[float, float]:
    """How long a joint's way is, and how far from its start it comes, m."""
    places = np.asarray(track, dtype=np.float64)
    places = places[np.isfinite(places).all(axis=1)]
    if len(places) < 2:
        return float("nan"), float("nan")
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    return float(steps.sum()), float(np.linalg.norm(places - places[0], axis=1).max())


def _mean(values: Float, frames: Float) -> Float:
    weight = np.where(np.isfinite(values), np.asarray(frames, dtype=np.float64)[:, None], 0.0)
    total = np.where(weight > 0, np.nan_to_num(values) * weight, 0.0).sum(axis=0)
    count = weight.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1e-9), np.nan)
