"""UI-PRMD's own joint angles as samples, for who learns from angles alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from rehabkit.bench.arrays import Arrays
from rehabkit.bench.prepared import Set
from rehabkit.formats.ui_prmd import read_angles
from rehabkit.kinematics.alignment import even_samples
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import UI_PRMD_KINECT

JOINTS: Final = UI_PRMD_KINECT.joints


def in_place(samples: Arrays, found: Set) -> Arrays:
    """The same samples with (samples, length, 22, 3) angles in deg in the place of positions.

    Angles that step over 180 deg go on beyond it; no other change. Orientations are left out.
    """
    length = samples.positions.shape[1]
    rows = [found.recordings[sample.row].row for sample in samples.samples]
    angles = np.stack([even(read_angles(row.path), length) for row in rows])
    return replace(
        samples, positions=angles.astype(np.float32), orientations=None, joints=JOINTS
    )  # fmt: skip


def even(angles_deg: Float, length: int) -> Float:
    """(length, joints, 3) at even times, without steps of a full turn."""
    return even_samples(np.unwrap(angles_deg, period=360, axis=0), length)
