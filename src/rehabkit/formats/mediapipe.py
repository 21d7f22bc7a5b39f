"""Pose landmarks of MediaPipe as people save them: JSON or CSV of 33 points a frame.

MediaPipe gives **image** landmarks (x, y as a share of the picture's width and height) and
**world** landmarks (m, counted from the middle of the hips, y down, z away from the camera). Files
rarely say which they hold; world landmarks show by hips whose middle is zero. Layouts:
``docs/formats.md``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError, RehabkitError
from rehabkit.formats import finerehab, mediapipe_csv, mediapipe_json
from rehabkit.formats.build import drop_note, increasing, unseen_note
from rehabkit.formats.files import atomic, decode, read_bytes, sha256
from rehabkit.formats.landmarks import Raw
from rehabkit.recording import History, Mirrored, Recording, Scale, Source, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import BLAZEPOSE

_HIPS: Final = [BLAZEPOSE.index("left_hip"), BLAZEPOSE.index("right_hip")]
_CENTRED_M: Final = 0.02
_MIRRORED: Final[dict[str, Mirrored]] = {"yes": "yes", "no": "no", "auto": "unknown"}


def identify(path: Path, head: bytes) -> bool:
    """JSON with landmarks, or a CSV header with MediaPipe's 33 points."""
    if path.is_dir() or b"\0" in head or head.startswith(b"# rehabkit:"):
        return False
    if finerehab.identify(path, head):  # whose joints may bear MediaPipe's names
        return False
    return mediapipe_json.identify(head) or mediapipe_csv.identify(head)


def read(
    path: Path,
    *,
    image_size: tuple[int, int] | None = None,
    rate_hz: float | None = None,
    mirrored: str = "auto",
    person: int = 0,
) -> Recording:
    """MediaPipe landmarks, image or world or both.

    Parameters
    ----------
    image_size
        Width and height of the picture in pixels, where the file does not say.
    rate_hz
        Frames a second, where the file holds no time.
    mirrored
        ``"yes"`` or ``"no"``: whether the picture was mirrored; ``"auto"``: unknown, since
        landmarks do not show it.
    person
        Which of several people in a frame, from 0.

    Raises
    ------
    FormatError
        On damage, and on image landmarks alone without a size: shares of width and height give
        no angles until the picture's shape is known.
    """
    if mirrored not in _MIRRORED:
        raise RehabkitError(f"Expected mirrored 'yes', 'no' or 'auto', found {mirrored!r}.")
    content = read_bytes(path)
    text = decode(path, content)
    if text.lstrip()[:1] in ("{", "["):
        raw = mediapipe_json.parse(path, text, rate_hz, person)
    else:
        raw = mediapipe_csv.parse(path, text, rate_hz)
    size = image_size or raw.image_size
    return _to_recording(path, sha256(content), raw, size, _MIRRORED[mirrored])


@dataclass(frozen=True, eq=False)
class _Points:
    """Landmarks told apart: metres, pixels, and what had to be assumed."""

    world: Float | None
    image: Float | None
    history: History


def _to_recording(
    path: Path, digest: str, raw: Raw, size: tuple[int, int] | None, mirrored: Mirrored
) -> Recording:
    points = _tell_apart(path, raw, size)
    keep = increasing(raw.stamps)
    dropped = drop_note(path, keep, "repeat a time or go back")
    start_s = float(raw.stamps[keep][0])
    seen = points.world if points.world is not None else points.image
    lost = 0 if seen is None else int(np.isnan(seen).all(axis=(1, 2)).sum())
    lost_note = (Step("mark unseen", {}, f"nobody found in {lost} frames: NaN"),) if lost else ()
    return Recording(
        time=raw.stamps[keep] - start_s,
        skeleton=BLAZEPOSE,
        positions=_kept(points.world, keep),
        image_points=_kept(points.image, keep),
        image_size=size if points.image is not None else None,
        confidence=_kept(raw.visibility, keep),
        mirrored=mirrored,
        origin="image" if points.world is None else "pelvis",
        up=Up((0.0, -1.0, 0.0), "assumed"),
        scale=Scale(known=False, note="MediaPipe's lengths are estimates"),
        source=Source(str(path), digest, "mediapipe", "MediaPipe Pose", raw.rate_hz, start_s,
                      raw.clock, (0.0, 0.0, 1.0)),
        history=(
            Step("read", {"format": "mediapipe"}, f"{len(raw.stamps)} frames"),
            *raw.history,
            *points.history,
            Step("assume up", {"up": "-y"}, "the camera is taken as upright"),
            *dropped,
            *lost_note,
            *unseen_note(raw.zeros, raw.stamps.size * len(BLAZEPOSE)),
        ),
    )  # fmt: skip


