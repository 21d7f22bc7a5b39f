"""Tiny files of motion-capture exchange formats, made by hand."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
from tests.formats import made
from tests.formats.sample import FRAMES, Sample

from rehabkit.recording.skeletons import KINECT_V2

Tree = dict[str, tuple[str | None, tuple[float, float, float]]]

ARM = ((3.0, 12.0, 0.0), (15.0, 0.0, 0.0), (28.0, 0.0, 0.0), (25.0, 0.0, 0.0))
LEG = ((10.0, -5.0, 0.0), (0.0, -42.0, 0.0), (0.0, -40.0, 0.0))


def suit_tree() -> Tree:
    """A body in a T-pose, cm, facing +z with its left at +x, named as suits name it."""
    tree: Tree = {"Hips": (None, (0.0, 0.0, 0.0))}
    for side, sign in (("Right", -1.0), ("Left", 1.0)):
        parent = "Hips"
        for part, (x, y, z) in zip(("UpLeg", "Leg", "Foot"), LEG, strict=True):
            tree[f"{side}{part}"] = (parent, (sign * x, y, z))
            parent = f"{side}{part}"
    tree |= {"Spine": ("Hips", (0.0, 10.0, 0.0)), "Spine1": ("Spine", (0.0, 15.0, 0.0)),
             "Spine2": ("Spine1", (0.0, 15.0, 0.0)), "Neck": ("Spine2", (0.0, 14.0, 0.0)),
             "Head": ("Neck", (0.0, 12.0, 1.0))}  # fmt: skip
    for side, sign in (("Right", -1.0), ("Left", 1.0)):
        parent = "Spine2"
        for part, (x, y, z) in zip(("Shoulder", "Arm", "ForeArm", "Hand"), ARM, strict=True):
            tree[f"{side}{part}"] = (parent, (sign * x, y, z))
            parent = f"{side}{part}"
    return tree


ENDS = {"Foot": (0.0, -6.0, 16.0), "Head": (0.0, 14.0, 0.0), "Hand": (0.0, 0.0, 0.0)}


def hierarchy(tree: Tree, joint: str, channels: str) -> str:
    """The text of ``joint`` and all below it."""
    parent, (x, y, z) = tree[joint]
    moves = "6 Xposition Yposition Zposition" if parent is None else "3"
    text = f"{'JOINT' if parent else 'ROOT'} {joint}\n{{\nOFFSET {x} {y} {z}\n"
    text += f"CHANNELS {moves} {channels}\n"
    children = [child for child, (above, _) in tree.items() if above == joint]
    text += "".join(hierarchy(tree, child, channels) for child in children)
    end = next((ENDS[part] for part in ENDS if joint.endswith(part)), None)
    if end is not None:
        text += "End Site\n{{\nOFFSET {} {} {}\n}}\n".format(*end)
    return text + "}\n"


def bvh_text(
    tree: Tree, turns: dict[str, tuple[int, float]], channels: str = "Yrotation Xrotation Zrotation"
) -> str:
    """``turns``: joint -> (which of its rotation channels, degrees a frame)."""
    order = [line.split()[1] for line in hierarchy(tree, "Hips", channels).splitlines()
             if line.startswith(("ROOT", "JOINT"))]  # fmt: skip
    values = np.zeros((FRAMES, 3 + 3 * len(order)))
    values[:, :3] = (1.0, 95.0, 2.0)
    for joint, (channel, step) in turns.items():
        values[:, 3 + 3 * order.index(joint) + channel] = step * np.arange(FRAMES)
    motion = "\n".join(" ".join(f"{v:.6f}" for v in row) for row in values)
    head = "HIERARCHY\n" + hierarchy(tree, "Hips", channels)
    return f"{head}MOTION\nFrames: {FRAMES}\nFrame Time: 0.008333\n{motion}\n"


def bvh(folder: Path) -> Path:
    """The left forearm bends by 5 deg a frame about y; the whole turns a little."""
    path = folder / "suit.bvh"
    turns = {"LeftForeArm": (0, -5.0), "Hips": (0, 1.0)}
    path.write_text(bvh_text(suit_tree(), turns))
    return path


def ntu_text(bodies: dict[str, np.ndarray]) -> str:
    """``bodies``: id -> (frames, 25, 3) m; a frame whose pelvis is NaN lacks the body."""
    frames = len(next(iter(bodies.values())))
    lines = [str(frames)]
    for frame in range(frames):
        here = {k: v[frame] for k, v in bodies.items() if np.isfinite(v[frame, 0, 0])}
        lines.append(str(len(here)))
        for body, joints in here.items():
            lines += [f"{body} 0 1 1 1 1 0 0.03 0.06 2", "25"]
            for joint, (x, y, z) in enumerate(joints):
                deep = f"{256 + 365 * x / z:.4f} {212 - 365 * y / z:.4f}" if z else "-inf -inf"
                colour = f"{960 + 1000 * x / z:.3f} {540 - 1000 * y / z:.3f}" if z else "NaN NaN"
                turn = "0 0 0 0" if joint in (3, 15, 19, 21, 22, 23, 24) else "0.6 0 0.8 0"
                lines.append(f"{x:g} {y:g} {z:g} {deep} {colour} {turn} {2 if z else 0}")
    return "\n".join(lines) + "\n"


def ntu(folder: Path) -> Path:
    """A person, and another one who is there for the first four frames."""
    other = made.kinect_v2() + np.array([1.0, 0.0, 0.5])
    other[4:] = np.nan
    path = folder / "S001C002P003R001A043.skeleton"
    path.write_text(ntu_text({"7205759403": other, "7205759404": made.kinect_v2()}))
    return path


METAWEAR = "A-squat_MetaWear_2019-01-11T17.24.24.832_C42732BE255C_{}_1.4.4.csv"


def metawear(folder: Path) -> Path:
    """Acceleration at 12.5 Hz and, from 40 ms before on, turn rate at 25 Hz, in two files."""
    for sensor, unit, rate, first in (
        ("Gyroscope_25.000Hz", "deg/s", 25, 1547223864833),
        ("Accelerometer_12.500Hz", "g", 12.5, 1547223864873),
    ):
        axes = ",".join(f"{axis}-axis ({unit})" for axis in "xyz")
        lines = [f"epoch (ms),time (01:00),elapsed (s),{axes}"]
        for i in range(FRAMES if unit == "deg/s" else FRAMES // 2):
            step = i / rate
            lines.append(f"{first + round(1000 * step)},2019-01-11T17:24:24.000,{step:.3f},"
                         f"{0.01 * i:.3f},-1.009,-0.108")  # fmt: skip
        path = folder / METAWEAR.format(sensor)
        path.write_text("\n".join(lines) + "\n")
    return path


def therapy(folder: Path) -> Path:
    """Two units of a session, and when it was executed."""
    names = [f"{s}_{a}" for s in ("acc", "gyr", "mag") for a in "xyz"]
    for unit in ("u1", "u2"):
        place = folder / "s2" / "e3" / unit
        place.mkdir(parents=True)
        lines = [";".join(["time index", *names])]
        lines += [f"{i + 1};-9.6{i};-1.6;0.5;-0.02;0.01;{0.1 * i:g};0.59;0.45;-0.07"
                  for i in range(FRAMES)]  # fmt: skip
        (place / "test.txt").write_text("\n".join(lines) + "\n")
        (place / "template_session.txt").write_text("\n".join(lines[:-3]) + "\n")
    session = folder / "s2" / "e3"
    (session / "test_times.csv").write_text(
        '"rep.number","execution.type","start","end"\n1,1,2,5\n2,3,6,11\n'
    )
    (session / "template_times.txt").write_text("execution type;start;end\n1;2.5;6\n")
    return session


def apdm(folder: Path) -> Path:
    """Two segments; the second one's acceleration is zero throughout, and so is the time."""
    parts = [("Acceleration", "X Y Z", "m/s^2"), ("Angular Velocity", "X Y Z", "rad/s"),
             ("Orientation", "Scalar X Y Z", "nan"),
             ("Temperature", "Scalar", "deg C")]  # fmt: skip
    columns = [(f"{segment}/{name}/{axis}", unit) for segment in ("Upper", "Hand")
               for name, axes, unit in parts for axis in axes.split()]  # fmt: skip
    lines = ["Test Name:,Raise" + ",nan" * (len(columns) - 1)]
    lines += ["Sample Rate:,100,Hz" + ",nan" * (len(columns) - 2)]
    lines += [",".join(["Time", *(name for name, _ in columns)])]
    lines += [",".join(["s", *(unit for _, unit in columns)])]
    for i in range(FRAMES):
        half = np.radians(2.0 * i) / 2
        turn = [np.cos(half), np.sin(half), 0.0, 0.0]
        upper = [0.1 * i, 9.7, 0.3, 0.0, 0.3, 0.0, *turn, 30.0]
        hand = [0.0] * 6 + [turn[0], 0.0, turn[1], 0.0, 0.0]
        lines.append(",".join(f"{value:.9g}" for value in [0.0, *upper, *hand]))
    path = folder / "APDM_raise.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def quaternions_csv(folder: Path) -> Path:
    path = folder / "quats.csv"
    header = ",".join(f"{segment} {axis}" for segment in ("Thorax", "Shoulder") for axis in "WXYZ")
    rows = "".join(f"1,0,0,0,0.6,{'-' if i % 2 else ''}0.8,0,0\n" for i in range(FRAMES))
    path.write_text(f"{header}\n{rows}")
    return path


