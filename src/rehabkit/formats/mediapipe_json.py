"""MediaPipe landmarks in JSON: a list of frames, an object with frames, or frames by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.columns import plain
from rehabkit.formats.json_text import load_json
from rehabkit.formats.landmarks import COUNT, NAMES, Raw, blank_zeros
from rehabkit.formats.times import as_seconds
from rehabkit.recording import History, Step

_WORLD: Final = {"worldlandmarks", "poseworldlandmarks", "landmarksworld", "world"}
_IMAGE: Final = {"imagelandmarks", "normalizedlandmarks", "imagepoints"}
_EITHER: Final = {"landmarks", "poselandmarks", "keypoints", "pose", "points", "landmark"}
_FRAMES: Final = {"frames", "data", "results", "poses", "sequence", "landmarks"}
_MILLISECONDS: Final = {"timestampms", "timems", "ms"}
_SECONDS: Final = {"times", "timestamps", "seconds"}  # time_s, without its separator
_TIMES: Final = {"time", "timestamp", "t"}
_NUMBERS: Final = {"frame", "frameid", "frameidx", "frameindex", "framenumber"}
_RATES: Final = {"fps", "ratehz", "framerate"}
_INDEX: Final = {plain(name): index for index, name in enumerate(NAMES)}
_RATE_HZ: Final = 30.0
_LARGEST: Final = 1e6

Points = NDArray[np.float64]


def identify(head: bytes) -> bool:
    """JSON whose beginning holds landmarks."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text.startswith((b"{", b"[")):
        return False
    named = b"landmark" in text or b'"visibility"' in text
    return named and (b'"x"' in text or b"landmarks" in text)


def parse(path: Path, text: str, rate_hz: float | None, person: int) -> Raw:
    """The landmarks of a JSON text.

    Raises
    ------
    FormatError
        Naming the frame in which something is not as it should be.
    """
    document = load_json(path, text)
    frames = _frames(path, document)
    world = _stack(path, frames, _WORLD, person)
    image = _stack(path, frames, _IMAGE, person)
    stated = image is not None
    if image is None:
        image = _stack(path, frames, _EITHER, person)
        # Beside world landmarks, the plain ones are the picture's.
        stated = image is not None and world is not None
    chosen = world if world is not None else image
    if chosen is None:
        raise FormatError(
            path,
            expected=f"frames with {COUNT} landmarks",
            found="none in any frame",
            fix="docs/formats.md lists the layouts that are understood.",
        )
    stamps, clock, rate, history = _times(path, frames, document, rate_hz)
    world_points, world_zeros = blank_zeros(world[..., :3]) if world is not None else (None, 0)
    image_points, image_zeros = blank_zeros(image[..., :3]) if image is not None else (None, 0)
    return Raw(
        stamps=stamps,
        clock=clock,
        world=world_points,
        image=image_points,
        visibility=_visibility(chosen),
        image_stated=stated,
        image_size=_size(path, document),
        rate_hz=rate,
        zeros=world_zeros + image_zeros,
        history=history,
    )


def _frames(path: Path, document: Any) -> list[Any]:
    """One value a frame, in order."""
    if isinstance(document, Mapping):
        inner = _get(document, _FRAMES)
        if isinstance(inner, list):
            document = inner
        elif document and all(str(key).isdecimal() for key in document):
            keys = sorted(document, key=int)
            document = [_numbered(int(key), document[key]) for key in keys]
    if not isinstance(document, list) or not document:
        raise FormatError(
            path,
            expected="a list of frames, or an object with 'frames'",
            found="an empty list" if document == [] else type(document).__name__,
            fix="docs/formats.md lists the layouts that are understood.",
        )
    return document


def _numbered(number: int, value: Any) -> dict[str, Any]:
    fields = value if isinstance(value, Mapping) else {"landmarks": value}
    return {"frame": number, **fields}


def _get(fields: Any, names: set[str]) -> Any:
    """The value of the first key that is one of ``names``, compared without case and separators."""
    if not isinstance(fields, Mapping):
        return None
    return next((value for key, value in fields.items() if plain(str(key)) in names), None)


def _stack(path: Path, frames: list[Any], names: set[str], person: int) -> Points | None:
    """(frames, 33, 4) x, y, z, visibility; NaN where nobody was found; None where no such key."""
    out = np.full((len(frames), COUNT, 4), np.nan)
    found = False
    for number, frame in enumerate(frames):
        value = _get(frame, names)
        if isinstance(frame, list) and names is _EITHER:
            value = frame
        if value is None or value in ([], {}):
            continue
        landmarks = _person(value, person)
        if landmarks is not None:
            out[number] = _points(path, number, landmarks)
            found = True
    return out if found else None


def _person(value: Any, person: int) -> Any:
    """The landmarks of one person: lists of people are told by what they hold."""
    inner = _get(value, {"landmark", "landmarks"})
    if isinstance(inner, list):
        value = inner
    if isinstance(value, list) and value and _holds_people(value[0]):
        if person >= len(value):
            return None
        return _person(value[person], person)
    return value


def _holds_people(first: Any) -> bool:
    if isinstance(first, list):
        return bool(first) and isinstance(first[0], list | Mapping)
    return isinstance(_get(first, {"landmark", "landmarks"}), list)


def _points(path: Path, frame: int, landmarks: Any) -> Points:
    """(33, 4) of one frame."""
    if isinstance(landmarks, Mapping):
        return _by_name(path, frame, landmarks)
    if not isinstance(landmarks, list) or len(landmarks) != COUNT:
        count = len(landmarks) if isinstance(landmarks, Sequence) else type(landmarks).__name__
        raise _wrong(path, frame, f"{COUNT} landmarks", f"{count}")
    return np.array([_point(path, frame, i, value) for i, value in enumerate(landmarks)])


def _by_name(path: Path, frame: int, landmarks: Mapping[str, Any]) -> Points:
    out = np.full((COUNT, 4), np.nan)
    for key, value in landmarks.items():
        name = plain(str(key))
        index = int(name) if name.isdecimal() and name.isascii() and len(name) < 3 else -1
        index = _INDEX.get(name, index)
        if not 0 <= index < COUNT:
            raise _wrong(path, frame, "the name or number of a landmark", repr(key)[:40])
        out[index] = _point(path, frame, index, value)
    return out


def _point(path: Path, frame: int, index: int, value: Any) -> list[float]:
    """x, y, z, visibility; NaN for what is null or not there."""
    if isinstance(value, Mapping):
        seen = value.get("visibility", value.get("score", value.get("confidence")))
        cells = [value.get("x"), value.get("y"), value.get("z"), seen]
    elif isinstance(value, list) and 2 <= len(value) <= 5:
        cells = [*value, None, None][:4]
    else:
        raise _wrong(path, frame, f"x, y, z of landmark {index}", repr(value)[:40])
    for cell in cells:
        if cell is not None and (isinstance(cell, bool) or not isinstance(cell, int | float)):
            raise _wrong(path, frame, f"numbers for landmark {index}", repr(cell)[:40])
        if cell is not None and abs(cell) > _LARGEST:
            raise _wrong(path, frame, f"numbers up to {_LARGEST:g}", f"{str(cell)[:20]}")
    return [float("nan") if cell is None else float(cell) for cell in cells]


def _wrong(path: Path, frame: int, expected: str, found: str) -> FormatError:
    return FormatError(
        path,
        place=f"frame {frame}",
        expected=expected,
        found=found,
        fix="docs/formats.md lists the layouts that are understood.",
    )


def _visibility(points: Points) -> Points | None:
    values = points[..., 3]
    return np.nan_to_num(np.clip(values, 0, 1)) if np.isfinite(values).any() else None


def _size(path: Path, document: Any) -> tuple[int, int] | None:
    """Width and height in pixels, where the document says."""
    size = _get(document, {"imagesize", "resolution", "size"})
    if size is None:
        size = [_get(document, {"width", "imagewidth"}), _get(document, {"height", "imageheight"})]
    if size == [None, None]:
        return None
    if not (isinstance(size, list) and len(size) == 2 and all(_is_size(v) for v in size)):
        raise FormatError(
            path,
            place="image_size",
            expected="width and height in whole pixels",
            found=repr(size)[:40],
        )
    return int(size[0]), int(size[1])


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000


def _times(
    path: Path, frames: list[Any], document: Any, rate_hz: float | None
) -> tuple[Points, str, float | None, History]:
    """Stamps in s, what they count from, the rate stated, and what was assumed."""
    stated = _get(document, _RATES)
    rate = rate_hz or (float(stated) if _is_rate(stated) else None)
    stamps = _column(path, frames, _MILLISECONDS)
    if stamps is not None:
        return stamps / 1e3, "the file's time", rate, ()
    stamps = _column(path, frames, _SECONDS)
    if stamps is not None:
        return stamps, "the file's time", rate, ()
    stamps = _column(path, frames, _TIMES)
    if stamps is not None:
        seconds, history = as_seconds(stamps, "time")
        return seconds, "the file's time", rate, history
    numbers = _column(path, frames, _NUMBERS)
    counts = np.arange(len(frames), dtype=float) if numbers is None else numbers
    used = rate or _RATE_HZ
    why = "the file's own" if rate else "the file holds no time"
    history = () if rate else (Step("assume frame rate", {"rate_hz": used}, why),)
    return counts / used, "the file's frame numbers", rate, history


def _is_rate(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e4


def _column(path: Path, frames: list[Any], names: set[str]) -> Points | None:
    """A number from every frame; None where the first frame has none."""
    if _get(frames[0], names) is None:
        return None
    values = [_get(frame, names) for frame in frames]
    for number, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
            raise _wrong(path, number, "a time or frame number", repr(value)[:40])
    return np.array(values, dtype=np.float64)
