"""KERAAL's points in the picture: frame number -> joint -> shares of width and height."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.columns import plain
from rehabkit.formats.files import sha256
from rehabkit.formats.json_text import load_json
from rehabkit.formats.keraal import naming
from rehabkit.recording import Mirrored, Recording, Skeleton, Source, Step, Up
from rehabkit.recording.skeletons import BLAZEPOSE, COCO, OPENPOSE_18

_RATE_HZ: Final = 30.0
# The sizes of the videos, as the readme of the data set's repository states them.
_STUDIO_SIZE: Final = (960, 544)  # group 3
_COACH_SIZE: Final = (480, 360)  # the other groups
_LARGEST: Final = 100.0  # shares; a point far outside the picture is damage
_MOST_FRAMES: Final = 1_000_000
_SIDES: Final = {"l": "left_", "r": "right_"}


def looks_like(head: bytes) -> bool:
    """``{"positions": {"<number>": {"<joint>": [``, white space aside."""
    text = b"".join(head.removeprefix(b"\xef\xbb\xbf")[:400].split())
    start, _, rest = text.partition(b':{"')
    number = rest.partition(b'"')[0]
    return start == b'{"positions"' and number.replace(b".", b"", 1).isdigit()


def read(
    path: Path,
    content: bytes,
    text: str,
    image_size: tuple[int, int] | None,
    rate_hz: float | None,
    mirrored: str,
) -> Recording:
    """Image points in px; BlazePose's third value, a guess of depth in shares, is left out."""
    frames = _frames(path, text)
    skeleton = _skeleton(path, frames)
    numbers, points = _parse(path, frames, skeleton)
    size, sized = _size(path, image_size, naming.parse(path).group)
    rate = rate_hz or _RATE_HZ
    why = "given" if rate_hz else "the files hold no time; they have as many frames as the Kinect"
    stamps = numbers / rate
    name = naming.parse(path)
    return Recording(
        time=stamps - stamps[0],
        skeleton=skeleton,
        image_points=(points * size).astype(np.float32),
        image_size=size,
        mirrored=_mirrored(skeleton, mirrored),
        origin="image",
        up=Up((0.0, -1.0, 0.0), "assumed"),
        source=Source(
            str(path), sha256(content), "keraal", "camera, " + _DEVICES[skeleton.name], rate,
            start_s=float(stamps[0]), clock="frame numbers at an assumed rate",
        ),
        subject=naming.subject(name),
        exercise=naming.exercise(name),
        history=(
            Step("read", {"format": "keraal"}, f"{len(stamps)} frames"),
            Step("assume frame rate", {"rate_hz": rate}, why),
            *sized,
            *_mirror_note(skeleton, mirrored),
        ),
    )  # fmt: skip


_DEVICES: Final = {"blazepose": "BlazePose", "openpose-18": "OpenPose", "coco-17": "AlphaPose"}


def _mirrored(skeleton: Skeleton, stated: str) -> Mirrored:
    """The data set's BlazePose ran on mirrored pictures, its other networks did not."""
    if stated == "auto":
        return "yes" if skeleton is BLAZEPOSE else "no"
    return "yes" if stated == "yes" else "no"


def _mirror_note(skeleton: Skeleton, stated: str) -> tuple[Step, ...]:
    if stated != "auto" or skeleton is not BLAZEPOSE:
        return ()
    why = (
        "where one arm moves at a time, the data set's BlazePose points move the other one than "
        "Kinect, Vicon, OpenPose and AlphaPose do, on the other side of the picture"
    )
    return (Step("assume mirrored picture", {}, why),)


def _size(
    path: Path, given: tuple[int, int] | None, group: str
) -> tuple[tuple[int, int], tuple[Step, ...]]:
    if given is None:
        size = _STUDIO_SIZE if group in ("3", "") else _COACH_SIZE
        why = "the data set's readme states the size of its videos; the file holds shares"
        return size, (Step("assume picture size", {"image_size": size}, why),)
    width, height = given
    if not (width > 0 and height > 0):
        raise FormatError(path, expected="image_size above 0", found=f"image_size={given}")
    return (int(width), int(height)), ()


def _frames(path: Path, text: str) -> dict[float, Mapping[str, Any]]:
    """Frame number -> joints, in order of the numbers."""
    document = load_json(path, text)
    positions = document.get("positions") if isinstance(document, dict) else None
    if not isinstance(positions, dict) or not positions:
        raise FormatError(path, expected="frames under 'positions'", found="none")
    found: dict[float, Mapping[str, Any]] = {}
    for key, joints in positions.items():
        number = _number(path, key)
        if not isinstance(joints, dict):
            raise FormatError(
                path,
                place=f"frame {key[:20]!r}",
                expected="joints by name",
                found=repr(joints)[:40],
            )
        found[number] = joints
    return dict(sorted(found.items()))


def _number(path: Path, key: str) -> float:
    try:
        number = float(key)
    except ValueError:
        number = np.nan
    if not 0 <= number < _MOST_FRAMES:
        raise FormatError(path, expected="frame numbers as keys", found=repr(key[:40]))
    return number


def _skeleton(path: Path, frames: Mapping[float, Mapping[str, Any]]) -> Skeleton:
    """By the names of the joints: numbers are AlphaPose's, side letters OpenPose's."""
    names = {name for joints in frames.values() for name in joints}
    for skeleton in (COCO, OPENPOSE_18, BLAZEPOSE):
        known = _indices(skeleton)
        if names and names <= set(known):
            return skeleton
    raise FormatError(
        path,
        expected="the joints of BlazePose (33), OpenPose (18) or AlphaPose (17)",
        found=", ".join(sorted(names))[:80] or "no joints",
    )


def _indices(skeleton: Skeleton) -> dict[str, int]:
    """The file's word for each joint -> its index."""
    if skeleton is COCO:
        return {str(i): i for i in range(len(COCO))}
    if skeleton is OPENPOSE_18:
        return {_short(joint): i for i, joint in enumerate(skeleton.joints)}
    return {joint.capitalize(): i for i, joint in enumerate(skeleton.joints)}


def _short(joint: str) -> str:
    """``right_shoulder`` -> ``rShoulder``, ``neck`` -> ``Neck``."""
    letter = next((k for k, start in _SIDES.items() if joint.startswith(start)), "")
    return letter + joint.removeprefix(_SIDES.get(letter, "")).capitalize()


def _parse(
    path: Path, frames: Mapping[float, Mapping[str, Any]], skeleton: Skeleton
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Numbers of the frames, and (frames, joints, 2) shares; joints left out are NaN."""
    known = _indices(skeleton)
    points = np.full((len(frames), len(skeleton), 2), np.nan)
    for row, (number, joints) in enumerate(frames.items()):
        for name, value in joints.items():
            points[row, known[name]] = _share(path, number, name, value)
    if np.isnan(points).all():
        raise FormatError(path, expected="a joint in some frame", found="none")
    zero = (points == 0).all(axis=-1, keepdims=True)
    return np.array(list(frames)), np.where(zero, np.nan, points)


def _share(path: Path, frame: float, name: str, value: Any) -> tuple[float, float]:
    usable = (
        isinstance(value, list)
        and len(value) in (2, 3)
        and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
        and all(abs(v) <= _LARGEST for v in value)
    )
    if not usable:
        raise FormatError(
            path,
            place=f"frame {frame:g}, joint {plain(name)[:30]}",
            expected="[x, y] as shares of the picture",
            found=repr(value)[:40],
        )
    return float(value[0]), float(value[1])
