"""The highest memory on a one-hour video against a one-minute one.

    python benchmarks/memory.py [--read-only]

The videos are generated (small pictures at 10 Hz), the key points are recorded ones, repeated;
each run is a process of its own. Then the real estimator on one and two minutes of a real clip,
repeated.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
RATE_HZ = 10
MINUTE_S, HOUR_S = 60, 3600
CLIP = "watcharapol28_gait_abnormal_05_limping.mp4"
ASKED = 1.5

CHILD = """
import json, pickle, resource, sys
path, what, points = sys.argv[1:4]
from rehabkit.vision.estimators.recorded import RecordedPoints
from rehabkit.vision.reader import read
from rehabkit.vision.stills import StillCollector
options = {}
if points:
    with open(points, "rb") as file:
        options["estimator"] = RecordedPoints(pickle.load(file), repeat=True)
if what == "read":
    done = read(path, **options)
else:
    from rehabkit.pipeline import analyze
    done = analyze(path, stills=StillCollector(), **options).recording
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(done), peak]))
"""


def movement() -> object:
    """A generated minute of squats with image points."""
    import numpy as np

    from rehabkit.recording.skeletons import BLAZEPOSE
    from rehabkit.simulate import generate

    made = generate("squat", skeleton=BLAZEPOSE, repetitions=12, rate_hz=RATE_HZ, seed=1).recording
    assert made.positions is not None
    up = np.array(made.up.vector)
    height = made.positions @ up
    middle = np.nanmean(height, axis=(0, 1))
    image = np.stack([160 + 60 * made.positions[..., 0], 120 - 60 * (height - middle)], axis=-1)
    return made.replace(image_points=image, image_size=(320, 240), origin="pelvis")


def film(path: Path, seconds: float) -> Path:
    """A small film of a moving square."""
    import numpy as np

    from rehabkit.vision.writing import open_writer

    with open_writer(path, (320, 240), rate_hz=RATE_HZ) as writer:
        for index in range(round(seconds * RATE_HZ)):
            picture = np.full((240, 320, 3), 90, dtype=np.uint8)
            x = 40 + index * 7 % 200
            picture[80:140, x : x + 40] = 220
            writer.write(picture, index / RATE_HZ)
    return path


def repeated(clip: Path, path: Path, seconds: float) -> Path:
    """A real clip again and again until the time is through."""
    from rehabkit.vision.video import Video
    from rehabkit.vision.writing import open_writer

    with Video(clip) as video:
        size, rate = video.info.size, video.info.rate_hz
    begin = 0.0
    with open_writer(path, size, rate_hz=rate) as writer:
        while begin < seconds:
            with Video(clip, end_s=seconds - begin) as video:
                for frame in video.frames():
                    writer.write(frame.rgb, begin + frame.time_s)
            begin += frame.time_s + 1 / (rate or 30)
    return path


def peak(path: Path, what: str, points: Path | None = None) -> tuple[int, float]:
    """Pictures, and the highest memory in MB, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), what, str(points or "")],
        capture_output=True,
        check=True,
        text=True,
    )
    pictures, megabytes = json.loads(done.stdout.splitlines()[-1])
    return int(pictures), float(megabytes)


def compare(name: str, what: str, short: Path, long: Path, points: Path | None = None) -> None:
    few, low = peak(short, what, points)
    many, high = peak(long, what, points)
    print(f"{name}, {what}: {few} pictures {low:.0f} MB, {many} pictures {high:.0f} MB, "
          f"ratio {high / low:.2f}  asked: {ASKED}", flush=True)  # fmt: skip


def main() -> None:
    steps = ("read",) if "--read-only" in sys.argv else ("read", "analyze")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        points = folder / "points.pkl"
        points.write_bytes(pickle.dumps(movement()))
        minute = film(folder / "minute.mp4", MINUTE_S)
        hour = film(folder / "hour.mp4", HOUR_S)
        for what in steps:
            compare("one minute and one hour", what, minute, hour, points)
        data = Path(os.environ.get("REHABKIT_DATA", ROOT / ".data"))
        clip = data / "videos" / CLIP
        one = repeated(clip, folder / "one.mp4", MINUTE_S)
        two = repeated(clip, folder / "two.mp4", 2 * MINUTE_S)
        compare("real estimator, one and two minutes", steps[-1], one, two)


if __name__ == "__main__":
    main()
