"""Tiny recordings made by hand, written as each format writes them: nobody's data is copied."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.formats import sample

from rehabkit import reading
from rehabkit.recording import Recording, Source, Stream, Subject, Up
from rehabkit.recording.skeletons import BLAZEPOSE, KINECT_V1, KINECT_V2, UI_PRMD_KINECT

FRAMES = sample.FRAMES

UNSEEN = (4, "ThumbLeft")
"""Frame and joint that the Kinect samples hold as zeros."""

_HEIGHTS = {
    "pelvis": 0.0, "spine": 0.3, "chest": 0.5, "neck": 0.55, "head": 0.7, "shoulder": 0.48,
    "elbow": 0.2, "wrist": -0.05, "hand": -0.12, "hand_tip": -0.2, "thumb": -0.1,
    "hip": -0.05, "knee": -0.45, "ankle": -0.85, "toe": -0.9,
}  # fmt: skip
_WIDTHS = {"shoulder": 0.2, "elbow": 0.25, "wrist": 0.27, "hand": 0.28, "hand_tip": 0.29,
           "thumb": 0.24, "hip": 0.1, "knee": 0.11, "ankle": 0.12, "toe": 0.13}  # fmt: skip


def canonical_pose(name: str) -> tuple[float, float, float]:
    """A joint of a person who stands 2.5 m from a Kinect and faces it; the left is at -x."""
    part, _, side = name.rpartition("_")
    base = part if side in ("left", "right") else name
    sign = {"left": -1.0, "right": 1.0}.get(side, 0.0)
    return sign * _WIDTHS.get(base, 0.0), _HEIGHTS[base], 2.5 - 0.12 * (base == "toe")


def kinect_v2(frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 25, 3) m: the arms rise a little; one joint of one frame is all zero."""
    at = [next(c for c, s in KINECT_V2.canonical.items() if s == (j,)) for j in KINECT_V2.joints]
    pose = np.array([canonical_pose(name) for name in at])
    out = np.repeat(pose[None], frames, axis=0)
    raised = [i for i, name in enumerate(at) if name.startswith(("elbow", "wrist", "hand"))]
    out[:, raised, 1] += 0.02 * np.arange(frames)[:, None]
    if frames > UNSEEN[0]:
        out[UNSEEN[0], KINECT_V2.index(UNSEEN[1])] = 0
    return np.round(out, 4)


