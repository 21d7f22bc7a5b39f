"""PYSKL's skeleton pickles (also MMAction2's): many annotated key point sequences in one file.

Source: Duan et al., "PYSKL: Towards Good Practices for Skeleton Action Recognition", ACM
Multimedia 2022. A pickle can execute code, so it is never unpickled: :mod:`.opcodes` reads the data
in it, in a child process with limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit import guard
from rehabkit.errors import FormatError, RehabkitError, choices
from rehabkit.formats.build import assumed_rate, unseen_as_nan, unseen_note
from rehabkit.formats.plain import find_up
from rehabkit.formats.pyskl.writing import annotation, write_many
from rehabkit.recording import ExerciseLabel, History, Recording, Scale, Skeleton, Source, Step
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import SKELETONS, skeleton_by_name

__all__ = ["annotation", "identify", "names", "read", "whole", "write", "write_many"]

_SUFFIXES: Final = (".pkl", ".pickle")
_WORDS: Final = (b"annotations", b"keypoint", b"frame_dir", b"split")
_RATE_HZ: Final = 30.0
_BY_COUNT: Final = {
    17: "coco-17", 18: "openpose-18", 20: "kinect-v1", 24: "smpl", 25: "kinect-v2", 26: "halpe-26",
    32: "azure-kinect", 33: "blazepose",
}  # fmt: skip


def identify(path: Path, head: bytes) -> bool:
    """A pickle of protocol 2 to 5 with PYSKL's keys in its first bytes, or with its suffix."""
    if len(head) < 2 or head[0] != 0x80 or head[1] not in (2, 3, 4, 5):
        return False
    return path.suffix.lower() in _SUFFIXES or any(word in head for word in _WORDS)


def read(
    path: Path,
    *,
    item: int | str | None = None,
    person: int | None = None,
    skeleton: str | None = None,
    rate_hz: float | None = None,
) -> Recording:
    """One annotation of a PYSKL file.

    Parameters
    ----------
    item
        The annotation's ``frame_dir`` or its number from 0; needed where there are several.
    person
        Which person from 0; by default the one that is seen in most frames.
    skeleton
        A known skeleton's name; else told by the number of joints.
    rate_hz
        Frames a second, which the layout lacks; else 30 is assumed.

    Raises
    ------
    FormatError
        A damaged file, one that names code, or one with several annotations and none named.
    """
    if rate_hz is not None and not rate_hz > 0:
        raise RehabkitError(f"Expected rate_hz above 0, found {rate_hz}.")
    timeout_s, memory_bytes = _limits(path)
    found = guard.call(
        "rehabkit.formats.pyskl.layout:parse",
        path,
        timeout_s=timeout_s,
        memory_bytes=memory_bytes,
        item=item,
    )
    return _to_recording(path, found, person, skeleton, rate_hz)


def names(path: Path) -> tuple[str, ...]:
    """``frame_dir`` of every annotation of a file: what ``item`` takes."""
    timeout_s, memory_bytes = _limits(path)
    function = "rehabkit.formats.pyskl.layout:names"
    found = guard.call(function, path, timeout_s=timeout_s, memory_bytes=memory_bytes)
    return tuple(found["names"])


def whole(path: Path) -> dict[str, Any]:
    """All annotations of a file with its splits, as :func:`.layout.whole` gives them."""
    timeout_s, memory_bytes = _limits(path)
    function = "rehabkit.formats.pyskl.layout:whole"
    return guard.call(function, path, timeout_s=timeout_s, memory_bytes=memory_bytes)


def _limits(path: Path) -> tuple[float, int]:
    """Seconds and bytes for a file: they grow with it, the memory by steps (a child for each)."""
    size = path.stat().st_size if path.is_file() else 0
    memory = next((m for m in (1 << 30, 4 << 30) if 8 * size < m), 32 << 30)
    return 4.5 + size / 5e6, memory


def _to_recording(
    path: Path, found: Mapping[str, Any], person: int | None, skeleton: str | None,
    rate_hz: float | None,
) -> Recording:  # fmt: skip
    chosen, picked = _pick(path, found["keypoint"], person)
    points = found["keypoint"][chosen]
    score = None if found["score"] is None else found["score"][chosen]
    joints, told = _skeleton(path, points.shape[1], skeleton)
    time, clock, timing = _time(found, len(points), rate_hz)
    seen, zeros = unseen_as_nan(points)
    history = (
        Step("read", {"format": "pyskl"}, f"{len(points)} frames of {found['name']!r}"),
        *timing,
        *told, *picked, *unseen_note(zeros, points.shape[0] * points.shape[1]),
    )  # fmt: skip
    place, assumed = _place(joints, seen, found["image_shape"])
    return Recording(
        time=time,
        skeleton=joints,
        confidence=None if score is None else np.nan_to_num(np.clip(score, 0, 1)),
        scale=_scale(place),
        source=Source(
            str(path),
            found["sha256"],
            "pyskl",
            "",
            rate_hz or found["rate_hz"],
            found["start_s"],
            clock,
        ),
        exercise=_label(found),
        history=(*history, *assumed),
        **place,
    )


