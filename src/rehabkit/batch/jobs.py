"""Which recordings there are in files, folders and addresses, and the folder that each goes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehabkit.batch import addresses
from rehabkit.batch.options import Options
from rehabkit.batch.remote import RemoteFiles
from rehabkit.batch.sources import LocalFiles, key, settings
from rehabkit.errors import RehabkitError


@dataclass(frozen=True)
class Job:
    """One recording and where its results go.

    Parameters
    ----------
    source
        Path or address, as the user gave it.
    folder
        Below the run's folder; ``.`` for a recording that is analysed alone.
    name
        What the user sees.
    key
        Says whether results that are there already are of this source and these options.
    companions
        Addresses of what belongs to a remote recording.
    attempts
        2 where the first attempt ended the process.
    """

    source: str
    folder: str
    name: str
    key: str = ""
    companions: tuple[str, ...] = ()
    attempts: int = 1


@dataclass(frozen=True)
class _Found:
    """A recording, its name below the run's folder, and its state."""

    source: str
    name: Path
    state: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()


def jobs(paths: Sequence[str | Path], options: Options) -> list[Job]:
    """One job a recording: a single one goes into the run's folder itself, several into folders.

    A folder that is no recording by itself is searched for recordings; the results keep its tree.

    Raises
    ------
    RehabkitError
        Where there are none, or an option names an address where a file is needed.
    """
    options.check_files()
    found = list(_found([addresses.plain(path) for path in paths]))
    chosen = settings(options)
    keys = [key(f.source, f.state, chosen) for f in found]
    if len(found) == 1:
        one = found[0]
        return [Job(one.source, ".", one.name.name, keys[0], one.companions)]
    whole = [f.name for f in found]
    stems = [name.with_suffix("") for name in whole]
    doubled = _repeated(stems)
    names = [n if s in doubled else s for n, s in zip(whole, stems, strict=True)]
    return [
        Job(f.source, name.as_posix(), name.as_posix(), k, f.companions)
        for f, name, k in zip(found, _numbered(names), keys, strict=True)
    ]


def _repeated(names: Sequence[Path]) -> set[Path]:
    return {name for name, count in Counter(names).items() if count > 1}


def _found(paths: Sequence[str]) -> Iterator[_Found]:
    local, files = [Path(p) for p in paths if not addresses.is_remote(p)], LocalFiles()
    many = len(paths) > 1
    for path, name in recordings_in(local, many=many):
        yield _Found(str(path), name, tuple(files.state(path)))
    for address in dict.fromkeys(p for p in paths if addresses.is_remote(p)):
        yield from _remote(address, many=many)


def _remote(address: str, *, many: bool) -> Iterator[_Found]:
    """Recordings at an address: found in a shadow of its tree that holds the files' heads."""
    files, name = RemoteFiles(address), Path(addresses.last(address))
    if files.single:
        yield _Found(address, name, *files.beside())
        return
    with files.shadow() as shadow:
        for path, below in _recordings(shadow, address):
            inside = path.relative_to(shadow).as_posix()
            shown = name / below if many and path != shadow else below
            yield _Found(addresses.join(address, inside), shown, *files.state(inside))


def recordings_in(paths: Sequence[Path], *, many: bool | None = None) -> list[tuple[Path, Path]]:
    """(path, name below the output folder) of every recording in files and folders.

    A path that was given twice is one recording.
    """
    many = len(paths) > 1 if many is None else many
    named = {
        path: Path(given.name) / name if many and path != given else name
        for given in dict.fromkeys(paths)
        for path, name in _recordings(given)
    }
    return list(named.items())


def _recordings(given: Path, said: str = "") -> Iterator[tuple[Path, Path]]:
    """(path, name below the output folder) of every recording that a PATH stands for."""
    from rehabkit import reading

    if not given.is_dir() or _is_recording(given):
        yield given, Path(given.name)
        return
    inside = reading.find_recordings(given)
    if not inside:
        raise RehabkitError(
            f"Expected recordings in the folder {said or given}, found none that RehabKit can "
            "read. docs/formats.md lists what it reads."
        )
    yield from ((path, path.relative_to(given)) for path in inside)


def _is_recording(folder: Path) -> bool:
    from rehabkit import reading

    try:
        reading.identify(folder)
    except RehabkitError:
        return False
    return True


def _numbered(names: Sequence[Path]) -> Iterator[Path]:
    """The names, a repeated one with a number behind it."""
    seen: dict[Path, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else name.with_name(f"{name.name}-{seen[name]}")
