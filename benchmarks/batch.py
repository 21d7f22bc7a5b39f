"""Many recordings in one run: memory, what a killed run loses, and what a second worker brings.

    python benchmarks/batch.py real [--sets kimore,ui-prmd,irds] [--limit N] [--workers 2]
    python benchmarks/batch.py killed [--count 10000] [--kills 12] [--seed 1]
    python benchmarks/batch.py scaling [--count 120] [--rounds 5]

``real``: the recordings of sets, or N drawn evenly from them, in one run; how many are usable, how
many recordings a second, and the memory of the parent and its workers from start to end.

``killed``: generated recordings; the run, and single workers of it, are killed with SIGKILL at
random moments and the run is started again each time. Exit status 1 where anything was lost, done
twice or half-written, or where a sample differs from what an undisturbed run writes.

``scaling``: one worker against two on the same generated recordings, in alternating order.

``--write`` goes to analyze; without it ``analysis.json`` alone is written.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from rehabkit.batch import ledger
from rehabkit.batch.ledger import Entry

COMMAND = [sys.executable, "-m", "rehabkit.cli.main", "analyze"]
ROOT = Path(__file__).parent.parent
MB = 2**20
ASKED_RATIO = 1.7
SETS = "kimore,ui-prmd,irds"


# --- Recordings -----------------------------------------------------------------------------------


def generate_into(folder: Path, count: int) -> int:
    """Make small recordings that differ (3 squats, 15 Hz, noise of 3 mm); how many there are."""
    from rehabkit import reading
    from rehabkit.simulate import generate

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"r{number:05}.csv"
        if not path.exists():
            made = generate("squat", repetitions=3, rate_hz=15, noise_m=0.003, seed=number)
            reading.write(made.recording, path)
    return sum(1 for _ in folder.glob("*.csv"))


def drawn_evenly(paths: Sequence[Path], limit: int | None) -> list[Path]:
    """So many paths, at even distances from the first to the last."""
    if limit is None or limit >= len(paths):
        return list(paths)
    return [paths[round(i)] for i in np.linspace(0, len(paths) - 1, limit)]


# --- A run that is watched ------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """Memory at one moment of a run, MB, and how many recordings were done by then."""

    at_s: float
    done: int
    parent: float
    workers: dict[int, float]


@dataclass
class Lines:
    """How many lines a growing ledger has; only what was added is read."""

    path: Path
    count: int = 0
    _offset: int = 0

    def now(self) -> int:
        """Whole lines by now."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self._offset)
                added = file.read()
            self._offset += len(added)
            self.count += added.count(b"\n")
        return self.count


def command(sources: Sequence[Path], out: Path, workers: int, options: Sequence[str]) -> list[str]:
    """``rehabkit analyze`` of sources into a folder."""
    paths = [str(path) for path in sources]
    return [*COMMAND, *paths, "--out", str(out), "--workers", str(workers), *options]


def sample(process: psutil.Process, at_s: float, done: int) -> Sample | None:
    """The resident memory of a run's processes; None where it has just ended."""
    with suppress(psutil.NoSuchProcess):
        workers = {}
        for child in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if is_worker(child):
                    workers[child.pid] = child.memory_info().rss / MB
        return Sample(at_s, done, process.memory_info().rss / MB, workers)
    return None


def is_worker(process: psutil.Process) -> bool:
    """Whether a child of a run analyses; it also has one that only counts shared resources."""
    return "spawn_main" in " ".join(process.cmdline())


def watched(arguments: list[str], out: Path, every_s: float = 1.0) -> tuple[int, list[Sample]]:
    """Exit status of a run, and its memory over time."""
    lines, samples, start = Lines(out / ledger.NAME), [], time.perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        process = psutil.Process(run.pid)
        while run.poll() is None:
            found = sample(process, time.perf_counter() - start, lines.now())
            samples += [found] if found is not None else []
            time.sleep(every_s)
    return run.returncode, samples


# --- Real recordings: memory and throughput -------------------------------------------------------