def imu_csv(folder: Path) -> Path:
    """Two devices; the header says the unit of the acceleration and no other."""
    path = folder / "worn.csv"
    names = [f"{device}_{sensor}_{axis}" for device in ("thigh", "foot")
             for sensor in ("acc", "gyro") for axis in "xyz"]  # fmt: skip
    header = ",".join(f"{name} (g)" if "acc" in name else name for name in names)
    lines = [f"{1000 + 10 * i}," + ",".join(["0.01", "0.99", "0.1", "60", str(i), "-3"] * 2)
             for i in range(FRAMES)]  # fmt: skip
    path.write_text("\n".join([f"timestamp,{header}", *lines]) + "\n")
    return path


def pyskl(folder: Path) -> Path:
    """One annotation of two people in a picture, 17 points; the second is hardly seen."""
    image = made.blaze_image()[:, [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]]
    points = np.stack([image[..., :2] * (640, 480), image[..., :2] * (600, 450)]).astype("f2")
    points[1, 3:] = 0
    score = (points != 0).any(-1).astype(np.float16)
    item = {"frame_dir": "S001C001P001R001A008", "label": 7, "img_shape": (480, 640),
            "original_shape": (480, 640), "total_frames": FRAMES, "keypoint": points,
            "keypoint_score": score}  # fmt: skip
    split = {"xsub_train": [item["frame_dir"]], "xsub_val": []}
    path = folder / "squats.pkl"
    path.write_bytes(pickle.dumps({"split": split, "annotations": [item]}))
    return path


