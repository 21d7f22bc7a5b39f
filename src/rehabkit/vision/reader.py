"""Reader of video: pictures in, a Recording of one person's points out, in a single pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Literal

from rehabkit.formats import containers
from rehabkit.recording import History, Recording, Scale, Source, Step, Up
from rehabkit.vision import probe
from rehabkit.vision.cuts import CutWatcher, find_cuts
from rehabkit.vision.estimators import PoseEstimator, open_estimator
from rehabkit.vision.face_finder import open_finder
from rehabkit.vision.identity import other_people
from rehabkit.vision.mirror import mirrored_by
from rehabkit.vision.outputs import Outputs
from rehabkit.vision.person import PickedPerson, check_person
from rehabkit.vision.stills import StillCollector
from rehabkit.vision.takes import Takes
from rehabkit.vision.video import Video
from rehabkit.vision.watch import FaceWatch
from rehabkit.vision.writing import open_writer

Progress = Callable[[float, float], None]

_UP: Final = Up((0.0, -1.0, 0.0), "assumed")
_VIEW_AXIS: Final = (0.0, 0.0, 1.0)


def identify(path: Path, head: bytes) -> bool:
    """Whether the first bytes are those of a file that holds moving pictures."""
    return containers.identify(path, head) and not containers.is_azure(head)


def read(
    path: Path,
    *,
    person: Sequence[float] | None = None,
    mirrored: Literal["auto", "yes", "no"] = "auto",
    estimator: str | Path | PoseEstimator = "mediapipe",
    progress: Progress | None = None,
    stills: StillCollector | None = None,
    overlay: str | Path | None = None,
    blur_faces: bool = False,
    end_s: float | None = None,
) -> Recording:
    """Points of one person in every picture of a video.

    Positions are the estimator's world points in m: x to the right of the picture, y down, z away
    from the camera, counted from the middle of the hips. Left and right are those that the
    estimator sees; in a mirrored picture they are the wrong ones, and clean-up puts them right.

    Parameters
    ----------
    person
        Who is meant where several are seen: ``(x, y)`` or ``(x, y, width, height)`` in the first
        picture, in px, or in shares of the picture where no number is above 1.
    mirrored
        Whether the picture is mirrored, as selfie videos are; "auto" takes what the file says.
    estimator
        ``"mediapipe"``, the path of a ``.task`` or ``.onnx`` file, or an open estimator, which
        stays open.
    progress
        Called with seconds done and seconds in all.
    stills
        Collects small pictures for the report.
    overlay
        Also write a video (MP4) with the skeleton drawn in.
    blur_faces
        Blur the face of the person, and every face found, in the overlay and in stills.
    end_s
        Read no further than this time from the first picture.

    Raises
    ------
    FormatError
        The file is no video, is damaged or ends early.
    MissingExtra, ModelError
        The estimator cannot be had.
    RehabkitError
        An option is not what it should be.
    """
    path = Path(path)
    if person is not None:
        check_person(person)
    probe.check(path)
    return read_pictures(
        path, person=person, mirrored=mirrored, estimator=estimator, progress=progress,
        stills=stills, overlay=overlay, blur_faces=blur_faces, end_s=end_s,
    )  # fmt: skip


def read_pictures(
    path: Path,
    *,
    person: Sequence[float] | None,
    mirrored: Literal["auto", "yes", "no"],
    estimator: str | Path | PoseEstimator,
    progress: Progress | None,
    stills: StillCollector | None,
    overlay: str | Path | None,
    blur_faces: bool,
    end_s: float | None,
) -> Recording:
    """What :func:`read` does with a container that was looked through before."""
    with ExitStack() as opened:
        video = opened.enter_context(Video(path, end_s=end_s))
        state, how = mirrored_by(mirrored, video.info.tags)
        pose = _open(estimator, person, opened)
        finder = open_finder()
        watch = FaceWatch(opened.enter_context(finder) if finder else None, pose.skeleton)
        writer = None
        if overlay is not None:
            info = video.info
            writer = opened.enter_context(open_writer(overlay, info.size, rate_hz=info.rate_hz))
        outputs = Outputs(
            pose.skeleton,
            watch,
            stills=stills,
            writer=writer,
            blur_faces=blur_faces,
            mirrored=state == "yes",
        )
        total = min(video.info.duration_s or 0.0, video.end_s)
        expected = int(total * (video.info.rate_hz or 0)) + 1
        takes, watcher = Takes(len(pose.skeleton), pose.has_world, expected), CutWatcher()
        for frame in video.frames():
            points = pose.estimate(frame.rgb, frame.time_s)
            takes.append(frame.time_s, points)
            watcher.see(frame.thumb)
            watch.see(frame, points)
            outputs.add(frame, points)
            if progress is not None:
                progress(frame.time_s, max(total, frame.time_s))
    recording = _to_recording(path, video, pose, takes)
    steps = (
        how,
        *_person_steps(person, recording),
        *watch.steps(),
        *_cut_steps(recording, video, watcher),
    )
    return recording.replace(mirrored=state, history=(*recording.history, *steps))


def _open(
    estimator: str | Path | PoseEstimator, person: Sequence[float] | None, opened: ExitStack
) -> PoseEstimator:
    """The estimator, fresh for this video; closed afterwards where it was opened here."""
    if isinstance(estimator, str | Path):
        pose = opened.enter_context(open_estimator(estimator))
    else:
        pose = estimator
        pose.reset()
    return pose if person is None else PickedPerson(pose, person)


def _to_recording(path: Path, video: Video, pose: PoseEstimator, takes: Takes) -> Recording:
    frames, missed = len(takes), takes.missed
    history: History = (
        Step("read", {"format": "video", "codec": video.info.codec}, f"{frames} pictures"),
        *video.history(),
        Step("assume camera level", {"up": "-y"}, "the picture's upright is taken as vertical"),
    )
    if missed:
        history += (Step("mark unseen", {}, f"nobody found in {missed} of {frames} pictures: NaN"),)
    return Recording(
        time=takes.time.array(),
        skeleton=pose.skeleton,
        positions=takes.world.array() if takes.world is not None else None,
        image_points=takes.image.array(),
        image_size=video.info.size,
        confidence=takes.confidence.array(),
        origin="pelvis" if pose.has_world else "image",
        up=_UP,
        scale=Scale(known=False, note="lengths are the network's estimate"),
        source=_source(path, video, pose),
        history=history,
    )


def _source(path: Path, video: Video, pose: PoseEstimator) -> Source:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Source(
        path=str(path),
        sha256=digest,
        format="video",
        device=f"video, {pose.name}",
        rate_hz=video.info.rate_hz,
        start_s=video.start_s,
        clock="the file's presentation times",
        view_axis=_VIEW_AXIS if pose.has_world else None,
    )


def _person_steps(person: Sequence[float] | None, recording: Recording) -> History:
    """Who was picked, and where another body than the main one was followed."""
    steps: History = ()
    if person is not None:
        steps = (Step("pick person", {"person": tuple(person)}, "the rest of the picture covered"),)
    if recording.image_points is None:
        return steps
    spans = other_people(recording.time, recording.image_points, recording.skeleton)
    if not spans:
        return steps
    seconds = sum(end - start for start, end in spans)
    what = f"another body than the main one is followed for {seconds:.1f} s"
    return (*steps, Step("identity jump", {}, what, spans))


def _cut_steps(recording: Recording, video: Video, watcher: CutWatcher) -> History:
    """Where the film was cut, by its pictures or its time stamps."""
    time = recording.time
    seen = {float(time[frame]) for frame in find_cuts(time, watcher.changes())}
    cuts = sorted(seen | set(video.restarts_s))
    if not cuts:
        return ()
    what = f"the film is cut at {len(cuts)} {'place' if len(cuts) == 1 else 'places'}"
    return (Step("mark cut", {}, what, tuple((cut, cut) for cut in cuts)),)
