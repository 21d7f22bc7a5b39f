"""Files in and out: read whole, hashed, decoded strictly; written to a temporary name first."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rehabkit.errors import FormatError, RehabkitError

HEAD_BYTES = 4096
_UTF8_BOM = "\ufeff"


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """A temporary path beside ``path``, renamed onto it when the block ends well.

    The temporary file keeps the suffix, so writers that choose by suffix work on it, and starts
    with a dot. On any exception, Ctrl-C included, it is removed and ``path`` stays as it was.

    Examples
    --------
    >>> with atomic("report.html") as temporary:       # doctest: +SKIP
    ...     temporary.write_text(html)
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        yield temporary
        os.replace(temporary, path)  # noqa: PTH105 - the one atomic call there is
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> RehabkitError:
    return RehabkitError(
        f"Cannot write {path}: expected a place that can be written to, found: "
        f"{error.strerror or error}. Choose another folder or free space."
    )


def read_bytes(path: Path) -> bytes:
    """The whole file.

    Raises
    ------
    FormatError
        Where there is no such file, it is a folder, it may not be read, or it is empty.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if not content.strip():
        raise FormatError(path, expected="a recording", found="an empty file")
    return content


def unreadable(path: Path, error: OSError) -> FormatError:
    """The error for a file that the system does not hand out."""
    return FormatError(
        path,
        expected="a file that can be read",
        found=(error.strerror or type(error).__name__).lower(),
        fix="Check the path, and that you may read it.",
    )


def read_head(path: Path, count: int = HEAD_BYTES) -> bytes:
    """The first ``count`` bytes; none for a folder."""
    if path.is_dir():
        return b""
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise unreadable(path, error) from error


def sha256(content: bytes) -> str:
    """Hash of a file's content, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def decode(path: Path, content: bytes) -> str:
    """The text of a UTF-8 file (with or without a byte-order mark) or a marked UTF-16 one."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return content.decode(encoding).removeprefix(_UTF8_BOM)
    except UnicodeDecodeError as error:
        raise FormatError(
            path,
            place=f"byte {error.start}",
            expected=f"text in {encoding.upper()}",
            found=f"the byte 0x{content[error.start]:02x}",
            fix="The file is damaged, is not text, or must be saved as UTF-8 first.",
        ) from error
