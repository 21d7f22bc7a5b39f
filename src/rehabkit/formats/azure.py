"""Azure Kinect body tracking in JSON, as Microsoft's sample ``offline_processor`` writes it.

``frames`` is a list; each has ``timestamp_usec`` (device clock), ``frame_id``, ``num_bodies`` and
``bodies``, and a body ``body_id``, ``joint_positions`` (32 x [x, y, z] mm of the depth camera: x
right, y down, z forward) and ``joint_orientations`` (32 x [w, x, y, z]). Programs made after it add
confidence levels. Source: github.com/microsoft/Azure-Kinect-Samples, body-tracking-samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.build import (
    drop_note,
    increasing,
    unit_quaternions,
    unseen_as_nan,
    unseen_note,
)
from rehabkit.formats.columns import plain
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.json_text import load_json, number, numbers
from rehabkit.formats.others import least_distance, second_person
from rehabkit.recording import History, Recording, Source, Step, Up
from rehabkit.recording.arrays import Float
from rehabkit.recording.skeletons import AZURE_KINECT

_M_PER_MM: Final = 1e-3
_S_PER_US: Final = 1e-6
_RATE_HZ: Final = 30.0
_LARGEST_MM: Final = 1e5
_LARGEST_TIME: Final = 1e15
_LARGEST_ID: Final = 2**32
# Body Tracking SDK, k4abt_joint_confidence_level_t: none (out of range), low (guessed), medium
# (seen; the best it gives), high (not given yet).
_CONFIDENCE: Final = np.array([0.0, 0.5, 1.0, 1.0])
_CONFIDENCE_KEYS: Final = (
    "joint_confidence", "joint_confidences", "confidence_level", "confidence_levels",
    "joint_confidence_levels", "confidence",
)  # fmt: skip
# Whose body keeps its place within this under another number is the same person, m.
_SAME_PLACE_M: Final = 0.5
_MARKS: Final = (
    (b'"joint_positions":[',), (b'"joint_orientations":[',), (b'"k4abt_sdk_version":',),
    (b'"bone_list":[[', b"pelvis"), (b'"num_bodies":', b'"timestamp_usec":'),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Body:
    """One body of one frame: (32, 3) m, (32, 4), (32,) levels; the last two may be missing."""

    number: int
    positions: Float
    orientations: Float | None
    levels: NDArray[np.float64] | None


def identify(path: Path, head: bytes) -> bool:
    """JSON that begins with bodies' joints, or with what the sample writes before them."""
    if path.is_dir():
        return False
    text = b"".join(head.removeprefix(b"\xef\xbb\xbf").split())
    if not text.startswith(b"{"):
        return False
    lower = text.lower()
    return any(all(word in lower for word in words) for words in _MARKS)


def read(path: Path, *, person: int | None = None, rate_hz: float | None = None) -> Recording:
    """One person's 32 joints in m of the depth camera.

    Parameters
    ----------
    person
        The number (``body_id``) of the body that is meant. By default the one that is there
        longest, and whoever is at its place under another number while it is missing.
    rate_hz
        Frames a second where frames hold no time stamps; by default 30.

    Raises
    ------
    FormatError
        With frame and body of what is not as it should be.
    """
    if rate_hz is not None and not 0 < rate_hz < 1e5:
        raise FormatError(path, expected="rate_hz above 0", found=f"rate_hz={rate_hz}")
    content = read_bytes(path)
    document = load_json(path, decode(path, content))
    frames = document.get("frames") if isinstance(document, Mapping) else None
    if not isinstance(frames, list) or not frames:
        raise FormatError(path, expected="a list 'frames'", found="none")
    order = _order(path, document.get("joint_names"))
    bodies = [_bodies(path, i, frame, order) for i, frame in enumerate(frames)]
    stamps, clock, timed = _stamps(path, frames, rate_hz)
    return _to_recording(path, sha256(content), bodies, (stamps, clock, timed), person)


def _order(path: Path, names: Any) -> list[int] | None:
    """Place in the file of each joint of the skeleton; None: as the SDK has them."""
    if names is None:
        return None
    # The SDK's first versions spelt the navel with an a.
    found = (
        [plain(str(n)).replace("naval", "navel") for n in names] if isinstance(names, list) else []
    )
    wanted = [plain(joint) for joint in AZURE_KINECT.joints]
    if found == wanted:
        return None
    missing = [joint for joint in wanted if joint not in found]
    if missing or len(found) != len(wanted):
        raise FormatError(
            path,
            place="joint_names",
            expected="the 32 joints of the Body Tracking SDK",
            found=f"{len(found)} names, without {', '.join(missing[:4]) or 'further ones'}",
        )
    return [found.index(joint) for joint in wanted]


