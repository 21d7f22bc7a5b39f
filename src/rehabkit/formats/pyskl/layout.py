"""PYSKL's layout in the plain data of a pickle: which annotation is meant, and its arrays.

``{"split": {name: [frame_dir, ...]}, "annotations": [annotation, ...]}`` or the bare list; an
annotation is a dict of ``frame_dir``, ``label``, ``img_shape`` (height, width), ``total_frames``,
``keypoint`` (persons, frames, joints, 2 or 3) and perhaps ``keypoint_score``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import FormatError
from rehabkit.formats.files import read_bytes, sha256
from rehabkit.formats.numbers import LARGEST
from rehabkit.formats.pyskl.opcodes import load

_LISTED: Final = 12
_MOST_JOINTS: Final = 1000
_LARGEST_S: Final = 1e12


def parse(path: Path, item: int | str | None = None) -> dict[str, Any]:
    """One annotation as plain values and arrays, for a child process of the guard.

    Returns
    -------
    dict
        ``sha256``, ``count``, ``name``, ``label`` (int or None), ``splits``, ``image_shape``,
        ``rate_hz``, ``time_s`` (frames,) or None, ``start_s``, ``keypoint`` (persons, frames,
        joints, 2 or 3) float32, ``score`` (persons, frames, joints) float32 or None.
    """
    content = read_bytes(path)
    annotations, splits = _annotations(path, load(path, content))
    index = _index(path, annotations, item)
    found = _annotation(path, index, annotations[index])
    inside = sorted(k for k, names in splits.items() if _holds(names, found["name"]))
    return {"sha256": sha256(content), "count": len(annotations), "splits": inside, **found}


def names(path: Path) -> dict[str, Any]:
    """``frame_dir`` of every annotation, in the file's order."""
    annotations, _ = _annotations(path, load(path, read_bytes(path)))
    return {"names": [_name(a, i) for i, a in enumerate(annotations)]}


def whole(path: Path) -> dict[str, Any]:
    """All annotations of a file, for a child process of the guard.

    Returns
    -------
    dict
        ``annotations``: as :func:`parse` gives one, with ``orientation`` (frames, joints, 4) or
        None, and ``extra``: its texts, numbers and lists of numbers beside those; ``splits``: name
        -> names of annotations; ``facts``: texts and lists of texts beside these two.
    """
    data = load(path, read_bytes(path))
    annotations, splits = _annotations(path, data)
    found = [
        {**_annotation(path, i, a), "orientation": _turns(path, i, a), "extra": _plain(a)}
        for i, a in enumerate(annotations)
    ]
    named = {str(k): [n for n in names if isinstance(n, str)] for k, names in splits.items()
             if isinstance(names, list | tuple)}  # fmt: skip
    return {
        "annotations": found,
        "splits": named,
        "facts": _plain(data) if isinstance(data, dict) else {},
    }


