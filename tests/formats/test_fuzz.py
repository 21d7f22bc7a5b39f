"""Damaged files of every format end in a Recording or in a RehabkitError, and soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.formats.sample import Sample
from tests.formats.samples import SAMPLES

from rehabkit import reading
from rehabkit.errors import RehabkitError
from rehabkit.recording import Recording

ROUNDS = 60
LONGEST_S = 5.0

Mutation = Callable[[bytes, np.random.Generator], bytes]


def truncate(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: rng.integers(0, len(content))]


def flip(content: bytes, rng: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    for place in rng.integers(0, len(content), rng.integers(1, 8)):
        damaged[place] ^= 1 << int(rng.integers(0, 8))
    return bytes(damaged)


def recode(content: bytes, rng: np.random.Generator) -> bytes:
    encoding = str(rng.choice(["utf-16", "utf-16-le", "utf-32", "cp037"]))
    return content.decode("latin-1").encode(encoding, errors="replace")


def swap_cells(content: bytes, rng: np.random.Generator) -> bytes:
    cells = content.split(b",")
    i, j = rng.integers(0, len(cells), 2)
    cells[i], cells[j] = cells[j], cells[i]
    return b",".join(cells)


def insert(content: bytes, rng: np.random.Generator) -> bytes:
    words = [
        b"1e400",
        b"nan",
        b"-inf",
        b"abc",
        b"9" * 5000,
        b"\0",
        b'"',
        b"[" * 3000,
        b"\xff",
        b"# ",
    ]
    place = int(rng.integers(0, len(content)))
    return content[:place] + words[int(rng.integers(0, len(words)))] + content[place:]


def double_lines(content: bytes, rng: np.random.Generator) -> bytes:
    lines = content.splitlines(keepends=True)
    place = int(rng.integers(0, len(lines)))
    return b"".join(lines[:place] + lines[place : place + 1] * 3 + lines[place + 1 :])


MUTATIONS = (truncate, flip, recode, swap_cells, insert, double_lines)


def victims(path: Path) -> list[Path]:
    """Files to damage: all of a folder's, else the one."""
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


@pytest.mark.parametrize("mutate", MUTATIONS, ids=[m.__name__ for m in MUTATIONS])
@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_damage_is_survived(sample: Sample, mutate: Mutation, tmp_path: Path) -> None:
    path = sample.make(tmp_path)
    rng = np.random.default_rng(20240 + MUTATIONS.index(mutate))
    for _ in range(ROUNDS):
        files = victims(path)
        victim = files[int(rng.integers(0, len(files)))]
        content = victim.read_bytes()
        victim.write_bytes(mutate(content, rng))
        for chosen in (sample.format, None):
            attempt(path, chosen)
        victim.write_bytes(content)


def attempt(path: Path, chosen: str | None) -> None:
    started = time.perf_counter()
    message = ""
    try:
        assert isinstance(reading.read(path, format=chosen), Recording)
    except RehabkitError as error:
        message = str(error)
    assert len(message) < 2000
    assert time.perf_counter() - started < LONGEST_S
