"""Bad files of every format: each ends in a recording or a RehabkitError, soon and in little space.

    python benchmarks/bad_files.py [--count 5000] [--seed N] [--format NAME] [--data FOLDER]

Tiny files of every format that is read (those of the contract test), and with ``--data`` small
real ones too, are damaged in each way of ``tests/formats/mutations.py``, or replaced by another
format's bytes. Each is read twice in a worker process: as what it is called, and as what it is
told to be by its content. Anything but a Recording or a RehabkitError, a read that takes more than
5 s or more than 1 GiB above what the worker held before, and a worker that ends, is a fault: listed
with its number and kept, and the exit status is 1. A fault of time, memory or death is tried again
in a fresh worker first and counts if it happens again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import numpy as np  # noqa: E402 - after the path
from tests.formats.mutations import MUTATIONS  # noqa: E402
from tests.formats.samples import SAMPLES  # noqa: E402

COUNT, LONGEST_S, MOST_BYTES = 5000, 5.0, 1 << 30
OTHER: Final = "other_format"
WAYS: Final = (*MUTATIONS, OTHER)
REAL_BYTES: Final = 300_000
"""Real files are taken where they are small: reading them takes long enough otherwise."""
REAL_TRIED: Final = 5
VIDEO: Final = "video"
"""Left out: looking for a pose in a whole video takes as long as the video does."""


@dataclass(frozen=True)
class Victim:
    """What is damaged: a recording's path inside the folder of whole ones, and its format."""

    name: str
    format: str
    path: str


@dataclass(frozen=True)
class Case:
    """One bad file, made again from the seed and its number."""

    number: int
    victim: Victim
    way: str


@dataclass
class Tally:
    """What became of one format's bad files."""

    files: int = 0
    refused: int = 0
    read: int = 0
    shorter: int = 0
    truncated: int = 0
    other_joints: int = 0
    seconds: float = 0.0
    mebibytes: float = 0.0
    faults: list[str] = field(default_factory=list)


# --- The bad files ------------------------------------------------------------------------------


def gather(folder: Path, data: Path | None, only: str | None) -> list[Victim]:
    """Whole recordings of every format, each in a folder of its own below ``folder``."""
    victims = []
    for name, sample in SAMPLES.items():
        place = folder / name
        place.mkdir(parents=True)
        path = sample.make(place)  # all of them: other formats' bytes are wanted too
        if only in (None, sample.format):
            victims.append(Victim(name, sample.format, str(path.relative_to(folder))))
    return victims + list(_real(folder, data, only) if data else ())


def _real(folder: Path, data: Path, only: str | None) -> Iterator[Victim]:
    """The smallest real recording of each format that is small and can be read by itself."""
    from rehabkit import reading
    from rehabkit.formats.files import read_head

    small: dict[str, list[Path]] = {}
    for path in reading.find_recordings(data):
        if path.is_dir() or path.stat().st_size > REAL_BYTES:
            continue
        named = [f.name for f in reading.FORMATS if f.identifies(path, read_head(path))]
        if len(named) == 1 and named[0] != VIDEO and only in (None, named[0]):
            small.setdefault(named[0], []).append(path)
    for name, paths in small.items():
        for path in sorted(paths, key=lambda p: p.stat().st_size)[:REAL_TRIED]:
            place = folder / f"real-{name}"
            place.mkdir(parents=True)
            shutil.copy(path, place / path.name)
            if _can_be_read(place / path.name):
                yield Victim(f"real-{name}", name, f"real-{name}/{path.name}")
                break
            shutil.rmtree(place)


def _can_be_read(path: Path) -> bool:
    from rehabkit import reading
    from rehabkit.errors import RehabkitError

    try:
        reading.read(path)
    except RehabkitError:
        return False
    return True


def cases(victims: Sequence[Victim], count: int) -> list[Case]:
    """``count`` cases, every victim damaged in every way in turn."""
    pairs = [(victim, way) for way in WAYS for victim in victims]
    return [Case(i, *pairs[i % len(pairs)]) for i in range(count)]


def make_bad(case: Case, seed: int, whole: Path, place: Path) -> Path:
    """Copies the victim to ``place`` and damages one of its files; the path to read."""
    rng = np.random.default_rng([seed, case.number])
    top = Path(case.victim.path).parts[0]
    shutil.copytree(whole / top, place / top)
    path = place / case.victim.path
    files = sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]
    if path.is_file() and rng.random() < 0.2:  # now and then a file that belongs to it
        files = sorted(f for f in (place / top).rglob("*") if f.is_file())
    file = files[int(rng.integers(0, len(files)))]
    content = file.read_bytes()
    if case.way == OTHER:
        others = sorted(f for f in whole.rglob("*") if f.is_file() and f.suffix != file.suffix)
        file.write_bytes(others[int(rng.integers(0, len(others)))].read_bytes())
    else:
        file.write_bytes(_damaged(content, case.way, rng))
    return path


