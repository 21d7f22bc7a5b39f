"""Reading and analysing a video against the plainest loop, on the same clip in the same run.

    python benchmarks/speed.py [CLIP ...]

The plainest loop decodes to RGB and estimates, one picture after the other, with PyAV's and
MediaPipe's own settings. Each clip is tried as it is and at 360p; rounds alternate, medians count.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CLIPS = ("michpapadum_squat.mp4", "sagorghhj253_neck_rotation.mp4")
SMALL = 360
ROUNDS = 3
ASKED = 1.15


def clips() -> list[Path]:
    """The clips named on the command line, else two of the data in 1080p."""
    if sys.argv[1:]:
        return [Path(a) for a in sys.argv[1:]]
    data = Path(os.environ.get("REHABKIT_DATA", ROOT / ".data"))
    return [data / "videos" / name for name in CLIPS]


def scaled(clip: Path, folder: Path) -> Path:
    """The clip with a shorter side of 360 px, same times."""
    from rehabkit.vision.stills import small
    from rehabkit.vision.video import Video
    from rehabkit.vision.writing import open_writer

    path = folder / f"{clip.stem}_{SMALL}.mp4"
    with Video(clip) as video:
        width, height = video.info.size
        side = round(SMALL * max(width, height) / min(width, height))
        size = (side, SMALL) if width > height else (SMALL, side)
        with open_writer(path, size, rate_hz=video.info.rate_hz) as writer:
            for frame in video.frames():
                writer.write(small(frame.rgb, side), frame.time_s)
    return path


def plain(clip: Path) -> int:
    """The plainest loop; the number of pictures."""
    import av
    import mediapipe

    from rehabkit.vision.estimators.quiet import without_chatter

    pictures = 0
    solutions: Any = mediapipe.solutions
    with (
        without_chatter(),
        solutions.pose.Pose(model_complexity=1) as pose,
        av.open(str(clip)) as container,
    ):
        for frame in container.decode(video=0):
            pose.process(frame.to_ndarray(format="rgb24"))
            pictures += 1
    return pictures


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, clip: Path) -> None:
    from rehabkit.pipeline import analyze
    from rehabkit.vision.reader import read
    from rehabkit.vision.stills import StillCollector

    ways: dict[str, Callable[[], object]] = {
        "plain": lambda: plain(clip),
        "read": lambda: read(clip),
        "analyze": lambda: analyze(clip),
        "analyze, stills": lambda: analyze(clip, stills=StillCollector()),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            times[way].append(timed(work))
    base = statistics.median(times["plain"])
    pictures = plain(clip)
    print(f"{name}: {pictures} pictures, plain loop {1000 * base / pictures:.1f} ms a picture")
    for way in ways:
        if way != "plain":
            ratio = statistics.median(times[way]) / base
            spread = f"{min(times[way]) / base:.2f} to {max(times[way]) / base:.2f}"
            asked = f"  asked: {ASKED}" if way.startswith("analyze") else ""
            print(f"  {way:<16} {ratio:5.2f} times the plain loop  ({spread}){asked}", flush=True)


def main() -> None:
    from rehabkit.pipeline import analyze

    with tempfile.TemporaryDirectory() as folder:
        for clip in clips():
            low = scaled(clip, Path(folder))
            analyze(low)  # imports and first use
            compare(f"{clip.stem} at {SMALL}p", low)
            compare(f"{clip.stem} as it is", clip)


if __name__ == "__main__":
    main()
