"""A movement as courses of one length that many movements can be warped onto each other by.

What tells actions apart is seen in four ways: where joints are, how fast they move, which way the
hands' paths go, and how far joints are from each other. Places are in a frame that turns with the
body, so that neither the sensor's place nor a turn on the way shows; sizes are the person's own.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from rehabkit.errors import RecordingError
from rehabkit.geometry.vectors import unit
from rehabkit.kinematics.alignment import even_samples
from rehabkit.kinematics.body_places import tracks_at
from rehabkit.kinematics.distances import body_size
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES

RATE_HZ: Final = 30.0
FRAMES: Final = 32
"""Frames of a course, whatever the movement's length."""
SMOOTHED_S: Final = 0.05
TURN_SMOOTHED_S: Final = 0.25
"""Standard deviations of the Gaussians over places and over the heading, s."""
LEAST_FRAMES: Final = 5
HANDS: Final = ("wrist_left", "hand_left", "wrist_right", "hand_right")
JOINTS: Final = (
    "pelvis", "spine", "chest", "head",
    *(f"{joint}_{side}" for side in SIDES for joint in (
        "shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle", "toe")),
)  # fmt: skip
"""What a Kinect v1 and later ones see."""
APART: Final = (
    "pelvis", "chest", "head",
    *(f"{joint}_{side}" for side in SIDES for joint in (
        "elbow", "wrist", "hand", "knee", "ankle")),
)  # fmt: skip
"""Joints whose distances from each other are looked at."""
COURSES: Final = ("places", "velocities", "paths", "distances")
_TRAVEL: Final = 3.0
"""How much the body's own travel counts beside a joint's velocity."""
_STILL: Final = 5e-3
"""Added to every step of a path, so that hands at rest have a course too; body sizes."""


def body_courses(recording: Recording) -> dict[str, Float]:
    """Name of :data:`COURSES` -> (32, dims) of one movement.

    Parameters
    ----------
    recording
        On canonical joints with positions in space, from the movement's start to its end. As the
        sensor gave them: clean-up takes away fast hands, which tell most.

    Raises
    ------
    RecordingError
        Without positions, with a joint of :data:`JOINTS` that was never seen, or without a size.
    """
    if recording.positions is None:
        raise RecordingError("Courses of a body need positions in space; found none.")
    size = body_size(recording)
    if not size > 0:
        raise RecordingError(f"Courses are over the body's size, found {size:.2f} m.")
    places, travel, height = _turning(recording, size)
    step = 1 / RATE_HZ
    flat = places[:, 1:].reshape(len(places), -1)
    speeds = np.concatenate([np.gradient(flat, step, axis=0), _TRAVEL * travel], axis=1)
    found = {
        "places": np.concatenate([flat, travel, height[:, None]], axis=1),
        "velocities": speeds,
        "distances": _distances(places),
    }
    courses = {name: even_samples(course, FRAMES) for name, course in found.items()}
    hands = [JOINTS.index(joint) for joint in HANDS]
    return courses | {"paths": _path(places[:, hands].reshape(len(places), -1))}


def _turning(recording: Recording, size: float) -> tuple[Float, Float, Float]:
    """Places of joints, the pelvis' velocity and its height at 30 Hz, in body sizes.

    (frames, joints, 3) from the pelvis along the body's right, up and forward at that frame,
    (frames, 3) a second along the same axes, and (frames,) from its median.
    """
    start, end = float(recording.time[0]), float(recording.time[-1])
    even = np.arange(start, end + 1e-9, 1 / RATE_HZ)
    even = even if len(even) >= LEAST_FRAMES else np.linspace(start, end, LEAST_FRAMES)
    points = _smoothed(tracks_at(recording, JOINTS, even), SMOOTHED_S)
    axes = _axes(points, np.asarray(recording.up.vector, dtype=np.float64))
    root = points[:, 0]
    places = np.einsum("fji,fki->fjk", points - root[:, None], axes)
    travel = np.einsum("fi,fki->fk", np.gradient(root, even, axis=0), axes)
    height = (root - np.median(root, axis=0)) @ np.asarray(recording.up.vector)
    return places / size, travel / size, height / size


def _axes(points: Float, up: Float) -> Float:
    """(frames, 3, 3) the body's right, up and forward as rows, by its hips and shoulders."""
    across = sum(
        unit(points[:, JOINTS.index(f"{joint}_right")] - points[:, JOINTS.index(f"{joint}_left")])
        for joint in ("hip", "shoulder")
    )
    level = _smoothed(across - (across @ up)[:, None] * up, TURN_SMOOTHED_S)
    right = unit(level)
    return np.stack([right, np.broadcast_to(up, right.shape), np.cross(up, right)], axis=1)


def _distances(places: Float) -> Float:
    """(frames, pairs) how far joints are from each other."""
    pairs = np.array(list(combinations([JOINTS.index(joint) for joint in APART], 2)))
    return np.asarray(np.linalg.norm(places[:, pairs[:, 0]] - places[:, pairs[:, 1]], axis=-1))


def _path(hands: Float) -> Float:
    """(32, dims) steps of the hands at even places along their path: its shape, not its pace."""
    steps = np.linalg.norm(np.diff(hands, axis=0), axis=1) + _STILL
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], FRAMES)
    even = np.stack([np.interp(at, along, hands[:, k]) for k in range(hands.shape[1])], axis=1)
    turns = np.diff(even, axis=0)
    turns = turns / (np.linalg.norm(turns, axis=1).mean() + 1e-3)
    return np.concatenate([turns, turns[-1:]])


def _smoothed(values: Float, seconds: float) -> Float:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(values, seconds * RATE_HZ, axis=0, mode="nearest"))