def _kept(values: Float | None, keep: NDArray[np.bool_]) -> Float | None:
    return None if values is None else values[keep].astype(np.float32)


def _tell_apart(path: Path, raw: Raw, size: tuple[int, int] | None) -> _Points:
    """World and image points; landmarks of no stated kind go where their numbers fit."""
    world, image = raw.world, raw.image
    history: History = ()
    if world is None and image is not None and not raw.image_stated and _centred(image):
        world, image = image, None
        history = (Step("assume world landmarks", {}, "the hips' middle is zero in every frame"),)
    if image is None:
        return _Points(world, None, history)
    if size is None and not _in_pixels(image):
        if world is None:
            raise FormatError(
                path,
                expected="the picture's size beside its landmarks (shares of width and height)",
                found="none",
                fix="Give image_size=(width, height) in pixels, or save world landmarks.",
            )
        note = Step("leave out image landmarks", {}, "the picture's size is not known")
        return _Points(world, None, (*history, note))
    if size is None:
        size = (0, 0)
    return _Points(world, _pixels(path, image, size), history)


def _centred(points: Float) -> bool:
    middle = points[:, _HIPS].mean(axis=1)
    seen = np.isfinite(middle).all(axis=1)
    return bool(seen.any() and (np.abs(middle[seen]) < _CENTRED_M).all())


def _in_pixels(image: Float) -> bool:
    """Whether x and y are far beyond the shares 0 to 1 that MediaPipe gives."""
    finite = np.abs(image[..., :2][np.isfinite(image[..., :2])])
    return bool(finite.size and np.median(finite) > 3)


def _pixels(path: Path, image: Float, size: tuple[int, int]) -> Float:
    if min(size) < 1:
        raise FormatError(
            path,
            expected="the picture's size beside its landmarks (pixels)",
            found="none" if size == (0, 0) else f"{size}",
            fix="Give image_size=(width, height) in pixels.",
        )
    points = image[..., :2]
    return points if _in_pixels(image) else points * np.array(size, dtype=np.float64)


def write(recording: Recording, path: Path) -> None:
    """Write a BlazePose recording as JSON: one object a frame, image and world landmarks.

    Raises
    ------
    RehabkitError
        Where the recording is of another skeleton.
    """
    if recording.skeleton.name != BLAZEPOSE.name:
        raise RehabkitError(
            f"Cannot write {path}: MediaPipe's JSON holds the 33 points of BlazePose, found the "
            f"skeleton {recording.skeleton.name!r}. Write CSV or Parquet."
        )
    document = {
        "format": "mediapipe-landmarks",
        "clock": recording.source.clock,
        "image_size": recording.image_size,
        "frames": [_frame(recording, i) for i in range(len(recording))],
    }
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")


def _frame(recording: Recording, index: int) -> dict[str, Any]:
    frame: dict[str, Any] = {"time_s": recording.source.start_s + float(recording.time[index])}
    visible = recording.confidence[index] if recording.confidence is not None else None
    if recording.positions is not None:
        frame["world_landmarks"] = _landmarks(recording.positions[index], visible)
    if recording.image_points is not None and recording.image_size is not None:
        shares = recording.image_points[index].astype(np.float64) / recording.image_size
        frame["landmarks"] = _landmarks(shares, visible)
    return frame


def _landmarks(points: Float, visible: Float | None) -> list[dict[str, float | None]]:
    """One object a point; a coordinate that was not seen is null."""
    rows = [[None if np.isnan(v) else float(v) for v in point] for point in points]
    out: list[dict[str, float | None]] = [dict(zip("xyz", row, strict=False)) for row in rows]
    if visible is not None:
        for landmark, value in zip(out, visible, strict=True):
            landmark["visibility"] = float(value)
    return out
