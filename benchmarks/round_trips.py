"""Every writer's file read back: what each format keeps, and the largest difference.

    python benchmarks/round_trips.py

A recording with all that can be held (positions with unseen joints, orientations, confidence, image
points, EMG, events with sides, a start time of 9.235 s) goes to each format and back, without the
parts that the format's table says it has no place for. Exit status 1 where a part does not come
back within the format's precision.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.formats.round_trip import (  # noqa: E402
    LIMITS,
    differences,
    file_name,
    reduced,
    suitable,
)

from rehabkit import reading  # noqa: E402

UNITS = {"positions": "m", "unseen joints": "m", "image points": "px", "orientations": "deg",
         "time": "s", "start time": "s", "events": "s"}  # fmt: skip


def difference(name: str, folder: Path) -> tuple[dict[str, float], tuple[str, ...]]:
    """Part -> largest difference, and the parts that are left out."""
    from rehabkit.formats.holds import left_out

    chosen = reading.get_format(name)
    path = folder / file_name(name, chosen.writes[0])
    recording = reduced(suitable(name), name)
    reading.write(recording, path)
    lost = left_out(suitable(name), name)
    return differences(recording, reading.read(path), name), lost


def main() -> int:
    """Print the table, and give the exit status."""
    wrong = []
    print("format      part            largest difference")
    with tempfile.TemporaryDirectory() as folder:
        for chosen in (f for f in reading.FORMATS if f.writes):
            found, lost = difference(chosen.name, Path(folder))
            for part, value in found.items():
                print(f"{chosen.name:11} {part:15} {value:.3g} {UNITS.get(part, '')}")
                if value > LIMITS.get(chosen.name, {}).get(part, 1e-12):
                    wrong.append(f"{chosen.name}: {part}")
            print(f"{chosen.name:11} no place for    {', '.join(lost) or 'nothing'}")
    print(f"not within the format's precision: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
