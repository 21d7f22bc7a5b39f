"""UI-PRMD, Kinect part: ten rehabilitation movements, one repetition a file.

``mMM_sSS_eEE_positions[_inc].txt`` holds 22 joints x (x, y, z) in cm; all but the root are
**offsets to the parent in the parent's frame** and become positions only when chained with the
angles of ``..._angles[_inc].txt`` (degrees):

    X_child = X_parent + G_parent offset,     G_joint = G_parent Rz(a_z) Rx(a_x) Ry(a_y)

Source: Vakanski et al., "A data set of human body movements for physical rehabilitation
exercises", Data 3(1), 2018. The order of rotations is the one with which feet stay put.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import assumed_rate
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import count_numbers, lines_of, parse_table
from rehabkit.formats.ui_prmd_names import NAME, label_of, pair, subject_of
from rehabkit.recording import Recording, Source, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import UI_PRMD_KINECT, UI_PRMD_VICON

_WIDTH: Final = 3 * len(UI_PRMD_KINECT)
_VICON_WIDTH: Final = 3 * len(UI_PRMD_VICON)
_RATE_HZ: Final = 30.0
_M_PER_CM: Final = 0.01


@dataclass(frozen=True, eq=False)
class Raw:
    """The two files as they are: (frames, 22, 3) cm and degrees."""

    path: Path
    sha256: str
    offsets_cm: NDArray[np.float64]
    angles_deg: NDArray[np.float64]


def identify(path: Path, head: bytes) -> bool:
    """UI-PRMD's name without the 117 numbers of its Vicon part, or rows of 66 numbers."""
    if path.is_dir():
        return False
    named = path.suffix.lower() == ".txt" and NAME.fullmatch(path.stem) is not None
    count = count_numbers(head, b",")
    return count == _WIDTH or (named and count != _VICON_WIDTH)


def read(path: Path, *, angles: str | Path | None = None, rate_hz: float = _RATE_HZ) -> Recording:
    """A UI-PRMD Kinect recording, from its positions file or its angles file.

    Parameters
    ----------
    angles
        The angles file, where it is not found by the data set's names.
    rate_hz
        Frames a second; the files hold no time, and the data set states 30.

    Raises
    ------
    FormatError
        Where the other file of the pair is missing or of another length; on Vicon files.
    """
    if not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    raw = _read_raw(path, None if angles is None else Path(angles))
    why = "the files hold no time; the data set's paper states 30 frames a second"
    time, assumed = assumed_rate(rate_hz, len(raw.offsets_cm), why)
    positions, orientations = _chain(raw.offsets_cm * _M_PER_CM, raw.angles_deg)
    history = (
        Step("read", {"format": "ui-prmd"}, f"{len(time)} frames"),
        assumed,
        Step("chain offsets", {"rotations": "zxy"}, "offsets to the parent became positions"),
    )
    return Recording(
        time=time,
        skeleton=UI_PRMD_KINECT,
        positions=positions,
        orientations=orientations,
        up=Up((0.0, 1.0, 0.0), "sensor"),
        source=_source(raw, rate_hz),
        subject=subject_of(raw.path),
        exercise=label_of(raw.path),
        history=history,
    )


def read_angles(path: Path) -> NDArray[np.float64]:
    """(frames, 22, 3) the data set's own joint angles about x, y, z in deg, as they are.

    Parameters
    ----------
    path
        The positions file or the angles file of a pair.

    Raises
    ------
    FormatError
        Where there is no angles file, or it is damaged.
    """
    return _read_raw(path, None).angles_deg


def _read_raw(path: Path, angles: Path | None) -> Raw:
    positions, found = pair(path)
    angles = angles or found
    if not angles.is_file():
        raise FormatError(
            positions,
            expected=f"its angles file {angles.name} beside it or in ../Angles",
            found="none",
            fix="Positions are offsets to the parent and need the angles; give angles=PATH.",
        )
    content = read_bytes(positions)
    offsets = _read_table(positions, content)
    table = _read_table(angles, read_bytes(angles))
    if len(offsets) != len(table):
        raise FormatError(
            angles,
            expected=f"{len(offsets)} rows as in {positions.name}",
            found=f"{len(table)}",
            fix="One of the files was cut off; copy both again.",
        )
    return Raw(positions, sha256(content), offsets, table)


def _read_table(path: Path, content: bytes) -> NDArray[np.float64]:
    lines = lines_of(decode(path, content))
    if lines[0][1].count(",") + 1 == _VICON_WIDTH:
        raise FormatError(
            path,
            expected="UI-PRMD's Kinect files (66 columns)",
            found="its Vicon markers (117 columns)",
            fix="Read it with format='ui-prmd-vicon'.",
        )
    table = parse_table(path, lines, [_WIDTH], what="22 joints x (x, y, z)")
    return table.reshape(len(table), -1, 3)


def _chain(offsets: Float, angles_deg: Float) -> tuple[Float, Float]:
    """Positions (frames, 22, 3) and unit quaternions (frames, 22, 4) in the world's frame."""
    local = _from_angles(np.radians(angles_deg))  # (frames, 22, 4)
    positions, world = offsets.copy(), local.copy()
    for child, parent in enumerate(UI_PRMD_KINECT.parents):
        if parent < 0:
            continue
        positions[:, child] = positions[:, parent] + _rotate(world[:, parent], offsets[:, child])
        world[:, child] = _multiply(world[:, parent], local[:, child])
    return positions.astype(np.float32), world.astype(np.float32)


def _from_angles(radians: Float) -> Float:
    """Unit quaternions of Rz Rx Ry; ``radians`` (..., 3) about x, y, z."""
    cos, sin = np.cos(radians / 2), np.sin(radians / 2)
    zero = np.zeros_like(cos[..., 0])
    x = np.stack([cos[..., 0], sin[..., 0], zero, zero], axis=-1)
    y = np.stack([cos[..., 1], zero, sin[..., 1], zero], axis=-1)
    z = np.stack([cos[..., 2], zero, zero, sin[..., 2]], axis=-1)
    return _multiply(_multiply(z, x), y)


def _multiply(p: Float, q: Float) -> Float:
    """Hamilton product of quaternions (..., 4), w first."""
    w = p[..., :1] * q[..., :1] - (p[..., 1:] * q[..., 1:]).sum(axis=-1, keepdims=True)
    v = p[..., :1] * q[..., 1:] + q[..., :1] * p[..., 1:] + np.cross(p[..., 1:], q[..., 1:])
    return np.concatenate([w, v], axis=-1)


def _rotate(q: Float, v: Float) -> Float:
    """Vectors (..., 3) turned by unit quaternions (..., 4)."""
    t = 2 * np.cross(q[..., 1:], v)
    return v + q[..., :1] * t + np.cross(q[..., 1:], t)


def _source(raw: Raw, rate_hz: float) -> Source:
    # The root lies at about -2.4 m and toes point to +z: the sensor looks along -z.
    return Source(
        path=str(raw.path),
        sha256=raw.sha256,
        format="ui-prmd",
        device="Kinect v2",
        rate_hz=rate_hz,
        clock="frames at an assumed rate",
        view_axis=(0.0, 0.0, -1.0),
    )
