"""Tiny files of key points in pictures: OpenPose, AlphaPose, MMPose and MoveNet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.formats.sample import FRAMES, Sample

from rehabkit.recording import Skeleton
from rehabkit.recording.skeletons import COCO, HALPE_26, OPENPOSE_18, OPENPOSE_25

SIZE = (640, 480)
_HEIGHTS = {
    "eye": 75, "ear": 80, "nose": 85, "head_top": 50, "neck": 120, "shoulder": 120, "elbow": 180,
    "wrist": 235, "hip": 240, "mid_hip": 240, "knee": 330, "ankle": 420, "heel": 430,
    "big_toe": 435, "small_toe": 433,
}  # fmt: skip
_WIDTHS = {"eye": 6, "ear": 12, "shoulder": 35, "elbow": 45, "wrist": 48, "hip": 20, "knee": 21,
           "ankle": 22, "heel": 22, "big_toe": 26, "small_toe": 32}  # fmt: skip


def points(skeleton: Skeleton, frames: int = FRAMES, x: float = 300.0) -> NDArray[np.float64]:
    """(frames, joints, 3) px and confidence: one who faces the camera and lifts the right arm."""
    out = np.zeros((frames, len(skeleton), 3))
    for i, joint in enumerate(skeleton.joints):
        side, _, part = joint.partition("_")
        part = part if side in ("left", "right") else joint
        sign = {"left": 1.0, "right": -1.0}.get(side, 0.0)
        out[:, i] = x + sign * _WIDTHS.get(part, 0.0), _HEIGHTS[part], 0.9
    out[:, skeleton.index("right_wrist"), 1] -= 8 * np.arange(frames)
    out[2, skeleton.index("left_ankle")] = 0.0
    return np.round(out, 3)


def openpose_file(path: Path, people: list[NDArray[np.float64]], **fields: Any) -> Path:
    listed = [{"pose_keypoints_2d": p.ravel().tolist(), "face_keypoints_2d": []} | fields
              for p in people]  # fmt: skip
    path.write_text(json.dumps({"version": 1.3, "people": listed}))
    return path


def openpose(folder: Path) -> Path:
    """A folder of 25 points; a second person stands beside, first in the list at times."""
    folder = folder / "keypoints"
    folder.mkdir()
    one, other = points(OPENPOSE_25), points(OPENPOSE_25, x=500.0)
    other[..., 1] *= 0.8  # further away
    for i in range(FRAMES):
        people = [one[i], other[i]] if i % 3 else [other[i], one[i]]
        openpose_file(folder / f"clip_{100 + i:012d}_keypoints.json", people if i != 5 else [])
    return folder


def openpose_one(folder: Path) -> Path:
    return openpose_file(folder / "picture_keypoints.json", [points(OPENPOSE_18)[0]])


def alphapose(folder: Path) -> Path:
    entries = []
    for i, (one, other) in enumerate(zip(points(COCO), points(COCO, x=500.0), strict=True)):
        for number, person in enumerate((one, other)):
            entries.append({"image_id": f"{i}.jpg", "category_id": 1, "score": 2.9,
                            "keypoints": person.ravel().tolist(), "box": [0, 0, 9, 9],
                            "idx": [3 + number]})  # fmt: skip
    path = folder / "alphapose-results.json"
    path.write_text(json.dumps(entries))
    return path


def alphapose_cmu(folder: Path) -> Path:
    document = {
        f"frame_{i:04d}.png": {
            "version": "AlphaPose v0.3",
            "bodies": [{"joints": p.ravel().tolist()}],
        }
        for i, p in enumerate(points(OPENPOSE_18))
    }
    path = folder / "alphapose-results-cmu.json"
    path.write_text(json.dumps(document))
    return path


def mmpose(folder: Path) -> Path:
    frames = [
        {"frame_id": i + 1, "instances": [
            {"keypoints": p[:, :2].tolist(), "keypoint_scores": p[:, 2].tolist(), "bbox_score": 1}
        ]}
        for i, p in enumerate(points(HALPE_26))
    ]  # fmt: skip
    path = folder / "results_clip.json"
    path.write_text(json.dumps({"meta_info": {"dataset_name": "halpe26"}, "instance_info": frames}))
    return path


def movenet(folder: Path, name: str = "E_ID1_Es5.csv") -> Path:
    values = points(COCO)
    values[..., 0] /= SIZE[0]
    values[..., 1] /= SIZE[1]
    header = [f"{joint}_{part}" for joint in COCO.joints for part in ("y", "x", "confidence")]
    lines = [",".join(header)]
    lines += [",".join(f"{v:.6g}" for v in row[:, [1, 0, 2]].ravel()) for row in values]
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


SAMPLES = {
    "openpose": Sample("openpose", openpose, holds="image", named=True, hashed="*_keypoints.json"),
    "openpose-one": Sample("openpose", openpose_one, 1, holds="image"),
    "alphapose": Sample("alphapose", alphapose, holds="image"),
    "alphapose-cmu": Sample("alphapose", alphapose_cmu, holds="image"),
    "mmpose": Sample("mmpose", mmpose, holds="image"),
    "movenet": Sample("movenet", movenet, holds="image"),
}
