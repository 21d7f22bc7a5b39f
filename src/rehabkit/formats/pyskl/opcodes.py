"""The plain data in a pickle, read without executing it.

A pickle is a program: it may name any function and have it called, so the standard library's
unpickler must never see a file from elsewhere. Here ``pickletools`` splits the file into opcodes
and this module plays those that build numbers, texts, lists, dicts and numpy arrays. Nothing is
imported and nothing of the file's is called: names of functions are kept as texts, and the few
that make arrays are answered by code of our own, with shapes and types checked against the bytes
that are there. Every other name and opcode is refused.
"""

from __future__ import annotations

import io
import math
import pickletools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from rehabkit.errors import FormatError

_MOST_DIMENSIONS: Final = 8
_MOST_ITEMS: Final = 50_000_000
_LARGEST_COUNT: Final = 1 << 40
_TYPE = re.compile(r"[fiu][248]|[iub]1")
_MODULES: Final = {
    "numpy": ("ndarray", "dtype"),
    "numpy.core.multiarray": ("_reconstruct", "scalar"),
    "numpy._core.multiarray": ("_reconstruct", "scalar"),
    "numpy.core.numeric": ("_frombuffer",),
    "numpy._core.numeric": ("_frombuffer",),
    "_codecs": ("encode",),
}
"""All that a file may name. ``_codecs.encode`` is how protocol 2 writes bytes."""
_NAMES: Final = {f"{m} {name}": name for m, names in _MODULES.items() for name in names}


class _Mark:
    """What MARK puts on the stack."""


@dataclass(frozen=True)
class _Name:
    """A function that the file names, as a text; never the function."""

    name: str


@dataclass
class _Type:
    """An element type: code such as ``f4`` and byte order."""

    code: str
    order: str = "="

    def numpy(self) -> np.dtype[Any]:
        return np.dtype(self.order + self.code)


@dataclass
class _Array:
    """An array in the making."""

    value: np.ndarray[Any, np.dtype[Any]] | None = None


class _RefusedError(Exception):
    """What was expected and what was found at an opcode."""

    def __init__(self, expected: str, found: str) -> None:
        self.expected, self.found = expected, found
        super().__init__(f"{expected}, {found}")


_MARK: Final = _Mark()
_DATA: Final = "plain data and arrays of numbers"
_ENDS: Final = (IndexError, KeyError, TypeError, ValueError, AttributeError, OverflowError)


def load(path: Path, content: bytes) -> Any:
    """The value that a pickle of plain data and numpy arrays builds.

    Raises
    ------
    FormatError
        Where the file is damaged, names anything but numpy's arrays, or builds what does not fit
        the bytes that are there.
    """
    machine = _Machine(content)
    at = 0
    try:
        for opcode, argument, place in _opcodes(content):
            at = place
            machine.play(opcode, argument)
        if len(machine.stack) != 1 or isinstance(machine.stack[0], _Mark):
            _refuse("one value at the end", f"{len(machine.stack)}")
        return machine.plain(machine.stack[0])
    except _RefusedError as error:
        raise _wrong(path, at, error.expected, error.found) from None
    except _ENDS as error:
        found = f"damage ({type(error).__name__}: {str(error)[:80]})"
        raise _wrong(path, at, f"a pickle of {_DATA}", found) from None


def _wrong(path: Path, at: int, expected: str, found: str) -> FormatError:
    return FormatError(
        path,
        place=f"byte {at}",
        expected=expected,
        found=found,
        fix="It was not executed. A pickle that names functions may be an attack: take the file "
        "from its source again, and open it with nothing else.",
    )


def _refuse(expected: str, found: str) -> NoReturn:
    raise _RefusedError(expected, found)


def _opcodes(content: bytes) -> Iterator[tuple[str, Any, int]]:
    for opcode, argument, place in pickletools.genops(io.BytesIO(content)):
        yield opcode.name, argument, place or 0


