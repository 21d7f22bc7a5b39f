"""FineRehab as a table: a row for each snippet, with scores, the person, and pictures.

The root holds a folder of skeletons (Kinect, IMU), one of images (front and side view, colour and
depth, calibration) and two CSV files: the experts' annotations and the subjects. The paper names
neither folders nor columns, so both are told by their words; see ``docs/datasets.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rehabkit.datasets.finerehab_tables import Key, People, Scores, read_people, read_scores
from rehabkit.datasets.row import Listing, Row, fingerprint_of
from rehabkit.formats.finerehab import naming
from rehabkit.formats.finerehab.naming import Name

_SENSORS: Final = {"kinect": "azure-kinect", "imu": "imu"}
_VIEWS: Final = {"front": ("front",), "side": ("side", "lateral")}
_KINDS: Final = {"depth": ("depth",), "colour": ("color", "colour", "rgb")}
_PICTURES: Final = (".jpg", ".jpeg", ".png")
_CALIBRATIONS: Final = (".json", ".yaml", ".yml", ".xml", ".txt", ".mat", ".csv")


@dataclass(frozen=True)
class Pictures:
    """A snippet's pictures in the order of their frames: (view, kind) -> files."""

    files: Mapping[tuple[str, str], tuple[Path, ...]] = field(default_factory=dict)

    def count(self, view: str, kind: str) -> int:
        """How many frames of ``"front"`` or ``"side"``, ``"colour"`` or ``"depth"``."""
        return len(self.files.get((view, kind), ()))


def find(root: Path) -> Listing:
    """The rows of FineRehab below ``root``.

    Raises
    ------
    FormatError
        Where a CSV file names no snippet or person, or a score is not from 0 to 4.
    """
    tables = sorted(f for f in root.glob("*.csv") if f.is_file())
    scores, people = read_scores(tables), read_people(tables)
    shown = pictures(root)
    files = [(f, n) for f in sorted(root.rglob("*.json")) if (n := naming.parse(f.stem))]
    snippets = [(f, n) for f, n in files if not _is_among(f, root, ("calib",))]
    rows = tuple(_row(root, f, n, scores, people, shown) for f, n in snippets)
    return Listing(rows, tuple(_notes(rows, scores, people, {n.key for _, n in snippets})))


def _row(
    root: Path,
    path: Path,
    name: Name,
    scores: Scores,
    people: People,
    shown: Mapping[Key, Pictures],
) -> Row:
    sensor = next((s for s in _SENSORS if _is_among(path, root, (s,))), "")
    person = dict(people.get(name.subject, {}))
    pictured = shown.get(name.key, Pictures())
    frames = {
        f"{view}_{kind}_frames": pictured.count(view, kind) for view in _VIEWS for kind in _KINDS
    }
    labels: dict[str, Any] = {
        "movement": name.movement,
        "supine": name.movement.isdigit() and int(name.movement) in naming.SUPINE,
        **{key: value for key, value in person.items() if key != "group"},
        **(frames if pictured.files else {}),
    }
    notes = [] if name.key in scores or not scores else ["not annotated"]
    if people and not person:
        notes.append("not in the table of subjects")
    return Row(
        path=path,
        format="finerehab",
        options={"sensor": sensor} if sensor else {},
        subject=name.subject,
        group=str(person.get("group", "")),
        side=name.side,
        exercise=f"finerehab-{name.movement.zfill(2)}",
        repetition=name.repetition,
        sensor=_SENSORS.get(sensor, ""),
        labels=labels,
        scores=scores.get(name.key, {}),
        fingerprint=fingerprint_of([path]),
        notes=tuple(notes),
    )


def _is_among(path: Path, root: Path, words: tuple[str, ...]) -> bool:
    """Whether a folder between the root and the file, or the file itself, bears such a word."""
    parts = [part.lower() for part in path.relative_to(root).parts]
    return any(word in part for part in parts for word in words)


def _notes(rows: tuple[Row, ...], scores: Scores, people: People, there: set[Key]) -> Iterator[str]:
    without = sum(key not in there for key in scores)
    if without:
        yield f"{without} annotated snippets have no skeleton file"
    if rows and not scores:
        yield "no table of annotations: rows have no scores"
    if rows and not people:
        yield "no table of subjects: rows have no groups"


def pictures(root: Path) -> dict[Key, Pictures]:
    """Every snippet's pictures, by view and kind as their folders say.

    A folder or file that says neither front nor side, colour nor depth, is left out.
    """
    found: dict[Key, dict[tuple[str, str], list[tuple[int, Path]]]] = {}
    for path in root.rglob("*"):
        name = naming.parse_picture(path.stem) if path.suffix.lower() in _PICTURES else None
        if name is None:
            continue
        view, kind = (_word(path, root, words) for words in (_VIEWS, _KINDS))
        if view and kind:
            places = found.setdefault(name.key, {}).setdefault((view, kind), [])
            places.append((name.frame or 0, path))
    return {key: Pictures({w: _ordered(files) for w, files in places.items()})
            for key, places in found.items()}  # fmt: skip


def _word(path: Path, root: Path, words: Mapping[str, tuple[str, ...]]) -> str:
    return next((word for word, spellings in words.items() if _is_among(path, root, spellings)), "")


def _ordered(files: list[tuple[int, Path]]) -> tuple[Path, ...]:
    return tuple(path for _, path in sorted(files))


def calibrations(root: Path) -> tuple[Path, ...]:
    """Files of the cameras' calibration: those in a folder, or of a name, with ``calib``."""
    return tuple(
        path
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in _CALIBRATIONS and _is_among(path, root, ("calib",))
    )