def bids(folder: Path) -> Path:
    """A laboratory's set: a body in mm, a worn sensor, a joint's angle; latencies, n/a, events."""
    place = folder / "sub-01" / "motion"
    place.mkdir(parents=True)
    stem = "sub-01_task-squat_tracksys-lab_"
    rows, columns = [("t", "n/a", "LATENCY", "n/a", "s")], [0.01 * np.arange(FRAMES)]
    joints = made.kinect_v2() * 1000
    for i, joint in enumerate(KINECT_V2.joints):
        for axis, component in enumerate("xyz"):
            rows.append((f"{joint}_{component}", component, "POS", joint, "mm"))
            columns.append(np.where((joints[:, i] == 0).all(-1), np.nan, joints[:, i, axis]))
    for axis, component in enumerate("xyz"):
        rows.append((f"belt_acc_{component}", component, "ACCEL", "belt", "m/s^2"))
        columns.append(np.full(FRAMES, 9.81 * (axis == 1)))
    rows.append(("knee", "n/a", "JNTANG", "KneeLeft", "deg"))
    columns.append(np.linspace(0, 90, FRAMES))
    header = "name\tcomponent\ttype\ttracked_point\tunits\n"
    (place / f"{stem}channels.tsv").write_text(
        header + "".join("\t".join(row) + "\n" for row in rows)
    )
    table = np.stack(columns, axis=1).tolist()
    lines = ["\t".join("n/a" if v != v else f"{v:.4f}" for v in row) for row in table]
    (place / f"{stem}motion.tsv").write_text("\n".join(lines) + "\n")
    (place / f"{stem}motion.json").write_text(
        '{"TaskName": "squat", "SamplingFrequency": 100, "ManufacturersModelName": "Lab"}'
    )
    (place / f"{stem}events.tsv").write_text(
        "onset\tduration\ttrial_type\n0.02\t0.05\tdown\n0.07\tn/a\tup\n"
    )
    (place.parent / "sub-01_scans.tsv").write_text(
        f"filename\tacq_time\nmotion/{stem}motion.tsv\t1900-01-01T00:00:09.235\n"
    )
    return place


SAMPLES = {
    "bids": Sample("bids-motion", bids, named=True, hashed="*_motion.tsv"),
    "pyskl": Sample("pyskl", pyskl, holds="image"),
    "imu-metawear": Sample("imu", metawear, holds="streams"),
    "imu-therapy": Sample("imu", therapy, holds="streams", hashed="u1/test.txt"),
    "imu-apdm": Sample("imu", apdm, holds="streams"),
    "imu-quaternions": Sample("imu", quaternions_csv, holds="streams"),
    "imu-csv": Sample("imu", imu_csv, holds="streams"),
    "ntu": Sample("ntu", ntu),
    "bvh": Sample("bvh", bvh),
}