def _time(
    found: Mapping[str, Any], frames: int, rate_hz: float | None
) -> tuple[NDArray[np.float64], str, History]:
    """Times that RehabKit wrote, else frames at the rate given, stated or usual."""
    if found["time_s"] is not None and rate_hz is None:
        return found["time_s"], "the file's time", ()
    rate = rate_hz or found["rate_hz"]
    time, step = assumed_rate(rate or _RATE_HZ, frames, "given" if rate_hz else "usual")
    if found["rate_hz"] and not rate_hz:
        return time, "frames at the stated rate", ()
    return time, "frames at an assumed rate", (step,)


def _scale(place: Mapping[str, Any]) -> Scale:
    return Scale(known="positions" in place, note="as the file has them")


def _label(found: Mapping[str, Any]) -> ExerciseLabel:
    label = "" if found["label"] is None else str(found["label"])
    extra = {"frame_dir": found["name"], "splits": tuple(found["splits"])}
    return ExerciseLabel(label=label, extra=extra)


def _pick(path: Path, points: Float, person: int | None) -> tuple[int, History]:
    people = len(points)
    if person is not None and not 0 <= person < people:
        raise FormatError(
            path,
            expected=f"person from 0 to {people - 1}",
            found=f"person={person}",
            fix="People are counted from 0.",
        )
    if people == 1:
        return 0, ()
    seen = (np.nan_to_num(points) != 0).any(axis=(2, 3)).sum(axis=1)
    chosen = int(seen.argmax()) if person is None else person
    note = f"person {chosen} of {people}, seen in {int(seen[chosen])} frames"
    return chosen, (Step("pick person", {"person": "seen longest" if person is None else person},
                         note),)  # fmt: skip


def _skeleton(path: Path, count: int, name: str | None) -> tuple[Skeleton, History]:
    if name is not None:
        skeleton = skeleton_by_name(name)
        if len(skeleton) != count:
            fitting = choices(s.name for s in SKELETONS.values() if len(s) == count)
            raise FormatError(
                path,
                expected=f"the {len(skeleton)} joints of {name!r}",
                found=f"{count}",
                fix=f"Skeletons of {count} joints: {fitting or 'none is known'}.",
            )
        return skeleton, (Step("assume skeleton", {"skeleton": name}, "given"),)
    known = SKELETONS.get(_BY_COUNT.get(count, ""))
    if known is None:
        known = Skeleton(
            f"points-{count}", tuple(f"point_{i}" for i in range(count)), (-1,) * count
        )
        why = f"{count} joints, which no known skeleton of this layout has"
    else:
        why = f"{count} joints"
    return known, (Step("assume skeleton", {"skeleton": known.name}, why),)


def _place(
    skeleton: Skeleton, seen: Float, shape: Sequence[int] | None
) -> tuple[dict[str, Any], History]:
    """Positions with three coordinates, image points with two."""
    if seen.shape[-1] == 3:
        up, steps = find_up(skeleton, seen, None)
        unit = Step("assume unit", {"unit": "m"}, "three coordinates a joint")
        return {"positions": seen, "up": up}, (unit, *steps)
    history: History = ()
    if shape is None:
        largest = np.nan_to_num(seen).max(axis=(0, 1), initial=0)
        shape = [max(1, int(np.ceil(v))) for v in largest[::-1]]
        why = "the annotation has no img_shape; as far as its points reach"
        history = (Step("assume image size", {"width": shape[1], "height": shape[0]}, why),)
    size = (int(shape[1]), int(shape[0]))
    return {"image_points": seen, "image_size": size, "origin": "image",
            "mirrored": "unknown"}, history  # fmt: skip


def write(
    recording: Recording,
    path: Path,
    *,
    label: int | None = None,
    frame_dir: str | None = None,
    points: str | None = None,
) -> None:
    """Write one recording as a PYSKL file; see :func:`write_many`.

    Parameters
    ----------
    label
        The class's number; else the recording's label where that is a number, else none.
    frame_dir
        The sample's name; else the recording's file without suffix.
    points
        ``"space"`` (positions, m) or ``"image"`` (px); else positions where there are such.

    Raises
    ------
    RecordingError
        Where the recording has no such points.
    """
    write_many([annotation(recording, label=label, frame_dir=frame_dir, points=points)], path)
