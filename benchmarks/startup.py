"""How long ``import rehabkit`` takes, a 30 s skeleton recording in a warm interpreter, and the
shipped models: loading them afresh, one recording's clinical score with what moved it, and its
exercise recognised.

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
LOAD = """
import time
start = time.perf_counter()
from rehabkit.models.{store} import shipped
shipped()
print(time.perf_counter() - start)
"""
ASKED_LOAD_S, ASKED_SCORE_S = 2.0, 0.1
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


def timed(
    work: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Times of repeated runs; the first one warms up and is left out."""
    times = []
    for _ in range(RUNS + 1):
        start = clock()
        work()
        times.append(clock() - start)
    return times[1:]


def line(what: str, times: list[float], asked: str = "") -> str:
    """One line of the result."""
    spread = f"{min(times):.3f} to {max(times):.3f}"
    return f"{what:<44} {statistics.median(times):7.3f} s  ({spread}){asked}"


def loads(store: str) -> list[float]:
    """Times of importing and loading a shipped model, each in a fresh interpreter."""
    code = LOAD.format(store=store)
    each = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
            for _ in range(RUNS)]  # fmt: skip
    return [float(done.stdout) for done in each]


def clinical() -> None:
    """The clinical scorer on a generated squat, said to be a Kinect's."""
    from dataclasses import replace

    from rehabkit.assessment.clinical import clinical_score
    from rehabkit.models.clinical_store import SHIPPED, shipped
    from rehabkit.models.weights import there
    from rehabkit.pipeline import analyze
    from rehabkit.simulate import generate

    if not there(SHIPPED) or shipped() is None:
        print("\nno weights of the clinical scorer")
        return
    made = generate("squat", repetitions=8, noise_m=0.005, seed=3).recording
    found = analyze(made, exercise="kimore-es5")
    case = replace(found.case, kinematics=replace(found.kinematics, sensor="kinect-v2"))

    def score() -> object:
        return clinical_score(case, found.exercise, found.gate, found.scores)

    said = clinical_score(case, found.exercise, found.gate, found.scores)
    print(f"\nthe clinical scorer ({'scored' if said.total else said.reasons[0]})")
    print(line("import and load, fresh", loads("clinical_store"), f"  asked: {ASKED_LOAD_S} s"))
    print(line("figures, score and what moved it", timed(score), f"  asked: {ASKED_SCORE_S} s"))


def recogniser() -> None:
    """The recogniser on the same generated squat, from the cleaned recording to the name."""
    from rehabkit.assessment.recognition import recognise
    from rehabkit.models.recogniser_store import shipped
    from rehabkit.pipeline import analyze
    from rehabkit.simulate import generate

    if shipped() is None:
        print("\nno weights of the recogniser")
        return
    made = generate("squat", repetitions=8, noise_m=0.005, seed=3).recording
    cleaned = analyze(made, exercise="squat").recording
    said = recognise(cleaned)
    print(f"\nthe recogniser ({said.exercise or said.reason})")
    print(line("import and load, fresh", loads("recogniser_store")))
    print(line("figures and the name", timed(lambda: recognise(cleaned))))


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
        alone = timed(lambda: analyze(path, exercise="squat"), time.process_time)
        print(line("the same, time of the processor", alone))
        analysis = analyze(path, exercise="squat")
        plain = timed(lambda: report.write(analysis, folder, parts=("report", "tables")))
        print(line("write report.html, JSON and tables", plain))
        print(line("write everything, figures too", timed(lambda: report.write(analysis, folder))))
    clinical()
    recogniser()


if __name__ == "__main__":
    main()
