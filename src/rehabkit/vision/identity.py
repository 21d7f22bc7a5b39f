"""Whether one body was followed: jumps of the body's place and size in the picture.

A body-sized leap from one picture to the next is no movement: the estimator has gone over to
another person, a reflection or a piece of furniture.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import Skeleton
from rehabkit.recording.arrays import Float

# In trunk lengths; a runner's trunk moves at about 8 of its lengths a second (4 m/s).
_NOISE: Final = 0.5
_SPEED_PER_S: Final = 8.0
_MAX_REACH: Final = 4.0
# Ratio of body sizes between two pictures that no bending makes.
_SIZE_RATIO: Final = 1.6
# Both sides of a jump are judged by the median of so many pictures: one bad picture is no jump.
_SETTLE: Final = 5
# A body seen in fewer pictures is a slip of the estimator, which clean-up repairs.
_SHORTEST: Final = 3

_TRUNK: Final = ("shoulder_left", "shoulder_right", "hip_left", "hip_right")


@dataclass(frozen=True, eq=False)
class _Bodies:
    """Place and size of the body in the pictures in which it is seen."""

    time: NDArray[np.float64]
    centre: Float  # (seen, 2) px
    size: Float  # (seen,) px


def other_people(
    time: NDArray[np.float64], image_points: Float, skeleton: Skeleton
) -> tuple[tuple[float, float], ...]:
    """Half-open spans in s in which another body than the main one was followed.

    Parameters
    ----------
    time
        (frames,) s.
    image_points
        (frames, joints, 2) px, NaN where nobody was found.
    skeleton
        Names the joints; shoulders and hips must be among them, else nothing is found.

    Returns
    -------
    spans
        The body seen in most pictures is the main one.
    """
    bodies = _bodies(time, image_points, skeleton)
    if len(bodies.time) < 2 * _SETTLE:
        return ()
    edges = [0, *_jumps(bodies), len(bodies.time)]
    stretches = list(pairwise(edges))
    owner = _owners(bodies, stretches)
    frames = np.bincount(owner, weights=[b - a for a, b in stretches])
    main = int(frames.argmax())
    ends = np.append(bodies.time, np.nextafter(time[-1], np.inf))
    spans = [
        (float(bodies.time[a]), float(ends[b]))
        for (a, b), who in zip(stretches, owner, strict=True)
        if who != main and b - a >= _SHORTEST
    ]
    return _joined(spans)


def _bodies(time: NDArray[np.float64], image_points: Float, skeleton: Skeleton) -> _Bodies:
    if not set(_TRUNK) <= set(skeleton.canonical):
        empty = np.empty(0)
        return _Bodies(empty, np.empty((0, 2)), empty)
    corners = [image_points[:, skeleton.index(skeleton.canonical[j][0])] for j in _TRUNK]
    left_shoulder, right_shoulder, left_hip, right_hip = corners
    trunk = (left_shoulder + right_shoulder - left_hip - right_hip) / 2
    # Shoulder width keeps the size from vanishing where the trunk points at the camera.
    width = np.linalg.norm(left_shoulder - right_shoulder, axis=1)
    size = np.maximum(np.linalg.norm(trunk, axis=1), width)
    centre = np.mean(corners, axis=0)
    seen = np.isfinite(size) & (size > 1)
    return _Bodies(time[seen], centre[seen], size[seen])


def _apart(bodies: _Bodies, before: slice, after: slice, dt: float) -> bool:
    """Whether two stretches of pictures show bodies that cannot be one."""
    size = np.median(bodies.size[before]), np.median(bodies.size[after])
    way = np.median(bodies.centre[after], axis=0) - np.median(bodies.centre[before], axis=0)
    reach = min(_NOISE + _SPEED_PER_S * dt, _MAX_REACH) * max(size)
    ratio = max(size) / min(size)
    return bool(np.linalg.norm(way) > reach or (ratio > _SIZE_RATIO and dt < 1))


def _jumps(bodies: _Bodies) -> list[int]:
    """First pictures after a jump that lasts."""
    step = np.linalg.norm(np.diff(bodies.centre, axis=0), axis=1)
    larger = np.maximum(bodies.size[1:], bodies.size[:-1])
    ratio = larger / np.minimum(bodies.size[1:], bodies.size[:-1])
    dt = np.diff(bodies.time)
    sudden = (step > (_NOISE + _SPEED_PER_S * dt).clip(max=_MAX_REACH) * larger) | (
        (ratio > _SIZE_RATIO) & (dt < 1)
    )
    jumps: list[int] = []
    for frame in np.flatnonzero(sudden) + 1:
        before = slice(max(frame - _SETTLE, jumps[-1] if jumps else 0), frame)
        if _apart(bodies, before, slice(frame, frame + _SETTLE), float(dt[frame - 1])):
            jumps.append(int(frame))
    return jumps


def _owners(bodies: _Bodies, stretches: list[tuple[int, int]]) -> list[int]:
    """Which body each stretch shows: one seen before that could be here by now, or a new one."""
    last: list[slice] = []
    owner: list[int] = []
    for start, end in stretches:
        first = slice(start, min(start + _SETTLE, end))
        fits = [
            who
            for who, seen in enumerate(last)
            if not owner or who != owner[-1]
            if not _apart(
                bodies, seen, first, float(bodies.time[start] - bodies.time[seen.stop - 1])
            )
        ]
        who = fits[0] if fits else len(last)
        if who == len(last):
            last.append(first)
        last[who] = slice(max(start, end - _SETTLE), end)
        owner.append(who)
    return owner


def _joined(spans: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    out: list[tuple[float, float]] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)
