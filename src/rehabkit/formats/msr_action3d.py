"""MSRAction3D: 20 joints of a depth sensor, twenty actions.

``aAA_sSS_eEE_skeleton3D.txt``: a line a joint, 20 lines a frame, each x, y, z in m and a
confidence. The order of the joints is the data set's own (``drawskt.m`` gives its bones; which side
is which was found on the data: right arms wave and right legs kick at larger x). Source: Li, Zhang
and Liu, "Action recognition based on a bag of 3D points", CVPR workshops 2010.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import assumed_rate, unseen_as_nan, unseen_note
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.numbers import lines_of, parse_table
from rehabkit.recording import ExerciseLabel, History, Recording, Source, Step, Subject, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import KINECT_V1

ACTIONS: Final = (
    "high arm wave", "horizontal arm wave", "hammer", "hand catch", "forward punch", "high throw",
    "draw x", "draw tick", "draw circle", "hand clap", "two hand wave", "side boxing", "bend",
    "forward kick", "side kick", "jogging", "tennis swing", "tennis serve", "golf swing",
    "pick up and throw",
)  # fmt: skip
NAME: Final = re.compile(r"a(\d\d)_s(\d\d)_e(\d\d)_skeleton(3D)?", re.ASCII)
_ORDER: Final = (
    "ShoulderLeft", "ShoulderRight", "ShoulderCenter", "Spine", "HipLeft", "HipRight", "HipCenter",
    "ElbowLeft", "ElbowRight", "WristLeft", "WristRight", "HandLeft", "HandRight", "KneeLeft",
    "KneeRight", "AnkleLeft", "AnkleRight", "FootLeft", "FootRight", "Head",
)  # fmt: skip
_TO_KINECT: Final = [_ORDER.index(joint) for joint in KINECT_V1.joints]
# Joints that the tracker derives from others and seldom or never scores: 0 beside a usable place.
_UNSCORED: Final = [
    _ORDER.index(joint)
    for joint in ("ShoulderCenter", "Spine", "HipCenter", "FootLeft", "FootRight")
]
_INFERRED: Final = 0.5
_RATE_HZ: Final = 15.0
_FARTHEST_M: Final = 10.0
_COLUMNS: Final = 4


@dataclass(frozen=True, eq=False)
class Raw:
    """The file as it is: (frames, 20, 4) x, y, z in m and confidence, in the file's order."""

    path: Path
    sha256: str
    joints: NDArray[np.float64]


def identify(path: Path, head: bytes) -> bool:
    """MSRAction3D's name, or lines of four numbers of which the last is a share."""
    if path.is_dir():
        return False
    named = path.suffix.lower() == ".txt" and NAME.fullmatch(path.stem) is not None
    return named or _looks_like(head)


def _looks_like(head: bytes) -> bool:
    lines = head.split(b"\n")[:-1][: len(KINECT_V1)]
    if len(lines) < len(KINECT_V1):
        return False
    try:
        rows = [[float(cell) for cell in line.decode("ascii").split()] for line in lines]
    except ValueError:  # UnicodeDecodeError is one
        return False
    return all(len(row) == _COLUMNS and 0 <= row[3] <= 1 for row in rows)


def read(path: Path, *, rate_hz: float = _RATE_HZ) -> Recording:
    """An MSRAction3D recording.

    Parameters
    ----------
    rate_hz
        Frames a second; the files hold no time.

    Raises
    ------
    FormatError
        On damage, on the release in pixels, and where no frame holds a person.
    """
    if not rate_hz > 0:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    raw = _read_raw(path)
    frames = len(raw.joints)
    why = "the files hold no time; about 15 frames a second are said of the set, unconfirmed"
    time, assumed = assumed_rate(rate_hz, frames, why)
    positions, zeros = unseen_as_nan(raw.joints[:, _TO_KINECT, :3])
    confidence, scored = _confidence(raw)
    return Recording(
        time=time,
        skeleton=KINECT_V1,
        positions=positions,
        confidence=confidence[:, _TO_KINECT],
        up=Up((0.0, 1.0, 0.0), "sensor"),
        source=Source(
            str(path), raw.sha256, "msr-action3d", "depth sensor like the Kinect v1", rate_hz,
            clock="frames at an assumed rate", view_axis=(0.0, 0.0, 1.0),
        ),
        subject=_subject(path),
        exercise=_label(path),
        history=(
            Step("read", {"format": "msr-action3d"}, f"{frames} frames"),
            assumed,
            *scored,
            *unseen_note(zeros, frames * len(KINECT_V1)),
        ),
    )  # fmt: skip


def _read_raw(path: Path) -> Raw:
    content = read_bytes(path)
    lines = lines_of(decode(path, content))
    table = parse_table(path, lines, [_COLUMNS], separator=None, what="x, y, z, confidence")
    if len(table) % len(KINECT_V1):
        raise FormatError(
            path,
            expected="20 lines a frame",
            found=f"{len(table)} lines, {len(table) % len(KINECT_V1)} too many",
            fix="The file was cut off; copy it again.",
        )
    joints = table.reshape(-1, len(KINECT_V1), _COLUMNS)
    _check(path, joints)
    return Raw(path, sha256(content), joints)


def _check(path: Path, joints: NDArray[np.float64]) -> None:
    if not joints[..., :3].any():
        raise FormatError(
            path,
            expected="a person in some frame",
            found=f"{len(joints)} frames of zeros",
            fix="Nobody was tracked in this recording; leave it out.",
        )
    farthest = float(np.nanmedian(np.abs(joints[..., :3]).max(axis=(1, 2))))
    if farthest > _FARTHEST_M:
        raise FormatError(
            path,
            expected="coordinates in m",
            found=f"values of about {farthest:.0f}",
            fix="This is the release in pixels and depth; take the one called skeleton3D.",
        )
    wrong = ~((joints[..., 3] >= 0) & (joints[..., 3] <= 1))
    if wrong.any():
        frame, joint = map(int, np.argwhere(wrong)[0])
        raise FormatError(
            path,
            place=f"frame {frame + 1}, joint {joint + 1}",
            expected="a confidence from 0 to 1",
            found=f"{joints[frame, joint, 3]:g}",
        )


def _confidence(raw: Raw) -> tuple[Float, History]:
    """(frames, 20) in the file's order; derived joints that have a place count as inferred."""
    confidence = raw.joints[..., 3].astype(np.float32)
    placed = (raw.joints[..., :3] != 0).any(axis=-1)
    derived = np.zeros_like(placed)
    derived[:, _UNSCORED] = True
    unscored = derived & placed & (confidence == 0)
    confidence[unscored] = _INFERRED
    if not unscored.any():
        return confidence, ()
    why = (
        f"{int(unscored.sum())} joints of shoulder centre, spine, hip centre and feet have a place "
        "and the score 0: the sensor derives them and does not score them"
    )
    return confidence, (Step("assume confidence", {"confidence": _INFERRED}, why),)


def _subject(path: Path) -> Subject:
    match = NAME.fullmatch(path.stem)
    return Subject(id=f"s{match[2]}", group="healthy") if match else Subject()


def _label(path: Path) -> ExerciseLabel:
    match = NAME.fullmatch(path.stem)
    if match is None or not 1 <= int(match[1]) <= len(ACTIONS):
        return ExerciseLabel()
    extra = {"action": int(match[1]), "episode": int(match[3])}
    return ExerciseLabel("", ACTIONS[int(match[1]) - 1], None, extra)
