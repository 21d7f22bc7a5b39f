"""Whether a sensor and view can see an angle, how far off it is expected to be, and why not."""

from __future__ import annotations

import re
from typing import Final

from rehabkit.kinematics.catalogue import ANGLES
from rehabkit.kinematics.error_table import ErrorTable, Trust, builtin
from rehabkit.kinematics.frames import Points
from rehabkit.kinematics.view import View
from rehabkit.recording import Recording, side_of, without_side

_WORDS = {
    "pelvis": "pelvis", "spine": "lower spine", "chest": "chest", "neck": "neck", "head": "head",
    "hand_tip": "finger tips", "toe": "toes",
}  # fmt: skip

# What a device's or format's name holds -> the sensor; the first that fits counts.
_NAMES: Final = (
    ("azure-kinect", ("azure", "k4a", "femto")),
    ("opencap", ("opencap",)),
    ("pose2sim", ("pose2sim",)),
    ("theia3d", ("theia",)),
    ("imu", ("imu", "apdm", "xsens", "movella", "mbient", "metawear", "perception neuron",
             "noitom", "rokoko", "inertial")),
    ("marker", ("vicon", "qualisys", "optitrack", "optotrak", "motion analysis", "marker")),
    ("keypoints", ("openpose", "alphapose", "movenet", "rtmpose", "mmpose", "yolo",
                   "sports2d")),
    ("video", ("video", "mediapipe", "blazepose", "camera")),
)  # fmt: skip


def sensor_of(recording: Recording) -> str:
    """One of :data:`~rehabkit.kinematics.error_table.SENSORS`, by device, format and skeleton.

    Points in the picture alone are ``keypoints``, whichever network found them.
    """
    return sensor_named(
        recording.source.device,
        recording.source.format,
        points_only=recording.positions is None and recording.image_points is not None,
        markers=bool(recording.skeleton.markers),
    )


def sensor_named(device: str, kind: str, *, points_only: bool, markers: bool) -> str:
    """The same by the words alone: ``device`` and the format's name ``kind``."""
    device, kind = device.lower(), kind.lower()
    if kind == "generated" or device == "generator":
        return "generated"
    if points_only:
        return "keypoints"
    if device.startswith("video"):  # an Azure Kinect's too: what a network sees in its colours
        return "video"
    if "kinect" in device and "azure" not in device:
        return "kinect-v1" if "v1" in device or "360" in device else "kinect-v2"
    for sensor, words in _NAMES:
        # At the beginning of a word: "simulation" holds "imu" and is none.
        if any(re.search(rf"\b{word}", text) for text in (device, kind) for word in words):
            return sensor
    return "marker" if markers else "unknown"


def trust(name: str, sensor: str, view: View, table: ErrorTable | None = None) -> Trust:
    """What the table says of the angle ``name`` (with side)."""
    return (table or builtin()).angle(without_side(name), sensor, view.facing)


def missing_joints(name: str, points: Points) -> str:
    """Why the angle cannot be had from these points; empty where it can."""
    side = side_of(name) or ""
    needed = ANGLES[without_side(name)].needed(side)
    if points.hips_hidden and name.startswith(("neck", "shoulder")):
        needed = tuple(joint for joint in needed if joint != "pelvis")
    words = [_words(joint) for joint in needed if not points.has(joint)]
    if not words:
        return ""
    return f"the recording has no {_join(list(dict.fromkeys(words)))}"


def _words(joint: str) -> str:
    side, base = side_of(joint), without_side(joint)
    word = _WORDS.get(base, base)
    return f"{side} {word}" if side else word


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
