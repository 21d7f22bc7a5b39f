"""What UI-PRMD's Kinect and Vicon parts share: file names, pairs of files, labels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from rehabkit.errors import FormatError
from rehabkit.recording import ExerciseLabel, Subject

NAME: Final = re.compile(r"m(\d\d)_s(\d\d)_e(\d\d)_(positions|angles)(_inc)?", re.ASCII)
MOVEMENTS: Final = (
    "deep squat", "hurdle step", "in-line lunge", "side lunge", "sit to stand",
    "standing active straight leg raise", "standing shoulder abduction",
    "standing shoulder extension", "standing shoulder internal-external rotation",
    "standing shoulder scaption",
)  # fmt: skip


def pair(path: Path) -> tuple[Path, Path]:
    """(positions, angles) by the data set's names: same folder, or sibling folders."""
    is_angles = "_angles" in path.name
    this, other = ("angles", "positions") if is_angles else ("positions", "angles")
    name = path.name.replace(f"_{this}", f"_{other}")
    name = name if name != path.name else f"{path.stem}_{other}{path.suffix}"
    beside, sibling = path.with_name(name), path.parent.parent / other.capitalize() / name
    partner = beside if beside.is_file() or not sibling.is_file() else sibling
    if is_angles and not partner.is_file():
        raise FormatError(
            path,
            expected=f"its positions file {name} beside it or in ../Positions",
            found="none",
            fix="Angles alone give no positions; give the positions file.",
        )
    return (partner, path) if is_angles else (path, partner)


def subject_of(path: Path) -> Subject:
    """The person, by the file's name; all of the data set are healthy."""
    match = NAME.fullmatch(path.stem)
    return Subject(id=f"s{match[2]}", group="healthy") if match else Subject()


def label_of(path: Path) -> ExerciseLabel:
    """The movement and whether it was done correctly, by the file's name."""
    match = NAME.fullmatch(path.stem)
    if match is None or not 1 <= int(match[1]) <= len(MOVEMENTS):
        return ExerciseLabel()
    extra = {"episode": int(match[3])}
    name = MOVEMENTS[int(match[1]) - 1]
    return ExerciseLabel(f"ui-prmd-m{match[1]}", name, not match[5], extra)