def real(options: argparse.Namespace) -> int:
    """All recordings of sets in one run."""
    from rehabkit import reading

    found = [p for name in options.sets.split(",")
             for p in reading.find_recordings(options.data / name)]  # fmt: skip
    paths = drawn_evenly(found, options.limit)
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        out = Path(temporary)
        start = time.perf_counter()
        arguments = command(paths, out, options.workers, writing(options))
        status, samples = watched(arguments, out)
        taken = time.perf_counter() - start
        entries = ledger.read(out)
        size = sum(p.stat().st_size for p in out.rglob("*") if p.is_file()) / MB
    print(f"{len(paths)} of {len(found)} recordings ({options.sets}), {options.workers} workers, "
          f"exit status {status}: {taken:.0f} s, {len(paths) / taken:.2f} a second, "
          f"{size / len(paths):.2f} MB written for each")  # fmt: skip
    show_entries(entries)
    show_memory(samples, len(paths))
    return 0 if len(entries) == len(paths) else 1


def show_entries(entries: Sequence[Entry]) -> None:
    """How many are usable, and why others are not."""
    counts = Counter(entry.status for entry in entries)
    print(", ".join(f"{counts[status]} {status}" for status in ledger.STATUSES))
    kinds = Counter(kind for entry in entries for kind in entry.kinds)
    for kind, times in kinds.most_common(12):
        print(f"    {times:5}: {kind}")


def show_memory(samples: Sequence[Sample], count: int) -> None:
    """Memory while recordings are analysed: the first tenth left out, since imports come then."""
    at_work = [s for s in samples if 0.1 * count <= s.done < count]
    if len(at_work) < 2:
        print("memory: the run was too short")
        return
    done = [s.done for s in at_work]
    show_growth("parent", done, [s.parent for s in at_work])
    pids = [pid for pid in at_work[0].workers if pid in at_work[-1].workers]
    for number, pid in enumerate(pids, 1):
        show_growth(f"worker {number}", done, [s.workers.get(pid, np.nan) for s in at_work])
    after = [s.parent for s in samples if s.done >= count]
    if after:
        print(f"parent while the cohort's page and tables are made: at most {max(after):.0f} MB")


