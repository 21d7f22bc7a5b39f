"""What the names of KERAAL's files say.

``G3-Kinect-CTK-P1T1-Unknown-C-0``: group, modality, exercise, participant and trial, and for the
group that simulated errors the label and the recording. The other groups have
``<group>-<modality>-<exercise>-<subject>-<recording>``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rehabkit.recording import ExerciseLabel, Subject

MODALITIES: Final = ("Kinect", "Vicon", "BP", "OP", "AP")
EXERCISES: Final = {
    "CTK": "hiding face",
    "ELK": "flank stretch",
    "RTK": "torso rotation",
}
GROUPS: Final = {
    "1A": "patient", "1B": "patient", "2A": "healthy", "2B": "healthy",
    "3": "healthy, simulating errors",
}  # fmt: skip
_NAME = re.compile(
    r"G?(?P<group>1A|1B|2A|2B|3)[-_](?P<modality>Kinect|Vicon|BP|OP|AP)[-_]"
    r"(?P<exercise>CTK|ELK|RTK)[-_](?P<rest>[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(P\d+)(T\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """The parts of a file's name; empty where it does not say."""

    group: str = ""
    modality: str = ""
    exercise: str = ""
    subject: str = ""
    trial: str = ""
    label: str = ""
    recording: str = ""


def parse(path: Path) -> Name:
    """The parts of the name, all empty for a name of another kind."""
    match = _NAME.fullmatch(path.stem)
    if match is None:
        return Name()
    parts = re.split("[-_]", match["rest"])
    person = _PERSON.fullmatch(parts[0])
    subject, trial = (person[1], person[2] or "") if person else (parts[0], "")
    last = parts[-1] if len(parts) > 1 else ""
    label = "-".join(parts[1:-1]) if len(parts) > 2 else ""
    modality = next(m for m in MODALITIES if m.lower() == match["modality"].lower())
    return Name(
        match["group"].upper(), modality, match["exercise"].upper(), subject, trial, label, last
    )


def subject(name: Name) -> Subject:
    """Who moved."""
    return Subject(id=name.subject, group=GROUPS.get(name.group, ""))


def exercise(name: Name) -> ExerciseLabel:
    """What was done; ``C`` in the label is a correct execution, anything else stays a text."""
    if not name.exercise:
        return ExerciseLabel()
    extra = {"trial": name.trial, "label": name.label, "recording": name.recording}
    said = name.label.split("-")[-1] if name.label else ""
    return ExerciseLabel(
        f"keraal-{name.exercise.lower()}",
        EXERCISES[name.exercise],
        True if said == "C" else None,
        {key: value for key, value in extra.items() if value},
    )
