"""MMPose (OpenMMLab): predictions of a video as JSON, ``instance_info`` frame by frame.

Its demos write ``{"meta_info": ..., "instance_info": [{"frame_id": 1, "instances": [...]}]}``, its
inferencer the list alone; an instance has ``keypoints`` [[x, y], ...], ``keypoint_scores``, and
where people were followed ``instance_id`` or ``track_id``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rehabkit.errors import FormatError
from rehabkit.formats.files import decode, read_bytes, sha256
from rehabkit.formats.json_text import load_json, number, numbers
from rehabkit.formats.keypoints.build import LARGEST_PX, Options, Raw, body, seen, to_recording
from rehabkit.formats.keypoints.counts import skeleton_of
from rehabkit.formats.keypoints.people import Frames, Person, Points
from rehabkit.recording import Recording, Skeleton, Step

_STARTS = (b'{"meta_info":', b'{"instance_info":', b'[{"frame_id":', b'[{"instances":')
_MOST_FRAMES = 1e9


def identify(path: Path, head: bytes) -> bool:
    """JSON that begins with MMPose's description or with its frames."""
    if path.is_dir():
        return False
    return b"".join(head.removeprefix(b"\xef\xbb\xbf").split()).startswith(_STARTS)


def read(
    path: Path,
    *,
    person: Person = None,
    rate_hz: float | None = None,
    image_size: tuple[int, int] | None = None,
) -> Recording:
    """MMPose's points in the picture: 17 (COCO), 26 (Halpe), or the body of 133 or 136.

    Parameters
    ----------
    person
        Who is meant where several are seen: a number in order of appearance, from 0, or (x, y) in
        px in the first frame with people. By default the one seen longest and largest.
    rate_hz
        Frames a second; the file holds no time. By default 30.
    image_size
        (width, height) of the picture in px; by default as far as points reach.

    Raises
    ------
    FormatError
        With frame and person of what is not as it should be.
    """
    content = read_bytes(path)
    document = load_json(path, decode(path, content))
    listed = document.get("instance_info") if isinstance(document, Mapping) else document
    if not isinstance(listed, list) or not listed:
        raise FormatError(path, expected="a list of frames in 'instance_info'", found="none")
    skeletons: dict[int, Skeleton] = {}
    frames: Frames = []
    stamps = []
    for index, frame in enumerate(listed):
        frames.append(_frame(path, index, frame, skeletons))
        given = frame.get("frame_id", index)
        stamps.append(number(path, f"frame {index}, 'frame_id'", given, largest=_MOST_FRAMES))
    if len(skeletons) != 1:
        found = " and ".join(map(str, sorted(skeletons))) or "nobody"
        raise FormatError(path, expected="one number of points in all frames", found=found)
    ((count, skeleton),) = skeletons.items()
    note = f"the first {len(skeleton)} of {count}; face and hands are not used"
    raw = Raw(
        path, sha256(content), "mmpose", "MMPose", skeleton, np.array(stamps), frames,
        history=(Step("leave out points", {}, note),) if count > len(skeleton) else (),
    )  # fmt: skip
    return to_recording(raw, Options(person, rate_hz, image_size))


def _frame(path: Path, index: int, frame: Any, skeletons: dict[int, Skeleton]) -> list[Points]:
    instances = frame.get("instances") if isinstance(frame, Mapping) else None
    if not isinstance(instances, list):
        raise FormatError(
            path, place=f"frame {index}", expected="a list 'instances'",
            found=type(instances).__name__,
        )  # fmt: skip
    people = [_body(path, f"frame {index}, person {i}", v, skeletons)
              for i, v in enumerate(instances)]  # fmt: skip
    return [points for points in people if seen(points)]


def _body(path: Path, place: str, instance: Any, skeletons: dict[int, Skeleton]) -> Points:
    fields = instance if isinstance(instance, Mapping) else {}
    listed, scores = fields.get("keypoints"), fields.get("keypoint_scores")
    if not isinstance(listed, list) or not listed:
        raise FormatError(path, place=place, expected="a list 'keypoints'", found="none")
    rows = [numbers(path, f"{place}, point {i}", p, largest=LARGEST_PX)
            for i, p in enumerate(listed)]  # fmt: skip
    if any(len(row) != 2 for row in rows):
        raise FormatError(path, place=place, expected="x and y of each point", found="others")
    sure = [1.0] * len(rows) if scores is None else numbers(path, f"{place}, scores", scores)
    if len(sure) != len(rows):
        raise FormatError(path, place=place, expected=f"{len(rows)} scores", found=f"{len(sure)}")
    skeletons[len(rows)] = skeleton_of(path, place, len(rows))
    points = np.concatenate([np.array(rows), np.array(sure)[:, None]], axis=1)
    return body(points[: len(skeletons[len(rows)])])
