"""Which joints were seen when: tracked, inside the picture, and sure enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.recording import CANONICAL_SKELETON, Recording
from rehabkit.recording.arrays import Bool, Float

MAIN: Final = (
    "head", "chest", "pelvis",
    *(f"{joint}_{side}" for side in ("left", "right")
      for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
)  # fmt: skip
"""Joints that say whether a person is there at all."""
LEAST_JOINTS: Final = 4
UNSURE: Final = 0.5
KINECT_V2_HALF_FIELD_DEG: Final = (35.3, 30.0)
"""Half of the depth camera's field of view, across and up (70.6 x 60 deg, Microsoft)."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen of a person.

    Parameters
    ----------
    time
        (frames,) s.
    tracked, inside
        (frames, 25): the joint has a place after clean-up; that place is inside the picture.
    sure
        (frames, 25): the source's confidence is at least a half, or it gives none.
    mapped
        (25,) whether the source's skeleton has the joint.
    """

    time: NDArray[np.float64]
    tracked: Bool
    inside: Bool
    sure: Bool
    mapped: Bool

    @cached_property
    def seen(self) -> Bool:
        """(frames, 25) tracked and inside the picture."""
        return np.asarray(self.tracked & self.inside)

    @cached_property
    def present(self) -> Bool:
        """(frames,) whether a person is there: some of the main joints are seen."""
        return np.asarray(self.seen[:, columns(MAIN)].sum(axis=1) >= LEAST_JOINTS)

    def together(self, joints: Iterable[str]) -> Bool:
        """(frames,) whether all of ``joints`` are seen."""
        return np.asarray(self.seen[:, columns(joints)].all(axis=1))

    def share(self, joints: Iterable[str]) -> float:
        """Share of the time with a person in which all of ``joints`` are seen."""
        return self.share_of(self.together(joints))

    def share_of(self, mask: Bool) -> float:
        """Share of the frames with a person in which ``mask`` holds; 0 without a person."""
        return float(mask[self.present].mean()) if self.present.any() else 0.0

    def has(self, joint: str) -> bool:
        """Whether the source's skeleton has the joint."""
        return bool(self.mapped[CANONICAL_SKELETON.index(joint)])


def columns(joints: Iterable[str]) -> list[int]:
    """Places of canonical joints on the joint axis."""
    return [CANONICAL_SKELETON.index(joint) for joint in joints]


def look(original: Recording, cleaned: Recording) -> Seen:
    """What was seen in a recording, from how it was read and what clean-up left."""
    points = cleaned.positions if cleaned.positions is not None else cleaned.image_points
    shape = (len(cleaned), len(CANONICAL_SKELETON))
    none = np.zeros(shape, dtype=bool)
    tracked = none if points is None else np.asarray(np.isfinite(points).all(axis=-1))
    confidence = cleaned.confidence
    empty = confidence is None or not (confidence > 0).any()
    sure = ~none if confidence is None or empty else np.asarray(confidence >= UNSURE)
    given = original.skeleton.given
    mapped = np.array([joint in given for joint in CANONICAL_SKELETON.joints])
    return Seen(cleaned.time, tracked, _inside(original, cleaned), sure, mapped)


def _inside(original: Recording, cleaned: Recording) -> Bool:
    """(frames, 25) inside the picture; True where there is no picture to leave."""
    if cleaned.image_points is not None and cleaned.image_size is not None:
        width, height = cleaned.image_size
        x, y = cleaned.image_points[..., 0], cleaned.image_points[..., 1]
        out = (x < 0) | (y < 0) | (x > width) | (y > height)
        return ~out
    if _in_sensor_frame(original) and cleaned.positions is not None:
        return _in_field(np.asarray(cleaned.positions, dtype=np.float64))
    return np.ones((len(cleaned), len(CANONICAL_SKELETON)), dtype=bool)


def _in_sensor_frame(recording: Recording) -> bool:
    """Whether positions count from the Kinect v2 itself, looking along +z."""
    kinect = "kinect v2" in recording.source.device.lower()
    axis = recording.source.view_axis
    return kinect and axis is not None and axis[2] > 0.99 and recording.origin == "world"


def _in_field(positions: Float) -> Bool:
    """(frames, joints) in the field of view, with one degree to spare."""
    depth = positions[..., 2]
    across, up = KINECT_V2_HALF_FIELD_DEG
    with np.errstate(invalid="ignore"):
        x = np.degrees(np.arctan2(np.abs(positions[..., 0]), depth))
        y = np.degrees(np.arctan2(np.abs(positions[..., 1]), depth))
        out = (depth > 0) & ((x > across + 1) | (y > up + 1))
    return ~out
