"""From the people of each frame to a Recording: what all readers of key points share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import drop_note, increasing
from rehabkit.formats.keypoints.people import Frames, Person, Points, extent, follow
from rehabkit.formats.others import least_distance, second_person
from rehabkit.recording import (
    ExerciseLabel,
    History,
    Mirrored,
    Recording,
    Skeleton,
    Source,
    Step,
    Subject,
    Up,
)
from rehabkit.recording.arrays import Float

RATE_HZ: Final = 30.0
LARGEST_PX: Final = 1e6
_BODY_M: Final = 1.7
_SAME_DISTANCE: Final = 0.65  # ratio of sizes, as of faces in vision/watch.py
_OUTSIDE: Final = 0.5  # shares; nobody's points lie further outside of the picture
_SHARES: Final = 3.0  # pixels of a person are hundreds; shares of the picture lie near 0 to 1


@dataclass(frozen=True, eq=False)
class Raw:
    """Key points as they stand in the file.

    Parameters
    ----------
    digest
        Hash of the file that ``path`` names.
    numbers
        (frames,) number of each frame.
    frames
        The people of each frame, each (joints, 3); x and y NaN where not seen.
    ids
        The network's own number of each of them, where it follows people.
    size
        Width and height where the file says, px; ``share_size`` is what shares are taken to be of
        where it does not, with ``share_why``.
    """

    path: Path
    digest: str
    format: str
    device: str
    skeleton: Skeleton
    numbers: NDArray[np.float64]
    frames: Frames
    ids: list[list[int]] | None = None
    size: tuple[int, int] | None = None
    share_size: tuple[int, int] | None = None
    share_why: str = ""
    mirrored: Mirrored = "unknown"
    subject: Subject = field(default_factory=Subject)
    exercise: ExerciseLabel = field(default_factory=ExerciseLabel)
    history: History = ()


@dataclass(frozen=True)
class Options:
    """What every reader of key points takes."""

    person: Person = None
    rate_hz: float | None = None
    image_size: tuple[int, int] | None = None


def body(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(joints, 3) with points that were not seen, (0, 0) or of no confidence, as NaN."""
    points = np.asarray(points, dtype=np.float64)
    unseen = (points[:, :2] == 0).all(axis=1) | (points[:, 2] <= 0)
    xy = np.where(unseen[:, None], np.nan, points[:, :2])
    return np.concatenate([xy, np.where(unseen, 0.0, points[:, 2])[:, None]], axis=1)


def seen(points: NDArray[np.float64]) -> bool:
    """Whether any point of a body was seen."""
    return bool(np.isfinite(points[:, 0]).any())


def to_recording(raw: Raw, options: Options) -> Recording:
    """One person's points of the picture in px.

    Raises
    ------
    FormatError
        Where nobody is seen, an option is impossible, or shares of a picture of unknown size.
    """
    rate, timed = _rate(raw.path, options.rate_hz)
    keep = increasing(raw.numbers)
    dropped = drop_note(raw.path, keep, "repeat a frame number or go back")
    frames = [people for people, kept in zip(raw.frames, keep, strict=True) if kept]
    ids = raw.ids and [n for n, kept in zip(raw.ids, keep, strict=True) if kept]
    size, factor, sized = _size(raw, frames, options.image_size)
    person = _in_file_units(options.person, factor)
    chosen, picked = follow(raw.path, frames, person, ids)
    points, confidence, capped = _arrays(frames, chosen, len(raw.skeleton), factor)
    stamps = raw.numbers[keep] / rate
    recording = Recording(
        time=stamps - stamps[0],
        skeleton=raw.skeleton,
        image_points=points.astype(np.float32),
        image_size=size,
        confidence=confidence,
        mirrored=raw.mirrored,
        origin="image",
        up=Up((0.0, -1.0, 0.0), "assumed"),
        source=Source(
            str(raw.path), raw.digest, raw.format, f"camera, {raw.device}", rate,
            start_s=float(stamps[0]), clock="the file's frame numbers",
        ),
        subject=raw.subject,
        exercise=raw.exercise,
        history=(
            Step("read", {"format": raw.format}, f"{len(raw.frames)} frames"),
            timed, *raw.history, *sized,
            Step("assume camera level", {"up": "-y"}, "the picture's upright is the vertical"),
            *dropped, *picked, *_unseen(chosen), *capped,
        ),
    )  # fmt: skip
    steps = _others(recording, frames, chosen, factor)
    return recording.replace(history=(*recording.history, *steps)) if steps else recording


def _rate(path: Path, rate_hz: float | None) -> tuple[float, Step]:
    if rate_hz is not None and not 0 < rate_hz < 1e5:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    rate = float(rate_hz or RATE_HZ)
    why = "given" if rate_hz else "the files hold frame numbers and no time"
    return rate, Step("assume frame rate", {"rate_hz": rate}, why)


