"""AlphaPose: ``alphapose-results.json``, a list with an entry for each person and picture.

An entry has ``image_id``, ``keypoints`` (x, y, confidence of each point), ``score`` and, where
people were followed, ``idx``. With ``--format cmu`` or ``open`` the file is an object by picture,
and with ``--sep`` a folder ``sep-json`` holds a file a picture. Source: Fang et al., "AlphaPose",
IEEE TPAMI 45(6), 2023, and the program's ``docs/output.md``. The results of COCO's evaluation
(``category_id``, ``image_id``, ``keypoints``, ``score``) are of the same form.
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
from rehabkit.formats.keypoints.counts import skeleton_of
from rehabkit.formats.keypoints.people import Frames, Person, Points
from rehabkit.recording import History, Recording, Skeleton, Step

_FOLDER: Final = "sep-json"
_ENTRY: Final = (b'"image_id":', b'"category_id":', b'"keypoints":[')
_OBJECT = re.compile(rb'\{"[^"]{1,300}":\{"version":[^{\[]{1,60},"(bodies|people)":\[')
_SEPARATE = re.compile(rb'\{"version":[^{\[]{1,60},"bodies":\[')
_LISTS: Final = {"bodies": "joints", "people": "pose_keypoints_2d"}

Entry = tuple[str, Points, int | None]
"""Picture, points, and the number that AlphaPose's tracker gave."""


def identify(path: Path, head: bytes) -> bool:
    """A list of entries with picture and key points, or AlphaPose's objects by picture."""
    if path.is_dir():
        files = path.name == _FOLDER and any(f.suffix == ".json" for f in path.iterdir())
        return bool(files)
    text = b"".join(head.removeprefix(b"\xef\xbb\xbf").split())
    if text.startswith(b"[{"):
        return sum(key in text for key in _ENTRY) >= 2
    return bool(_OBJECT.match(text) or _SEPARATE.match(text))


def read(
    path: Path,
    *,
    person: Person = None,
    rate_hz: float | None = None,
    image_size: tuple[int, int] | None = None,
) -> Recording:
    """AlphaPose's results of a video: 17 points (COCO), 26 or the first 26 of 136 (Halpe).

    Parameters
    ----------
    person
        Who is meant where several are seen: AlphaPose's own number (``idx``) where it followed
        people, else a number in order of appearance from 0; or (x, y) in px in the first frame
        with people. By default the one seen longest and largest.
    rate_hz
        Frames a second; the file holds no time. By default 30.
    image_size
        (width, height) of the picture in px; by default as far as points reach.

    Raises
    ------
    FormatError
        With the entry that is not as it should be.
    """
    skeletons: dict[int, Skeleton] = {}
    entries: list[Entry] = []
    pictures: list[str] = []
    first, digest = path, ""
    for file in _files(path):
        content = read_bytes(file)
        if not digest:
            first, digest = file, sha256(content)
        document = load_json(file, decode(file, content))
        entries += _entries(file, document, skeletons, pictures)
    if len(set(skeletons)) > 1:
        found = " and ".join(map(str, sorted(skeletons)))
        raise FormatError(path, expected="one number of points in all entries", found=found)
    if not skeletons:
        raise FormatError(path, expected="somebody in at least one picture", found="nobody")
    raw = _raw(first, digest, entries, pictures, skeletons)
    return to_recording(raw, Options(person, rate_hz, image_size))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix == ".json")
    if not files:
        raise FormatError(path, expected="a JSON file for each picture", found="none")
    return files


def _entries(
    path: Path, document: Any, skeletons: dict[int, Skeleton], pictures: list[str]
) -> list[Entry]:
    """Everybody in a document of any of the three forms; adds to the pictures named."""
    if isinstance(document, list):
        return [_entry(path, i, value, skeletons, pictures) for i, value in enumerate(document)]
    if isinstance(document, Mapping) and any(key in document for key in _LISTS):
        document = {path.stem: document}
    if not isinstance(document, Mapping):
        raise FormatError(path, expected="a list of entries", found=type(document).__name__)
    found: list[Entry] = []
    for picture, frame in document.items():
        pictures.append(picture)
        for place, values in _people(path, picture, frame):
            found.append((picture, _points(path, place, values, skeletons), None))
    return found


