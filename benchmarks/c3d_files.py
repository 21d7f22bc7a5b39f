"""Every real C3D file read: what is in it, and which markers mean something.

    python benchmarks/c3d_files.py [--data FOLDER]

Exit status 1 where anything but a RehabkitError was raised.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from rehabkit import reading
from rehabkit.errors import FormatError, RehabkitError
from rehabkit.recording import Recording

FIRST_SUBJECT = {"kinematics_tennis_serve_2players.c3d": "Derrick"}


def files_of(data: Path) -> list[Path]:
    return sorted((data / "formats").rglob("*.c3d"))


def read(path: Path) -> tuple[Recording, str]:
    """The recording, and which subject was asked for."""
    subject = FIRST_SUBJECT.get(path.name)
    if subject is None:
        return reading.read(path), ""
    return reading.read(path, subject=subject), f"subject={subject}"


def meaning(recording: Recording) -> str:
    """The skeleton or marker set that fits, else what is left over."""
    skeleton = recording.skeleton
    if skeleton.marker_set is not None:
        return f"marker set {skeleton.marker_set.name}"
    if skeleton.canonical:
        return f"skeleton {skeleton.name}"
    try:
        recording.canonical()
    except RehabkitError as error:
        return str(error).rpartition("Labels left over: ")[2].partition(". State")[0][:60]
    return skeleton.name


def row(path: Path) -> str:
    recording, asked = read(path)
    streams = ", ".join(
        f"{name} {s.values.shape[1]} x {(len(s.time) - 1) / s.time[-1]:.0f} Hz"
        if len(s.time) > 1 else name
        for name, s in recording.streams.items()
    )  # fmt: skip
    poses = 0 if recording.orientations is None else recording.orientations.shape[1]
    axes = zip(recording.up.vector, "xyz", strict=True)
    up = max((abs(v), f"{'-' * (v < 0)}{axis}") for v, axis in axes)[1]
    return (
        f"{len(recording):5} frames {len(recording.skeleton):3} joints {poses:3} poses "
        f"{recording.source.rate_hz:7.2f} Hz from {recording.source.start_s:6.3f} s, "
        f"up {up} ({recording.up.known_by}), {len(recording.events)} events; "
        f"{meaning(recording)}; streams: {streams or 'none'} {asked}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    default = os.environ.get("REHABKIT_DATA", Path(__file__).parent.parent / ".data")
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(default))
    data: Path = parser.parse_args(arguments).data
    counts = {"read": 0, "refused": 0, "crashed": 0}
    for path in files_of(data):
        name = str(path.relative_to(data / "formats"))
        try:
            text, what = row(path), "read"
        except FormatError as error:
            text, what = f"refused: expected {error.expected}, found {error.found}", "refused"
        except Exception:  # noqa: BLE001 - finding these is what this program is for
            text, what = traceback.format_exc(), "crashed"
        counts[what] += 1
        print(f"{name:42} {text}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["crashed"] else 0


if __name__ == "__main__":
    sys.exit(main())