def _damaged(content: bytes, way: str, rng: np.random.Generator) -> bytes:
    """Other bytes than before: a way that leaves this file as it is gives way to bits that flip."""
    tries = (MUTATIONS[name](content, rng) for name in (*[way] * 5, *["flip"] * 5))
    return next((bad for bad in tries if bad != content), b"")


# --- The worker's side --------------------------------------------------------------------------


def serve() -> None:
    """Read what stdin names, one JSON line each, and say on stdout how it went."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    limited = False
    for line in sys.stdin:
        request = json.loads(line)
        if request["limited"] and not limited:
            _limit()
            limited = True
        print(json.dumps(_attempt(Path(request["path"]), request["format"])), file=out, flush=True)


def _limit() -> None:
    """No more address space than what is held now and what a read may ask for."""
    import resource

    most = _status(os.getpid(), "VmSize") + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _attempt(path: Path, chosen: str | None) -> dict[str, Any]:
    from rehabkit import reading
    from rehabkit.errors import RehabkitError

    processes = [os.getpid(), *_children(os.getpid())]
    before = {process: _status(process, "VmRSS") for process in processes}
    _forget_peaks(processes)
    started = time.perf_counter()
    said: dict[str, Any]
    try:
        recording = reading.read(path, format=chosen)
        seconds = time.perf_counter() - started
        said = {"end": "read", **_truth(recording)}
    except RehabkitError as error:
        seconds = time.perf_counter() - started
        said = {"end": "refused", "text": str(error)[:3000]}
    except BaseException as error:  # noqa: BLE001 - finding these is what this program is for
        seconds = time.perf_counter() - started
        said = {"end": "fault", "text": _traceback(error)}
    held = sum(_status(p, "VmHWM") - before.get(p, 0) for p in before)
    return {**said, "seconds": seconds, "bytes": held}


def _traceback(error: BaseException) -> str:
    import traceback

    lines = traceback.format_exception(error)
    return "".join(lines)[-1500:]


def _truth(recording: Any) -> dict[str, Any]:
    """Frames and joints, and what is wrong with a recording that was read."""
    wrong = []
    if not (np.isfinite(recording.time).all() and (np.diff(recording.time) > 0).all()):
        wrong.append("times that do not increase")
    arrays = [getattr(recording, n) for n in ("positions", "orientations", "image_points")]
    arrays += [stream.values for stream in recording.streams.values()]
    if any(a is not None and np.isinf(a).any() for a in arrays):
        wrong.append("infinite values")
    if any((np.diff(stream.time) <= 0).any() for stream in recording.streams.values()):
        wrong.append("times of a stream that do not increase")
    frames = len(recording) + sum(len(s.time) for s in recording.streams.values())
    return {"frames": frames, "joints": len(recording.skeleton), "wrong": wrong}


def _status(process: int, key: str) -> int:
    """Bytes of one line of ``/proc/PID/status``; 0 where the process is gone."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(li.split()[1]) << 10 for li in text.splitlines() if li.startswith(key)), 0)


def _forget_peaks(processes: Sequence[int]) -> None:
    for process in processes:
        with contextlib.suppress(OSError):
            Path(f"/proc/{process}/clear_refs").write_text("5")


def _children(process: int) -> list[int]:
    """Processes that this one started: those that the guard keeps for compiled parsers."""
    try:
        return [
            int(child)
            for task in Path(f"/proc/{process}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


# --- The parent's side --------------------------------------------------------------------------


class Worker:
    """A process that reads files until it dies or takes too long."""

    def __init__(self, warm: Sequence[Path]) -> None:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                                    "POLARS_MAX_THREADS": "1"}  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment, start_new_session=True,
        )  # fmt: skip
        for path in warm:  # what is imported once is no file's doing
            self.ask(path, None, 120.0, limited=False)

    def ask(
        self, path: Path, chosen: str | None, limit_s: float, *, limited: bool = True
    ) -> dict[str, Any]:
        """What reading ``path`` came to; ``end`` is "slow" or "died" where there is no answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        request = {"path": str(path), "format": chosen, "limited": limited}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            return self._died()
        if not select.select([self.process.stdout], [], [], limit_s)[0]:
            self.close()
            return {"end": "slow", "text": f"no answer within {limit_s:g} s", "seconds": limit_s}
        line = self.process.stdout.readline()
        reply: dict[str, Any] = json.loads(line) if line else self._died()
        return reply

    def _died(self) -> dict[str, Any]:
        self.process.wait()
        self.close()
        return {"end": "died", "text": f"the process ended: {self.process.returncode}"}

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End it, and what it started."""
        for child in (*_children(self.process.pid), self.process.pid):
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


