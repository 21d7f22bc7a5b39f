"""Recordings to other formats, one or many: which goes where, and what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehabkit.batch.jobs import recordings_in
from rehabkit.errors import RehabkitError, choices


@dataclass(frozen=True)
class Options:
    """What ``convert`` was told, the same for every recording."""

    format: str | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)
    writing: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversion:
    """One recording and the file it goes to; ``name`` is what the user sees."""

    source: Path
    target: Path
    name: str


@dataclass(frozen=True)
class Outcome:
    """What became of it: the recording in words and the parts left out, or why it was refused."""

    conversion: Conversion
    recording: str = ""
    frames: int = 0
    left_out: tuple[str, ...] = ()
    refusal: str = ""


def planned(sources: Sequence[Path], folder: Path, suffix: str) -> list[Conversion]:
    """One conversion a recording; folders keep their tree below ``folder``.

    Raises
    ------
    RehabkitError
        Where two recordings would go to one file, or one would replace a recording that is read.
    """
    work = [
        Conversion(path, folder / renamed(name, suffix), name.as_posix())
        for path, name in recordings_in(sources)
    ]
    _check_targets(work)
    return work


def renamed(name: Path, suffix: str) -> Path:
    """``p1/a.csv`` -> ``p1/a.trc``; the whole end goes where a format has a long one."""
    from rehabkit import reading

    ends = sorted((end for f in reading.WRITERS for end in f.writes), key=len, reverse=True)
    end = next((e for e in ends if name.name.lower().endswith(e)), name.suffix)
    stem = name.name[: len(name.name) - len(end)]
    return name.with_name((stem or name.name) + suffix)


def _check_targets(work: Sequence[Conversion]) -> None:
    onto = defaultdict(list)
    for conversion in work:
        onto[str(conversion.target).lower()].append(conversion.name)
    for names in onto.values():
        if len(names) > 1:
            raise RehabkitError(
                f"Expected each recording to get a file of its own, found {choices(names)} that "
                "would all be written to one. Convert them one at a time, or into folders of "
                "their own."
            )
    for conversion in work:
        check_apart(conversion.source, conversion.target)


def check_apart(source: Path, target: Path) -> None:
    """Refuse to write onto what is read."""
    if source.exists() and target.exists() and source.samefile(target):
        raise RehabkitError(f"Expected OUT to be another file than IN, found {target} twice.")


def suffix_of(word: str) -> str:
    """The end of a file's name for what ``--to`` says: ``trc`` or ``.trc`` -> ``.trc``."""
    from rehabkit import reading

    ends = [end for f in reading.WRITERS for end in f.writes]
    plain = word.lower().lstrip("._")
    found = next((end for end in ends if end.lstrip("._") == plain), None)
    if found is None:
        raise RehabkitError(
            f"Expected --to as one of {choices(end.lstrip('._') for end in ends)}, found {word!r}."
        )
    return found


def convert(conversion: Conversion, options: Options) -> Outcome:
    """Read one, write it; a refusal is an outcome too."""
    from rehabkit import reading

    try:
        recording = reading.read(conversion.source, format=options.format, **options.reading)
        lost = reading.write(recording, conversion.target, **options.writing)
    except RehabkitError as error:
        return Outcome(conversion, refusal=str(error))
    return Outcome(conversion, repr(recording), len(recording), lost)


def convert_all(work: Sequence[Conversion], options: Options) -> Iterator[Outcome]:
    """Outcomes in turn."""
    yield from (convert(conversion, options) for conversion in work)
