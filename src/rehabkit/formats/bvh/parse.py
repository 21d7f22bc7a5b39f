"""The text of a BVH file as what stands in it: joints, offsets, channels, rows of numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from rehabkit.errors import FormatError
from rehabkit.formats.numbers import LARGEST, Lines, lines_of, parse_table

CHANNELS: Final = {
    f"{axis}{kind}": f"{axis.upper()}{kind}" for axis in "xyz" for kind in ("position", "rotation")
}
"""Lower case -> as it is written."""
MOST_JOINTS: Final = 2000


@dataclass
class Node:
    """One joint: its parent's index (-1: a root), offset, and channels in the file's order."""

    name: str
    parent: int
    end: bool = False
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Motion:
    """A file as it is; ``values`` (frames, channels) in the order of the nodes' channels."""

    nodes: list[Node]
    frame_time_s: float
    values: NDArray[np.float64]


@dataclass
class _Words:
    """The words of the hierarchy, each with its line, for errors that name the place."""

    path: Path
    words: list[tuple[int, str]]
    at: int = field(default=0)

    def next(self, expected: str) -> str:
        if self.at >= len(self.words):
            self.fail(expected, "the end of the file")
        self.at += 1
        return self.words[self.at - 1][1]

    def expect(self, word: str) -> None:
        found = self.next(word)
        if found.lower() != word.lower():
            self.fail(repr(word), repr(found[:40]))

    def number(self, expected: str) -> float:
        word = self.next(expected)
        try:
            value = float(word)
        except ValueError:
            self.fail(expected, repr(word[:40]))
        if not abs(value) <= LARGEST:
            self.fail(f"{expected} up to {LARGEST:g}", repr(word[:40]))
        return value

    def line(self) -> int:
        """The line of the word read last."""
        return self.words[min(self.at, len(self.words)) - 1][0] if self.words else 1

    def here(self, line: int) -> str:
        """The word to come where it stands in ``line``, else an empty one."""
        found, word = self.words[self.at] if self.at < len(self.words) else (0, "")
        return word if found == line else ""

    def fail(self, expected: str, found: str) -> NoReturn:
        raise FormatError(
            self.path,
            place=f"line {self.line()}",
            expected=expected,
            found=found,
            fix="The file is damaged or was cut off; export it again.",
        )


def parse(path: Path, text: str) -> Motion:
    """The joints and rows of a BVH text.

    Raises
    ------
    FormatError
        With the line of what is missing, unknown or does not fit.
    """
    lines = lines_of(text)
    start = next((i for i, (_, x) in enumerate(lines) if x.strip().upper() == "MOTION"), None)
    if start is None:
        raise FormatError(
            path,
            expected="a line MOTION after the joints",
            found="none",
            fix="The file is no BVH, or was cut off.",
        )
    words = [(number, word) for number, line in lines[:start] for word in line.split()]
    nodes = _hierarchy(_Words(path, words))
    frames, step = _header(path, lines[start + 1 : start + 3])
    width = sum(len(node.channels) for node in nodes)
    what = f"one number for each of {width} channels"
    values = parse_table(path, lines[start + 3 :], [width], separator=None, what=what)
    _check(path, frames, values)
    return Motion(nodes, step, values)


def _hierarchy(words: _Words) -> list[Node]:
    words.expect("HIERARCHY")
    nodes: list[Node] = []
    words.expect("ROOT")
    while True:
        _tree(words, nodes)
        if words.at == len(words.words):
            break
        words.expect("ROOT")
    nodes = _without_empty_ends(nodes)
    _check_names(words, nodes)
    return nodes


def _without_empty_ends(nodes: list[Node]) -> list[Node]:
    """An End Site at offset 0 only closes its joint; it is no place of its own."""
    kept = [i for i, node in enumerate(nodes) if not node.end or any(node.offset)]
    at = {old: new for new, old in enumerate(kept)} | {-1: -1}
    return [replace(nodes[i], parent=at[nodes[i].parent]) for i in kept]


