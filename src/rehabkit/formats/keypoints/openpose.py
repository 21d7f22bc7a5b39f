"""OpenPose: a JSON file a frame, ``<video>_000000000012_keypoints.json``.

``people`` is a list; each has ``pose_keypoints_2d``: x, y, confidence of 25 points (BODY_25) or 18
(COCO), all zero where not found. Source: Cao et al., "OpenPose", IEEE TPAMI 43(1), 2021, and the
program's ``doc/02_output.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit.errors import FormatError
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.json_text import load_json, numbers
from rehabkit.formats.keypoints.build import LARGEST_PX, Options, Raw, body, seen, to_recording
from rehabkit.formats.keypoints.people import Frames, Person, Points
from rehabkit.recording import Recording, Skeleton, Step
from rehabkit.recording.skeletons import OPENPOSE_18, OPENPOSE_25

_END: Final = "_keypoints.json"
_NAME = re.compile(r"(?P<video>.*?)_?(?P<number>\d+)_keypoints\.json", re.IGNORECASE)
_SKELETONS: Final = {3 * len(s): s for s in (OPENPOSE_25, OPENPOSE_18)}
_KEYS: Final = ("pose_keypoints_2d", "pose_keypoints")  # the second up to version 1.1
_LEFT_OUT: Final = ("face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d",
                    "pose_keypoints_3d")  # fmt: skip


def identify(path: Path, head: bytes) -> bool:
    """A folder with a ``*_keypoints.json``, or JSON of people with pose key points."""
    if path.is_dir():
        return any(file.name.lower().endswith(_END) for file in path.iterdir())
    text = b"".join(head.removeprefix(b"\xef\xbb\xbf").split())
    if not text.startswith(b"{"):
        return False
    people = b'"people":[' in text
    return people and (b'"pose_keypoints' in text or b'"people":[]' in text)


def read(
    path: Path,
    *,
    person: Person = None,
    rate_hz: float | None = None,
    image_size: tuple[int, int] | None = None,
    recording: str | None = None,
) -> Recording:
    """A folder of OpenPose's files as one recording, or one file as a recording of one frame.

    Parameters
    ----------
    person
        Who is meant where several are seen: a number in order of appearance, from 0, or (x, y) in
        px in the first frame with people. By default the one seen longest and largest.
    rate_hz
        Frames a second; the files hold no time. By default 30.
    image_size
        (width, height) of the picture in px; by default as far as points reach.
    recording
        Which of several videos in one folder: the beginning of its files' names.

    Raises
    ------
    FormatError
        With file and person of what is not as it should be; several videos and none named.
    """
    files = _files(path, recording)
    raw = _parse(files)
    return to_recording(raw, Options(person, rate_hz, image_size))


def _files(path: Path, recording: str | None) -> list[tuple[float, Path]]:
    """(number, file) of each frame in order; one file is frame 0 of its own recording."""
    if not path.is_dir():
        return [(0.0, path)]
    videos: dict[str, list[tuple[float, Path]]] = {}
    for file in sorted(path.iterdir()):
        match = _NAME.fullmatch(file.name)
        if match and (recording is None or match["video"].startswith(recording)):
            number = float(match["number"]) if len(match["number"]) < 16 else 0.0
            videos.setdefault(match["video"], []).append((number, file))
    if len(videos) == 1:
        return sorted(next(iter(videos.values())))
    if not videos:
        what = "*_keypoints.json" + (f" that begin with {recording!r}" if recording else "")
        raise FormatError(path, expected=f"files {what}", found="none")
    raise FormatError(
        path,
        expected="the frames of one video",
        found=f"those of {len(videos)}: " + ", ".join(sorted(videos))[:80],
        fix=f"Say which with recording={min(videos)!r}.",
    )


def _parse(files: list[tuple[float, Path]]) -> Raw:
    frames: Frames = []
    skeletons: set[Skeleton] = set()
    left_out: set[str] = set()
    digest = ""
    for _, file in files:
        content = read_bytes(file)
        digest = digest or sha256(content)
        people = parse_people(file, load_json(file, decode(file, content)), skeletons, left_out)
        frames.append(people)
    path = files[0][1]
    if len(skeletons) > 1:
        found = " and ".join(sorted(s.name for s in skeletons))
        raise FormatError(path.parent, expected="one skeleton in all frames", found=found)
    note = "hands, face and points in space are not used" if left_out else ""
    return Raw(
        path, digest, "openpose", "OpenPose", next(iter(skeletons), OPENPOSE_25),
        np.array([number for number, _ in files]), frames,
        history=(Step("leave out points", {"keys": sorted(left_out)}, note),) if left_out else (),
    )  # fmt: skip


def parse_people(
    path: Path, document: Any, skeletons: set[Skeleton], left_out: set[str]
) -> list[Points]:
    """(joints, 3) of each person in a frame; adds to the skeletons seen and to what is unused."""
    people = document.get("people") if isinstance(document, Mapping) else None
    if not isinstance(people, list):
        raise FormatError(path, expected="a list 'people'", found=type(people).__name__)
    found = []
    for number, person in enumerate(people):
        place = f"person {number}"
        values = _values(path, place, person)
        if not values:
            continue  # found by a hand or face alone
        left_out.update(key for key in _LEFT_OUT if person.get(key))
        skeletons.add(_SKELETONS[len(values)])
        found.append(body(np.array(values).reshape(-1, 3)))
    return [points for points in found if seen(points)]


def _values(path: Path, place: str, person: Any) -> list[float]:
    key = next((k for k in _KEYS if isinstance(person, Mapping) and k in person), None)
    if key is None:
        raise FormatError(path, place=place, expected="'pose_keypoints_2d'", found="none")
    values = numbers(path, f"{place}, {key!r}", person[key], largest=LARGEST_PX)
    if values and len(values) not in _SKELETONS:
        raise FormatError(
            path,
            place=place,
            expected="x, y, confidence of 25 points (BODY_25) or 18 (COCO)",
            found=f"{len(values)} numbers",
            fix="MPI's 15 points are not read: run OpenPose with BODY_25 or COCO.",
        )
    return values
