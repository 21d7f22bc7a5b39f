"""What belongs to a recording, and the key that says whether it changed since it was analysed."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field
from fnmatch import translate
from functools import cache
from pathlib import Path
from re import compile as pattern
from typing import Final

from rehabkit.batch.options import Options

BESIDE: Final = ("Angles", "Inertial", "Positions", "Skeleton")
"""Folders beside a recording's own in which readers look for what belongs to it."""
_MOST_UNNAMED: Final = 50


@dataclass
class Belonging:
    """Files of one folder that may belong to a recording, by the start of their names.

    ``names`` are those that bear no recording's name, such as a list of labels.
    """

    names: list[str]
    by_start: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_stem: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def among(cls, names: Iterable[str]) -> Belonging:
        """The companions among the names of a folder."""
        listed = sorted(names)
        companions = [name for name in listed if _is_companion(name)]
        of_one = {_starts(name)[0] for name in {*listed} - {*companions}}
        made = cls([name for name in companions if not of_one & {*_starts(name)}])
        for name in companions:
            for start in set(_starts(name)):
                made.by_start[start].append(name)
        for name in listed:
            made.by_stem[Path(name).stem].append(name)
        return made

    def to(self, source: str) -> list[str]:
        """Names of what belongs to ``source``: of its own start, else those of no recording."""
        start = _starts(source)[0]
        same = [name for name in self.by_stem[Path(source).stem] if name != source]
        own = self.by_start.get(start)
        if own is None:
            own = self.names if len(self.names) <= _MOST_UNNAMED else []
        return sorted({*own, *same} - {source})


def _starts(name: str) -> list[str]:
    """``a1_s1_t1_skeleton.mat`` -> ``a1_s1_t1``, ``a1_s1``."""
    first = Path(name).stem.rpartition("_")[0] or Path(name).stem
    return [first, first.rpartition("_")[0] or first]


@cache
def _companions() -> Callable[[str], object]:
    from rehabkit.reading import FORMATS

    patterns = sorted({p for f in FORMATS for p in f.companions})
    return pattern("|".join(map(translate, patterns))).match


def _is_companion(name: str) -> bool:
    return _companions()(name) is not None


class LocalFiles:
    """States of recordings on this machine; each folder is listed once."""

    def __init__(self) -> None:
        self._belonging: dict[Path, Belonging] = {}

    def state(self, path: Path) -> list[str]:
        """Size and time of change of a recording and of what belongs to it."""
        if path.is_dir():
            inside = sorted(Path(place, n) for place, _, names in os.walk(path) for n in names)
            return [f"{file.relative_to(path)} {_stamp(file)}" for file in inside]
        return [_stamp(path), *(f"{f.name} {_stamp(f)}" for f in self.companions(path))]

    def companions(self, path: Path) -> list[Path]:
        """Files beside a recording that its reader may look at."""
        places = [path.parent, *(path.parent.parent / name for name in BESIDE)]
        wanted = [place for place in dict.fromkeys(places) if place.is_dir()]
        return [place / name for place in wanted for name in self._of(place).to(path.name)]

    def _of(self, folder: Path) -> Belonging:
        if folder not in self._belonging:
            with os.scandir(folder) as found:
                self._belonging[folder] = Belonging.among(f.name for f in found if f.is_file())
        return self._belonging[folder]


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "none"
    return f"{found.st_size} {found.st_mtime_ns}"


def settings(options: Options) -> str:
    """What besides the source decides a result: options, the files they name, the software."""
    files = [hashlib.sha256(path.read_bytes()).hexdigest() for path in options.files()]
    return json.dumps([astuple(options), files, software()], default=str, sort_keys=True)


@cache
def software() -> str:
    """RehabKit's version with a hash of its own files: another rule gives other results."""
    from rehabkit import __version__

    root = Path(__file__).parent.parent
    kept = (".py", ".toml", ".json", ".npz", ".j2", ".js", ".css")
    files = sorted(file for file in root.rglob("*") if file.suffix in kept)
    content = hashlib.sha256()
    for file in files:
        content.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return f"{__version__} {content.hexdigest()[:16]}"


def key(source: str, state: Sequence[str], chosen: str) -> str:
    """The key of one recording's results under ``chosen`` settings."""
    return hashlib.sha256("\n".join([source, *state, chosen]).encode()).hexdigest()[:32]
