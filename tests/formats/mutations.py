"""Ways to damage a file: each takes its bytes and a generator, and gives other bytes.

Each of them is also what goes wrong in practice: copies cut short, bad sectors, sheets edited by
hand, exports in another encoding, counts that a program wrote wrongly, files renamed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np

Mutation = Callable[[bytes, np.random.Generator], bytes]

_NUMBER: Final = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD: Final = re.compile(rb"[A-Za-z_]{2,}")
_HEADER_BYTES: Final = 1024
_SEPARATORS: Final = (b"\t", b",", b";", b" ")
_WORDS: Final = (
    b"1e400", b"nan", b"-inf", b"abc", b"9" * 5000, b"\0", b'"', b"[" * 3000, b"\xff", b"# ",
)  # fmt: skip
_NOT_NUMBERS: Final = (b"nan", b"NaN", b"inf", b"-inf", b"Infinity", b"1e400", b"", b"x", b"0")
_DEEPEST: Final = 2000


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    """A copy that was cut short."""
    return content[: rng.integers(0, len(content))]


def flip(content: bytes, rng: np.random.Generator) -> bytes:
    """A few bits that fell over."""
    damaged = bytearray(content)
    for place in rng.integers(0, len(content), rng.integers(1, 8)):
        damaged[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(damaged)


def scramble(content: bytes, rng: np.random.Generator) -> bytes:
    """A stretch of other bytes, or of zeros, as a bad sector leaves it."""
    start = int(rng.integers(0, len(content)))
    length = int(rng.integers(1, 512))
    noise = rng.bytes(length) if rng.random() < 0.5 else bytes(length)
    return content[:start] + noise + content[start + length :]


def recode(content: bytes, rng: np.random.Generator) -> bytes:
    """The same letters in another encoding."""
    encoding = str(rng.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"]))
    return content.decode("latin-1").encode(encoding, errors="replace")


def swap_cells(content: bytes, rng: np.random.Generator) -> bytes:
    """Two cells that changed places."""
    separator = _separator(content)
    cells = content.split(separator)
    i, j = rng.integers(0, len(cells), 2)
    cells[i], cells[j] = cells[j], cells[i]
    return separator.join(cells)


def insert(content: bytes, rng: np.random.Generator) -> bytes:
    """A word that does not belong there."""
    place = int(rng.integers(0, len(content)))
    return content[:place] + _WORDS[int(rng.integers(0, len(_WORDS)))] + content[place:]


def double_lines(content: bytes, rng: np.random.Generator) -> bytes:
    """A line that stands there three times."""
    lines = content.splitlines(keepends=True)
    place = int(rng.integers(0, len(lines)))
    return b"".join(lines[:place] + lines[place : place + 1] * 3 + lines[place + 1 :])


def swap_lines(content: bytes, rng: np.random.Generator) -> bytes:
    """Two lines that changed places."""
    lines = content.splitlines(keepends=True)
    i, j = rng.integers(0, len(lines), 2)
    lines[i], lines[j] = lines[j], lines[i]
    return b"".join(lines)


def drop_lines(content: bytes, rng: np.random.Generator) -> bytes:
    """A stretch of lines that is gone."""
    lines = content.splitlines(keepends=True)
    start = int(rng.integers(0, len(lines)))
    return b"".join(lines[:start] + lines[start + int(rng.integers(1, 6)) :])


def huge_integer(content: bytes, rng: np.random.Generator) -> bytes:
    """A binary number of the header that became huge, in either order of bytes."""
    width = int(rng.choice([2, 4, 8]))
    order: Literal["little", "big"] = "little" if rng.random() < 0.5 else "big"
    most = (1 << (8 * width - 1)) - 1
    value = most >> int(rng.integers(0, 8))
    place = int(rng.integers(0, max(min(len(content), _HEADER_BYTES) - width, 1)))
    return content[:place] + value.to_bytes(width, order) + content[place + width :]


def huge_number(content: bytes, rng: np.random.Generator) -> bytes:
    """A number in a text, most often of its head, that became 10^9 to 10^18."""
    head = rng.random() < 0.6
    value = b"%d" % 10 ** int(rng.integers(9, 19))
    return _replaced(_NUMBER, content, value, rng, _HEADER_BYTES if head else None)


def not_a_number(content: bytes, rng: np.random.Generator) -> bytes:
    """A number that became NaN, infinite, a word or nothing."""
    value = _NOT_NUMBERS[int(rng.integers(0, len(_NOT_NUMBERS)))]
    return _replaced(_NUMBER, content, value, rng, None)


def rename(content: bytes, rng: np.random.Generator) -> bytes:
    """A word of the head, such as a key or a joint's name, that is another one."""
    return _replaced(_WORD, content, b"Other", rng, 2 * _HEADER_BYTES)


