"""The folder of one recording's results, here or at an address; ``analysis.json`` comes last.

A folder is done where ``.run-key`` holds the recording's key and ``analysis.json`` is there: the
old one is taken away before the key is written, and the new one comes after everything else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rehabkit.batch import addresses
from rehabkit.formats.files import atomic
from rehabkit.report.output import DOCUMENT, FILES

if TYPE_CHECKING:
    from rehabkit.report.document import Summary

KEY: Final = ".run-key"
FILM: Final = "overlay.mp4"
OVERVIEWS: Final = (DOCUMENT, *FILES["report"])
WRITTEN: Final = (DOCUMENT, *(name for names in FILES.values() for name in names), FILM)


def summary(out: str, folder: str, key: str | None = None) -> Summary | None:
    """The document of a folder that is done; None where it is not, or is of another ``key``."""
    from pydantic import ValidationError

    from rehabkit.report.document import Summary

    if key is not None and _read(out, folder, KEY) != key.encode():
        return None
    content = _read(out, folder, DOCUMENT)
    try:
        return Summary.model_validate_json(content) if content else None
    except ValidationError:
        return None


def _read(out: str, folder: str, name: str) -> bytes:
    """Content of a file of results; nothing where it is not there."""
    try:
        if not addresses.is_remote(out):
            return (Path(out) / folder / name).read_bytes()
        system, path = addresses.opened(addresses.join(addresses.join(out, folder), name))
        return bytes(system.cat_file(path))
    except FileNotFoundError:
        return b""


@contextmanager
def place(out: str, folder: str, key: str) -> Iterator[Path]:
    """Where to write: the folder itself, or a temporary one whose files go to the address."""
    if not addresses.is_remote(out):
        own = Path(out) / folder
        clear(out, folder)
        own.mkdir(parents=True, exist_ok=True)
        _mark(own, key)
        yield own
        return
    with tempfile.TemporaryDirectory() as temporary:
        own = Path(temporary)
        _mark(own, key)
        yield own
        clear(out, folder)
        _upload(own, addresses.join(out, folder))


def _mark(folder: Path, key: str) -> None:
    with atomic(folder / KEY) as temporary:
        temporary.write_text(key)


def clear(out: str, folder: str) -> None:
    """Take away what would pass for the results of this run, and what a killed one left half.

    Tables and pictures go only where a run was before: the user's own may bear the same names.
    """
    if addresses.is_remote(out):
        system, path = addresses.opened(addresses.join(out, folder))
        there = {addresses.last(found) for found in system.find(path, maxdepth=1)}
        for name in WRITTEN if KEY in there else OVERVIEWS:
            if name in there:
                system.rm_file(f"{path}/{name}")
        return
    own = Path(out) / folder
    for name in WRITTEN if (own / KEY).is_file() else OVERVIEWS:
        (own / name).unlink(missing_ok=True)
    for left in own.glob(".*.part*"):
        left.unlink(missing_ok=True)


def _upload(folder: Path, address: str) -> None:
    system, path = addresses.opened(address)
    files = sorted((file for file in folder.rglob("*") if file.is_file()), key=_last)
    try:
        system.makedirs(path, exist_ok=True)
        for file in files:
            system.put_file(str(file), f"{path}/{file.relative_to(folder).as_posix()}")
    except OSError as error:
        raise addresses.unreachable(address, error) from error


def _last(file: Path) -> tuple[bool, str]:
    return file.name == DOCUMENT, file.name