def _people(path: Path, picture: str, frame: Any) -> list[tuple[str, Any]]:
    """(place, numbers) of each person of a picture in the two further forms."""
    key = next((k for k in _LISTS if isinstance(frame, Mapping) and k in frame), None)
    people = frame[key] if key else None
    if key is None or not isinstance(people, list):
        raise FormatError(
            path, place=f"picture {picture[:40]!r}", expected="'bodies' or 'people'", found="none"
        )
    out = []
    for number, person in enumerate(people):
        place = f"picture {picture[:40]!r}, person {number}"
        values = person.get(_LISTS[key]) if isinstance(person, Mapping) else None
        out.append((place, values))
    return out


def _entry(
    path: Path, index: int, value: Any, skeletons: dict[int, Skeleton], pictures: list[str]
) -> Entry:
    place = f"entry {index}"
    picture = value.get("image_id") if isinstance(value, Mapping) else None
    if not isinstance(picture, str | int) or isinstance(picture, bool):
        raise FormatError(
            path, place=place, expected="'image_id', a name or number", found=repr(picture)[:40]
        )
    name = str(picture)[:200] if isinstance(picture, str) or abs(picture) < 10**15 else "0"
    pictures.append(name)
    points = _points(path, f"{place}, 'keypoints'", value.get("keypoints"), skeletons)
    return name, points, _id(value.get("idx"))


def _id(value: Any) -> int | None:
    """The tracker's number; some versions write it as a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if usable and abs(value) < 1e9 else None


def _points(path: Path, place: str, value: Any, skeletons: dict[int, Skeleton]) -> Points:
    values = numbers(path, place, value, largest=LARGEST_PX)
    if len(values) % 3:
        raise FormatError(
            path, place=place, expected="x, y, confidence of each point",
            found=f"{len(values)} numbers",
        )  # fmt: skip
    count = len(values) // 3
    skeletons[count] = skeleton_of(path, place, count)
    return body(np.array(values).reshape(-1, 3)[: len(skeletons[count])])


def _raw(
    path: Path,
    digest: str,
    entries: list[Entry],
    pictures: list[str],
    skeletons: Mapping[int, Skeleton],
) -> Raw:
    ((count, skeleton),) = skeletons.items()
    order, stamps, history = _order(pictures)
    place = {picture: i for i, picture in enumerate(order)}
    frames: Frames = [[] for _ in order]
    ids: list[list[int | None]] = [[] for _ in order]
    for picture, points, number in entries:
        if seen(points):
            frames[place[picture]].append(points)
            ids[place[picture]].append(number)
    if count > len(skeleton):
        note = f"the first {len(skeleton)} of {count}; face and hands are not used"
        history = (*history, Step("leave out points", {}, note))
    return Raw(
        path, digest, "alphapose", "AlphaPose", skeleton, np.array(stamps), frames,
        ids=_tracked(ids), history=history,
    )  # fmt: skip


def _tracked(ids: list[list[int | None]]) -> list[list[int]] | None:
    """The tracker's numbers, where it followed people: nobody's twice in a picture."""
    known = [[n for n in numbers if n is not None] for numbers in ids]
    whole = all(len(a) == len(b) == len(set(b)) for a, b in zip(ids, known, strict=True))
    return known if whole else None


def _order(pictures: list[str]) -> tuple[list[str], list[float], History]:
    """Pictures in order with the number of each: the last digits of their names, if all differ."""
    order = list(dict.fromkeys(pictures))
    found = [re.findall(r"\d+", Path(name).stem or name) for name in order]
    numbered = [float(digits[-1]) if digits and len(digits[-1]) < 16 else -1.0 for digits in found]
    if min(numbered) < 0 or len(set(numbered)) < len(order):
        step = Step("assume frame numbers", {}, "the pictures' names hold none: in their order")
        return order, [float(i) for i in range(len(order))], (step,)
    ranked = sorted(zip(numbered, order, strict=True))
    missing = int(ranked[-1][0] - ranked[0][0]) + 1 - len(ranked)
    note = f"{missing} pictures between the first and the last are not in the file"
    history = (Step("note missing frames", {"frames": missing}, note),) if missing else ()
    return [name for _, name in ranked], [number for number, _ in ranked], history