def _replaced(
    pattern: re.Pattern[bytes], content: bytes, by: bytes, rng: np.random.Generator, end: int | None
) -> bytes:
    found = list(pattern.finditer(content, 0, end or len(content)))
    if not found:
        return insert(content, rng)
    match = found[int(rng.integers(0, len(found)))]
    return content[: match.start()] + by + content[match.end() :]


def drop_columns(content: bytes, rng: np.random.Generator) -> bytes:
    """Up to four columns, one after the other, gone from every line: a joint that is missing."""
    count, share = int(rng.integers(1, 5)), rng.random()
    return _in_every_line(content, lambda cells, at: cells[:at] + cells[at + count :], share)


def add_columns(content: bytes, rng: np.random.Generator) -> bytes:
    """Up to four columns that stand twice in every line: a joint too many."""
    count, share = int(rng.integers(1, 5)), rng.random()
    return _in_every_line(
        content, lambda cells, at: cells[:at] + cells[at : at + count] + cells[at:], share
    )


def _in_every_line(
    content: bytes, change: Callable[[list[bytes], int], list[bytes]], share: float
) -> bytes:
    separator = _separator(content)
    out = []
    for line in content.splitlines(keepends=True):
        cells = line.rstrip(b"\r\n").split(separator)
        end = line[len(line.rstrip(b"\r\n")) :]
        changed = change(cells, int(share * len(cells))) if len(cells) > 2 else cells
        out.append(separator.join(changed) + end)
    return b"".join(out)


def _separator(content: bytes) -> bytes:
    return max(_SEPARATORS, key=content[:4096].count)


def empty(content: bytes, rng: np.random.Generator) -> bytes:
    """Nothing, blanks, or zeros of the same length."""
    return (b"", b" \n\t\n", bytes(len(content)))[int(rng.integers(0, 3))]


def edit_json(content: bytes, rng: np.random.Generator) -> bytes:
    """A JSON document with one value that is another, gone, nested deeply, shorter or huge."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return b"[" * _DEEPEST + content + b"]" * _DEEPEST
    holder, key = _somewhere(document, rng)
    if holder is None:
        return json.dumps([document]).encode()
    changed = json.dumps(_edited(holder, key, document, rng)).encode()
    return changed.replace(b'"DEEP"', b"[" * _DEEPEST + b"]" * _DEEPEST)


def _somewhere(document: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    """A list or dict of the document and one of its keys, at a depth drawn by chance."""
    holder, key, value = None, None, document
    for _ in range(int(rng.integers(1, 8))):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            break
        holder, key = value, keys[int(rng.integers(0, len(keys)))]
        value = holder[key]
        if not isinstance(value, dict | list):
            break
    return holder, key


def _edited(holder: Any, key: Any, document: Any, rng: np.random.Generator) -> Any:
    old = holder[key]
    kind = int(rng.integers(0, 8))
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(old, list | str):
        holder[key] = old[: int(rng.integers(0, len(old) + 1))]
    elif kind == 2 and isinstance(old, list):
        holder[key] = old + old
    elif kind == 3:
        holder[key] = [0] * int(10 ** rng.integers(2, 6))
    else:
        values = [None, "x", "DEEP", 10 ** int(rng.integers(9, 19)), -1, {}, [], True, [old]]
        holder[key] = values[int(rng.integers(0, len(values)))]
    return document


MUTATIONS: Final[dict[str, Mutation]] = {
    f.__name__: f
    for f in (
        truncate, flip, scramble, recode, swap_cells, insert, double_lines, swap_lines, drop_lines,
        huge_integer, huge_number, not_a_number, rename, drop_columns, add_columns, empty,
        edit_json,
    )
}  # fmt: skip
