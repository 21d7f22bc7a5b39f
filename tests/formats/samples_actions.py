"""Tiny files of UTD-MHAD and MSRAction3D."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import savemat
from tests.formats import made
from tests.formats.sample import FRAMES, Sample

from rehabkit.formats import msr_action3d, utd_mhad
from rehabkit.recording.skeletons import KINECT_V1

SAMPLES_A_FRAME = 2.6


def in_order(order: tuple[str, ...], frames: int = FRAMES) -> NDArray[np.float64]:
    """(frames, 20, 3) m with the joints in a data set's own order."""
    return made.kinect_v1(frames)[:, [KINECT_V1.index(joint) for joint in order]]


def inertial_samples(frames: int = FRAMES) -> NDArray[np.float64]:
    count = round(SAMPLES_A_FRAME * frames)
    values = np.zeros((count, 6))
    values[:, 1] = 1.0
    values[:, 5] = np.linspace(0, 90, count)
    return values


def utd_mhad_pair(folder: Path, name: str = "a27_s2_t3") -> Path:
    """``Skeleton`` and ``Inertial`` as the data set has them; the first is compressed."""
    for kind in ("Skeleton", "Inertial"):
        (folder / kind).mkdir(exist_ok=True)
    skeleton = np.moveaxis(in_order(utd_mhad._ORDER), 0, -1)
    path = folder / "Skeleton" / f"{name}_skeleton.mat"
    savemat(path, {"d_skel": skeleton}, do_compression=True)
    savemat(folder / "Inertial" / f"{name}_inertial.mat", {"d_iner": inertial_samples()})
    return path


def msr(folder: Path) -> Path:
    """One frame without anybody; derived joints are not scored."""
    joints = in_order(msr_action3d._ORDER)
    scores = np.ones((FRAMES, 20, 1))
    scores[:, msr_action3d._UNSCORED] = 0
    joints[3], scores[3] = 0, 0
    path = folder / "a07_s02_e01_skeleton3D.txt"
    path.write_text(made.rows(np.concatenate([joints, scores], -1).reshape(-1, 4), " "))
    return path


SAMPLES = {
    "utd-mhad": Sample("utd-mhad", utd_mhad_pair),
    "msr-action3d": Sample("msr-action3d", msr),
}