def _tree(words: _Words, nodes: list[Node]) -> None:
    """One root and all below it; an open brace goes one joint down, a closed one up."""
    _begin(words, nodes, -1)
    open_nodes = [len(nodes) - 1]
    while open_nodes:
        node = nodes[open_nodes[-1]]
        word = words.next("'}'").lower()
        if word == "}":
            open_nodes.pop()
        elif word == "offset":
            x, y, z = (words.number("an offset of three numbers") for _ in range(3))
            node.offset = (x, y, z)
        elif word == "channels" and not node.end:
            node.channels = _channels(words)
        elif word in ("joint", "end") and not node.end:
            _begin(words, nodes, open_nodes[-1], end=word == "end")
            open_nodes.append(len(nodes) - 1)
        else:
            words.fail("OFFSET, CHANNELS, JOINT, End Site or '}'", repr(word[:40]))


def _begin(words: _Words, nodes: list[Node], parent: int, *, end: bool = False) -> None:
    """A joint's name and open brace; an End Site is called after its parent."""
    if len(nodes) >= MOST_JOINTS:
        words.fail(f"at most {MOST_JOINTS} joints", "more")
    if end:
        words.expect("Site")
        name = f"{nodes[parent].name}_end"
    else:
        name = words.next("a joint's name")
        line = words.line()
        while words.here(line) not in ("{", ""):  # names with blanks: "Bip01 L Thigh"
            name = f"{name} {words.next('a name')}"
    words.expect("{")
    nodes.append(Node(name, parent, end))


def _channels(words: _Words) -> tuple[str, ...]:
    count = words.number("a number of channels")
    if count not in range(7):
        words.fail("0 to 6 channels", f"{count:g}")
    names = [words.next("a channel") for _ in range(int(count))]
    for name in names:
        if name.lower() not in CHANNELS:
            words.fail("a channel such as Xrotation or Yposition", repr(name[:40]))
    channels = tuple(CHANNELS[name.lower()] for name in names)
    if len(set(channels)) != len(channels):
        words.fail("each channel once", ", ".join(channels))
    return channels


def _check_names(words: _Words, nodes: list[Node]) -> None:
    """Several End Sites of one joint are counted; joints of one name are refused."""
    seen: dict[str, int] = {}
    for node in nodes:
        seen[node.name] = seen.get(node.name, 0) + 1
        if seen[node.name] > 1 and not node.end:
            words.fail("each joint's name once", f"{node.name[:40]!r} twice")
        if seen[node.name] > 1:
            node.name = f"{node.name}{seen[node.name]}"
    if len({node.name for node in nodes}) != len(nodes):
        words.fail("each joint's name once", "an End Site and a joint of one name")


def _header(path: Path, lines: Lines) -> tuple[int, float]:
    """Number of frames and seconds a frame."""
    frames = _value(path, lines, 0, "Frames")
    step = _value(path, lines, 1, "Frame Time")
    if not (step > 0 and frames == int(frames) and frames > 0):
        raise FormatError(
            path,
            place=f"line {lines[0][0]}",
            expected="at least one frame and a frame time above 0 s",
            found=f"{frames:g} frames, {step:g} s",
            fix="Export the file again.",
        )
    return int(frames), step


def _value(path: Path, lines: Lines, at: int, key: str) -> float:
    number, line = lines[at] if at < len(lines) else (None, "")
    name, _, text = line.partition(":")
    plain = "".join(name.split()).lower()
    try:
        value = float(text) if plain == "".join(key.split()).lower() else math.nan
    except ValueError:
        value = math.nan
    if abs(value) <= LARGEST:
        return value
    raise FormatError(
        path,
        place=f"line {number}" if number else "after MOTION",
        expected=f"{key!r}, a colon and a number",
        found=repr(line.strip()[:40]),
        fix="After MOTION stand 'Frames: N' and 'Frame Time: SECONDS'.",
    )


def _check(path: Path, frames: int, values: NDArray[np.float64]) -> None:
    if len(values) != frames:
        raise FormatError(
            path,
            expected=f"{frames} rows, as its line 'Frames:' says",
            found=f"{len(values)}",
            fix="The file was cut off or edited; export it again.",
        )
    if np.isnan(values).any():
        row, column = map(int, np.argwhere(np.isnan(values))[0])
        raise FormatError(
            path,
            place=f"frame {row + 1}, channel {column + 1}",
            expected="a number",
            found="NaN",
            fix="A turn or place that is not known leaves the whole body undefined.",
        )
