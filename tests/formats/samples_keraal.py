"""Tiny KERAAL files: Kinect, Vicon targets and three kinds of points in the picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.formats import made as common
from tests.formats.sample import FRAMES, Sample

from rehabkit.recording.skeletons import BLAZEPOSE, KERAAL_TARGETS, OPENPOSE_18


def kinect(folder: Path) -> Path:
    joints = common.kinect_v2()
    quaternions = np.zeros((*joints.shape[:2], 4))
    quaternions[:, :20, 1] = 1.0
    path = folder / "G3-Kinect-CTK-P1T2-Unknown-C-0.txt"
    path.write_text(common.rows(np.concatenate([joints, quaternions], axis=-1), " ", " "))
    return path


def targets(frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 17, 3) mm: a seated person facing +x; the right arm rises."""
    heights = {"forearm": 650, "arm": 850, "chest": 950, "thigh": 600, "shoulder": 1100,
               "hand": 480, "foot": 120, "hips": 660, "head": 1250, "tibia": 300}  # fmt: skip
    out = np.zeros((frames, len(KERAAL_TARGETS), 3))
    for i, name in enumerate(KERAAL_TARGETS.joints):
        side, _, part = name.rpartition("_")
        out[:, i] = 600, {"left": 450, "right": 0, "": 225}[side], heights[part]
    out[:, KERAAL_TARGETS.index("right_hand"), 2] += 20 * np.arange(frames)
    return out


def vicon(folder: Path, points: NDArray[np.float64] | None = None) -> Path:
    points = targets() if points is None else points
    quaternions = np.zeros((*points.shape[:2], 4))
    quaternions[..., 3] = 1.0
    path = folder / "G3-Vicon-RTK-P1T1-Unknown-C-0.txt"
    path.write_text(common.rows(np.concatenate([points, quaternions], axis=-1), " "))
    return path


def blazepose(folder: Path) -> Path:
    frames = {
        f"{i + 1}.0": {
            name.capitalize(): [float(v) for v in point]
            for name, point in zip(BLAZEPOSE.joints, points, strict=True)
        }
        for i, points in enumerate(common.blaze_image())
    }
    path = folder / "G3-BP-ELK-P1T1-Unknown-C-0.json"
    path.write_text(json.dumps({"positions": frames}))
    return path


def openpose(folder: Path) -> Path:
    """Without a joint in one frame, without anybody in another; spread over lines."""
    image = common.blaze_image()
    frames: dict[str, dict[str, list[float]]] = {}
    for i in range(FRAMES):
        joints = {}
        for name in OPENPOSE_18.joints:
            at = BLAZEPOSE.joints.index("nose" if name == "neck" else name)
            short = name.replace("left_", "l_").replace("right_", "r_")
            side, _, part = short.rpartition("_")
            joints[side + part.capitalize()] = [float(v) for v in image[i, at, :2]]
        frames[f"{i + 1}.0"] = joints
    del frames["3.0"]["rWrist"]
    frames["5.0"] = {}
    path = folder / "G3-OP-CTK-P1T1-Unknown-C-0.json"
    path.write_text(json.dumps({"positions": frames}, indent=4))
    return path


def alphapose(folder: Path) -> Path:
    image = common.blaze_image()
    names = ["nose", "left_eye", "right_eye", "left_ear", "right_ear"] + [
        f"{side}_{part}"
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in ("left", "right")
    ]
    at = [BLAZEPOSE.joints.index(name) for name in names]
    frames = {
        str(i): {str(j): [float(v) for v in image[i, k, :2]] for j, k in enumerate(at)}
        for i in range(FRAMES)
    }
    path = folder / "G3-AP-RTK-P1T1-Unknown-C-0.json"
    path.write_text(json.dumps({"positions": frames}, indent=3))
    return path


SAMPLES = {
    "keraal-kinect": Sample("keraal", kinect),
    "keraal-vicon": Sample("keraal", vicon, holds="points"),
    "keraal-blazepose": Sample("keraal", blazepose, holds="image"),
    "keraal-openpose": Sample("keraal", openpose, holds="image"),
    "keraal-alphapose": Sample("keraal", alphapose, holds="image"),
}
