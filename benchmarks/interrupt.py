"""Stop ``rehabkit analyze`` with Ctrl-C at times spread over its whole run.

    python benchmarks/interrupt.py [--runs 100] [--workers 1] [PATH ...]

After each, every file that is there must be the whole file that an undisturbed run writes, and no
temporary file may be left. Without a PATH the generated sample is analysed. Other options, such as
--overlay, go to analyze.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

COMMAND = [sys.executable, "-m", "rehabkit.cli.main", "analyze"]
LEDGER = {"run.jsonl", "run.lock"}  # what was done so far, and by which process: not the same
MADE_ON = re.compile(rb"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Stopped:
    """One interrupted run: when, how it ended, and what is wrong with what it left."""

    after_s: float
    status: int
    files: int
    faults: tuple[str, ...]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; days are left out, which may change over midnight."""
    files = (
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in LEDGER
    )
    return {
        path.relative_to(folder).as_posix(): MADE_ON.sub(b"DAY", path.read_bytes())
        for path in files
    }


def undisturbed(arguments: list[str], out: Path) -> tuple[float, dict[str, bytes]]:
    """How long a whole run takes, and what it writes."""
    start = time.perf_counter()
    subprocess.run([*COMMAND, *arguments, "--out", str(out)], check=True, capture_output=True)
    return time.perf_counter() - start, contents(out)


def interrupted(
    arguments: list[str], out: Path, after_s: float, whole: dict[str, bytes]
) -> Stopped:
    """Run, stop after a time as a terminal does, and compare what is there."""
    command = [*COMMAND, *arguments, "--out", str(out)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(after_s)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    left = contents(out) if out.exists() else {}
    faults = [
        f"{name}: not as a whole run writes it" for name in left if left[name] != whole.get(name)
    ]
    if process.returncode not in (0, 130, -signal.SIGINT):
        faults.append(f"exit status {process.returncode}: {errors.decode()[-500:]}")
    return Stopped(after_s, process.returncode, len(left), tuple(faults))


def stop_at_random(
    arguments: list[str], folder: Path, runs: int, seed: int = 0
) -> tuple[float, list[Stopped]]:
    """Stop ``runs`` runs at times spread over the whole length, one in each equal part of it."""
    length_s, whole = undisturbed(arguments, folder / "whole")
    rng = np.random.default_rng(seed)
    times = (np.arange(runs) + rng.random(runs)) / runs * length_s
    results = [
        interrupted(arguments, folder / f"run-{i}", float(after_s), whole)
        for i, after_s in enumerate(times)
    ]
    return length_s, results


def sample(folder: Path) -> Path:
    """The generated sample as a file."""
    from rehabkit import reading
    from rehabkit.simulate import demo_recording

    path = folder / "sample.csv"
    reading.write(demo_recording(), path)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    given, others = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = given.paths or [str(sample(folder))]
        arguments = [*paths, *others, "--workers", str(given.workers)]
        length_s, results = stop_at_random(arguments, folder, given.runs)
    stopped = sum(result.status != 0 for result in results)
    partly = sum(result.status != 0 and result.files > 0 for result in results)
    faults = [(r.after_s, fault) for r in results for fault in r.faults]
    print(f"{len(results)} runs of {length_s:.1f} s; {stopped} stopped before their end,")
    print(f"{partly} of these with some files already written; {len(faults)} faults")
    for after_s, fault in faults:
        print(f"  after {after_s:.2f} s: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
