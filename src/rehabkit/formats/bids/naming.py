"""Names of BIDS files: entities, suffixes, and which files belong to one recording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rehabkit.errors import FormatError, RecordingError

SUFFIXES: Final = ("motion.tsv", "motion.json", "channels.tsv", "channels.json", "events.tsv")
ENTITIES: Final = ("sub", "ses", "task", "tracksys", "acq", "run")
"""In the order in which they stand in a name."""
_NAME = re.compile(rf"((?:[a-z]+-[A-Za-z0-9+]+_)*)({'|'.join(map(re.escape, SUFFIXES))})")
_LEVELS: Final = 4  # folder motion, session, subject, data set
_MOST_FILES: Final = 5000


@dataclass(frozen=True)
class Name:
    """``sub-01_task-walk_tracksys-imu_`` + ``motion.tsv``."""

    entities: tuple[tuple[str, str], ...]
    suffix: str

    @property
    def stem(self) -> str:
        """The entities as they stand in the name, with the last underscore."""
        return "".join(f"{key}-{value}_" for key, value in self.entities)

    def get(self, key: str) -> str:
        """An entity's value, empty where it is not in the name."""
        return dict(self.entities).get(key, "")

    def without(self, *keys: str) -> dict[str, str]:
        """The entities but some."""
        return {k: v for k, v in self.entities if k not in keys}


def parse_name(name: str) -> Name | None:
    """The parts of a file's name; None for names of other kinds."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    pairs = [part.split("-", 1) for part in match[1].split("_") if part]
    return Name(tuple((k, v) for k, v in pairs), match[2])


def _listed(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for _, file in zip(range(_MOST_FILES), folder.iterdir(), strict=False))


def _inside(folder: Path) -> list[Path]:
    """``*_motion.tsv`` in a folder or in its folder ``motion``."""
    for place in (folder, folder / "motion"):
        found = [f for f in _listed(place) if (n := parse_name(f.name)) and n.suffix == SUFFIXES[0]]
        if found:
            return found
    return []


def _recordings(files: Iterable[Path]) -> int:
    """How many recordings motion files are: tracking systems of one are one."""
    names = [n for file in files if (n := parse_name(file.name))]
    return len({tuple(n.without("tracksys").items()) for n in names})


def is_motion(path: Path) -> bool:
    """Whether a path names one motion recording."""
    if path.is_dir():
        return _recordings(_inside(path)) == 1
    name = parse_name(path.name)
    if name is None or not name.get("sub"):
        return False
    return name.suffix.startswith("motion.") or bool(_motion_of(path, name))


def motion_files(path: Path) -> list[Path]:
    """The ``_motion.tsv`` that any of a recording's files, or its folder, means.

    Several where a folder, or events that name none, belong to several tracking systems.

    Raises
    ------
    FormatError
        Where there is none, or they are of several recordings.
    """
    name = None if path.is_dir() else parse_name(path.name)
    if path.is_dir():
        found = _inside(path)
    elif name is None or name.suffix == SUFFIXES[0]:
        return [path]
    else:
        found = _motion_of(path, name)
    if _recordings(found) == 1:
        return found
    raise FormatError(
        path,
        expected="the files *_motion.tsv of one recording",
        found=", ".join(f.name for f in found)[:300] or "none",
        fix="Give the *_motion.tsv itself.",
    )


def _motion_of(path: Path, name: Name) -> list[Path]:
    """Motion files that a file beside them belongs to (events need not name the system)."""
    own = path.with_name(name.stem + SUFFIXES[0])
    if own.is_file():
        return [own]
    return [
        file for file in _listed(path.parent)
        if (n := parse_name(file.name)) and n.suffix == SUFFIXES[0]
        and set(name.entities) <= set(n.entities)
    ]  # fmt: skip


def companion(motion: Path, suffix: str) -> Path | None:
    """The file of ``suffix`` that holds for a motion file, by the inheritance principle.

    The same name beside it; else, from its folder upwards, the file whose entities are all among
    the motion file's, the one with the most of them.
    """
    name = parse_name(motion.name)
    if name is None:
        return None
    own = motion.with_name(name.stem + suffix)
    if own.is_file():
        return own
    for folder in _upwards(motion):
        found = [
            (len(n.entities), file) for file in _listed(folder)
            if (n := parse_name(file.name)) and n.suffix == suffix
            and set(n.entities) <= set(name.entities)
        ]  # fmt: skip
        if found:
            return max(found)[1]
    return None


def _upwards(motion: Path) -> Iterator[Path]:
    """The file's folder and those above it, as far as the data set reaches."""
    folder = motion.parent
    for _ in range(_LEVELS):
        yield folder
        if not re.fullmatch(r"motion|(sub|ses)-.+", folder.name):
            return
        folder = folder.parent


def other_systems(motion: Path) -> list[Path]:
    """Motion files of further tracking systems of the same recording."""
    name = parse_name(motion.name)
    if name is None or not name.get("tracksys"):
        return []
    own = name.without("tracksys")
    return [
        file for file in _listed(motion.parent)
        if file != motion and (n := parse_name(file.name)) and n.suffix == SUFFIXES[0]
        and n.without("tracksys") == own
    ]  # fmt: skip


def scans_file(motion: Path) -> tuple[Path, str]:
    """Where acquisition times stand, and the motion file's name in it."""
    name = parse_name(motion.name)
    entities = dict(name.entities) if name else {}
    stem = "".join(f"{k}-{entities[k]}_" for k in ("sub", "ses") if k in entities)
    if motion.parent.name == "motion":
        return motion.parent.parent / f"{stem}scans.tsv", f"motion/{motion.name}"
    return motion.with_name(f"{stem}scans.tsv"), motion.name


def writable(path: Path) -> Name:
    """The name's parts, where a motion file may be written under it.

    Raises
    ------
    RecordingError
        Where entities that the specification requires are missing or in another order.
    """
    name = parse_name(path.name)
    keys = [k for k, _ in name.entities] if name else []
    required = {"sub", "task", "tracksys"} <= set(keys)
    if name is None or not required or keys != [k for k in ENTITIES if k in keys]:
        raise RecordingError(
            f"BIDS asks for a name such as sub-01_task-squat_tracksys-kinect_motion.tsv (entities "
            f"{', '.join(ENTITIES)}, in this order; letters and digits), found {path.name!r}."
        )
    return name
