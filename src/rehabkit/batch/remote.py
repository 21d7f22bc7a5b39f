"""Files at an address: what is there, what belongs together, and a shadow to search."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rehabkit.batch import addresses
from rehabkit.batch.sources import BESIDE, Belonging
from rehabkit.errors import RehabkitError

_HEADS_AT_ONCE: Final = 500


class RemoteFiles:
    """Everything at an address, listed once."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.listed = addresses.files_below(address)
        if not self.listed:
            raise RehabkitError(
                f"Expected a recording or a folder at {address}, found nothing. Check the address."
            )
        self.single = set(self.listed) == {""}
        self._belonging: dict[str, Belonging] = {}

    def beside(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """State and companions of an address that is one file."""
        folder = self.address.rstrip("/").rpartition("/")[0]
        return RemoteFiles(folder).state(addresses.last(self.address))

    def state(self, inside: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """States of a recording's files, and addresses of its companions."""
        if inside not in self.listed:  # a folder that is one recording
            start = "" if inside == "." else f"{inside}/"
            return tuple(self._state(n) for n in sorted(self.listed) if n.startswith(start)), ()
        names = self._companions(inside)
        states = (self._state(inside), *map(self._state, names))
        return states, tuple(addresses.join(self.address, name) for name in names)

    def _state(self, name: str) -> str:
        return f"{name} {addresses.state(self.listed[name])}"

    def _companions(self, inside: str) -> list[str]:
        place, _, name = inside.rpartition("/")
        above = place.rpartition("/")[0]
        places = [place, *(f"{above}/{other}".lstrip("/") for other in BESIDE if place)]
        return [
            f"{where}/{companion}".lstrip("/")
            for where in dict.fromkeys(places)
            for companion in self._of(where).to(name)
        ]

    def _of(self, place: str) -> Belonging:
        if not self._belonging:
            folders: dict[str, list[str]] = {}
            for name in self.listed:
                folder, _, own = name.rpartition("/")
                folders.setdefault(folder, []).append(own)
            self._belonging = {f: Belonging.among(names) for f, names in folders.items()}
        return self._belonging.get(place, Belonging([]))

    @contextmanager
    def shadow(self) -> Iterator[Path]:
        """A tree of the same names whose files hold their heads and holes behind them."""
        with tempfile.TemporaryDirectory() as temporary:
            root = Path(temporary) / (addresses.last(self.address) or "root")
            names = list(self.listed)
            for first in range(0, len(names), _HEADS_AT_ONCE):
                some = addresses.heads(self.address, names[first : first + _HEADS_AT_ONCE])
                for name, head in some.items():
                    self._cast(root / name, head, self.listed[name].get("size"))
            yield root

    def _cast(self, file: Path, head: bytes, size: object) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(head)
        if isinstance(size, int) and size > len(head):
            os.truncate(file, size)  # a hole: it takes neither space nor transfer


def fetch(source: str, companions: tuple[str, ...], folder: Path) -> Path:
    """Copy a remote recording with what belongs to it; its path below ``folder``."""
    system, path = addresses.opened(source)
    local = folder / "own" / addresses.last(source)
    local.parent.mkdir(parents=True)
    try:
        system.get(path, str(local), recursive=bool(system.isdir(path)))
        for companion in companions:
            place = companion.rpartition("/")[0]
            same = place == source.rpartition("/")[0]
            beside = local.parent if same else folder / addresses.last(place)
            beside.mkdir(exist_ok=True)
            system.get(addresses.opened(companion)[1], str(beside / addresses.last(companion)))
    except OSError as error:
        raise addresses.unreachable(source, error) from error
    return local