def kinect_v1(frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 20, 3) m: the same body on the older skeleton."""
    names = [next(c for c, s in KINECT_V1.canonical.items() if s == (j,)) for j in KINECT_V1.joints]
    pose = np.array([canonical_pose(name) for name in names])
    moved: NDArray[np.float64] = pose[None] + 1e-3 * np.arange(frames)[:, None, None]
    return np.round(moved, 6)


def rows(values: NDArray[np.float64], separator: str = ",", end: str = "") -> str:
    flat = values.reshape(len(values), -1)
    return "".join(separator.join(f"{v:g}" for v in row) + end + "\n" for row in flat)


def kimore(folder: Path) -> Path:
    """``CG/Expert/E_ID1/Es5`` with its three files; blank lines on top, trailing commas."""
    raw = folder / "CG" / "Expert" / "E_ID1" / "Es5" / "Raw"
    raw.mkdir(parents=True)
    write_kimore(raw, "010203_040506")
    return raw.parent


def write_kimore(raw: Path, stem: str, joints: NDArray[np.float64] | None = None) -> Path:
    joints = kinect_v2() if joints is None else joints
    states = np.where((joints == 0).all(-1), 0.0, 2.0)
    states[1, 3] = 1.0
    quaternions = np.zeros((*joints.shape[:2], 4))
    quaternions[:, :20, 2] = 1.0
    ticks = 206_000_000_000 + 330_000 * np.arange(len(joints))
    table = np.concatenate([joints, states[..., None]], axis=-1)
    (raw / f"JointPosition{stem}.csv").write_text("\n\n\n" + rows(table, end=","))
    (raw / f"JointOrientation{stem}.csv").write_text("\n" + rows(quaternions, end=","))
    (raw / f"TimeStamp{stem}.csv").write_text("\n" + "".join(f"{t},\n" for t in ticks))
    return raw / f"JointPosition{stem}.csv"


def irds_simplified(folder: Path) -> Path:
    path = folder / "201_18_2_3_1_stand.txt"
    path.write_text(rows(kinect_v2()))
    return path


def irds_raw(folder: Path) -> Path:
    path = folder / "305_18_0_10_2_Stand-frame.txt"
    lines = ["Version0.1"]
    for frame, joints in enumerate(kinect_v2()):
        cells = [f"{100 + frame},3,{5665 + 34 * frame}"]
        for name, (x, y, z) in zip(KINECT_V2.joints, joints, strict=True):
            state = "Inferred" if name == "ThumbRight" else "Tracked"
            u, v = 256 + 365 * x / max(z, 0.1), 212 - 365 * y / max(z, 0.1)
            cells.append(f"({name},{state},{x:g},{y:g},{z:g},{u:.3f},{v:.3f})")
        lines.append(",".join(cells))
    path.write_text("\n".join(lines) + "\n")
    return path


def ui_prmd(folder: Path) -> Path:
    """A body in offsets and angles; the right knee bends, which turns what hangs on it."""
    offsets = np.zeros((FRAMES, len(UI_PRMD_KINECT), 3))
    offsets[:, 0] = (0.0, 90.0, -240.0)
    lengths = {"spine": 27.0, "chest": 20.0, "neck": 6.0, "head": 15.0, "head_tip": 9.0}
    for joint, length in lengths.items():
        offsets[:, UI_PRMD_KINECT.index(joint), 1] = length
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for part, offset in {
            "collar": (3, 5, 0), "upper_arm": (15, 0, 0), "forearm": (0, -26, 0),
            "hand": (0, -23, 0), "upper_leg": (8, 0, 0), "lower_leg": (0, -40, 0),
            "foot": (0, -38, 0), "toes": (0, -5, 12),
        }.items():  # fmt: skip
            index = UI_PRMD_KINECT.index(f"{side}_{part}")
            offsets[:, index] = (sign * offset[0], offset[1], offset[2])
    angles = np.zeros_like(offsets)
    angles[:, UI_PRMD_KINECT.index("right_lower_leg"), 0] = np.linspace(0, 90, FRAMES)
    places = folder / "Kinect" / "Positions", folder / "Kinect" / "Angles"
    for place, kind, values in zip(places, ("positions", "angles"), (offsets, angles), strict=True):
        place.mkdir(parents=True)
        (place / f"m01_s03_e04_{kind}_inc.txt").write_text(rows(values))
    return places[0] / "m01_s03_e04_positions_inc.txt"


def utkinect(folder: Path) -> Path:
    numbers = np.array([252, 254, 258, 258, 262, 264, 270, 272, 274, 280, 282, 290], dtype=float)
    table = np.concatenate([numbers[:, None], kinect_v1().reshape(FRAMES, -1)], axis=1)
    (folder / "actionLabel.txt").write_text(
        "s01_e01\nwalk: 258 272\nsitDown: 274 282 \ncarry: NaN NaN\ns01_e02\nwalk: 1 2\n"
    )
    path = folder / "joints_s01_e01.txt"
    path.write_text(rows(table, "  ", " "))
    return path


def blaze_world(frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 33, 3) m as MediaPipe's world landmarks: hips' middle at 0, y down."""
    heights = {"shoulder": -0.5, "elbow": -0.25, "wrist": 0.0, "hip": 0.0, "knee": 0.4,
               "ankle": 0.8, "heel": 0.84, "foot_index": 0.85}  # fmt: skip
    out = np.zeros((frames, len(BLAZEPOSE), 3))
    for index, name in enumerate(BLAZEPOSE.joints):
        part = name.removeprefix("left_").removeprefix("right_")
        sign = 1.0 if name.startswith("left_") else -1.0 if name.startswith("right_") else 0.0
        out[:, index] = (0.15 * sign, heights.get(part, -0.65), -0.1 * (part == "foot_index"))
    out[:, 15, 1] -= 0.02 * np.arange(frames)
    return out


