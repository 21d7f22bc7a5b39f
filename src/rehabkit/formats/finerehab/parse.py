"""FineRehab's JSON into plain arrays, by tolerant keys.

The paper says what a file holds (time stamps, subject ids, number of joints, coordinates,
quaternions of the inertial suit), not under which keys. Keys are compared without case and
separators; :data:`KEYS` is the whole mapping. Values may stand in columns (one list a quantity, the
first axis frames) or in frames (one object a frame), a frame's joints in a list or by name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.columns import plain
from rehabkit.formats.json_text import load_json
from rehabkit.formats.numbers import LARGEST

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "time": ("timestamps", "timestamp", "times", "time", "t", "timestampsms", "timestampms",
             "timems", "timestampss"),
    "subject": ("subjectid", "subjectids", "subject", "subid"),
    "movement": ("movementid", "exerciseid", "movement", "actionid"),
    "side": ("sideid", "side"),
    "repetition": ("repetitionno", "repetition", "repetitionid"),
    "count": ("jointsnumber", "jointnumber", "numberofjoints", "jointsnum", "jointnum",
              "numjoints", "jointscount", "jointcount"),
    "names": ("jointnames", "jointsname", "jointname", "names", "joints"),
    "coordinates": ("coordinates", "spatialcoordinates", "3dspatialcoordinates", "3dcoordinates",
                    "positions", "position", "jointpositions", "skeleton", "skeletons",
                    "keypoints", "joints", "xyz", "pos"),
    "quaternions": ("quaternions", "quaternion", "jointquaternions", "orientations",
                    "orientation", "rotations", "rotation", "quat", "wxyz"),
    "frames": ("frames", "data", "framedata", "sequence", "skeletondata"),
    "unit": ("coordinateunit", "positionunit", "unit", "units"),
    "timeunit": ("timestampunit", "timeunit"),
    "order": ("quaternionorder",),
    "up": ("up",),
    "upknownby": ("upknownby",),
    "name": ("name", "jointname", "joint", "jointid", "id"),
}  # fmt: skip
"""Quantity -> keys that are understood, the likeliest first, without case and separators."""

_MOST_FRAMES: Final = 1_000_000
_MOST_JOINTS: Final = 500
_LARGEST_TIME: Final = 1e20


@dataclass(frozen=True, eq=False)
class Raw:
    """What a file holds; ``names`` is empty where its joints bear none.

    ``positions`` (frames, joints, 3) and ``quaternions`` (frames, joints, 4) in the file's units
    and order, NaN where it has null.
    """

    positions: NDArray[np.float64]
    quaternions: NDArray[np.float64] | None
    times: NDArray[np.float64] | None
    time_key: str
    names: tuple[str, ...]
    about: Mapping[str, Any]


def parse(path: Path, text: str) -> Raw:
    """The content of one snippet.

    Raises
    ------
    FormatError
        Naming the quantity or frame in which something is not as it should be.
    """
    document = _load(path, text)
    head = document if isinstance(document, Mapping) else {}
    frames = document if isinstance(document, list) else get(head, "frames")
    if isinstance(frames, Mapping):
        frames = list(frames.values())
    if isinstance(frames, list) and frames and all(isinstance(f, Mapping) for f in frames):
        columns, names = _from_frames(path, frames)
    else:
        columns, names = dict(head), ()
    return _raw(path, columns, head, names)


def get(document: Mapping[str, Any], quantity: str) -> Any:
    """The value under any of a quantity's keys; None where there is none."""
    return _find(document, quantity)[1]


def _find(document: Mapping[str, Any], quantity: str) -> tuple[str, Any]:
    """(key as it stands, value); the quantity's likeliest key first."""
    bare = {plain(str(key)): key for key in document}
    for key in KEYS[quantity]:
        if key in bare and document[bare[key]] is not None:
            value = document[bare[key]]
            # "joints" may be names or coordinates: what it holds tells.
            if quantity not in ("names", "coordinates") or _texts(value) == (quantity == "names"):
                return str(bare[key]), value
    return "", None


