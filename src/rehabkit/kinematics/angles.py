"""``compute``: every angle of the catalogue over time, each measurable or with the reason."""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.vectors import Array
from rehabkit.kinematics import axial
from rehabkit.kinematics.catalogue import ANGLES, all_names
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.lower_limb import lower_limb
from rehabkit.kinematics.types import Angle, Kinematics
from rehabkit.kinematics.upper_limb import upper_limb
from rehabkit.recording import Recording
from rehabkit.recording.joints import SIDES


def compute(recording: Recording) -> Kinematics:
    """All angles of ``recording`` in degrees, on its own time line.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints (mapped here if not). Image points alone give projected
        angles.

    Returns
    -------
    Kinematics
        Every angle of :data:`~rehabkit.kinematics.catalogue.ANGLES` by name.
    """
    values = values_from_positions(Points(recording))
    missing = np.full(len(recording), np.nan)
    angles = {name: _angle(name, values.get(name, missing)) for name in all_names()}
    return Kinematics(recording.time, angles)


def values_from_positions(points: Points) -> dict[str, Array]:
    """Name -> (frames,) deg of the angles that points can give."""
    values = axial.trunk(points) | axial.pelvis(points) | axial.neck(points)
    for side in SIDES:
        one = upper_limb(points, side) | lower_limb(points, side)
        values |= {f"{name}_{side}": value for name, value in one.items()}
    return values


def _angle(name: str, values: Array) -> Angle:
    seen = bool(np.isfinite(values).any())
    return Angle(name, values, seen, "" if seen else "its joints are not seen")


__all__ = ["ANGLES", "compute", "values_from_positions"]
