"""Every data set as a table: rows, people, labels, and how many of its recordings are readable.

    python benchmarks/datasets.py [SET ...] [--data FOLDER] [--list]

SET: names of ``rehabkit datasets list``; by default those that FOLDER holds. ``--list`` prints
every refusal and note. Exit status 1 where reading raised anything but a RehabkitError.
"""

from __future__ import annotations

import argparse
import os
import time
import traceback
from collections import Counter
from pathlib import Path

import numpy as np

from rehabkit import datasets
from rehabkit.datasets import Dataset
from rehabkit.errors import RehabkitError

FOLDERS = {"ntu": "formats/ntu"}
SHOWN = ("correct", "quality", "named_side", "used_in_cvpr12", "sex")


def held(data: Path) -> list[str]:
    """The sets that lie in the folder."""
    return [name for name in datasets.names() if (data / FOLDERS.get(name, name)).is_dir()]


def counts(dataset: Dataset) -> list[str]:
    """What the rows say, one line a column with few values."""
    lines = []
    for field in ("group", "sensor", "side"):
        found = Counter(getattr(row, field) or "-" for row in dataset)
        lines.append(f"  {field}: " + ", ".join(f"{k} {n}" for k, n in sorted(found.items())))
    lines.append(f"  exercises: {len({row.exercise for row in dataset} - {''})}")
    for label in SHOWN:
        values = Counter(str(row.labels[label]) for row in dataset if label in row.labels)
        if values:
            lines.append(f"  {label}: " + ", ".join(f"{k} {n}" for k, n in sorted(values.items())))
    scored = sum(any(v is not None for v in row.scores.values()) for row in dataset)
    if scored:
        lines.append(f"  with scores: {scored}, marked repetitions: {marked(dataset)}")
    return lines


def marked(dataset: Dataset) -> int:
    return sum(len(row.spans) for row in dataset)


def readable(dataset: Dataset, every: bool) -> tuple[int, int]:
    """(read, crashed); refusals are counted by their reason, or listed."""
    read, crashed = 0, 0
    refused: Counter[str] = Counter()
    samples: list[float] = []
    for row in dataset:
        try:
            recording = dataset.read(row)
        except RehabkitError as error:
            refused[str(error) if every else str(error).partition(": ")[2][:90]] += 1
        except Exception:  # noqa: BLE001 - finding these is what this program is for
            crashed += 1
            traceback.print_exc()
        else:
            read += 1
            samples += [len(s.time) / len(recording) for s in recording.streams.values()][:1]
    for reason, number in refused.most_common():
        print(f"  refused {number}: {reason}")
    if samples:
        low, middle, high = np.percentile(samples, (0, 50, 100))
        print(f"  samples of a stream a frame: {middle:.2f} ({low:.2f} to {high:.2f})")
    return read, crashed


def show(name: str, data: Path, every: bool) -> int:
    started = time.perf_counter()
    dataset = datasets.load(name, data / FOLDERS.get(name, name))
    loaded = time.perf_counter() - started
    noted = sum(bool(row.notes) for row in dataset)
    print(f"{name}: {len(dataset)} rows, {len(dataset.subjects)} people, table in {loaded:.1f} s")
    print("\n".join(counts(dataset)))
    print(f"  notes: {len(dataset.notes)} on the set, {noted} rows with some")
    if every:
        for note in dataset.notes:
            print(f"    {note}")
        for row in dataset:
            for note in row.notes:
                print(f"    {row.path.name} {dict(row.options) or ''}: {note}")
    read, crashed = readable(dataset, every)
    print(
        f"  readable: {read} of {len(dataset)} ({time.perf_counter() - started:.0f} s)", flush=True
    )
    return crashed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="*", metavar="SET")
    default = os.environ.get("REHABKIT_DATA", ".data")
    parser.add_argument("--data", type=Path, default=Path(default), metavar="FOLDER")
    parser.add_argument("--list", action="store_true", dest="every")
    wanted = parser.parse_args()
    crashed = sum(show(n, wanted.data, wanted.every) for n in wanted.sets or held(wanted.data))
    return 1 if crashed else 0


if __name__ == "__main__":
    raise SystemExit(main())