def _bodies(path: Path, index: int, frame: Any, order: list[int] | None) -> list[_Body]:
    listed = frame.get("bodies") if isinstance(frame, Mapping) else None
    if listed is None and isinstance(frame, Mapping) and frame.get("num_bodies") == 0:
        return []
    if not isinstance(listed, list):
        raise FormatError(
            path, place=f"frame {index}", expected="a list 'bodies'", found=type(listed).__name__
        )
    return [_body(path, f"frame {index}, body {i}", b, i, order) for i, b in enumerate(listed)]


def _body(path: Path, place: str, body: Any, index: int, order: list[int] | None) -> _Body:
    fields = body if isinstance(body, Mapping) else {}
    positions = _table(path, f"{place}, 'joint_positions'", fields.get("joint_positions"), 3)
    turned = fields.get("joint_orientations")
    orientations = None
    if turned is not None:
        orientations = _table(path, f"{place}, 'joint_orientations'", turned, 4)
    levels = _levels(path, place, fields)
    given = number(path, f"{place}, 'body_id'", fields.get("body_id", index), largest=_LARGEST_ID)
    if order is not None:
        positions = positions[order]
        orientations = None if orientations is None else orientations[order]
        levels = None if levels is None else levels[order]
    return _Body(int(given), positions * _M_PER_MM, orientations, levels)


def _table(path: Path, place: str, value: Any, width: int) -> Float:
    """(32, width) numbers."""
    count = len(AZURE_KINECT)
    if not isinstance(value, list) or len(value) != count:
        found = f"{len(value)}" if isinstance(value, list) else type(value).__name__
        raise FormatError(path, place=place, expected=f"{count} joints", found=found)
    rows = [numbers(path, f"{place}, joint {i}", row, largest=_LARGEST_MM)
            for i, row in enumerate(value)]  # fmt: skip
    wrong = next((i for i, row in enumerate(rows) if len(row) != width), None)
    if wrong is not None:
        raise FormatError(
            path, place=f"{place}, joint {wrong}", expected=f"{width} numbers",
            found=f"{len(rows[wrong])}",
        )  # fmt: skip
    return np.array(rows)


def _levels(path: Path, place: str, fields: Mapping[str, Any]) -> NDArray[np.float64] | None:
    """(32,) confidence levels 0 to 3; some programs wrap each in a list of one."""
    key = next((k for k in _CONFIDENCE_KEYS if isinstance(fields.get(k), list)), None)
    if key is None:
        return None
    flat = [v[0] if isinstance(v, list) and len(v) == 1 else v for v in fields[key]]
    levels = np.array(numbers(path, f"{place}, {key!r}", flat))
    if len(levels) != len(AZURE_KINECT) or not np.isin(levels, (0, 1, 2, 3)).all():
        raise FormatError(
            path, place=f"{place}, {key!r}", expected="a level 0, 1, 2 or 3 of each of 32 joints",
            found=f"{len(levels)} values up to {levels.max(initial=0):g}",
        )  # fmt: skip
    return levels


def _stamps(
    path: Path, frames: list[Any], rate_hz: float | None
) -> tuple[NDArray[np.float64], str, History]:
    """Times in s; frame numbers at a rate where no frame has a stamp."""
    if all("timestamp_usec" in frame for frame in frames):
        stamps = [
            number(path, f"frame {i}, 'timestamp_usec'", f["timestamp_usec"], largest=_LARGEST_TIME)
            for i, f in enumerate(frames)
        ]
        return np.array(stamps) * _S_PER_US, "Azure Kinect device time", ()
    ids = [
        number(path, f"frame {i}, 'frame_id'", f.get("frame_id", i), largest=_LARGEST_TIME)
        for i, f in enumerate(frames)
    ]
    rate = rate_hz or _RATE_HZ
    why = "given" if rate_hz else "frames without time stamps"
    step = Step("assume frame rate", {"rate_hz": rate}, why)
    return np.array(ids) / rate, "the file's frame numbers", (step,)


