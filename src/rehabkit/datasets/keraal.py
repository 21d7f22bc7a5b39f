"""KERAAL as a table: a row for each file; the systems that saw one trial share its session."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats.keraal import naming
from rehabkit.formats.keraal.naming import Name

_SENSORS: Final = {
    "Kinect": "kinect-v2", "Vicon": "vicon", "BP": "blazepose", "OP": "openpose", "AP": "alphapose",
}  # fmt: skip


def find(root: Path) -> Listing:
    """The rows of KERAAL below ``root``; sequences without the set's names come last."""
    files = sorted(f for f in root.rglob("*") if f.suffix in (".txt", ".json"))
    named = [(f, name) for f in files if (name := naming.parse(f)).exercise]
    unnamed = [f for f in files if f.stem.startswith("SkeletonSequence")]
    rows = [_row(path, name) for path, name in named] + [_helper(path) for path in unnamed]
    notes = (f"{len(unnamed)} sequences have no label, exercise or person in their name",)
    return Listing(tuple(rows), notes if unnamed else ())


def _row(path: Path, name: Name) -> Row:
    said = name.label.split("-")[-1] if name.label else ""
    return Row(
        path=path,
        format="keraal",
        subject="-".join(filter(None, (name.group, name.subject))),
        group=naming.GROUPS.get(name.group, ""),
        session="-".join(filter(None, (name.trial, name.label, name.recording))),
        exercise=f"keraal-{name.exercise.lower()}",
        sensor=_SENSORS[name.modality],
        labels={
            "correct": True if said == "C" else None,
            "error": "" if said == "C" else said,
            "label": name.label,
        },
        fingerprint=fingerprint_of([path]),
    )


def _helper(path: Path) -> Row:
    return Row(
        path=path,
        format="keraal",
        subject=path.parent.name,
        session=path.stem,
        sensor="kinect-v2",
        labels={"correct": None, "error": "", "label": ""},
        fingerprint=fingerprint_of([path]),
        notes=("its name tells neither exercise nor label; the folder stands for the person",),
    )
