"""A recording as one row of figures that need no repetitions: postures, reach, pace, unsteadiness.

What the clinical scorer looks at. Every figure has a name that says what it is, and belongs to a
family that people can read (:func:`family_of`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.kinematics.body_places import AXES, JOINTS, RATE_HZ, BodyPlaces
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import OTHER, SIDES

STATISTICS: Final = ("low", "middle", "high", "spread", "speed", "unsteadiness")
"""5th, 50th and 95th percentile, standard deviation, logarithm of the mean speed (1/s), and of the
mean third derivative over the mean speed (1/s^2)."""
_PARTS: Final = {
    "head": ("head sideways", "head forward", "head."),
    "pelvis' travel": ("pelvis ",),
    "arms": ("elbow", "wrist", "arm ", "hand"),
    "trunk": ("spine", "chest", "neck", "shoulder", "trunk"),
    "legs": ("hip", "knee", "ankle", "thigh", "shank", "feet"),
}
_KINDS: Final = {"speed": "pace", "unsteadiness": "steadiness"}
_LEAST: Final = 1e-3
_TO_THE_RIGHT: Final = (
    "thigh sideways", "shank sideways", "trunk sideways", "trunk twist", "shoulders tilted",
    "head sideways", "pelvis sideways",
)  # fmt: skip
"""Signals that change their sign in a mirror."""
_MOVED: Final = JOINTS[1:]


def feature_names() -> tuple[str, ...]:
    """Names in the order of :func:`movement_features`: ``"wrist_left.up.high"``."""
    places = [f"{joint}.{axis}" for joint in _MOVED for axis in AXES]
    return tuple(f"{signal}.{s}" for group in (places, list(_NAMES))
                 for s in STATISTICS for signal in group)  # fmt: skip


def family_of(name: str) -> tuple[str, str]:
    """What a feature says, for people: part of the body, and posture, pace or steadiness."""
    signal, statistic = name.rsplit(".", 1)
    part = next(part for part, words in _PARTS.items() if any(w in signal for w in words))
    return part, _KINDS.get(statistic, "posture and reach")


def movement_features(body: BodyPlaces) -> Float:
    """(features,) of one recording; angles in right angles, lengths in body sizes.

    Parameters
    ----------
    body
        The whole recording, or the part of it to look at.
    """
    return features_of(signals(body))


def features_of(seen: Float) -> Float:
    """:func:`movement_features` of :func:`signals` that are there already."""
    statistics = _statistics(seen)
    places = len(_MOVED) * len(AXES)
    return np.concatenate([statistics[:, :places].ravel(), statistics[:, places:].ravel()])


def mirrored_features(features: Float) -> Float:
    """(..., features) of the same movement with left and right exchanged: no second look needed."""
    order, sign = _mirror()
    return np.asarray(features[..., order] * sign)


@cache
def _mirror() -> tuple[NDArray[np.intp], Float]:
    """Where each feature of a mirrored movement stands in the one that is there, and its sign."""
    names = feature_names()
    places = {name: index for index, name in enumerate(names)}
    found = [_source(name) for name in names]
    return np.array([places[name] for name, _ in found]), np.array([sign for _, sign in found])


def _source(name: str) -> tuple[str, float]:
    """The feature that a mirrored one is read from: of the other side, low as high where turned."""
    signal, statistic = name.rsplit(".", 1)
    other = re.sub("left|right", lambda found: OTHER[found[0]], signal.removesuffix(".right"))
    other += ".right" if signal.endswith(".right") else ""
    if not (signal.endswith(".right") or signal.removesuffix(" left").removesuffix(" right")
            in _TO_THE_RIGHT):  # fmt: skip
        return f"{other}.{statistic}", 1.0
    exchanged = {"low": "high", "high": "low"}.get(statistic, statistic)
    return f"{other}.{exchanged}", -1.0 if statistic in ("low", "middle", "high") else 1.0


def _statistics(seen: Float) -> Float:
    """(statistics, signals) of (signals, frames)."""
    step = 1 / RATE_HZ
    speed = np.gradient(seen, step, axis=1)
    third = np.gradient(np.gradient(speed, step, axis=1), step, axis=1)
    pace, rough = np.abs(speed).mean(axis=1), np.abs(third).mean(axis=1)
    low, middle, high = _quantiles(seen)
    return np.stack([
        low, middle, high, seen.std(axis=1), np.log(pace + _LEAST),
        np.log((rough + _LEAST) / (pace + _LEAST)),
    ])  # fmt: skip


def _quantiles(seen: Float) -> Float:
    """(3, signals) of 5, 50 and 95 %, as ``np.percentile`` has them in several times the time."""
    in_order = np.sort(seen, axis=1)
    places = np.array([0.05, 0.5, 0.95]) * (seen.shape[1] - 1)
    below = places.astype(np.intp)
    above = np.minimum(below + 1, seen.shape[1] - 1)
    first, last = in_order[:, below], in_order[:, above]
    return np.asarray((first + (last - first) * (places - below)).T)


def signals(body: BodyPlaces) -> Float:
    """(signals, frames): places of joints but the pelvis, then postures.

    Postures are angles between segments, inclinations, widths and the pelvis' travel.
    """
    tracks = np.ascontiguousarray(body.places.transpose(1, 2, 0))  # frames side by side: faster
    return np.concatenate([tracks[1:].reshape(-1, tracks.shape[-1]), _postures(tracks)])


def _postures(tracks: Float) -> Float:
    """(postures, frames) of (joints, 3, frames)."""
    joints = dict(zip(JOINTS, tracks, strict=True))
    hands = [np.linalg.norm(joints[f"wrist_{side}"] - joints["head"], axis=0) for side in SIDES]
    axial = [make(joints) for make in _AXIAL.values()]
    return np.concatenate([_angles(tracks), hands, _inclinations(tracks), axial])


def _angles(tracks: Float) -> Float:
    """(angles * sides, frames) angles at joints, in right angles."""
    a, v, b = (tracks[places] for places in _OF_ANGLES)
    u, w = a - v, b - v
    lengths = np.linalg.norm(u, axis=1) * np.linalg.norm(w, axis=1) + 1e-9
    return _right_angles(np.arccos(np.clip((u * w).sum(axis=1) / lengths, -1, 1)))


def _inclinations(tracks: Float) -> Float:
    """(segments * sides, frames) a hanging segment's lean to the right or forward."""
    top, bottom, axes = _OF_SEGMENTS
    bone = tracks[bottom] - tracks[top]
    return _right_angles(np.arctan2(bone[np.arange(len(axes)), axes], -bone[:, 1]))


