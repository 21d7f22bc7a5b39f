"""Every real recording analysed in one run: how many are usable, how many refused, and why.

    python benchmarks/all_files.py [SET ...] [--sample N] [--data FOLDER]

SET: kimore, ui-prmd, irds, utkinect, videos (all). ``--sample N``: every set's first N of a fixed
shuffle. Exit status 1 where anything but a RehabkitError was raised; those are listed whole.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehabkit import pipeline, reading
from rehabkit.errors import FormatError, RehabkitError

SETS = ("kimore", "ui-prmd", "irds", "utkinect", "videos")
MOST_REASONS = 12


@dataclass
class Count:
    """What became of one set's files."""

    files: int = 0
    usable: int = 0
    not_usable: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)
    seconds: float = 0.0


def in_general(text: str) -> str:
    """A message without the file's own numbers, so that like reasons count together."""
    return re.sub(r"\d+(?:[.,]\d+)*", "#", text)


def analyse(path: Path, count: Count) -> None:
    """One file; any exception that is not RehabKit's own is kept with its traceback."""
    count.files += 1
    try:
        gate = pipeline.analyze(path).gate
    except FormatError as error:
        count.refused[in_general(f"expected {error.expected}, found {error.found}")] += 1
    except RehabkitError as error:
        count.refused[in_general(f"{type(error).__name__}: {error}")] += 1
    except Exception:  # noqa: BLE001 - finding these is what this program is for
        count.crashed.append(f"{path}\n{traceback.format_exc()}")
    else:
        count.usable += gate.usable
        if not gate.usable:
            count.not_usable.update({reason.code for reason in gate.reasons})


def files_of(folder: Path, sample: int | None) -> list[Path]:
    """The set's recordings, or a sample that is the same in every run."""
    found = reading.find_recordings(folder)
    if sample is None or sample >= len(found):
        return found
    return sorted(random.Random(20).sample(found, sample))


def show(name: str, count: Count) -> None:
    refused = sum(count.refused.values())
    not_usable = count.files - count.usable - refused - len(count.crashed)
    rate = count.seconds / max(count.files, 1)
    print(
        f"{name:10} {count.files:5} files {count.usable:5} usable {not_usable:5} not usable "
        f"{refused:4} refused {len(count.crashed):3} crashed  {rate:.2f} s a file",
        flush=True,
    )
    for word, reasons in (("not usable", count.not_usable), ("refused", count.refused)):
        for reason, times in reasons.most_common(MOST_REASONS):
            print(f"    {word} {times:5}: {reason[:200]}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    default = Path(__file__).parent.parent / ".data"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--sample", type=int, help="files of each set")
    parser.add_argument("--data", type=Path, default=os.environ.get("REHABKIT_DATA", default))
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    crashed = []
    for name in options.sets:
        count = Count()
        started = time.perf_counter()
        for path in files_of(Path(options.data) / name, options.sample):
            analyse(path, count)
        count.seconds = time.perf_counter() - started
        show(name, count)
        crashed += count.crashed
    for report in crashed:
        print(report)
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