class _Machine:
    """Stack and memo of the pickle machine, for the opcodes that build data."""

    def __init__(self, content: bytes) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.left = _MOST_ITEMS
        self.bytes_left = 4 * len(content) + 1024
        """Bytes that may be made anew: a short file must not build a large value."""

    def play(self, opcode: str, argument: Any) -> None:
        """One opcode."""
        self.left -= 1
        if self.left < 0:
            _refuse(f"at most {_MOST_ITEMS} values", "more")
        if opcode in _CONSTANTS:
            self.stack.append(_CONSTANTS[opcode])
        elif opcode in _VALUES:
            self.stack.append(argument)
        elif opcode in _STEPS:
            _STEPS[opcode](self, argument)
        else:
            _refuse(_DATA, f"the opcode {opcode}")

    def pop(self) -> Any:
        value = self.stack.pop()
        if isinstance(value, _Mark):
            _refuse("a value", "the start of a list")
        return value

    def pop_to_mark(self) -> list[Any]:
        """The values since the last MARK, which goes too."""
        at = len(self.stack) - 1
        while not isinstance(self.stack[at], _Mark):  # IndexError where there is none
            at -= 1
            if at < 0:
                _refuse("the start of a list", "none")
        values = self.stack[at + 1 :]
        del self.stack[at:]
        return values

    def top(self, kind: type[Any]) -> Any:
        if not isinstance(self.stack[-1], kind):
            _refuse(f"a {kind.__name__}", type(self.stack[-1]).__name__.lstrip("_"))
        return self.stack[-1]

    def plain(self, value: Any) -> Any:
        """A value as it goes into a list: a finished array, not one in the making."""
        if isinstance(value, _Array):
            if value.value is None:
                _refuse("an array with its content", "one without")
            return value.value
        if isinstance(value, _Name | _Type):
            _refuse(_DATA, "a name of numpy's as a value")
        return value

    def append(self, values: list[Any]) -> None:
        self.top(list).extend(values)

    def set_items(self, values: list[Any]) -> None:
        if len(values) % 2:
            _refuse("pairs of key and value", f"{len(values)} values")
        mapping = self.top(dict)
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, str | int | float):
                _refuse("a text or number as key", type(key).__name__)
            mapping[key] = value

    def reduce(self) -> None:
        """What the file wants called: answered by our own code for arrays, else refused."""
        arguments, name = self.pop(), self.pop()
        if not isinstance(name, _Name) or not isinstance(arguments, tuple):
            _refuse(_DATA, f"a call of {type(name).__name__.lstrip('_')}")
        self.stack.append(_CALLS[name.name](self, *arguments))

    def build(self) -> None:
        state, target = self.pop(), self.stack[-1]
        if isinstance(target, _Type) and isinstance(state, tuple):
            _set_type(target, state)
        elif isinstance(target, _Array) and target.value is None and isinstance(state, tuple):
            *_, shape, kind, fortran, raw = state
            raw = self.encoded(raw) if isinstance(raw, str) else raw  # written by Python 2
            target.value = _array(shape, kind, raw, "F" if fortran else "C")
        else:
            _refuse(_DATA, f"a state set on {type(target).__name__.lstrip('_')}")

    def name(self, text: str) -> None:
        if text not in _NAMES:
            _refuse(f"{_DATA}, which name {', '.join(sorted(set(_NAMES.values())))} of numpy alone",
                    f"the name {text.replace(' ', '.')[:80]!r}")  # fmt: skip
        self.stack.append(_Name(_NAMES[text]))

    def encoded(self, text: Any, encoding: Any = "latin1") -> bytes:
        """Bytes that were written as a text."""
        if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
            _refuse("a text in latin1", f"another encoding of {type(text).__name__}")
        self.bytes_left -= len(text)
        if self.bytes_left < 0:
            _refuse("bytes that are in the file", "more than it holds")
        return text.encode("latin1")


def _set_type(kind: _Type, state: tuple[Any, ...]) -> None:
    """The state of an element type: byte order, and neither fields nor parts."""
    _, order, *inside = state[:5]
    if order not in ("<", ">", "|", "=") or any(part is not None for part in inside):
        _refuse("an element type that is one number", "one with fields or parts")
    kind.order = "=" if order == "|" else order


def _type(code: Any) -> _Type:
    text = code if isinstance(code, str) else ""
    order, bare = (text[0], text[1:]) if text[:1] in ("<", ">", "|", "=") else ("=", text)
    if not _TYPE.fullmatch(bare):
        _refuse("numbers (float, integer, truth value)", f"elements of type {text[:20]!r}")
    return _Type(bare, "=" if order == "|" else order)


