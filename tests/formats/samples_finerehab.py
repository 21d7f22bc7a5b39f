"""Tiny snippets of FineRehab: by frames and by columns, of the Kinect and of the suit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from tests.formats import made
from tests.formats.sample import FRAMES, Sample

from rehabkit.recording.skeletons import BLAZEPOSE

SUIT = (
    "Hips", "RightUpLeg", "RightLeg", "RightFoot", "LeftUpLeg", "LeftLeg", "LeftFoot", "Spine",
    "Spine1", "Spine2", "Neck", "Head", "RightShoulder", "RightArm", "RightForeArm", "RightHand",
    "LeftShoulder", "LeftArm", "LeftForeArm", "LeftHand",
)  # fmt: skip
_MEANING = {
    "Hips": "pelvis", "UpLeg": "hip", "Leg": "knee", "Foot": "ankle", "Spine": "spine",
    "Spine1": "spine", "Spine2": "chest", "Neck": "neck", "Head": "head", "Shoulder": "shoulder",
    "Arm": "shoulder", "ForeArm": "elbow", "Hand": "wrist",
}  # fmt: skip


def kinect_document(frames: int = FRAMES) -> dict[str, Any]:
    """MediaPipe's 33 joints in m, y down, z away: one object a frame, stamps in ms."""
    points = made.blaze_world(frames) + np.array([0.1, 0.2, 2.5])
    return {
        "SubjectID": 24,
        "JointsNumber": 33,
        "Frames": [
            {
                "Timestamp": 1000 + 33.3 * i,
                "Joints": [
                    {"Name": name, "X": float(x), "Y": float(y), "Z": float(z)}
                    for name, (x, y, z) in zip(BLAZEPOSE.joints, frame, strict=True)
                ],
            }
            for i, frame in enumerate(points)
        ],
    }


def suit_document(frames: int = FRAMES) -> dict[str, Any]:
    """The suit's joints by column, cm and y up, with quaternions w, x, y, z at 96 Hz."""
    pose = []
    for name in SUIT:
        side = next((s for s in ("Left", "Right") if name.startswith(s)), "")
        part = _MEANING[name.removeprefix(side)]
        pose.append(made.canonical_pose(f"{part}_{side.lower()}" if side else part))
    points = np.repeat(np.array(pose)[None] * 100, frames, axis=0)
    points[:, SUIT.index("LeftHand"), 1] += 2 * np.arange(frames)
    turns = np.zeros((frames, len(SUIT), 4))
    turns[..., 0] = 1.0
    return {
        "subject_id": "24",
        "joints_number": len(SUIT),
        "joint_names": list(SUIT),
        "timestamps": [round(i / 96, 6) for i in range(frames)],
        "coordinates": points.tolist(),
        "quaternions": turns.tolist(),
    }


def kinect(folder: Path) -> Path:
    path = folder / "24_12SL_Cut01.json"
    path.write_text(json.dumps(kinect_document()))
    return path


def suit(folder: Path) -> Path:
    path = folder / "24_12_SR_02.json"
    path.write_text(json.dumps(suit_document()))
    return path


SAMPLES = {
    "finerehab-kinect": Sample("finerehab", kinect),
    "finerehab-suit": Sample("finerehab", suit, holds="points"),
}
