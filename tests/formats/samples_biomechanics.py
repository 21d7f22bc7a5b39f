"""Tiny files of the biomechanist's formats: TRC, MOT/STO, C3D, and folders of them."""

from __future__ import annotations

from pathlib import Path

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


SAMPLES = {
    "trc": Sample("trc", trc),
}
