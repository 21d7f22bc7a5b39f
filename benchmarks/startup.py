"""How long ``import rehabkit`` takes, and a 30 s skeleton recording in a warm interpreter.

    python benchmarks/startup.py

Prints medians and the spread of repeated runs, each beside a yardstick of the same run (numpy's
import), so that machines can be compared.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

IMPORT = """
import json, time
start = time.perf_counter()
import numpy
between = time.perf_counter()
import rehabkit
print(json.dumps([between - start, time.perf_counter() - start]))
"""
ASKED_IMPORT_S = 0.3
ASKED_ANALYSIS_S = 0.5
RUNS = 9


def imports() -> tuple[list[float], list[float]]:
    """Times of numpy alone, and of rehabkit with numpy, each in a fresh interpreter."""
    pairs = []
    for _ in range(RUNS + 1):
        done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, check=True)
        pairs.append(json.loads(done.stdout))
    alone, together = zip(*pairs[1:], strict=True)  # the first writes the compiled files
    return list(alone), list(together)


def sample(folder: Path) -> Path:
    """A generated recording of about 30 s at 30 Hz as a CSV file."""
    from rehabkit import reading
    from rehabkit.simulate import generate

    path = folder / "sample.csv"
    reading.write(generate("squat", repetitions=8, rate_hz=30, seed=3).recording, path)
    return path


def timed(work: Callable[[], object]) -> list[float]:
    """Times of repeated runs; the first one warms up and is left out."""
    times = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times[1:]


def line(what: str, times: list[float], asked: str = "") -> str:
    """One line of the result."""
    spread = f"{min(times):.3f} to {max(times):.3f}"
    return f"{what:<44} {statistics.median(times):7.3f} s  ({spread}){asked}"


def main() -> None:
    alone, together = imports()
    print(line("import numpy", alone))
    print(line("import rehabkit, numpy included", together, f"  asked: {ASKED_IMPORT_S} s"))
    from rehabkit import reading, report
    from rehabkit.pipeline import analyze

    with tempfile.TemporaryDirectory() as folder:
        path = sample(Path(folder))
        recording = reading.read(path)
        what = f"{recording.duration_s:.0f} s at {recording.rate_hz:.0f} Hz"
        print(f"\na skeleton recording of {what}, warm")
        print(line("read", timed(lambda: reading.read(path))))
        analysed = timed(lambda: analyze(path, exercise="squat"))
        print(line("read and analyse", analysed, f"  asked: {ASKED_ANALYSIS_S} s"))
        analysis = analyze(path, exercise="squat")
        plain = timed(lambda: report.write(analysis, folder, parts=("report", "tables")))
        print(line("write report.html, JSON and tables", plain))
        print(line("write everything, figures too", timed(lambda: report.write(analysis, folder))))


if __name__ == "__main__":
    main()