def _size(
    raw: Raw, frames: Frames, given: tuple[int, int] | None
) -> tuple[tuple[int, int], NDArray[np.float64], History]:
    """The picture's size, what coordinates are multiplied by to be px, and what was assumed."""
    if given is not None and not (len(given) == 2 and min(given) >= 1 and max(given) < LARGEST_PX):
        raise FormatError(
            raw.path, expected="image_size=(width, height) in px", found=f"image_size={given}"
        )
    size = (int(given[0]), int(given[1])) if given is not None else raw.size
    every = [p[np.isfinite(p[:, 0]), :2] for people in frames for p in people]
    xy = np.concatenate(every) if every else np.empty((0, 2))
    if not len(xy):
        return size or (1, 1), np.ones(2), ()
    if np.percentile(np.abs(xy), 95) <= _SHARES:
        if np.percentile(xy, 5) < -_OUTSIDE:
            raise FormatError(
                raw.path,
                expected="px, or shares of the picture from 0 to 1",
                found="numbers around 0",
                fix="Write key points in px.",
            )
        return _of_shares(raw, size)
    if size is not None:
        return size, np.ones(2), ()
    width, height = (max(1, int(np.ceil(v))) for v in xy.max(axis=0))
    why = "the file does not say: as far as points reach, which the picture does at least"
    step = Step("assume picture size", {"image_size": (width, height)}, why)
    return (width, height), np.ones(2), (step,)


def _of_shares(
    raw: Raw, size: tuple[int, int] | None
) -> tuple[tuple[int, int], NDArray[np.float64], History]:
    if size is not None:
        return size, np.array(size, dtype=np.float64), ()
    if raw.share_size is None:
        raise FormatError(
            raw.path,
            expected="points in px, or the size of the picture whose shares they are",
            found="shares and no size",
            fix="Give image_size=(width, height) in px: a wrong shape gives wrong angles.",
        )
    step = Step("assume picture size", {"image_size": raw.share_size}, raw.share_why)
    return raw.share_size, np.array(raw.share_size, dtype=np.float64), (step,)


def _in_file_units(person: Person, factor: NDArray[np.float64]) -> Person:
    """A place in px as the file counts."""
    if person is None or isinstance(person, int):
        return person
    return [float(v) / factor[i % 2] for i, v in enumerate(person)]


def _arrays(
    frames: Frames, chosen: NDArray[np.intp], joints: int, factor: NDArray[np.float64]
) -> tuple[Float, Float, History]:
    """(frames, joints, 2) px and (frames, joints) confidence of the person followed."""
    out = np.full((len(frames), joints, 3), np.nan)
    out[..., 2] = 0.0
    for i, (people, index) in enumerate(zip(frames, chosen, strict=True)):
        if index >= 0:
            out[i] = people[index]
    above = int((out[..., 2] > 1).sum())
    note = f"{above} confidences above 1 count as 1"
    capped = (Step("limit confidence", {"most": 1.0}, note),) if above else ()
    return out[..., :2] * factor, np.clip(out[..., 2], 0, 1).astype(np.float32), capped


def _unseen(chosen: NDArray[np.intp]) -> History:
    lost = int((chosen < 0).sum())
    if not lost:
        return ()
    what = f"the person was not found in {lost} of {len(chosen)} frames: NaN"
    return (Step("mark unseen", {"frames": lost}, what),)


def _others(
    recording: Recording, frames: Frames, chosen: NDArray[np.intp], factor: NDArray[np.float64]
) -> History:
    """Other people beside the one followed, as far as a picture shows it."""
    gaps = np.full(len(frames), np.inf)
    for i, (people, index) in enumerate(zip(frames, chosen, strict=True)):
        if index >= 0 and len(people) > 1:
            own, *others = (p[:, :2] * factor for p in (people[index], *_rest(people, index)))
            gaps[i] = min(_apart_m(own, other) for other in others)
    return second_person(gaps, recording.time) if np.isfinite(gaps).any() else ()


def _rest(people: list[Points], index: int) -> list[Points]:
    return [points for i, points in enumerate(people) if i != index]


def _apart_m(own: Points, other: Points) -> float:
    """Least distance of two bodies in the picture, the larger taken as a grown person's height.

    Bodies of different size stand at different distances from the camera: not at each other.
    """
    sizes = sorted((extent(own), extent(other)))
    if sizes[0] <= 0:
        return float("inf")
    metre = sizes[1] / _BODY_M
    apart = least_distance(own / metre, other / metre)
    return apart if sizes[0] > _SAME_DISTANCE * sizes[1] else max(apart, 1.0)
