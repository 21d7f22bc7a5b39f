"""Where joints are, seen from the person's own body: what sensors of one kind have in common.

Places count from the pelvis, along the body's right, up and forward, and are divided by the
person's size: neither where the sensor stood nor how tall the person is shows in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError
from rehabkit.geometry.vectors import unit
from rehabkit.kinematics.distances import body_size
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import other_side

RATE_HZ: Final = 15.0
SMOOTHED_S: Final = 1 / 15
"""Standard deviation of the Gaussian that smooths, s: a depth camera's jitter is shorter."""
JOINTS: Final = (
    "pelvis", "spine", "chest", "neck", "head",
    *(f"{joint}_{side}" for side in ("left", "right")
      for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
)  # fmt: skip
AXES: Final = ("right", "up", "forward")
LEAST_FRAMES: Final = 8


@dataclass(frozen=True, eq=False)
class BodyPlaces:
    """Joints in the person's own frame at an even rate.

    Parameters
    ----------
    time
        (frames,) s from the recording's first frame, ``RATE_HZ`` apart.
    places
        (frames, joints, 3) of ``JOINTS`` from the pelvis along right, up and forward, over
        trunk and leg length; the pelvis itself from its median place.
    """

    time: NDArray[np.float64]
    places: Float

    def __getitem__(self, joint: str) -> Float:
        """(frames, 3) of one joint."""
        return np.asarray(self.places[:, JOINTS.index(joint)])

    def mirrored(self) -> BodyPlaces:
        """The same movement by a person with left and right exchanged."""
        turned = self.places[:, _MIRROR] * np.array([-1.0, 1.0, 1.0])
        return replace(self, places=turned)

    def between(self, start_s: float, end_s: float) -> BodyPlaces:
        """The part in [start_s, end_s)."""
        first, last = np.searchsorted(self.time, [start_s - 1e-9, end_s - 1e-9])
        return BodyPlaces(self.time[first:last], self.places[first:last])


_MIRROR: Final = [JOINTS.index(other_side(joint)) for joint in JOINTS]


def body_places(recording: Recording, *, least_frames: int = LEAST_FRAMES) -> BodyPlaces:
    """Places of joints in the body's frame.

    Gaps are closed in a straight line: a gap's length is for the gate to judge. The heading is
    that of the median line of the hips, so that a body that turns keeps its turn.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints, with positions in space.
    least_frames
        How many frames at 15 Hz are asked for; figures of fewer than 8 say little.

    Raises
    ------
    RecordingError
        Without positions, with a joint of ``JOINTS`` that was never seen, with hips that have no
        heading, or of too few frames.
    """
    if recording.positions is None:
        raise RecordingError("Places of joints need positions in space; found none.")
    even = np.arange(recording.time[0], recording.time[-1] + 1e-9, 1 / RATE_HZ)
    if len(even) < least_frames:
        raise RecordingError(
            f"Places of joints need {least_frames / RATE_HZ:.1f} s, found a recording of "
            f"{recording.time[-1] - recording.time[0]:.1f} s."
        )
    points = _smoothed(tracks_at(recording, JOINTS, even))
    hips = points[:, JOINTS.index("hip_right")] - points[:, JOINTS.index("hip_left")]
    axes = body_axes(hips, np.asarray(recording.up.vector, dtype=np.float64))
    root = points[:, :1]
    relative = (points - root).reshape(-1, 3)  # one product, not one a frame
    places = (relative @ axes.T).reshape(points.shape)
    places[:, 0] = ((root - np.median(root, axis=0)) @ axes.T)[:, 0]
    return BodyPlaces(even, places / body_size(recording))


def tracks_at(
    recording: Recording, joints: Sequence[str], even: NDArray[np.float64]
) -> Float:  # fmt: skip
    """(frames, joints, 3) at even times, in straight lines between frames.

    Raises
    ------
    RecordingError
        Where one of ``joints`` was never seen.
    """
    picked = [recording.skeleton.index(joint) for joint in joints]
    tracks = np.asarray(recording.positions)[:, picked]
    if np.isfinite(tracks).all() and len(tracks) > 1:
        return _in_lines(recording.time, tracks, even)
    seen: NDArray[np.bool_] = np.asarray(np.isfinite(tracks).all(axis=2))
    for joint in np.flatnonzero(seen.sum(axis=0) < 2).tolist():
        raise RecordingError(f"Places of joints need {joints[joint]}; it was never seen.")
    each = [_in_lines(recording.time[seen[:, joint]], tracks[seen[:, joint], joint], even)
            for joint in range(len(joints))]  # fmt: skip
    return np.stack(each, axis=1)


def _in_lines(time: NDArray[np.float64], values: Float, even: NDArray[np.float64]) -> Float:
    """``np.interp`` of all of (frames, ...) together; ends are held."""
    after = np.clip(np.searchsorted(time, even, side="right"), 1, len(time) - 1)
    axes = (slice(None), *[None] * (values.ndim - 1))
    first, last = (values[places].astype(np.float64) for places in (after - 1, after))
    slope = (last - first) / (time[after] - time[after - 1])[axes]
    inside = np.clip(even, time[0], time[-1])
    found = slope * (inside - time[after - 1])[axes] + first
    found[even >= time[-1]] = values[-1]
    return np.asarray(found)


def _smoothed(points: Float) -> Float:
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(points, SMOOTHED_S * RATE_HZ, axis=0))


def body_axes(hips: Float, up: Float) -> Float:
    """(3, 3) right, up and forward of the body, as rows.

    Parameters
    ----------
    hips
        (frames, 3) from the left hip to the right one; their median gives the heading.
    up
        (3,) against gravity.

    Raises
    ------
    RecordingError
        Where one hip lies above the other, so that there is no heading.
    """
    median = np.median if np.isfinite(hips).all() else np.nanmedian  # the same, and much slower
    across = median(hips, axis=0)
    level = across - (across @ up) * up
    if not np.linalg.norm(level) >= 0.3 * np.linalg.norm(across):
        raise RecordingError("The hips lie one above the other: the body has no heading.")
    right = unit(level)
    return np.stack([right, up, np.cross(up, right)])
