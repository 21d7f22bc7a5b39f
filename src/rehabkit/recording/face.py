"""The orientation of the head from points of the face, which canonical joints do not hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from rehabkit.geometry.quaternions import continuous, from_matrix
from rehabkit.geometry.vectors import reject, unit
from rehabkit.recording.arrays import Float

if TYPE_CHECKING:
    from rehabkit.recording.recording import Recording

# Names of nose, left ear and right ear: side before the part (BlazePose) or after (Azure Kinect).
FACES: Final = (("nose", "left_ear", "right_ear"), ("nose", "ear_left", "ear_right"))


def face_points(joints: Sequence[str]) -> tuple[str, str, str] | None:
    """A skeleton's own names of nose, left ear and right ear; None where one is missing."""
    return next((names for names in FACES if set(names) <= set(joints)), None)


def head_orientation(recording: Recording) -> Float | None:
    """(frames, 4) quaternions of the head, axes right, forward, up; None without ears and nose.

    Right lies along the ears, forward towards the nose.
    """
    names = face_points(recording.skeleton.joints)
    if recording.positions is None or names is None:
        return None
    nose, left, right = (recording.joint(name).astype(np.float64) for name in names)
    across = unit(right - left, min_length=0.01)
    ahead = unit(reject(nose - (left + right) / 2, across), min_length=0.01)
    axes = np.stack([across, ahead, np.cross(across, ahead)], axis=-1)
    return continuous(from_matrix(axes))
