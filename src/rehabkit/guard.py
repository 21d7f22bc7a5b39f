"""Running a parser in a child process with limits, so that no file takes the caller down.

A parser of a compiled library may crash on a damaged file, hang, or ask for all the memory there
is. :func:`call` runs a function of ours in a child that is kept for the next call; when the child
dies, takes too long or too much, it is replaced and the caller gets a :class:`FormatError`.

What comes back is JSON and plain arrays, never a pickle: nothing the child says is executed.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

from rehabkit import errors
from rehabkit.errors import FormatError, RehabkitError

TIMEOUT_S: Final = 30.0
MEMORY_BYTES: Final = 2 << 30
START_S: Final = 60.0
"""How long a child may take to begin; loading libraries on a busy machine is nobody's fault."""

_LENGTH: Final = struct.Struct(">Q")
_ARRAY: Final = "__array__"
_READY: Final = b"ready"
_LIMITS_ENV: Final = "REHABKIT_GUARD_MEMORY"


class _DiedError(Exception):
    """The child ended; ``code`` as in ``subprocess``: negative for a signal."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        super().__init__(str(code))


class _TookTooLongError(Exception):
    """No answer within the time allowed."""


def call(
    function: str,
    path: Path,
    *,
    timeout_s: float = TIMEOUT_S,
    memory_bytes: int = MEMORY_BYTES,
    **arguments: Any,
) -> dict[str, Any]:
    """``function(path, **arguments)`` in a child process.

    Parameters
    ----------
    function
        ``"package.module:name"`` of a function of RehabKit that returns a dict with texts as keys
        and what JSON holds, numpy arrays of numbers, and lists and dicts of them.
    path
        The file; named in errors. A relative one lies in the folder that the caller is in.
    timeout_s
        Wall-clock seconds for the call.
    memory_bytes
        Address space of the child. Not limited on Windows, which has no such limit.

    Raises
    ------
    FormatError
        Where the child crashed, took too long or too much memory, or its parser failed.
    RehabkitError
        What the function itself raised.
    """
    request = {"function": function, "path": str(path), "arguments": arguments}
    if not path.is_absolute():
        request["folder"] = str(Path.cwd())  # the kept child may have begun in another one
    try:
        reply = _decode(_child(memory_bytes).ask(json.dumps(request).encode(), timeout_s))
    except _TookTooLongError:
        raise _damaged(path, f"one that takes longer than {timeout_s:g} s") from None
    except _DiedError as error:
        raise _damaged(path, f"damage that ends the parser ({_ended(error.code)})") from None
    if "error" in reply:
        raise _rebuilt(path, reply)
    value: dict[str, Any] = reply["value"]
    return value


def _damaged(path: Path, found: str) -> FormatError:
    return FormatError(
        path,
        expected="a file that its parser can read",
        found=found,
        fix="The file is damaged, or far larger than recordings are; export it again.",
    )


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit status {code}"


def _rebuilt(path: Path, reply: Mapping[str, Any]) -> RehabkitError:
    """The error that the child reports: ours as it was, any other as damage of the file."""
    name, text = str(reply["error"]), str(reply["text"])
    if name == "FormatError":
        return FormatError(**reply["fields"])
    kind = getattr(errors, name, None)
    if name == "MissingExtra":
        return errors.MissingExtra(*reply["fields"])
    if isinstance(kind, type) and issubclass(kind, RehabkitError):
        return kind(text)
    if name == "MemoryError":
        return _damaged(path, "one that asks for more memory than is allowed")
    return _damaged(path, f"damage ({name}: {text[:120]})" if text else f"damage ({name})")


# --- The parent's side --------------------------------------------------------------------------


class _Child:
    """A child process that answers one request at a time."""

    def __init__(self, memory_bytes: int) -> None:
        environment = {**os.environ, _LIMITS_ENV: str(memory_bytes)}
        # Each thread of OpenBLAS reserves address space, which is what is limited.
        environment |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        source = str(Path(__file__).parent.parent)
        paths = [source, *filter(None, [environment.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rehabkit.guard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C goes to the parent, which decides
        )
        self.usable = True
        self._receive(time.monotonic() + START_S)

    def ask(self, request: bytes, timeout_s: float) -> bytes:
        """The reply to one request; the child is not used again after a failure."""
        with self.lock:
            if not self.usable:
                raise _DiedError(self.process.poll())
            try:
                return self._ask(request, time.monotonic() + timeout_s)
            except BaseException:
                self.close()
                raise

    def _ask(self, request: bytes, deadline: float) -> bytes:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(_LENGTH.pack(len(request)) + request)
            self.process.stdin.flush()
        except OSError:
            raise _DiedError(self.process.wait()) from None
        return self._receive(deadline)

    def _receive(self, deadline: float) -> bytes:
        (length,) = _LENGTH.unpack(self._bytes(_LENGTH.size, deadline))
        return self._bytes(length, deadline)

    def _bytes(self, count: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        parts: list[bytes] = []
        while count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise _TookTooLongError
            part = os.read(descriptor, min(count, 1 << 20))
            if not part:
                raise _DiedError(self.process.wait())
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self.usable = False
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


_children: dict[tuple[int, int], _Child] = {}
_children_lock = threading.Lock()


def _child(memory_bytes: int) -> _Child:
    """The child of this process with these limits, made anew where the last one ended.

    Keyed by process: after a fork the parent's child is not ours to talk to.
    """
    key = os.getpid(), memory_bytes
    with _children_lock:
        child = _children.get(key)
        if child is None or not child.usable or child.process.poll() is not None:
            if child is not None:
                child.close()
            _children[key] = child = _Child(memory_bytes)
        return child


@atexit.register
def close() -> None:
    """End every child of this process; the next call makes a new one."""
    with _children_lock:
        for key in [key for key in _children if key[0] == os.getpid()]:
            _children.pop(key).close()


# --- What travels -------------------------------------------------------------------------------


def _encode(reply: Mapping[str, Any]) -> bytes:
    """JSON, then the arrays that it names by number, as .npy without pickles."""
    arrays: list[np.ndarray[Any, Any]] = []

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            arrays.append(value)
            return {_ARRAY: len(arrays) - 1}
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, Mapping):
            return {str(k): plain(v) for k, v in value.items()}
        return [plain(v) for v in value] if isinstance(value, list | tuple) else value

    text = json.dumps(plain(reply)).encode()
    buffer = io.BytesIO()
    buffer.write(_LENGTH.pack(len(text)) + text)
    for array in arrays:
        np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _decode(content: bytes) -> dict[str, Any]:
    (length,) = _LENGTH.unpack_from(content)
    document = json.loads(content[_LENGTH.size : _LENGTH.size + length])
    buffer = io.BytesIO(content)
    buffer.seek(_LENGTH.size + length)
    arrays: list[np.ndarray[Any, Any]] = []
    while buffer.tell() < len(content):
        arrays.append(np.load(buffer, allow_pickle=False))

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return (
                arrays[value[_ARRAY]]
                if set(value) == {_ARRAY}
                else {k: filled(v) for k, v in value.items()}
            )
        return [filled(v) for v in value] if isinstance(value, list) else value

    reply: dict[str, Any] = filled(document)
    return reply


# --- The child's side ---------------------------------------------------------------------------


def _limit_memory(count: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = count if hard == resource.RLIM_INFINITY else min(count, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    module, _, name = str(request["function"]).partition(":")
    try:
        function = getattr(import_module(module), name)
        if "folder" in request:
            os.chdir(request["folder"])
        return {"value": function(Path(request["path"]), **request["arguments"])}
    except FormatError as error:
        names = ("path", "expected", "found", "place", "fix")
        fields: Any = {name: getattr(error, name) for name in names}
        return {"error": "FormatError", "text": "", "fields": fields}
    except errors.MissingExtra as error:
        fields = [error.purpose, error.package, error.extra]
        return {"error": "MissingExtra", "text": "", "fields": fields}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises is the file's damage
        return {"error": type(error).__name__, "text": str(error)}


def _serve() -> None:
    """Answer requests on stdin until it ends; what libraries print goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    _limit_memory(int(os.environ[_LIMITS_ENV]))
    _send(replies, _READY)
    requests = sys.stdin.buffer
    while len(size := requests.read(_LENGTH.size)) == _LENGTH.size:
        request = json.loads(requests.read(_LENGTH.unpack(size)[0]))
        _send(replies, _reply(request))


def _reply(request: Mapping[str, Any]) -> bytes:
    try:
        return _encode(_answer(request))
    except MemoryError:
        return _encode({"error": "MemoryError", "text": ""})


def _send(out: io.BufferedWriter, content: bytes) -> None:
    out.write(_LENGTH.pack(len(content)) + content)
    out.flush()


if __name__ == "__main__":
    _serve()
