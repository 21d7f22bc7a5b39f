"""Damaged files of every format end in a Recording or in a RehabkitError, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from tests.formats.mutations import MUTATIONS
from tests.formats.sample import Sample
from tests.formats.samples import SAMPLES

from rehabkit import reading
from rehabkit.errors import RehabkitError
from rehabkit.recording import Recording

ROUNDS = 3
LONGEST_S = 5.0


def victims(path: Path) -> list[Path]:
    """Files to damage: all of a folder's, else the one."""
    return sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_damage_is_survived(sample: Sample, tmp_path: Path) -> None:
    path = sample.make(tmp_path)
    rng = np.random.default_rng(20240)
    for mutate in (*MUTATIONS.values(),) * ROUNDS:
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
