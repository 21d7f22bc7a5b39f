"""UTD-MHAD: Kinect v1 skeletons of 27 actions, and one inertial sensor worn beside them.

``aA_sS_tT_skeleton.mat`` holds ``d_skel`` (20 joints, 3, frames) in m, the file of the same name
with ``_inertial`` holds ``d_iner`` (samples, 6): acceleration in g, rotation in deg/s. MATLAB files
are parsed in a guarded child process. Source: Chen et al., "UTD-MHAD: a multimodal dataset for
human action recognition utilizing a depth camera and a wearable inertial sensor", ICIP 2015.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit import guard
from rehabkit.errors import FormatError
from rehabkit.formats.build import assumed_rate, unseen_as_nan, unseen_note
from rehabkit.formats.files import read_bytes, sha256
from rehabkit.formats.numbers import LARGEST
from rehabkit.recording import (
    ExerciseLabel,
    History,
    Recording,
    Source,
    Step,
    Stream,
    Subject,
    Up,
)
from rehabkit.recording.skeletons import KINECT_V1

ACTIONS: Final = (
    "right arm swipe to the left", "right arm swipe to the right", "right hand wave",
    "two hand front clap", "right arm throw", "cross arms in the chest", "basketball shoot",
    "draw x", "draw circle clockwise", "draw circle counter-clockwise", "draw triangle",
    "bowling", "front boxing", "baseball swing", "tennis swing", "arm curl", "tennis serve",
    "two hand push", "knock on door", "hand catch", "pick up and throw", "jogging", "walking",
    "sit to stand", "stand to sit", "forward lunge", "squat",
)  # fmt: skip
OURS: Final = {26: "lunge", 27: "squat"}
"""Actions that are an exercise of the catalogue; 24 and 25 are half of one."""

NAME: Final = re.compile(r"a(\d{1,2})_s(\d+)_t(\d+)_(skeleton|inertial)", re.ASCII)
_THIGH_FROM: Final = 22  # the sensor is on the right wrist up to action 21, then on the thigh
_RATE_HZ: Final = 30.0
_SKELETON, _INERTIAL = "d_skel", "d_iner"
_AXES: Final = ("x", "y", "z")
_MOST_SAMPLES: Final = 2_000_000
_MEMORY_BYTES: Final = 1 << 30
_HEADER_BYTES: Final = 128
_COMPRESSED: Final = 15
# The data set's own order; the joints are those of the Kinect v1.
_LIMBS: Final = [
    f"{part}{side}"
    for parts in (("Shoulder", "Elbow", "Wrist", "Hand"), ("Hip", "Knee", "Ankle", "Foot"))
    for side in ("Left", "Right")
    for part in parts
]
_ORDER: Final = ("Head", "ShoulderCenter", "Spine", "HipCenter", *_LIMBS)
_TO_KINECT: Final = [_ORDER.index(joint) for joint in KINECT_V1.joints]


@dataclass(frozen=True, eq=False)
class Raw:
    """The files as they are: (frames, 20, 3) m in the file's order, (samples, 6) or None."""

    path: Path
    sha256: str
    positions: NDArray[np.float64]
    inertial: NDArray[np.float64] | None


def identify(path: Path, head: bytes) -> bool:
    """A MATLAB 5 file whose first variable is ``d_skel`` or ``d_iner``."""
    if path.is_dir() or not head.startswith(b"MATLAB 5.0"):
        return False
    names = (_SKELETON.encode(), _INERTIAL.encode())
    return any(name in _first_element(head) for name in names)


def _first_element(head: bytes) -> bytes:
    """The start of the file's first element, unpacked where it is compressed."""
    body = head[_HEADER_BYTES:]
    kind = int.from_bytes(body[:4], "big" if head[126:128] == b"MI" else "little")
    if kind != _COMPRESSED:
        return body[:96]
    try:
        return zlib.decompressobj().decompress(body[8:], 96)
    except zlib.error:
        return b""


def read(path: Path, *, rate_hz: float = _RATE_HZ, inertial: str | Path | None = None) -> Recording:
    """A UTD-MHAD recording, from its skeleton file or its inertial file.

    Parameters
    ----------
    rate_hz
        Frames a second of the skeleton; the files hold no time. Inertial samples are spread so
        that they span the same time.
    inertial
        The inertial file, where it is not found by the data set's names.

    Raises
    ------
    FormatError
        On damage, a wrong variable or shape, or where the skeleton is missing.
    """
    if not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    raw = _read_raw(path, None if inertial is None else Path(inertial))
    frames = len(raw.positions)
    why = "the files hold no time; the data set's page states about 30 frames a second"
    time, assumed = assumed_rate(rate_hz, frames, why)
    positions, zeros = unseen_as_nan(raw.positions[:, _TO_KINECT])
    streams, spread = _streams(raw, frames, rate_hz)
    return Recording(
        time=time,
        skeleton=KINECT_V1,
        positions=positions,
        up=Up((0.0, 1.0, 0.0), "sensor"),
        streams=streams,
        source=Source(
            str(raw.path), raw.sha256, "utd-mhad", "Kinect v1", rate_hz,
            clock="frames at an assumed rate", view_axis=(0.0, 0.0, 1.0),
        ),
        subject=_subject(raw.path),
        exercise=_label(raw.path),
        history=(
            Step("read", {"format": "utd-mhad"}, f"{frames} frames"),
            assumed,
            *spread,
            *unseen_note(zeros, frames * len(KINECT_V1)),
        ),
    )  # fmt: skip