def blaze_image(frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 33, 3): the same body as shares of width and height."""
    world = blaze_world(frames)
    return np.stack([0.5 + 0.3 * world[..., 0], 0.5 + 0.4 * world[..., 1], world[..., 2]], axis=-1)


def landmark_list(points: NDArray[np.float64]) -> list[dict[str, float]]:
    return [{"x": float(x), "y": float(y), "z": float(z), "visibility": 0.9} for x, y, z in points]


def mediapipe_json(folder: Path) -> Path:
    frames = [
        {"timestamp_ms": 40 * i, "landmarks": landmark_list(image),
         "world_landmarks": landmark_list(world)}
        for i, (image, world) in enumerate(zip(blaze_image(), blaze_world(), strict=True))
    ]  # fmt: skip
    frames[3]["landmarks"], frames[3]["world_landmarks"] = [], []
    path = folder / "landmarks.json"
    path.write_text(json.dumps({"width": 640, "height": 480, "frames": frames}))
    return path


def mediapipe_csv(folder: Path) -> Path:
    header = [f"{axis}{i}" for i in range(33) for axis in "xyzv"]
    world = np.concatenate([blaze_world(), np.full((FRAMES, 33, 1), 0.8)], axis=-1)
    table = np.concatenate([np.arange(FRAMES)[:, None] / 25, world.reshape(FRAMES, -1)], axis=1)
    path = folder / "landmarks.csv"
    path.write_text(",".join(["time", *header]) + "\n" + rows(table))
    return path


def plain_csv(folder: Path) -> Path:
    header = [f"{joint}_{axis}_mm" for joint in KINECT_V2.joints for axis in "xyz"]
    values = kinect_v2().reshape(FRAMES, -1) * 1000
    table = np.concatenate([9.235 + np.arange(FRAMES)[:, None] / 120, values], axis=1)
    path = folder / "joints.csv"
    path.write_text(",".join(["time_s", *header]) + "\n" + rows(table))
    return path


def full_recording() -> Recording:
    """A recording with everything in it, values that decimal text cannot hold exactly."""
    rng = np.random.default_rng(7)
    joints = len(KINECT_V2)
    positions = (kinect_v2() + rng.normal(0, 0.01, (FRAMES, joints, 3))).astype(np.float32)
    positions[2, 5] = np.nan
    quaternions = rng.normal(size=(FRAMES, joints, 4))
    quaternions /= np.linalg.norm(quaternions, axis=-1, keepdims=True)
    return Recording(
        time=np.arange(FRAMES, dtype=np.float64) * 0.0333,
        skeleton=KINECT_V2,
        positions=positions,
        orientations=quaternions,
        confidence=rng.uniform(size=(FRAMES, joints)),
        image_points=rng.uniform(0, 400, (FRAMES, joints, 2)),
        image_size=(512, 424),
        up=Up((0.1, 1.0, 0.02), "sensor"),
        source=Source("a.mkv", "0" * 64, "made", "Kinect v2", 30.0, 9.235, "sensor", (0, 0, 1)),
        subject=Subject("p1", "healthy", 41.5, "female", 1.7, "left"),
    ).with_step("fill gaps", "3 frames", spans=((0.1, 0.2),), max_gap_s=0.2, joints=("a", "b"))


def full_stream() -> Stream:
    time = np.arange(40) / 1000
    values = np.random.default_rng(3).normal(size=(40, 2))
    return Stream(time, values, ("RF", "BF"), "mV", "emg")


def own_csv(folder: Path) -> Path:
    path = folder / "own.csv"
    reading.write(full_recording(), path)
    return path


def parquet(folder: Path) -> Path:
    path = folder / "own.parquet"
    reading.write(full_recording().replace(streams={"emg": full_stream()}), path)
    return path
