"""What a joint can do: values beyond it are points seen in the wrong place, not angles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rehabkit.geometry.vectors import Array
from rehabkit.recording.joints import without_side

# Healthy ranges of motion (Soucie et al. 2011, Haemophilia 17:500, for the large joints) widened
# by about 30 deg for flexible people, for points that are no joint centres, and for the sensor.
LIMITS_DEG: Final[Mapping[str, tuple[float, float]]] = {
    "neck_flexion": (-110.0, 110.0),
    "neck_lateral_flexion": (-75.0, 75.0),
    "neck_rotation": (-120.0, 120.0),
    "trunk_rotation": (-110.0, 110.0),
    "pelvis_obliquity": (-60.0, 60.0),
    "shoulder_elevation": (-1.0, 181.0),
    "elbow_flexion": (-20.0, 170.0),
    "hip_flexion": (-60.0, 170.0),
    "hip_abduction": (-60.0, 90.0),
    "knee_flexion": (-25.0, 172.0),
    "knee_valgus": (-50.0, 50.0),
    "ankle_dorsiflexion": (-85.0, 65.0),
}
"""Angle without side -> (least, greatest) deg; one that is not listed has no limits."""


def without_impossible(name: str, values: Array) -> Array:
    """``values`` (frames,) deg with NaN where no joint could be."""
    limits = LIMITS_DEG.get(without_side(name))
    if limits is None:
        return values
    low, high = limits
    return np.where((values < low) | (values > high), np.nan, values)
