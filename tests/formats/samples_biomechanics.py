"""Tiny files of the biomechanist's formats: TRC, MOT/STO, C3D, and folders of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.formats.made import kinect_v2
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


SAMPLES = {
    "trc": Sample("trc", trc),
    "c3d": Sample("c3d", c3d),
    "mot": Sample("opensim", mot, holds="streams"),
    "sto": Sample("opensim", sto, holds="streams"),
    "sto-quaternions": Sample("opensim", sto_quaternions, holds="streams"),
}
