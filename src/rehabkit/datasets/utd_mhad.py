"""UTD-MHAD as a table: a row for each trial, its skeleton with the inertial streams."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats.utd_mhad import ACTIONS, NAME, OURS

_SUBJECTS, _TRIALS = 8, 4
_THIGH_FROM: Final = 22


def find(root: Path) -> Listing:
    """The rows of UTD-MHAD below ``root``."""
    files = sorted(root.rglob("a*_skeleton.mat"), key=lambda f: _numbers(f.stem))
    rows = [_row(f, m) for f in files if (m := NAME.fullmatch(f.stem))]
    return Listing(tuple(rows), tuple(_missing(rows)))


def _numbers(stem: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", stem))


def _row(path: Path, match: re.Match[str]) -> Row:
    action, subject, trial = (int(match[i]) for i in (1, 2, 3))
    name = path.name.replace("_skeleton", "_inertial")
    places = (path.with_name(name), path.parent.parent / "Inertial" / name)
    inertial = [place for place in places if place.is_file()][:1]
    known = 1 <= action <= len(ACTIONS)
    return Row(
        path=path,
        format="utd-mhad",
        subject=f"s{subject}",
        group="healthy",
        exercise=OURS.get(action, ""),
        repetition=trial,
        sensor="kinect-v1",
        labels={
            "action": ACTIONS[action - 1] if known else "",
            "number": action,
            "inertial_at": "right thigh" if action >= _THIGH_FROM else "right wrist",
        },
        fingerprint=fingerprint_of([path, *inertial]),
        notes=() if inertial else ("no inertial file",),
    )


def _missing(rows: list[Row]) -> list[str]:
    """Trials of the full design that are not there."""
    there = {(row.labels["number"], row.subject, row.repetition) for row in rows}
    full = [
        (a, f"s{s}", t)
        for a in range(1, len(ACTIONS) + 1)
        for s in range(1, _SUBJECTS + 1)
        for t in range(1, _TRIALS + 1)
    ]
    return [f"a{a}_{s}_t{t}: no such recording" for a, s, t in full if (a, s, t) not in there]
