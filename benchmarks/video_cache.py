"""Read every clip of the real recordings once, and keep the Recordings for later runs.

    python benchmarks/video_cache.py [--fresh] [NAME ...]

Writes ``.cache/videos/<name>.pkl``; a cache of one's own files, read by nothing but benchmarks.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from pathlib import Path

from rehabkit.recording import Recording

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "videos"


def clips() -> list[Path]:
    """The clips of the data, sorted by name."""
    data = Path(os.environ.get("REHABKIT_DATA", ROOT / ".data"))
    return sorted((data / "videos").glob("*.mp4"))


def cached(clip: Path, *, fresh: bool = False) -> Recording:
    """The Recording of a clip, read anew only where there is none yet."""
    from rehabkit.vision.reader import read

    kept = CACHE / f"{clip.stem}.pkl"
    if kept.exists() and not fresh:
        found = pickle.loads(kept.read_bytes())
        if isinstance(found, Recording):
            return found
    recording = read(clip)
    CACHE.mkdir(parents=True, exist_ok=True)
    temporary = kept.with_suffix(".part")
    temporary.write_bytes(pickle.dumps(recording))
    temporary.replace(kept)
    return recording


def main() -> None:
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    for clip in clips():
        if names and clip.stem not in names:
            continue
        start = time.perf_counter()
        recording = cached(clip, fresh="--fresh" in sys.argv)
        spent = time.perf_counter() - start
        print(f"{clip.stem:45s} {len(recording):4d} frames {spent:6.1f} s", flush=True)
        for step in recording.history[1:]:
            print(f"    {step} {step.spans or ''}")


if __name__ == "__main__":
    main()
