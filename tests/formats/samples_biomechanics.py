"""Tiny files of the biomechanist's formats: TRC, MOT/STO, C3D, and folders of them."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.formats.made import canonical_pose, kinect_v2
from tests.formats.sample import FRAMES, Sample

from rehabkit.recording.skeletons import KINECT_V2

START_S = 9.235


def trc(folder: Path) -> Path:
    """Kinect joints in mm at 120 Hz; a clock of its own, an empty joint, ragged tabs."""
    path = folder / "joints.trc"
    count = len(KINECT_V2)
    lines = [
        "PathFileType\t4\t(X/Y/Z)\toutput.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
        "OrigNumFrames",
        f"120\t120\t{FRAMES}\t{count}\tmm\t120\t1\t{FRAMES}",
        "Frame#\tTime\t" + "\t\t\t".join(KINECT_V2.joints),
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, count + 1)),
        "",
    ]
    for frame, joints in enumerate(kinect_v2() * 1000):
        cells = [[f"{v:.4f}" for v in joint] if joint.any() else [""] * 3 for joint in joints]
        flat = "\t".join(cell for joint in cells for cell in joint)
        lines.append(f"{frame + 1}\t{START_S + frame / 120:.6f}\t{flat}" + "\t" * (frame % 2))
    path.write_text("\n".join(lines) + "\n")
    return path


ANALOG_PER_FRAME = 4


def c3d(folder: Path) -> Path:
    """Kinect joints in mm with a subject's prefix, a knee's angles, EMG, force, three events."""
    path = folder / "trial.c3d"
    c3d_file(kinect_v2()).write(str(path))
    return path


def c3d_file(joints: NDArray[np.float64], subjects: tuple[str, ...] = ("p1",)) -> Any:
    """What ezc3d writes: nothing of ours is in it. Frame 1109 of the trial is the first."""
    import ezc3d

    file = ezc3d.c3d()
    labels = [f"{s}:{joint}" for s in subjects for joint in KINECT_V2.joints] + ["p1:LKneeAngles"]
    frames, count = len(joints), len(labels)
    points = np.ones((4, count, frames))
    points[:3, :-1] = np.tile(joints.transpose(2, 1, 0) * 1000, (1, len(subjects), 1))
    points[:3, -1] = np.linspace(0, 60, frames) * np.array([[1.0], [0.5], [0.1]])
    unseen = (points[:3] == 0).all(axis=0) & (np.arange(count) < count - 1)[:, None]
    points[:3, unseen] = np.nan
    group = file["parameters"]["POINT"]
    group["RATE"]["value"], group["UNITS"]["value"] = [120.0], ["mm"]
    group["LABELS"]["value"] = tuple(labels)
    file.add_parameter("POINT", "ANGLES", ("p1:LKneeAngles",))
    file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Y"])
    file["data"]["points"] = points
    file["data"]["meta_points"]["residuals"] = np.where(unseen, -1.0, 0.5)[None]
    file["data"]["meta_points"]["camera_masks"] = np.zeros((7, count, frames), dtype=bool)
    file["header"]["points"]["first_frame"] = 1108
    _add_analogs(file, frames)
    file.add_parameter("EVENT", "USED", [3])
    file.add_parameter("EVENT", "CONTEXTS", ("Left", "Right", "General"))
    file.add_parameter("EVENT", "LABELS", ("Foot Strike", "Foot Off", "Clap"))
    file.add_parameter("EVENT", "DESCRIPTIONS", ("hard", "", ""))
    file.add_parameter("EVENT", "SUBJECTS", ("p1", "p1", ""))
    first = 1108 / 120
    times = np.array([first, first + 0.05, 61.5])
    file.add_parameter("EVENT", "TIMES", np.stack([times // 60, times % 60]))
    return file


def _add_analogs(file: Any, frames: int) -> None:
    """Two channels of EMG in mV and the three forces of a platform, four samples a frame."""
    samples = ANALOG_PER_FRAME * frames
    group = file["parameters"]["ANALOG"]
    group["RATE"]["value"] = [120.0 * ANALOG_PER_FRAME]
    group["LABELS"]["value"] = ("RF.EMG1", "BF.EMG2", "Fx", "Fy", "Fz")
    group["UNITS"]["value"] = ("mV", "mV", "N", "N", "N")
    ramp = np.arange(samples) / samples
    file["data"]["analogs"] = np.stack([ramp, -ramp, 10 * ramp, 20 * ramp, 700 + ramp])[None]
    platform = file["parameters"]["FORCE_PLATFORM"]
    platform["USED"]["value"], platform["TYPE"]["value"] = [1], [1]
    platform["CHANNEL"]["value"] = np.array([[3], [4], [5]])
    platform["CORNERS"]["value"] = np.arange(12.0).reshape(3, 4, 1)


def mot(folder: Path) -> Path:
    """Coordinates as OpenSim writes them, in degrees, from 1.56 s on; Windows line ends."""
    path = folder / "squat.mot"
    header = ["Coordinates", "version=1", f"nRows={FRAMES}", "nColumns=5", "inDegrees=yes", "",
              "Units are S.I. units (second, meters, Newtons, ...)", "", "endheader",
              "time\tpelvis_tilt\tpelvis_ty\thip_flexion_r\tknee_angle_r"]  # fmt: skip
    body = [
        f"      {1.56 + i / 100:.8f}\t     {-2.0 - i:.8f}\t      0.95000000\t     {3.0 * i:.8f}"
        f"\t     {5.5 * i:.8f}"
        for i in range(FRAMES)
    ]
    path.write_bytes("\r\n".join([*header, *body, ""]).encode())
    return path


def sto(folder: Path) -> Path:
    """Forces and moments, separated by commas as a spreadsheet leaves them."""
    path = folder / "dynamics.sto"
    rows = [
        "Inverse Dynamics Generalized Forces,,,", "version=1,,,", f"nRows={FRAMES},,,",
        "nColumns=4,,,", "inDegrees=no,,,", "endheader,,,",
        "time,pelvis_tilt_moment,pelvis_ty_force,knee_angle_r_moment",
    ]  # fmt: skip
    rows += [f"{i / 100},{-4.5 - i},{215.9 + i},{1e-5 * i}" for i in range(FRAMES)]
    path.write_text("\n".join(rows) + "\n")
    return path


def sto_quaternions(folder: Path) -> Path:
    """Orientations of two sensors, four numbers a cell."""
    path = folder / "orientations.sto"
    rows = ["DataRate=100.000000", "DataType=Quaternion", "version=3", "endheader",
            "time\ttorso_imu\thumerus_r_imu"]  # fmt: skip
    rows += [f"{i / 100}\t0.6,0.8,0,0\t0,{np.cos(i)},{np.sin(i)},0" for i in range(FRAMES)]
    path.write_text("\n".join(rows) + "\n")
    return path


def c3d_sgi(folder: Path) -> Path:
    """The same file as an SGI computer writes it: every number's bytes the other way round."""
    content = bytearray(c3d(folder).read_bytes())
    (block,) = struct.unpack_from("<H", content, 16)
    start = (content[0] - 1) * 512
    content[start + 3] = 86
    place = start + 4
    while content[place]:
        name, identity = struct.unpack_from("<bb", content, place)
        pointer = place + 2 + abs(name)
        (step,) = struct.unpack_from("<H", content, pointer)
        if identity > 0:
            kind, dimensions = struct.unpack_from("<bB", content, pointer + 2)
            first = pointer + 4 + dimensions
            length = abs(kind) * math.prod(content[pointer + 4 : first])
            _turn(content, first, length, kind if kind in (2, 4) else 1)
        _turn(content, pointer, 2, 2)
        place = pointer + step
        if not step:
            break
    _turn(content, (block - 1) * 512, (len(content) - (block - 1) * 512) // 4 * 4, 4)
    for first, length, width in ((2, 10, 2), (12, 4, 4), (16, 4, 2), (20, 4, 4), (304, 72, 4)):
        _turn(content, first, length, width)
    path = folder / "sgi.c3d"
    path.write_bytes(content)
    return path


def _turn(content: bytearray, first: int, length: int, width: int) -> None:
    for place in range(first, first + length, width):
        content[place : place + width] = content[place : place + width][::-1]


SHORT_PARTS = ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle", "BigToe", "Heel")
_SHORT_OF = {"BigToe": "toe", "Heel": "ankle"}


def shortened(middle: tuple[str, ...]) -> tuple[list[str], NDArray[np.float64]]:
    """Names as OpenPose shortens them and (frames, points, 3) m of a person with y up."""
    labels = [*middle, *(f"{side[0].upper()}{p}" for side in ("right", "left")
                         for p in SHORT_PARTS)]  # fmt: skip
    at = {"midHip": "pelvis", "Hip": "pelvis", "Neck": "chest", "Head": "head", "Nose": "head"}
    sided = {f"{side[0].upper()}{part}": f"{_SHORT_OF.get(part, part.lower())}_{side}"
             for side in ("left", "right") for part in SHORT_PARTS}  # fmt: skip
    pose = np.array([canonical_pose((at | sided)[label]) for label in labels])
    return labels, pose[None] + np.array([0, 0.001, 0]) * np.arange(FRAMES)[:, None, None]


def write_trc(path: Path, labels: list[str], values: NDArray[np.float64], start_s: float) -> None:
    """Points of three coordinates at 60 Hz, in m by the header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = len(labels)
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
        "OrigNumFrames",
        f"60\t60\t{len(values)}\t{count}\tm\t60\t1\t{len(values)}",
        "Frame#\tTime\t" + "\t\t\t".join(labels) + "\t\t",
        "\t\t" + "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, count + 1)),
    ]
    for frame, row in enumerate(values.reshape(len(values), -1)):
        cells = "\t".join(f"{v:.5f}" for v in row)
        lines.append(f"{frame + 1}\t{start_s + frame / 60:.5f}\t{cells}")
    path.write_text("\n".join(lines) + "\n")


def opencap(folder: Path, trials: tuple[str, ...] = ("squats1",)) -> Path:
    """A session: points of the video and added markers from 0.5 s on, angles, who."""
    session = folder / "OpenCapData_1"
    labels, values = shortened(("Neck", "midHip"))
    study = [f"r_marker{i}_study" for i in range(30)]
    values = np.concatenate([values, np.ones((FRAMES, len(study), 3))], axis=1)
    for trial in trials:
        write_trc(session / "MarkerData" / f"{trial}.trc", labels + study, values, 0.5)
        kinematics = session / "OpenSimData" / "Kinematics"
        kinematics.mkdir(parents=True, exist_ok=True)
        mot(kinematics).rename(kinematics / f"{trial}.mot")
    (session / "sessionMetadata.yaml").write_text(
        "calibrationSettings:\n  overwriteDeployedIntrinsics: false\n"
        "gender_mf: f\nheight_m: 1.65  # as stated\nmass_kg: 61.0\nsubjectID: 'subject7'\n"
    )
    return session


def sports2d(folder: Path, people: int = 1) -> Path:
    """A video's results: m and px of each person, angles, and the camera's size."""
    place = folder / "squat_Sports2D"
    labels, values = shortened(("Hip", "Neck", "Head", "Nose"))
    values[..., 2] = 0
    pixels = values.copy()
    pixels[..., :2] = [960, 540] + values[..., :2] * [300, -300]
    for person in range(people):
        stem = "squat_Sports2D_{}_person" + f"{person:02}"
        write_trc(place / f"{stem.format('m')}.trc", labels, values, 0.0)
        write_trc(place / f"{stem.format('px')}.trc", labels, pixels, 0.0)
        mot(place).rename(place / f"{stem.format('angles')}.mot")
    (place / "squat_Sports2D_calib.toml").write_text(
        '[squat]\nname = "squat"\nsize = [ 1920.0, 1080.0]\n'
    )
    return place


SAMPLES = {
    "trc": Sample("trc", trc),
    "c3d": Sample("c3d", c3d),
    "c3d-sgi": Sample("c3d", c3d_sgi),
    "opencap": Sample("opencap", opencap, holds="points", named=True, hashed="MarkerData/*.trc"),
    "sports2d": Sample("sports2d", sports2d, holds="points", named=True, hashed="*_m_*.trc"),
    "mot": Sample("opensim", mot, holds="streams"),
    "sto": Sample("opensim", sto, holds="streams"),
    "sto-quaternions": Sample("opensim", sto_quaternions, holds="streams"),
}
