"""Body frames from canonical points: pelvis, thorax, and the level frame of the body's heading.

Every frame is right, forward, up as unit vectors; forward = up x right (right-handed space).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rehabkit.geometry.quaternions import to_matrix
from rehabkit.geometry.vectors import Array, dot, reject, unit
from rehabkit.recording import CANONICAL_SKELETON, Recording

# A bone shorter than this is two joints lying on each other: its direction is noise.
MIN_BONE_M = 0.01
# A line of the hips this close to the vertical (sine of 20 deg) has no heading on the floor.
MIN_LEVEL = 0.34


@dataclass(frozen=True)
class Frame:
    """Three perpendicular unit vectors over time, each (frames, 3)."""

    right: Array
    forward: Array
    up: Array

    def parts(self, vectors: Array) -> tuple[Array, Array, Array]:
        """``vectors`` along right, forward and up, each (frames,)."""
        return dot(vectors, self.right), dot(vectors, self.forward), dot(vectors, self.up)


class Points:
    """Canonical joints of a recording as float64, with the frames that follow from them."""

    def __init__(self, recording: Recording) -> None:
        canonical = recording.canonical()
        if canonical.positions is None:
            raise ValueError("Points need positions; image points are for kinematics.projected.")
        self.recording = canonical
        self._positions = canonical.positions
        self.vertical = np.asarray(canonical.up.vector, dtype=np.float64)

    def __getitem__(self, joint: str) -> Array:
        """(frames, 3) m."""
        return self._positions[:, CANONICAL_SKELETON.index(joint)].astype(np.float64)

    def has(self, joint: str) -> bool:
        """Whether the joint is seen in any frame."""
        return bool(np.isfinite(self[joint]).all(axis=1).any())

    def bone(self, start: str, end: str) -> Array:
        """(frames, 3) direction from joint to joint, NaN where they lie on each other."""
        return unit(self[end] - self[start], min_length=MIN_BONE_M)

    @cached_property
    def hip_line(self) -> Array:
        """(frames, 3) from the left hip to the right."""
        return self.bone("hip_left", "hip_right")

    @cached_property
    def shoulder_line(self) -> Array:
        """(frames, 3) from the left shoulder to the right."""
        return self.bone("shoulder_left", "shoulder_right")

    @cached_property
    def trunk_axis(self) -> Array:
        """(frames, 3) from pelvis to chest."""
        return self.bone("pelvis", "chest")

    def measured(self, joint: str) -> Frame | None:
        """The axes that markers on a segment show; None where no markers were measured.

        Orientations of other sources have other axes (Kinect: y along the bone).
        """
        orientations = self.recording.orientations
        if not self.recording.skeleton.markers or orientations is None:
            return None
        q = orientations[:, CANONICAL_SKELETON.index(joint)]
        if not np.isfinite(q).any():
            return None
        right, forward, up = np.moveaxis(to_matrix(q.astype(np.float64)), -1, 0)
        return Frame(right, forward, up)

    @cached_property
    def pelvis(self) -> Frame:
        """The pelvis' own axes where markers show them; else as the trunk has it.

        Then right along the hips; up along the trunk, as far as it is perpendicular to them. The
        hips lead, so leaning to the side with a level pelvis is no hip abduction.
        """
        measured = self.measured("pelvis")
        if measured is not None:
            return measured
        right = self.hip_line
        up = unit(reject(self.trunk_axis, right), min_length=MIN_LEVEL)
        return Frame(right, np.cross(up, right), up)

    @cached_property
    def hips_hidden(self) -> bool:
        """Whether the picture ends above the hips for most of the recording."""
        chest, pelvis = (np.isfinite(self[j]).all(axis=1) for j in ("chest", "pelvis"))
        return bool(chest.any() and (pelvis & chest).sum() < 0.5 * chest.sum())

    @cached_property
    def thorax(self) -> Frame:
        """Up along the trunk; right along the shoulders, as far as it is perpendicular to it.

        The trunk leads, so a shrugged shoulder does not tilt the frame. Where the hips are hidden
        the trunk is taken as upright, in all frames alike so that the frame does not flicker.
        """
        up = self.trunk_axis
        if self.hips_hidden:
            up = np.broadcast_to(self.vertical, up.shape)
        right = unit(reject(self.shoulder_line, up), min_length=MIN_LEVEL)
        return Frame(right, np.cross(up, right), up)

    @cached_property
    def level(self) -> Frame:
        """Up against gravity, right along the hips' direction on the floor.

        NaN where the hips stand one above the other (lying on the side): no heading then.
        """
        up = np.broadcast_to(self.vertical, self.hip_line.shape)
        right = unit(reject(self.hip_line, up), min_length=MIN_LEVEL)
        return Frame(right, np.cross(up, right), up)
