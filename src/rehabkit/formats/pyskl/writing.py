"""Recordings as PYSKL's annotations, one or many in a file."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import RecordingError, choices
from rehabkit.formats.files import atomic
from rehabkit.recording import Recording
from rehabkit.recording.arrays import Float

_RATE_HZ: Final = 30.0  # of a single frame, which has no step
_PROTOCOL: Final = 4


def write_many(
    annotations: Iterable[Mapping[str, Any]],
    path: Path,
    *,
    split: Mapping[str, Sequence[str]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write annotations (of :func:`annotation`) and a split as one PYSKL file, protocol 4.

    Parameters
    ----------
    split
        Name -> ``frame_dir`` of its samples; by default all samples are in ``"all"``.
    facts
        Texts and lists of texts beside these; PYSKL reads none of them.

    Raises
    ------
    RecordingError
        Where a name is used twice, or a split names a sample that is not there.
    """
    listed = [dict(a) for a in annotations]
    known = [str(a["frame_dir"]) for a in listed]
    parts = {"all": known} if split is None else {k: list(v) for k, v in split.items()}
    twice = [name for name, count in Counter(known).items() if count > 1]
    lacking = {name for part in parts.values() for name in part} - set(known)
    if twice or lacking:
        raise RecordingError(
            "Expected each sample once and every sample of a split, found "
            + (f"twice: {choices(twice)}" if twice else f"not there: {choices(lacking)}")
            + ". Give each a frame_dir of its own."
        )
    whole = {**(facts or {}), "split": parts, "annotations": listed}
    content = pickle.dumps(whole, protocol=_PROTOCOL)
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def annotation(
    recording: Recording,
    *,
    label: int | None = None,
    frame_dir: str | None = None,
    points: str | None = None,
) -> dict[str, Any]:
    """A recording as PYSKL's annotation: plain values and float32 arrays, unseen joints zero."""
    kind = points or ("space" if recording.positions is not None else "image")
    if kind not in ("space", "image"):
        raise RecordingError(f"Expected points 'space' or 'image', found {points!r}.")
    values = recording.positions if kind == "space" else recording.image_points
    if values is None:
        raise RecordingError(
            f"This recording has no points in {kind}, which PYSKL's layout needs: "
            "give points='space' or 'image', or another format."
        )
    out: dict[str, Any] = {
        "frame_dir": frame_dir or Path(recording.source.path).stem or "recording",
        "total_frames": len(recording),
        "keypoint": _zeros(values)[None],
        "frame_rate": float(recording.rate_hz or recording.source.rate_hz or _RATE_HZ),
        "time_s": np.array(recording.time),
        "start_s": recording.source.start_s,
    }
    if recording.confidence is not None:
        out["keypoint_score"] = np.array(recording.confidence)[None]
    elif kind == "image":
        out["keypoint_score"] = np.asarray(_seen(values), dtype=np.float32)[None]
    if recording.image_size is not None and kind == "image":
        width, height = recording.image_size
        out["img_shape"] = out["original_shape"] = (height, width)
    if label is None and recording.exercise.label.isdecimal():
        label = int(recording.exercise.label)
    return out if label is None else out | {"label": label}


def _zeros(values: Float) -> NDArray[np.float32]:
    """Unseen joints as zeros, which is what PYSKL's data sets hold there."""
    return np.asarray(np.where(_seen(values)[..., None], values, 0), dtype=np.float32)


def _seen(values: Float) -> NDArray[np.bool_]:
    """(frames, joints)."""
    return np.asarray(np.isfinite(values).all(axis=-1))