@dataclass
class Bench:
    """One run: where whole recordings lie, where faults are kept, and the workers."""

    seed: int
    whole: Path
    work: Path
    keep: Path
    victims: list[Victim]
    own: local = field(default_factory=local)
    workers: list[Worker] = field(default_factory=list)

    def worker(self) -> Worker:
        """The worker of the calling thread, made anew where the last one ended."""
        worker: Worker | None = getattr(self.own, "worker", None)
        if worker is None or not worker.alive:
            warm = {v.format: self.whole / v.path for v in self.victims}
            self.own.worker = worker = Worker(list(warm.values()))
            self.workers.append(worker)
        return worker

    def try_case(self, case: Case) -> list[dict[str, Any]]:
        """The bad file read by name and by content."""
        place = self.work / str(case.number)
        path = make_bad(case, self.seed, self.whole, place)
        replies = [self._read(path, chosen) for chosen in (case.victim.format, None)]
        if any(reply["end"] not in ("read", "refused") for reply in replies):
            shutil.copytree(place, self.keep / f"{case.number:05d}", dirs_exist_ok=True)
        shutil.rmtree(place)
        return replies

    def _read(self, path: Path, chosen: str | None) -> dict[str, Any]:
        reply = self._once(path, chosen)
        if reply["end"] in ("slow", "died", "large"):
            self.worker().close()
            reply = self._once(path, chosen)
        return reply

    def _once(self, path: Path, chosen: str | None) -> dict[str, Any]:
        reply = self.worker().ask(path, chosen, LONGEST_S)
        if reply["end"] in ("read", "refused"):
            if reply["seconds"] > LONGEST_S:
                reply |= {"end": "slow", "text": f"took {reply['seconds']:.1f} s"}
            elif reply["bytes"] > MOST_BYTES:
                reply |= {"end": "large", "text": f"took {reply['bytes'] >> 20} MiB"}
            elif reply.get("wrong"):
                reply |= {"end": "fault", "text": f"read, with {', '.join(reply['wrong'])}"}
        return reply

    def whole_counts(self) -> dict[str, tuple[int, int]]:
        """(frames, joints) of every victim before it is damaged."""
        out = {}
        for victim in self.victims:
            reply = self.worker().ask(self.whole / victim.path, victim.format, 60.0)
            assert reply["end"] == "read", f"{victim}: {reply}"
            out[victim.name] = reply["frames"], reply["joints"]
        return out


def add(
    tally: Tally, case: Case, replies: Sequence[dict[str, Any]], whole: tuple[int, int]
) -> None:
    """Count one bad file: read if either way of reading took it."""
    tally.files += 1
    tally.seconds = max(tally.seconds, *(r.get("seconds", 0.0) for r in replies))
    tally.mebibytes = max(tally.mebibytes, *(r.get("bytes", 0) / 2**20 for r in replies))
    faults = [r for r in replies if r["end"] not in ("read", "refused")]
    tally.faults += [f"{case.number} ({case.victim.name}, {case.way}): {r['text']}" for r in faults]
    read = [r for r in replies if r["end"] == "read"]
    tally.read += bool(read and not faults)
    tally.refused += not read and not faults
    tally.truncated += case.way == "truncate"
    tally.shorter += case.way == "truncate" and any(r["frames"] < whole[0] for r in read)
    tally.other_joints += any(r["joints"] != whole[1] for r in read) and case.way != OTHER


def run(bench: Bench, work: Sequence[Case], workers: int) -> dict[str, Tally]:
    """Every case, in as many workers; the tally of each format."""
    tallies = {victim.format: Tally() for victim in bench.victims}
    whole = bench.whole_counts()
    with ThreadPoolExecutor(workers) as pool:
        for case, replies in zip(work, pool.map(bench.try_case, work), strict=True):
            add(tallies[case.victim.format], case, replies, whole[case.victim.name])
    for worker in (*bench.workers, bench.worker()):
        worker.close()
    return tallies


# --- The table ----------------------------------------------------------------------------------


def show(tallies: dict[str, Tally], keep: Path) -> None:
    print(
        "format             files refused   read  cut: read shorter  other joints  slowest    most"
    )
    for name, t in sorted(tallies.items()):
        print(
            f"{name:16} {t.files:7} {t.refused:7} {t.read:6} {t.shorter:9} of {t.truncated:4} "
            f"{t.other_joints:8} {t.seconds:6.2f} s {t.mebibytes:4.0f} MiB"
        )
    total = Counter[str]()
    for t in tallies.values():
        total.update(files=t.files, refused=t.refused, read=t.read, faults=len(t.faults))
    print(", ".join(f"{count} {word}" for word, count in total.items()))
    for fault in (fault for t in tallies.values() for fault in t.faults):
        print(f"FAULT {fault}")
    if total["faults"]:
        print(f"The files lie in {keep}, a folder for each number.")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=COUNT, help="bad files in all")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--format", help="only this format's")
    parser.add_argument("--data", type=Path, help="a folder of real recordings to damage too")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="where files with faults are kept")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    if options.worker:
        serve()
        return 0
    keep = options.keep or Path(tempfile.mkdtemp(prefix="bad-files-"))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        whole, work = Path(scratch, "whole"), Path(scratch, "work")
        victims = gather(whole, options.data, options.format)
        bench = Bench(options.seed, whole, work, keep, victims)
        tallies = run(bench, cases(victims, options.count), options.workers)
    show(tallies, keep)
    print(f"{len(victims)} whole recordings, {time.perf_counter() - started:.0f} s")
    return 1 if any(t.faults for t in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