def _of_joint(name: str, side: str) -> int:
    return JOINTS.index(name if name in JOINTS else f"{name}_{side}")


def _lean(bottom: str, top: str, axis: int) -> Callable[[Joints], Float]:
    def angle(joints: Joints) -> Float:
        bone = joints[top] - joints[bottom]
        return _right_angles(np.arctan2(bone[axis], bone[1]))

    return angle


def _width(joint: str) -> Callable[[Joints], Float]:
    return lambda joints: np.asarray(
        np.linalg.norm(joints[f"{joint}_left"] - joints[f"{joint}_right"], axis=0)
    )


def _pelvis(axis: int) -> Callable[[Joints], Float]:
    return lambda joints: np.asarray(joints["pelvis"][axis])


def _twist(joints: Joints) -> Float:
    """Shoulders against hips, in right angles."""
    turns = []
    for joint in ("shoulder", "hip"):
        line = joints[f"{joint}_right"] - joints[f"{joint}_left"]
        turns.append(np.unwrap(np.arctan2(line[2], line[0])))
    return _right_angles(turns[0] - turns[1])


def _shoulder_tilt(joints: Joints) -> Float:
    line = joints["shoulder_right"] - joints["shoulder_left"]
    return _right_angles(np.arctan2(line[1], np.hypot(line[0], line[2])))


def _right_angles(radians: Float) -> Float:
    return np.asarray(radians / (np.pi / 2))


_ANGLES: Final = {
    "elbow angle": ("shoulder", "elbow", "wrist"),
    "knee angle": ("hip", "knee", "ankle"),
    "hip angle": ("chest", "hip", "knee"),
    "arm against trunk": ("hip", "shoulder", "elbow"),
}
"""First joint, vertex and last joint of the limb; joints without a side are those of the trunk."""
_SEGMENTS: Final = {
    "thigh sideways": ("hip", "knee", 0),
    "thigh forward": ("hip", "knee", 2),
    "shank sideways": ("knee", "ankle", 0),
    "shank forward": ("knee", "ankle", 2),
}
"""Upper and lower joint, and the axis that it leans along."""
_OF_ANGLES: Final = np.array(
    [[_of_joint(name, side) for name in joints] for joints in _ANGLES.values() for side in SIDES]
).T
_OF_SEGMENTS: Final = np.array(
    [[_of_joint(top, side), _of_joint(bottom, side), axis]
     for top, bottom, axis in _SEGMENTS.values() for side in SIDES]
).T  # fmt: skip
_SIDED: Final = (*_ANGLES, "hand to head", *_SEGMENTS)
Joints = Mapping[str, Float]
"""(3, frames) of each joint."""
_AXIAL: Final[dict[str, Callable[[Joints], Float]]] = {
    "trunk sideways": _lean("pelvis", "neck", 0),
    "trunk forward": _lean("pelvis", "neck", 2),
    "trunk twist": _twist,
    "shoulders tilted": _shoulder_tilt,
    "head sideways": _lean("neck", "head", 0),
    "head forward": _lean("neck", "head", 2),
    "knees apart": _width("knee"),
    "feet apart": _width("ankle"),
    "hands apart": _width("wrist"),
    "pelvis up": _pelvis(1),
    "pelvis sideways": _pelvis(0),
    "pelvis forward": _pelvis(2),
}
_NAMES: Final = (*(f"{name} {side}" for name in _SIDED for side in SIDES), *_AXIAL)