def _array(shape: Any, kind: Any, raw: Any, order: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """An array whose shape and type need just the bytes that are there."""
    if not isinstance(kind, _Type) or not isinstance(raw, bytes | bytearray):
        _refuse("an array of numbers", f"one of {type(raw).__name__}")
    sizes = shape if isinstance(shape, tuple) else (-1,)
    counts = all(type(n) is int and 0 <= n < _LARGEST_COUNT for n in sizes)
    if len(sizes) > _MOST_DIMENSIONS or not counts:
        _refuse(f"a shape of at most {_MOST_DIMENSIONS} counts", "another")
    needed = math.prod(sizes) * kind.numpy().itemsize
    if needed != len(raw) or order not in ("C", "F"):
        _refuse(f"an array of shape {sizes}, {needed} bytes", f"{len(raw)}")
    flat = np.frombuffer(raw, dtype=kind.numpy())
    return flat.reshape(sizes, order="F" if order == "F" else "C")


def _scalar(kind: Any, raw: Any) -> Any:
    return _array((), kind, raw, "C").item()


def _new_array(kind: Any, *_: Any) -> _Array:
    if kind != _Name("ndarray"):
        _refuse("numpy's ndarray", "another class")
    return _Array()


_CALLS: Final[dict[str, Callable[..., Any]]] = {
    "_reconstruct": lambda _, kind, *rest: _new_array(kind, *rest),
    "dtype": lambda _, code, *__: _type(code),
    "scalar": lambda _, kind, raw: _scalar(kind, raw),
    "_frombuffer": lambda _, raw, kind, shape, order: _Array(_array(shape, kind, raw, order)),
    "encode": lambda machine, text, encoding="latin1": machine.encoded(text, encoding),
    "ndarray": lambda *_: _refuse(_DATA, "a call of numpy.ndarray"),
}
_CONSTANTS: Final[dict[str, Any]] = {
    "NONE": None, "NEWTRUE": True, "NEWFALSE": False, "MARK": _MARK, "EMPTY_TUPLE": (),
}  # fmt: skip
_VALUES: Final = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
    "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE",
    "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8",
}  # fmt: skip


def _put(machine: _Machine, index: Any) -> None:
    machine.memo[len(machine.memo) if index is None else int(index)] = machine.stack[-1]


def _get(machine: _Machine, index: Any) -> None:
    machine.stack.append(machine.memo[int(index)])


def _tuple(count: int) -> Callable[[_Machine, Any], None]:
    def make(machine: _Machine, _: Any) -> None:
        values = [machine.pop() for _ in range(count)][::-1]
        machine.stack.append(tuple(values))

    return make


def _dict(machine: _Machine, _: Any) -> None:
    values = machine.pop_to_mark()
    machine.stack.append({})
    machine.set_items([machine.plain(value) for value in values])


def _stack_global(machine: _Machine, _: Any) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        _refuse("two texts as a name", type(name).__name__)
    machine.name(f"{module} {name}")


def _pairs(machine: _Machine, values: list[Any]) -> None:
    machine.set_items([machine.plain(value) for value in values])


def _drop(machine: _Machine, _: Any) -> None:
    machine.stack.pop()


def _drop_to_mark(machine: _Machine, _: Any) -> None:
    machine.pop_to_mark()


def _duplicate(machine: _Machine, _: Any) -> None:
    machine.stack.append(machine.stack[-1])


_STEPS: Final[dict[str, Callable[[_Machine, Any], None]]] = {
    "PROTO": lambda *_: None,
    "FRAME": lambda *_: None,
    "STOP": lambda *_: None,
    "POP": _drop,
    "POP_MARK": _drop_to_mark,
    "DUP": _duplicate,
    "EMPTY_LIST": lambda m, _: m.stack.append([]),
    "EMPTY_DICT": lambda m, _: m.stack.append({}),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "TUPLE": lambda m, _: m.stack.append(tuple(m.pop_to_mark())),
    "LIST": lambda m, _: m.stack.append([m.plain(v) for v in m.pop_to_mark()]),
    "DICT": _dict,
    "APPEND": lambda m, _: m.append([m.plain(m.pop())]),
    "APPENDS": lambda m, _: m.append([m.plain(v) for v in m.pop_to_mark()]),
    "SETITEM": lambda m, _: _pairs(m, [m.pop(), m.pop()][::-1]),
    "SETITEMS": lambda m, _: _pairs(m, m.pop_to_mark()),
    "PUT": _put, "BINPUT": _put, "LONG_BINPUT": _put, "MEMOIZE": _put,
    "GET": _get, "BINGET": _get, "LONG_BINGET": _get,
    "GLOBAL": lambda m, text: m.name(text),
    "STACK_GLOBAL": _stack_global,
    "REDUCE": lambda m, _: m.reduce(),
    "BUILD": lambda m, _: m.build(),
}  # fmt: skip
