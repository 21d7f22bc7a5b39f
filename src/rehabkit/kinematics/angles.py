"""``compute``: every angle of the catalogue over time, each measurable or with the reason."""

from __future__ import annotations

import numpy as np

from rehabkit.geometry.vectors import Array
from rehabkit.kinematics import axial, head, projected, trust
from rehabkit.kinematics.catalogue import ANGLES, all_names
from rehabkit.kinematics.error_table import ErrorTable, builtin
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.lower_limb import lower_limb
from rehabkit.kinematics.plausible import without_impossible
from rehabkit.kinematics.types import Angle, Kinematics
from rehabkit.kinematics.upper_limb import upper_limb
from rehabkit.kinematics.view import View, view_of
from rehabkit.recording import Recording
from rehabkit.recording.joints import SIDES

# A joint that turns by more than this from frame to frame, faster than this, is a point that was
# seen in the wrong place: 30 deg in a twenty-fifth of a second is beyond any exercise.
MAX_STEP_DEG, MAX_SPEED_DEG_S = 30.0, 700.0

# What the angle's own rule says where all joints are seen and still no frame gives a value.
_NEVER = {
    "hip_rotation": "the knee is never bent enough to show the rotation of the thigh",
    "shoulder_rotation": "the elbow is never bent enough to show the rotation of the arm",
}
_FROM_CHEST = "read from the shoulders to the head, as no neck is seen: reads low"
_UPRIGHT = "the hips are not in view: the trunk is taken as upright"
_FROM_PELVIS = "against the pelvis as its markers lie, which leans forward in standing"
_FROM_SPINE = "read from the lower spine: points do not show the pelvis itself tilting"


def compute(recording: Recording, errors: ErrorTable | None = None) -> Kinematics:
    """All angles of ``recording`` in degrees, on its own time line.

    Parameters
    ----------
    recording
        Cleaned, on canonical joints (mapped here if not). Image points alone give projected
        angles. Left and right are taken as named: a mirrored picture is set right by clean-up.
    errors
        What is known of the errors; RehabKit's own table where none is given.

    Returns
    -------
    Kinematics
        Every angle of :data:`~rehabkit.kinematics.catalogue.ANGLES` by name; those this source
        and view cannot see are there too, not measurable and with the reason.
    """
    canonical = recording.canonical()
    if canonical.positions is None:
        return projected.compute(canonical, errors)
    table = errors or builtin()
    points = Points(canonical)
    values = values_from_positions(points)
    sensor, view = trust.sensor_of(canonical), view_of(points)
    time = canonical.time
    angles = {
        name: _angle(name, values.pop(name, None), points, sensor, view, time, table)
        for name in all_names()
    }
    return Kinematics(
        time, angles, sensor=sensor, facing=view.facing,
        measure_errors=table.measures(sensor, view.facing),
    )  # fmt: skip


def values_from_positions(points: Points) -> dict[str, Array]:
    """Name -> (frames,) deg of all angles, before anything is said about their trust."""
    values = axial.trunk(points) | axial.pelvis(points) | axial.neck(points)
    turn = head.rotation(points)
    if turn is not None:
        values["neck_rotation"] = turn
    for side in SIDES:
        one = upper_limb(points, side) | lower_limb(points, side)
        values |= {f"{name}_{side}": value for name, value in one.items()}
    return values


def without_leaps(values: Array, time: Array) -> Array:
    """``values`` with both frames of every step beyond ``MAX_STEP_DEG`` and its speed as NaN."""
    step = np.abs(np.diff(values))
    leap = (step > MAX_STEP_DEG) & (step > MAX_SPEED_DEG_S * np.diff(time))
    out = values.copy()
    out[1:][leap] = np.nan
    out[:-1][leap] = np.nan
    return out


def _angle(
    name: str, values: Array | None, points: Points, sensor: str, view: View, time: Array,
    table: ErrorTable,
) -> Angle:  # fmt: skip
    """The angle with what its sensor and view let one say."""
    missing = trust.missing_joints(name, points)
    if name == "neck_rotation" and values is None and not missing:
        missing = head.WHY_NOT
    if missing or values is None:
        return _not_measurable(name, missing or "not seen", time)
    said = trust.trust(name, sensor, view, table)
    if not said.measurable:
        return _not_measurable(name, said.reason, time, said.error_source)
    values = without_leaps(without_impossible(name, values), time)
    values.flags.writeable = False  # ours alone: the angle need not copy it
    if not np.isfinite(values).any():
        why = _NEVER.get(name.rsplit("_", 1)[0], "its joints are never seen together")
        return _not_measurable(name, why, time)
    reason = "; ".join(r for r in (said.reason, _reservation(name, points)) if r)
    return Angle(
        name, values, True, reason, said.error_deg, said.error_source, said.mdc95_deg,
        said.range_error_deg, said.range_error_percent,
    )  # fmt: skip


def _not_measurable(name: str, reason: str, time: Array, source: str = "") -> Angle:
    return Angle(name, np.full(len(time), np.nan), False, reason, None, source)


def _reservation(name: str, points: Points) -> str:
    said = []
    if name.startswith(("neck", "shoulder")) and points.hips_hidden:
        said.append(_UPRIGHT)
    if name in ("neck_flexion", "neck_lateral_flexion") and not points.has("neck"):
        said.append(_FROM_CHEST)
    if name == "pelvis_tilt" and points.measured("pelvis") is None:
        said.append(_FROM_SPINE)
    if name.startswith("hip_flexion") and points.measured("pelvis") is not None:
        said.append(_FROM_PELVIS)
    return "; ".join(said)


__all__ = ["ANGLES", "compute", "values_from_positions", "without_leaps"]