def _turns(path: Path, index: int, annotation: dict[str, Any]) -> Any:
    if "orientation" not in annotation:
        return None
    place = f"annotation {index}, 'orientation'"
    return _numbers(path, place, annotation["orientation"])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Texts, numbers and lists of them; what else there is has a place of its own."""
    kinds = (str, int, float)
    return {
        key: value for key, value in values.items()
        if isinstance(key, str) and (isinstance(value, kinds) or (
            isinstance(value, list) and all(isinstance(v, kinds) for v in value)))
    }  # fmt: skip


def _annotations(path: Path, data: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    splits = data.get("split") if isinstance(data, dict) else None
    annotations = data.get("annotations") if isinstance(data, dict) else data
    usable = isinstance(annotations, list) and all(
        isinstance(a, dict) and "keypoint" in a for a in annotations
    )
    if not usable or not annotations:
        raise FormatError(
            path,
            expected="a list of annotations with 'keypoint', alone or under 'annotations'",
            found="an empty list" if annotations == [] else type(annotations).__name__,
            fix="The file is a pickle, but not in PYSKL's layout.",
        )
    return annotations, splits if isinstance(splits, dict) else {}


def _name(annotation: dict[str, Any], index: int) -> str:
    name = annotation.get("frame_dir", annotation.get("filename"))
    return name if isinstance(name, str) else str(index)


def _holds(names: Any, name: str) -> bool:
    return isinstance(names, list | tuple) and name in [n for n in names if isinstance(n, str)]


def _index(path: Path, annotations: list[dict[str, Any]], item: int | str | None) -> int:
    """Which annotation is meant: by name, by number from 0, or the only one."""
    known = [_name(a, i) for i, a in enumerate(annotations)]
    if item is None and len(known) == 1:
        return 0
    if isinstance(item, str) and item in known:
        return known.index(item)
    if item is not None and str(item).isdecimal() and int(item) < len(known):
        return int(item)
    listed = ", ".join(name[:60] for name in known[:_LISTED])
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    asked = "one annotation" if item is None else f"an annotation {str(item)[:60]!r}"
    raise FormatError(
        path,
        expected=asked,
        found=f"{len(known)}: {listed}{more}",
        fix=f"Give item='NAME', or a number from 0 to {len(known) - 1}.",
    )


def _annotation(path: Path, index: int, annotation: dict[str, Any]) -> dict[str, Any]:
    place = f"annotation {index}"
    points = _numbers(path, f"{place}, 'keypoint'", annotation["keypoint"])
    if points.ndim == 3:  # one person without an axis of persons
        points = points[None]
    if points.ndim != 4 or points.shape[-1] not in (2, 3) or 0 in points.shape \
            or points.shape[2] > _MOST_JOINTS:  # fmt: skip
        raise FormatError(
            path,
            place=f"{place}, 'keypoint'",
            expected="shape (persons, frames, joints, 2 or 3)",
            found=str(points.shape),
        )
    score = annotation.get("keypoint_score")
    if score is not None:
        score = _numbers(path, f"{place}, 'keypoint_score'", score)
        score = score[None] if score.ndim == 2 else score
        if score.shape != points.shape[:3]:
            raise FormatError(
                path,
                place=f"{place}, 'keypoint_score'",
                expected=f"shape {points.shape[:3]} as of its points",
                found=str(score.shape),
            )
    label, rate = annotation.get("label"), annotation.get("frame_rate")
    start = annotation.get("start_s")
    return {
        "name": _name(annotation, index)[:500],
        "label": label if isinstance(label, int) and abs(label) < LARGEST else None,
        "image_shape": _shape(annotation.get("img_shape", annotation.get("original_shape"))),
        "rate_hz": float(rate) if isinstance(rate, int | float) and 0 < rate < LARGEST else None,
        "time_s": _times(path, place, annotation.get("time_s"), points.shape[1]),
        "start_s": float(start) if isinstance(start, float) and abs(start) < _LARGEST_S else 0.0,
        "keypoint": points,
        "score": score,
    }


def _times(path: Path, place: str, values: Any, frames: int) -> Any:
    """(frames,) s where RehabKit wrote them; None where there are none."""
    if values is None:
        return None
    usable = isinstance(values, np.ndarray) and values.dtype.kind == "f"
    if usable and values.shape == (frames,) and values[0] == 0 and (np.diff(values) > 0).all():
        return values.astype(np.float64)
    raise FormatError(
        path,
        place=f"{place}, 'time_s'",
        expected=f"{frames} times in s that start at 0 and increase",
        found="others",
    )


def _numbers(path: Path, place: str, values: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiub":
        raise FormatError(
            path, place=place, expected="an array of numbers", found=type(values).__name__
        )
    with np.errstate(over="ignore"):
        numbers = values.astype(np.float32)
    if np.isinf(numbers).any() or np.nanmax(np.abs(numbers), initial=0) > LARGEST:
        raise FormatError(
            path,
            place=place,
            expected=f"finite numbers up to {LARGEST:g}",
            found="larger ones",
            fix="The file seems damaged.",
        )
    return numbers


def _shape(value: Any) -> list[int] | None:
    """(height, width) of the picture, None where it is not given."""
    if not isinstance(value, list | tuple) or len(value) < 2:
        return None
    usable = all(isinstance(v, int) and 0 < v < 1_000_000 for v in value[:2])
    return [int(v) for v in value[:2]] if usable else None
