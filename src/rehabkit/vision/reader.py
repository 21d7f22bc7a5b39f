"""Reader of video: pictures in, a Recording of one person's points out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Literal

import numpy as np

from rehabkit.errors import RehabkitError
from rehabkit.recording import History, Mirrored, Recording, Scale, Source, Step, Up
from rehabkit.vision import container
from rehabkit.vision.cuts import CutWatcher, find_cuts
from rehabkit.vision.estimators import PoseEstimator, open_estimator
from rehabkit.vision.takes import Takes
from rehabkit.vision.video import Video

Progress = Callable[[float, float], None]

_MIRRORED: Final[dict[str, Mirrored]] = {"yes": "yes", "no": "no", "auto": "unknown"}
_VIEW_AXIS: Final = (0.0, 0.0, 1.0)


def identify(path: Path, head: bytes) -> bool:
    """Whether the first bytes are those of a file that holds moving pictures."""
    return container.is_video(path, head)


def read(
    path: Path,
    *,
    mirrored: Literal["auto", "yes", "no"] = "auto",
    estimator: str | Path | PoseEstimator = "mediapipe",
    progress: Progress | None = None,
    end_s: float | None = None,
) -> Recording:
    """Points of one person in every picture of a video, in one pass over the file.

    Parameters
    ----------
    mirrored
        Whether the picture is mirrored, as selfie videos are; "auto" takes what the file says.
    estimator
        ``"mediapipe"``, the path of a ``.task`` or ``.onnx`` file, or an open estimator, which
        stays open.
    progress
        Called with seconds done and seconds in all (0 where the file does not say).
    end_s
        Read no further than this time from the first picture.

    Raises
    ------
    FormatError
        The file is no video, is damaged or ends early.
    MissingExtra, ModelError
        The estimator cannot be had.
    """
    if mirrored not in _MIRRORED:
        raise RehabkitError(f"Expected mirrored 'yes', 'no' or 'auto', found {mirrored!r}.")
    path = Path(path)
    with ExitStack() as opened:
        video = opened.enter_context(Video(path, end_s=end_s))
        pose = estimator
        if isinstance(pose, str | Path):
            pose = opened.enter_context(open_estimator(pose))
        pose.reset()
        takes = Takes(len(pose.skeleton), pose.has_world)
        watcher = CutWatcher()
        total = video.info.duration_s or 0.0
        for frame in video.frames():
            takes.append(frame.time_s, pose.estimate(frame.rgb, frame.time_s))
            watcher.see(frame.thumb)
            if progress is not None:
                progress(frame.time_s, max(total, frame.time_s))
        return _to_recording(path, video, pose, takes, watcher, _MIRRORED[mirrored])


def _to_recording(
    path: Path,
    video: Video,
    pose: PoseEstimator,
    takes: Takes,
    watcher: CutWatcher,
    mirrored: Mirrored,
) -> Recording:
    frames, missed = len(takes), takes.missed
    time = takes.time.take()
    history = (
        Step("read", {"format": "video", "codec": video.info.codec}, f"{frames} pictures"),
        *video.history(),
        *_cut_note(time, video, watcher),
        Step("assume camera level", {"up": "-y"}, "the picture's upright is taken as vertical"),
    )
    if missed:
        history += (Step("mark unseen", {}, f"nobody found in {missed} of {frames} pictures: NaN"),)
    return Recording(
        time=time,
        skeleton=pose.skeleton,
        positions=takes.world.take() if takes.world is not None else None,
        image_points=takes.image.take(),
        image_size=video.info.size,
        confidence=takes.confidence.take(),
        mirrored=mirrored,
        origin="pelvis" if pose.has_world else "image",
        up=Up((0.0, -1.0, 0.0), "assumed"),
        scale=Scale(known=False, note="lengths are the network's estimate"),
        source=Source(
            path=str(path),
            sha256=_sha256(path),
            format="video",
            device=f"video, {pose.name}",
            rate_hz=video.info.rate_hz,
            start_s=video.start_s,
            clock="seconds of the file's presentation times",
            view_axis=_VIEW_AXIS,
        ),
        history=history,
    )


def _cut_note(time: np.ndarray, video: Video, watcher: CutWatcher) -> History:
    cuts = [float(time[frame]) for frame in find_cuts(time, watcher.changes())]
    cuts = sorted({*cuts, *video.restarts_s})
    if not cuts:
        return ()
    spans = tuple((cut, cut) for cut in cuts)
    return (Step("mark cut", {}, f"the film is cut at {len(cuts)} places", spans),)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