def show_growth(name: str, done: Sequence[int], memory: Sequence[float]) -> None:
    """A tenth at the start against one at the end, and the line through all samples."""
    tenth = max(len(memory) // 10, 1)
    first, last = np.nanmedian(memory[:tenth]), np.nanmedian(memory[-tenth:])
    seen = np.isfinite(memory)
    slope = np.polyfit(np.asarray(done)[seen], np.asarray(memory)[seen], 1)[0] * 1000
    print(f"{name}: {first:.0f} MB at {done[0]} recordings, {last:.0f} MB at {done[-1]}, "
          f"at most {np.nanmax(memory):.0f}; {slope:+.2f} MB a 1000 recordings")  # fmt: skip


# --- Killed and resumed ---------------------------------------------------------------------------


@dataclass
class Killed:
    """What was found of a run that was killed again and again."""

    runs: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    unlisted: int = 0
    taken_s: float = 0.0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    compared: int = 0
    tried_again: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        """All that must not be."""
        named = {"lost": self.lost, "twice": self.twice, "half": self.half,
                 "differing": self.differing}  # fmt: skip
        return [f"{what}: {name}" for what, names in named.items() for name in names]


def kill_and_resume(
    source: Path, out: Path, options: Sequence[str], *, kills: int, seed: int, compare: int = 200
) -> Killed:
    """Run over ``source``, killed at random moments and started again, until it ends by itself."""
    found, rng = Killed(), np.random.default_rng(seed)
    names = sorted(path.stem for path in source.glob("*.csv"))
    moments = np.sort(rng.uniform(0, len(names), kills)).tolist()
    stamps: dict[str, tuple[int, int]] = {}
    start = time.perf_counter()
    arguments, lines = command([source], out, 2, options), Lines(out / ledger.NAME)
    while True:
        found.runs += 1
        ended = run_until_killed(arguments, lines, moments, rng, found)
        listed = [entry.folder for entry in ledger.entries(out / ledger.NAME)]
        found.twice += changed(out, stamps)
        stamps |= {name: stamp(out / name) for name in listed if name not in stamps}
        found.unlisted += len(with_document(out) - set(listed))
        if ended is not None:
            break
    found.taken_s = time.perf_counter() - start
    judge(found, out, names, listed)
    compare_sample(found, source, out, options, names, compare, rng)
    return found


def run_until_killed(
    arguments: list[str], lines: Lines, moments: list[float], rng: np.random.Generator,
    found: Killed,
) -> int | None:  # fmt: skip
    """The exit status of a run that ended by itself; None where it was killed.

    Every third kill hits one worker, whose run goes on; the others hit the run itself.
    """
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            if not moments or lines.now() < moments[0]:
                time.sleep(0.02)
                continue
            time.sleep(rng.uniform(0, 0.4))  # in the midst of a recording
            worker = found.killed.total() % 3 == 1
            if worker and not kill_a_worker(run.pid, rng):
                continue
            moments.pop(0)
            found.killed["worker" if worker else "run"] += 1
            if not worker:
                run.send_signal(signal.SIGKILL)
                run.wait()
                return None
    return run.returncode


def kill_a_worker(pid: int, rng: np.random.Generator) -> bool:
    """Kill one of a run's workers; whether it had one."""
    with suppress(psutil.NoSuchProcess):
        workers = [child for child in psutil.Process(pid).children() if is_worker(child)]
        if workers:
            workers[rng.integers(len(workers))].kill()
            return True
    time.sleep(0.05)
    return False


def stamp(folder: Path) -> tuple[int, int]:
    """What changes where a document is written again; zeros where there is none."""
    path = folder / "analysis.json"
    if not path.exists():
        return 0, 0
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def changed(out: Path, stamps: dict[str, tuple[int, int]]) -> list[str]:
    """Recordings that were done, and were written again."""
    return [name for name, before in stamps.items() if stamp(out / name) != before]


def with_document(out: Path) -> set[str]:
    """Folders that hold a document."""
    return {path.parent.name for path in out.glob("*/analysis.json")}


def judge(found: Killed, out: Path, names: Sequence[str], listed: Sequence[str]) -> None:
    """Every recording once in the ledger, with a whole document and nothing half-written."""
    there = with_document(out)
    found.lost += [name for name in names if name not in there or name not in set(listed)]
    found.twice += [name for name, times in Counter(listed).items() if times > 1]
    found.half += [str(path.relative_to(out)) for path in out.glob("*/.*.part*")]
    for name in sorted(there):
        try:
            json.loads((out / name / "analysis.json").read_bytes())
        except ValueError:
            found.half.append(f"{name}/analysis.json")
    entries = ledger.read(out)
    found.tried_again = sum(entry.attempts > 1 for entry in entries)
    found.statuses.update(entry.status for entry in entries)


def compare_sample(
    found: Killed, source: Path, out: Path, options: Sequence[str], names: Sequence[str],
    compare: int, rng: np.random.Generator,
) -> None:  # fmt: skip
    """A sample against what an undisturbed run of one worker writes, byte for byte."""
    chosen = sorted(rng.choice(names, min(compare, len(names)), replace=False).tolist())
    whole = out.with_name(f"{out.name}-whole")
    sources = [source / f"{name}.csv" for name in chosen]
    subprocess.run(command(sources, whole, 1, options), check=True, capture_output=True)
    found.compared = len(chosen)
    for name in chosen:
        if contents(out / name) != contents(whole / name):
            found.differing.append(name)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of one recording's results."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def killed(options: argparse.Namespace) -> int:
    """Generated recordings, killed and resumed."""
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        source, out = options.source or Path(temporary) / "in", Path(temporary) / "out"
        print(f"{generate_into(source, options.count)} recordings generated", flush=True)
        found = kill_and_resume(
            source, out, writing(options), kills=options.kills, seed=options.seed
        )
    kills = ", ".join(f"{times} times the {what}" for what, times in found.killed.items())
    print(f"{found.runs} runs in {found.taken_s:.0f} s; killed: {kills}")
    print(f"recordings: {dict(found.statuses)}; {found.unlisted} whole results that a kill kept "
          f"out of the ledger, taken as they were; {found.tried_again} tried again")  # fmt: skip
    print(f"lost {len(found.lost)}, done twice {len(found.twice)}, half-written {len(found.half)}, "
          f"differing {len(found.differing)} of {found.compared} compared")  # fmt: skip
    for fault in found.faults[:20]:
        print(f"  {fault}")
    return 1 if found.faults else 0


# --- One worker against two -----------------------------------------------------------------------


@dataclass(frozen=True)
class Timed:
    """One run: the whole command, and from its first line of the ledger to its last, s."""

    whole_s: float
    lines_s: float
    cpu_s: float
    others_cores: float


def timed(source: Path, out: Path, workers: int, options: Sequence[str]) -> Timed:
    """Time one run, and how many cores others kept busy meanwhile."""
    lines = Lines(out / ledger.NAME)
    moments: list[float] = []
    ours, busy, start = spent(), busy_cores(), time.perf_counter()
    arguments = command([source], out, workers, options)
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            before = lines.count
            if lines.now() > before:
                moments.append(time.perf_counter())
            time.sleep(0.01)
    whole = time.perf_counter() - start
    used = spent() - ours
    others = (busy_cores() - busy - used) / whole
    return Timed(whole, moments[-1] - moments[0], used, max(others, 0.0))


def spent() -> float:
    """Time of the processors that ended children, and theirs, have used, s."""
    times = os.times()
    return times.children_user + times.children_system


def busy_cores() -> float:
    """Time of the processors that all processes have used, s."""
    times = psutil.cpu_times()
    return float(times.user + times.system + times.nice)


def scaling(options: argparse.Namespace) -> int:
    """One worker against two, in alternating order."""
    cores = len(os.sched_getaffinity(0))
    results: dict[int, list[Timed]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        source = options.source or Path(temporary) / "in"
        count = generate_into(source, options.count)
        print(f"{count} recordings, {cores} cores", flush=True)
        for number in range(options.rounds):
            for workers in (1, 2) if number % 2 == 0 else (2, 1):
                out = Path(temporary) / f"out-{number}-{workers}"
                result = timed(source, out, workers, writing(options))
                results[workers].append(result)
                print(f"round {number + 1}, {workers} workers: {result.whole_s:.1f} s, "
                      f"{count / result.whole_s:.2f} a second, "
                      f"{result.cpu_s / count:.3f} s of a core each; others kept "
                      f"{result.others_cores:.2f} of {cores} cores busy", flush=True)  # fmt: skip
    pairs = list(zip(results[1], results[2], strict=True))
    show_ratio("the whole command", [one.whole_s / two.whole_s for one, two in pairs])
    show_ratio("first line to last", [one.lines_s / two.lines_s for one, two in pairs])
    return 0


def show_ratio(what: str, ratios: Sequence[float]) -> None:
    """The middle of the rounds' ratios with the smallest and the largest."""
    print(f"throughput of two workers against one, {what}: {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} to {max(ratios):.2f})  asked: {ASKED_RATIO}")  # fmt: skip


# --- The command ----------------------------------------------------------------------------------


def writing(options: argparse.Namespace) -> list[str]:
    """Options of analyze that all parts share."""
    return ["--write", options.write]


def arguments_of(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", default="nothing", help="what analyze writes beside the JSON")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary one of the system")
    parts = parser.add_subparsers(dest="part", required=True)
    default = Path(os.environ.get("REHABKIT_DATA", ROOT / ".data"))
    one = parts.add_parser("real")
    one.add_argument("--sets", default=SETS)
    one.add_argument("--limit", type=int)
    one.add_argument("--workers", type=int, default=2)
    one.add_argument("--data", type=Path, default=default)
    two = parts.add_parser("killed")
    two.add_argument("--source", type=Path, help="where generated recordings are, or go and stay")
    two.add_argument("--count", type=int, default=10_000)
    two.add_argument("--kills", type=int, default=12)
    two.add_argument("--seed", type=int, default=1)
    three = parts.add_parser("scaling")
    three.add_argument("--source", type=Path, help="as for killed")
    three.add_argument("--count", type=int, default=120)
    three.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments_of(argv)
    return {"real": real, "killed": killed, "scaling": scaling}[options.part](options)


if __name__ == "__main__":
    sys.exit(main())
