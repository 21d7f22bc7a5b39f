"""Addresses that fsspec opens (``s3://``, ``memory://``, ...) beside paths of this machine."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from rehabkit.errors import RehabkitError, require

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*(::|://)")
_LOCAL: Final = re.compile(r"(file|local)://")
HEAD_BYTES: Final = 4096
_CHANGED: Final = ("ETag", "etag", "LastModified", "last_modified", "mtime", "updated", "created")


def is_remote(text: str | Path) -> bool:
    """Whether fsspec is needed; ``file:///...`` is a path of this machine."""
    return _ADDRESS.match(str(text)) is not None and _LOCAL.match(str(text)) is None


def plain(text: str | Path) -> str:
    """``file:///a/b`` as ``/a/b``; any other path or address as it is."""
    text = str(text)
    if _LOCAL.match(text) is None:
        return text
    parts = urlsplit(text)
    return unquote(f"{parts.netloc}{parts.path}")


def opened(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it.

    Raises
    ------
    MissingExtra
        Where fsspec, or the package of this kind of address, is not installed.
    RehabkitError
        Where no file system has this kind of address.
    """
    fsspec = require("fsspec", purpose=f"The address {address}", extra="cluster")
    try:
        system, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise RehabkitError(
            f"Cannot open {address}: expected an address that fsspec knows, found: {error}. "
            "Install the package that it names, or give a path."
        ) from error
    return system, str(path)


def join(address: str, name: str) -> str:
    """``name`` below an address."""
    return address if name in ("", ".") else f"{address.rstrip('/')}/{name}"


def last(address: str) -> str:
    """The last part of an address: a file's name."""
    return PurePosixPath(address.rstrip("/")).name


def state(info: dict[str, Any]) -> str:
    """What tells that a remote file changed: size, and its tag or time where it has one."""
    changed = next((str(info[key]) for key in _CHANGED if info.get(key)), "")
    return f"{info.get('size')} {changed}"


def files_below(address: str) -> dict[str, dict[str, Any]]:
    """Every file below an address by its name relative to it; one file has the name ``""``.

    Raises
    ------
    RehabkitError
        Where there is nothing, or the place does not answer.
    """
    system, path = opened(address)
    try:
        found = system.find(path, detail=True)
    except OSError as error:
        raise unreachable(address, error) from error
    base = PurePosixPath(path)
    named = {PurePosixPath(name): info for name, info in found.items()}
    return {
        "" if name == base else name.relative_to(base).as_posix(): info
        for name, info in named.items()
        if name == base or name.is_relative_to(base)
    }


def heads(address: str, names: list[str]) -> dict[str, bytes]:
    """The first bytes of files below an address; a file that is not handed out has none."""
    system, path = opened(address)
    paths = [join(path, name) for name in names]
    try:
        found = system.cat_ranges(paths, 0, HEAD_BYTES, on_error="return")
    except OSError as error:
        raise unreachable(address, error) from error
    return {n: f if isinstance(f, bytes) else b"" for n, f in zip(names, found, strict=True)}


def unreachable(address: str, error: OSError) -> RehabkitError:
    """The error for an address that does not answer or has nothing."""
    return RehabkitError(
        f"Cannot reach {address}: expected a place that can be read and written, found: "
        f"{error.strerror or error or type(error).__name__}. Check the address, and your rights."
    )
