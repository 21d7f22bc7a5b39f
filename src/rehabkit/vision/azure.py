"""Reader of an Azure Kinect's MKV: colour pictures for the pose, inertial samples beside them.

Depth and infrared are not used for the pose; :func:`rehabkit.vision.azure_tracks.depth_pictures`
gives the depth pictures one by one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from rehabkit.errors import FormatError
from rehabkit.formats import containers
from rehabkit.formats.build import increasing
from rehabkit.recording import History, Recording, Skeleton, Source, Step, Stream
from rehabkit.vision import reader
from rehabkit.vision.azure_tracks import Samples, Tracks, read_tracks
from rehabkit.vision.azure_up import colour_up
from rehabkit.vision.estimators import PoseEstimator
from rehabkit.vision.person import check_person
from rehabkit.vision.stills import StillCollector

Progress = Callable[[float, float], None]

CLOCK: Final = "Azure Kinect device time"
_NO_JOINTS: Final = Skeleton("none", (), ())
_UNITS: Final = {"accelerometer": "m/s^2", "gyroscope": "rad/s"}


def identify(path: Path, head: bytes) -> bool:
    """Matroska with the Azure Kinect's title or its track of inertial samples."""
    return not path.is_dir() and containers.is_azure(head)


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
    """Points of one person in the colour pictures, with the streams of the inertial sensors.

    Streams are ``accelerometer`` (m/s^2) and ``gyroscope`` (rad/s) in the sensor's own axes. Up
    comes from the accelerometer where the file's calibration allows it. A file without colour
    pictures gives the streams alone.

    Parameters
    ----------
    person, estimator, progress, stills, overlay, blur_faces, end_s
        As for a video: :func:`rehabkit.vision.reader.read`.
    mirrored
        Whether the pictures were mirrored afterwards; "auto": no, the camera does not.

    Raises
    ------
    FormatError
        The file is damaged or holds neither colour pictures nor inertial samples.
    MissingExtra, ModelError
        PyAV or the estimator cannot be had.
    """
    path = Path(path)
    if person is not None:
        check_person(person)
    tracks = read_tracks(path)
    colour = tracks.tracks.get("COLOR")
    if colour is None or len(colour.stamps_s) == 0:
        return _signals(path, tracks)
    if any(t.index < colour.index for t in tracks.tracks.values() if t.name != "IMU"):
        raise FormatError(path, expected="colour as the first picture track", found="another")
    pictures = reader.read_pictures(
        path, person=person, mirrored="no" if mirrored == "auto" else mirrored,
        estimator=estimator, progress=progress, stills=stills, overlay=overlay,
        blur_faces=blur_faces, end_s=end_s,
    )  # fmt: skip
    return _beside(pictures, tracks, mirrored)


def _beside(pictures: Recording, tracks: Tracks, mirrored: str) -> Recording:
    """The pose of the colour pictures in the device's clock, with the other tracks beside."""
    start_s = pictures.source.start_s + tracks.offset_s
    up, known = colour_up(tracks)
    steps = [_renamed(s, mirrored) for s in pictures.history if s.name != "assume camera level"]
    history = (
        Step("read", {"format": "azure-mkv"}, _listed(tracks)),
        *steps[1:], *_calibrated(tracks), known,
    )  # fmt: skip
    device = pictures.source.device.removeprefix("video, ")
    source = replace(
        pictures.source, format="azure-mkv", start_s=start_s, clock=CLOCK,
        device=f"video of an Azure Kinect, {device}",
    )  # fmt: skip
    streams, dropped = _streams(tracks, start_s)
    return pictures.replace(
        source=source,
        streams=streams,
        up=up or pictures.up,
        history=(*history, *dropped),
    )


def _renamed(step: Step, mirrored: str) -> Step:
    """Nobody stated that the pictures are as they are: the camera is known for it."""
    if step.name == "state mirrored" and mirrored == "auto":
        return Step("state mirrored", {}, "no: an Azure Kinect's colour pictures are not")
    return step


def _signals(path: Path, tracks: Tracks) -> Recording:
    """A recording of the inertial samples alone; its frames are theirs."""
    if tracks.accelerometer is None:
        raise FormatError(
            path, expected="colour pictures or inertial samples", found="neither",
            fix="Depth alone: rehabkit.vision.azure_tracks.depth_pictures(path).",
        )  # fmt: skip
    keep = increasing(tracks.accelerometer.stamps)
    if not keep.any():
        raise FormatError(path, place="track IMU", expected="usable samples", found="none")
    stamps = tracks.accelerometer.stamps[keep]
    streams, dropped = _streams(tracks, float(stamps[0]))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Recording(
        time=stamps - stamps[0],
        skeleton=_NO_JOINTS,
        streams=streams,
        source=Source(
            str(path), digest, "azure-mkv", "Azure Kinect, inertial sensors",
            start_s=float(stamps[0]), clock=CLOCK,
        ),
        history=(
            Step("read", {"format": "azure-mkv"}, _listed(tracks) + "; no colour pictures"),
            *_calibrated(tracks), *dropped,
        ),
    )  # fmt: skip


def _streams(tracks: Tracks, start_s: float) -> tuple[dict[str, Stream], History]:
    """Both inertial sensors in the recording's time."""
    streams: dict[str, Stream] = {}
    steps: list[Step] = []
    found: dict[str, Samples | None] = {
        "accelerometer": tracks.accelerometer, "gyroscope": tracks.gyroscope,
    }  # fmt: skip
    for name, samples in found.items():
        if samples is None or not (keep := increasing(samples.stamps)).any():
            continue
        dropped = int((~keep).sum())
        if dropped:
            note = f"{name}: {dropped} of {len(keep)} samples repeat a time or go back"
            steps.append(Step("drop frames", {"frames": dropped}, note))
        streams[name] = Stream(
            samples.stamps[keep] - start_s, samples.values[keep].astype(np.float32),
            ("x", "y", "z"), _UNITS[name], "imu",
        )  # fmt: skip
    return streams, tuple(steps)


def _listed(tracks: Tracks) -> str:
    """``COLOR mjpeg 1280 x 720 (30 pictures), ..., IMU (120 samples)``."""
    words = []
    for track in tracks.tracks.values():
        width, height = track.size
        shape = f" {track.codec} {width} x {height}" if width else ""
        what = "samples" if track.name == "IMU" else "pictures"
        words.append(f"{track.name}{shape} ({len(track.stamps_s)} {what})")
    return ", ".join(words)


def _calibrated(tracks: Tracks) -> History:
    """The device, its modes and what its calibration holds."""
    keep = {"K4A_DEVICE_SERIAL_NUMBER": "serial", "K4A_COLOR_FIRMWARE_VERSION": "colour_firmware",
            "K4A_DEPTH_FIRMWARE_VERSION": "depth_firmware"}  # fmt: skip
    device = {name: tracks.tags[tag] for tag, name in keep.items() if tag in tracks.tags}
    sizes = {
        f"{name.lower()}_size": track.size for name, track in tracks.tracks.items() if track.size[0]
    }
    listed = tracks.calibration.get("Cameras")
    cameras = len(listed) if isinstance(listed, list) else 0
    what = f"calibration of {cameras} cameras" if cameras else "no calibration in the file"
    if tracks.accelerometer is not None:
        what += f"; inertial samples timed in {tracks.time_unit}, in the sensor's own axes"
    return (Step("read device", {**device, **sizes}, what),)
