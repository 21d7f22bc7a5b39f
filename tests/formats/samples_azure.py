"""Tiny Azure Kinect body tracking, made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.formats import matroska
from tests.formats.made import canonical_pose
from tests.formats.sample import FRAMES, Sample

from rehabkit.recording.skeletons import AZURE_KINECT

_OWN = {
    "spine_navel": (0.0, 0.2, 2.5), "spine_chest": (0.0, 0.35, 2.5), "nose": (0.0, 0.7, 2.36),
    "clavicle_left": (-0.03, 0.5, 2.5), "clavicle_right": (0.03, 0.5, 2.5),
    "eye_left": (-0.03, 0.73, 2.4), "eye_right": (0.03, 0.73, 2.4),
    "ear_left": (-0.08, 0.71, 2.48), "ear_right": (0.08, 0.71, 2.48),
}  # fmt: skip


def joints(frames: int = FRAMES, x: float = 0.0) -> NDArray[np.float64]:
    """(frames, 32, 3) mm: one who faces the camera: left at +x; the right arm rises."""
    meant = {sources[0]: target for target, sources in AZURE_KINECT.canonical.items()
             if len(sources) == 1}  # fmt: skip
    pose = np.array([_OWN[j] if j in _OWN else canonical_pose(meant[j])
                     for j in AZURE_KINECT.joints])  # fmt: skip
    out = np.repeat((pose * [-1.0, -1.0, 1.0])[None], frames, axis=0)
    out[:, AZURE_KINECT.index("wrist_right"), 1] -= 0.03 * np.arange(frames)
    out[..., 0] += x
    return np.round(out * 1000, 3)


def body(number: int, positions: NDArray[np.float64], levels: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {
        "body_id": number,
        "joint_orientations": [[0.5, 0.5, -0.5, 0.5]] * 32,
        "joint_positions": positions.tolist(),
    }
    if levels:
        found["joint_confidence"] = [[2]] * 31 + [[1]]
    return found


def document(frames: list[list[dict[str, Any]]]) -> dict[str, Any]:
    names = [joint.upper() for joint in AZURE_KINECT.joints]
    return {
        "bone_list": [[names[p], names[c]] for p, c in AZURE_KINECT.bones],
        "frames": [
            {"bodies": bodies, "frame_id": i, "num_bodies": len(bodies),
             "timestamp_usec": 800222 + 33333 * i}
            for i, bodies in enumerate(frames)
        ],
        "joint_names": names,
        "k4abt_sdk_version": "1.1.0",
        "source_file": "C:/clip.mkv",
    }  # fmt: skip


def azure_bodies(folder: Path) -> Path:
    """Two bodies for a while, none in one frame."""
    frames = [[body(1, p)] for p in joints()]
    frames[2].insert(0, body(2, joints(x=1.2)[2]))
    frames[6] = []
    path = folder / "bodies.json"
    path.write_text(json.dumps(document(frames)))
    return path


def azure_mkv(folder: Path) -> Path:
    """Depth and inertial samples without colour, which needs no network to be read."""
    return matroska.recording(folder / "recording.mkv")


SAMPLES = {
    "azure-kinect": Sample("azure-kinect", azure_bodies),
    "azure-mkv": Sample("azure-mkv", azure_mkv, holds="streams"),
}