def _to_recording(
    path: Path,
    digest: str,
    bodies: list[list[_Body]],
    times: tuple[NDArray[np.float64], str, History],
    person: int | None,
) -> Recording:
    stamps, clock, timed = times
    keep = increasing(stamps)
    dropped = drop_note(path, keep, "repeat a time stamp or go back in time")
    stamps = stamps[keep]
    bodies = [frame for frame, kept in zip(bodies, keep, strict=True) if kept]
    chosen, picked = _pick(path, bodies, person)
    raw, orientations, confidence = _arrays(bodies, chosen)
    positions, zeros = unseen_as_nan(raw)
    start_s = float(stamps[0])
    history = (
        Step("read", {"format": "azure-kinect"}, f"{len(keep)} frames"),
        *timed, *dropped, *picked,
        Step("assume up", {"up": "-y"}, "the depth camera's own axis: it may be tilted"),
        *unseen_note(zeros, positions[..., 0].size),
        *second_person(_distances(bodies, chosen), stamps - start_s),
    )  # fmt: skip
    return Recording(
        time=stamps - start_s,
        skeleton=AZURE_KINECT,
        positions=positions,
        orientations=orientations,
        confidence=confidence,
        up=Up((0.0, -1.0, 0.0), "sensor"),
        source=Source(str(path), digest, "azure-kinect", "Azure Kinect", None, start_s, clock,
                      (0.0, 0.0, 1.0)),
        history=history,
    )  # fmt: skip


def _pick(path: Path, bodies: list[list[_Body]], person: int | None) -> tuple[list[int], History]:
    """Index of the body in each frame (-1: not there), and the line that says so."""
    counts: dict[int, int] = {}
    for frame in bodies:
        for body in frame:
            counts[body.number] = counts.get(body.number, 0) + 1
    if not counts:
        raise FormatError(path, expected="a body in at least one frame", found="none")
    if person is not None and person not in counts:
        there = ", ".join(f"{n} ({c} frames)" for n, c in list(counts.items())[:8])
        raise FormatError(path, expected=f"person of {there}", found=f"person={person}")
    number_ = max(counts, key=lambda n: counts[n]) if person is None else person
    chosen = [next((i for i, b in enumerate(f) if b.number == number_), -1) for f in bodies]
    taken = _fill(bodies, chosen, _beside(bodies, number_)) if person is None else 0
    lost = chosen.count(-1)
    steps: History = ()
    if len(counts) > 1 or person is not None:
        note = f"{len(counts)} bodies were tracked; number {number_} was followed"
        note += f", {taken} frames under another number at its place" if taken else ""
        steps = (Step("pick person", {"person": number_}, note),)
    if lost:
        what = f"the person was not found in {lost} of {len(chosen)} frames: NaN"
        steps = (*steps, Step("mark unseen", {"frames": lost}, what))
    return chosen, steps


def _beside(bodies: list[list[_Body]], number_: int) -> set[int]:
    """Numbers of bodies that are there together with this one: other people."""
    together = ({b.number for b in frame} for frame in bodies)
    return set().union(*(numbers_ for numbers_ in together if number_ in numbers_)) - {number_}


def _fill(bodies: list[list[_Body]], chosen: list[int], others: set[int]) -> int:
    """Frames without the body get the one at its place; the tracker gave it another number."""
    taken = 0
    for order in (range(len(bodies)), reversed(range(len(bodies)))):
        last: Float | None = None
        for i in order:
            if chosen[i] < 0 and last is not None:
                apart = [
                    np.inf if b.number in others else float(np.linalg.norm(b.positions[0] - last))
                    for b in bodies[i]
                ]
                if apart and min(apart) < _SAME_PLACE_M:
                    chosen[i] = int(np.argmin(apart))
                    taken += 1
            if chosen[i] >= 0:
                last = bodies[i][chosen[i]].positions[0]
    return taken


def _arrays(
    bodies: list[list[_Body]], chosen: list[int]
) -> tuple[Float, Float | None, Float | None]:
    shape = (len(bodies), len(AZURE_KINECT))
    positions = np.full((*shape, 3), np.nan)
    orientations = np.full((*shape, 4), np.nan)
    confidence = np.zeros(shape)
    levelled = False
    for i, (frame, index) in enumerate(zip(bodies, chosen, strict=True)):
        if index < 0:
            continue
        body = frame[index]
        positions[i] = body.positions
        if body.orientations is not None:
            orientations[i] = body.orientations
        if body.levels is not None:
            confidence[i] = _CONFIDENCE[body.levels.astype(np.intp)]
            levelled = True
        else:
            confidence[i] = 1.0
    turned = np.isfinite(orientations).any()
    return (
        positions,
        unit_quaternions(orientations) if turned else None,
        confidence.astype(np.float32) if levelled else None,
    )


def _distances(bodies: list[list[_Body]], chosen: list[int]) -> Float:
    """(frames,) least distance of the followed body to another, m; inf where it is alone."""
    out = np.full(len(bodies), np.inf)
    for i, (frame, index) in enumerate(zip(bodies, chosen, strict=True)):
        others = [b.positions for j, b in enumerate(frame) if j != index]
        if index >= 0 and others:
            out[i] = least_distance(frame[index].positions, np.concatenate(others))
    return out
