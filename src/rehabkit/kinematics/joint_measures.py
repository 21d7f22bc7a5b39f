"""Measures of points over one repetition: distance moved, plane of movement, balance."""

from __future__ import annotations

from typing import Final

import numpy as np

from rehabkit.kinematics import balance, plane
from rehabkit.kinematics.angle_measures import LEAST_SEEN, label_of
from rehabkit.kinematics.types import Measure
from rehabkit.recording import CANONICAL_SKELETON, Recording
from rehabkit.recording.arrays import Float
from rehabkit.recording.joints import SIDES

MOVED: Final = (
    "head",
    "pelvis",
    *(f"{joint}_{side}" for joint in ("wrist", "elbow", "knee", "ankle") for side in SIDES),
)
"""Joints whose distance is measured."""
LIMB_PLANES: Final = {"wrist": "shoulder", "ankle": "hip"}
"""Limb end -> the joint it swings about."""
NO_SPACE: Final = "the recording holds points of a picture, no positions in space"
NO_TRAVEL: Final = "positions are relative to the pelvis: its travel was not recorded"
_COM: Final = {
    "sway_range_ap": "Centre of mass: sway forward and back",
    "sway_range_ml": "Centre of mass: sway from side to side",
    "path": "Centre of mass: path length",
    "base_margin": "Centre of mass: least distance inside the edge of the feet",
}


def joint_measures(recording: Recording, frames: slice) -> dict[str, Measure]:
    """Distances, plane deviations and balance over a slice of frames, lengths in m.

    ``<joint>.distance`` is the path's length in steps of 1 cm (see ``plane.path_length``); in a
    recording relative to the pelvis it is the movement relative to the pelvis and says so.
    ``<limb end>.plane_deviation`` is the root-mean-square distance of the limb's end, seen from
    the joint it swings about, from its best plane.
    """
    if recording.positions is None:
        return _without_space() | balance_measures(recording, frames)
    points = recording.positions[frames]
    estimated = "" if recording.scale.known else " (estimated lengths)"
    return (
        _distances(recording, points, estimated)
        | _planes(points, estimated)
        | balance_measures(recording, frames)
    )


def _without_space() -> dict[str, Measure]:
    names = [f"{j}.distance" for j in MOVED]
    names += [f"{e}_{s}.plane_deviation" for e in LIMB_PLANES for s in SIDES]
    return {n: Measure(n, None, "m", _label(n), reason=NO_SPACE) for n in names}


def _label(name: str) -> str:
    joint, what = name.split(".")
    words = {"distance": "distance moved", "plane_deviation": "deviation from its plane"}
    return f"{label_of(joint)}: {words[what]}"


def _distances(recording: Recording, points: Float, estimated: str) -> dict[str, Measure]:
    relative = recording.origin == "pelvis"
    note = " relative to the pelvis" if relative else ""
    out = {}
    for joint in MOVED:
        name = f"{joint}.distance"
        path = points[:, CANONICAL_SKELETON.index(joint)]
        reason = NO_TRAVEL if relative and joint == "pelvis" else _unseen(joint, path)
        value = None if reason else plane.path_length(path)
        label = f"{_label(name)}{note}{estimated}"
        out[name] = Measure(name, value, "m", label, reason=reason)
    return out


def _unseen(what: str, path: Float) -> str:
    """Why a path is not measured; empty when it is."""
    seen = float(np.isfinite(path).all(axis=-1).mean()) if len(path) else 0.0
    if seen >= LEAST_SEEN:
        return ""
    return f"{label_of(what).lower()} seen in only {100 * seen:.0f} % of the repetition"


def _planes(points: Float, estimated: str) -> dict[str, Measure]:
    out = {}
    for end, base in LIMB_PLANES.items():
        for side in SIDES:
            name = f"{end}_{side}.plane_deviation"
            tip = points[:, CANONICAL_SKELETON.index(f"{end}_{side}")]
            path = tip - points[:, CANONICAL_SKELETON.index(f"{base}_{side}")]
            reason = _unseen(f"{end}_{side}", path)
            if not reason and not plane.is_planar_enough(path):
                reason = "moved along a line or hardly at all: that lies in every plane through it"
            value = None if reason else plane.plane_deviation(path)
            out[name] = Measure(name, value, "m", f"{_label(name)}{estimated}", reason=reason)
    return out


def balance_measures(recording: Recording, frames: slice) -> dict[str, Measure]:
    """Sway (AP, ML), path and least base margin of the centre of mass over a slice of frames, m."""
    if recording.positions is None:
        return {f"com.{k}": Measure(f"com.{k}", None, "m", v, reason=NO_SPACE)
                for k, v in _COM.items()}  # fmt: skip
    points = recording.positions[frames]
    estimated = "" if recording.scale.known else " (estimated lengths)"
    values: dict[str, float | None] = dict.fromkeys(_COM)
    reason, centre = "", np.empty((0, 3))
    axes = balance.horizontal_axes(points, balance.unit_up(recording))
    if recording.origin == "pelvis":
        reason = NO_TRAVEL
    elif axes is not None:
        centre = balance.centre_of_mass(points, recording.subject.sex)
        reason = _unseen("body segments", centre)
    else:
        reason = "the hips are not seen"
    base_reason = reason
    if not reason and axes is not None:
        values |= _sway(centre, axes)
        margin = balance.base_margin(centre, points, balance.unit_up(recording), axes)
        if np.isfinite(margin).mean() >= LEAST_SEEN:
            values["base_margin"] = float(np.nanmin(margin))
        else:
            base_reason = "the feet are not seen throughout"
    return {
        f"com.{key}": Measure(
            f"com.{key}", values[key], "m", f"{label}{estimated}",
            reason=base_reason if key == "base_margin" else reason,
        )
        for key, label in _COM.items()
    }  # fmt: skip


def _sway(centre: Float, axes: Float) -> dict[str, float | None]:
    seen = centre[np.isfinite(centre).all(axis=-1)]
    level = seen @ axes.T
    return {
        "sway_range_ap": float(np.ptp(level[:, 0])),
        "sway_range_ml": float(np.ptp(level[:, 1])),
        "path": plane.path_length(seen),
    }
