"""A recording as one row of figures that need no repetitions: postures, reach, pace, unsteadiness.

What the clinical scorer looks at. Every figure has a name that says what it is, and belongs to a
family that people can read (:func:`family_of`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
    frames = len(body.time)
    places = body.places[:, 1:].reshape(frames, -1)
    found = _statistics(np.concatenate([places, postures(body)], axis=1))
    return np.concatenate([part.ravel() for part in np.split(found, [places.shape[1]], axis=1)])


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


def _statistics(signals: Float) -> Float:
    """(statistics, signals) of (frames, signals)."""
    step = 1 / RATE_HZ
    speed = np.gradient(signals, step, axis=0)
    third = np.gradient(np.gradient(speed, step, axis=0), step, axis=0)
    pace, rough = np.abs(speed).mean(axis=0), np.abs(third).mean(axis=0)
    in_a_row = np.ascontiguousarray(
        signals.T
    )  # sorting strided columns takes several times as long
    low, middle, high = np.percentile(in_a_row, [5, 50, 95], axis=1)
    return np.stack([
        low, middle, high, signals.std(axis=0), np.log(pace + _LEAST),
        np.log((rough + _LEAST) / (pace + _LEAST)),
    ])  # fmt: skip


def postures(body: BodyPlaces) -> Float:
    """(frames, signals) of angles between segments, inclinations, widths and the pelvis' travel."""
    columns = [make(body, side) for make in _SIDED.values() for side in SIDES]
    return np.stack(columns + [make(body) for make in _AXIAL.values()], axis=1)


def _between(first: str, vertex: str, last: str) -> Callable[[BodyPlaces, str], Float]:
    """The angle at a joint, in right angles; names without a side get that of the limb."""

    def angle(body: BodyPlaces, side: str) -> Float:
        a, v, b = (body[j if j in JOINTS else f"{j}_{side}"] for j in (first, vertex, last))
        u, w = a - v, b - v
        lengths = np.linalg.norm(u, axis=1) * np.linalg.norm(w, axis=1) + 1e-9
        return _right_angles(np.arccos(np.clip((u * w).sum(axis=1) / lengths, -1, 1)))

    return angle


def _inclination(top: str, bottom: str, axis: int) -> Callable[[BodyPlaces, str], Float]:
    """A hanging segment's lean to the right (axis 0) or forward (2), in right angles."""

    def angle(body: BodyPlaces, side: str) -> Float:
        bone = body[f"{bottom}_{side}"] - body[f"{top}_{side}"]
        return _right_angles(np.arctan2(bone[:, axis], -bone[:, 1]))

    return angle


def _lean(bottom: str, top: str, axis: int) -> Callable[[BodyPlaces], Float]:
    def angle(body: BodyPlaces) -> Float:
        bone = body[top] - body[bottom]
        return _right_angles(np.arctan2(bone[:, axis], bone[:, 1]))

    return angle


def _width(joint: str) -> Callable[[BodyPlaces], Float]:
    return lambda body: np.linalg.norm(body[f"{joint}_left"] - body[f"{joint}_right"], axis=1)


def _pelvis(axis: int) -> Callable[[BodyPlaces], Float]:
    return lambda body: body["pelvis"][:, axis]


def _hand_to_head(body: BodyPlaces, side: str) -> Float:
    return np.asarray(np.linalg.norm(body[f"wrist_{side}"] - body["head"], axis=1))


def _twist(body: BodyPlaces) -> Float:
    """Shoulders against hips, in right angles."""
    turns = []
    for joint in ("shoulder", "hip"):
        line = body[f"{joint}_right"] - body[f"{joint}_left"]
        turns.append(np.unwrap(np.arctan2(line[:, 2], line[:, 0])))
    return _right_angles(turns[0] - turns[1])


def _shoulder_tilt(body: BodyPlaces) -> Float:
    line = body["shoulder_right"] - body["shoulder_left"]
    return _right_angles(np.arctan2(line[:, 1], np.hypot(line[:, 0], line[:, 2])))


def _right_angles(radians: Float) -> Float:
    return np.asarray(radians / (np.pi / 2))


_SIDED: Final[dict[str, Callable[[BodyPlaces, str], Float]]] = {
    "elbow angle": _between("shoulder", "elbow", "wrist"),
    "knee angle": _between("hip", "knee", "ankle"),
    "hip angle": _between("chest", "hip", "knee"),
    "arm against trunk": _between("hip", "shoulder", "elbow"),
    "hand to head": _hand_to_head,
    "thigh sideways": _inclination("hip", "knee", 0),
    "thigh forward": _inclination("hip", "knee", 2),
    "shank sideways": _inclination("knee", "ankle", 0),
    "shank forward": _inclination("knee", "ankle", 2),
}
_AXIAL: Final[dict[str, Callable[[BodyPlaces], Float]]] = {
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
