"""``from_array``: an array of a user's own with joint names becomes a Recording."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rehabkit.errors import RecordingError, SkeletonError, choices
from rehabkit.formats.build import unseen_as_nan, unseen_note
from rehabkit.formats.up_axis import find_up
from rehabkit.recording import CANONICAL, History, Recording, Skeleton, Source, Step, build_skeleton
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import from_joint_names, guess_skeleton, skeleton_by_name

M_PER_UNIT: Final = {"m": 1.0, "cm": 0.01, "mm": 0.001}
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SIDES: Final = {"left": "left", "l": "left", "right": "right", "r": "right"}


def from_array(
    array: ArrayLike,
    joints: str | Skeleton | Sequence[str],
    *,
    rate_hz: float | None = None,
    time: ArrayLike | None = None,
    unit: str = "m",
    up: str | None = None,
    image_size: tuple[int, int] | None = None,
    confidence: ArrayLike | None = None,
    canonical: Mapping[str, str] | None = None,
) -> Recording:
    """A recording of an array and the names of its joints.

    Parameters
    ----------
    array
        (frames, joints, 3) positions in a right-handed frame, or (frames, joints, 2) pixels with
        the origin at the top left; (frames, 3 joints) is understood too. NaN, or all zero in
        space, where a joint was not seen.
    joints
        One name a joint, a skeleton's name (``"kinect-v2"``, ``"coco"``, ...) or a Skeleton. Of
        free names those that say a canonical joint are understood: ``"knee_left"``,
        ``"LeftKnee"``, ``"L knee"``.
    rate_hz, time
        Frames a second, or (frames,) s; one of the two.
    unit
        ``"m"``, ``"cm"`` or ``"mm"`` of positions.
    up
        ``"y"``, ``"-z"``, ...: the axis against gravity; else told by the body, and stated.
    image_size
        (width, height) in px, for pixels.
    confidence
        (frames, joints), 0 to 1.
    canonical
        Canonical joint -> one of ``joints``, where names do not say it.

    Raises
    ------
    RecordingError
        Where shapes, times or the unit do not fit.
    SkeletonError
        Where joints are named twice or ``canonical`` names unknown ones.

    Examples
    --------
    >>> import numpy as np
    >>> points = np.random.default_rng(0).normal(size=(90, 3, 3))
    >>> from_array(points, ["hip_left", "knee_left", "ankle_left"], rate_hz=30)
    <Recording array: 90 frames, 2.97 s at 30 Hz, 3 joints (custom)>
    """
    skeleton = _skeleton(joints, canonical)
    values = _shaped(array, skeleton)
    stamps = _times(len(values), rate_hz, time)
    start_s = float(stamps[0])
    changes: dict[str, Any] = {"confidence": confidence, "mirrored": "unknown"}
    history: History = (Step("read", {"format": "array"}, f"{len(values)} frames"),)
    if values.shape[-1] == 2:
        changes |= {"image_points": values, "image_size": image_size, "origin": "image"}
    else:
        metres, zeros = unseen_as_nan(values * _metres(unit))
        changes["positions"] = metres
        changes["up"], said = find_up(skeleton, metres, up)
        history += said + unseen_note(zeros, values.shape[0] * values.shape[1])
    source = Source(format="array", rate_hz=rate_hz, start_s=start_s, clock="the array's")
    return Recording(stamps - start_s, skeleton, source=source, history=history, **changes)


def _skeleton(
    joints: str | Skeleton | Sequence[str], canonical: Mapping[str, str] | None
) -> Skeleton:
    if isinstance(joints, str):
        return skeleton_by_name(joints)
    if isinstance(joints, Skeleton):
        return joints
    names = [str(joint) for joint in joints]
    known = guess_skeleton(names)
    if known is not None and canonical is None:
        return known
    return custom_skeleton(names, canonical)


def custom_skeleton(names: Sequence[str], canonical: Mapping[str, str] | None = None) -> Skeleton:
    """A skeleton of free names; each hangs on the nearest joint of the body that is there."""
    if len(set(names)) != len(names):
        twice = {name for name in names if list(names).count(name) > 1}
        raise SkeletonError(f"Expected every joint once, found twice: {choices(twice)}.")
    said: dict[str, str] = {}
    for name in names:
        meaning = meaning_of(name)
        if meaning is not None:
            said.setdefault(meaning, name)
    said |= canonical or {}
    unknown = set(said) - set(CANONICAL)
    if unknown or set(said.values()) - set(names):
        raise SkeletonError(
            f"Expected canonical to map canonical joints to joints of the array, found "
            f"{choices(unknown or set(said.values()) - set(names))}; canonical joints are "
            f"{choices(CANONICAL)}."
        )
    tree = from_joint_names([joint for joint in CANONICAL if joint in said])
    parents: dict[str, str | None] = dict.fromkeys(names)
    for joint, parent in zip(tree.joints, tree.parents, strict=True):
        parents[said[joint]] = said[tree.joints[parent]] if parent >= 0 else None
    return build_skeleton("custom", parents, said)


def meaning_of(name: str) -> str | None:
    """The canonical joint that a name says: ``LeftKnee`` -> ``knee_left``; None for others."""
    words = [word.lower() for word in _WORDS.findall(name)]
    sides = [_SIDES[word] for word in words if word in _SIDES]
    base = "_".join(word for word in words if word not in _SIDES)
    candidate = f"{base}_{sides[0]}" if len(sides) == 1 else base
    return candidate if candidate in CANONICAL and len(sides) < 2 else None


def _shaped(array: ArrayLike, skeleton: Skeleton) -> Float:
    """(frames, joints, 2 or 3) float64."""
    values = np.asarray(array, dtype=np.float64)
    count = len(skeleton)
    if values.ndim == 2 and values.shape[1] in (2 * count, 3 * count):
        values = values.reshape(len(values), count, -1)
    if values.ndim != 3 or values.shape[1] != count or values.shape[2] not in (2, 3):
        raise RecordingError(
            f"Expected an array of shape (frames, {count}, 3) in space or (frames, {count}, 2) in "
            f"a picture, for the {count} joints named, found {values.shape}."
        )
    return values


def _times(frames: int, rate_hz: float | None, time: ArrayLike | None) -> NDArray[np.float64]:
    if (rate_hz is None) == (time is None):
        raise RecordingError("Expected rate_hz (frames a second) or time (s), one of the two.")
    if time is None:
        if rate_hz is None or not (np.isfinite(rate_hz) and rate_hz > 0):
            raise RecordingError(f"Expected rate_hz above 0, found {rate_hz}.")
        return np.arange(frames) / rate_hz
    stamps = np.asarray(time, dtype=np.float64)
    if stamps.shape != (frames,) or frames == 0:
        raise RecordingError(f"Expected time of shape ({frames},), found {stamps.shape}.")
    return stamps


def _metres(unit: str) -> float:
    if unit not in M_PER_UNIT:
        raise RecordingError(f"Expected unit as one of {choices(M_PER_UNIT)}, found {unit!r}.")
    return M_PER_UNIT[unit]