def _shown(value: Any) -> str:
    """What was found, in short; the text of something nested may be endless."""
    if isinstance(value, list | Mapping):
        return f"a {'list' if isinstance(value, list) else 'object'} of {len(value)}"
    return repr(value)[:40]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _load(path: Path, text: str) -> Any:
    document = load_json(path, text)
    if not isinstance(document, Mapping | list) or not document:
        raise FormatError(path, expected="a JSON object of a snippet", found=_shown(document))
    return document


def _from_frames(
    path: Path, frames: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Columns gathered from one object a frame."""
    if len(frames) > _MOST_FRAMES:
        raise FormatError(path, expected=f"at most {_MOST_FRAMES} frames", found=f"{len(frames)}")
    names: tuple[str, ...] = ()
    gathered: dict[str, list[Any]] = {"coordinates": [], "quaternions": [], "time": []}
    time_key = ""
    for number, frame in enumerate(frames, 1):
        joints, here = _joints(path, number, get(frame, "coordinates"))
        if names and here != names:
            raise FormatError(
                path, place=f"frame {number}", expected="the joints of the first frame",
                found=", ".join(here)[:60] or "joints without names",
            )  # fmt: skip
        names = here
        gathered["coordinates"].append([joint[0] for joint in joints])
        own = [joint[1] for joint in joints]
        beside = get(frame, "quaternions")
        gathered["quaternions"].append(own if any(q is not None for q in own) else beside)
        key, value = _find(frame, "time")
        time_key = time_key or key
        gathered["time"].append(value)
    columns: dict[str, Any] = {"coordinates": gathered["coordinates"]}
    if any(q is not None for q in gathered["quaternions"]):
        columns["quaternions"] = gathered["quaternions"]
    if any(value is not None for value in gathered["time"]):
        columns[time_key] = gathered["time"]
    return columns, names


def _joints(path: Path, number: int, value: Any) -> tuple[list[tuple[Any, Any]], tuple[str, ...]]:
    """((x, y, z), quaternion or None) of each joint of a frame, and their names."""
    if isinstance(value, Mapping):
        return [_joint(v) for v in value.values()], tuple(str(name) for name in value)
    if not isinstance(value, list) or not value:
        raise FormatError(
            path, place=f"frame {number}", expected="joints with coordinates",
            found=_shown(value),
        )  # fmt: skip
    if not isinstance(value[0], Mapping):
        return [(row[:3], row[3:7]) if isinstance(row, list) and len(row) == 7 else (row, None)
                for row in _rows(value)], ()  # fmt: skip
    named = [str(get(v, "name")) for v in value if isinstance(v, Mapping) and get(v, "name")]
    joints = [_joint(v) for v in value]
    return joints, tuple(named) if len(named) == len(value) else ()


def _rows(values: list[Any]) -> list[Any]:
    """A flat list of 3 numbers a joint as one list a joint."""
    if values and not isinstance(values[0], list) and len(values) % 3 == 0:
        return [values[i : i + 3] for i in range(0, len(values), 3)]
    return values


def _joint(value: Any) -> tuple[Any, Any]:
    if isinstance(value, list):
        return (value[:3], value[3:7]) if len(value) == 7 else (value, None)
    if not isinstance(value, Mapping):
        return None, None
    place = get(value, "coordinates")
    bare = {plain(str(key)): v for key, v in value.items()}
    if place is None and {"x", "y", "z"} <= bare.keys():
        place = [bare["x"], bare["y"], bare["z"]]
    turn = get(value, "quaternions")
    for letters in (("qw", "qx", "qy", "qz"), ("w", "qx", "qy", "qz")):
        if turn is None and set(letters) <= bare.keys():
            turn = [bare[letter] for letter in letters]
    return _listed(place, "xyz"), _listed(turn, "wxyz")


def _listed(value: Any, letters: str) -> Any:
    """``{"x": 1, ...}`` as a list in the order of ``letters``."""
    if isinstance(value, Mapping):
        bare = {plain(str(key)): v for key, v in value.items()}
        return [bare.get(letter) for letter in letters]
    return value


def _raw(
    path: Path, columns: Mapping[str, Any], head: Mapping[str, Any], names: tuple[str, ...]
) -> Raw:
    positions = _table(path, "coordinates", get(columns, "coordinates"), 3)
    if positions is None:
        raise FormatError(
            path, expected="coordinates of joints", found=f"the keys {', '.join(head)[:80] or '-'}",
            fix="docs/formats/datasets.md lists the keys that are understood.",
        )  # fmt: skip
    quaternions = _table(path, "quaternions", get(columns, "quaternions"), 4)
    frames, joints = positions.shape[:2]
    if quaternions is not None and quaternions.shape[:2] != (frames, joints):
        raise _differ(path, "quaternions", (frames, joints), quaternions.shape[:2])
    key, stamps = _find(columns, "time")
    times = None if stamps is None else _times(path, stamps, frames)
    stated = get(head, "names")
    names = names or (tuple(stated) if stated is not None else ())
    if names and len(names) != joints:
        raise _differ(path, "joint names", joints, len(names))
    count = get(head, "count")
    if isinstance(count, int) and not isinstance(count, bool) and count != joints:
        raise _differ(path, "the number of joints it states", joints, count)
    about = {q: get(head, q) for q in
             ("subject", "movement", "side", "repetition", "unit", "timeunit", "order", "up",
              "upknownby")}  # fmt: skip
    return Raw(positions, quaternions, times, key, names, about)


def _differ(path: Path, what: str, expected: object, found: object) -> FormatError:
    return FormatError(
        path, place=what, expected=f"{expected} as the coordinates have", found=f"{found}",
        fix="The file was cut off or changed.",
    )  # fmt: skip


def _table(path: Path, what: str, value: Any, width: int) -> NDArray[np.float64] | None:
    """(frames, joints, width) numbers; null is NaN, a joint that is null is NaN throughout."""
    if value is None:
        return None
    frames = value if isinstance(value, list) else []
    if not frames or len(frames) > _MOST_FRAMES:
        raise FormatError(path, place=what, expected="a list of frames", found=_shown(value))
    rows = [_frame(path, what, i, frame, width) for i, frame in enumerate(frames, 1)]
    joints = {len(row) for row in rows}
    if len(joints) != 1 or not 0 < max(joints) <= _MOST_JOINTS:
        raise FormatError(
            path, place=what, expected="as many joints in every frame",
            found=", ".join(map(str, sorted(joints)[:6])),
        )  # fmt: skip
    return np.array(rows, dtype=np.float64)


def _frame(path: Path, what: str, number: int, frame: Any, width: int) -> list[list[float]]:
    if isinstance(frame, list) and frame and not isinstance(frame[0], list | None):
        frame = [frame[i : i + width] for i in range(0, len(frame), width)]
    if not isinstance(frame, list):
        raise _wrong(path, what, number, frame, width)
    return [_numbers(path, what, number, joint, width) for joint in frame]


def _numbers(path: Path, what: str, number: int, joint: Any, width: int) -> list[float]:
    if joint is None:
        return [math.nan] * width
    if not isinstance(joint, list) or len(joint) != width:
        raise _wrong(path, what, number, joint, width)
    values = [math.nan if v is None else v for v in joint]
    for value in values:
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        if not usable or (not math.isnan(value) and not abs(value) <= LARGEST):
            raise _wrong(path, what, number, joint, width)
    return [float(value) for value in values]


def _wrong(path: Path, what: str, number: int, found: Any, width: int) -> FormatError:
    return FormatError(
        path, place=f"{what}, frame {number}", expected=f"{width} numbers a joint, or null",
        found=_shown(found),
    )  # fmt: skip


def _times(path: Path, stamps: Any, frames: int) -> NDArray[np.float64]:
    if not isinstance(stamps, list) or len(stamps) != frames:
        found = f"{len(stamps)}" if isinstance(stamps, list) else _shown(stamps)
        raise FormatError(path, place="time stamps", expected=f"{frames}, one a frame", found=found)
    try:
        times = np.array([float(stamp) for stamp in stamps])
    except (TypeError, ValueError, OverflowError):
        times = np.full(frames, np.inf)
    if not np.isfinite(times).all() or np.abs(times).max() > _LARGEST_TIME:
        raise FormatError(path, place="time stamps", expected="numbers", found=_shown(stamps[0]))
    return times