def _read_raw(path: Path, inertial: Path | None) -> Raw:
    skeleton, found = _pair(path)
    beside = inertial or found
    content = read_bytes(skeleton)
    positions = _variable(skeleton, content, _SKELETON)
    samples = None
    if beside.is_file():
        samples = _variable(beside, read_bytes(beside), _INERTIAL)
    elif inertial is not None:
        raise FormatError(beside, expected="the inertial file", found="nothing there")
    return Raw(skeleton, sha256(content), np.moveaxis(positions, -1, 0), samples)


def _pair(path: Path) -> tuple[Path, Path]:
    """(skeleton, inertial) by the data set's names: same folder, or sibling folders."""
    this = "inertial" if path.stem.endswith("_inertial") else "skeleton"
    other = "skeleton" if this == "inertial" else "inertial"
    name = f"{path.stem.removesuffix(f'_{this}')}_{other}{path.suffix}"
    beside, sibling = path.with_name(name), path.parent.parent / other.capitalize() / name
    partner = sibling if sibling.is_file() and not beside.is_file() else beside
    if this == "skeleton":
        return path, partner
    if not partner.is_file():
        raise FormatError(
            path,
            expected=f"its skeleton file {name} beside it or in ../Skeleton",
            found="none",
            fix="Inertial samples hold no time of their own; give the skeleton file too.",
        )
    return partner, path


def _variable(path: Path, content: bytes, name: str) -> NDArray[np.float64]:
    if not content.startswith(b"MATLAB 5.0"):
        raise FormatError(
            path,
            expected="a MATLAB 5 file",
            found="something else",
            fix="Save it with MATLAB's -v7 or -v6.",
        )
    reply = guard.call(
        "rehabkit.formats.utd_mhad:parse", path, memory_bytes=_MEMORY_BYTES, name=name
    )
    values: NDArray[np.float64] = reply["values"]
    return values


def parse(path: Path, *, name: str) -> dict[str, Any]:
    """One numeric variable of a MATLAB file, checked; runs in the guarded child.

    Raises
    ------
    FormatError
        Where there is no such variable, or its type, shape or numbers are wrong.
    """
    from scipy.io import loadmat

    document = loadmat(str(path), variable_names=[name])
    values = document.get(name)
    skeleton = name == _SKELETON
    shape = "(20, 3, frames)" if skeleton else "(samples, 6)"
    if values is None:
        raise FormatError(path, expected=f"a variable {name}", found="none of that name")
    values = np.asarray(values)
    if skeleton and values.shape == (20, 3):  # MATLAB drops a last axis of one frame
        values = values[..., None]
    right = values.shape[:-1] == (20, 3) if skeleton else values.shape[1:] == (6,)
    if values.dtype.kind not in "fiu" or not right or not 0 < values.size <= _MOST_SAMPLES:
        raise FormatError(
            path,
            place=name,
            expected=f"numbers of shape {shape}",
            found=f"{values.dtype} {values.shape}",
        )
    values = values.astype(np.float64)
    if not np.isfinite(values).all() or np.abs(values).max() > LARGEST:
        raise FormatError(
            path, place=name, expected=f"finite numbers up to {LARGEST:g}", found="others",
            fix="The file seems damaged.",
        )  # fmt: skip
    return {"values": values}


def _streams(raw: Raw, frames: int, rate_hz: float) -> tuple[dict[str, Stream], History]:
    """Acceleration and rotation, evenly spread over the time of the frames."""
    if raw.inertial is None:
        return {}, (Step("lack inertial", {}, "no inertial file beside it"),)
    count = len(raw.inertial)
    span_s = max(frames - 1, 1) / rate_hz
    time = np.linspace(0.0, span_s, count) if count > 1 else np.zeros(1)
    streams = {
        "imu_acceleration": Stream(time, raw.inertial[:, :3].copy(), _AXES, "g", "imu"),
        "imu_rotation": Stream(time, raw.inertial[:, 3:].copy(), _AXES, "deg/s", "imu"),
    }
    why = (
        f"{count} samples hold no time ({count / frames:.2f} a frame): spread so that they span "
        "the same time as the frames"
    )
    return streams, (Step("assume inertial rate", {"rate_hz": round(count / span_s, 3)}, why),)


def _subject(path: Path) -> Subject:
    match = NAME.fullmatch(path.stem)
    return Subject(id=f"s{match[2]}", group="healthy") if match else Subject()


def _label(path: Path) -> ExerciseLabel:
    match = NAME.fullmatch(path.stem)
    if match is None or not 1 <= int(match[1]) <= len(ACTIONS):
        return ExerciseLabel()
    action = int(match[1])
    worn = "right thigh" if action >= _THIGH_FROM else "right wrist"
    extra = {"action": action, "trial": int(match[3]), "inertial_at": worn}
    return ExerciseLabel(OURS.get(action, ""), ACTIONS[action - 1], None, extra)
