"""UI-PRMD as a table: a row for each repetition, Kinect and Vicon."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats.ui_prmd_names import MOVEMENTS

_NAME = re.compile(r"m(\d\d)_s(\d\d)_e(\d\d)_positions(_inc)?", re.ASCII)
_SENSORS: Final = {"Kinect": "kinect-v2", "Vicon": "vicon"}
_FORMATS: Final = {"kinect-v2": "ui-prmd", "vicon": "ui-prmd-vicon"}
_HALVES: Final = ("Segmented Movements", "Incorrect Segmented Movements")


def find(root: Path, *, sensor: str = "") -> Listing:
    """The rows of UI-PRMD below ``root``.

    Parameters
    ----------
    sensor
        ``"kinect-v2"`` or ``"vicon"``: only these; both where empty.
    """
    rows = []
    for half in _HALVES:
        for folder, name in _SENSORS.items():
            if sensor in ("", name):
                files = sorted((root / half / folder / "Positions").glob("*.txt"))
                rows += [_row(f, m, name) for f in files if (m := _NAME.fullmatch(f.stem))]
    rows.sort(key=lambda row: (row.sensor, row.path.name))
    alone = [row.path.name for row in rows if "no angles file" in row.notes]
    notes = (f"{len(alone)} recordings lack their angles, so have no positions",) if alone else ()
    return Listing(tuple(rows), notes)


def _row(path: Path, match: re.Match[str], sensor: str) -> Row:
    movement = int(match[1])
    angles = path.parent.parent / "Angles" / path.name.replace("_positions", "_angles")
    known = 1 <= movement <= len(MOVEMENTS)
    return Row(
        path=path,
        format=_FORMATS[sensor],
        subject=f"s{match[2]}",
        group="healthy",
        exercise=f"ui-prmd-m{match[1]}",
        repetition=int(match[3]),
        sensor=sensor,
        labels={
            "correct": not match[4],
            "movement": MOVEMENTS[movement - 1] if known else "",
        },
        fingerprint=fingerprint_of([path, angles]),
        notes=() if angles.is_file() else ("no angles file",),
    )
