"""The tracks of an Azure Kinect's MKV: inertial samples, calibration, and where depth stands.

Layout: Microsoft, "Azure Kinect DK recording file format". Tracks are named COLOR, DEPTH, IR and
IMU; depth and infrared are 16-bit big-endian pictures, uncompressed; an inertial sample is
(uint64 time, float32[3]) of the accelerometer in m/s^2, then the same of the gyroscope in rad/s.
The format's description gives their times in us; the SDK writes ns, told apart by the packets'
own times.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit import guard
from rehabkit.errors import FormatError, require
from rehabkit.formats.containers import is_azure
from rehabkit.formats.files import read_head

_SAMPLE: Final = np.dtype([("ta", "<u8"), ("a", "<f4", 3), ("tg", "<u8"), ("g", "<f4", 3)])
_SEGMENT: Final = b"\x18\x53\x80\x67"
_TIMEOUT_S: Final = 4.0
_BYTES_PER_S: Final = 20e6
_MEMORY_BYTES: Final = 1 << 30
_MOST_PIXELS: Final = 8192 * 8192
_MOST_JSON: Final = 1 << 20
# What may be missing at the end before the file counts as broken, as for other videos.
_MISSING_S: Final = 1.0
_MISSING_SHARE: Final = 0.05
_LARGEST_TAG: Final = 200


@dataclass(frozen=True)
class Track:
    """One track: its place in the file, what it holds, and the times of its pictures.

    ``stamps_s`` are the container's, from the beginning of the file.
    """

    index: int
    name: str
    codec: str
    size: tuple[int, int]
    stamps_s: NDArray[np.float64]


@dataclass(frozen=True)
class Samples:
    """Inertial samples: (samples,) s of the device's clock as stored, (samples, 3) values."""

    stamps: NDArray[np.float64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Tracks:
    """What an Azure Kinect's file holds besides its pictures.

    Parameters
    ----------
    tracks
        By name: COLOR, DEPTH, IR, IMU.
    tags
        The device's own, ``K4A_...``.
    offset_s
        Device time at the beginning of the file.
    accelerometer, gyroscope
        In m/s^2 and rad/s with times in s of the device's clock; None without the track.
    calibration
        The camera's and sensors' calibration; empty where the file has none.
    """

    path: Path
    tracks: Mapping[str, Track]
    tags: Mapping[str, str]
    offset_s: float
    accelerometer: Samples | None
    gyroscope: Samples | None
    calibration: Mapping[str, Any]
    time_unit: str = "ns"


@dataclass(frozen=True, eq=False)
class DepthPicture:
    """One depth picture: s of the device's clock, and (height, width) uint16 mm, 0 unseen."""

    time_s: float
    depth_mm: NDArray[np.uint16]


def read_tracks(path: Path) -> Tracks:
    """Everything but the pictures, read in a guarded child process.

    Raises
    ------
    FormatError
        Where the file is not an Azure Kinect's, or is damaged.
    MissingExtra
        Where PyAV is not installed.
    """
    head = b"" if path.is_dir() else read_head(path)
    if not is_azure(head):
        raise FormatError(
            path, expected="an Azure Kinect's recording (MKV)", found="something else"
        )
    _check_whole(path, head)
    guard.call("rehabkit.vision.probe:ready", path)
    raw = guard.call(
        "rehabkit.vision.azure_tracks:parse",
        path,
        timeout_s=_TIMEOUT_S + path.stat().st_size / _BYTES_PER_S,
        memory_bytes=_MEMORY_BYTES,
    )
    tracks = {t["name"]: Track(t["index"], t["name"], t["codec"], tuple(t["size"]), t["stamps"])
              for t in raw["tracks"]}  # fmt: skip
    tags = {str(k): str(v) for k, v in raw["tags"].items()}
    offset_s = _offset_s(path, tags)
    unit, first, second = _samples(path, raw, offset_s)
    return Tracks(
        path, tracks, tags, offset_s, first, second, _calibration(path, raw["calibration"]), unit
    )


def _check_whole(path: Path, head: bytes) -> None:
    """Refuse a file shorter than its one segment, which states its length where it was closed."""
    start = head.find(_SEGMENT) + len(_SEGMENT)
    if start < len(_SEGMENT) or start + 8 > len(head) or head[start] == 0:
        return
    width = 9 - head[start].bit_length()  # of the length: its leading zeros say
    stated = int.from_bytes(head[start : start + width], "big") - (1 << 7 * width)
    expected, found = start + width + stated, path.stat().st_size
    unknown = stated == (1 << 7 * width) - 1
    if not unknown and expected > found:
        raise FormatError(
            path, expected=f"{expected} bytes, as its header states", found=f"{found}",
            fix="The file was cut off: copy the recording again.",
        )  # fmt: skip


def depth_pictures(path: Path) -> Iterator[DepthPicture]:
    """The depth track, a picture at a time; nothing is kept.

    Subtract ``Recording.source.start_s`` from a picture's time to have it in the recording's.

    Raises
    ------
    FormatError
        Where there is no depth track, or a picture is not as large as the track says.
    """
    track = read_tracks(path).tracks.get("DEPTH")
    if track is None:
        raise FormatError(path, expected="a depth track", found="none")
    return _depth_pictures(path, track)


def _depth_pictures(path: Path, track: Track) -> Iterator[DepthPicture]:
    av: Any = require("av", purpose="Reading depth", extra="video")
    width, height = track.size
    try:
        with av.open(str(path)) as container:
            offset_s = _offset_s(path, container.metadata)
            for packet in container.demux(container.streams[track.index]):
                if packet.size == 0 or packet.pts is None:
                    continue
                if packet.size != 2 * width * height:
                    raise FormatError(
                        path, place=f"depth at {packet.pts * packet.time_base} s",
                        expected=f"{width} x {height} pixels of 2 bytes",
                        found=f"{packet.size} bytes",
                    )  # fmt: skip
                depth = np.frombuffer(bytes(packet), ">u2").astype(np.uint16)
                stamp = float(packet.pts * packet.time_base) + offset_s
                yield DepthPicture(stamp, depth.reshape(height, width))
    except (av.FFmpegError, OSError) as error:
        raise FormatError(path, expected="a depth track", found=type(error).__name__) from error


# --- In the child -------------------------------------------------------------------------------


def parse(path: Path) -> dict[str, Any]:
    """Runs in the child: takes the file apart, decodes no picture.

    Raises
    ------
    FormatError
        Where the container cannot be opened or taken apart.
    """
    av: Any = require("av", purpose=f"Reading {path.name}", extra="video")
    try:
        with av.open(str(path)) as container:
            return _take_apart(path, container)
    except (av.FFmpegError, OSError) as error:
        words = str(getattr(error, "strerror", None) or type(error).__name__).lower()
        raise FormatError(
            path, expected="a whole MKV file", found=words, fix="Copy the recording again."
        ) from error


def _take_apart(path: Path, container: Any) -> dict[str, Any]:
    streams = [s for s in container.streams if s.type in ("video", "subtitle", "data")]
    stamps: dict[int, list[float]] = {s.index: [] for s in streams}
    imu: list[bytes] = []
    imu_stamps: list[float] = []
    for packet in container.demux():
        if packet.size == 0 or packet.pts is None or packet.stream.index not in stamps:
            continue
        stamp = float(packet.pts * packet.time_base)
        stamps[packet.stream.index].append(stamp)
        if _name(packet.stream) == "IMU":
            content = bytes(packet)
            if len(content) % _SAMPLE.itemsize:
                raise FormatError(
                    path, place=f"track IMU, {stamp:.3f} s",
                    expected=f"samples of {_SAMPLE.itemsize} bytes", found=f"{len(content)} bytes",
                )  # fmt: skip
            imu.append(content)
            imu_stamps += [stamp] * (len(content) // _SAMPLE.itemsize)
    _check_end(path, container, stamps)
    samples = np.frombuffer(b"".join(imu), _SAMPLE)
    return {
        "tracks": [_described(s, stamps[s.index]) for s in streams if _name(s)],
        "tags": {k: v[:_LARGEST_TAG] for k, v in container.metadata.items()},
        "calibration": _attached(container),
        "imu_stamps": np.array(imu_stamps),
        "accelerometer": samples["a"].astype(np.float64),
        "accelerometer_ticks": samples["ta"].astype(np.float64),
        "gyroscope": samples["g"].astype(np.float64),
        "gyroscope_ticks": samples["tg"].astype(np.float64),
    }


def _check_end(path: Path, container: Any, stamps: Mapping[int, list[float]]) -> None:
    """Refuse a file whose end is missing, as far as its header states a duration."""
    duration_s = (container.duration or 0) / 1e6
    last_s = max((s[-1] for s in stamps.values() if s), default=0.0)
    if duration_s - last_s > max(_MISSING_S, _MISSING_SHARE * duration_s):
        raise FormatError(
            path, expected=f"{duration_s:.2f} s of recording", found=f"an end at {last_s:.2f} s",
            fix="Copy the recording again.",
        )  # fmt: skip


def _name(stream: Any) -> str:
    """COLOR, DEPTH, IR or IMU; empty for another track."""
    title = str(stream.metadata.get("title", "")).upper()
    return title if title in ("COLOR", "DEPTH", "IR", "IMU") else ""


def _described(stream: Any, stamps: list[float]) -> dict[str, Any]:
    context = stream.codec_context
    width, height = (context.width, context.height) if stream.type == "video" else (0, 0)
    if width * height > _MOST_PIXELS:
        width, height = 0, 0
    return {
        "index": stream.index,
        "name": _name(stream),
        "codec": context.name if context is not None else "",
        "size": [width, height],
        "stamps": np.array(stamps, dtype=np.float64),
    }


def _attached(container: Any) -> str:
    """The text of the calibration; empty where there is none."""
    for stream in container.streams:
        if stream.type == "attachment" and "K4A_CALIBRATION_FILE" in stream.metadata:
            content = bytes(stream.data or b"")[:_MOST_JSON]
            return content.decode("utf-8", errors="replace").rstrip("\0")
    return ""


# --- Back in this process -----------------------------------------------------------------------


def _offset_s(path: Path, tags: Mapping[str, str]) -> float:
    """Device time at the beginning of the file, s."""
    text = tags.get("K4A_START_OFFSET_NS", "0")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise FormatError(
            path, place="tag K4A_START_OFFSET_NS", expected="a whole number", found=repr(text[:40])
        )
    return int(text) * 1e-9


def _samples(
    path: Path, raw: Mapping[str, Any], offset_s: float
) -> tuple[str, Samples | None, Samples | None]:
    """The unit of the inertial samples' times, and the samples with times in s."""
    ticks = raw["accelerometer_ticks"]
    if len(ticks) == 0:
        return "ns", None, None
    due = float(np.median(raw["imu_stamps"])) + offset_s
    late = {unit: abs(float(np.median(ticks)) * scale - due)
            for unit, scale in (("ns", 1e-9), ("us", 1e-6))}  # fmt: skip
    unit = min(late, key=lambda u: late[u])
    if late[unit] > max(1.0, 0.5 * due):
        raise FormatError(
            path, place="track IMU", expected=f"times about {due:.2f} s", found="others",
            fix="The file is damaged.",
        )  # fmt: skip
    scale = 1e-9 if unit == "ns" else 1e-6
    found = []
    for name in ("accelerometer", "gyroscope"):
        values = raw[name]
        usable = np.isfinite(values).all(axis=1) & (np.abs(values) < 1e4).all(axis=1)
        stamps = raw[f"{name}_ticks"] * scale
        usable &= np.abs(stamps - due) < 1e6
        found.append(Samples(stamps[usable], values[usable]))
    return unit, found[0], found[1]


def _calibration(path: Path, text: str) -> Mapping[str, Any]:
    if not text:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(
            path, place="calibration", expected="JSON", found=f"damage ({str(error)[:60]})"
        ) from error
    inner = found.get("CalibrationInformation") if isinstance(found, dict) else None
    if not isinstance(inner, dict):
        raise FormatError(
            path, place="calibration", expected="'CalibrationInformation'", found="none"
        )
    return inner
