"""What the recogniser and the clinical scorer say of sensors that they did not learn from.

``python benchmarks/other_sensors.py [ROOT] [--videos NAME ...]``. Vicon markers, KERAAL's five
systems, an Azure Kinect, MoveNet's points of KIMORE's own people, a Kinect v1; with ``--videos``
the clips named (``all`` for every one), whose poses are found once and kept. The scorer is asked
under the name of KIMORE's squat. Prints a line a kind of recording.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import video_cache

import rehabkit
from rehabkit import datasets, reading
from rehabkit.assessment.recognition import recognise
from rehabkit.errors import RehabkitError
from rehabkit.recording import Recording

NAMED: Final = "kimore-es5"
AZURE: Final = "formats/kinect-imu-ik/1sflexsag_cut_rot_kinect_keypoints.trc"
KINECT_V1: Final = ("utkinect", "msr-action3d")
EVERY: Final = 20
"""Of the sets of a Kinect v1, each so many-th recording."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(".data"))
    parser.add_argument("--videos", nargs="*", default=[])
    given = parser.parse_args()
    print(f"{'recordings':28s} {'asked':>5s}   recogniser; clinical scorer")
    for name, recordings in kinds(given.root, given.videos):
        show(name, [answer(make) for make in recordings])


Make = partial[Recording]


def kinds(root: Path, clips: Sequence[str]) -> Iterator[tuple[str, list[Make]]]:
    """A name, and how to read each recording."""
    vicon = datasets.load("ui-prmd", root).of_sensor("vicon")
    yield "UI-PRMD, Vicon", [partial(reading.read, row.path, format=row.format) for row in vicon]
    keraal = [row for row in datasets.load("keraal", root).rows if row.exercise]
    for sensor in sorted({row.sensor for row in keraal}):
        own = [row for row in keraal if row.sensor == sensor]
        yield f"KERAAL, {sensor}", [partial(reading.read, r.path, format=r.format) for r in own]
    yield "an Azure Kinect (TRC)", [partial(reading.read, root / AZURE)]
    movenet = sorted((root / "formats" / "movenet").glob("*.csv"))
    yield "MoveNet, KIMORE's people", [partial(reading.read, path) for path in movenet]
    for name in KINECT_V1:
        found = datasets.load(name, root)
        yield name, [partial(found.read, row) for row in found.rows[::EVERY]]
    chosen = [c for c in video_cache.clips() if c.stem in clips or "all" in clips]
    if chosen:
        yield "videos, MediaPipe", [partial(video_cache.cached, clip) for clip in chosen]


@dataclass(frozen=True)
class Answer:
    """What either said: an exercise or points, else why not."""

    recognised: str
    scored: str


def answer(make: Make) -> Answer:
    """Both asked of one recording; one that is refused says nothing of either."""
    try:
        found = rehabkit.analyze(make(), exercise=NAMED)
    except RehabkitError as error:
        return Answer(f"refused ({type(error).__name__})", f"refused ({type(error).__name__})")
    named = recognise(found.recording)
    score = found.clinical
    return Answer(
        f"named {named.exercise}" if named.exercise else _short(named.reason),
        "scored" if score.total is not None else _short(score.reasons[0]),
    )


def _short(reason: str) -> str:
    """The reason up to its figures."""
    return re.split(r"[:(]", reason, maxsplit=1)[0].strip()


def show(name: str, found: Sequence[Answer]) -> None:
    """How often each answer was given."""
    both = [Counter(getattr(one, part) for one in found) for part in ("recognised", "scored")]
    words = ["; ".join(f"{n} x {what}" for what, n in each.most_common()) for each in both]
    print(f"{name:28s} {len(found):5d}   {words[0]}\n{'':37s}{words[1]}", flush=True)


if __name__ == "__main__":
    main()
